// An open hash table over shapes and names. Paths become text only at the end, so that counting one
// more of a kind costs a hash and a comparison.
#include "client/plan_sync/mspdi/loss.h"

#include <stdlib.h>
#include <string.h>
#include "client/plan_sync/mspdi/error.h"

enum { PATH_BYTES = 512 };

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t hash_of(Okr__LossKind kind, const struct mspdi_shape *const *path, size_t depth,
                        const char *name)
{
    uint64_t hash = mix(UINT64_C(0xCBF29CE484222325), (uint64_t)kind);
    for (size_t i = 0; i < depth; i++)
        hash = mix(hash, (uint64_t)(uintptr_t)path[i]);
    for (const char *c = name; c && *c; c++)
        hash = mix(hash, (unsigned char)*c);
    return hash;
}

// Names are cut where they are kept, so the hash of the whole name tells them apart.
static bool is_same(const struct mspdi_loss *at, uint64_t hash, Okr__LossKind kind,
                    const struct mspdi_shape *const *path, size_t depth)
{
    return at->hash == hash && at->kind == kind && at->depth == depth &&
           memcmp(at->path, path, depth * sizeof *path) == 0;
}

struct mspdi_loss *mspdi_loss_note(struct mspdi_losses *l, Okr__LossKind kind,
                                   const struct mspdi_shape *const *path, size_t depth,
                                   const char *name)
{
    if (depth > MSPDI_LOSS_DEPTH)
        depth = MSPDI_LOSS_DEPTH;
    uint64_t hash = hash_of(kind, path, depth, name);
    struct mspdi_loss *at = &l->slots[hash % MSPDI_LOSS_SLOTS];
    while (at->kind && !is_same(at, hash, kind, path, depth))
        at = at + 1 < l->slots + MSPDI_LOSS_SLOTS ? at + 1 : l->slots;
    if (!at->kind && l->used == MSPDI_LOSS_KINDS)
        at = &l->others;
    if (!at->kind) {
        l->used += at != &l->others;
        at->kind = kind;
        at->hash = hash;
        at->depth = depth;
        memcpy(at->path, path, depth * sizeof *path);
        if (name)
            mspdi_copy_chars(at->name, sizeof at->name, name, strlen(name), sizeof at->name);
    }
    at->count++;
    return at;
}

void mspdi_loss_note_node(struct mspdi_losses *l, Okr__LossKind kind, const struct mspdi_node *node,
                          const char *tag)
{
    const struct mspdi_shape *path[MSPDI_LOSS_DEPTH];
    size_t depth = 0;
    if (!l)
        return;
    for (const struct mspdi_node *n = node; n && depth < MSPDI_LOSS_DEPTH; n = n->parent)
        depth++;
    size_t at = depth;
    for (const struct mspdi_node *n = node; at > 0; n = n->parent)
        path[--at] = n->shape;
    mspdi_loss_note(l, kind, path, depth, tag);
}

static void append(char to[PATH_BYTES], const char *text)
{
    size_t used = strlen(to);
    size_t room = PATH_BYTES - used - 1;
    size_t n = strlen(text);
    memcpy(to + used, text, n < room ? n : room);
    to[used + (n < room ? n : room)] = '\0';
}

// From the row on, if there is one: "Task/Baseline/Cost", "Project/Views".
static void path_text(const struct mspdi_loss *loss, char to[PATH_BYTES])
{
    size_t from = 0;
    *to = '\0';
    for (size_t i = 0; i < loss->depth; i++)
        from = loss->path[i]->kind >= MSPDI_ROW_TASK ? i : from;
    for (size_t i = from; i < loss->depth; i++) {
        append(to, i > from ? "/" : "");
        append(to, loss->path[i]->tag);
    }
    append(to, *to && *loss->name ? "/" : "");
    append(to, loss->name);
}

static Okr__PlanLoss *message(const struct mspdi_loss *loss, struct arena *arena, bool named)
{
    char path[PATH_BYTES];
    Okr__PlanLoss *m = arena_alloc(arena, sizeof *m);
    if (!m)
        return NULL;
    okr__plan_loss__init(m);
    path_text(loss, path);
    m->element = named ? arena_strdup(arena, path) : NULL;
    m->has_kind = named;
    m->kind = loss->kind;
    m->has_count = true;
    m->count = (int64_t)loss->count;
    m->has_elements = loss->elements > loss->count;
    m->elements = (int64_t)loss->elements;
    return named && !m->element ? NULL : m;
}

static int compare(const void *pa, const void *pb)
{
    const Okr__PlanLoss *a = *(Okr__PlanLoss *const *)pa;
    const Okr__PlanLoss *b = *(Okr__PlanLoss *const *)pb;
    int rc = strcmp(a->element, b->element);
    return rc ? rc : (int)a->kind - (int)b->kind;
}

// The same path may stand in two slots: a row's values are looked at apart from its elements.
static size_t merge(Okr__PlanLoss **list, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        Okr__PlanLoss *last = kept > 0 ? list[kept - 1] : NULL;
        if (last && compare(&last, &list[i]) == 0) {
            last->elements += list[i]->elements;
            last->has_elements = last->has_elements || list[i]->has_elements;
            last->count += list[i]->count;
        } else {
            list[kept++] = list[i];
        }
    }
    return kept;
}

bool mspdi_loss_list(const struct mspdi_losses *l, struct arena *arena, Okr__PlanLoss ***ret,
                     size_t *ret_n)
{
    Okr__PlanLoss **list = arena_calloc(arena, l->used + 1, sizeof(Okr__PlanLoss *));
    size_t n = 0;
    for (size_t i = 0; list && i < MSPDI_LOSS_SLOTS; i++) {
        if (!l->slots[i].kind)
            continue;
        list[n] = message(&l->slots[i], arena, true);
        if (!list[n++])
            return false;
    }
    if (!list)
        return false;
    qsort(list, n, sizeof(Okr__PlanLoss *), compare);
    n = merge(list, n);
    if (l->others.count > 0) {
        list[n] = message(&l->others, arena, false);
        if (!list[n++])
            return false;
    }
    *ret = list;
    *ret_n = n;
    return true;
}
