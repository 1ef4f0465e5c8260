// What dispatch, the lanes and the writer know of a call beyond what its handler sees: the way
// back, its deadline, its place in a queue, the results that arrived.
#ifndef OKR_SERVER_CALL_ROUTE_H
#define OKR_SERVER_CALL_ROUTE_H

#include "server/call/call.h"
#include "server/call/handler.h"
#include "server/rpc/listener.h"

enum { REQUEST_ID_BYTES = 16, REQUEST_HASH_BYTES = 32 };

enum outcome_known {
    OUTCOME_OPEN,    // nothing was sent to the database yet: the call can be given up
    OUTCOME_RUNNING, // under way
};

struct call_route {
    struct call call;
    const struct handler *handler;
    struct message
        *message; // NULL: answered already (its deadline passed); the work goes on unheard
    uint32_t peer;
    int64_t deadline_ms; // monotonic
    enum outcome_known outcome;
    bool alone;            // was in a group that failed: runs by itself
    bool skipped;          // a read that stood behind one that failed: is asked again
    bool warm;             // a read's reply may be kept
    bool past;             // a read of the past; call.as_of: of which revision, once that is known
    int64_t as_of_until;   // by this instant, where as_of was no revision
    int64_t seen_revision; // what a read shows at least; a change's own revision

    bool has_request_id;
    uint8_t request_id[REQUEST_ID_BYTES];
    uint8_t request_hash[REQUEST_HASH_BYTES]; // of method, actor and body
    struct bytes body;                        // of the request, in the arena
    struct bytes stored;                      // the reply that was found for a repeated request_id
    bool repeated;

    PGresult *results[CALL_MAX_QUERIES];
    PGresult *error;                  // the first one
    struct call_route *next;          // in a queue of a lane or the writer
    struct call_route *newer, *older; // all calls that are under way
};

// The round was answered: runs the continuation. Afterwards the call is done, or has asked again.
void route_continue(struct call_route *route);
void route_clear_results(struct call_route *route);
// Whether all bound queries are as their statements say.
bool route_queries_sound(struct call_route *route);

// Given back by lanes and writer when a call has its outcome (call.done), or was found stored.
typedef void route_finished(void *ctx, struct call_route *route);

#endif
