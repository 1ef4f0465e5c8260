// Statements of the coverage, each above the function that binds it.
#include "server/view/coverage_rows.h"
#include "okr/sql.h"
#include "server/quarter/key_result_rows.h"
#include "server/plan/plan_tree.h"
#include "server/quarter/quarter_rows.h"
#include "server/week/trial_rows.h"

#define WORK_ROW(FIRST, NEXT)                                                                      \
    FIRST(double, for_krs, "coalesce(w.for_krs, 0)")                                               \
    NEXT(double, for_side, "coalesce(w.for_side, 0)")                                              \
    NEXT(double, unbound, UNBOUND_IN_QUARTER)
static STRUCT_READER(work_take, struct coverage_work, WORK_ROW);

STATEMENT(coverage_quarter, MAYBE, "t", QUARTER_LETTERS ROW_LETTERS(WORK_ROW),
          "SELECT " QUARTER_COLUMNS ", " ROW_COLUMNS(
              WORK_ROW) " FROM quarter q CROSS JOIN LATERAL (SELECT"
                        "  sum(g.planned_work) FILTER (WHERE p.kind = " SQL_PROJECT_KIND_LINKED
                        ") AS for_krs,"
                        "  sum(g.planned_work) FILTER (WHERE p.kind = " SQL_PROJECT_KIND_SIDE
                        ") AS for_side"
                        "  FROM project p JOIN plan_progress g ON g.project_id = p.id"
                        "  WHERE p.quarter = q.name) w"
                        " WHERE q.name = $1");

struct asked coverage_quarter_ask(struct call *call, const char *quarter)
{
    struct query *q = call_ask(call, &coverage_quarter);
    bind_text(q, quarter);
    return q->asked;
}

Okr__Quarter *coverage_quarter_read(struct call *call, struct asked asked,
                                    struct coverage_work *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__Quarter *quarter = quarter_row(call, &row);
    work_take(&row, ret);
    return quarter;
}

#define UNBOUND_ROW(FIRST, NEXT)                                                                   \
    FIRST(text, source, "top.source")                                                              \
    NEXT(i64, id, "top.uid")                                                                       \
    NEXT(text, text, "top.name")                                                                   \
    NEXT(double, work, "e.work")
static MESSAGE_READER(unbound_take, Okr__CoverageGap, UNBOUND_ROW);

