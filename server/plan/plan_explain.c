// PlanAnalysisService, what people say about plan versions: why a task changed (R9), and which
// version stands in for a baseline (R31). Plan fields are never touched (R28). Must not know SQL.
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/plan/plan_compare.h"

// ---- why it changed ---------------------------------------------------------------------------

struct explain_state {
    struct diff_state diff;
    Okr__PlanChange *before; // NULL: no reason was given yet
    Okr__PlanChange *after;
};

static void explain_done(struct call *call)
{
    const Okr__ExplainChangeRequest *request = explain_change_request(call);
    struct explain_state *state = call->state;
    call_record(call,
                call_printf(call, "plan-change/%s/%lld/%lld", request->source,
                            (long long)request->number, (long long)request->task_uid),
                state->before ? &state->before->base : NULL, &state->after->base);
    call_reply(call, &state->after->base);
}

static Okr__PlanChange *change_of_kind(const Okr__PlanDiff *diff, int64_t task_uid,
                                       Okr__PlanChangeKind kind)
{
    for (size_t i = 0; i < diff->n_changes; i++)
        if (diff->changes[i]->task_uid == task_uid && diff->changes[i]->kind == kind)
            return diff->changes[i];
    return NULL;
}

static void explain_write(struct call *call)
{
    const Okr__ExplainChangeRequest *request = explain_change_request(call);
    struct explain_state *state = call->state;
    Okr__PlanDiff *diff = diff_take(call, &state->diff);
    if (!diff)
        return;
    diff_put_reasons(call, state->diff.reasons, diff);
    Okr__PlanChange *change = change_of_kind(diff, request->task_uid, request->kind);
    if (!change) {
        call_violation(call, "task_uid", OKR__REASON__REASON_NOT_EXISTING, "change");
        return;
    }
    change->has_project_id = 0; // only a task and its neighbours were read
    state->after = NEW_ARRAY(call, Okr__PlanChange, 1);
    *state->after = *change;
    state->before = change->reason ? change : NULL;
    state->after->reason = call_printf(call, "%s", request->reason);
    state->after->reason_by = call_printf(call, "%s", call->actor.handle);
    plan_reason_ask_set(call, state->diff.pair.source_id, request->number, request->task_uid,
                        (int32_t)request->kind, state->after->reason);
    call->then = explain_done;
}

static void explain_rows(struct call *call)
{
    const Okr__ExplainChangeRequest *request = explain_change_request(call);
    struct explain_state *state = call->state;
    if (!diff_choose(call, &state->diff))
        return;
    diff_ask(call, &state->diff, request->task_uid);
    // Those of this very version.
    state->diff.reasons =
        plan_reasons_ask(call, state->diff.pair.source_id, request->number - 1, request->number);
    call->then = explain_write;
}

static void explain_start(struct call *call, const Okr__ExplainChangeRequest *request)
{
    struct explain_state *state = NEW_ARRAY(call, struct explain_state, 1);
    call->state = state;
    plan_pair_ask(call, request->source, false, 0, true, request->number);
    call->then = explain_rows;
}

HANDLER(plan_analysis_explain_change, explain_start);

// ---- which version stands in ------------------------------------------------------------------

struct choice_state {
    Okr__BaselineChoice *before; // NULL: none was chosen
    Okr__BaselineChoice *after;
};

static Okr__BaselineChoice *choice_of(struct call *call, const char *source, int64_t number)
{
    Okr__BaselineChoice *choice = NEW(call, Okr__BaselineChoice, OKR__BASELINE_CHOICE__INIT);
    choice->source = call_printf(call, "%s", source);
    SET(choice, number, number);
    return choice;
}

static void choice_done(struct call *call)
{
    struct choice_state *state = call->state;
    call_record(call, call_printf(call, "plan-baseline/%s", state->after->source),
                state->before ? &state->before->base : NULL, &state->after->base);
    call_reply(call, &state->after->base);
}

static void choice_write(struct call *call)
{
    const Okr__UseBaselineRequest *request = use_baseline_request(call);
    struct choice_state *state = NEW_ARRAY(call, struct choice_state, 1);
    struct plan_baseline found;
    if (!plan_baseline_row(call, asked_only(call), &found)) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "plan");
        return;
    }
    if (request->number != 0 && !found.has_number) {
        call_violation(call, "number", OKR__REASON__REASON_NOT_EXISTING, "plan version");
        return;
    }
    // The plan's own baseline is the plan's word; nothing may stand in for it (R28).
    if (request->number != 0 && found.has_own) {
        guard_refuse(call, OKR__REASON__REASON_PLAN_HAS_BASELINE, request->source);
        return;
    }
    state->before = found.chosen ? choice_of(call, request->source, found.chosen) : NULL;
    state->after = choice_of(call, request->source, request->number);
    call->state = state;
    plan_baseline_ask_set(call, found.source_id, request->number);
    call->then = choice_done;
}

static void choice_start(struct call *call, const Okr__UseBaselineRequest *request)
{
    plan_baseline_ask(call, request->source, request->number);
    call->then = choice_write;
}

HANDLER(plan_analysis_use_baseline, choice_start);
