// Weekly goals as rows. It knows no rule: who may change what, and when, is server/week/goal.c;
// only the guard of a change stands here, since it has to be one statement (handler.grouped).
#ifndef OKR_SERVER_WEEK_GOAL_ROWS_H
#define OKR_SERVER_WEEK_GOAL_ROWS_H

#include "server/call/call.h"

// What goal_row reads, in this order and first in a statement: goal g LEFT JOIN plan_source s. The
// reason of a dropped goal is why it was dropped.
#define GOAL_COLUMNS                                                                               \
    "g.id, g.project_id, g.week, g.position, g.text, g.result, "                                   \
    "CASE WHEN g.dropped THEN g.drop_reason ELSE g.reason END AS reason, "                         \
    "s.name AS source, (SELECT k.uid FROM plan_known_task k WHERE k.source_id = g.source_id "      \
    " AND k.key = g.task_key ORDER BY k.gone LIMIT 1) AS task_uid, g.dropped, g.version"
#define GOAL_LETTERS "llaitittlbl"
enum { GOAL_WIDTH = 11 };
Okr__Goal *goal_row(struct call *call, const struct rows *rows, int row);

// All goals of the rows whose project and week these are, in the rows' order; `dropped`: those too.
// The rows are ordered by project first.
size_t goal_rows(struct call *call, const struct rows *rows, int64_t project_id, const char *week,
                 bool dropped, Okr__Goal ***ret);

// Of one project in this week and the next one, dropped ones included; of every project in a week.
void goal_ask_two_weeks(struct call *call, int64_t project_id, int32_t monday);
void goal_ask_week(struct call *call, int32_t monday);

// Adds goals behind those that the week has; answers the new ones, as goal_row reads them.
void goal_ask_add(struct call *call, int64_t project_id, int32_t monday, Okr__NewGoal *const *goals,
                  size_t n);
// Per goal, in order: has it a known source, and is its task in the source's published version?
void goal_ask_tasks(struct call *call, Okr__NewGoal *const *goals, size_t n);

// A change of one goal by its lead, guarded: it happens only when the goal is the actor's own, its
// week is open, it is not dropped and has `version`. The row tells which of these fails.
void goal_ask_result(struct call *call, int64_t id, int64_t version, Okr__GoalResult result,
                     const char *reason);
void goal_ask_text(struct call *call, int64_t id, int64_t version, const char *text);
void goal_ask_drop(struct call *call, int64_t id, int64_t version, const char *reason);
struct goal_change {
    Okr__Goal *before;
    bool own, closed, changed;
};
// False: there is no such goal.
bool goal_change_row(struct call *call, const struct rows *rows, struct goal_change *ret);

// The results of a closing, versions already compared. A reason is NULL for an achieved one.
void goal_ask_results(struct call *call, const int64_t *ids, const int32_t *results,
                      char *const *reasons, size_t n);

#endif
