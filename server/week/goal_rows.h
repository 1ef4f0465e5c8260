// Weekly goals as rows. It knows no rule: who may change what, and when, is server/week/goal.c;
// only the guard of a change stands here, since it has to be one statement (handler.grouped).
#ifndef OKR_SERVER_WEEK_GOAL_ROWS_H
#define OKR_SERVER_WEEK_GOAL_ROWS_H

#include "server/call/call.h"

// One goal, first in a statement: goal g LEFT JOIN plan_source s. The reason of a dropped goal is
// why it was dropped.
#define GOAL_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, id, "g.id")                                                                         \
    NEXT(i64, project_id, "g.project_id")                                                          \
    NEXT(week, week, "g.week")                                                                     \
    NEXT(i32, position, "g.position")                                                              \
    NEXT(text, text, "g.text")                                                                     \
    NEXT(i32, result, "g.result")                                                                  \
    NEXT(text, reason, "CASE WHEN g.dropped THEN g.drop_reason ELSE g.reason END")                 \
    NEXT(text, source, "s.name")                                                                   \
    NEXT(i64, task_uid,                                                                            \
         "(SELECT k.uid FROM plan_known_task k WHERE k.source_id = g.source_id"                    \
         " AND k.key = g.task_key ORDER BY k.gone LIMIT 1)")                                       \
    NEXT(bool, dropped, "g.dropped")                                                               \
    NEXT(i64, version, "g.version")
#define GOAL_COLUMNS ROW_COLUMNS(GOAL_ROW)
#define GOAL_LETTERS ROW_LETTERS(GOAL_ROW)

// All goals of the rows whose project and week these are, in the rows' order; `dropped`: those too.
// The rows are ordered by project first.
size_t goal_rows(struct call *call, struct asked asked, int64_t project_id, const char *week,
                 bool dropped, Okr__Goal ***ret);

// Of one project in this week and the next one, dropped ones included; of every project in a week.
struct asked goal_ask_two_weeks(struct call *call, int64_t project_id, int32_t monday);
struct asked goal_ask_week(struct call *call, int32_t monday);

// Adds goals behind those that the week has; goal_added() is the first of them.
struct asked goal_ask_add(struct call *call, int64_t project_id, int32_t monday,
                          Okr__NewGoal *const *goals, size_t n);
Okr__Goal *goal_added(struct call *call, struct asked asked);

// Per goal, in order: has it a known source, and is its task in the source's published version?
struct asked goal_ask_tasks(struct call *call, Okr__NewGoal *const *goals, size_t n);
struct goal_task {
    bool known, planned;
};
void goal_task_take(struct row *row, struct goal_task *ret);

// A change of one goal by its lead, guarded: it happens only when the goal is the actor's own, its
// week is open, it is not dropped and has `version`. The row tells which of these fails.
struct asked goal_ask_result(struct call *call, int64_t id, int64_t version, Okr__GoalResult result,
                             const char *reason);
struct asked goal_ask_text(struct call *call, int64_t id, int64_t version, const char *text);
struct asked goal_ask_drop(struct call *call, int64_t id, int64_t version, const char *reason);
struct goal_change {
    Okr__Goal *before;
    bool own, closed, changed;
};
// False: there is no such goal.
bool goal_change_row(struct call *call, struct asked asked, struct goal_change *ret);

// The results of a closing, versions already compared. A reason is NULL for an achieved one.
void goal_ask_results(struct call *call, const int64_t *ids, const int32_t *results,
                      char *const *reasons, size_t n);

#endif
