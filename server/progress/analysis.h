// Plan against baseline for the projects of a quarter, and load by person and week, for every
// service that needs them: the analysis itself, the Monday docket, the monthly evaluation. Two
// rounds:
//
//     analysis = analysis_ask(call, &question);          // round 1
//     …in the continuation:
//     if (!analysis_ask_rows(call, analysis)) return;    // round 2
//     …in the next one:
//     n = analysis_earned_values(call, analysis, &values);
//
// Other queries may be asked in the same rounds, before or behind. Rules of the figures are in
// earned_value.h and load.h; this file chooses what goes into them. It must not know SQL.
#ifndef OKR_SERVER_PROGRESS_ANALYSIS_H
#define OKR_SERVER_PROGRESS_ANALYSIS_H

#include "server/call/call.h"
#include "server/progress/analysis_rows.h"
#include "server/progress/earned_value.h"
#include "server/plan/plan_snapshot_rows.h"

enum {
    ANALYSIS_EARNED_VALUE = 1,
    ANALYSIS_LOAD = 2,
};

struct analysis_question {
    unsigned wanted;     // ANALYSIS_EARNED_VALUE, ANALYSIS_LOAD
    const char *quarter; // whose projects
    int64_t project_id;  // 0: all of them
    const char *source;  // NULL: every plan, as published
    bool has_number;     // of the source: as that version has it
    int64_t number;
};
struct analysis;

struct analysis *analysis_ask(struct call *call, const struct analysis_question *question);
// False: the call has failed (a version that was asked for by number is not there).
bool analysis_ask_rows(struct call *call, struct analysis *analysis);

// Whether a row counts for a project: a leaf that is neither inactive nor of another plan.
bool analysis_counts(const struct snapshot_task *task, int64_t project_id);
// A row of a plan as earned value sees it; of the chosen version `stand_in` (NULL: none) the task's
// dates and work stand in for its baseline. `plan` tells the plans of one computation apart.
struct ev_task analysis_ev_task(size_t plan, const struct snapshot_task *row,
                                struct plan_work *work, struct plan_work *stand_in);
// After round 2. Of the quarter's accepted and completed projects, in the one order (R1).
size_t analysis_earned_values(struct call *call, struct analysis *analysis,
                              Okr__EarnedValue ***ret);
// Of each person of each plan, plans by name, for `weeks` weeks (LOAD_WEEKS_MOST at most).
size_t analysis_loads(struct call *call, struct analysis *analysis, int32_t monday, int weeks,
                      Okr__PersonLoad ***ret);

#endif
