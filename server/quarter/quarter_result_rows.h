// The result of a quarter that was kept when it was closed. It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_QUARTER_RESULT_ROWS_H
#define OKR_SERVER_QUARTER_QUARTER_RESULT_ROWS_H

#include "server/call/call.h"

void quarter_result_ask_add(struct call *call, const char *quarter,
                            const Okr__QuarterResult *result);
struct asked quarter_result_ask(struct call *call, const char *quarter);
// NULL: none was kept.
Okr__QuarterResult *quarter_result_read(struct call *call, struct asked asked);

#endif
