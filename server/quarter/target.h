// What a quarter's projects are held against: linked ones are completed or not (R21), side ones
// have one progress over all of them (R22, R26). Arithmetic only: no calls, no rows.
#ifndef OKR_SERVER_QUARTER_TARGET_H
#define OKR_SERVER_QUARTER_TARGET_H

#include <stdbool.h>
#include "okr/v1/project.pb-c.h"

// A linked project is completed when the dev lead decided so, or when each of its plan tasks is at
// 100 % (`all_done`). There is nothing in between.
bool linked_is_completed(Okr__ProjectState state, bool all_done);

// Sums over the side projects that count: accepted and completed ones that the plan has tasks of.
struct side_sums {
    double planned, earned; // minutes
    double percents;
    int projects;
};
void side_add(struct side_sums *sums, const Okr__Progress *progress); // NULL: not in the plan

// 100 × Σ earned ÷ Σ planned work (R26). False, and *ret untouched, where no work is planned.
bool side_percent(const struct side_sums *sums, double *ret);
// The plain mean of the projects' percentages. False where there is none.
bool side_mean_percent(const struct side_sums *sums, double *ret);

#endif
