// Which files of a folder are plans, by their names alone: what programs leave beside a plan while
// they save it, and what a sync service makes of two versions, are not.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_FOLDER_H
#define OKR_CLIENT_PLAN_SYNC_RUN_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include "client/plan_sync/push/push.h"

enum run_file {
    RUN_FILE_PLAN,
    RUN_FILE_OTHER,     // not of our concern, and nothing to say about
    RUN_FILE_COPY,      // a conflict copy, or a copy made by hand, of another file here
    RUN_FILE_NAMELESS,  // its name makes no name for a plan
    RUN_FILE_SAME_NAME, // as another file here that comes before it
    RUN_FILE_FOREIGN,   // another program's, with no XML of it beside it
};

struct run_found {
    char *name;
    char source[PUSH_SOURCE_SIZE];
    enum run_file kind;
};

struct run_files {
    struct run_found *items;
    size_t n;
};

// Takes over `names` (each malloc'ed; sorted in place) and judges them; what is a plan by no
// means is left out. `converts`: plans of other programs (.mpp and so on) count, too. False: no
// memory.
bool run_folder_judge(char **names, size_t n, bool converts, struct run_files *ret);

// Reads the folder. False: errno says why.
bool run_folder_read(const char *path, bool converts, struct run_files *ret);
void run_files_clear(struct run_files *files);

// Whether an event about a file of this name can concern anybody.
bool run_folder_may_be_plan(const char *name);

#endif
