// The statements of roles; see the header. The rules stand in server/people/member_role.c.
#include "server/people/role_rows.h"

#define ROLE_ROW(FIRST, NEXT)                                                                      \
    FIRST(text, name, "name")                                                                      \
    NEXT(text, label_ja, "label_ja")                                                               \
    NEXT(text, label_en, "label_en")                                                               \
    NEXT(i32, rights_of, "rights_of")                                                              \
    NEXT(bool, trial, "trial")                                                                     \
    NEXT(bool, retired, "retired")                                                                 \
    NEXT(i64, version, "version")
#define COLUMNS ROW_COLUMNS(ROLE_ROW)
#define LETTERS ROW_LETTERS(ROLE_ROW)
static MESSAGE_READER(role_take, Okr__RoleInfo, ROLE_ROW);
MESSAGE_LIST(role_list, Okr__RoleInfo, OKR__ROLE_INFO__INIT, role_take);

Okr__RoleInfo *role_read(struct call *call, struct asked asked)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__RoleInfo *role = NEW(call, Okr__RoleInfo, OKR__ROLE_INFO__INIT);
    role_take(&row, role);
    return role;
}

STATEMENT(role_get, MAYBE, "t", LETTERS, "SELECT " COLUMNS " FROM role WHERE name = $1");

struct asked role_ask(struct call *call, const char *name)
{
    struct query *q = call_ask(call, &role_get);
    bind_text(q, name);
    return q->asked;
}

STATEMENT(role_list_all, MANY, "", LETTERS,
          "SELECT " COLUMNS " FROM role ORDER BY rights_of, trial, name");

struct asked role_ask_list(struct call *call)
{
    return call_ask(call, &role_list_all)->asked;
}

STATEMENT(role_insert, ONE, "ttti", LETTERS,
          "INSERT INTO role (name, label_ja, label_en, rights_of) VALUES ($1, $2, $3, $4) "
          "RETURNING " COLUMNS);

struct asked role_ask_insert(struct call *call, const Okr__AddRoleRequest *role)
{
    struct query *q = call_ask(call, &role_insert);
    bind_text(q, role->name);
    bind_text(q, role->label_ja);
    bind_text(q, role->label_en);
    bind_i32(q, (int32_t)role->rights_of);
    return q->asked;
}

STATEMENT(role_retire, MAYBE, "tb", LETTERS,
          "UPDATE role SET retired = $2, version = version + 1 WHERE name = $1 "
          "RETURNING " COLUMNS);

struct asked role_ask_retire(struct call *call, const char *name, bool retired)
{
    struct query *q = call_ask(call, &role_retire);
    bind_text(q, name);
    bind_bool(q, retired);
    return q->asked;
}

STATEMENT(
    role_grant, NONE, "ltzl", "",
    "INSERT INTO member_role (member_id, role, granted_at, granted_by) VALUES ($1, $2, $3, $4)");

void role_ask_grant(struct call *call, int64_t member_id, const char *role, int64_t granted_by)
{
    struct query *q = call_ask(call, &role_grant);
    bind_i64(q, member_id);
    bind_text(q, role);
    bind_time(q, call->now);
    bind_opt_i64(q, granted_by > 0, granted_by);
}

STATEMENT(role_revoke, NONE, "lt", "",
          "DELETE FROM member_role WHERE member_id = $1 AND role = $2");

void role_ask_revoke(struct call *call, int64_t member_id, const char *role)
{
    struct query *q = call_ask(call, &role_revoke);
    bind_i64(q, member_id);
    bind_text(q, role);
}
