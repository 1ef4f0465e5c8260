// The monthly side review as rows: its lines, decisions, displacements and comments. It knows
// tables, not rules. A month is its first day.
#ifndef OKR_SERVER_PROJECT_SIDE_REVIEW_ROWS_H
#define OKR_SERVER_PROJECT_SIDE_REVIEW_ROWS_H

#include "okr/sql.h"
#include "server/call/call.h"

// Whether project p stood on the list of side projects, proposed or accepted, before an instant. It
// follows from its last decision before that, re-scoping left aside: accepted and reopened ones are
// on the list, and so is one that was proposed and not decided on.
#define SIDE_LISTED_BEFORE(instant)                                                                \
    "coalesce((SELECT pd.decision IN (" SQL_DECISION_ACCEPT ", " SQL_DECISION_REOPEN               \
    ") FROM project_decision pd"                                                                   \
    " WHERE pd.project_id = p.id AND pd.decision <> " SQL_DECISION_RESCOPE                         \
    " AND pd.decided_at < " instant                                                                \
    " ORDER BY pd.id DESC LIMIT 1), p.proposed_at IS NULL OR p.proposed_at < " instant ")"

struct side_month {
    int32_t first;     // its first day
    char name[8];      // "2021-02"
    char quarter[8];   // the one that it lies in
    int64_t begins_at; // microseconds UTC …
    int64_t ends_at;   // … up to, without
};

// A side project of the quarter, and what was decided on it in the month.
struct side_line {
    Okr__SideReviewLine *line;
    // Whether it stood on the list, proposed or accepted, when the month ended (for the running
    // one: whether it stands there now).
    bool listed;
};
// All side projects of the quarter: accepted by rank, proposed, the others.
struct asked side_lines_ask(struct call *call, const struct side_month *month);
struct side_line side_line_row(struct call *call, struct row *row);
// One of them. NULL: it is none of the quarter's.
struct asked side_line_ask(struct call *call, const struct side_month *month, int64_t project_id);
Okr__SideReviewLine *side_line_read(struct call *call, struct asked asked);

// Decides, or decides anew, by the actor now. `rank`: of RERANK only. No rows.
void side_decision_ask_set(struct call *call, const struct side_month *month, int64_t project_id,
                           const Okr__DecideSideRequest *request);

// Urgent side work that was taken in during the month (R27), oldest first.
struct asked side_displacements_ask(struct call *call, const struct side_month *month);
size_t side_displacements(struct call *call, struct asked asked, Okr__Displacement ***ret);

// Oldest first; adding answers the new one alone.
struct asked side_comments_ask(struct call *call, const struct side_month *month);
struct asked side_comment_ask_add(struct call *call, const struct side_month *month,
                                  const char *text);
size_t side_comments(struct call *call, struct asked asked, Okr__SideComment ***ret);

#endif
