// Statements of a project's week, each above the function that binds it.
#include "server/week/week_rows.h"
#include "common/calendar.h"
#include "server/plan/plan_rows.h"
#include "server/week/trial_rows.h"

// $1 project, $2 week, $3 this week, $4 own rows only, $5 actor.
STATEMENT(
    week_context, MANY, "laabl", "iiabbbabbb",
    "SELECT p.state, q.state, q.last_day,"
    " NOT $4::boolean OR coalesce(p.lead_id = $5, false),"
    " NOT $4::boolean OR coalesce(p.lead_id = $5, false) OR EXISTS (SELECT FROM project_member x"
    "  WHERE x.project_id = p.id AND x.member_id = $5),"
    " EXISTS (SELECT FROM week_report r WHERE r.project_id = p.id AND r.week = $2),"
    " (SELECT min(g.week) FROM goal g WHERE g.project_id = p.id AND g.week < $2 AND g.week <= $3"
    "  AND NOT g.dropped AND NOT EXISTS (SELECT FROM week_report r"
    "   WHERE r.project_id = g.project_id AND r.week = g.week) AND " GOALS_ASKED "),"
    " EXISTS (SELECT FROM week_report r WHERE r.project_id = p.id AND r.week = $2 + 7),"
    " EXISTS (SELECT FROM goal g WHERE g.project_id = p.id AND g.week = $2 + 7 AND NOT g.dropped),"
    " " GOALS_ASKED " FROM project p JOIN quarter q ON q.name = p.quarter WHERE p.id = $1");

void week_context_ask(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &week_context);
    bind_i64(q, project_id);
    bind_date(q, monday);
    bind_date(q, week_of(call_today(call)));
    bind_bool(q, call->actor.own_only);
    bind_i64(q, call->actor.member_id);
}

bool week_context_row(struct call *call, const struct rows *rows, struct week_context *ret)
{
    (void)call;
    if (rows_count(rows) == 0)
        return false;
    *ret = (struct week_context){
        .project_state = (Okr__ProjectState)row_i32(rows, 0, 0),
        .quarter_state = (Okr__QuarterState)row_i32(rows, 0, 1),
        .quarter_last_day = row_date(rows, 0, 2),
        .leads = row_bool(rows, 0, 3),
        .belongs = row_bool(rows, 0, 4),
        .closed = row_bool(rows, 0, 5),
        .earlier_open = !row_null(rows, 0, 6),
        .earlier_week = row_week_text(rows, 0, 6),
        .next_closed = row_bool(rows, 0, 7),
        .next_has_goals = row_bool(rows, 0, 8),
        .asked = row_bool(rows, 0, 9),
    };
    return true;
}

// Whether the project was asked for goals when the week ended (R41). $1 week, $3 its end.
#define WEEK_ASKED GOALS_ASKED_BEFORE("$3::timestamptz")
#define WEEK_LETTERS "ltttzztbzb"
#define WEEK_COLUMNS                                                                               \
    "p.id, p.name, lead.handle, r.look_back, r.due_at, r.closed_at, closer.handle, r.late,"        \
    " CASE WHEN p.state = 2 AND q.opened_at IS NOT NULL THEN (SELECT greatest(q.opened_at,"        \
    "  min(d.decided_at)) FROM project_decision d WHERE d.project_id = p.id AND d.decision = 1) "  \
    "END, " WEEK_ASKED
#define WEEK_FROM                                                                                  \
    "project p JOIN quarter q ON q.name = p.quarter LEFT JOIN member lead ON lead.id = p.lead_id"  \
    " LEFT JOIN week_report r ON r.project_id = p.id AND r.week = $1"                              \
    " LEFT JOIN member closer ON closer.id = r.closed_by"

STATEMENT(week_get, MANY, "alz", WEEK_LETTERS,
          "SELECT " WEEK_COLUMNS " FROM " WEEK_FROM " WHERE p.id = $2");

// Where the week lies in two quarters, the second counts from the day that it is opened. What was
// completed stays in the weeks that it had goals in.
STATEMENT(week_list, MANY, "abzl", WEEK_LETTERS,
          "SELECT " WEEK_COLUMNS " FROM " WEEK_FROM " WHERE (p.state = 2 AND " WEEK_ASKED
          " AND q.first_day <= $1 + 6"
          "  AND q.last_day >= $1 AND (q.state <> 1 OR q.first_day <= $1)"
          "  OR p.state IN (2, 3) AND p.id IN (SELECT g.project_id FROM goal g"
          "   WHERE g.week = $1 AND NOT g.dropped))"
          " AND (NOT $2::boolean OR p.lead_id = $4 OR EXISTS (SELECT FROM project_member x"
          "  WHERE x.project_id = p.id AND x.member_id = $4))"
          " ORDER BY q.first_day, p.kind, p.rank, p.id");

