// One call on its way through the server, as a handler sees it: the request, who asks, statements
// to ask, rows to answer from. A handler sees no bytes, no sockets and no connections.
#ifndef OKR_SERVER_CALL_CALL_H
#define OKR_SERVER_CALL_CALL_H

#include "common/arena.h"
#include "okr/methods.h"
#include "okr/all.h"
#include "server/pg/query.h"
#include "server/pg/row.h"

// Who asks. Copied into the call: it stays as it was when the call was authorised.
struct actor {
    int64_t member_id;  // 0: anonymous
    const char *handle; // NULL: anonymous
    const char *name;
    int64_t token_id;  // 0 for agents
    uint32_t rights;   // ROLE_BIT of each role whose rights the member holds
    const char *role;  // name of the role that gives the right to this method; NULL: any member
    bool own_only;     // the right is for the actor's own rows: the SQL decides which these are
    const char *agent; // label of the agent that acts for the member, else NULL
    char **sources;    // what the agent may publish
    size_t n_sources;
};

enum { CALL_MAX_QUERIES = 16 };

struct call {
    struct arena *arena;
    enum rpc_id id;
    const ProtobufCMessage *request; // of the method's request type, checked
    struct actor actor;
    int64_t revision;              // of a READ: what it shows at least
    int64_t since;                 // of one that was parked: the revision it waited beyond; else -1
    int64_t as_of;                 // the revision that a READ looks back to; -1: the present
    const Okr__Settings *settings; // to go by: those in force, or as they were
    int64_t now; // server clock when the call came in, or as of when; microseconds UTC

    // Asked and answered.
    struct query *queries[CALL_MAX_QUERIES]; // of the round that is being asked
    int n_queries;
    int round;                          // that was answered last; 0: none
    struct rows rows[CALL_MAX_QUERIES]; // of the round that was answered: rows[i] answers query i
    void (*then)(struct call *call);    // runs when all queries of the round are answered

    bool broken; // rows were read that are not there as they are read: fails the call

    // The outcome.
    bool done;
    Okr__Status status;
    const ProtobufCMessage *reply;
    bool parked; // answered later: call_park

    // What the audit log keeps of a change.
    const char *resource;           // "goal/12"
    const ProtobufCMessage *before; // NULL: the thing was created
    const ProtobufCMessage *after;

    void *state;              // a handler's own, over several rounds; in the arena
    struct call_route *route; // dispatch's
    struct call_spill *spill; // what did not fit into the arena
};

// Asking. Returns a query to bind the parameters of; `call->then` must be set as well. Never NULL:
// out of arena or out of room is remembered and answered RESOURCE_EXHAUSTED or INTERNAL.
struct query *call_ask(struct call *call, const struct statement *statement);

// Each query bears the handle by which its rows are found when it was answered: `query->asked`.
// What asks several gives back several, in a struct. A handle that is kept beyond the next
// continuation, or was never asked, is a fault of the program: no rows, and the call fails.
const struct rows *call_rows(struct call *call, struct asked asked);
int asked_count(struct call *call, struct asked asked);
struct row asked_begin(struct call *call, struct asked asked);         // before the first row
struct row asked_at(struct call *call, struct asked asked, int index); // on a row
// On the one row, if it is there.
bool asked_first(struct call *call, struct asked asked, struct row *ret);
// Of what answers one row with one value: an id, an array of ids.
int64_t asked_i64(struct call *call, struct asked asked);
bool asked_bool(struct call *call, struct asked asked);
size_t asked_i64s(struct call *call, struct asked asked, int64_t **ret);
// The handle of a round's only query.
struct asked asked_only(struct call *call);

// Answering. The first outcome wins; a handler returns at once after it.
void call_reply(struct call *call, const ProtobufCMessage *reply);
// `arg` fills the place that the Reason names; may be NULL. The English message is made from both.
void call_fail(struct call *call, Okr__Code code, Okr__Reason reason, const char *arg);
// INVALID_ARGUMENT with one more violation; several collect. call_invalid() tells whether there is
// one.
void call_violation(struct call *call, const char *field, Okr__Reason reason, const char *arg);
bool call_invalid(const struct call *call);
// A READ with nothing to say yet: it waits until a revision beyond `up_to` is committed, and starts
// anew then, with call->since = up_to. At its deadline it is answered `otherwise`.
void call_park(struct call *call, int64_t up_to, const ProtobufCMessage *otherwise);
// ABORTED with both versions: `current` is the thing as it is now.
void call_conflict(struct call *call, const char *resource, int64_t your_version,
                   int64_t current_version, const ProtobufCMessage *current);
// What a successful change did, for the audit log.
void call_record(struct call *call, const char *resource, const ProtobufCMessage *before,
                 const ProtobufCMessage *after);
// For agents: the source may be used by this actor. Fails the call otherwise.
bool call_may_use_source(struct call *call, const char *source);

// Dates in the organisation's time zone.
int32_t call_today(const struct call *call);

// A message of a call's arena, initialised.
#define NEW(call, type, ...) ((type *)call_new_((call), sizeof(type), &(type)__VA_ARGS__))
void *call_new_(struct call *call, size_t size, const void *init);
// The message that a list reads from each row of what was asked: `take` is a MESSAGE_READER.
#define MESSAGE_LIST(name, type, init, take)                                                       \
    size_t name(struct call *call, struct asked asked, type ***ret)                                \
    {                                                                                              \
        size_t n = 0;                                                                              \
        *ret = NEW_ARRAY(call, type *, (size_t)asked_count(call, asked));                          \
        for (struct row row = asked_begin(call, asked); row_next(&row); n++)                       \
            take(&row, (*ret)[n] = NEW(call, type, init));                                         \
        return n;                                                                                  \
    }                                                                                              \
    struct row
// For proto2 optional scalars: SET(goal, version, 3).
#define SET(message, field, value) ((message)->has_##field = 1, (message)->field = (value))
// An array of n pointers or values in the arena, zeroed; never NULL for n = 0.
#define NEW_ARRAY(call, type, n) ((type *)call_array_((call), (n), sizeof(type)))
void *call_array_(struct call *call, size_t n, size_t size);
void call_spill_free(struct call *call); // when the call ends
char *call_printf(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
