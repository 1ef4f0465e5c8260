// The event loop: file descriptors, and a tick. One thread, no locks; it knows nothing of what it
// drives.
#ifndef OKR_SERVER_LOOP_H
#define OKR_SERVER_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
enum { LOOP_TICK_MS = 20 };

typedef void loop_ready(void *ctx, uint32_t events); // EPOLLIN, EPOLLOUT, …
typedef void loop_tick(void *ctx);

struct loop *loop_new(void);
struct loop *loop_free(struct loop *loop);
// The descriptor stays the caller's. False with errno set. A watch may be changed or removed from
// inside any callback.
bool loop_watch(struct loop *loop, int fd, uint32_t events, loop_ready *ready, void *ctx);
bool loop_change(struct loop *loop, int fd, uint32_t events);
void loop_unwatch(struct loop *loop, int fd);
// Called about every LOOP_TICK_MS; at most 8 of them.
void loop_on_tick(struct loop *loop, loop_tick *tick, void *ctx);
void loop_run(struct loop *loop); // until loop_stop; may be run again
void loop_stop(struct loop *loop);

#endif
