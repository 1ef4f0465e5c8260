// Members, roles, tokens, agents and settings in memory, as they were after one change: who a token
// belongs to, and what its holder may do. An immutable snapshot; after each change that touches one
// of these tables a new one takes its place. It must not know calls, methods or connections.
#ifndef OKR_SERVER_PEOPLE_DIRECTORY_H
#define OKR_SERVER_PEOPLE_DIRECTORY_H

#include "okr/all.h"
#include "server/pg/row.h"

struct directory;

struct directory_role {
    const char *name; // "service-engineer"
    Okr__Role rights_of;
};

struct directory_member {
    int64_t id;
    const char *handle;
    const char *name;
    bool active;
    uint32_t rights; // ROLE_BIT of each role whose rights the member's roles give
    const struct directory_role *const
        *roles; // held and not retired, in the order of the contract's roles
    size_t n_roles;
};

// What a token stands for. Everything in it lives as long as the directory.
struct directory_hit {
    uint32_t rights;
    int64_t token_id;   // 0 for agents
    int64_t expires_at; // microseconds since 1970-01-01 UTC
    const char *agent;  // label; NULL: the member's own token
    char **sources;     // of an agent: what it may publish
    size_t n_sources;
};

// What to read, in this order and without parameters, in one snapshot of the database, for
// directory_build(): one set of rows a statement. The rows may be cleared afterwards. The caller
// frees the directory; NULL when out of memory, or without the row of settings.
extern const struct statement *const directory_statements[];
extern const size_t directory_statement_count;
struct directory *directory_build(const struct rows *rows);
struct directory *directory_free(struct directory *dir);

// Who shows this token (its text as the caller sent it). For an agent: the member who delegated.
// NULL with the reason: REASON_TOKEN_UNKNOWN (revoked ones too), TOKEN_EXPIRED, MEMBER_INACTIVE, or
// DELEGATION_ENDED. Allocates nothing; a binary search.
const struct directory_member *directory_by_token(const struct directory *dir,
                                                  const char *token_text, int64_t now_us,
                                                  struct directory_hit *ret,
                                                  Okr__Reason *ret_reason);

const struct directory_member *directory_by_id(const struct directory *dir, int64_t id);
const struct directory_member *directory_by_handle(const struct directory *dir, const char *handle);

// The name of a role that the member holds and that gives one of these rights, for the audit log:
// the first in the order of the contract's roles. NULL: none. ROLE_BIT(ROLE_AGENT) alone gives
// "agent".
const char *directory_role_name(const struct directory *dir, const struct directory_member *member,
                                uint32_t mask);

// Whether an active member holds the rights of the admin.
bool directory_has_admin(const struct directory *dir);

// When a token that is not revoked expires, in microseconds UTC; 0 if there is none with this id.
int64_t directory_token_expiry(const struct directory *dir, int64_t token_id);

// Never NULL, every field set.
const Okr__Settings *directory_settings(const struct directory *dir);
// A copy that outlives the directory. NULL when the arena is used up.
Okr__Settings *directory_settings_copy(const struct directory *dir, struct arena *arena);

// The one in force. NULL before the first is set. Setting frees the one before, so nobody keeps a
// pointer into it over calls; once there is an admin it also makes the first-admin code void.
const struct directory *server_directory(void);
void server_directory_set(struct directory *dir);

#endif
