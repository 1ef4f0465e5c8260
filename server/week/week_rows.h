// A project's week as rows: its report, what surrounds it, and the plan tasks of the week after. It
// knows tables, not rules: server/week/week*.c decide.
#ifndef OKR_SERVER_WEEK_WEEK_ROWS_H
#define OKR_SERVER_WEEK_WEEK_ROWS_H

#include "server/call/call.h"

// What a change of a project's week has to know. Dropped goals do not count anywhere here.
struct week_context {
    int32_t project_state; // Okr__ProjectState
    int32_t quarter_state; // Okr__QuarterState
    int32_t quarter_last_day;
    bool leads;   // the actor may do what a lead does here
    bool belongs; // … or what a member does
    bool closed;
    // An earlier week that has begun has goals and is not closed; never where the project is not
    // asked for goals (R41).
    char *earlier_open; // the first of these, "2021-W06"; NULL: none
    bool next_closed;
    bool next_has_goals;
    bool asked; // for goals, now (R41)
};
struct asked week_context_ask(struct call *call, int64_t project_id, int32_t monday);
// False: there is no such project.
bool week_context_row(struct call *call, struct asked asked, struct week_context *ret);

// The week as it stands, without goals and entries: one project's, or all that the week asks for:
// accepted projects of its quarter that are asked for goals, and others with goals in it; in the
// one order (R1).
struct asked week_ask(struct call *call, int64_t project_id, int32_t monday);
struct asked week_list_ask(struct call *call, int32_t monday, bool mine);
struct week_row {
    Okr__ProjectWeek *week; // state, timeliness and due time of an open one are left to the caller
    bool closed, late;
    bool has_since; // accepted, in a quarter that was opened …
    int64_t since;  // … both since this instant, microseconds UTC
    bool asked;     // for goals, when the week ended or, of one that runs, now (R41)
};
struct week_row week_row(struct call *call, struct row *row, int32_t monday);

// The lead's unfinished tasks of the week after, of this project, in the published plan versions.
struct asked week_next_tasks_ask(struct call *call, int64_t project_id, int32_t monday);
size_t week_next_tasks_rows(struct call *call, struct asked asked, Okr__PlanTask ***ret);

// Closes the week, by the actor, now.
void week_close_ask(struct call *call, int64_t project_id, int32_t monday, const char *look_back,
                    int64_t due_at, bool late);

#endif
