// Versions of a plan whose tasks have dates, baselines and people, for tests that compare versions
// or plans with their baselines. Built on plan_fixture.h.
#ifndef OKR_TESTS_SUPPORT_DATED_PLAN_H
#define OKR_TESTS_SUPPORT_DATED_PLAN_H

#include "tests/support/plan_fixture.h"

struct dated_task {
    int64_t uid, parent; // PLAN_NO_PARENT
    const char *name, *start, *finish;
    double work; // minutes; of the baseline too
    int64_t percent;
    const char *baseline_start, *baseline_finish; // NULL: no baseline
    int64_t resource;                             // 1 Ann, 2 Bob; 0: nobody
};

// Publishes the next version of this plan, by pm, in the standard calendar (8:00 to 17:00, Monday
// to Friday); status NULL: it names no status date. Eight tasks at most.
const Okr__PlanVersion *dated_publish(struct okrd *okrd, const char *source, const char *status,
                                      const struct dated_task *tasks, size_t n);

#endif
