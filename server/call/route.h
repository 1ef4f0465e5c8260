// What is known of a call beyond what its handler sees: the way back, its deadline, the job that it
// is for lanes and writers.
#ifndef OKR_SERVER_CALL_ROUTE_H
#define OKR_SERVER_CALL_ROUTE_H

#include "server/call/call.h"
#include "server/call/handler.h"
#include "server/pg/job.h"

enum { REQUEST_ID_BYTES = 16, REQUEST_HASH_BYTES = 32 };

struct message; // the way back: whoever took the call in knows what it is
struct dispatch;

struct call_route {
    struct call call;
    struct job job; // its key is the request_id
    struct dispatch *dispatch;
    const struct handler *handler;
    struct message
        *message; // NULL: answered already (its deadline passed); the work goes on unheard
    uint32_t peer;
    int64_t deadline_ms;   // monotonic
    bool past;             // a read of the past; call.as_of: of which revision, once that is known
    int64_t as_of_until;   // by this instant, where as_of was no revision
    int64_t seen_revision; // what a read shows at least; a change's own revision
    int64_t history;       // of which seen_revision is one

    bool has_request_id;
    uint8_t request_hash[REQUEST_HASH_BYTES]; // of method, actor and body
    struct bytes body;                        // of the request, in the arena
    struct bytes stored; // a change's reply as the log keeps it, made now or found for a retry
    bool repeated;
    bool malformed;       // it is no request of its method, and never was
    Okr__Status *refused; // why it is not carried out; but first the log is asked whether it was

    struct call_route *newer, *older; // all calls that are under way
};

// A zeroed call becomes a job of this kind, whose first two are route_answered and route_failed.
void route_init(struct call_route *route, struct arena *arena, const struct job_kind *kind);
void route_answered(struct job *job); // runs the continuation
void route_failed(struct job *job, enum job_failure why);
struct call_route *route_of(struct job *job);
// What the handler asked is what the job asks now. Answers INTERNAL where it neither asked nor
// answered.
void route_asked(struct call_route *route);

// The outcome is this, whatever it was before.
void route_fail(struct call_route *route, Okr__Code code, Okr__Reason reason);
// A retry: the outcome is what was stored for it.
void route_repeat(struct call_route *route, int64_t revision, struct bytes reply);
// A change that is not to be carried out: asks nothing but whether it was carried out before. Its
// status says why.
void route_refuse(struct call_route *route);

#endif
