// The board's own statements; objectives and key results come from theirs. Each is one pass over
// what the quarter has: the board is what everybody opens.
#ifndef OKR_SERVER_VIEW_BOARD_ROWS_H
#define OKR_SERVER_VIEW_BOARD_ROWS_H

#include "server/call/call.h"

// The quarter, and planned minutes of leaf tasks that belong to no project (R8). One row or none.
void board_quarter_ask(struct call *call, const char *quarter);
Okr__Quarter *board_quarter_row(struct call *call, const struct rows *rows, double *ret_unbound);

// All projects of the quarter, linked before side, by rank.
void board_projects_ask(struct call *call, const char *quarter, int32_t monday);
struct board_project {
    Okr__Project *project;
    bool all_done; // it has plan tasks, and each is at 100 %
    bool week_closed;
};
struct board_project board_project_row(struct call *call, const struct rows *rows, int row);

// The week's goals of the quarter's projects, for goal_rows().
void board_goals_ask(struct call *call, const char *quarter, int32_t monday);

#endif
