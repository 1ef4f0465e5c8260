// Whether a miss is expected (R32), by whatever says so, and which limit is missed.
//
//  - the plan, or the pace so far, ends a working day or more past the baseline, or on a day past
//    the quarter's last one;
//  - the plan's own finish, an open milestone's date or the start of a task of which nothing is
//  done
//    has passed: the status date is on a later day with working time in between, or a working day
//    later;
//  - work was due for a working day or more and nothing is earned: then there is no pace.
// What is done can be late, but there is nothing left to expect; of a task whose percent the plan
// does not tell nothing is said.
//
// Pure: it knows no database and no call.
#ifndef OKR_SERVER_PROGRESS_MISS_H
#define OKR_SERVER_PROGRESS_MISS_H

#include "server/progress/earned_value.h"

enum { MISSES_MOST = 8 };

struct ev_miss {
    Okr__MissWitness witness;
    Okr__MissLimit limit;
    int64_t due; // of the quarter: its last day, 00:00
    bool has_at;
    int64_t at;
    size_t task;  // index of the one furthest past, of milestones and starts
    size_t count; // of them; 0: it is not about single tasks
};

// Writes up to MISSES_MOST, the surest last; returns how many.
size_t ev_misses(const struct ev_figures *figures, const struct ev_plan *plans,
                 const struct ev_task *tasks, size_t n_tasks, int32_t quarter_last_day,
                 struct ev_miss ret[MISSES_MOST]);

#endif
