// Plan attainment at a month's end: what each project of a snapshot had earned of what was planned.
// It knows neither statements nor verdicts.
#ifndef OKR_SERVER_MONTH_EVALUATION_PLAN_H
#define OKR_SERVER_MONTH_EVALUATION_PLAN_H

#include "server/plan/plan_snapshot_rows.h"

struct evaluated_plan {
    const struct plan_snapshot *now;
    const struct plan_snapshot *stand_in; // for a baseline that `now` does not have; may be NULL
};

// Fills tasks, status date, PV and EV of the snapshot's projects, or what is missing to tell them,
// from each plan as it was at the month's end (`month`: its first day). A status date before the
// month tells nothing about it.
void evaluation_plan(struct arena *arena, Okr__EvaluationSnapshot *snapshot,
                     const struct evaluated_plan *plans, size_t n_plans, int32_t month);

#endif
