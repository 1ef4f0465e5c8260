#include "server/identity/question_rows.h"

#include "server/identity/identity.h"

STATEMENT(
    plan_question_list, MANY, "tl", "ltllttllttllillb",
    "SELECT x.id, x.source, x.number, x.uid, x.name, xp.name, x.candidate, o.uid, o.name, "
    " op.name, v.number, b.project_id, x.evidence, x.source_id, x.key, w.task_key IS NOT NULL "
    "FROM (SELECT q.id, s.name AS source, q.number, t.uid, t.name, t.version_id, "
    "  t.parent_uid, t.position, c.key AS candidate, c.evidence, c.i, q.source_id, q.key, "
    "  g.version_id AS gone_version, g.position AS gone_position " PLAN_QUESTION_OPEN
    "  AND ($1::text IS NULL OR s.name = $1) AND ($2::bigint IS NULL OR t.uid = $2)) x "
    "JOIN plan_task o ON o.version_id = x.gone_version AND o.position = x.gone_position "
    "JOIN plan_version v ON v.id = x.gone_version "
    "LEFT JOIN LATERAL (SELECT p.name FROM plan_task p WHERE p.version_id = x.version_id "
    " AND p.uid = x.parent_uid AND NOT p.is_null ORDER BY p.position LIMIT 1) xp ON true "
    "LEFT JOIN LATERAL (SELECT p.name FROM plan_task p WHERE p.version_id = o.version_id "
    " AND p.uid = o.parent_uid AND NOT p.is_null ORDER BY p.position LIMIT 1) op ON true "
    "LEFT JOIN plan_binding b ON b.source_id = x.source_id AND b.task_key = x.candidate "
    "LEFT JOIN plan_binding w ON w.source_id = x.source_id AND w.task_key = x.key "
    "ORDER BY x.source, x.position, x.i LIMIT 20000");
enum {
    ID,
    SOURCE,
    NUMBER,
    UID,
    NAME,
    PARENT,
    CANDIDATE,
    LAST_UID,
    LAST_NAME,
    LAST_PARENT,
    LAST_NUMBER,
    PROJECT,
    EVIDENCE,
    SOURCE_ID,
    KEY,
    BOUND,
};

void plan_questions_ask(struct call *call, const char *source, bool has_uid, int64_t task_uid)
{
    struct query *q = call_ask(call, &plan_question_list);
    bind_text(q, source);
    bind_opt_i64(q, has_uid, task_uid);
}

static Okr__PlanQuestion *question_row(struct call *call, const struct rows *rows, int row)
{
    Okr__PlanQuestion *question = NEW(call, Okr__PlanQuestion, OKR__PLAN_QUESTION__INIT);
    SET(question, id, row_i64(rows, row, ID));
    question->source = row_text(rows, row, SOURCE);
    SET(question, number, row_i64(rows, row, NUMBER));
    SET(question, task_uid, row_i64(rows, row, UID));
    question->task_name = row_text(rows, row, NAME);
    question->parent_name = row_text(rows, row, PARENT);
    question->candidates = NEW_ARRAY(call, Okr__PlanCandidate *, IDENTITY_CANDIDATES);
    return question;
}

static Okr__PlanCandidate *candidate_row(struct call *call, const struct rows *rows, int row)
{
    Okr__PlanCandidate *candidate = NEW(call, Okr__PlanCandidate, OKR__PLAN_CANDIDATE__INIT);
    SET(candidate, key, row_i64(rows, row, CANDIDATE));
    SET(candidate, task_uid, row_i64(rows, row, LAST_UID));
    candidate->task_name = row_text(rows, row, LAST_NAME);
    candidate->parent_name = row_text(rows, row, LAST_PARENT);
    SET(candidate, last_number, row_i64(rows, row, LAST_NUMBER));
    if (!row_null(rows, row, PROJECT))
        SET(candidate, project_id, row_i64(rows, row, PROJECT));
    int32_t bits = row_i32(rows, row, EVIDENCE);
    candidate->evidence = NEW_ARRAY(call, Okr__PlanEvidence, 5);
    for (int i = 0; i < 5; i++)
        if (bits & 1 << i)
            candidate->evidence[candidate->n_evidence++] = (Okr__PlanEvidence)(i + 1);
    return candidate;
}

