// Whole plan versions as rows in memory, for what compares and sums them: a version's header, its
// calendars, tasks, assignments and resources, several versions in the same few statements. It
// knows tables, not rules.
//
// A project's tasks are found by today's bindings, whatever version they are read from: a task's
// own binding, or that of the nearest summary task above it in that very version (R30).
#ifndef OKR_SERVER_PLAN_PLAN_SNAPSHOT_ROWS_H
#define OKR_SERVER_PLAN_PLAN_SNAPSHOT_ROWS_H

#include "server/call/call.h"
#include "server/plan/plan_phase_rows.h"

// SQL: the percentage that a plan counts earned value of a task with (t the task, v its version).
#define PLAN_EV_PERCENT                                                                            \
    "CASE WHEN coalesce(t.body->>'evMethod', v.header->>'defaultEvMethod') = '1' "                 \
    " THEN (t.body->>'physicalPercentComplete')::bigint ELSE t.percent_complete END"

// A date-time is kept as the wall clock's seconds (server/worktime/working_time.h); 0 and has
// false: none.
struct snapshot_time {
    bool has;
    int64_t wall;
};

struct snapshot_task {
    int64_t uid;      // rows without one, blank ones, and repeated UIDs are left out
    int64_t key;      // who it is in every version of the source; an upload's row may have none: -1
    int64_t position; // in the plan's row order
    bool has_parent;  // named by the file; the row may still be missing
    int64_t parent_uid;
    int64_t project_id; // 0: none
    bool leaf;
    bool active;
    bool external; // of another plan, shown for a link's sake
    bool milestone;
    bool elapsed;                  // its duration is counted by the clock
    bool has_calendar;             // of its own
    bool ignore_resource_calendar; // in which case it alone counts
    int64_t calendar_uid;
    const char *name; // never NULL
    struct snapshot_time start, finish;
    double work;     // minutes; the assignments' where the row has none
    double duration; // minutes
    double actual_work;
    // Complete, 0 to 100, by the method that the task, else the plan, counts earned value with:
    // percent complete, or the physical one. 0 where the file has none.
    double percent;
    bool has_percent;
    bool bad_percent;  // it was no number from 0 to 100 in the file
    double complete;   // percent complete, whatever the method
    bool has_baseline; // the one that the plan names for earned value (0 else), with both dates
    struct snapshot_time baseline_start, baseline_finish;
    double baseline_work, baseline_duration;
    const struct plan_phases *phases; // of that baseline
    size_t n_phases;
};

struct snapshot_assignment {
    int64_t position;
    int64_t task_uid;
    int64_t resource_uid; // 0: unassigned
    double work;          // minutes
    struct snapshot_time start, finish;
    int64_t contour;   // MS Project's WorkContour; 0: flat
    bool has_baseline; // the one that the plan names for earned value, with both dates
    struct snapshot_time baseline_start, baseline_finish;
    double baseline_work;
    const struct plan_phases *phases;
    size_t n_phases;
};

struct snapshot_resource {
    int64_t uid;
    const char *name;   // never NULL
    const char *member; // handle; NULL: nobody
    bool person;        // kind "work"
    double max_units;   // 1.0 = 100 %
    bool has_calendar;
    int64_t calendar_uid;
};

struct plan_snapshot {
    int64_t version_id, source_id, number;
    Okr__PlanVersion *version;   // with its header
    struct snapshot_task *tasks; // by position
    size_t n_tasks;
    struct snapshot_assignment *assignments; // by position
    size_t n_assignments;
    struct snapshot_resource *resources; // by position
    size_t n_resources;
    Okr__PlanCalendar **calendars;
    size_t n_calendars;
    int32_t *by_uid; // index of tasks, for plan_snapshot_task()
    int32_t *by_key; // for plan_snapshot_task_of_key()
    size_t n_by_uid; // of either
};

// What to read besides the versions and their calendars; PHASES: how work lies in time, of the
// baseline for earned value, of what is planned now; with tasks and assignments only.
enum {
    SNAPSHOT_TASKS = 1,
    SNAPSHOT_ASSIGNMENTS = 2,
    SNAPSHOT_RESOURCES = 4,
    SNAPSHOT_BASELINE_PHASES = 8,
    SNAPSHOT_WORK_PHASES = 16,
};
struct snapshots_asked {
    unsigned parts;
    struct asked versions, calendars, tasks, bindings, assignments, resources;
    struct phases_asked phases;
};

// Asks for these versions; `task_uid` other than 0: of the tasks only this one, its parent and its
// children, and of assignments its own.
struct snapshots_asked plan_snapshots_ask(struct call *call, const int64_t *version_ids, size_t n,
                                          unsigned parts, int64_t task_uid);
// In the order of the version ids asked for, those that are not there left out. NULL and *ret_n 0
// when the arena is exhausted.
struct plan_snapshot *plan_snapshots_rows(struct call *call, const struct snapshots_asked *asked,
                                          size_t *ret_n);

// By UID; NULL: the version has no such resource. It looks at one after the other.
const struct snapshot_resource *plan_snapshot_resource(const struct plan_snapshot *snapshot,
                                                       int64_t uid);

// By UID; NULL: the version has no such task.
const struct snapshot_task *plan_snapshot_task(const struct plan_snapshot *snapshot, int64_t uid);

// By key, which other versions of the source share; NULL: the version has no such task.
const struct snapshot_task *plan_snapshot_task_of_key(const struct plan_snapshot *snapshot,
                                                      int64_t key);

// For tests and for plan_snapshots_rows(): sorts out UIDs, leaves and projects of tasks that were
// read in row order. `bound` tells the binding of a key (0: none). False: no memory.
bool plan_snapshot_index(struct arena *arena, struct plan_snapshot *snapshot,
                         int64_t (*bound)(void *data, int64_t key), void *data);

#endif
