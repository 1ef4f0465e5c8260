// Blocks in a list, the current one first. A big allocation gets a block of its own behind the
// current one, so that at most a quarter of a block is ever left unused.
//
// Under AddressSanitizer what is not handed out is poisoned: a pointer kept beyond a reset is
// found.
#include "common/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

enum {
    ALIGNMENT = 16,
    FIRST_BLOCK = 16 * 1024,
    LARGEST_BLOCK = 256 * 1024,
};

struct block {
    struct block *next;
    size_t size; // of data
    size_t used;
    _Alignas(ALIGNMENT) unsigned char data[];
};

struct arena {
    ProtobufCAllocator allocator;
    struct block *current; // newest of the ordinary blocks, head of the list
    struct block *first;   // the one that a reset keeps
    size_t cap;
    size_t used;
    bool exhausted;
};

static void *allocator_alloc(void *data, size_t size)
{
    return arena_alloc(data, size);
}

static void allocator_free(void *data, void *pointer)
{
    (void)data;
    (void)pointer;
}

static struct block *block_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(struct block))
        return NULL;
    struct block *b = malloc(sizeof *b + size);
    if (!b)
        return NULL;
    b->next = NULL;
    b->size = size;
    b->used = 0;
    POISON(b->data, size);
    return b;
}

static void block_free(struct block *b)
{
    UNPOISON(b->data, b->size);
    free(b);
}

struct arena *arena_new(size_t cap)
{
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->first = a->current = block_new(FIRST_BLOCK);
    if (!a->first) {
        free(a);
        return NULL;
    }
    a->cap = cap;
    a->allocator =
        (ProtobufCAllocator){.alloc = allocator_alloc, .free = allocator_free, .allocator_data = a};
    return a;
}

struct arena *arena_free(struct arena *a)
{
    if (!a)
        return NULL;
    arena_reset(a);
    block_free(a->first);
    free(a);
    return NULL;
}

void arena_reset(struct arena *a)
{
    for (struct block *b = a->current, *next; b; b = next) {
        next = b->next;
        if (b != a->first)
            block_free(b);
    }
    a->first->next = NULL;
    a->first->used = 0;
    POISON(a->first->data, a->first->size);
    a->current = a->first;
    a->used = 0;
    a->exhausted = false;
}

// A block with room for `size` bytes, in the list.
static struct block *block_with_room(struct arena *a, size_t size)
{
    struct block *current = a->current;
    if (current->size - current->used >= size)
        return current;
    if (size > current->size / 4) {
        struct block *own = block_new(size);
        if (!own)
            return NULL;
        own->next = current->next;
        current->next = own;
        return own;
    }
    size_t next_size = current->size < LARGEST_BLOCK ? current->size * 2 : LARGEST_BLOCK;
    struct block *b = block_new(next_size);
    if (!b)
        return NULL;
    b->next = current;
    a->current = b;
    return b;
}

static void *refuse(struct arena *a)
{
    a->exhausted = true;
    return NULL;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        return refuse(a);
    size_t room = size ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    if (room > a->cap - a->used)
        return refuse(a);
    struct block *b = block_with_room(a, room);
    if (!b)
        return refuse(a);
    unsigned char *p = b->data + b->used;
    b->used += room;
    a->used += room;
    UNPOISON(p, size);
    return p;
}

void *arena_calloc(struct arena *a, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return refuse(a);
    void *p = arena_alloc(a, total);
    if (p)
        memset(p, 0, total);
    return p;
}

void *arena_memdup(struct arena *a, const void *data, size_t size)
{
    if (!data)
        return NULL;
    void *p = arena_alloc(a, size);
    if (p)
        memcpy(p, data, size);
    return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    if (!s)
        return NULL;
    size_t n = strnlen(s, len);
    if (n == SIZE_MAX)
        return refuse(a);
    char *p = arena_alloc(a, n + 1);
    if (!p)
        return NULL;
    memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_memdup(a, s, strlen(s) + 1) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0)
        return refuse(a);
    char *p = arena_alloc(a, (size_t)len + 1);
    if (!p)
        return NULL;
    va_start(args, fmt);
    vsnprintf(p, (size_t)len + 1, fmt, args);
    va_end(args);
    return p;
}

bool arena_exhausted(const struct arena *a)
{
    return a->exhausted;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

ProtobufCAllocator *arena_allocator(struct arena *a)
{
    return &a->allocator;
}
