// Load: planned work per person and week beside what the calendar gives (R32). Plan data, and no
// measure of anybody's work (R11).
//
// The work of an assignment lies where pieces.h finds it: as the file tells, else spread over the
// time of the task and the person between its start and finish; where there is none it falls on its
// finish. Capacity of a week: working minutes of the person's calendar × max units.
//
// Pure: it knows no database.
#ifndef OKR_SERVER_PROGRESS_LOAD_H
#define OKR_SERVER_PROGRESS_LOAD_H

#include "okr/limits.h"
#include "server/worktime/working_time.h"
#include "server/plan/plan_snapshot_rows.h"

enum { LOAD_WEEKS_MOST = GET_LOAD_REQUEST_WEEKS_MOST };

struct person_load {
    const struct snapshot_resource *resource;
    double planned[LOAD_WEEKS_MOST];  // minutes
    double capacity[LOAD_WEEKS_MOST]; // minutes
    bool even; // some of what is planned here is spread evenly: the file does not say on which days
};

// Of each person (no material, no cost) of a version, in its order, over `weeks` weeks from that
// Monday; assignments of inactive tasks do not count. In the arena. NULL when it is exhausted.
struct person_load *load_of_plan(struct arena *arena, const struct plan_snapshot *snapshot,
                                 int32_t monday, int weeks, size_t *ret_n);

// More than a minute above capacity: rounding is no overload.
bool load_is_over(double planned, double capacity);

#endif
