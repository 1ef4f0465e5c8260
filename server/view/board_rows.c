// Statements of the board, each above the function that binds it.
#include "server/view/board_rows.h"
#include "server/week/goal_rows.h"
#include "server/plan/plan_tree.h"
#include "server/quarter/quarter_rows.h"

STATEMENT(board_quarter, MAYBE, "t", QUARTER_LETTERS "d",
          "SELECT " QUARTER_COLUMNS ", " UNBOUND_IN_QUARTER " FROM quarter q WHERE q.name = $1");

struct asked board_quarter_ask(struct call *call, const char *quarter)
{
    struct query *q = call_ask(call, &board_quarter);
    bind_text(q, quarter);
    return q->asked;
}

Okr__Quarter *board_quarter_read(struct call *call, struct asked asked, double *ret_unbound)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__Quarter *quarter = quarter_row(call, &row);
    *ret_unbound = take_double(&row);
    return quarter;
}

STATEMENT(board_goals, MANY, "ta", GOAL_LETTERS,
          "SELECT " GOAL_COLUMNS " FROM goal g JOIN project p ON p.id = g.project_id"
          " LEFT JOIN plan_source s ON s.id = g.source_id"
          " WHERE g.week = $2 AND p.quarter = $1 AND NOT g.dropped"
          " ORDER BY g.project_id, g.position, g.id");

struct asked board_goals_ask(struct call *call, const char *quarter, int32_t monday)
{
    struct query *q = call_ask(call, &board_goals);
    bind_text(q, quarter);
    bind_date(q, monday);
    return q->asked;
}
