// What there is of a file, without opening it.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_LOOK_H
#define OKR_CLIENT_PLAN_SYNC_RUN_LOOK_H

#include "client/plan_sync/run/plan.h"

// A file is only absent when its folder is there: a share that is not mounted hides it.
struct run_seen run_look_at(const char *path);

// Whether a file is another one than last time; then *last is it. One that is not there changes
// nothing.
bool run_look_changed(const char *path, struct run_stamp *last);

#endif
