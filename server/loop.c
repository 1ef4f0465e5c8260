#include "server/loop.h"
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "server/clock.h"

enum { MAX_TICKS = 8, BATCH = 32 };

struct watch {
    int fd; // -1: removed, freed after the batch
    loop_ready *ready;
    void *ctx;
    struct watch *next;
};

struct loop {
    int epoll;
    bool stop;
    struct watch *watches;
    int n_ticks;
    struct {
        loop_tick *tick;
        void *ctx;
    } ticks[MAX_TICKS];
};

struct loop *loop_new(void)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (loop && (loop->epoll = epoll_create1(EPOLL_CLOEXEC)) < 0) {
        free(loop);
        return NULL;
    }
    return loop;
}

static void sweep(struct loop *loop, bool all)
{
    for (struct watch **at = &loop->watches; *at;) {
        struct watch *w = *at;
        if (w->fd >= 0 && !all) {
            at = &w->next;
            continue;
        }
        *at = w->next;
        free(w);
    }
}

struct loop *loop_free(struct loop *loop)
{
    if (!loop)
        return NULL;
    sweep(loop, true);
    close(loop->epoll);
    free(loop);
    return NULL;
}

static struct watch *find(struct loop *loop, int fd)
{
    for (struct watch *w = loop->watches; w; w = w->next)
        if (w->fd == fd)
            return w;
    return NULL;
}

bool loop_watch(struct loop *loop, int fd, uint32_t events, loop_ready *ready, void *ctx)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w)
        return false;
    *w = (struct watch){.fd = fd, .ready = ready, .ctx = ctx, .next = loop->watches};
    struct epoll_event event = {.events = events, .data.ptr = w};
    if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        free(w);
        return false;
    }
    loop->watches = w;
    return true;
}

bool loop_change(struct loop *loop, int fd, uint32_t events)
{
    struct watch *w = find(loop, fd);
    if (!w)
        return false;
    struct epoll_event event = {.events = events, .data.ptr = w};
    return epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) == 0;
}

void loop_unwatch(struct loop *loop, int fd)
{
    struct watch *w = find(loop, fd);
    if (!w)
        return;
    epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
    w->fd = -1;
}

void loop_on_tick(struct loop *loop, loop_tick *tick, void *ctx)
{
    if (loop->n_ticks < MAX_TICKS) {
        loop->ticks[loop->n_ticks].tick = tick;
        loop->ticks[loop->n_ticks++].ctx = ctx;
    }
}

void loop_run(struct loop *loop)
{
    int64_t next_tick = clock_monotonic_ms();
    loop->stop = false;
    while (!loop->stop) {
        struct epoll_event events[BATCH];
        int64_t wait = next_tick - clock_monotonic_ms();
        int n = epoll_wait(loop->epoll, events, BATCH, wait > 0 ? (int)wait : 0);
        for (int i = 0; i < n; i++) {
            struct watch *w = events[i].data.ptr;
            if (w->fd >= 0)
                w->ready(w->ctx, events[i].events);
        }
        sweep(loop, false);
        if (clock_monotonic_ms() < next_tick)
            continue;
        next_tick = clock_monotonic_ms() + LOOP_TICK_MS;
        for (int i = 0; i < loop->n_ticks; i++)
            loop->ticks[i].tick(loop->ticks[i].ctx);
    }
    loop->stop = false; // it may run again
}

void loop_stop(struct loop *loop)
{
    loop->stop = true;
}
