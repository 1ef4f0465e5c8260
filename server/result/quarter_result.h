// The result of a quarter: made from what the quarter holds now, kept when it is closed.
#ifndef OKR_SERVER_RESULT_QUARTER_RESULT_H
#define OKR_SERVER_RESULT_QUARTER_RESULT_H

#include "server/call/call.h"

// What it is made of: the projects, and the decisions made after the opening.
struct quarter_result_asked {
    struct asked projects, changes;
};
struct quarter_result_asked quarter_result_parts_ask(struct call *call, const char *quarter);
// Linked projects completed or not (R21), the side projects against their target
// (R22, R26), and the changes after the opening (R17).
Okr__QuarterResult *quarter_result_make(struct call *call, const char *quarter,
                                        const struct quarter_result_asked *asked);

#endif
