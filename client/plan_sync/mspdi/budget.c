// Each block carries its size and its owner in front, so that only new blocks need the thread's
// current budget.
#include "client/plan_sync/mspdi/budget.h"

#include <stdint.h>
#include <stdlib.h>

struct header {
    _Alignas(max_align_t) struct mspdi_budget *budget;
    size_t size;
};

static _Thread_local struct mspdi_budget *current;

struct mspdi_budget *mspdi_budget_enter(struct mspdi_budget *budget)
{
    struct mspdi_budget *before = current;
    current = budget;
    return before;
}

void mspdi_budget_leave(struct mspdi_budget *before)
{
    current = before;
}

static bool take(struct mspdi_budget *b, size_t size)
{
    if (size > b->cap - b->used) {
        b->exceeded = true;
        return false;
    }
    b->used += size;
    return true;
}

static void *budget_malloc(size_t size)
{
    struct mspdi_budget *b = current;
    if (size > SIZE_MAX - sizeof(struct header) || !take(b, size))
        return NULL;
    struct header *h = malloc(sizeof *h + size);
    if (!h) {
        b->used -= size;
        return NULL;
    }
    h->budget = b;
    h->size = size;
    return h + 1;
}

static void budget_free(void *p)
{
    if (!p)
        return;
    struct header *h = (struct header *)p - 1;
    h->budget->used -= h->size;
    free(h);
}

static void *budget_realloc(void *p, size_t size)
{
    if (!p)
        return budget_malloc(size);
    struct header *h = (struct header *)p - 1;
    struct mspdi_budget *b = h->budget;
    size_t more = size > h->size ? size - h->size : 0;
    if (size > SIZE_MAX - sizeof *h || !take(b, more))
        return NULL;
    struct header *moved = realloc(h, sizeof *h + size);
    if (!moved) {
        b->used -= more;
        return NULL;
    }
    b->used -= size < moved->size ? moved->size - size : 0;
    moved->size = size;
    return moved + 1;
}

const XML_Memory_Handling_Suite mspdi_budget_suite = {budget_malloc, budget_realloc, budget_free};
