// ProjectService: the dev lead's decisions (R17, R25–R27). Which decision leads from which state to
// which stands in one table; once the quarter is open each but "completed" is a change, marked and
// with a reason. The monthly side review decides by the same functions.
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/project/project.h"

enum {
    PROPOSED = OKR__PROJECT_STATE__PROJECT_STATE_PROPOSED,
    ACCEPTED = OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED,
    COMPLETED = OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED,
    REJECTED = OKR__PROJECT_STATE__PROJECT_STATE_REJECTED,
    DROPPED = OKR__PROJECT_STATE__PROJECT_STATE_DROPPED,
    ACCEPT = OKR__DECISION__DECISION_ACCEPT,
    REJECT = OKR__DECISION__DECISION_REJECT,
    DROP = OKR__DECISION__DECISION_DROP,
    COMPLETE = OKR__DECISION__DECISION_COMPLETE,
    REOPEN = OKR__DECISION__DECISION_REOPEN,
};

static const struct turn {
    int from;
    int decision;
    int to;
    bool reasoned; // takes a reason in a draft quarter too
} turns[] = {
    {PROPOSED, ACCEPT, ACCEPTED, false},  {PROPOSED, REJECT, REJECTED, false},
    {ACCEPTED, DROP, DROPPED, true},      {ACCEPTED, COMPLETE, COMPLETED, false},
    {COMPLETED, REOPEN, ACCEPTED, false}, {REJECTED, ACCEPT, ACCEPTED, true},
    {DROPPED, ACCEPT, ACCEPTED, true},
};

static const struct turn *turn_find(int from, int decision)
{
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++)
        if (turns[i].from == from && turns[i].decision == decision)
            return &turns[i];
    return NULL;
}

// --- The rules

static bool is_change_after_open(const struct project_change *change, int decision)
{
    return change->context.quarter_state == OKR__QUARTER_STATE__QUARTER_STATE_OPEN &&
           decision != COMPLETE;
}

static bool decision_reasoned(struct call *call, const struct turn *turn, const char *reason)
{
    const struct project_change *change = call->state;
    if (turn->decision != COMPLETE &&
        !project_reason_given(call, change->context.quarter_state, reason))
        return false;
    return !turn->reasoned || guard_reason(call, reason);
}

// A linked project that comes back may have lost its key results meanwhile (R20).
static bool accept_keeps_kr(struct call *call)
{
    const struct project_change *change = call->state;
    if (change->context.project->kind != OKR__PROJECT_KIND__PROJECT_KIND_LINKED ||
        change->context.has_live_kr)
        return true;
    guard_refuse(call, OKR__REASON__REASON_LINKED_NEEDS_KR, NULL);
    return false;
}

// Urgent side work shows which accepted work it displaces (R27).
static bool trade_is_shown(struct call *call, const Okr__DecideRequest *wish)
{
    const struct project_change *change = call->state;
    if (!wish->urgent)
        return true;
    if (change->context.project->kind != OKR__PROJECT_KIND__PROJECT_KIND_SIDE) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_KIND, "linked");
        return false;
    }
    int64_t *found;
    size_t n = asked_i64s(call, change->displaceable, &found);
    return guard_found(call, "displaces", "P", wish->displaces, wish->n_displaces, found, n);
}

// --- The rounds

static void write_decision(struct call *call, const struct turn *turn,
                           const Okr__DecideRequest *wish)
{
    const struct project_change *change = call->state;
    Okr__ProjectDecision decision = OKR__PROJECT_DECISION__INIT;
    decision.project_id = change->id;
    decision.decision = wish->decision;
    decision.reason = guard_has_text(wish->reason) ? wish->reason : NULL;
    decision.urgent = wish->urgent;
    decision.displaces = wish->displaces;
    decision.n_displaces = wish->n_displaces;
    decision.after_open = is_change_after_open(change, turn->decision);
    project_decision_insert(call, &decision);
}

// Who leaves the list closes the gap; who comes back stands last.
static void write_order(struct call *call, const Okr__Project *after)
{
    const struct project_context *context = &((struct project_change *)call->state)->context;
    if (project_is_ranked(context->project) == project_is_ranked(after))
        return;
    int64_t *order;
    size_t n = project_is_ranked(after)
                   ? order_with(call, context->order, context->n_order, after->id, 0, &order)
                   : order_without(call, context->order, context->n_order, after->id, &order);
    project_order_write(call, order, n);
}

bool project_decision_allowed(struct call *call, const Okr__DecideRequest *wish)
{
    const Okr__Project *project = ((struct project_change *)call->state)->context.project;
    const struct turn *turn = turn_find((int)project->state, (int)wish->decision);
    if (turn == NULL) {
        project_refuse_state(call, project->state);
        return false;
    }
    return decision_reasoned(call, turn, wish->reason) && trade_is_shown(call, wish) &&
           (turn->decision != ACCEPT || accept_keeps_kr(call));
}

void project_decision_write(struct call *call, const Okr__DecideRequest *wish)
{
    const struct project_change *change = call->state;
    Okr__Project after = *change->context.project;
    const struct turn *turn = turn_find((int)after.state, (int)wish->decision);
    after.state = (Okr__ProjectState)turn->to;
    after.changed_after_open |= is_change_after_open(change, turn->decision);
    project_update(call, &after);
    write_decision(call, turn, wish);
    write_order(call, &after);
}

static void project_apply_decision(struct call *call)
{
    const Okr__DecideRequest *request = decide_request(call);
    if (!project_changeable(call, request->version) || !project_decision_allowed(call, request))
        return;
    project_decision_write(call, request);
    project_read_back(call);
}

static void check_urgent(struct call *call, const Okr__DecideRequest *request)
{
    if (request->urgent && (int)request->decision != ACCEPT)
        call_violation(call, "urgent", OKR__REASON__REASON_BAD_VALUE, "DECISION_ACCEPT");
    else if (request->urgent && request->n_displaces == 0)
        guard_refuse_field(call, "displaces", OKR__REASON__REASON_DISPLACEMENT_REQUIRED, NULL);
    else if (!request->urgent && request->n_displaces > 0)
        call_violation(call, "urgent", OKR__REASON__REASON_REQUIRED, NULL);
}

static void project_decide(struct call *call, const Okr__DecideRequest *request)
{
    if (request->decision == OKR__DECISION__DECISION_RESCOPE)
        call_violation(call, "decision", OKR__REASON__REASON_BAD_VALUE, "Rescope");
    check_urgent(call, request);
    if (call_invalid(call))
        return;
    project_load(call, request->project_id, project_apply_decision);
    struct project_change *change = call->state;
    change->displaceable = project_displaceable_ask(call, request->project_id, request->displaces,
                                                    request->n_displaces);
}

HANDLER(project_decide, project_decide);
