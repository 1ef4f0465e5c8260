// Statements of the board, each above the function that binds it.
#include "server/store/board.h"
#include "server/store/goal.h"
#include "server/store/project.h"
#include "server/store/quarter.h"

STATEMENT(board_quarter, "t", QUARTER_LETTERS "d",
          "SELECT " QUARTER_COLUMNS ","
          " (SELECT coalesce(sum(g.planned_work), 0) FROM plan_progress g WHERE g.project_id = 0)"
          " FROM quarter q WHERE q.name = $1");

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

STATEMENT(board_projects, "ta", PROJECT_LETTERS "b",
          "SELECT " PROJECT_COLUMNS ", EXISTS (SELECT FROM week_report r"
          "  WHERE r.project_id = p.id AND r.week = $2)"
          " FROM " PROJECT_FROM " WHERE p.quarter = $1 ORDER BY p.kind, p.rank, p.id");

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

STATEMENT(board_goals, "ta", GOAL_LETTERS,
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
