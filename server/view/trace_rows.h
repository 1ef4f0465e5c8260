// What hangs together with a thing, as edges: one statement a direction. It knows tables, not how
// they are shown (server/view/trace.c).
#ifndef OKR_SERVER_VIEW_TRACE_ROWS_H
#define OKR_SERVER_VIEW_TRACE_ROWS_H

#include "server/call/call.h"

// Enough to tell two things apart and to find what follows from one. An assignment is told apart by
// its resource besides, but nothing hangs below it, and going up it is only where one begins.
struct trace_key {
    int64_t kind;   // okr.v1.TraceKind; 0: nothing stands before it, it is what was asked for
    int64_t source; // task, assignment: plan_source.id; else 0
    int64_t id;     // task, assignment: UID of the task
};

struct trace_edge {
    struct trace_key from, to;
    Okr__TraceNode *node; // of `to`, without its depth
};

// The published plan versions count, and in them leaf tasks that are active. Going down, what was
// dropped or rejected is left out; going up it is there, and says so.
//
// Rows come level by level, so that the lowest ones are missing where there are more than
// `limit`; within a level in the order of rank, plan or week.
struct asked trace_ask(struct call *call, const Okr__TraceRequest *request, int32_t limit);
struct trace_edge trace_row(struct call *call, struct row *row);

#endif
