// A lane for reads: calls go down one pipelined connection, all that wait as one batch, and their
// results come back in the same order. The busier it is the larger the batches, and the less a call
// costs: one transaction, one wake-up and one write at either end serve many. A lane knows no rules
// and sends no replies.
#ifndef OKR_SERVER_PG_LANE_H
#define OKR_SERVER_PG_LANE_H

#include "server/call/route.h"
#include "server/pg/link.h"

struct lane;

struct lane_options {
    const char *name; // for the log
    const char *conninfo;
    struct loop *loop;
    bool past;                // for reads of the past, and for these alone
    route_finished *finished; // is told of each call that got its outcome
    void *ctx;
};
// NULL with a message when the database cannot be reached.
struct lane *lane_open(const struct lane_options *options, char *error, size_t error_size);
struct lane *lane_close(struct lane *lane);
// Takes a call that asks (n_queries > 0). Fails it as UNAVAILABLE when the connection is down.
void lane_submit(struct lane *lane, struct call_route *route);
void lane_tick(struct lane *lane);
// Sends what was submitted since the last time: once per turn of the loop.
void lane_flush(struct lane *lane);
bool lane_is_up(const struct lane *lane);

#endif
