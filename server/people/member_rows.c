// The statements of members; see the header. The rules stand in server/people/member.c.
#include "server/people/member_rows.h"

#define MEMBER_COLUMNS                                                                             \
    "m.id, m.handle, m.name, m.email, m.active, m.version, "                                       \
    "coalesce((SELECT array_agg(mr.role ORDER BY r.rights_of, r.name) FROM member_role mr "        \
    "          JOIN role r ON r.name = mr.role WHERE mr.member_id = m.id), '{}')"

STATEMENT(member_get, MANY, "t", "ltttblT",
          "SELECT " MEMBER_COLUMNS " FROM member m WHERE m.handle = $1");

void member_ask(struct call *call, const char *handle)
{
    bind_text(call_ask(call, &member_get), handle);
}

STATEMENT(member_by_address, MANY, "t", "t",
          "SELECT handle FROM member WHERE active AND lower(email) = lower($1)");

void member_ask_by_address(struct call *call, const char *email)
{
    bind_text(call_ask(call, &member_by_address), email);
}

STATEMENT(member_list, MANY, "", "ltttblT",
          "SELECT " MEMBER_COLUMNS " FROM member m ORDER BY m.handle");

void member_ask_list(struct call *call)
{
    call_ask(call, &member_list);
}

STATEMENT(member_insert, MANY, "ttt", "ltttblT",
          "INSERT INTO member AS m (handle, name, email) VALUES ($1, $2, nullif($3, '')) "
          "RETURNING " MEMBER_COLUMNS);

void member_ask_insert(struct call *call, const char *handle, const char *name, const char *email)
{
    struct query *q = call_ask(call, &member_insert);
    bind_text(q, handle);
    bind_text(q, name);
    bind_text(q, email);
}

STATEMENT(member_update, MANY, "tttb", "ltttblT",
          "UPDATE member AS m SET name = coalesce($2, m.name), "
          "  email = CASE WHEN $3::text IS NULL THEN m.email ELSE nullif($3, '') END, "
          "  active = coalesce($4, m.active), version = m.version + 1 "
          "WHERE m.handle = $1 RETURNING " MEMBER_COLUMNS);

void member_ask_update(struct call *call, const Okr__UpdateMemberRequest *change)
{
    struct query *q = call_ask(call, &member_update);
    bind_text(q, change->handle);
    bind_text(q, change->name);
    bind_text(q, change->email);
    bind_opt_bool(q, change->has_active, change->active);
}

Okr__Member *member_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Member *member = NEW(call, Okr__Member, OKR__MEMBER__INIT);
    member->handle = row_text(rows, row, 1);
    member->name = row_text(rows, row, 2);
    member->email = row_text(rows, row, 3);
    SET(member, active, row_bool(rows, row, 4));
    SET(member, version, row_i64(rows, row, 5));
    member->n_roles = row_text_array(rows, row, 6, &member->roles);
    return member;
}

int64_t member_row_id(const struct rows *rows, int row)
{
    return row_i64(rows, row, 0);
}

// 12 is okr.v1.ROLE_ADMIN.
STATEMENT(
    member_admin_remains, MANY, "tt", "b",
    "SELECT EXISTS (SELECT FROM member m JOIN member_role mr ON mr.member_id = m.id "
    "  JOIN role r ON r.name = mr.role "
    "  WHERE m.active AND NOT r.retired AND r.rights_of = 12 "
    "    AND NOT (($1::text IS NULL OR m.handle = $1) AND ($2::text IS NULL OR r.name = $2)))");

void member_ask_admin_remains(struct call *call, const char *without_handle,
                              const char *without_role)
{
    struct query *q = call_ask(call, &member_admin_remains);
    bind_text(q, without_handle);
    bind_text(q, without_role);
}
