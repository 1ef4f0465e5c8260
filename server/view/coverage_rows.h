// Where effort goes and where it leads nowhere, as rows. It knows tables and what serves what;
// which of it is a gap is server/view/coverage.c.
#ifndef OKR_SERVER_VIEW_COVERAGE_ROWS_H
#define OKR_SERVER_VIEW_COVERAGE_ROWS_H

#include "server/call/call.h"

// The quarter with planned minutes of leaf tasks: of its linked and side projects, whatever became
// of them (it is in the plan), and of no project at all. NULL: there is no such quarter.
struct coverage_work {
    double for_krs, for_side, unbound;
};
struct asked coverage_quarter_ask(struct call *call, const char *quarter);
Okr__Quarter *coverage_quarter_read(struct call *call, struct asked asked,
                                    struct coverage_work *ret);

// Of the work that reaches into the quarter: the highest tasks of the published plans that neither
// belong to a project nor have a task below them that does, with the planned minutes of the active
// leaves under each, the largest first; those without work are left out. *ret_all: how many there
// are beyond the limit too.
struct asked coverage_unbound_ask(struct call *call, const char *quarter, int32_t limit);
Okr__CoverageGap *coverage_unbound_row(struct call *call, struct row *row, int32_t *ret_all);

// Key results that are not dropped, in their order.
struct coverage_kr {
    Okr__KeyResult *kr;
    bool has_before;
    double before;  // measured last on the quarter's first day or before it
    int32_t served; // accepted and completed projects that serve it
    int32_t
        executed; // of these, completed ones and those at `executed_percent` or more of their plan
};
struct asked coverage_krs_ask(struct call *call, const char *quarter, double executed_percent);
struct coverage_kr coverage_kr_row(struct call *call, struct row *row);

// Accepted projects in their order. Begun: a plan task of it is due to have started, or has
// progress, or there was ever a weekly goal.
struct coverage_project {
    int64_t id;
    char *name;
    bool assigned; // somebody is assigned to a task of it
    bool begun;
    bool has_goal; // of the week that begins on `monday`, or it is not asked for any (R41)
};
struct asked coverage_projects_ask(struct call *call, const char *quarter, int32_t monday,
                                   int32_t today);
void coverage_project_take(struct row *row, struct coverage_project *ret);

#endif
