// Who is connected: identity from the kernel and calls in flight, by nng's pipe id.
#ifndef OKR_SERVER_RPC_PEERS_H
#define OKR_SERVER_RPC_PEERS_H

#include "server/rpc/listener.h"

struct peers;
struct connected {
    struct peer peer;
    int in_flight, parked;
    struct connected *next;
};

struct peers *peers_new(void);
struct peers *peers_free(struct peers *peers);
void peers_event(struct peers *peers, const struct peer_event *event);
struct connected *peers_find(struct peers *peers, uint32_t id); // NULL: gone
size_t peers_count(const struct peers *peers);

#endif