// `above`: what has bound work below it. A task that is unbound and not above has nothing bound
// below it; the highest of these are `top`, and all that is below them is `under` them. Each task
// is reached from its one parent, so the walk down ends whatever parents a file claims.
STATEMENT(
    coverage_unbound, MANY, "ti", ROW_LETTERS(UNBOUND_ROW) "i",
    "WITH RECURSIVE published AS (SELECT s.id AS source_id, s.name AS source,"
    "  s.published_version AS version FROM plan_source s WHERE s.published_version IS NOT NULL),"
    " above AS (SELECT s.source_id, s.version, t.parent_uid AS uid FROM published s"
    "  JOIN task_project b ON b.source_id = s.source_id AND b.bound_here"
    "  JOIN plan_task t ON t.version_id = s.version AND t.uid = b.task_uid"
    "  WHERE t.parent_uid IS NOT NULL AND NOT t.is_null"
    "  UNION SELECT a.source_id, a.version, t.parent_uid FROM above a"
    "  JOIN plan_task t ON t.version_id = a.version AND t.uid = a.uid"
    "  WHERE t.parent_uid IS NOT NULL AND NOT t.is_null),"
    " top AS (SELECT s.source_id, s.version, s.source, f.task_uid AS uid, t.name FROM published s"
    "  JOIN task_project f ON f.source_id = s.source_id AND f.project_id IS NULL"
    "  CROSS JOIN LATERAL (SELECT x.name, x.parent_uid FROM plan_task x"
    "   WHERE x.version_id = s.version AND x.uid = f.task_uid AND NOT x.is_null"
    "   ORDER BY x.position LIMIT 1) t"
    "  WHERE (f.source_id, f.task_uid) NOT IN (SELECT source_id, uid FROM above)"
    "  AND (t.parent_uid IS NULL"
    "   OR (f.source_id, t.parent_uid) IN (SELECT source_id, uid FROM above)"
    "   OR NOT EXISTS (SELECT FROM task_project p WHERE p.source_id = f.source_id"
    "    AND p.task_uid = t.parent_uid))),"
    " under AS (SELECT source_id, version, uid AS top, uid FROM top"
    "  UNION SELECT u.source_id, u.version, u.top, t.uid FROM under u"
    "  JOIN plan_task t ON t.version_id = u.version AND t.parent_uid = u.uid"
    "  WHERE t.uid IS NOT NULL AND NOT t.is_null),"
    " effort AS (SELECT u.source_id, u.top, sum(coalesce(t.work,"
    "   (SELECT sum(a.work) FROM plan_assignment a"
    "    WHERE a.version_id = u.version AND a.task_uid = u.uid), 0)) AS work FROM under u"
    "  JOIN task_project l ON l.source_id = u.source_id AND l.task_uid = u.uid AND l.leaf"
    "  JOIN plan_task t ON t.version_id = u.version AND t.uid = u.uid AND NOT t.is_null"
    "  AND t.active JOIN quarter q ON q.name = $1"
    "  AND coalesce(plan_month(t.start) <= q.last_day, true)"
    "  AND coalesce(plan_month(t.finish) >= q.first_day, true)"
    "  GROUP BY u.source_id, u.top) "
    "SELECT " ROW_COLUMNS(
        UNBOUND_ROW) ", (count(*) OVER ())::integer FROM top"
                     " JOIN effort e ON e.source_id = top.source_id AND e.top = top.uid"
                     " WHERE e.work > 0 ORDER BY e.work DESC, top.source, top.uid LIMIT "
                     "$2::integer");

struct asked coverage_unbound_ask(struct call *call, const char *quarter, int32_t limit)
{
    struct query *q = call_ask(call, &coverage_unbound);
    bind_text(q, quarter);
    bind_i32(q, limit);
    return q->asked;
}

Okr__CoverageGap *coverage_unbound_row(struct call *call, struct row *row, int32_t *ret_all)
{
    Okr__CoverageGap *gap = NEW(call, Okr__CoverageGap, OKR__COVERAGE_GAP__INIT);
    unbound_take(row, gap);
    *ret_all = take_i32(row);
    return gap;
}

#define SERVED_ROW(FIRST, NEXT)                                                                    \
    FIRST(opt_double, before, "earlier.value")                                                     \
    NEXT(i32, served, "coalesce(work.served, 0)")                                                  \
    NEXT(i32, executed, "coalesce(work.executed, 0)")
static STRUCT_READER(served_take, struct coverage_kr, SERVED_ROW);

// Percent as projects have it: weighted by planned work, where there is none the plain mean.
STATEMENT(
    coverage_krs, MANY, "td", KEY_RESULT_LETTERS ROW_LETTERS(SERVED_ROW),
    "SELECT " KEY_RESULT_LIST_COLUMNS ", " ROW_COLUMNS(
        SERVED_ROW) " FROM " KEY_RESULT_LIST_FROM
                    " LEFT JOIN (SELECT DISTINCT ON (m.kr_id) m.kr_id, m.value"
                    "  FROM quarter q JOIN objective xo ON xo.quarter = q.name"
                    "  JOIN key_result xk ON xk.objective_id = xo.id"
                    "  JOIN measurement m ON m.kr_id = xk.id AND m.day <= q.first_day"
                    "  WHERE q.name = $1 AND NOT EXISTS (SELECT FROM measurement c WHERE "
                    "c.corrects = m.id)"
                    "  ORDER BY m.kr_id, m.day DESC, m.id DESC) earlier ON earlier.kr_id = k.id"
                    " LEFT JOIN (SELECT x.kr_id, count(*)::integer AS served,"
                    "  (count(*) FILTER (WHERE p.state = " SQL_PROJECT_STATE_COMPLETED
                    " OR g.percent >= $2))::integer AS executed"
                    "  FROM project p JOIN project_kr x ON x.project_id = p.id"
                    "  CROSS JOIN LATERAL (SELECT CASE WHEN sum(y.planned_work) > 0"
                    "   THEN 100 * sum(y.earned_work) / sum(y.planned_work)"
                    "   ELSE sum(y.sum_percent) / nullif(sum(y.tasks), 0) END AS percent"
                    "   FROM plan_progress y WHERE y.project_id = p.id) g"
                    "  WHERE p.quarter = $1 AND p.state IN (" SQL_PROJECT_STATE_ACCEPTED
                    ", " SQL_PROJECT_STATE_COMPLETED ") GROUP BY x.kr_id) work ON work.kr_id = k.id"
                    " WHERE o.quarter = $1 AND NOT o.dropped AND NOT k.dropped ORDER BY o.rank, "
                    "o.id, "
                    "k.rank, k.id");

