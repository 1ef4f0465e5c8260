// Calls that wait for the next change: a message each, and nothing else. When one is woken it goes
// through the gate again from its bytes, so that a right that was revoked meanwhile ends it.
#ifndef OKR_SERVER_RPC_PARK_H
#define OKR_SERVER_RPC_PARK_H

#include "server/rpc/listener.h"
#include "server/pg/row.h"

struct parked {
    struct message *message;
    uint32_t peer;
    int64_t deadline_ms;    // monotonic: when it is answered `otherwise`
    int64_t up_to;          // wakes when a later revision is committed …
    int64_t history;        // … or when this is no longer the one that it is a revision of
    struct bytes otherwise; // the reply's body when nothing came; owned
    struct parked *next;
};

struct park;
struct park *park_new(void);
struct park *park_free(struct park *park); // discards the messages
size_t park_count(const struct park *park);
// Takes the message; copies `otherwise`. False when out of memory or full: the message stays the
// caller's.
bool park_add(struct park *park, const struct parked *entry);
// The next one to wake: some revision beyond its up_to was committed, or it is of another history,
// or it is late, or `all`. The
// caller owns it, and ends it with parked_free, which leaves the message alone. NULL: none.
struct parked *park_take(struct park *park, int64_t revision, int64_t history, int64_t now_ms,
                         bool all);
void park_peer_gone(struct park *park, uint32_t peer);
struct parked *parked_free(struct parked *entry);

#endif
