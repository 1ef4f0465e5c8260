// The inside of dispatch, shared by its parts: a call's life (call_life.c), replies (reply.c),
// retries (retry.c), calls that wait for a change (waiting.c), deadlines (expiry.c), what is kept
// in memory of the database (memory.c). Nobody else includes it.
#ifndef OKR_SERVER_RPC_DISPATCH_PRIVATE_H
#define OKR_SERVER_RPC_DISPATCH_PRIVATE_H

#include "server/call/kept.h"
#include "server/call/route.h"
#include "server/pg/lane.h"
#include "server/pg/witness.h"
#include "server/pg/writer.h"
#include "server/rpc/dispatch.h"
#include "server/rpc/gate.h"
#include "server/rpc/park.h"

enum { SPARE_ARENAS = 256, PARK_MARGIN_MS = 300 };

struct dispatch {
    struct listener *listener;
    struct gate gate;
    struct endpoint *endpoint;
    struct lane *quick, *bulk, *past;
    struct writer *writer, *stager;
    struct witness *witness;
    struct kept *kept;
    struct park *park;
    struct call_route *calls; // all that are under way, newest first
    int64_t history;          // the writer's, as the lanes have it
    bool disk_full;
    char trouble[768]; // why this okrd has to end; "": it has not
    struct arena *spare[SPARE_ARENAS];
    size_t n_spare;
};

// A call's life. From a message that was received; NULL when out of memory, the message is gone.
struct call_route *call_begin(struct dispatch *d, struct message *message);
void call_end(struct dispatch *d, struct call_route *route);
// Its caller has been answered, or is not to be: takes the message away from it.
struct message *call_unhear(struct dispatch *d, struct call_route *route);
// Its caller is whoever sent `from`, which ends.
void call_hear(struct dispatch *d, struct call_route *route, struct call_route *from);

// From the message on; `waited`: what the call was while it waited for a change, or NULL.
void dispatch_enter(struct dispatch *d, struct message *message, const struct parked *waited);

// Replies.
extern const struct job_kind dispatch_job; // the call has its outcome: answers it and lets it go
void reply_finish(struct dispatch *d, struct call_route *route);
void reply_late(struct dispatch *d, struct call_route *route, bool unknown);
void reply_body(struct dispatch *d, struct call_route *route, struct bytes body);
bool reply_from_kept(struct dispatch *d, struct call_route *route);

// Retries: a change with the request_id of one that is under way, or was carried out.
// True: the first try will be answered to whoever asks now; the call has ended.
bool retry_joins(struct dispatch *d, struct call_route *route);
// True: before the call is refused, the log is asked whether it was carried out.
bool retry_asks(struct dispatch *d, struct call_route *route);

// Calls that wait for a change. True: it waits; the call has ended.
bool waiting_begins(struct dispatch *d, struct call_route *route, struct bytes body);
void waiting_wake(struct dispatch *d);

void expiry_tick(struct dispatch *d);

const struct writer_memory *dispatch_memory(void); // its ctx is the dispatch
void dispatch_refused(void *ctx, const char *why);

#endif
