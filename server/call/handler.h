// What a method needs to be served, beside its row in the contract's table. One a method; the build
// collects them (rpc_handlers), and a method without one does not link.
#ifndef OKR_SERVER_CALL_HANDLER_H
#define OKR_SERVER_CALL_HANDLER_H

#include "server/call/field.h"

struct handler {
    // Checks the request, asks its first statements and sets call->then; or answers at once. The
    // statements of one round of a READ see one state of the database.
    void (*start)(struct call *call);
    bool bulk;    // READ, STAGE: big; takes the lane that quick reads do not wait behind
    bool shared;  // READ: the reply is the same for every caller, and is kept until the next change
    bool present; // READ: what it tells has no past (logins, this server, what waits for changes)
    bool grouped; // CHANGE: one round, which writes only in one guarded statement, and nothing when
                  // the call fails; it may share a transaction with others
    bool directory; // CHANGE: touches members, roles, tokens, agents or settings
};

extern const struct handler *const rpc_handlers[RPC_COUNT];

// HANDLER(week_close_week, close_start, .grouped = true): the method's handler. Its start gets the
// request with its type, static void close_start(struct call *, const Okr__CloseWeekRequest *);
// what comes after asks for it by name, close_week_request(call).
#define HANDLER(method, typed_start, ...)                                                          \
    static void start_##method(struct call *call)                                                  \
    {                                                                                              \
        typed_start(call, REQUEST_OF_##method(call));                                              \
    }                                                                                              \
    const struct handler handle_##method = {.start = start_##method, __VA_ARGS__}

#include "okr/handlers.h"

#endif
