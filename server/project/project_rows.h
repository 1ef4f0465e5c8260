// Projects in the database: rows into contract messages, and the statements that read and write
// them. It knows tables, not rules: what may be decided, and when, stands in
// server/project/project*.c.
#ifndef OKR_SERVER_PROJECT_PROJECT_ROWS_H
#define OKR_SERVER_PROJECT_PROJECT_ROWS_H

#include "okr/sql.h"
#include "server/call/call.h"

// One project as project_row() reads it: index look-ups by its own keys only, so that it serves one
// row and a list alike. In scope are p (project), lead and proposer (member), progress (sums over
// the plan sources).
#define PROJECT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "p.id")                                                                         \
    NEXT(text, quarter, "p.quarter")                                                               \
    NEXT(i32, kind, "p.kind")                                                                      \
    NEXT(text, name, "p.name")                                                                     \
    NEXT(text, description, "p.description")                                                       \
    NEXT(i32, state, "p.state")                                                                    \
    NEXT(i32, rank, "CASE WHEN " PROJECT_RANKED " THEN p.rank END")                                \
    NEXT(i32, category, "p.category")                                                              \
    NEXT(text, requester, "p.requester")                                                           \
    NEXT(text, lead, "lead.handle")                                                                \
    NEXT(text, lead_name, "lead.name")                                                             \
    NEXT(text, proposed_by, "proposer.handle")                                                     \
    NEXT(flag, changed_after_open, "p.changed_after_open")                                         \
    NEXT(i64, carried_from, "p.carried_from")                                                      \
    NEXT(i64, version, "p.version")
// Sums over the leaf tasks that are bound to a project.
struct progress_sums {
    int32_t tasks;
    double planned_work, actual_work, earned_work; // minutes
    double sum_percent;
    int32_t baseline_tasks;
    char *finish, *status_date; // wall-clock times
    bool has_unfinished;        // some task is bound
    int32_t unfinished;         // tasks and milestones below 100 %
};
#define PROGRESS_ROW(FIRST, NEXT)                                                                  \
    FIRST(i32, tasks, "progress.tasks")                                                            \
    NEXT(double, planned_work, "progress.planned_work")                                            \
    NEXT(double, actual_work, "progress.actual_work")                                              \
    NEXT(double, earned_work, "progress.earned_work")                                              \
    NEXT(double, sum_percent, "progress.sum_percent")                                              \
    NEXT(i32, baseline_tasks, "progress.baseline_tasks")                                           \
    NEXT(text, finish, "progress.finish")                                                          \
    NEXT(text, status_date, "progress.status_date")                                                \
    NEXT(opt_i32, unfinished, "progress.unfinished")
#define PROJECT_LETTERS ROW_LETTERS(PROJECT_ROW) ROW_LETTERS(PROGRESS_ROW) "LT"
// kr_ids, members: SQL of the arrays.
#define PROJECT_COLUMNS_OF(kr_ids, members)                                                        \
    ROW_COLUMNS(PROJECT_ROW) ", " ROW_COLUMNS(PROGRESS_ROW) ", " kr_ids ", " members
#define PROJECT_COLUMNS                                                                            \
    PROJECT_COLUMNS_OF(                                                                            \
        "ARRAY(SELECT pk.kr_id FROM project_kr pk WHERE pk.project_id = p.id ORDER BY pk.kr_id)",  \
        "ARRAY(SELECT (SELECT pm.handle FROM member pm WHERE pm.id = px.member_id)"                \
        "      FROM project_member px WHERE px.project_id = p.id ORDER BY 1)")
#define PROJECT_FROM                                                                               \
    "project p JOIN member proposer ON proposer.id = p.proposed_by"                                \
    " LEFT JOIN member lead ON lead.id = p.lead_id"                                                \
    " CROSS JOIN LATERAL (SELECT sum(g.tasks)::integer AS tasks,"                                  \
    "     sum(g.planned_work) AS planned_work, sum(g.actual_work) AS actual_work,"                 \
    "     sum(g.earned_work) AS earned_work, sum(g.sum_percent) AS sum_percent,"                   \
    "     sum(g.baseline_tasks)::integer AS baseline_tasks, max(g.finish) AS finish,"              \
    "     min(g.status_date) AS status_date, sum(g.unfinished)::integer AS unfinished"             \
    "     FROM plan_progress g WHERE g.project_id = p.id) progress"
