// The rows that a Monday docket is built of, and what is stored about it: decisions, comments. It
// knows tables, not rules: server/monday/docket*.c and monday.c decide.
#ifndef OKR_SERVER_MONDAY_DOCKET_ROWS_H
#define OKR_SERVER_MONDAY_DOCKET_ROWS_H

#include "server/call/call.h"

// The plan versions of a source, as ids. "In the window": published from `since` on and before
// `until`.
struct docket_source {
    char *name;
    int64_t newer; // the last one in the window
    int64_t older; // the last one before the window, else the source's first; 0: none but `newer`
    int64_t newer_number, older_number;
};
// Of each source that has published something in the window, by name. Microseconds UTC.
struct asked docket_sources_ask(struct call *call, int64_t since, int64_t until);
void docket_source_take(struct row *row, struct docket_source *ret);

// Ids and names of the projects of the quarters around a week, in the one order (R1).
struct asked docket_projects_ask(struct call *call, int32_t monday);
struct docket_project {
    int64_t id;
    char *name;
    bool accepted;
};
void docket_project_take(struct row *row, struct docket_project *ret);

// Per accepted project the Mondays of the weeks before this one in which a goal was missed, newest
// first.
struct asked docket_missed_ask(struct call *call, int32_t monday);
struct docket_missed {
    int64_t project_id;
    int32_t *mondays;
    size_t n;
};
struct docket_missed docket_missed_row(struct call *call, struct row *row);

// Side projects that were accepted as urgent in [since, until), and what each displaces.
struct asked docket_urgent_ask(struct call *call, int64_t since, int64_t until);
struct docket_urgent {
    int64_t project_id;
    int64_t *displaces;
    size_t n_displaces;
};
void docket_urgent_take(struct row *row, struct docket_urgent *ret);

// Decisions as lines with what they were about: of a week in the order made; one by its key;
// earlier ones whose follow-up is due by a week and is not closed.
struct asked docket_decisions_ask(struct call *call, int32_t monday);
struct asked docket_decision_ask(struct call *call, int32_t monday, const char *key);
struct asked docket_follow_ups_ask(struct call *call, int32_t monday);
struct docket_decided {
    int64_t id;
    char *week; // "2021-W06"
    int64_t at; // microseconds UTC
    int32_t open_left;
    Okr__DocketLine *line;
};
struct docket_decided docket_decided_row(struct call *call, struct row *row);

// Writes the line's decision by the actor, now: a new row, or over the one that the key has.
// open_left: lines of the week that are still without one.
void docket_decide_ask(struct call *call, int32_t monday, const Okr__DocketLine *line,
                       int32_t open_left);
void docket_close_ask(struct call *call, int32_t monday, const char *key, const char *outcome);

struct asked docket_comments_ask(struct call *call, int32_t monday);
// Answers the new one alone. key NULL: on the docket as a whole.
struct asked docket_comment_insert(struct call *call, int32_t monday, const char *key,
                                   const char *text);
size_t docket_comments(struct call *call, struct asked asked, Okr__DocketComment ***ret);

#endif
