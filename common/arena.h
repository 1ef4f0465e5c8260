// A request's memory: bump allocation under a cap, given back all at once.
//
// Also the allocator that protobuf-c unpacks into. It knows nothing of messages, calls or threads:
// one arena belongs to one owner at a time.
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <protobuf-c/protobuf-c.h>

struct arena;

// An arena that hands out at most `cap` bytes between two resets, each allocation rounded up to a
// multiple of 16. NULL when out of memory. The caller frees it with arena_free().
struct arena *arena_new(size_t cap);

// Takes NULL, returns NULL: `a = arena_free(a);`
struct arena *arena_free(struct arena *a);

// Takes everything back and clears the exhausted flag. Keeps the first block, so that a small
// request after a big one costs no malloc and holds no big memory.
void arena_reset(struct arena *a);

// 16-byte aligned and NOT zeroed; size 0 gives a valid pointer too. NULL when the cap or the
// machine's memory is reached, and from then on arena_exhausted() says so until the next reset.
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc));

// As arena_alloc(), zeroed; a product that overflows counts as exhausted.
void *arena_calloc(struct arena *a, size_t count, size_t size) __attribute__((malloc));

// Copies. NULL for a NULL source (which is no exhaustion) or when exhausted. arena_strndup() stops
// at a NUL or after `len` bytes, and always ends with a NUL of its own.
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
void *arena_memdup(struct arena *a, const void *data, size_t size);

// As sprintf() into the arena. NULL when exhausted.
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// True when an allocation was refused since the last reset: tells "out of room" from "malformed"
// when unpacking into arena_allocator() gives NULL.
bool arena_exhausted(const struct arena *a);

// Bytes handed out since the last reset, rounding included.
size_t arena_used(const struct arena *a);

// The arena as protobuf-c's allocator; its free does nothing, so a message unpacked with it needs
// no free_unpacked. Lives as long as the arena.
ProtobufCAllocator *arena_allocator(struct arena *a);

#endif
