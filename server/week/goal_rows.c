// Statements of weekly goals, each above the function that binds it.
#include "server/week/goal_rows.h"
#include <string.h>

static MESSAGE_READER(goal_take, Okr__Goal, GOAL_ROW);

static Okr__Goal *goal_row(struct call *call, struct row *row)
{
    Okr__Goal *goal = NEW(call, Okr__Goal, OKR__GOAL__INIT);
    goal_take(row, goal);
    return goal;
}

// The project of a row of goals, without reading the rest of it.
static int64_t project_of(struct call *call, struct asked asked, int index)
{
    struct row row = asked_at(call, asked, index);
    take_nothing(&row); // the goal's id
    return take_i64(&row);
}

// Of rows that are ordered by project, the first one of this project or of a later one.
static int first_of_project(struct call *call, struct asked asked, int64_t project_id)
{
    int low = 0, high = asked_count(call, asked);
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (project_of(call, asked, middle) < project_id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t goal_rows(struct call *call, struct asked asked, int64_t project_id, const char *week,
                 bool dropped, Okr__Goal ***ret)
{
    size_t n = 0;
    int first = first_of_project(call, asked, project_id);
    int end = first_of_project(call, asked, project_id + 1);
    *ret = NEW_ARRAY(call, Okr__Goal *, (size_t)(end - first));
    for (int i = first; i < end; i++) {
        struct row row = asked_at(call, asked, i);
        Okr__Goal *goal = goal_row(call, &row);
        if ((dropped || !goal->dropped) && goal->week && strcmp(goal->week, week) == 0)
            (*ret)[n++] = goal;
    }
    return n;
}

STATEMENT(goal_two_weeks, MANY, "la", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.project_id = $1 AND g.week IN ($2::date, $2::date + 7) ORDER BY g.week, "
          "g.position, g.id");

struct asked goal_ask_two_weeks(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &goal_two_weeks);
    bind_i64(q, project_id);
    bind_date(q, monday);
    return q->asked;
}

STATEMENT(goal_week, MANY, "a", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.week = $1 ORDER BY g.project_id, g.position, g.id");

struct asked goal_ask_week(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &goal_week);
    bind_date(q, monday);
    return q->asked;
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

struct asked goal_ask_add(struct call *call, int64_t project_id, int32_t monday,
                          Okr__NewGoal *const *goals, size_t n)
{
    struct query *q = call_ask(call, &goal_add);
    char **texts = NEW_ARRAY(call, char *, n);
    for (size_t i = 0; i < n; i++)
        texts[i] = goals[i]->text;
    bind_i64(q, project_id);
    bind_date(q, monday);
    bind_text_array(q, texts, n);
    bind_tasks(call, q, goals, n);
    return q->asked;
}

Okr__Goal *goal_added(struct call *call, struct asked asked)
{
    struct row row = asked_at(call, asked, 0);
    return goal_row(call, &row);
}

#define GOAL_TASK_ROW(FIRST, NEXT)                                                                 \
    FIRST(bool, known, "p.id IS NOT NULL")                                                         \
    NEXT(bool, planned,                                                                            \
         "EXISTS (SELECT FROM plan_task t WHERE t.version_id = p.published_version"                \
         " AND t.uid = n.uid AND NOT t.is_null)")
STRUCT_READER(goal_task_take, struct goal_task, GOAL_TASK_ROW);

STATEMENT(goal_tasks, MANY, "TL", ROW_LETTERS(GOAL_TASK_ROW),
          "SELECT " ROW_COLUMNS(
              GOAL_TASK_ROW) " FROM unnest($1::text[], $2::bigint[])"
                             " WITH ORDINALITY AS n (source, uid, i)"
                             " LEFT JOIN plan_source p ON p.name = n.source ORDER BY n.i");

struct asked goal_ask_tasks(struct call *call, Okr__NewGoal *const *goals, size_t n)
{
    struct query *q = call_ask(call, &goal_tasks);
    bind_tasks(call, q, goals, n);
    return q->asked;
}

// $1 goal, $2 version, $3 own rows only, $4 actor. The one row that comes back is the goal as it
// was, so that the reply, the refusal and the audit log can all be made from it.
#define GOAL_CHANGE_ROW(FIRST, NEXT)                                                               \
    FIRST(bool, own, "c.own")                                                                      \
    NEXT(bool, closed, "c.closed")                                                                 \
    NEXT(bool, changed, "EXISTS (SELECT FROM u)")
static STRUCT_READER(goal_change_take, struct goal_change, GOAL_CHANGE_ROW);

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
#define GOAL_CHANGE_LETTERS GOAL_LETTERS ROW_LETTERS(GOAL_CHANGE_ROW)

STATEMENT(goal_set_result, MAYBE, "llblit", GOAL_CHANGE_LETTERS,
          GOAL_CHANGE("result = $5::integer, reason = $6::text"));
STATEMENT(goal_set_text, MAYBE, "llblt", GOAL_CHANGE_LETTERS, GOAL_CHANGE("text = $5::text"));
STATEMENT(goal_drop, MAYBE, "llblt", GOAL_CHANGE_LETTERS,
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

struct asked goal_ask_result(struct call *call, int64_t id, int64_t version, Okr__GoalResult result,
                             const char *reason)
{
    struct query *q = ask_change(call, &goal_set_result, id, version);
    bind_i32(q, (int32_t)result);
    bind_text(q, reason);
    return q->asked;
}

struct asked goal_ask_text(struct call *call, int64_t id, int64_t version, const char *text)
{
    struct query *q = ask_change(call, &goal_set_text, id, version);
    bind_text(q, text);
    return q->asked;
}

struct asked goal_ask_drop(struct call *call, int64_t id, int64_t version, const char *reason)
{
    struct query *q = ask_change(call, &goal_drop, id, version);
    bind_text(q, reason);
    return q->asked;
}

bool goal_change_row(struct call *call, struct asked asked, struct goal_change *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->before = goal_row(call, &row);
    goal_change_take(&row, ret);
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
