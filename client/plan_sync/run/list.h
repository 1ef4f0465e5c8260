// From settings to plans: those that are named, and those that lie in the folders now.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_LIST_H
#define OKR_CLIENT_PLAN_SYNC_RUN_LIST_H

#include "client/plan_sync/run/config.h"
#include "client/plan_sync/run/state.h"

// What was said about paths that are no plans, so that it is said once.
struct run_said {
    char **texts;
    size_t n;
};

// False: it was said before.
bool run_said_first(struct run_said *said, const char *text);
void run_said_clear(struct run_said *said);

// Brings the list up to date; says in the log what lies in a folder and is not taken, and what
// cannot be looked into. A plan of a folder whose file is gone stays in the list. True: changed.
bool run_list_update(struct run_plans *plans, const struct run_config *config,
                     struct run_said *said);

// Drops what the last update did not find in the settings, and what came and went in a folder
// without ever being published.
void run_list_prune(struct run_plans *plans);

// The folders to watch: each folder, and that of each file, once. The caller frees the list and
// its texts; NULL when there is no memory.
char **run_list_folders(const struct run_plans *plans, const struct run_config *config,
                        size_t *ret_n);

#endif
