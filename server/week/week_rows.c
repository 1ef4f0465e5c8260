// Statements of a project's week, each above the function that binds it.
#include "server/week/week_rows.h"
#include "common/calendar.h"
#include "okr/sql.h"
#include "server/call/json.h"
#include "server/week/trial_rows.h"

// $1 project, $2 week, $3 this week, $4 own rows only, $5 actor.
#define LEADS "NOT $4::boolean OR coalesce(p.lead_id = $5, false)"
#define WEEK_CONTEXT_ROW(FIRST, NEXT)                                                              \
    FIRST(i32, project_state, "p.state")                                                           \
    NEXT(i32, quarter_state, "q.state")                                                            \
    NEXT(date, quarter_last_day, "q.last_day")                                                     \
    NEXT(bool, leads, LEADS)                                                                       \
    NEXT(bool, belongs,                                                                            \
         LEADS " OR EXISTS (SELECT FROM project_member x WHERE x.project_id = p.id"                \
               " AND x.member_id = $5)")                                                           \
    NEXT(bool, closed,                                                                             \
         "EXISTS (SELECT FROM week_report r WHERE r.project_id = p.id AND r.week = $2)")           \
    NEXT(week, earlier_open,                                                                       \
         "(SELECT min(g.week) FROM goal g WHERE g.project_id = p.id AND g.week < $2"               \
         " AND g.week <= $3 AND NOT g.dropped AND NOT EXISTS (SELECT FROM week_report r"           \
         "  WHERE r.project_id = g.project_id AND r.week = g.week) AND " GOALS_ASKED ")")          \
    NEXT(bool, next_closed,                                                                        \
         "EXISTS (SELECT FROM week_report r WHERE r.project_id = p.id AND r.week = $2 + 7)")       \
    NEXT(bool, next_has_goals,                                                                     \
         "EXISTS (SELECT FROM goal g WHERE g.project_id = p.id AND g.week = $2 + 7"                \
         " AND NOT g.dropped)")                                                                    \
    NEXT(bool, asked, GOALS_ASKED)
static STRUCT_READER(week_context_take, struct week_context, WEEK_CONTEXT_ROW);

STATEMENT(week_context, MAYBE, "laabl", ROW_LETTERS(WEEK_CONTEXT_ROW),
          "SELECT " ROW_COLUMNS(WEEK_CONTEXT_ROW) " FROM project p JOIN quarter q ON q.name = "
                                                  "p.quarter WHERE p.id = $1");

struct asked week_context_ask(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &week_context);
    bind_i64(q, project_id);
    bind_date(q, monday);
    bind_date(q, week_of(call_today(call)));
    bind_bool(q, call->actor.own_only);
    bind_i64(q, call->actor.member_id);
    return q->asked;
}

bool week_context_row(struct call *call, struct asked asked, struct week_context *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    week_context_take(&row, ret);
    return true;
}

// Whether the project was asked for goals when the week ended (R41). $1 week, $3 its end.
#define WEEK_ASKED GOALS_ASKED_BEFORE("$3::timestamptz")
// Of the message, and what is told about it besides.
#define REPORT_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, project_id, "p.id")                                                                 \
    NEXT(text, project_name, "p.name")                                                             \
    NEXT(text, lead, "lead.handle")                                                                \
    NEXT(text, look_back, "r.look_back")                                                           \
    NEXT(stamp, due_at, "r.due_at")                                                                \
    NEXT(stamp, closed_at, "r.closed_at")                                                          \
    NEXT(text, closed_by, "closer.handle")
#define REPORT_FACTS_ROW(FIRST, NEXT)                                                              \
    FIRST(bool, late, "r.late")                                                                    \
    NEXT(opt_time, since,                                                                          \
         "CASE WHEN p.state = " SQL_PROJECT_STATE_ACCEPTED " AND q.opened_at IS NOT NULL THEN"     \
         " (SELECT greatest(q.opened_at, min(d.decided_at)) FROM project_decision d"               \
         "  WHERE d.project_id = p.id AND d.decision = " SQL_DECISION_ACCEPT ") END")              \
    NEXT(bool, asked, WEEK_ASKED)
#define WEEK_LETTERS ROW_LETTERS(REPORT_ROW) ROW_LETTERS(REPORT_FACTS_ROW)
#define WEEK_COLUMNS ROW_COLUMNS(REPORT_ROW) ", " ROW_COLUMNS(REPORT_FACTS_ROW)
static MESSAGE_READER(report_take, Okr__ProjectWeek, REPORT_ROW);
static STRUCT_READER(report_facts_take, struct week_row, REPORT_FACTS_ROW);

#define WEEK_FROM                                                                                  \
    "project p JOIN quarter q ON q.name = p.quarter LEFT JOIN member lead ON lead.id = p.lead_id"  \
    " LEFT JOIN week_report r ON r.project_id = p.id AND r.week = $1"                              \
    " LEFT JOIN member closer ON closer.id = r.closed_by"

STATEMENT(week_get, MANY, "alz", WEEK_LETTERS,
          "SELECT " WEEK_COLUMNS " FROM " WEEK_FROM " WHERE p.id = $2");

