// What changed between two versions of a plan (R9, R28). Tasks are matched by their key: a file
// may number its UIDs anew.
//
// Two things are kept apart. For a task that both versions have as a leaf, let S be the newer
// version's status date (else the date it was saved at), and P the percentage that the older
// version had planned for S: 100 × the working time of the newer plan's calendar from the older
// start to S ÷ that from the older start to the older finish, at least 0 and at most 100; a task
// without time in it, a milestone, is planned 0 before its finish and 100 from then on.
//  - SLIPPED: its start or its finish went later, and its percent complete in the newer version is
//    more than one point below P (MS Project keeps whole points). Plan against actual: a delay.
//  - REPLANNED: its start or finish changed in any other way: it went earlier, or later without
//    being behind at S, such as a task that had not begun and was put off, by decision or because
//    the plan's links pushed it; or its baseline changed. Without S nothing can be behind.
// A task that slipped and whose baseline was changed as well is in both.
//
// Summary rows follow their children: of them only ADDED, REMOVED, RENAMED and MOVED are told.
//
// Pure: it knows no database.
#ifndef OKR_SERVER_PLAN_PLAN_DIFF_H
#define OKR_SERVER_PLAN_PLAN_DIFF_H

#include "server/worktime/working_time.h"
#include "server/plan/plan_snapshot_rows.h"

struct plan_diff {
    const struct plan_snapshot *older, *newer;
    struct working_time *time; // the newer plan's calendar
    bool has_status;           // S
    int64_t status;
    int64_t project_id; // only tasks that belong to it in either version; 0: all
};

// The changes in the newer plan's row order, the removed ones last, in the arena; of one task by
// kind. Texts: before and after as the contract has them. NULL and 0 when the arena is exhausted.
Okr__PlanChange **plan_diff_changes(struct arena *arena, const struct plan_diff *diff,
                                    size_t *ret_n);

// P of a task of the older version at an instant.
double plan_diff_planned_percent(struct working_time *time, const struct snapshot_task *task,
                                 int64_t at);

#endif
