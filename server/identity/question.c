// PlanService, who a task is (R30): questions that publishing left open, and the program manager's
// answers. Must not know SQL.
#include "server/call/handler.h"
#include "server/identity/progress_rows.h"
#include "server/identity/question_rows.h"

// ---- ListPlanQuestions ------------------------------------------------------------------------

static void list_answer(struct call *call)
{
    Okr__PlanQuestionList *list = NEW(call, Okr__PlanQuestionList, OKR__PLAN_QUESTION_LIST__INIT);
    list->n_questions = plan_questions_rows(call, asked_only(call), &list->questions);
    call_reply(call, &list->base);
}

static void list_start(struct call *call, const Okr__ListPlanQuestionsRequest *request)
{
    plan_questions_ask(call, request->source, false, 0);
    call->then = list_answer;
}

HANDLER(plan_list_plan_questions, list_start);

// ---- ResolvePlanQuestion ----------------------------------------------------------------------

struct resolve_state {
    struct plan_question_view view;
    Okr__PlanQuestion *before, *after;
};

static void resolve_done(struct call *call)
{
    struct resolve_state *state = call->state;
    call_record(call, call_printf(call, "plan/%s", state->after->source), &state->before->base,
                &state->after->base);
    call_reply(call, &state->after->base);
}

static void resolve_merge(struct call *call)
{
    struct resolve_state *state = call->state;
    int64_t key = state->after->same_as_key;
    struct plan_question_both both = plan_question_both_row(call, asked_only(call));
    if (both.together) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_TASK_ALIVE,
                  call_printf(call, "%lld", (long long)key));
        return;
    }
    plan_question_ask_merge(call, &state->view, state->before->number, key);
    plan_question_ask_answer(call, state->before->id, key);
    plan_progress_ask_renew(call, state->view.source_id, both.version_id);
    call->then = resolve_done;
}

static const Okr__PlanCandidate *candidate_of(const Okr__PlanQuestion *question, int64_t key)
{
    for (size_t i = 0; i < question->n_candidates; i++)
        if (question->candidates[i]->key == key)
            return question->candidates[i];
    return NULL;
}

static void resolve_write(struct call *call)
{
    const Okr__ResolvePlanQuestionRequest *request = resolve_plan_question_request(call);
    Okr__PlanQuestion **questions;
    if (plan_questions_rows(call, asked_only(call), &questions) == 0) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "question");
        return;
    }
    struct resolve_state *state = NEW_ARRAY(call, struct resolve_state, 1);
    state->view = plan_question_view_row(call, asked_only(call));
    state->before = questions[0];
    state->after = NEW(call, Okr__PlanQuestion, OKR__PLAN_QUESTION__INIT);
    *state->after = *questions[0];
    call->state = state;
    if (request->is_new) {
        SET(state->after, is_new, true);
        plan_question_ask_answer(call, state->before->id, state->view.key);
        call->then = resolve_done;
        return;
    }
    const Okr__PlanCandidate *same = candidate_of(state->before, request->same_as_key);
    if (!same) {
        call_violation(call, "same_as_key", OKR__REASON__REASON_NOT_EXISTING, "candidate");
        call_invalid(call);
        return;
    }
    SET(state->after, same_as_key, request->same_as_key);
    if (state->view.bound && same->has_project_id)
        SET(state->after, rebound, 1);
    plan_question_ask_both(call, &state->view, state->before->number, request->same_as_key);
    call->then = resolve_merge;
}

static void resolve_start(struct call *call, const Okr__ResolvePlanQuestionRequest *request)
{
    if (request->has_same_as_key == (request->has_is_new && request->is_new))
        call_violation(call, "same_as_key", OKR__REASON__REASON_REQUIRED, NULL);
    if (call_invalid(call))
        return;
    plan_questions_ask(call, request->source, true, request->task_uid);
    call->then = resolve_write;
}

HANDLER(plan_resolve_plan_question, resolve_start);
