// Questions about who a plan's task is, in SQL. Must not know rules.
#ifndef OKR_SERVER_IDENTITY_QUESTION_ROWS_H
#define OKR_SERVER_IDENTITY_QUESTION_ROWS_H

#include "server/call/call.h"

// Questions q that nobody has answered, of tasks t in the published version of a source s, with
// each candidate c that is still gone: the rest of a statement from FROM on, to go on with AND.
#define PLAN_QUESTION_OPEN                                                                         \
    "FROM plan_question q JOIN plan_source s ON s.id = q.source_id "                               \
    "JOIN plan_task t ON t.version_id = s.published_version AND t.key = q.key "                    \
    "CROSS JOIN LATERAL unnest(q.candidates, q.evidence) WITH ORDINALITY c(key, evidence, i) "     \
    "JOIN plan_task_gone g ON g.source_id = q.source_id AND g.key = c.key "                        \
    "WHERE q.answered_at IS NULL "

// Those that are open: the task is in the published version, and a candidate is still gone. By
// source and the plan's order, a row for each candidate. source NULL: of all; has_uid: of one task.
void plan_questions_ask(struct call *call, const char *source, bool has_uid, int64_t task_uid);
// The questions of these rows.
Okr__PlanQuestion **plan_questions_rows(struct call *call, const struct rows *rows, size_t *ret_n);

// What answering has to look at besides; of the first row.
struct plan_question_view {
    int64_t source_id, version_id; // the published one
    int64_t key;
    bool bound; // the task has a binding of its own
};
struct plan_question_view plan_question_view_row(const struct rows *rows);
// How many questions of a source are open: asked_i64().
struct asked plan_questions_ask_count(struct call *call, int64_t source_id);

// One row: do the task and the other one stand in one version, from this number on?
void plan_question_ask_both(struct call *call, const struct plan_question_view *view,
                            int64_t number, int64_t other_key);
// The answer, given by the actor now: who it is; its own key: it is new. No rows.
void plan_question_ask_answer(struct call *call, int64_t id, int64_t key);
// In every version from this number on the task becomes the other one, with its binding (its own
// one first) and the goals that name it. No rows.
enum { PLAN_QUESTION_MERGE_QUERIES = 5 };
void plan_question_ask_merge(struct call *call, const struct plan_question_view *view,
                             int64_t number, int64_t other_key);

#endif
