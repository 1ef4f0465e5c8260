// One push, in a process of its own: a hostile file, a hanging share or a converter gone wild takes
// this process and not the agent, its memory goes back with it, and it can be ended.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_CHILD_H
#define OKR_CLIENT_PLAN_SYNC_RUN_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "client/plan_sync/push/connect.h"
#include "client/plan_sync/run/plan.h"

struct run_upload {
    const char *path;
    const char *source;
    const char *convert; // "": none
    int64_t convert_ms;
    struct account account;
    bool probe; // ask first whether there is an okrd, before a big file is read
};

// Zeroed: none is running.
struct run_child {
    pid_t pid;
    int process; // a pidfd, readable when it has ended
    int out;
    int err;
};

struct run_result {
    enum run_outcome outcome;
    bool answered; // by an okrd, whatever the answer was
    int64_t version;
    bool unchanged; // it was published before
    char published_at[RUN_TIME_SIZE];
    char content_hash[RUN_HASH_SIZE];
    int64_t tasks, resources, assignments;
    char error[RUN_TEXT_SIZE]; // in the user's language, one line, "" when in step
    char warnings[4096];       // lines
};

// False: errno says why nothing was started.
bool run_child_start(struct run_child *child, const struct run_upload *upload);
// To be called once it has ended, or to wait for that.
void run_child_end(struct run_child *child, struct run_result *ret);
void run_child_kill(const struct run_child *child, int signal);

#endif
