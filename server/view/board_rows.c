// Statements of the board, each above the function that binds it.
#include "server/view/board_rows.h"
#include "server/week/goal_rows.h"
#include "server/identity/progress_rows.h"
#include "server/project/project_rows.h"
#include "server/quarter/quarter_rows.h"

STATEMENT(board_quarter, MANY, "t", QUARTER_LETTERS "d",
          "SELECT " QUARTER_COLUMNS ","
          " " UNBOUND_IN_QUARTER " FROM quarter q WHERE q.name = $1");

void board_quarter_ask(struct call *call, const char *quarter)
{
    bind_text(call_ask(call, &board_quarter), quarter);
}

Okr__Quarter *board_quarter_row(struct call *call, const struct rows *rows, double *ret_unbound)
{
    if (rows_count(rows) == 0)
        return NULL;
    *ret_unbound = row_double(rows, 0, QUARTER_N_COLUMNS);
    return quarter_row(call, rows, 0);
}

// What project_row() reads, as PROJECT_COLUMNS has it, but each list and sum in one pass over the
// quarter: a third of the time that as many look-ups a project take.
STATEMENT(board_projects, MANY, "ta", PROJECT_LETTERS "b",
          "WITH chosen AS MATERIALIZED (SELECT * FROM project WHERE quarter = $1),"
          " krs AS (SELECT x.project_id, array_agg(x.kr_id ORDER BY x.kr_id) AS ids"
          "  FROM project_kr x JOIN chosen c ON c.id = x.project_id GROUP BY x.project_id),"
          " team AS (SELECT x.project_id, array_agg(m.handle ORDER BY m.handle) AS handles"
          "  FROM project_member x JOIN chosen c ON c.id = x.project_id"
          "  JOIN member m ON m.id = x.member_id GROUP BY x.project_id),"
          " progress AS (SELECT g.project_id, sum(g.tasks)::integer AS tasks,"
          "  sum(g.planned_work) AS planned_work, sum(g.actual_work) AS actual_work,"
          "  sum(g.earned_work) AS earned_work, sum(g.sum_percent) AS sum_percent,"
          "  sum(g.baseline_tasks)::integer AS baseline_tasks, max(g.finish) AS finish,"
          "  min(g.status_date) AS status_date, sum(g.unfinished)::integer AS unfinished"
          "  FROM plan_progress g JOIN chosen c ON c.id = g.project_id GROUP BY g.project_id)"
          " SELECT p.id, p.quarter, p.kind, p.name, p.description, p.state, p.rank, krs.ids,"
          " p.category, p.requester, lead.handle, lead.name, team.handles, proposer.handle,"
          " p.changed_after_open, p.version, progress.tasks, progress.planned_work,"
          " progress.actual_work, progress.earned_work, progress.sum_percent,"
          " progress.baseline_tasks, progress.finish, progress.status_date, progress.unfinished,"
          " p.carried_from,"
          " r.project_id IS NOT NULL"
          " FROM chosen p JOIN member proposer ON proposer.id = p.proposed_by"
          " LEFT JOIN member lead ON lead.id = p.lead_id"
          " LEFT JOIN krs ON krs.project_id = p.id LEFT JOIN team ON team.project_id = p.id"
          " LEFT JOIN progress ON progress.project_id = p.id"
          " LEFT JOIN week_report r ON r.project_id = p.id AND r.week = $2"
          " ORDER BY p.kind, p.rank, p.id");

void board_projects_ask(struct call *call, const char *quarter, int32_t monday)
{
    struct query *q = call_ask(call, &board_projects);
    bind_text(q, quarter);
    bind_date(q, monday);
}

struct board_project board_project_row(struct call *call, const struct rows *rows, int row)
{
    return (struct board_project){
        .project = project_row(call, rows, row),
        .all_done = !row_null(rows, row, PROJECT_COLUMN_UNFINISHED) &&
                    row_i32(rows, row, PROJECT_COLUMN_UNFINISHED) == 0,
        .week_closed = row_bool(rows, row, PROJECT_N_COLUMNS),
    };
}

STATEMENT(board_goals, MANY, "ta", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g JOIN project p ON p.id = g.project_id"
          " LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.week = $2 AND p.quarter = $1 AND NOT g.dropped"
          " ORDER BY g.project_id, g.position, g.id");

void board_goals_ask(struct call *call, const char *quarter, int32_t monday)
{
    struct query *q = call_ask(call, &board_goals);
    bind_text(q, quarter);
    bind_date(q, monday);
}
