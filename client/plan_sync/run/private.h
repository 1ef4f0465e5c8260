// The agent while it runs, for the files of its loop.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_PRIVATE_H
#define OKR_CLIENT_PLAN_SYNC_RUN_PRIVATE_H

#include "client/plan_sync/run/run.h"
#include "client/plan_sync/run/child.h"
#include "client/plan_sync/run/list.h"
#include "client/plan_sync/run/state.h"
#include "client/plan_sync/run/watch.h"

struct run {
    const struct run_options *options;
    struct run_config *config;
    char folder[PATH_MAX]; // of the state
    struct run_plans plans;
    struct run_facts facts;
    struct run_said said;
    struct run_watch *watch;
    int signals;
    struct run_stamp token, settings; // the files, as they were last seen
    int64_t next_poll;
    bool look; // at the folders and files, now
    bool unsaved;
    bool save_failed;
    bool stop;

    unsigned away_failures; // of okrd, one after another
    int64_t away_since;     // by the clock that never jumps
    int64_t away_next;

    struct run_child child;
    struct run_plan *uploading; // NULL: no child
    struct run_stamp before;    // its file
    int64_t upload_until;
};

// A clock that never jumps and goes on while the machine sleeps, so that what was due is done when
// it wakes; and the time of day.
int64_t run_now_ms(void);
int64_t run_wall_us(void);

// Pushes the plan's file in a process of its own.
void run_upload_start(struct run *run, struct run_plan *plan, int64_t now);
// To be called when that process has ended.
void run_upload_end(struct run *run, int64_t now);

#endif
