// The one gate: envelope → admission → method → token → policy → checks of the body. Nothing else
// says UNAUTHENTICATED or PERMISSION_DENIED by role. It knows no database and sends no replies.
#ifndef OKR_SERVER_RPC_GATE_H
#define OKR_SERVER_RPC_GATE_H

#include "server/rpc/peers.h"
#include "server/call/route.h"

enum { DEADLINE_DEFAULT_MS = 30000 };

struct gate {
    struct peers *peers;
    size_t in_flight;          // calls under way
    bool draining;             // new calls are told to try again
    uint16_t order[RPC_COUNT]; // rpc_methods by name
};

void gate_init(struct gate *gate);
// Fills the call from its message: method, handler, actor, request, deadline. False after it has
// failed the call; the first step that fails says why.
bool gate_enter(struct gate *gate, struct call_route *route);

#endif
