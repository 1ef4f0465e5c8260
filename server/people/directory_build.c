// From rows to a directory: what is read, and how it is laid out for the lookups.
#include "server/people/directory_private.h"

#include <stdlib.h>
#include <string.h>
#include "common/rpc_method.h"

#define DIRECTORY_BYTES ((size_t)1 << 30) // a bound, not a reserve

enum { READ_MEMBERS, READ_ROLES, READ_TOKENS, READ_AGENTS, READ_SETTINGS, READ_COUNT };

STATEMENT(directory_members, MANY, "", "lttb",
          "SELECT id, handle, name, active FROM member ORDER BY id");

STATEMENT(
    directory_roles, MANY, "", "lti",
    "SELECT mr.member_id, r.name, r.rights_of FROM member_role mr JOIN role r ON r.name = mr.role "
    "WHERE NOT r.retired ORDER BY mr.member_id, r.rights_of, r.name");

// Tokens that expired long ago are not told from unknown ones; the log's last row says how late it
// is.
STATEMENT(
    directory_tokens, MANY, "", "lylz",
    "SELECT id, hash, member_id, expires_at FROM token WHERE revoked_at IS NULL AND expires_at > "
    "coalesce((SELECT at - interval '90 days' FROM audit ORDER BY revision DESC LIMIT 1), "
    "         '-infinity')");

STATEMENT(
    directory_agents, MANY, "", "ylztT",
    "SELECT hash, delegated_by, expires_at, label, sources FROM agent WHERE revoked_at IS NULL");

STATEMENT(directory_read_settings, MANY, "", "itiiiili",
          "SELECT fiscal_first_month, time_zone, weekly_due_day, weekly_due_minute, "
          "side_target_percent, token_days, version, review_months FROM settings");

const struct statement *const directory_statements[] = {
    [READ_MEMBERS] = &directory_members,        [READ_ROLES] = &directory_roles,
    [READ_TOKENS] = &directory_tokens,          [READ_AGENTS] = &directory_agents,
    [READ_SETTINGS] = &directory_read_settings,
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
    for (int i = 0; i < (int)count; i++) {
        struct directory_member *m = &dir->members[dir->n_members];
        m->id = row_i64(&rows, i, 0);
        m->handle = row_text(&rows, i, 1);
        m->name = row_text(&rows, i, 2);
        m->active = row_bool(&rows, i, 3);
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
    for (int i = 0; i < (int)count; i++) {
        struct directory_member *m = member_of(dir, row_i64(&rows, i, 0));
        roles[i].name = row_text(&rows, i, 1);
        roles[i].rights_of = (Okr__Role)row_i32(&rows, i, 2);
        slots[i] = &roles[i];
        if (!m || !roles[i].name)
            return false;
        if (m->n_roles++ == 0)
            m->roles = &slots[i];
        m->rights |= ROLE_BIT(roles[i].rights_of);
        if (m->active && roles[i].rights_of == OKR__ROLE__ROLE_ADMIN)
            dir->has_admin = true;
    }
    return true;
}

static struct directory_token *add_token(struct directory *dir, const struct rows *rows, int row,
                                         int hash, int member, int expires_at)
{
    struct directory_token *t = &dir->tokens[dir->n_tokens++];
    struct bytes sum = row_bytes(rows, row, hash);
    t->member = directory_by_id(dir, row_i64(rows, row, member));
    t->expires_at = row_time(rows, row, expires_at);
    if (!t->member || !sum.data || sum.len != DIRECTORY_HASH_BYTES)
        return NULL;
    memcpy(t->hash, sum.data, DIRECTORY_HASH_BYTES);
    return t;
}

static bool build_agent(struct directory *dir, const struct rows *rows, int row)
{
    struct directory_token *t = add_token(dir, rows, row, 0, 1, 2);
    if (!t)
        return false;
    t->agent = row_text(rows, row, 3);
    t->n_sources = row_text_array(rows, row, 4, &t->sources);
    return t->agent != NULL;
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
    for (int i = 0; i < rows_count(&tokens); i++) {
        struct directory_token *t = add_token(dir, &tokens, i, 1, 2, 3);
        if (!t)
            return false;
        t->id = row_i64(&tokens, i, 0);
    }
    for (int i = 0; i < rows_count(&agents); i++)
        if (!build_agent(dir, &agents, i))
            return false;
    qsort(dir->tokens, count, sizeof *dir->tokens, by_hash);
    return true;
}

static bool build_settings(struct directory *dir, const struct rows *read)
{
    struct rows rows = rows_into(dir, read);
    if (rows_count(&rows) != 1)
        return false;
    Okr__Settings *s = &dir->settings;
    okr__settings__init(s);
    s->fiscal_first_month = row_i32(&rows, 0, 0);
    s->time_zone = row_text(&rows, 0, 1);
    s->weekly_due_day = row_i32(&rows, 0, 2);
    s->weekly_due_minute = row_i32(&rows, 0, 3);
    s->side_target_percent = row_i32(&rows, 0, 4);
    s->token_days = row_i32(&rows, 0, 5);
    s->version = row_i64(&rows, 0, 6);
    s->review_months = row_i32(&rows, 0, 7);
    s->has_fiscal_first_month = s->has_weekly_due_day = s->has_weekly_due_minute = 1;
    s->has_side_target_percent = s->has_token_days = s->has_version = s->has_review_months = 1;
    return s->time_zone != NULL;
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
