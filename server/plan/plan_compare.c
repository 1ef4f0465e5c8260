// PlanAnalysisService, what changed between two versions (R9): what counts as a change stands in
// plan_diff.h. Must not know SQL.
#include "server/plan/plan_compare.h"
#include "server/call/handler.h"
#include "server/plan/plan_status.h"

bool diff_choose(struct call *call, struct diff_state *state)
{
    struct row row = asked_begin(call, asked_only(call));
    if (rows_count(row.rows) > 1) {
        call_violation(call, "source", OKR__REASON__REASON_REQUIRED, NULL);
        return false;
    }
    if (row_next(&row))
        plan_pair_take(&row, &state->pair);
    if (state->pair.newer_id && !state->pair.older_id && !state->from_named)
        state->pair.older_id = state->pair.newer_id; // nothing before it, nothing changed
    if (state->pair.newer_id && state->pair.older_id)
        return true;
    call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "plan version");
    return false;
}

void diff_ask(struct call *call, struct diff_state *state, int64_t task_uid)
{
    int64_t ids[] = {state->pair.older_id, state->pair.newer_id};
    state->sides = plan_snapshots_ask(call, ids, 2, DIFF_PARTS, task_uid);
}

Okr__PlanDiff *diff_take(struct call *call, struct diff_state *state)
{
    size_t n;
    struct plan_snapshot *sides = plan_snapshots_rows(call, &state->sides, &n);
    if (!sides || n == 0)
        return NULL;
    // A version that is compared with itself comes once.
    const struct plan_snapshot *old = &sides[0], *new = &sides[n - 1];
    const Okr__PlanVersion *version = new->version;
    struct plan_diff diff = {.older = old, .newer = new, .project_id = state->project_id};
    diff.time =
        working_time_of_plan(call->arena, version->header, new->calendars, new->n_calendars);
    diff.has_status = plan_status(version->header, &diff.status) != 0;
    Okr__PlanDiff *reply = NEW(call, Okr__PlanDiff, OKR__PLAN_DIFF__INIT);
    if (diff.time)
        reply->changes = plan_diff_changes(call->arena, &diff, &reply->n_changes);
    reply->source = version->source;
    if (state->pair.older_number)
        SET(reply, from_number, old->number);
    SET(reply, to_number, new->number);
    reply->published_at = version->published_at;
    reply->published_by = version->published_by;
    reply->agent = version->agent;
    return reply;
}

// Later versions come later, and what is said of them counts.
void diff_put_reasons(struct call *call, struct asked reasons, Okr__PlanDiff *diff)
{
    for (struct row row = asked_begin(call, reasons); row_next(&row);) {
        struct plan_reason reason;
        plan_reason_take(&row, &reason);
        for (size_t k = 0; k < diff->n_changes; k++) {
            Okr__PlanChange *change = diff->changes[k];
            if (change->task_uid != reason.task_uid || (int32_t)change->kind != reason.kind)
                continue;
            change->reason = reason.reason;
            change->reason_by = reason.by;
        }
    }
}

static void diff_answer(struct call *call)
{
    struct diff_state *state = call->state;
    Okr__PlanDiff *diff = diff_take(call, state);
    if (!diff)
        return;
    diff_put_reasons(call, state->reasons, diff);
    call_reply(call, &diff->base);
}

static void diff_rows(struct call *call)
{
    struct diff_state *state = call->state;
    if (!diff_choose(call, state))
        return;
    diff_ask(call, state, 0);
    state->reasons = plan_reasons_ask(call, state->pair.source_id, state->pair.older_number,
                                      state->pair.newer_number);
    call->then = diff_answer;
}

static void diff_start(struct call *call, const Okr__DiffVersionsRequest *request)
{
    struct diff_state *state = NEW_ARRAY(call, struct diff_state, 1);
    if (request->has_from_number && request->has_to_number &&
        request->from_number > request->to_number)
        call_violation(call, "from_number", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "1 .. %lld", (long long)request->to_number));
    if (call_invalid(call))
        return;
    state->project_id = request->has_project_id ? request->project_id : 0;
    state->from_named = request->has_from_number;
    call->state = state;
    plan_pair_ask(call, request->source, request->has_from_number, request->from_number,
                  request->has_to_number, request->to_number);
    call->then = diff_rows;
}

HANDLER(plan_analysis_diff_versions, diff_start, .bulk = true, .shared = true);