// Where the week lies in two quarters, the second counts from the day that it is opened. What was
// completed stays in the weeks that it had goals in.
STATEMENT(week_list, MANY, "abzl", WEEK_LETTERS,
          "SELECT " WEEK_COLUMNS " FROM " WEEK_FROM " WHERE (p.state = " SQL_PROJECT_STATE_ACCEPTED
          " AND " WEEK_ASKED " AND q.first_day <= $1 + 6"
          "  AND q.last_day >= $1 AND (q.state <> 1 OR q.first_day <= $1)"
          "  OR p.state IN (2, 3) AND p.id IN (SELECT g.project_id FROM goal g"
          "   WHERE g.week = $1 AND NOT g.dropped))"
          " AND (NOT $2::boolean OR p.lead_id = $4 OR EXISTS (SELECT FROM project_member x"
          "  WHERE x.project_id = p.id AND x.member_id = $4))"
          " ORDER BY q.first_day, p.kind, p.rank, p.id");

struct asked week_ask(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &week_get);
    bind_date(q, monday);
    bind_i64(q, project_id);
    bind_time(q, local_to_us(monday + 7, 0));
    return q->asked;
}

struct asked week_list_ask(struct call *call, int32_t monday, bool mine)
{
    struct query *q = call_ask(call, &week_list);
    bind_date(q, monday);
    bind_bool(q, mine);
    bind_time(q, local_to_us(monday + 7, 0));
    bind_i64(q, call->actor.member_id);
    return q->asked;
}

static char *day_text(struct call *call, int32_t day)
{
    char text[DATE_SIZE];
    date_format(day, text);
    return call_printf(call, "%s", text);
}

struct week_row week_row(struct call *call, struct row *row, int32_t monday)
{
    char name[WEEK_SIZE];
    week_format(monday, name);
    Okr__ProjectWeek *week = NEW(call, Okr__ProjectWeek, OKR__PROJECT_WEEK__INIT);
    struct week_row ret = {.week = week};
    report_take(row, week);
    report_facts_take(row, &ret);
    ret.closed = week->closed_at != NULL;
    week->week = call_printf(call, "%s", name);
    week->first_day = day_text(call, monday);
    week->last_day = day_text(call, monday + 6);
    return ret;
}

// $2, $3: the first days of the week after and of the one behind it, as text: plans have wall
// clocks.
#define NEXT_TASK_ROW(FIRST, NEXT)                                                                 \
    FIRST(i64, position, "t.position")                                                             \
    NEXT(bool, bound_here, "tp.bound_here")                                                        \
    NEXT(i64s, resource_uids,                                                                      \
         "ARRAY(SELECT a.resource_uid FROM plan_assignment a WHERE a.version_id = t.version_id"    \
         " AND a.task_uid = t.uid AND a.resource_uid IS NOT NULL ORDER BY a.position)")            \
    NEXT(text, source, "s.name")                                                                   \
    NEXT(texts, members, "w.handles")
static MESSAGE_READER(next_task_take, Okr__PlanTask, NEXT_TASK_ROW);

// Who of the project is on a task; null: nobody.
#define NEXT_TASK_MEMBERS                                                                          \
    "(SELECT array_agg(DISTINCT m.handle) AS handles FROM plan_assignment a"                       \
    "  JOIN plan_person pp ON pp.source_id = s.id AND pp.resource_uid = a.resource_uid"            \
    "  JOIN member m ON m.id = pp.member_id"                                                       \
    "  WHERE a.version_id = t.version_id AND a.task_uid = t.uid AND (m.id = p.lead_id"             \
    "   OR EXISTS (SELECT FROM project_member pm WHERE pm.project_id = p.id"                       \
    "    AND pm.member_id = m.id)))"

STATEMENT(week_next_tasks, MANY, "ltt", "t" ROW_LETTERS(NEXT_TASK_ROW),
          "SELECT t.body::text, " ROW_COLUMNS(
              NEXT_TASK_ROW) " FROM project p JOIN task_project tp ON tp.project_id = p.id AND "
                             "tp.leaf"
                             " JOIN plan_source s ON s.id = tp.source_id"
                             " JOIN plan_task t ON t.version_id = s.published_version AND t.uid = "
                             "tp.task_uid"
                             " CROSS JOIN LATERAL " NEXT_TASK_MEMBERS " w"
                             " WHERE p.id = $1 AND t.active AND NOT t.is_null AND t.start < $3 AND "
                             "t.finish >= $2"
                             " AND coalesce(t.percent_complete, 0) < 100 AND w.handles IS NOT NULL"
                             " ORDER BY t.start, t.finish, s.name, t.position");

struct asked week_next_tasks_ask(struct call *call, int64_t project_id, int32_t monday)
{
    struct query *q = call_ask(call, &week_next_tasks);
    bind_i64(q, project_id);
    bind_text(q, day_text(call, monday + 7));
    bind_text(q, day_text(call, monday + 14));
    return q->asked;
}

size_t week_next_tasks_rows(struct call *call, struct asked asked, Okr__PlanTask ***ret)
{
    size_t n = 0;
    *ret = NEW_ARRAY(call, Okr__PlanTask *, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        Okr__PlanTask *task = take_message(call, &row, &okr__plan_task__descriptor);
        if (task)
            next_task_take(&row, (*ret)[n++] = task);
        else
            row_skip(&row);
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
