// Lookups in the directory, and the one that is in force. Tokens are found by their SHA-256, by
// binary search: no table that a chosen token could unbalance, and nothing a stop watch could tell.
#include "server/people/directory_private.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "common/rpc_method.h"
#include "server/people/first_admin.h"

static int compare_hash(const void *key, const void *element)
{
    const struct directory_token *token = element;
    return memcmp(key, token->hash, DIRECTORY_HASH_BYTES);
}

static const struct directory_token *find_token(const struct directory *dir, const char *text)
{
    uint8_t hash[DIRECTORY_HASH_BYTES];
    crypto_hash_sha256(hash, (const uint8_t *)text, strlen(text));
    if (dir->n_tokens == 0)
        return NULL;
    return bsearch(hash, dir->tokens, dir->n_tokens, sizeof *dir->tokens, compare_hash);
}

static bool may_delegate(const struct directory_member *member)
{
    return member->active && (member->rights & ROLE_BIT(OKR__ROLE__ROLE_PROGRAM_MANAGER));
}

// REASON_UNSPECIFIED: nothing stands against it.
static Okr__Reason refusal(const struct directory_token *token, int64_t now_us)
{
    if (!token)
        return OKR__REASON__REASON_TOKEN_UNKNOWN;
    if (token->expires_at <= now_us)
        return OKR__REASON__REASON_TOKEN_EXPIRED;
    if (token->agent && !may_delegate(token->member))
        return OKR__REASON__REASON_DELEGATION_ENDED;
    return token->member->active ? OKR__REASON__REASON_UNSPECIFIED
                                 : OKR__REASON__REASON_MEMBER_INACTIVE;
}

const struct directory_member *directory_by_token(const struct directory *dir,
                                                  const char *token_text, int64_t now_us,
                                                  struct directory_hit *ret,
                                                  Okr__Reason *ret_reason)
{
    const struct directory_token *token = find_token(dir, token_text);
    Okr__Reason reason = refusal(token, now_us);
    if (reason != OKR__REASON__REASON_UNSPECIFIED) {
        *ret_reason = reason;
        return NULL;
    }
    *ret = (struct directory_hit){
        .rights = token->agent ? ROLE_BIT(OKR__ROLE__ROLE_AGENT) : token->member->rights,
        .token_id = token->id,
        .expires_at = token->expires_at,
        .agent = token->agent,
        .sources = token->sources,
        .n_sources = token->n_sources,
    };
    return token->member;
}

static int compare_id(const void *key, const void *element)
{
    int64_t id = *(const int64_t *)key;
    const struct directory_member *member = element;
    return (id > member->id) - (id < member->id);
}

const struct directory_member *directory_by_id(const struct directory *dir, int64_t id)
{
    if (dir->n_members == 0)
        return NULL;
    return bsearch(&id, dir->members, dir->n_members, sizeof *dir->members, compare_id);
}

static int compare_handle(const void *key, const void *element)
{
    const struct directory_member *const *member = element;
    return strcmp(key, (*member)->handle);
}

const struct directory_member *directory_by_handle(const struct directory *dir, const char *handle)
{
    if (dir->n_members == 0)
        return NULL;
    const struct directory_member *const *found = bsearch(
        handle, dir->by_handle, dir->n_members, sizeof(struct directory_member *), compare_handle);
    return found ? *found : NULL;
}

const char *directory_role_name(const struct directory *dir, const struct directory_member *member,
                                uint32_t mask)
{
    (void)dir;
    if (mask == ROLE_BIT(OKR__ROLE__ROLE_AGENT))
        return "agent";
    for (size_t i = 0; i < member->n_roles; i++)
        if (mask & ROLE_BIT(member->roles[i]->rights_of))
            return member->roles[i]->name;
    return NULL;
}

bool directory_has_admin(const struct directory *dir)
{
    return dir->has_admin;
}

int64_t directory_token_expiry(const struct directory *dir, int64_t token_id)
{
    for (size_t i = 0; i < dir->n_tokens; i++)
        if (token_id > 0 && dir->tokens[i].id == token_id)
            return dir->tokens[i].expires_at;
    return 0;
}

const Okr__Settings *directory_settings(const struct directory *dir)
{
    return &dir->settings;
}

Okr__Settings *directory_settings_copy(const struct directory *dir, struct arena *arena)
{
    Okr__Settings *copy = arena_memdup(arena, &dir->settings, sizeof dir->settings);
    char *zone = arena_strdup(arena, dir->settings.time_zone);
    if (!copy || !zone)
        return NULL;
    copy->time_zone = zone;
    return copy;
}

// ---- the one in force -------------------------------------------------------------------------

static struct directory *in_force;

const struct directory *server_directory(void)
{
    return in_force;
}

// "Today" and "this week" are those of the organisation.
static void use_time_zone(const char *name)
{
    const char *current = getenv("TZ");
    if (current && strcmp(current, name) == 0)
        return;
    setenv("TZ", name, 1);
    tzset();
}

void server_directory_set(struct directory *dir)
{
    directory_free(in_force);
    in_force = dir;
    if (!dir)
        return;
    use_time_zone(dir->settings.time_zone);
    if (dir->has_admin)
        first_admin_done();
}
