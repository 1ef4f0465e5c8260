// Statements of a week's entries, each above the function that binds it.
#include "server/week/entry_rows.h"

Okr__Entry *entry_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Entry *entry = NEW(call, Okr__Entry, OKR__ENTRY__INIT);
    SET(entry, id, row_i64(rows, row, 0));
    SET(entry, project_id, row_i64(rows, row, 1));
    entry->week = row_week_text(rows, row, 2);
    if (!row_null(rows, row, 3))
        SET(entry, goal_id, row_i64(rows, row, 3));
    entry->text = row_text(rows, row, 4);
    entry->author = row_text(rows, row, 5);
    entry->written_at = row_time_text(rows, row, 6);
    SET(entry, version, row_i64(rows, row, 7));
    return entry;
}

size_t entry_rows(struct call *call, const struct rows *rows, Okr__Entry ***ret)
{
    int n = rows_count(rows);
    *ret = NEW_ARRAY(call, Okr__Entry *, (size_t)n);
    for (int i = 0; i < n; i++)
        (*ret)[i] = entry_row(call, rows, i);
    return (size_t)n;
}

STATEMENT(entry_week, MANY, "la", ENTRY_LETTERS,
          "SELECT " ENTRY_COLUMNS " FROM entry e JOIN member m ON m.id = e.author"
          " WHERE e.project_id = $1 AND e.week = $2 ORDER BY e.id");

void entry_ask_week(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &entry_week);
    bind_i64(q, project_id);
    bind_date(q, monday);
}

STATEMENT(entry_goal, MANY, "lla", "b",
          "SELECT EXISTS (SELECT FROM goal g WHERE g.id = $1 AND g.project_id = $2 AND g.week = $3"
          " AND NOT g.dropped)");

void entry_ask_goal(struct call *call, int64_t goal_id, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &entry_goal);
    bind_i64(q, goal_id);
    bind_i64(q, project_id);
    bind_date(q, monday);
}

STATEMENT(entry_add, MANY, "laltlz", ENTRY_LETTERS,
          "WITH e AS (INSERT INTO entry (project_id, week, goal_id, text, author, written_at)"
          " VALUES ($1, $2, $3, $4, $5, $6) RETURNING *)"
          " SELECT " ENTRY_COLUMNS " FROM e JOIN member m ON m.id = e.author");

void entry_ask_add(struct call *call, int64_t project_id, int32_t monday, int64_t goal_id,
                   const char *text)
{
    struct query *q = call_ask(call, &entry_add);
    bind_i64(q, project_id);
    bind_date(q, monday);
    bind_opt_i64(q, goal_id != 0, goal_id);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
}

STATEMENT(
    entry_edit, MANY, "llblt", ENTRY_LETTERS "bbb",
    "WITH c AS (SELECT " ENTRY_COLUMNS ", NOT $3::boolean OR e.author = $4 AS own,"
    "  EXISTS (SELECT FROM week_report r WHERE r.project_id = e.project_id AND r.week = e.week)"
    "   AS closed"
    " FROM entry e JOIN member m ON m.id = e.author WHERE e.id = $1),"
    " u AS (UPDATE entry e SET text = $5, version = e.version + 1 FROM c WHERE e.id = c.id"
    "  AND c.own AND NOT c.closed AND c.version = $2 RETURNING e.id)"
    " SELECT c.*, EXISTS (SELECT FROM u) FROM c");

void entry_ask_edit(struct call *call, int64_t id, int64_t version, const char *text)
{
    struct query *q = call_ask(call, &entry_edit);
    bind_i64(q, id);
    bind_i64(q, version);
    bind_bool(q, call->actor.own_only);
    bind_i64(q, call->actor.member_id);
    bind_text(q, text);
}

bool entry_change_row(struct call *call, const struct rows *rows, struct entry_change *ret)
{
    if (rows_count(rows) == 0)
        return false;
    ret->before = entry_row(call, rows, 0);
    ret->own = row_bool(rows, 0, ENTRY_WIDTH);
    ret->closed = row_bool(rows, 0, ENTRY_WIDTH + 1);
    ret->changed = row_bool(rows, 0, ENTRY_WIDTH + 2);
    return true;
}
