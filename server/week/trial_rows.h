// The trial of weekly goals (R41) as rows: who is asked for them, and what the versions of the
// plans say of each project's finishes. By project; it must not read who works on what.
#ifndef OKR_SERVER_WEEK_TRIAL_ROWS_H
#define OKR_SERVER_WEEK_TRIAL_ROWS_H

#include "server/call/call.h"

// Whether project p is asked for weekly goals: now, and as it was before an instant.
#define GOALS_ASKED_WHERE(condition)                                                               \
    "coalesce((SELECT gp.asked FROM goals_practice gp WHERE gp.project_id = p.id " condition       \
    " ORDER BY gp.id DESC LIMIT 1), true)"
#define GOALS_ASKED GOALS_ASKED_WHERE("")
#define GOALS_ASKED_BEFORE(instant) GOALS_ASKED_WHERE("AND gp.decided_at < " instant)

struct asked trial_asked_ask(struct call *call, int64_t project_id);
bool trial_asked_row(struct call *call, struct asked asked); // false: no such project, too
// By the actor, now; counts the project's version up. No rows.
void trial_practice_ask_set(struct call *call, int64_t project_id, bool asked, const char *reason);

// The accepted and completed projects of a quarter in the one order (R1). The mix counts the lead
// and the members by the roles that they hold today.
struct trial_project {
    int64_t id;
    char *name;
    bool asked;
    bool has_first; // there is a weekly goal that was not dropped …
    int32_t first;  // … and its week begins on this Monday
    int32_t engineers, interns;
};
struct asked trial_projects_ask(struct call *call, const char *quarter);
void trial_project_take(struct row *row, struct trial_project *ret);

// The published version of each source, for the calendar.
struct asked trial_sources_ask(struct call *call);
struct trial_source {
    int64_t source_id, version_id;
};
void trial_source_take(struct row *row, struct trial_source *ret);

// Of each two versions of a source that follow each other, published from `from` to `until`
// (instants) the later one: the leaf tasks of the quarter's projects that the earlier one had not
// finished, by where they were to finish then and now. Equal ones are one row with their number. By
// project and version; a task's project is today's (R30).
struct trial_move {
    int64_t project_id, source_id, number;
    int64_t published_at; // of the later version, microseconds UTC
    char *before, *after; // wall-clock times
    bool finished;        // in the later version
    int64_t tasks;
};
struct asked trial_moves_ask(struct call *call, const char *quarter, int64_t from, int64_t until);
void trial_move_take(struct row *row, struct trial_move *ret);

#endif
