// One watched plan: what was last made of its file, what is seen of it now, and what follows. Pure:
// no file is opened here and no clock is asked, so that every case can be tested in a table.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_PLAN_H
#define OKR_CLIENT_PLAN_SYNC_RUN_PLAN_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include "client/plan_sync/push/push.h"
#include "client/plan_sync/run/backoff.h"

enum {
    RUN_TEXT_SIZE = 2048,
    RUN_TIME_SIZE = 32,
    RUN_HASH_SIZE = 65,
};

// Never, as a time in milliseconds.
#define RUN_NEVER INT64_MAX

// Two files with the same stamp have the same content, as far as a file system can tell.
struct run_stamp {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t mtime_ns;
    int64_t ctime_ns; // tells of a content that was put back with its old time, and of chmod
};

bool run_stamp_equal(const struct run_stamp *a, const struct run_stamp *b);

enum run_sight { RUN_ABSENT, RUN_PRESENT, RUN_HIDDEN };

struct run_seen {
    enum run_sight sight;
    struct run_stamp stamp; // RUN_PRESENT
    int os_error;           // RUN_HIDDEN: it cannot be told what is there
};

// How the last attempt ended.
enum run_outcome {
    RUN_UNTRIED,
    RUN_IN_STEP,     // what is published is what the file holds
    RUN_REFUSED,     // and will be as long as the file is as it is
    RUN_UNREADABLE,  // locked, cut short, no plan: maybe it is whole the next time
    RUN_DENIED,      // the token is not good for this plan
    RUN_FAILED,      // anything else that may pass
    RUN_UNAVAILABLE, // no okrd, which concerns all plans
    RUN_OUTCOMES,
};

// "in-step" and so on: for the state file and machines. NULL beyond the last.
const char *run_outcome_name(enum run_outcome outcome);
bool run_outcome_parse(const char *name, enum run_outcome *ret);

struct run_plan {
    char path[PATH_MAX];
    char source[PUSH_SOURCE_SIZE];

    // what is kept over a restart
    struct run_stamp handled; // the file as the last attempt found it
    enum run_outcome outcome;
    int64_t version;                  // published last, 0: none that is known
    char published_at[RUN_TIME_SIZE]; // as the server said
    char content_hash[RUN_HASH_SIZE];
    char error[RUN_TEXT_SIZE]; // of the last attempt, in the user's language
    int64_t since;             // of this outcome: microseconds since 1970
    unsigned attempts;         // that failed one after another
    bool told;                 // this outcome with this error was said
    bool gone;                 // its absence was said

    // what is only known while it runs; times in milliseconds of a clock that never jumps
    struct run_stamp seen;
    bool present;
    int64_t quiet_since; // when `seen` was first seen so
    int64_t absent_since;
    bool absent;
    int64_t next_try;
    bool from_folder;
    bool listed; // by the settings or its folder; else it is dropped
};

struct run_pace {
    int64_t quiet_ms; // so long a file has to be as it is
    int64_t gone_ms;  // so long it has to be away
};

enum run_act { RUN_WAIT, RUN_PUSH, RUN_SAY_GONE };

// What a look at the file showed.
void run_plan_look(struct run_plan *plan, const struct run_seen *seen, int64_t now);

// What is to be done now. RUN_WAIT: not before *ret_at, if nothing else happens.
enum run_act run_plan_next(const struct run_plan *plan, const struct run_pace *pace, int64_t now,
                           int64_t *ret_at);

// An attempt on the file `before` ended. `after` is what was seen then: where it is another file,
// what the attempt found out does not count for it. True: the outcome or its text is news.
bool run_plan_done(struct run_plan *plan, const struct run_stamp *before,
                   const struct run_seen *after, enum run_outcome outcome, const char *error,
                   int64_t now, run_random *random);

// A new token may change what was denied: tries it again at once.
void run_plan_retry_denied(struct run_plan *plan);
// Other settings may change anything: what is not in step is tried again at once.
void run_plan_retry(struct run_plan *plan);

#endif
