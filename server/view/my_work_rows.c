// Statements of one member's work, each above the function that binds it.
#include "server/view/my_work_rows.h"
#include "server/week/goal_rows.h"
#include "server/project/project_rows.h"

// The best of the KRs that project p serves.
#define BEST_KR                                                                                    \
    " LEFT JOIN LATERAL (SELECT k.id, k.text, k.rank, o.rank AS objective_rank"                    \
    "  FROM project_kr x JOIN key_result k ON k.id = x.kr_id"                                      \
    "  JOIN objective o ON o.id = k.objective_id"                                                  \
    "  WHERE x.project_id = p.id AND NOT k.dropped AND NOT o.dropped"                              \
    "  ORDER BY o.rank, k.rank, k.id LIMIT 1) best ON true"
#define RANK_COLUMNS                                                                               \
    "p.id, p.kind, q.first_day, best.objective_rank, best.rank, p.rank, best.id, best.text"
#define RANK_LETTERS "liaiiilt"
enum { RANK_WIDTH = 8 };

static struct inherited_rank rank_row(const struct rows *rows, int row, int first)
{
    bool has_kr = !row_null(rows, row, first + 6);
    return (struct inherited_rank){
        .has_project = !row_null(rows, row, first),
        .project_id = row_i64(rows, row, first),
        .kind = row_i32(rows, row, first + 1),
        .quarter_day = row_date(rows, row, first + 2),
        .objective_rank = has_kr ? row_i32(rows, row, first + 3) : INT32_MAX,
        .kr_rank = has_kr ? row_i32(rows, row, first + 4) : INT32_MAX,
        .project_rank = row_i32(rows, row, first + 5),
    };
}

// A member may stand behind several resources of one task: the work is summed.
STATEMENT(
    my_work_tasks, MANY, "lt", RANK_LETTERS "tttlttld",
    "WITH mine AS (SELECT s.id, s.name, s.published_version, a.task_uid, sum(a.work) AS work"
    "  FROM plan_person pp JOIN plan_source s ON s.id = pp.source_id"
    "  JOIN plan_assignment a ON a.version_id = s.published_version"
    "   AND a.resource_uid = pp.resource_uid"
    "  WHERE pp.member_id = $1 GROUP BY s.id, s.name, s.published_version, a.task_uid)"
    " SELECT " RANK_COLUMNS ", p.name, t.name, m.name, t.uid, t.start, t.finish,"
    "  coalesce(t.percent_complete, 0), m.work"
    " FROM mine m JOIN plan_task t ON t.version_id = m.published_version AND t.uid = m.task_uid"
    " JOIN task_project tp ON tp.source_id = m.id AND tp.task_uid = t.uid"
    " LEFT JOIN project p ON p.id = tp.project_id"
    " LEFT JOIN quarter q ON q.name = p.quarter" BEST_KR
    " WHERE tp.leaf AND t.active AND NOT t.is_null AND coalesce(t.percent_complete, 0) < 100"
    " AND (p.id IS NULL OR p.state = 2)"
    " AND ($2::text IS NULL OR t.start IS NULL OR t.start < $2)"
    " ORDER BY m.name, t.position");

void my_work_tasks_ask(struct call *call, const char *before)
{
    struct query *q = call_ask(call, &my_work_tasks);
    bind_i64(q, call->actor.member_id);
    bind_text(q, before);
}

Okr__WorkItem *my_work_task_row(struct call *call, const struct rows *rows, int row,
                                struct inherited_rank *ret_rank)
{
    Okr__WorkItem *item = NEW(call, Okr__WorkItem, OKR__WORK_ITEM__INIT);
    *ret_rank = rank_row(rows, row, 0);
    if (ret_rank->has_project) {
        SET(item, project_id, ret_rank->project_id);
        SET(item, kind, (Okr__ProjectKind)ret_rank->kind);
    }
    if (!row_null(rows, row, 6))
        SET(item, kr_id, row_i64(rows, row, 6));
    item->kr_text = row_text(rows, row, 7);
    item->project_name = row_text(rows, row, RANK_WIDTH);
    item->task_name = row_text(rows, row, RANK_WIDTH + 1);
    item->source = row_text(rows, row, RANK_WIDTH + 2);
    SET(item, task_uid, row_i64(rows, row, RANK_WIDTH + 3));
    item->start = row_text(rows, row, RANK_WIDTH + 4);
    item->finish = row_text(rows, row, RANK_WIDTH + 5);
    SET(item, percent_complete, row_i64(rows, row, RANK_WIDTH + 6));
    if (!row_null(rows, row, RANK_WIDTH + 7))
        SET(item, work, row_double(rows, row, RANK_WIDTH + 7));
    return item;
}

#define MY_PROJECTS                                                                                \
    "p.state = 2 AND (p.lead_id = $1 OR p.id IN (SELECT x.project_id FROM project_member x"        \
    " WHERE x.member_id = $1))"

STATEMENT(my_work_projects, MANY, "l", PROJECT_LETTERS RANK_LETTERS,
          "SELECT " PROJECT_COLUMNS ", " RANK_COLUMNS " FROM " PROJECT_FROM
          " JOIN quarter q ON q.name = p.quarter" BEST_KR " WHERE " MY_PROJECTS
          " ORDER BY p.kind, q.first_day, best.objective_rank, best.rank, p.rank, p.id");

void my_work_projects_ask(struct call *call)
{
    bind_i64(call_ask(call, &my_work_projects), call->actor.member_id);
}

Okr__Project *my_work_project_row(struct call *call, const struct rows *rows, int row,
                                  struct inherited_rank *ret_rank, struct work_kr *ret_kr)
{
    struct row cursor = rows_at(rows, row);
    Okr__Project *project = project_row(call, &cursor, NULL);
    *ret_rank = rank_row(rows, row, cursor.column);
    ret_kr->id = row_i64(rows, row, cursor.column + 6);
    ret_kr->text = row_text(rows, row, cursor.column + 7);
    return project;
}

STATEMENT(my_work_goals, MANY, "la", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g JOIN project p ON p.id = g.project_id"
          " LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.week = $2 AND NOT g.dropped AND " MY_PROJECTS
          " ORDER BY g.project_id, g.position, g.id");

void my_work_goals_ask(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &my_work_goals);
    bind_i64(q, call->actor.member_id);
    bind_date(q, monday);
}
