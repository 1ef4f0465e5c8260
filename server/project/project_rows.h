// Projects in the database: rows into contract messages, and the statements that read and write
// them. It knows tables, not rules: what may be decided, and when, stands in
// server/project/project*.c.
#ifndef OKR_SERVER_PROJECT_PROJECT_ROWS_H
#define OKR_SERVER_PROJECT_PROJECT_ROWS_H

#include "server/call/call.h"

// One project as project_row() reads it: index look-ups by its own keys only, so that it serves one
// row and a list alike. A statement that selects more puts it behind, from column PROJECT_N_COLUMNS
// on:
//     STATEMENT(x, MANY, "l", PROJECT_LETTERS "i", "SELECT " PROJECT_COLUMNS ", 1 FROM "
//     PROJECT_FROM
//               " WHERE p.id = $1")
// In scope are p (project), lead and proposer (member), progress (sums over the plan sources).
#define PROJECT_LETTERS "ltittiiLitttTtbliddddittil"
#define PROJECT_COLUMNS                                                                            \
    "p.id, p.quarter, p.kind, p.name, p.description, p.state, p.rank,"                             \
    " ARRAY(SELECT pk.kr_id FROM project_kr pk WHERE pk.project_id = p.id ORDER BY pk.kr_id),"     \
    " p.category, p.requester, lead.handle, lead.name,"                                            \
    " ARRAY(SELECT (SELECT pm.handle FROM member pm WHERE pm.id = px.member_id)"                   \
    "       FROM project_member px WHERE px.project_id = p.id ORDER BY 1),"                        \
    " proposer.handle, p.changed_after_open, p.version,"                                           \
    " progress.tasks, progress.planned_work, progress.actual_work, progress.earned_work,"          \
    " progress.sum_percent, progress.baseline_tasks, progress.finish, progress.status_date,"       \
    " progress.unfinished, p.carried_from"
#define PROJECT_FROM                                                                               \
    "project p JOIN member proposer ON proposer.id = p.proposed_by"                                \
    " LEFT JOIN member lead ON lead.id = p.lead_id"                                                \
    " CROSS JOIN LATERAL (SELECT sum(g.tasks)::integer AS tasks,"                                  \
    "     sum(g.planned_work) AS planned_work, sum(g.actual_work) AS actual_work,"                 \
    "     sum(g.earned_work) AS earned_work, sum(g.sum_percent) AS sum_percent,"                   \
    "     sum(g.baseline_tasks)::integer AS baseline_tasks, max(g.finish) AS finish,"              \
    "     min(g.status_date) AS status_date, sum(g.unfinished)::integer AS unfinished"             \
    "     FROM plan_progress g WHERE g.project_id = p.id) progress"
enum {
    PROJECT_COLUMN_UNFINISHED = 24, // bound plan tasks below 100 %; NULL: no task is bound
    PROJECT_COLUMN_CARRIED_FROM,
    PROJECT_N_COLUMNS,
};

// A project that stands in the ranked list: proposed, accepted or completed. The others keep no
// rank.
#define PROJECT_RANKED "p.state <= 3"

// The project of a row, in the arena, with its progress; progress is NULL when no plan task is
// bound.
Okr__Project *project_row(struct call *call, const struct rows *rows, int row);

// 100 × Σ(work × %) ÷ Σ work, of sums over leaf tasks; without any work the plain mean Σ% ÷ tasks,
// and by_mean is set. NULL when there are no tasks.
Okr__Progress *progress_from_sums(struct call *call, int32_t tasks, double planned, double actual,
                                  double earned, double sum_percent, int32_t baseline_tasks,
                                  int32_t unfinished);

// One row or none, for project_row().
void project_ask(struct call *call, int64_t id);
// The one ordered list of a quarter (R1): linked before side, by rank, those without a rank last.
// kind, state: 0 for any; member_id: only those that this member leads or belongs to, 0 for any.
void project_list_ask(struct call *call, const char *quarter, int32_t kind, int32_t state,
                      int64_t member_id);
// As project_ask(), with what a change has to know besides.
void project_change_ask(struct call *call, int64_t id);
struct project_context {
    Okr__Project *project;
    int32_t quarter_state; // okr.v1.QuarterState
    bool own;              // the actor leads it, belongs to it or proposed it
    bool has_live_kr;      // serves a key result that is not dropped
    int64_t *order;        // ids of the ranked projects of its quarter and kind, by rank
    size_t n_order;
};
// False when there is no such project.
bool project_context_row(struct call *call, const struct rows *rows, struct project_context *ret);

// Ids of the ranked projects of a quarter and kind by rank: one row, one array.
void project_order_ask(struct call *call, const char *quarter, int32_t kind);
// Ranks 1 to n in the order of the ids.
void project_order_write(struct call *call, const int64_t *ids, size_t n);
// Of these ids those of accepted projects of the same quarter, itself left out: one row, one array.
void project_displaceable_ask(struct call *call, int64_t id, const int64_t *ids, size_t n);

// Inserts, with its key results and lineage; answers one row: the id. Proposed by the actor, now.
void project_insert(struct call *call, const Okr__Project *project);
// Writes name, description, state, category, requester, lead (by handle) and changed_after_open as
// they stand in the message, and counts the version up.
void project_update(struct call *call, const Okr__Project *project);
void project_krs_write(struct call *call, int64_t id, const int64_t *kr_ids, size_t n);
void project_members_write(struct call *call, int64_t id, char *const *handles, size_t n);

// Answers one row, for project_comment_row().
void project_comment_insert(struct call *call, int64_t project_id, const char *text);
void project_comments_ask(struct call *call, int64_t project_id);
Okr__ProjectComment *project_comment_row(struct call *call, const struct rows *rows, int row);
void project_decision_insert(struct call *call, const Okr__ProjectDecision *decision);
void project_decisions_ask(struct call *call, int64_t project_id);
Okr__ProjectDecision *project_decision_row(struct call *call, const struct rows *rows, int row);

#endif
