#include "server/rpc/park.h"
#include <stdlib.h>
#include <string.h>

enum { PARK_MAX = 20000 };

struct park {
    struct parked *first, **last;
    size_t count;
};

struct park *park_new(void)
{
    struct park *park = calloc(1, sizeof *park);
    if (park)
        park->last = &park->first;
    return park;
}

struct parked *parked_free(struct parked *entry)
{
    if (entry)
        free((void *)(uintptr_t)entry->otherwise.data);
    free(entry);
    return NULL;
}

static struct parked *remove_at(struct park *park, struct parked **at)
{
    struct parked *entry = *at;
    if (!(*at = entry->next))
        park->last = at;
    entry->next = NULL;
    park->count--;
    return entry;
}

struct park *park_free(struct park *park)
{
    while (park && park->first) {
        struct parked *entry = remove_at(park, &park->first);
        message_discard(entry->message);
        parked_free(entry);
    }
    free(park);
    return NULL;
}

size_t park_count(const struct park *park)
{
    return park->count;
}

bool park_add(struct park *park, const struct parked *entry)
{
    if (park->count >= PARK_MAX)
        return false;
    struct parked *copy = malloc(sizeof *copy);
    void *otherwise = malloc(entry->otherwise.len + 1);
    if (!copy || !otherwise) {
        free(copy);
        free(otherwise);
        return false;
    }
    memcpy(otherwise, entry->otherwise.data, entry->otherwise.len);
    *copy = *entry;
    copy->otherwise.data = otherwise;
    copy->next = NULL;
    *park->last = copy;
    park->last = &copy->next;
    park->count++;
    return true;
}

struct parked *park_take(struct park *park, int64_t revision, int64_t history, int64_t now_ms,
                         bool all)
{
    for (struct parked **at = &park->first; *at; at = &(*at)->next)
        if (all || (*at)->up_to < revision || (*at)->history != history ||
            (*at)->deadline_ms <= now_ms)
            return remove_at(park, at);
    return NULL;
}

void park_peer_gone(struct park *park, uint32_t peer)
{
    for (struct parked **at = &park->first; *at;) {
        if ((*at)->peer != peer) {
            at = &(*at)->next;
            continue;
        }
        struct parked *entry = remove_at(park, at);
        message_discard(entry->message);
        parked_free(entry);
    }
}
