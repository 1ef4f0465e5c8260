// A cure for nng before 1.6: a peer that connects and goes at once makes nng's handshake fail with
// EPIPE, which ends the accept loop for good. See sendmsg_guard.c.
#ifndef OKR_SERVER_RPC_SENDMSG_GUARD_H
#define OKR_SERVER_RPC_SENDMSG_GUARD_H

#include <stdbool.h>

// Links the guard into the program. True where one is needed and in place.
bool sendmsg_guard(void);

#endif