// A project that stands in the ranked list: proposed, accepted or completed. The others keep no
// rank.
#define PROJECT_RANKED "p.state <= " SQL_PROJECT_STATE_COMPLETED

// The project of a row, in the arena, with its progress; progress is NULL when no plan task is
// bound. *ret_all_done (may be NULL): tasks are bound, and each is at 100 %.
Okr__Project *project_row(struct call *call, struct row *row, bool *ret_all_done);

// 100 × Σ(work × %) ÷ Σ work, of sums over leaf tasks; without any work the plain mean Σ% ÷ tasks,
// and by_mean is set; 99 at most while a task or milestone is unfinished. NULL when there are no
// tasks.
Okr__Progress *progress_from_sums(struct call *call, const struct progress_sums *sums);

struct asked project_ask(struct call *call, int64_t id);
// NULL: there is none.
Okr__Project *project_read(struct call *call, struct asked asked);
// The one ordered list of a quarter (R1): linked before side, by rank, those without a rank last.
// kind, state: 0 for any; member_id: only those that this member leads or belongs to, 0 for any.
struct asked project_list_ask(struct call *call, const char *quarter, int32_t kind, int32_t state,
                              int64_t member_id);
size_t project_list(struct call *call, struct asked asked, Okr__Project ***ret);

// The same list of all projects, each list and sum in one pass over the quarter; with what the week
// (its Monday) has of each. quarter_project_row() reads it row by row.
struct asked quarter_projects_ask(struct call *call, const char *quarter, int32_t monday);
struct quarter_project {
    Okr__Project *project;
    bool all_done; // it has plan tasks, and each is at 100 %
    bool week_closed;
};
void quarter_project_row(struct call *call, struct row *row, struct quarter_project *ret);

// What a change of it has to know.
struct asked project_change_ask(struct call *call, int64_t id);
struct project_context {
    Okr__Project *project;
    bool all_done;         // it has plan tasks, and each is at 100 %
    int32_t quarter_state; // okr.v1.QuarterState
    bool own;              // the actor leads it, belongs to it or proposed it
    bool has_live_kr;      // serves a key result that is not dropped
    int64_t *order;        // ids of the ranked projects of its quarter and kind, by rank
    size_t n_order;
};
// False when there is no such project.
bool project_context_row(struct call *call, struct asked asked, struct project_context *ret);

// Ids of the ranked projects of a quarter and kind by rank: asked_i64s().
struct asked project_order_ask(struct call *call, const char *quarter, int32_t kind);
// Ranks 1 to n in the order of the ids.
void project_order_write(struct call *call, const int64_t *ids, size_t n);
// Of these ids those of accepted projects of the same quarter, itself left out: asked_i64s().
struct asked project_displaceable_ask(struct call *call, int64_t id, const int64_t *ids, size_t n);

// Inserts, with its key results and lineage: asked_i64() is the id. Proposed by the actor, now.
struct asked project_insert(struct call *call, const Okr__Project *project);
// Writes name, description, state, category, requester, lead (by handle) and changed_after_open as
// they stand in the message, and counts the version up.
void project_update(struct call *call, const Okr__Project *project);
void project_krs_write(struct call *call, int64_t id, const int64_t *kr_ids, size_t n);
void project_members_write(struct call *call, int64_t id, char *const *handles, size_t n);

// The discussion of a project, oldest first; inserting answers the new comment alone.
struct asked project_comments_ask(struct call *call, int64_t project_id);
struct asked project_comment_insert(struct call *call, int64_t project_id, const char *text);
size_t project_comments(struct call *call, struct asked asked, Okr__ProjectComment ***ret);

// The decisions on a project, or those on a quarter's projects that were made after it was opened;
// oldest first.
struct asked project_decisions_ask(struct call *call, int64_t project_id);
struct asked quarter_changes_ask(struct call *call, const char *quarter);
size_t project_decisions(struct call *call, struct asked asked, Okr__ProjectDecision ***ret);
void project_decision_insert(struct call *call, const Okr__ProjectDecision *decision);

// Which projects go on in a later quarter: those of a quarter, or one.
struct asked quarter_carried_ask(struct call *call, const char *quarter);
struct asked project_carried_ask(struct call *call, int64_t project_id);
// The id of the project that goes on with this one; 0: none.
int64_t project_carried_to(struct call *call, struct asked asked, int64_t project_id);

#endif
