// Statements of weekly goals, each above the function that binds it.
#include "server/week/goal_rows.h"
#include <string.h>

Okr__Goal *goal_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Goal *goal = NEW(call, Okr__Goal, OKR__GOAL__INIT);
    SET(goal, id, row_i64(rows, row, 0));
    SET(goal, project_id, row_i64(rows, row, 1));
    goal->week = row_week_text(rows, row, 2);
    SET(goal, position, row_i32(rows, row, 3));
    goal->text = row_text(rows, row, 4);
    if (!row_null(rows, row, 5))
        SET(goal, result, (Okr__GoalResult)row_i32(rows, row, 5));
    goal->reason = row_text(rows, row, 6);
    goal->source = row_text(rows, row, 7);
    if (!row_null(rows, row, 8))
        SET(goal, task_uid, row_i64(rows, row, 8));
    SET(goal, dropped, row_bool(rows, row, 9));
    SET(goal, version, row_i64(rows, row, 10));
    return goal;
}

// Of rows that are ordered by project, the first one of this project or of a later one.
static int first_of_project(const struct rows *rows, int64_t project_id)
{
    int low = 0, high = rows_count(rows);
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (row_i64(rows, middle, 1) < project_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t goal_rows(struct call *call, const struct rows *rows, int64_t project_id, const char *week,
                 bool dropped, Okr__Goal ***ret)
{
    size_t n = 0;
    int first = first_of_project(rows, project_id), end = first_of_project(rows, project_id + 1);
    *ret = NEW_ARRAY(call, Okr__Goal *, (size_t)(end - first));
    for (int i = first; i < end; i++) {
        if (!dropped && row_bool(rows, i, 9))
            continue;
        Okr__Goal *goal = goal_row(call, rows, i);
        if (goal->week && strcmp(goal->week, week) == 0)
            (*ret)[n++] = goal;
    }
    return n;
}

STATEMENT(goal_two_weeks, MANY, "la", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.project_id = $1 AND g.week IN ($2::date, $2::date + 7) ORDER BY g.week, "
          "g.position, g.id");

void goal_ask_two_weeks(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &goal_two_weeks);
    bind_i64(q, project_id);
    bind_date(q, monday);
}

STATEMENT(goal_week, MANY, "a", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.week = $1 ORDER BY g.project_id, g.position, g.id");

void goal_ask_week(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &goal_week);
    bind_date(q, monday);
}

STATEMENT(
    goal_add, MANY, "laTTL", GOAL_LETTERS,
    "WITH g AS (INSERT INTO goal (project_id, week, position, text, source_id, task_key)"
    " SELECT $1, $2, n.i::integer + (SELECT coalesce(max(o.position), 0) FROM goal o"
    "                                WHERE o.project_id = $1 AND o.week = $2),"
    "  n.text, p.id, (SELECT tp.task_key FROM task_project tp"
    "                 WHERE tp.source_id = p.id AND tp.task_uid = n.uid)"
    " FROM unnest($3::text[], $4::text[], $5::bigint[]) WITH ORDINALITY AS n (text, source, uid, i)"
    " LEFT JOIN plan_source p ON p.name = n.source ORDER BY n.i RETURNING *)"
    " SELECT " GOAL_COLUMNS " FROM g LEFT JOIN plan_source s ON s.id = g.source_id"
    " ORDER BY g.position");

// Sources and tasks of new goals as two arrays.
static void bind_tasks(struct call *call, struct query *q, Okr__NewGoal *const *goals, size_t n)
{
    char **sources = NEW_ARRAY(call, char *, n);
    int64_t *uids = NEW_ARRAY(call, int64_t, n);
    for (size_t i = 0; i < n; i++) {
        sources[i] = goals[i]->source;
        uids[i] = goals[i]->task_uid;
    }
    bind_text_array(q, sources, n);
    bind_i64_array(q, uids, n);
}

void goal_ask_add(struct call *call, int64_t project_id, int32_t monday, Okr__NewGoal *const *goals,
                  size_t n)
{
    struct query *q = call_ask(call, &goal_add);
    char **texts = NEW_ARRAY(call, char *, n);
    for (size_t i = 0; i < n; i++)
        texts[i] = goals[i]->text;
    bind_i64(q, project_id);
    bind_date(q, monday);
    bind_text_array(q, texts, n);
    bind_tasks(call, q, goals, n);
}

STATEMENT(goal_tasks, MANY, "TL", "bb",
          "SELECT p.id IS NOT NULL, EXISTS (SELECT FROM plan_task t"
          "  WHERE t.version_id = p.published_version AND t.uid = n.uid AND NOT t.is_null)"
          " FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS n (source, uid, i)"
          " LEFT JOIN plan_source p ON p.name = n.source ORDER BY n.i");

void goal_ask_tasks(struct call *call, Okr__NewGoal *const *goals, size_t n)
{
    bind_tasks(call, call_ask(call, &goal_tasks), goals, n);
}

// $1 goal, $2 version, $3 own rows only, $4 actor. The one row that comes back is the goal as it
// was, so that the reply, the refusal and the audit log can all be made from it.
#define GOAL_CHANGE(set)                                                                           \
    "WITH c AS (SELECT " GOAL_COLUMNS ","                                                          \
    "  NOT $3::boolean OR coalesce(p.lead_id = $4, false) AS own,"                                 \
    "  EXISTS (SELECT FROM week_report r WHERE r.project_id = g.project_id AND r.week = g.week)"   \
    "   AS closed"                                                                                 \
    " FROM goal g JOIN project p ON p.id = g.project_id LEFT JOIN plan_source s ON s.id = "        \
    "g.source_id"                                                                                  \
    " WHERE g.id = $1),"                                                                           \
    " u AS (UPDATE goal g SET version = g.version + 1, " set " FROM c WHERE g.id = c.id"           \
    "  AND c.own AND NOT c.closed AND NOT c.dropped AND c.version = $2 RETURNING g.id)"            \
    " SELECT c.*, EXISTS (SELECT FROM u) FROM c"

STATEMENT(goal_set_result, MANY, "llblit", GOAL_LETTERS "bbb",
          GOAL_CHANGE("result = $5::integer, reason = $6::text"));
STATEMENT(goal_set_text, MANY, "llblt", GOAL_LETTERS "bbb", GOAL_CHANGE("text = $5::text"));
STATEMENT(goal_drop, MANY, "llblt", GOAL_LETTERS "bbb",
          GOAL_CHANGE("dropped = true, drop_reason = $5::text"));

static struct query *ask_change(struct call *call, const struct statement *statement, int64_t id,
                                int64_t version)
{
    struct query *q = call_ask(call, statement);
    bind_i64(q, id);
    bind_i64(q, version);
    bind_bool(q, call->actor.own_only);
    bind_i64(q, call->actor.member_id);
    return q;
}

void goal_ask_result(struct call *call, int64_t id, int64_t version, Okr__GoalResult result,
                     const char *reason)
{
    struct query *q = ask_change(call, &goal_set_result, id, version);
    bind_i32(q, (int32_t)result);
    bind_text(q, reason);
}

void goal_ask_text(struct call *call, int64_t id, int64_t version, const char *text)
{
    bind_text(ask_change(call, &goal_set_text, id, version), text);
}

void goal_ask_drop(struct call *call, int64_t id, int64_t version, const char *reason)
{
    bind_text(ask_change(call, &goal_drop, id, version), reason);
}

bool goal_change_row(struct call *call, const struct rows *rows, struct goal_change *ret)
{
    if (rows_count(rows) == 0)
        return false;
    ret->before = goal_row(call, rows, 0);
    ret->own = row_bool(rows, 0, GOAL_WIDTH);
    ret->closed = row_bool(rows, 0, GOAL_WIDTH + 1);
    ret->changed = row_bool(rows, 0, GOAL_WIDTH + 2);
    return true;
}

STATEMENT(goal_set_results, NONE, "LIT", "",
          "UPDATE goal g SET result = n.result, reason = n.reason, version = g.version + 1"
          " FROM unnest($1::bigint[], $2::integer[], $3::text[]) AS n (id, result, reason)"
          " WHERE g.id = n.id");

void goal_ask_results(struct call *call, const int64_t *ids, const int32_t *results,
                      char *const *reasons, size_t n)
{
    struct query *q = call_ask(call, &goal_set_results);
    bind_i64_array(q, ids, n);
    bind_i32_array(q, results, n);
    bind_text_array(q, reasons, n);
}
