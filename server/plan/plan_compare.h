// What reading a diff and explaining a change of it share.
#ifndef OKR_SERVER_PLAN_PLAN_COMPARE_H
#define OKR_SERVER_PLAN_PLAN_COMPARE_H

#include "server/plan/plan_change_rows.h"
#include "server/plan/plan_diff.h"

enum {
    DIFF_PARTS = SNAPSHOT_TASKS | SNAPSHOT_ASSIGNMENTS | SNAPSHOT_RESOURCES,
};

struct diff_state {
    struct plan_pair pair;
    int64_t project_id; // 0: any
    bool from_named;    // the older version was asked for by number
    struct snapshots_asked sides;
    struct asked reasons; // for diff_put_reasons(), whoever asked
};

// The pair out of the rows of the round's only query; before the first version there is nothing,
// and so nothing changed in it. False: the call has failed, a version that was asked for is not
// there.
bool diff_choose(struct call *call, struct diff_state *state);
// Asks for both versions; task_uid other than 0: of this task only.
void diff_ask(struct call *call, struct diff_state *state, int64_t task_uid);
// The changes from those rows, without reasons. NULL: the call has failed.
Okr__PlanDiff *diff_take(struct call *call, struct diff_state *state);
void diff_put_reasons(struct call *call, struct asked reasons, Okr__PlanDiff *diff);

#endif
