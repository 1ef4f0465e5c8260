#include "server/rpc/peers.h"
#include <stdlib.h>

enum { BUCKETS = 1024 };

struct peers {
    struct connected *buckets[BUCKETS];
    size_t count;
};

struct peers *peers_new(void)
{
    return calloc(1, sizeof(struct peers));
}

struct peers *peers_free(struct peers *peers)
{
    for (size_t i = 0; peers && i < BUCKETS; i++)
        while (peers->buckets[i]) {
            struct connected *next = peers->buckets[i]->next;
            free(peers->buckets[i]);
            peers->buckets[i] = next;
        }
    free(peers);
    return NULL;
}

static void add(struct peers *peers, const struct peer *peer)
{
    struct connected *c = calloc(1, sizeof *c);
    if (!c)
        return;
    c->peer = *peer;
    c->next = peers->buckets[peer->id % BUCKETS];
    peers->buckets[peer->id % BUCKETS] = c;
    peers->count++;
}

void peers_event(struct peers *peers, const struct peer_event *event)
{
    if (!event->gone) {
        add(peers, &event->peer);
        return;
    }
    for (struct connected **at = &peers->buckets[event->peer.id % BUCKETS]; *at;
         at = &(*at)->next) {
        struct connected *c = *at;
        if (c->peer.id != event->peer.id)
            continue;
        *at = c->next;
        free(c);
        peers->count--;
        return;
    }
}

struct connected *peers_find(struct peers *peers, uint32_t id)
{
    for (struct connected *c = peers->buckets[id % BUCKETS]; c; c = c->next)
        if (c->peer.id == id)
            return c;
    return NULL;
}

size_t peers_count(const struct peers *peers)
{
    return peers->count;
}