Okr__PlanQuestion **plan_questions_rows(struct call *call, const struct rows *rows, size_t *ret_n)
{
    int count = rows_count(rows);
    Okr__PlanQuestion **questions = NEW_ARRAY(call, Okr__PlanQuestion *, (size_t)count);
    Okr__PlanQuestion *last = NULL;
    *ret_n = 0;
    for (int i = 0; i < count; i++) {
        if (!last || last->id != row_i64(rows, i, ID))
            questions[(*ret_n)++] = last = question_row(call, rows, i);
        if (last->n_candidates < IDENTITY_CANDIDATES)
            last->candidates[last->n_candidates++] = candidate_row(call, rows, i);
    }
    return questions;
}

struct plan_question_view plan_question_view_row(const struct rows *rows)
{
    return (struct plan_question_view){
        .source_id = row_i64(rows, 0, SOURCE_ID),
        .key = row_i64(rows, 0, KEY),
        .bound = row_bool(rows, 0, BOUND),
    };
}

STATEMENT(plan_question_count, ONE, "l", "l",
          "SELECT count(DISTINCT q.id) " PLAN_QUESTION_OPEN "AND q.source_id = $1");

struct asked plan_questions_ask_count(struct call *call, int64_t source_id)
{
    struct query *q = call_ask(call, &plan_question_count);
    bind_i64(q, source_id);
    return q->asked;
}

STATEMENT(plan_question_both, MANY, "llll", "bl",
          "SELECT EXISTS (SELECT FROM plan_version v JOIN plan_task a ON a.version_id = v.id "
          "  AND a.key = $2 JOIN plan_task b ON b.version_id = v.id AND b.key = $4 "
          " WHERE v.source_id = $1 AND v.number >= $3), "
          "(SELECT published_version FROM plan_source WHERE id = $1)");

void plan_question_ask_both(struct call *call, const struct plan_question_view *view,
                            int64_t number, int64_t other_key)
{
    struct query *q = call_ask(call, &plan_question_both);
    bind_i64(q, view->source_id);
    bind_i64(q, view->key);
    bind_i64(q, number);
    bind_i64(q, other_key);
}

STATEMENT(plan_question_answer, NONE, "llzl", "",
          "UPDATE plan_question SET answer = $2, answered_at = $3, answered_by = $4 WHERE id = $1");

void plan_question_ask_answer(struct call *call, int64_t id, int64_t key)
{
    struct query *q = call_ask(call, &plan_question_answer);
    bind_i64(q, id);
    bind_i64(q, key);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

STATEMENT(plan_question_rename, NONE, "llll", "",
          "UPDATE plan_task SET key = $4 WHERE key = $2 AND version_id IN "
          "(SELECT id FROM plan_version WHERE source_id = $1 AND number >= $3)");
STATEMENT(plan_question_back, NONE, "lll", "",
          "DELETE FROM plan_task_gone WHERE source_id = $1 AND key = $3 AND $2::bigint >= 0");
STATEMENT(plan_question_unbind, NONE, "lll", "",
          "DELETE FROM plan_binding b WHERE b.source_id = $1 AND b.task_key = $3 AND EXISTS "
          "(SELECT FROM plan_binding o WHERE o.source_id = $1 AND o.task_key = $2)");
STATEMENT(plan_question_rebind, NONE, "lll", "",
          "UPDATE plan_binding SET task_key = $3 WHERE source_id = $1 AND task_key = $2");
STATEMENT(plan_question_goals, NONE, "lll", "",
          "UPDATE goal SET task_key = $3 WHERE source_id = $1 AND task_key = $2");

void plan_question_ask_merge(struct call *call, const struct plan_question_view *view,
                             int64_t number, int64_t other_key)
{
    static const struct statement *const statements[PLAN_QUESTION_MERGE_QUERIES] = {
        &plan_question_rename, &plan_question_back,  &plan_question_unbind,
        &plan_question_rebind, &plan_question_goals,
    };
    for (int i = 0; i < PLAN_QUESTION_MERGE_QUERIES; i++) {
        struct query *q = call_ask(call, statements[i]);
        bind_i64(q, view->source_id);
        bind_i64(q, view->key);
        if (i == 0)
            bind_i64(q, number);
        bind_i64(q, other_key);
    }
}
