// What `run` keeps on disk: a folder with a lock, and one small file that is replaced as a whole.
// okrd knows what is published; the state only saves reading files again, and tells `status`.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_STATE_H
#define OKR_CLIENT_PLAN_SYNC_RUN_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "client/plan_sync/run/plan.h"

struct run_plans {
    struct run_plan **items;
    size_t n;
};

// A new plan in the list, zeroed but for these; NULL when there is no memory.
struct run_plan *run_plans_add(struct run_plans *plans, const char *path, const char *source);
struct run_plan *run_plans_find(const struct run_plans *plans, const char *path);
void run_plans_clear(struct run_plans *plans);

// What concerns all plans.
struct run_facts {
    char server[RUN_TEXT_SIZE];
    int64_t started;    // microseconds since 1970
    int64_t away_since; // no okrd answers; 0: one does, as far as is known
    int64_t next_try;   // of okrd, while it is away
    char away[RUN_TEXT_SIZE];
};

// `given`, else $STATE_DIRECTORY (systemd), else $XDG_STATE_HOME/okr-plan-sync, else as root
// /var/lib/okr-plan-sync, else ~/.local/state/okr-plan-sync. False: too long, or no home.
bool run_state_folder(const char *given, char ret[PATH_MAX]);

// Makes the folder (0700) where it is missing, and takes the lock for as long as the process and
// its children live. -1 with errno; EWOULDBLOCK: *ret_pid has it (0: not known).
int run_state_lock(const char *folder, pid_t *ret_pid);
// Asks without taking it: the pid of the one that runs; 0: nobody does; -1: somebody.
pid_t run_state_holder(const char *folder);

enum run_state_load { RUN_STATE_LOADED, RUN_STATE_NONE, RUN_STATE_DAMAGED, RUN_STATE_UNREADABLE };
// Waiting times are given anew against `now` (milliseconds of the clock that never jumps) and
// `wall` (microseconds since 1970). A damaged file leaves both arguments empty.
enum run_state_load run_state_load(const char *folder, int64_t now, int64_t wall,
                                   struct run_plans *ret_plans, struct run_facts *ret_facts);
// Renames a damaged file to run.json.damaged, over an older one.
bool run_state_set_aside(const char *folder);

// Written beside, synced, renamed. False: errno says why; the file is what it was.
bool run_state_save(const char *folder, int64_t now, int64_t wall, const struct run_plans *plans,
                    const struct run_facts *facts);

// The same as text, for tests; the caller frees it. Parsing: false for anything damaged.
char *run_state_text(int64_t now, int64_t wall, const struct run_plans *plans,
                     const struct run_facts *facts);
bool run_state_parse(const char *text, size_t length, int64_t now, int64_t wall,
                     struct run_plans *ret_plans, struct run_facts *ret_facts);

#endif
