// The monthly side review as rows: its lines, decisions, displacements and comments. It knows
// tables, not rules. A month is its first day.
#ifndef OKR_SERVER_PROJECT_SIDE_REVIEW_ROWS_H
#define OKR_SERVER_PROJECT_SIDE_REVIEW_ROWS_H

#include "server/call/call.h"

// Whether project p stood on the list of side projects, proposed or accepted, before an instant. It
// follows from its last decision before that, re-scoping (5) left aside: accepted (1) and reopened
// (6) ones are on the list, and so is one that was proposed and not decided on.
#define SIDE_LISTED_BEFORE(instant)                                                                \
    "coalesce((SELECT pd.decision IN (1, 6) FROM project_decision pd"                              \
    " WHERE pd.project_id = p.id AND pd.decision <> 5 AND pd.decided_at < " instant                \
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
void side_lines_ask(struct call *call, const struct side_month *month);
// One of them: one row or none.
void side_line_ask(struct call *call, const struct side_month *month, int64_t project_id);
struct side_line side_line_row(struct call *call, const struct rows *rows, int row);

// Decides, or decides anew, by the actor now. `rank`: of RERANK only. No rows.
void side_decision_ask_set(struct call *call, const struct side_month *month, int64_t project_id,
                           const Okr__DecideSideRequest *request);

// Urgent side work that was taken in during the month (R27), oldest first.
void side_displacements_ask(struct call *call, const struct side_month *month);
Okr__Displacement *side_displacement_row(struct call *call, const struct rows *rows, int row);

// Oldest first; adding answers the new one.
void side_comments_ask(struct call *call, const struct side_month *month);
void side_comment_ask_add(struct call *call, const struct side_month *month, const char *text);
Okr__SideComment *side_comment_row(struct call *call, const struct rows *rows, int row);

#endif
