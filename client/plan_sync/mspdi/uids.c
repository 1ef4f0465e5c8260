// Open addressing, at most three quarters full.
#include "client/plan_sync/mspdi/uids.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    FIRST_SLOTS = 64,
};

// The finalizer of splitmix64 (Steele, Lea, Flood 2014) over the seeded UID.
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

// The slot that holds `uid`, or the free one where it belongs.
static struct mspdi_uid_slot *find(const struct mspdi_uids *m, int64_t uid)
{
    size_t i = (size_t)mix((uint64_t)uid ^ m->seed) & (m->n_slots - 1);
    while (m->slots[i].value != MSPDI_UID_FREE && m->slots[i].uid != uid)
        i = (i + 1) & (m->n_slots - 1);
    return &m->slots[i];
}

static bool grow(struct mspdi_uids *m)
{
    struct mspdi_uids bigger = {
        .n_slots = m->n_slots ? 2 * m->n_slots : FIRST_SLOTS, .used = m->used, .seed = m->seed};
    if (!m->seed && getrandom(&bigger.seed, sizeof bigger.seed, 0) != sizeof bigger.seed)
        bigger.seed = (uint64_t)(uintptr_t)m;
    bigger.slots = malloc(bigger.n_slots * sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < bigger.n_slots; i++)
        bigger.slots[i].value = MSPDI_UID_FREE;
    for (size_t i = 0; i < m->n_slots; i++) {
        if (m->slots[i].value != MSPDI_UID_FREE)
            *find(&bigger, m->slots[i].uid) = m->slots[i];
    }
    free(m->slots);
    *m = bigger;
    return true;
}

int64_t *mspdi_uids_put(struct mspdi_uids *m, int64_t uid, int64_t value, bool *ret_new)
{
    if (4 * (m->used + 1) > 3 * m->n_slots && !grow(m))
        return NULL;
    struct mspdi_uid_slot *s = find(m, uid);
    bool is_new = s->value == MSPDI_UID_FREE;
    if (is_new) {
        *s = (struct mspdi_uid_slot){.uid = uid, .value = value};
        m->used++;
    }
    if (ret_new)
        *ret_new = is_new;
    return &s->value;
}

bool mspdi_uids_has(const struct mspdi_uids *m, int64_t uid)
{
    return m->n_slots > 0 && find(m, uid)->value != MSPDI_UID_FREE;
}

void mspdi_uids_clear(struct mspdi_uids *m)
{
    free(m->slots);
    *m = (struct mspdi_uids){0};
}
