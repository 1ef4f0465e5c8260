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
void docket_sources_ask(struct call *call, int64_t since, int64_t until);
struct docket_source docket_source_row(const struct rows *rows, int row);

// Ids and names of the projects of the quarters around a week, in the one order (R1).
void docket_projects_ask(struct call *call, int32_t monday);
struct docket_project {
    int64_t id;
    char *name;
    bool accepted;
};
struct docket_project docket_project_row(const struct rows *rows, int row);

// Per accepted project the Mondays of the weeks before this one in which a goal was missed, newest
// first.
void docket_missed_ask(struct call *call, int32_t monday);
struct docket_missed {
    int64_t project_id;
    int32_t *mondays;
    size_t n;
};
struct docket_missed docket_missed_row(struct call *call, const struct rows *rows, int row);

// Side projects that were accepted as urgent in [since, until), and what each displaces.
void docket_urgent_ask(struct call *call, int64_t since, int64_t until);
struct docket_urgent {
    int64_t project_id;
    int64_t *displaces;
    size_t n;
};
struct docket_urgent docket_urgent_row(const struct rows *rows, int row);

// Decisions as lines with what they were about: of a week in the order made; one by its key;
// earlier ones whose follow-up is due by a week and is not closed.
void docket_decisions_ask(struct call *call, int32_t monday);
void docket_decision_ask(struct call *call, int32_t monday, const char *key);
void docket_follow_ups_ask(struct call *call, int32_t monday);
struct docket_decided {
    int64_t id;
    char *week; // "2021-W06"
    int64_t at; // microseconds UTC
    int32_t open_left;
    Okr__DocketLine *line;
};
struct docket_decided docket_decided_row(struct call *call, const struct rows *rows, int row);

// Writes the line's decision by the actor, now: a new row, or over the one that the key has.
// open_left: lines of the week that are still without one.
void docket_decide_ask(struct call *call, int32_t monday, const Okr__DocketLine *line,
                       int32_t open_left);
void docket_close_ask(struct call *call, int32_t monday, const char *key, const char *outcome);

void docket_comments_ask(struct call *call, int32_t monday);
// Answers one row, for docket_comment_row(). key NULL: on the docket as a whole.
void docket_comment_insert(struct call *call, int32_t monday, const char *key, const char *text);
Okr__DocketComment *docket_comment_row(struct call *call, const struct rows *rows, int row);

#endif
