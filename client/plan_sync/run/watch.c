// One inotify instance; a folder's descriptor is asked for anew at each call, which costs one
// system call and finds a folder that was replaced.
#include "client/plan_sync/run/watch.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { EVENTS = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB };

struct watched {
    char *folder;
    int descriptor; // -1: none for now
};

struct run_watch {
    int fd;
    struct watched *items;
    size_t n;
};

struct run_watch *run_watch_new(void)
{
    struct run_watch *watch = calloc(1, sizeof(*watch));
    if (!watch)
        return NULL;
    watch->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watch->fd < 0) {
        free(watch);
        return NULL;
    }
    return watch;
}

static void forget(struct run_watch *watch)
{
    for (size_t i = 0; i < watch->n; i++)
        free(watch->items[i].folder);
    free(watch->items);
    watch->items = NULL;
    watch->n = 0;
}

struct run_watch *run_watch_free(struct run_watch *watch)
{
    if (!watch)
        return NULL;
    forget(watch);
    close(watch->fd);
    free(watch);
    return NULL;
}

int run_watch_fd(const struct run_watch *watch)
{
    return watch ? watch->fd : -1;
}

static bool is_used(const struct watched *items, size_t n, int descriptor)
{
    for (size_t i = 0; i < n; i++) {
        if (items[i].descriptor == descriptor)
            return true;
    }
    return false;
}

void run_watch_set(struct run_watch *watch, const char *const *folders, size_t n)
{
    struct watched *items = watch ? calloc(n ? n : 1, sizeof(*items)) : NULL;
    if (!items)
        return; // polling will do
    for (size_t i = 0; i < n; i++) {
        items[i].folder = strdup(folders[i]);
        items[i].descriptor = inotify_add_watch(watch->fd, folders[i], EVENTS | IN_ONLYDIR);
    }
    for (size_t i = 0; i < watch->n; i++) {
        int old = watch->items[i].descriptor;
        if (old >= 0 && !is_used(items, n, old))
            inotify_rm_watch(watch->fd, old);
    }
    forget(watch);
    watch->items = items;
    watch->n = n;
}

static bool event_concerns(const struct run_watch *watch, const struct inotify_event *event,
                           run_watch_concerns *concerns, void *ctx)
{
    if (event->mask & IN_Q_OVERFLOW)
        return true;
    bool lost = event->mask & (IN_IGNORED | IN_UNMOUNT);
    for (size_t i = 0; i < watch->n; i++) {
        if (watch->items[i].descriptor != event->wd || !watch->items[i].folder)
            continue;
        if (lost || (event->len > 0 && concerns(ctx, watch->items[i].folder, event->name)))
            return true;
    }
    return false;
}

bool run_watch_drain(struct run_watch *watch, run_watch_concerns *concerns, void *ctx)
{
    char buffer[16 * 1024] __attribute__((aligned(8)));
    bool any = false;
    for (;;) {
        ssize_t n = watch ? read(watch->fd, buffer, sizeof(buffer)) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return any;
        for (char *at = buffer; at < buffer + n;) {
            const struct inotify_event *event = (const void *)at;
            any = event_concerns(watch, event, concerns, ctx) || any;
            at += sizeof(*event) + event->len;
        }
    }
}
