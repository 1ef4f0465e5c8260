// A lane for reads: jobs go down one pipelined connection, all that wait as one batch, and their
// results come back in the same order. The busier it is the larger the batches, and the less a job
// costs: one transaction, one wake-up and one write at either end serve many.
#ifndef OKR_SERVER_PG_LANE_H
#define OKR_SERVER_PG_LANE_H

#include "server/pg/job.h"
#include "server/pg/link.h"

struct lane;

struct lane_options {
    const char *name; // for the log
    struct endpoint *endpoint;
    struct loop *loop;
    const char *session; // SELECT set_config(…): what sessions begin with beyond being for reads
    bool unprepared;     // statements are parsed each time
    int64_t limit_ms;    // when nothing is heard for so long, the connection is given up
    link_refused *refused;
    void *ctx; // of `refused`
};
// Begins to connect. NULL when out of memory.
struct lane *lane_open(const struct lane_options *options);
struct lane *lane_close(struct lane *lane);
// Takes a job that asks (n_queries > 0). Fails it when the connection is down.
void lane_submit(struct lane *lane, struct job *job);
// Takes a job out that was not begun; false when it is under way or not here.
bool lane_withdraw(struct lane *lane, struct job *job);
void lane_tick(struct lane *lane);
// Sends what was submitted since the last time: once per turn of the loop.
void lane_flush(struct lane *lane);
bool lane_is_up(const struct lane *lane);
// Connects anew: what it is connected to is not what the others are.
void lane_break(struct lane *lane, const char *why);
struct link *lane_link(const struct lane *lane);

#endif
