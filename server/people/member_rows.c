// The statements of members; see the header. The rules stand in server/people/member.c.
#include "server/people/member_rows.h"
#include "okr/sql.h"

#define MEMBER_ROW(FIRST, NEXT)                                                                    \
    FIRST(text, handle, "m.handle")                                                                \
    NEXT(text, name, "m.name")                                                                     \
    NEXT(text, email, "m.email")                                                                   \
    NEXT(bool, active, "m.active")                                                                 \
    NEXT(i64, version, "m.version")                                                                \
    NEXT(texts, roles,                                                                             \
         "coalesce((SELECT array_agg(mr.role ORDER BY r.rights_of, r.name) FROM member_role mr"    \
         " JOIN role r ON r.name = mr.role WHERE mr.member_id = m.id), '{}')")
#define LETTERS "l" ROW_LETTERS(MEMBER_ROW)
#define COLUMNS "m.id, " ROW_COLUMNS(MEMBER_ROW)
static MESSAGE_READER(member_take, Okr__Member, MEMBER_ROW);

Okr__Member *member_row(struct call *call, struct row *row, int64_t *ret_id)
{
    Okr__Member *member = NEW(call, Okr__Member, OKR__MEMBER__INIT);
    int64_t id = take_i64(row);
    if (ret_id)
        *ret_id = id;
    member_take(row, member);
    return member;
}

Okr__Member *member_read(struct call *call, struct asked asked, int64_t *ret_id)
{
    struct row row;
    return asked_first(call, asked, &row) ? member_row(call, &row, ret_id) : NULL;
}

size_t member_list(struct call *call, struct asked asked, Okr__Member ***ret)
{
    size_t n = 0;
    *ret = NEW_ARRAY(call, Okr__Member *, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);)
        (*ret)[n++] = member_row(call, &row, NULL);
    return n;
}

STATEMENT(member_get, MAYBE, "t", LETTERS, "SELECT " COLUMNS " FROM member m WHERE m.handle = $1");

struct asked member_ask(struct call *call, const char *handle)
{
    struct query *q = call_ask(call, &member_get);
    bind_text(q, handle);
    return q->asked;
}

STATEMENT(member_by_address, MAYBE, "t", "t",
          "SELECT min(handle) FROM member WHERE active AND lower(email) = lower($1) "
          "HAVING count(*) = 1");

struct asked member_ask_by_address(struct call *call, const char *email)
{
    struct query *q = call_ask(call, &member_by_address);
    bind_text(q, email);
    return q->asked;
}

STATEMENT(member_list_all, MANY, "", LETTERS, "SELECT " COLUMNS " FROM member m ORDER BY m.handle");

struct asked member_ask_list(struct call *call)
{
    return call_ask(call, &member_list_all)->asked;
}

STATEMENT(member_insert, ONE, "ttt", LETTERS,
          "INSERT INTO member AS m (handle, name, email) VALUES ($1, $2, nullif($3, '')) "
          "RETURNING " COLUMNS);

struct asked member_ask_insert(struct call *call, const char *handle, const char *name,
                               const char *email)
{
    struct query *q = call_ask(call, &member_insert);
    bind_text(q, handle);
    bind_text(q, name);
    bind_text(q, email);
    return q->asked;
}

STATEMENT(member_update, MAYBE, "tttb", LETTERS,
          "UPDATE member AS m SET name = coalesce($2, m.name), "
          "  email = CASE WHEN $3::text IS NULL THEN m.email ELSE nullif($3, '') END, "
          "  active = coalesce($4, m.active), version = m.version + 1 "
          "WHERE m.handle = $1 RETURNING " COLUMNS);

struct asked member_ask_update(struct call *call, const Okr__UpdateMemberRequest *change)
{
    struct query *q = call_ask(call, &member_update);
    bind_text(q, change->handle);
    bind_text(q, change->name);
    bind_text(q, change->email);
    bind_opt_bool(q, change->has_active, change->active);
    return q->asked;
}

STATEMENT(
    member_admin_remains, ONE, "tt", "b",
    "SELECT EXISTS (SELECT FROM member m JOIN member_role mr ON mr.member_id = m.id "
    "  JOIN role r ON r.name = mr.role "
    "  WHERE m.active AND NOT r.retired AND r.rights_of = " SQL_ROLE_ADMIN
    "    AND NOT (($1::text IS NULL OR m.handle = $1) AND ($2::text IS NULL OR r.name = $2)))");

struct asked member_ask_admin_remains(struct call *call, const char *without_handle,
                                      const char *without_role)
{
    struct query *q = call_ask(call, &member_admin_remains);
    bind_text(q, without_handle);
    bind_text(q, without_role);
    return q->asked;
}
