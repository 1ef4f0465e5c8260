// Whose time a task's work takes: which calendar counts, as MS Project has it. An elapsed duration
// is counted by the clock; a task's own calendar counts before the plan's; of the people on a task
// each one's calendar, and with one of the task's own the time that both have.
//
// It knows a version in memory, no rows and no figures.
#ifndef OKR_SERVER_PLAN_PLAN_TIMES_H
#define OKR_SERVER_PLAN_PLAN_TIMES_H

#include "server/plan/plan_snapshot_rows.h"
#include "server/worktime/working_time.h"

struct plan_times;

// Of one version; in the arena, and lives as long. NULL when it is exhausted.
struct plan_times *plan_times_new(struct arena *arena, const struct plan_snapshot *snapshot);

// Each is the same pointer for the same calendar, and counts days as the plan does; never NULL.
struct working_time *plan_times_plan(const struct plan_times *times);
struct working_time *plan_times_clock(const struct plan_times *times); // all of it
struct working_time *plan_times_task(struct plan_times *times, const struct snapshot_task *task);
// `resource` may be NULL. That of the task where the two have no time in common from `start` to
// `finish`.
struct working_time *plan_times_assignment(struct plan_times *times,
                                           const struct snapshot_task *task,
                                           const struct snapshot_resource *resource, int64_t start,
                                           int64_t finish);
// A person's own, else the plan's.
struct working_time *plan_times_resource(struct plan_times *times,
                                         const struct snapshot_resource *resource);

#endif