struct asked coverage_krs_ask(struct call *call, const char *quarter, double executed_percent)
{
    struct query *q = call_ask(call, &coverage_krs);
    bind_text(q, quarter);
    bind_double(q, executed_percent);
    return q->asked;
}

struct coverage_kr coverage_kr_row(struct call *call, struct row *row)
{
    struct coverage_kr ret = {.kr = key_result_row(call, row)};
    served_take(row, &ret);
    return ret;
}

// Material and cost are nobody. Wall-clock times are text that sorts as time does.
#define PROJECT_GAPS_ROW(FIRST, NEXT)                                                              \
    FIRST(i64, id, "p.id")                                                                         \
    NEXT(text, name, "p.name")                                                                     \
    NEXT(bool, assigned,                                                                           \
         "EXISTS (SELECT FROM task_project tp JOIN plan_source s ON s.id = tp.source_id"           \
         " JOIN plan_assignment a ON a.version_id = s.published_version"                           \
         "  AND a.task_uid = tp.task_uid"                                                          \
         " JOIN plan_resource r ON r.version_id = s.published_version AND r.uid = a.resource_uid"  \
         " WHERE tp.project_id = p.id"                                                             \
         " AND coalesce(r.body->>'kind', 'work') NOT IN ('material', 'cost'))")                    \
    NEXT(bool, begun,                                                                              \
         "EXISTS (SELECT FROM goal g WHERE g.project_id = p.id AND NOT g.dropped)"                 \
         " OR EXISTS (SELECT FROM task_project tp JOIN plan_source s ON s.id = tp.source_id"       \
         "  JOIN plan_task t ON t.version_id = s.published_version AND t.uid = tp.task_uid"        \
         "  WHERE tp.project_id = p.id AND tp.leaf AND t.active AND NOT t.is_null"                 \
         "  AND (t.percent_complete > 0"                                                           \
         "   OR left(t.start, 10) <= to_char($3::date, 'YYYY-MM-DD') COLLATE \"C\"))")             \
    NEXT(bool, has_goal,                                                                           \
         "NOT " GOALS_ASKED " OR EXISTS (SELECT FROM goal g WHERE g.project_id = p.id"             \
         " AND g.week = $2 AND NOT g.dropped)")
STRUCT_READER(coverage_project_take, struct coverage_project, PROJECT_GAPS_ROW);

STATEMENT(coverage_projects, MANY, "taa", ROW_LETTERS(PROJECT_GAPS_ROW),
          "SELECT " ROW_COLUMNS(PROJECT_GAPS_ROW) " FROM project p WHERE p.quarter = $1"
                                                  " AND p.state = " SQL_PROJECT_STATE_ACCEPTED
                                                  " ORDER BY p.kind, p.rank, p.id");

struct asked coverage_projects_ask(struct call *call, const char *quarter, int32_t monday,
                                   int32_t today)
{
    struct query *q = call_ask(call, &coverage_projects);
    bind_text(q, quarter);
    bind_date(q, monday);
    bind_date(q, today);
    return q->asked;
}
