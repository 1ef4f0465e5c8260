// The statements of roles; see the header. The rules stand in server/people/member_role.c.
#include "server/people/role_rows.h"

#define ROLE_COLUMNS "name, label_ja, label_en, rights_of, trial, retired, version"

STATEMENT(role_get, MANY, "t", "tttibbl", "SELECT " ROLE_COLUMNS " FROM role WHERE name = $1");

void role_ask(struct call *call, const char *name)
{
    bind_text(call_ask(call, &role_get), name);
}

STATEMENT(role_list, MANY, "", "tttibbl",
          "SELECT " ROLE_COLUMNS " FROM role ORDER BY rights_of, trial, name");

void role_ask_list(struct call *call)
{
    call_ask(call, &role_list);
}

STATEMENT(role_insert, MANY, "ttti", "tttibbl",
          "INSERT INTO role (name, label_ja, label_en, rights_of) VALUES ($1, $2, $3, $4) "
          "RETURNING " ROLE_COLUMNS);

void role_ask_insert(struct call *call, const Okr__AddRoleRequest *role)
{
    struct query *q = call_ask(call, &role_insert);
    bind_text(q, role->name);
    bind_text(q, role->label_ja);
    bind_text(q, role->label_en);
    bind_i32(q, (int32_t)role->rights_of);
}

STATEMENT(role_retire, MANY, "tb", "tttibbl",
          "UPDATE role SET retired = $2, version = version + 1 WHERE name = $1 "
          "RETURNING " ROLE_COLUMNS);

void role_ask_retire(struct call *call, const char *name, bool retired)
{
    struct query *q = call_ask(call, &role_retire);
    bind_text(q, name);
    bind_bool(q, retired);
}

Okr__RoleInfo *role_row(struct call *call, const struct rows *rows, int row)
{
    Okr__RoleInfo *role = NEW(call, Okr__RoleInfo, OKR__ROLE_INFO__INIT);
    role->name = row_text(rows, row, 0);
    role->label_ja = row_text(rows, row, 1);
    role->label_en = row_text(rows, row, 2);
    SET(role, rights_of, (Okr__Role)row_i32(rows, row, 3));
    SET(role, trial, row_bool(rows, row, 4));
    SET(role, retired, row_bool(rows, row, 5));
    SET(role, version, row_i64(rows, row, 6));
    return role;
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
