// From rows to a directory: what is read, and how it is laid out for the lookups.
#include "server/people/directory_private.h"
#include "server/people/settings_rows.h"

#include <stdlib.h>
#include <string.h>
#include "common/rpc_method.h"

#define DIRECTORY_BYTES ((size_t)1 << 30) // a bound, not a reserve

enum { READ_MEMBERS, READ_ROLES, READ_TOKENS, READ_AGENTS, READ_SETTINGS, READ_COUNT };

#define MEMBER_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, id, "id")                                                                           \
    NEXT(text, handle, "handle") NEXT(text, name, "name") NEXT(bool, active, "active")
static STRUCT_READER(member_take, struct directory_member, MEMBER_ROW);

STATEMENT(directory_members, MANY, "", ROW_LETTERS(MEMBER_ROW),
          "SELECT " ROW_COLUMNS(MEMBER_ROW) " FROM member ORDER BY id");

struct held {
    int64_t member_id;
    char *name;
    int32_t rights_of;
};
#define HELD_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, member_id, "mr.member_id")                                                          \
    NEXT(text, name, "r.name") NEXT(i32, rights_of, "r.rights_of")
static STRUCT_READER(held_take, struct held, HELD_ROW);

STATEMENT(directory_roles, MANY, "", ROW_LETTERS(HELD_ROW),
          "SELECT " ROW_COLUMNS(
              HELD_ROW) " FROM member_role mr JOIN role r ON r.name = mr.role "
                        "WHERE NOT r.retired ORDER BY mr.member_id, r.rights_of, r.name");

struct shown {
    struct bytes hash;
    int64_t member_id, expires_at;
};
#define SHOWN_ROW(FIRST, NEXT)                                                                     \
    FIRST(bytes, hash, "hash")                                                                     \
    NEXT(i64, member_id, "member_id") NEXT(time, expires_at, "expires_at")
static STRUCT_READER(shown_take, struct shown, SHOWN_ROW);
#define AGENT_ROW(FIRST, NEXT) FIRST(text, agent, "label") NEXT(texts, sources, "sources")
static STRUCT_READER(agent_take, struct directory_token, AGENT_ROW);

// Tokens that expired long ago are not told from unknown ones; the log's last row says how late
// it is.
STATEMENT(directory_tokens, MANY, "", "l" ROW_LETTERS(SHOWN_ROW),
          "SELECT id, " ROW_COLUMNS(
              SHOWN_ROW) " FROM token WHERE revoked_at IS NULL AND expires_at > "
                         "coalesce((SELECT at - interval '90 days' FROM audit ORDER BY "
                         "revision DESC LIMIT 1), "
                         "         '-infinity')");

STATEMENT(directory_agents, MANY, "", ROW_LETTERS(SHOWN_ROW) ROW_LETTERS(AGENT_ROW),
          "SELECT " ROW_COLUMNS(SHOWN_ROW) ", " ROW_COLUMNS(
              AGENT_ROW) " FROM (SELECT a.*, a.delegated_by AS member_id FROM agent a) a"
                         " WHERE revoked_at IS NULL");

STATEMENT(directory_settings_get, MANY, "", SETTINGS_LETTERS,
          "SELECT " SETTINGS_COLUMNS " FROM settings");

const struct statement *const directory_statements[] = {
    [READ_MEMBERS] = &directory_members,       [READ_ROLES] = &directory_roles,
    [READ_TOKENS] = &directory_tokens,         [READ_AGENTS] = &directory_agents,
    [READ_SETTINGS] = &directory_settings_get,
};
const size_t directory_statement_count = READ_COUNT;

// The rows, read into the directory's own memory.
static struct rows rows_into(const struct directory *dir, const struct rows *rows)
{
    struct rows own = *rows;
    own.arena = dir->arena;
    return own;
}

static int by_handle(const void *a, const void *b)
{
    const struct directory_member *const *x = a, *const *y = b;
    return strcmp((*x)->handle, (*y)->handle);
}

static bool build_members(struct directory *dir, const struct rows *read)
{
    struct rows rows = rows_into(dir, read);
    size_t count = (size_t)rows_count(&rows);
    dir->members = arena_calloc(dir->arena, count, sizeof *dir->members);
    dir->by_handle = arena_calloc(dir->arena, count, sizeof(struct directory_member *));
    if (!dir->members || !dir->by_handle)
        return false;
    for (struct row row = rows_begin(&rows); row_next(&row);) {
        struct directory_member *m = &dir->members[dir->n_members];
        member_take(&row, m);
        if (!m->handle || !m->name)
            return false;
        dir->by_handle[dir->n_members++] = m;
    }
    qsort(dir->by_handle, count, sizeof(struct directory_member *), by_handle);
    return true;
}

