// Statements of one member's work, each above the function that binds it.
#include "server/view/my_work_rows.h"
#include "okr/sql.h"
#include "server/week/goal_rows.h"
#include "server/project/project_rows.h"

// The best of the KRs that project p serves.
#define BEST_KR                                                                                    \
    " LEFT JOIN LATERAL (SELECT k.id, k.text, k.rank, o.rank AS objective_rank"                    \
    "  FROM project_kr x JOIN key_result k ON k.id = x.kr_id"                                      \
    "  JOIN objective o ON o.id = k.objective_id"                                                  \
    "  WHERE x.project_id = p.id AND NOT k.dropped AND NOT o.dropped"                              \
    "  ORDER BY o.rank, k.rank, k.id LIMIT 1) best ON true"
#define RANK_ROW(FIRST, NEXT)                                                                      \
    FIRST(opt_i64, project_id, "p.id")                                                             \
    NEXT(i32, kind, "p.kind")                                                                      \
    NEXT(date, quarter_day, "q.first_day")                                                         \
    NEXT(opt_i32, objective_rank, "best.objective_rank")                                           \
    NEXT(opt_i32, kr_rank, "best.rank")                                                            \
    NEXT(i32, project_rank, "p.rank")                                                              \
    NEXT(i64, kr_id, "best.id")                                                                    \
    NEXT(text, kr_text, "best.text")
static STRUCT_READER(rank_take, struct inherited_rank, RANK_ROW);

#define TASK_ROW(FIRST, NEXT)                                                                      \
    FIRST(text, project_name, "p.name")                                                            \
    NEXT(text, task_name, "t.name")                                                                \
    NEXT(text, source, "m.name")                                                                   \
    NEXT(i64, task_uid, "t.uid")                                                                   \
    NEXT(text, start, "t.start")                                                                   \
    NEXT(text, finish, "t.finish")                                                                 \
    NEXT(i64, percent_complete, "coalesce(t.percent_complete, 0)")                                 \
    NEXT(double, work, "m.work")
static MESSAGE_READER(task_take, Okr__WorkItem, TASK_ROW);

// A member may stand behind several resources of one task: the work is summed.
STATEMENT(my_work_tasks, MANY, "lt", ROW_LETTERS(RANK_ROW) ROW_LETTERS(TASK_ROW),
          "WITH mine AS (SELECT s.id, s.name, s.published_version, a.task_uid, sum(a.work) AS work"
          "  FROM plan_person pp JOIN plan_source s ON s.id = pp.source_id"
          "  JOIN plan_assignment a ON a.version_id = s.published_version"
          "   AND a.resource_uid = pp.resource_uid"
          "  WHERE pp.member_id = $1 GROUP BY s.id, s.name, s.published_version, a.task_uid)"
          " SELECT " ROW_COLUMNS(RANK_ROW) ", " ROW_COLUMNS(
              TASK_ROW) " FROM mine m JOIN plan_task t ON t.version_id = m.published_version AND "
                        "t.uid = m.task_uid"
                        " JOIN task_project tp ON tp.source_id = m.id AND tp.task_uid = t.uid"
                        " LEFT JOIN project p ON p.id = tp.project_id"
                        " LEFT JOIN quarter q ON q.name = p.quarter" BEST_KR
                        " WHERE tp.leaf AND t.active AND NOT t.is_null AND "
                        "coalesce(t.percent_complete, 0) < 100"
                        " AND (p.id IS NULL OR p.state = " SQL_PROJECT_STATE_ACCEPTED ")"
                        " AND ($2::text IS NULL OR t.start IS NULL OR t.start < $2)"
                        " ORDER BY m.name, t.position");

struct asked my_work_tasks_ask(struct call *call, const char *before)
{
    struct query *q = call_ask(call, &my_work_tasks);
    bind_i64(q, call->actor.member_id);
    bind_text(q, before);
    return q->asked;
}

Okr__WorkItem *my_work_task_row(struct call *call, struct row *row, struct inherited_rank *ret_rank)
{
    Okr__WorkItem *item = NEW(call, Okr__WorkItem, OKR__WORK_ITEM__INIT);
    rank_take(row, ret_rank);
    task_take(row, item);
    if (ret_rank->has_project_id) {
        SET(item, project_id, ret_rank->project_id);
        SET(item, kind, (Okr__ProjectKind)ret_rank->kind);
    }
    if (ret_rank->kr_id)
        SET(item, kr_id, ret_rank->kr_id);
    item->kr_text = ret_rank->kr_text;
    return item;
}

#define MY_PROJECTS                                                                                \
    "p.state = " SQL_PROJECT_STATE_ACCEPTED                                                        \
    " AND (p.lead_id = $1 OR p.id IN (SELECT x.project_id FROM project_member x"                   \
    " WHERE x.member_id = $1))"

STATEMENT(
    my_work_projects, MANY, "l", PROJECT_LETTERS ROW_LETTERS(RANK_ROW),
    "SELECT " PROJECT_COLUMNS ", " ROW_COLUMNS(
        RANK_ROW) " FROM " PROJECT_FROM " JOIN quarter q ON q.name = p.quarter" BEST_KR
                  " WHERE " MY_PROJECTS
                  " ORDER BY p.kind, q.first_day, best.objective_rank, best.rank, p.rank, p.id");

struct asked my_work_projects_ask(struct call *call)
{
    struct query *q = call_ask(call, &my_work_projects);
    bind_i64(q, call->actor.member_id);
    return q->asked;
}

Okr__Project *my_work_project_row(struct call *call, struct row *row,
                                  struct inherited_rank *ret_rank)
{
    Okr__Project *project = project_row(call, row, NULL);
    rank_take(row, ret_rank);
    return project;
}

STATEMENT(my_work_goals, MANY, "la", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g JOIN project p ON p.id = g.project_id"
          " LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.week = $2 AND NOT g.dropped AND " MY_PROJECTS
          " ORDER BY g.project_id, g.position, g.id");

struct asked my_work_goals_ask(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &my_work_goals);
    bind_i64(q, call->actor.member_id);
    bind_date(q, monday);
    return q->asked;
}
