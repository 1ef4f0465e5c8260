// What the analysis of plans reads and writes besides whole versions (plan_snapshot.h): which
// versions there are to look at, the projects and goals of a quarter, reasons and baseline choices.
// It knows tables, not rules.
#ifndef OKR_SERVER_PROGRESS_ANALYSIS_ROWS_H
#define OKR_SERVER_PROGRESS_ANALYSIS_ROWS_H

#include "server/call/call.h"

// Each source with the version to look at, by name. source NULL: all; number: that version of it,
// else the published one.
void analysis_sources_ask(struct call *call, const char *source, bool has_number, int64_t number);
struct analysis_source {
    int64_t id;
    char *name;
    int64_t version_id;
    int64_t previous_id; // the version before it; 0: it is the first
    int64_t stand_in_id; // the version chosen to stand in for a baseline; 0: none
    int64_t stand_in_number;
};
struct analysis_source analysis_source_row(const struct rows *rows, int row);

// The accepted and completed projects of a quarter in the one order (R1); project_id 0: all.
void analysis_projects_ask(struct call *call, const char *quarter, int64_t project_id);
struct analysis_project {
    int64_t id;
    char *name;
    bool completed;
    int32_t quarter_last_day;
};
struct analysis_project analysis_project_row(const struct rows *rows, int row);

// Goals of these projects that were not dropped, by project, week and place.
void analysis_goals_ask(struct call *call, const char *quarter, int64_t project_id);
struct analysis_goal {
    int64_t project_id, id;
    int32_t monday;
    int32_t result; // okr.v1.GoalResult, 0: not decided
};
struct analysis_goal analysis_goal_row(const struct rows *rows, int row);

// Two versions of a source: the newer by number, else the published one; the older by number, else
// the one before the newer. One row when there is such a source and newer version; source NULL: of
// any source, two rows at most.
void analysis_pair_ask(struct call *call, const char *source, bool has_from, int64_t from,
                       bool has_to, int64_t to);
struct analysis_pair {
    int64_t source_id;
    int64_t older_id, older_number; // 0: there is none
    int64_t newer_id, newer_number;
};
struct analysis_pair analysis_pair_row(const struct rows *rows, int row);

// Reasons given for versions after `from` up to `to`, earlier versions first.
void analysis_reasons_ask(struct call *call, int64_t source_id, int64_t from, int64_t to);
struct analysis_reason {
    int64_t task_uid;
    int32_t kind;
    char *reason, *by;
};
struct analysis_reason analysis_reason_row(const struct rows *rows, int row);
// By the actor now; takes the place of an earlier one. No rows.
void analysis_reason_write(struct call *call, int64_t source_id, int64_t number, int64_t task_uid,
                           int32_t kind, const char *reason);

// One row or none: a source, and what choosing a baseline for it has to know.
void analysis_baseline_ask(struct call *call, const char *source, int64_t number);
struct analysis_baseline {
    int64_t source_id;
    bool has_own;    // the published version has a baseline of its own
    bool has_number; // there is a version with the number asked for
    int64_t chosen;  // number of the version that stands in now; 0: none
};
struct analysis_baseline analysis_baseline_row(const struct rows *rows, int row);
// number 0: none any more. By the actor now. No rows.
void analysis_baseline_write(struct call *call, int64_t source_id, int64_t number);

#endif
