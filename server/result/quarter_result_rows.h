// What the result of a quarter is made of, and the one that was kept when it was closed. The
// projects come from server/view/board_rows.h. It knows tables, not rules.
#ifndef OKR_SERVER_RESULT_QUARTER_RESULT_ROWS_H
#define OKR_SERVER_RESULT_QUARTER_RESULT_ROWS_H

#include "server/call/call.h"

// Decisions on the quarter's projects that were made after it was opened, oldest first; for
// project_decision_row().
void quarter_changes_ask(struct call *call, const char *quarter);
// Of the quarter's projects those that go on later: id, and id of the one that goes on with it.
void quarter_carried_ask(struct call *call, const char *quarter);
// The id of the project that goes on with this one: one row or none.
void project_carried_ask(struct call *call, int64_t project_id);
// The id in quarter_carried_ask()'s rows that goes on with this one; 0: none.
int64_t quarter_carried_to(const struct rows *rows, int64_t project_id);

void quarter_result_ask_add(struct call *call, const char *quarter,
                            const Okr__QuarterResult *result);
// One row or none.
void quarter_result_ask(struct call *call, const char *quarter);
// NULL: none was kept.
Okr__QuarterResult *quarter_result_row(struct call *call, const struct rows *rows);

#endif
