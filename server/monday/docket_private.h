// What the files that build a docket share.
#ifndef OKR_SERVER_MONDAY_DOCKET_PRIVATE_H
#define OKR_SERVER_MONDAY_DOCKET_PRIVATE_H

#include "server/progress/analysis.h"
#include "server/monday/docket.h"
#include "server/monday/docket_rows.h"

struct docket_built {
    Okr__DocketLine *line;
    size_t place; // of its project in the one order
    size_t sequence;
};

// What the first round asks.
struct docket_asked {
    struct asked projects, weeks, goals, missed, urgent, follow_ups, decisions, comments;
    struct asked holidays, sources;
};

struct docket_build {
    struct docket docket; // first: call->state is either
    struct docket_asked asked;
    void (*then)(struct call *call);
    bool past;
    int64_t since, until; // the seven days before the Monday, microseconds UTC
    struct docket_project *projects;
    size_t n_projects;
    struct docket_source *sources;
    size_t n_sources;
    struct snapshots_asked snapshots; // of the sources
    struct analysis *analysis;
    int32_t quarter_last; // last day of the quarter that the Monday lies in
    struct docket_built *built;
    size_t n_built, room;
    Okr__DocketLine **decided;
    size_t n_decided;
    int64_t last_at; // of the decisions
    int32_t open_left;
};

// A new line in the arena; project_id 0: none, and then `subject` names what it is about. `key` is
// copied.
Okr__DocketLine *docket_add(struct call *call, Okr__DocketKind kind, int64_t project_id,
                            const char *subject, const char *key);
const struct docket_project *docket_project(const struct docket_build *build, int64_t id);

// Lines of the rows of the first round (docket_week.c) and of plans (docket_plan.c).
void docket_add_runs(struct call *call, struct asked asked);
void docket_add_missing(struct call *call, struct asked weeks, struct asked goals);
void docket_add_urgent(struct call *call, struct asked asked);
void docket_add_follow_ups(struct call *call, struct asked asked);
// The changes of plans; expected misses and overloads.
void docket_ask_changes(struct call *call);
bool docket_has_changes(const struct docket_build *build);
void docket_add_changes(struct call *call);
void docket_add_expected(struct call *call);

#endif
