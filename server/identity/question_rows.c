#include "server/identity/question_rows.h"

#include "server/identity/identity.h"

#define VIEW_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, source_id, "x.source_id")                                                           \
    NEXT(i64, key, "x.key")                                                                        \
    NEXT(bool, bound, "w.task_key IS NOT NULL")
static STRUCT_READER(view_take, struct plan_question_view, VIEW_ROW);

#define QUESTION_ROW(FIRST, NEXT)                                                                  \
    FIRST(i64, id, "x.id")                                                                         \
    NEXT(text, source, "x.source")                                                                 \
    NEXT(i64, number, "x.number")                                                                  \
    NEXT(i64, task_uid, "x.uid")                                                                   \
    NEXT(text, task_name, "x.name")                                                                \
    NEXT(text, parent_name, "xp.name")
static MESSAGE_READER(question_take, Okr__PlanQuestion, QUESTION_ROW);

#define CANDIDATE_ROW(FIRST, NEXT)                                                                 \
    FIRST(i64, key, "x.candidate")                                                                 \
    NEXT(i64, task_uid, "o.uid")                                                                   \
    NEXT(text, task_name, "o.name")                                                                \
    NEXT(text, parent_name, "op.name")                                                             \
    NEXT(i64, last_number, "v.number")                                                             \
    NEXT(i64, project_id, "b.project_id")
static MESSAGE_READER(candidate_take, Okr__PlanCandidate, CANDIDATE_ROW);

STATEMENT(plan_question_list, MANY, "tl",
          ROW_LETTERS(VIEW_ROW) ROW_LETTERS(QUESTION_ROW) ROW_LETTERS(CANDIDATE_ROW) "i",
          "SELECT " ROW_COLUMNS(VIEW_ROW) ", " ROW_COLUMNS(QUESTION_ROW) ", " ROW_COLUMNS(
              CANDIDATE_ROW) ", x.evidence "
                             "FROM (SELECT q.id, s.name AS source, q.number, t.uid, t.name, "
                             "t.version_id, "
                             "  t.parent_uid, t.position, c.key AS candidate, c.evidence, c.i, "
                             "q.source_id, q.key, "
                             "  g.version_id AS gone_version, g.position AS "
                             "gone_position " PLAN_QUESTION_OPEN
                             "  AND ($1::text IS NULL OR s.name = $1) AND ($2::bigint IS NULL OR "
                             "t.uid = $2)) x "
                             "JOIN plan_task o ON o.version_id = x.gone_version AND o.position = "
                             "x.gone_position "
                             "JOIN plan_version v ON v.id = x.gone_version "
                             "LEFT JOIN LATERAL (SELECT p.name FROM plan_task p WHERE p.version_id "
                             "= x.version_id "
                             " AND p.uid = x.parent_uid AND NOT p.is_null ORDER BY p.position "
                             "LIMIT 1) xp ON true "
                             "LEFT JOIN LATERAL (SELECT p.name FROM plan_task p WHERE p.version_id "
                             "= o.version_id "
                             " AND p.uid = o.parent_uid AND NOT p.is_null ORDER BY p.position "
                             "LIMIT 1) op ON true "
                             "LEFT JOIN plan_binding b ON b.source_id = x.source_id AND b.task_key "
                             "= x.candidate "
                             "LEFT JOIN plan_binding w ON w.source_id = x.source_id AND w.task_key "
                             "= x.key "
                             "ORDER BY x.source, x.position, x.i LIMIT 20000");
struct asked plan_questions_ask(struct call *call, const char *source, bool has_uid,
                                int64_t task_uid)
{
    struct query *q = call_ask(call, &plan_question_list);
    bind_text(q, source);
    bind_opt_i64(q, has_uid, task_uid);
    return q->asked;
}

// One bit for each value of the enum from 1 on.
static void evidence_take(struct call *call, struct row *row, Okr__PlanCandidate *candidate)
{
    enum { KINDS = 5 };
    int32_t bits = take_i32(row);
    candidate->evidence = NEW_ARRAY(call, Okr__PlanEvidence, KINDS);
    for (int i = 0; i < KINDS; i++)
        if (bits & 1 << i)
            candidate->evidence[candidate->n_evidence++] = (Okr__PlanEvidence)(i + 1);
}

size_t plan_questions_rows(struct call *call, struct asked asked, Okr__PlanQuestion ***ret)
{
    size_t n = 0;
    Okr__PlanQuestion *last = NULL, *question;
    *ret = NEW_ARRAY(call, Okr__PlanQuestion *, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        view_take(&row, &(struct plan_question_view){0});
        question_take(&row, question = NEW(call, Okr__PlanQuestion, OKR__PLAN_QUESTION__INIT));
        if (!last || last->id != question->id) {
            (*ret)[n++] = last = question;
            last->candidates = NEW_ARRAY(call, Okr__PlanCandidate *, IDENTITY_CANDIDATES);
        }
        Okr__PlanCandidate *candidate = NEW(call, Okr__PlanCandidate, OKR__PLAN_CANDIDATE__INIT);
        candidate_take(&row, candidate);
        evidence_take(call, &row, candidate);
        if (last->n_candidates < IDENTITY_CANDIDATES)
            last->candidates[last->n_candidates++] = candidate;
    }
    return n;
}

struct plan_question_view plan_question_view_row(struct call *call, struct asked asked)
{
    struct plan_question_view view = {0};
    struct row row = asked_at(call, asked, 0);
    view_take(&row, &view);
    return view;
}

STATEMENT(plan_question_count, ONE, "l", "l",
          "SELECT count(DISTINCT q.id) " PLAN_QUESTION_OPEN "AND q.source_id = $1");

struct asked plan_questions_ask_count(struct call *call, int64_t source_id)
{
    struct query *q = call_ask(call, &plan_question_count);
    bind_i64(q, source_id);
    return q->asked;
}

#define BOTH_ROW(FIRST, NEXT)                                                                      \
    FIRST(bool, together,                                                                          \
          "EXISTS (SELECT FROM plan_version v JOIN plan_task a ON a.version_id = v.id "            \
          "  AND a.key = $2 JOIN plan_task b ON b.version_id = v.id AND b.key = $4 "               \
          " WHERE v.source_id = $1 AND v.number >= $3)")                                           \
    NEXT(i64, version_id, "(SELECT published_version FROM plan_source WHERE id = $1)")
static STRUCT_READER(both_take, struct plan_question_both, BOTH_ROW);

STATEMENT(plan_question_both, ONE, "llll", ROW_LETTERS(BOTH_ROW), "SELECT " ROW_COLUMNS(BOTH_ROW));

struct asked plan_question_ask_both(struct call *call, const struct plan_question_view *view,
                                    int64_t number, int64_t other_key)
{
    struct query *q = call_ask(call, &plan_question_both);
    bind_i64(q, view->source_id);
    bind_i64(q, view->key);
    bind_i64(q, number);
    bind_i64(q, other_key);
    return q->asked;
}

struct plan_question_both plan_question_both_row(struct call *call, struct asked asked)
{
    struct plan_question_both both = {0};
    struct row row = asked_at(call, asked, 0);
    both_take(&row, &both);
    return both;
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
    static const struct statement *const statements[] = {
        &plan_question_rename, &plan_question_back,  &plan_question_unbind,
        &plan_question_rebind, &plan_question_goals,
    };
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        struct query *q = call_ask(call, statements[i]);
        bind_i64(q, view->source_id);
        bind_i64(q, view->key);
        if (i == 0)
            bind_i64(q, number);
        bind_i64(q, other_key);
    }
}
