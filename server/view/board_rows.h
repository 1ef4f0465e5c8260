// The board's own statements; objectives, key results and projects come from theirs. Each is one
// pass over what the quarter has: the board is what everybody opens.
#ifndef OKR_SERVER_VIEW_BOARD_ROWS_H
#define OKR_SERVER_VIEW_BOARD_ROWS_H

#include "server/call/call.h"

// The quarter, and planned minutes of leaf tasks that belong to no project (R8). NULL: there is no
// such quarter.
struct asked board_quarter_ask(struct call *call, const char *quarter);
Okr__Quarter *board_quarter_read(struct call *call, struct asked asked, double *ret_unbound);

// The week's goals of the quarter's projects, for goal_rows().
struct asked board_goals_ask(struct call *call, const char *quarter, int32_t monday);

#endif