static struct directory_member *member_of(const struct directory *dir, int64_t id)
{
    const struct directory_member *found = directory_by_id(dir, id);
    return found ? &dir->members[found - dir->members] : NULL;
}

// The rows of one member stand together, so a member's roles are a slice of one array.
static bool build_roles(struct directory *dir, const struct rows *read)
{
    struct rows rows = rows_into(dir, read);
    size_t count = (size_t)rows_count(&rows);
    struct directory_role *roles = arena_calloc(dir->arena, count, sizeof *roles);
    const struct directory_role **slots = arena_calloc(dir->arena, count, sizeof *slots);
    if (!roles || !slots)
        return false;
    for (struct row row = rows_begin(&rows); row_next(&row);) {
        struct held held;
        held_take(&row, &held);
        struct directory_member *m = member_of(dir, held.member_id);
        if (!m || !held.name)
            return false;
        roles[row.index] = (struct directory_role){held.name, (Okr__Role)held.rights_of};
        slots[row.index] = &roles[row.index];
        if (m->n_roles++ == 0)
            m->roles = &slots[row.index];
        m->rights |= ROLE_BIT(held.rights_of);
        if (m->active && held.rights_of == OKR__ROLE__ROLE_ADMIN)
            dir->has_admin = true;
    }
    return true;
}

static struct directory_token *add_token(struct directory *dir, struct row *row)
{
    struct directory_token *t = &dir->tokens[dir->n_tokens++];
    struct shown shown;
    shown_take(row, &shown);
    t->member = directory_by_id(dir, shown.member_id);
    t->expires_at = shown.expires_at;
    if (!t->member || !shown.hash.data || shown.hash.len != DIRECTORY_HASH_BYTES)
        return NULL;
    memcpy(t->hash, shown.hash.data, DIRECTORY_HASH_BYTES);
    return t;
}

static int by_hash(const void *a, const void *b)
{
    const struct directory_token *x = a, *y = b;
    return memcmp(x->hash, y->hash, DIRECTORY_HASH_BYTES);
}

static bool build_tokens(struct directory *dir, const struct rows *read_tokens,
                         const struct rows *read_agents)
{
    struct rows tokens = rows_into(dir, read_tokens), agents = rows_into(dir, read_agents);
    size_t count = (size_t)rows_count(&tokens) + (size_t)rows_count(&agents);
    dir->tokens = arena_calloc(dir->arena, count, sizeof *dir->tokens);
    if (!dir->tokens)
        return false;
    for (struct row row = rows_begin(&tokens); row_next(&row);) {
        int64_t id = take_i64(&row);
        struct directory_token *t = add_token(dir, &row);
        if (!t)
            return false;
        t->id = id;
    }
    for (struct row row = rows_begin(&agents); row_next(&row);) {
        struct directory_token *t = add_token(dir, &row);
        if (!t)
            return false;
        agent_take(&row, t);
        if (!t->agent)
            return false;
    }
    qsort(dir->tokens, count, sizeof *dir->tokens, by_hash);
    return true;
}

static bool build_settings(struct directory *dir, const struct rows *read)
{
    struct rows rows = rows_into(dir, read);
    if (rows_count(&rows) != 1)
        return false;
    struct row row = rows_at(&rows, 0);
    okr__settings__init(&dir->settings);
    settings_take(&row, &dir->settings);
    return dir->settings.time_zone != NULL;
}

struct directory *directory_build(const struct rows *rows)
{
    struct directory *dir = calloc(1, sizeof *dir);
    if (!dir)
        return NULL;
    dir->arena = arena_new(DIRECTORY_BYTES);
    bool ok = dir->arena && build_members(dir, &rows[READ_MEMBERS]) &&
              build_roles(dir, &rows[READ_ROLES]) &&
              build_tokens(dir, &rows[READ_TOKENS], &rows[READ_AGENTS]) &&
              build_settings(dir, &rows[READ_SETTINGS]) && !arena_exhausted(dir->arena);
    return ok ? dir : directory_free(dir);
}

struct directory *directory_free(struct directory *dir)
{
    if (!dir)
        return NULL;
    arena_free(dir->arena);
    free(dir);
    return NULL;
}
