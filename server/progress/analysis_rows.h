// What the figures are read from besides whole versions (plan_snapshot_rows.h): which versions
// there are to look at, the projects and goals of a quarter. It knows tables, not rules.
#ifndef OKR_SERVER_PROGRESS_ANALYSIS_ROWS_H
#define OKR_SERVER_PROGRESS_ANALYSIS_ROWS_H

#include "server/call/call.h"

// Each source with the version to look at, by name. source NULL: all; number: that version of it,
// else the published one.
struct asked analysis_sources_ask(struct call *call, const char *source, bool has_number,
                                  int64_t number);
struct analysis_source {
    int64_t id;
    char *name;
    int64_t version_id;
    int64_t previous_id; // the version before it; 0: it is the first
    int64_t stand_in_id; // the version chosen to stand in for a baseline; 0: none
    int64_t stand_in_number;
};
void analysis_source_take(struct row *row, struct analysis_source *ret);

// The accepted and completed projects of a quarter in the one order (R1); project_id 0: all.
struct asked analysis_projects_ask(struct call *call, const char *quarter, int64_t project_id);
struct analysis_project {
    int64_t id;
    char *name;
    bool completed;
    int32_t quarter_last_day;
};
void analysis_project_take(struct row *row, struct analysis_project *ret);

// Goals of these projects that were not dropped, by project, week and place.
struct asked analysis_goals_ask(struct call *call, const char *quarter, int64_t project_id);
struct analysis_goal {
    int64_t project_id, id;
    int32_t monday;
    int32_t result; // okr.v1.GoalResult, 0: not decided
};
void analysis_goal_take(struct row *row, struct analysis_goal *ret);

#endif
