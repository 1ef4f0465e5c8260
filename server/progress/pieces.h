// How work lies in time: a list of pieces, each even over the working time within itself.
//
// What a file says itself comes first: its timephased work, with splits and contours. Where it says
// nothing of an assignment, the named contour of MS Project; else the work is spread evenly from
// start to finish, over the time that plan_times.h gives, and *ret_even says so.
//
// It knows versions in memory; no database, no call, and not what is made of the pieces.
#ifndef OKR_SERVER_PROGRESS_PIECES_H
#define OKR_SERVER_PROGRESS_PIECES_H

#include "server/plan/plan_times.h"

struct piece {
    int64_t start, finish;
    double work;               // minutes
    struct working_time *time; // in which it is even
};
struct pieces {
    struct piece *list;
    size_t n;
    bool even; // some of it is spread evenly, for want of anything that says more
};

// The work of a piece up to an instant. Where it has no working time, all of it falls on its
// finish.
double piece_until(const struct piece *piece, int64_t at);

// One version, with what its tasks' pieces are found by.
struct plan_work;
struct plan_work *plan_work_new(struct arena *arena, const struct plan_snapshot *snapshot);
const struct plan_snapshot *plan_work_snapshot(const struct plan_work *work);
struct plan_times *plan_work_times(const struct plan_work *work);

// Of the baseline for earned value: the task's own pieces, else those of the people on it, else
// even. Its baseline must have both dates.
struct pieces pieces_of_baseline(struct plan_work *work, const struct snapshot_task *task);
// Of what is planned now: those of the people on it, else even. It must have both dates.
struct pieces pieces_of_plan(struct plan_work *work, const struct snapshot_task *task);
// Of one assignment as planned now; its dates, or the task's where it has none. Nothing without
// either, and without work.
struct pieces pieces_of_assignment(struct plan_work *work, const struct snapshot_task *task,
                                   const struct snapshot_assignment *assignment);

#endif
