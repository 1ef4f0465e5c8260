// Statements of a week's entries, each above the function that binds it.
#include "server/week/entry_rows.h"

#define ENTRY_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, id, "e.id")                                                                         \
    NEXT(i64, project_id, "e.project_id")                                                          \
    NEXT(week, week, "e.week")                                                                     \
    NEXT(i64, goal_id, "e.goal_id")                                                                \
    NEXT(text, text, "e.text")                                                                     \
    NEXT(text, author, "m.handle")                                                                 \
    NEXT(stamp, written_at, "e.written_at")                                                        \
    NEXT(i64, version, "e.version")
#define ENTRY_COLUMNS ROW_COLUMNS(ENTRY_ROW)
#define ENTRY_LETTERS ROW_LETTERS(ENTRY_ROW)
static MESSAGE_READER(entry_take, Okr__Entry, ENTRY_ROW);

STATEMENT(entry_week, MANY, "la", ENTRY_LETTERS,
          "SELECT " ENTRY_COLUMNS " FROM entry e JOIN member m ON m.id = e.author"
          " WHERE e.project_id = $1 AND e.week = $2 ORDER BY e.id");

struct asked entry_ask_week(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &entry_week);
    bind_i64(q, project_id);
    bind_date(q, monday);
    return q->asked;
}

MESSAGE_LIST(entry_rows, Okr__Entry, OKR__ENTRY__INIT, entry_take);

STATEMENT(entry_goal, ONE, "lla", "b",
          "SELECT EXISTS (SELECT FROM goal g WHERE g.id = $1 AND g.project_id = $2 AND g.week = $3"
          " AND NOT g.dropped)");

struct asked entry_ask_goal(struct call *call, int64_t goal_id, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &entry_goal);
    bind_i64(q, goal_id);
    bind_i64(q, project_id);
    bind_date(q, monday);
    return q->asked;
}

bool entry_goal_row(struct call *call, struct asked asked)
{
    struct row row = asked_at(call, asked, 0);
    return take_bool(&row);
}

STATEMENT(entry_add, ONE, "laltlz", ENTRY_LETTERS,
          "WITH e AS (INSERT INTO entry (project_id, week, goal_id, text, author, written_at)"
          " VALUES ($1, $2, $3, $4, $5, $6) RETURNING *)"
          " SELECT " ENTRY_COLUMNS " FROM e JOIN member m ON m.id = e.author");

struct asked entry_ask_add(struct call *call, int64_t project_id, int32_t monday, int64_t goal_id,
                           const char *text)
{
    struct query *q = call_ask(call, &entry_add);
    bind_i64(q, project_id);
    bind_date(q, monday);
    bind_opt_i64(q, goal_id != 0, goal_id);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
    return q->asked;
}

Okr__Entry *entry_added(struct call *call, struct asked asked)
{
    struct row row = asked_at(call, asked, 0);
    Okr__Entry *entry = NEW(call, Okr__Entry, OKR__ENTRY__INIT);
    entry_take(&row, entry);
    return entry;
}

#define ENTRY_CHANGE_ROW(FIRST, NEXT)                                                              \
    FIRST(bool, own, "c.own")                                                                      \
    NEXT(bool, closed, "c.closed")                                                                 \
    NEXT(bool, changed, "EXISTS (SELECT FROM u)")
static STRUCT_READER(entry_change_take, struct entry_change, ENTRY_CHANGE_ROW);

STATEMENT(
    entry_edit, MAYBE, "llblt", ENTRY_LETTERS ROW_LETTERS(ENTRY_CHANGE_ROW),
    "WITH c AS (SELECT " ENTRY_COLUMNS ", NOT $3::boolean OR e.author = $4 AS own,"
    "  EXISTS (SELECT FROM week_report r WHERE r.project_id = e.project_id AND r.week = e.week)"
    "   AS closed"
    " FROM entry e JOIN member m ON m.id = e.author WHERE e.id = $1),"
    " u AS (UPDATE entry e SET text = $5, version = e.version + 1 FROM c WHERE e.id = c.id"
    "  AND c.own AND NOT c.closed AND c.version = $2 RETURNING e.id)"
    " SELECT c.*, EXISTS (SELECT FROM u) FROM c");

struct asked entry_ask_edit(struct call *call, int64_t id, int64_t version, const char *text)
{
    struct query *q = call_ask(call, &entry_edit);
    bind_i64(q, id);
    bind_i64(q, version);
    bind_bool(q, call->actor.own_only);
    bind_i64(q, call->actor.member_id);
    bind_text(q, text);
    return q->asked;
}

bool entry_change_row(struct call *call, struct asked asked, struct entry_change *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->before = NEW(call, Okr__Entry, OKR__ENTRY__INIT);
    entry_take(&row, ret->before);
    entry_change_take(&row, ret);
    return true;
}