void week_ask(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &week_get);
    bind_date(q, monday);
    bind_i64(q, project_id);
    bind_time(q, local_to_us(monday + 7, 0));
}

void week_list_ask(struct call *call, int32_t monday, bool mine)
{
    struct query *q = call_ask(call, &week_list);
    bind_date(q, monday);
    bind_bool(q, mine);
    bind_time(q, local_to_us(monday + 7, 0));
    bind_i64(q, call->actor.member_id);
}

static char *day_text(struct call *call, int32_t day)
{
    char text[DATE_SIZE];
    date_format(day, text);
    return call_printf(call, "%s", text);
}

struct week_row week_row(struct call *call, const struct rows *rows, int row, int32_t monday)
{
    char name[WEEK_SIZE];
    week_format(monday, name);
    Okr__ProjectWeek *week = NEW(call, Okr__ProjectWeek, OKR__PROJECT_WEEK__INIT);
    SET(week, project_id, row_i64(rows, row, 0));
    week->project_name = row_text(rows, row, 1);
    week->lead = row_text(rows, row, 2);
    week->week = call_printf(call, "%s", name);
    week->first_day = day_text(call, monday);
    week->last_day = day_text(call, monday + 6);
    week->look_back = row_text(rows, row, 3);
    week->due_at = row_time_text(rows, row, 4);
    week->closed_at = row_time_text(rows, row, 5);
    week->closed_by = row_text(rows, row, 6);
    return (struct week_row){
        .week = week,
        .closed = !row_null(rows, row, 5),
        .late = row_bool(rows, row, 7),
        .under_way = !row_null(rows, row, 8),
        .since = row_time(rows, row, 8),
        .asked = row_bool(rows, row, 9),
    };
}

// $2, $3: the first days of the week after and of the one behind it, as text: plans have wall
// clocks.
STATEMENT(
    week_next_tasks, MANY, "ltt", "lbLt",
    "SELECT t.position, tp.bound_here, ARRAY(SELECT a.resource_uid FROM plan_assignment a"
    "  WHERE a.version_id = t.version_id AND a.task_uid = t.uid AND a.resource_uid IS NOT NULL"
    "  ORDER BY a.position), t.body::text"
    " FROM project p JOIN task_project tp ON tp.project_id = p.id AND tp.leaf"
    " JOIN plan_source s ON s.id = tp.source_id"
    " JOIN plan_task t ON t.version_id = s.published_version AND t.uid = tp.task_uid"
    " WHERE p.id = $1 AND t.active AND NOT t.is_null AND t.start < $3 AND t.finish >= $2"
    " AND coalesce(t.percent_complete, 0) < 100"
    " AND EXISTS (SELECT FROM plan_assignment a JOIN plan_person pp"
    "  ON pp.source_id = s.id AND pp.resource_uid = a.resource_uid"
    "  WHERE a.version_id = t.version_id AND a.task_uid = t.uid AND pp.member_id = p.lead_id)"
    " ORDER BY t.start, t.finish, s.name, t.position");

void week_next_tasks_ask(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &week_next_tasks);
    bind_i64(q, project_id);
    bind_text(q, day_text(call, monday + 7));
    bind_text(q, day_text(call, monday + 14));
}

size_t week_next_tasks_rows(struct call *call, const struct rows *rows, Okr__PlanTask ***ret)
{
    size_t n = 0;
    int count = rows_count(rows);
    *ret = NEW_ARRAY(call, Okr__PlanTask *, (size_t)count);
    for (int i = 0; i < count; i++) {
        Okr__PlanTask *task = plan_message(call, &okr__plan_task__descriptor, rows, i, 3);
        if (!task)
            continue;
        SET(task, position, row_i64(rows, i, 0));
        SET(task, bound_here, row_bool(rows, i, 1));
        task->n_resource_uids = row_i64_array(rows, i, 2, &task->resource_uids);
        (*ret)[n++] = task;
    }
    return n;
}

STATEMENT(
    week_close, NONE, "latzzlb", "",
    "INSERT INTO week_report (project_id, week, look_back, due_at, closed_at, closed_by, late)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)");

void week_close_ask(struct call *call, int64_t project_id, int32_t monday, const char *look_back,
                    int64_t due_at, bool late)
{
    struct query *q = call_ask(call, &week_close);
    bind_i64(q, project_id);
    bind_date(q, monday);
    bind_text(q, look_back);
    bind_time(q, due_at);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
    bind_bool(q, late);
}
