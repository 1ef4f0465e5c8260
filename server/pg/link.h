// One pipelined PostgreSQL connection driven by the loop: queries go out as they come, their
// results come back in order. Every statement of the program is prepared when it connects. It knows
// nothing of calls or transactions.
#ifndef OKR_SERVER_PG_LINK_H
#define OKR_SERVER_PG_LINK_H

#include "server/loop.h"
#include "server/pg/row.h"

struct link;

// Given once for each query (result, which the receiver clears) and once for each sync (NULL), in
// the order they were sent. When the connection is lost nothing more comes; `lost` is called
// instead.
typedef void link_result(void *ctx, void *owner, int index, PGresult *result);
typedef void link_event(void *ctx);

struct link_options {
    const char *name; // for the log
    const char *conninfo;
    const char *session; // SQL that each new session begins with; NULL: none
    bool unprepared;     // statements are parsed each time: few are ever asked, or not all fit
    struct loop *loop;
    link_result *result;
    link_event *lost;  // the connection broke: whatever was sent has no answer
    link_event *ready; // (re-)connected, statements prepared
    void *ctx;
};

// Connects (this blocks, at most some seconds) and watches. NULL with a message when it cannot be
// reached.
struct link *link_open(const struct link_options *options, char *error, size_t error_size);
struct link *link_close(struct link *link);
bool link_is_up(const struct link *link);
// Tries to come back after a loss; called by the tick, limits itself.
void link_tick(struct link *link);

// owner and index come back with the result. False when the link is down or out of memory.
bool link_query(struct link *link, const struct query *query, void *owner, int index);
// Ends a run of queries: an error inside makes the server skip up to here.
bool link_sync(struct link *link, void *owner, int index);
// Blocks until all that was sent is answered, or the connection is lost: before the loop runs.
void link_wait(struct link *link);
// Sends what is buffered.
void link_flush(struct link *link);
// Gives the connection up, as if it had been lost: after a send that failed half-way. `why` for the
// log; NULL: the caller has said it.
void link_break(struct link *link, const char *why);
// A warning came while COMMIT was under way: its outcome must not be trusted. Reading clears it.
bool link_warned(struct link *link);

#endif
