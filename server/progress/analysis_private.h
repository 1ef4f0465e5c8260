// What the files of the analysis share: what was read in its two rounds.
#ifndef OKR_SERVER_PROGRESS_ANALYSIS_PRIVATE_H
#define OKR_SERVER_PROGRESS_ANALYSIS_PRIVATE_H

#include "server/progress/analysis.h"
#include "server/progress/earned_value.h"

struct analysis_plan {
    struct analysis_source source;
    const struct plan_snapshot *now;
    const struct plan_snapshot *before; // NULL: `now` is the first version
    const struct plan_snapshot
        *stand_in;                   // for the baseline; NULL: it has its own, or none is chosen
    struct plan_work *work;          // of `now`
    struct plan_work *stand_in_work; // of `stand_in`; NULL without one
    struct ev_plan ev;
};

struct analysis {
    struct analysis_question question;
    struct asked sources_asked, projects_asked, goals_asked; // round 1
    struct snapshots_asked now_asked, before_asked;          // round 2
    bool taken;
    struct analysis_plan *plans;
    size_t n_plans;
    struct analysis_project *projects;
    size_t n_projects;
    struct analysis_goal *goals; // by project and week
    size_t n_goals;
};

// The rows of round 2; may be called again. False: the call has failed.
bool analysis_take(struct call *call, struct analysis *analysis);

#endif
