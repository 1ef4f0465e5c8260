// Tells that something happened in a folder, where the kernel knows (inotify). It is a reason to
// look sooner and nothing more: on network shares it is silent, so whoever uses it polls as well.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_WATCH_H
#define OKR_CLIENT_PLAN_SYNC_RUN_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct run_watch;

// Whether an event about this name in this folder concerns anybody.
typedef bool run_watch_concerns(void *ctx, const char *folder, const char *name);

// NULL where there is no inotify (or no instance left). Takes and returns NULL as usual.
struct run_watch *run_watch_new(void);
struct run_watch *run_watch_free(struct run_watch *watch);

// To poll for reading; -1 for NULL.
int run_watch_fd(const struct run_watch *watch);

// Watches exactly these folders from now on. A folder that is not there, or another one than it
// was, is taken up at the next call: call it at each poll.
void run_watch_set(struct run_watch *watch, const char *const *folders, size_t n);

// Reads all events. True: one concerns somebody, or some were lost.
bool run_watch_drain(struct run_watch *watch, run_watch_concerns *concerns, void *ctx);

#endif
