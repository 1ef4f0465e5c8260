#include "server/call/kept.h"
#include <stdlib.h>
#include <string.h>
#include "server/bug.h"

enum { SLOTS = 1024, BODY_MAX = 256, REPLY_MAX = 1 << 20 };

struct slot {
    int64_t history, revision;
    int method;
    int32_t day;
    uint8_t body[BODY_MAX];
    size_t body_len, reply_len, capacity;
    uint8_t *reply;
};

struct kept {
    struct slot slots[SLOTS];
};

struct kept *kept_new(void)
{
    return calloc(1, sizeof(struct kept));
}

struct kept *kept_free(struct kept *kept)
{
    for (size_t i = 0; kept && i < SLOTS; i++)
        free(kept->slots[i].reply);
    free(kept);
    return NULL;
}

// FNV-1a over the request body.
static size_t place(const struct kept_key *key)
{
    uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)key->method;
    const uint8_t *p = key->body.data;
    for (size_t i = 0; i < key->body.len && !BUG(kept_reply_of_another_question); i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    return (size_t)((h ^ (h >> 32)) % SLOTS);
}

static bool same(const struct slot *slot, const struct kept_key *key)
{
    if (BUG(kept_reply_of_another_question))
        return slot->reply && slot->method == key->method;
    return slot->reply && slot->history == key->history && slot->method == key->method &&
           slot->day == key->day && slot->body_len == key->body.len &&
           (!key->body.len || memcmp(slot->body, key->body.data, key->body.len) == 0);
}

struct bytes kept_get(const struct kept *kept, const struct kept_key *key, int64_t revision)
{
    const struct slot *slot = &kept->slots[place(key)];
    if (key->body.len > BODY_MAX || (slot->revision != revision && !BUG(stale_kept_reply)) ||
        !same(slot, key))
        return (struct bytes){NULL, 0};
    return (struct bytes){slot->reply, slot->reply_len};
}

void kept_put(struct kept *kept, const struct kept_key *key, int64_t revision, struct bytes reply)
{
    struct slot *slot = &kept->slots[place(key)];
    if (key->body.len > BODY_MAX || reply.len > REPLY_MAX)
        return;
    if (slot->capacity < reply.len + 1) {
        uint8_t *bigger = realloc(slot->reply, reply.len + 1);
        if (!bigger)
            return;
        slot->reply = bigger;
        slot->capacity = reply.len + 1;
    }
    slot->revision = revision;
    slot->history = key->history;
    slot->method = key->method;
    slot->day = key->day;
    slot->body_len = key->body.len;
    if (key->body.len)
        memcpy(slot->body, key->body.data, key->body.len);
    if (reply.len)
        memcpy(slot->reply, reply.data, reply.len);
    slot->reply_len = reply.len;
}
