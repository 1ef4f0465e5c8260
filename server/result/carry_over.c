// ReviewService: an unfinished project of a closed quarter goes on in a later one. The old project
// stays as the quarter's record has it; the new one takes its content, its team and its plan tasks,
// and names where it comes from. Once per project.
#include <string.h>
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/project/project.h"
#include "server/quarter/key_result_rows.h"
#include "server/identity/binding_rows.h"
#include "server/identity/progress_rows.h"
#include "server/quarter/quarter_rows.h"

// A plan source with tasks of the project, whose sums have to be made anew.
struct touched {
    int64_t source_id, version_id;
};

struct carry_over {
    struct project_change change; // first: what the functions of ProjectService find
    struct asked from, to, order[2], krs, bindings, carried; // order: of linked, of side ones
    struct asked inserted, read_back;
    Okr__Project *project; // the new one
    int32_t to_state;
    Okr__CarryOver before, after;
    struct touched *touched;
    size_t n_touched, n_renewed;
};

// --- Last round

static void carried_over(struct call *call)
{
    struct carry_over *carry = call->state;
    Okr__Project *project = project_read(call, carry->read_back);
    carry->after.project = project;
    call_record(call, project_resource(call, project->id), &carry->before.base, &carry->after.base);
    call_reply(call, &project->base);
}

static void renew_and_read_back(struct call *call)
{
    struct carry_over *carry = call->state;
    if (carry->n_renewed < carry->n_touched) {
        const struct touched *next = &carry->touched[carry->n_renewed++];
        plan_progress_ask_renew(call, next->source_id, next->version_id);
        call->then = renew_and_read_back;
        return;
    }
    carry->read_back = project_ask(call, carry->project->id);
    call->then = carried_over;
}

// --- Second and third round: the new project, then what belongs to it

static void write_decision(struct call *call, const struct carry_over *carry)
{
    const Okr__CarryOverRequest *request = carry_over_request(call);
    Okr__ProjectDecision decision = OKR__PROJECT_DECISION__INIT;
    decision.project_id = carry->project->id;
    decision.decision = OKR__DECISION__DECISION_ACCEPT;
    decision.reason = guard_has_text(request->reason) ? request->reason : NULL;
    decision.after_open = carry->project->changed_after_open;
    project_decision_insert(call, &decision);
}

static void write_rest(struct call *call)
{
    struct carry_over *carry = call->state;
    Okr__Project *project = carry->project;
    SET(project, id, asked_i64(call, carry->inserted));
    SET(project, state, OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED);
    for (size_t i = 0; i < carry->after.n_bindings; i++)
        SET(carry->after.bindings[i], project_id, project->id);
    project_update(call, project);
    project_members_write(call, project->id, project->members, project->n_members);
    write_decision(call, carry);
    plan_bindings_ask_move(call, carry->change.id, project->id);
    call->then = renew_and_read_back;
}

// The bindings as they are, as they will be, and the sources that they are of.
static void take_bindings(struct call *call, struct carry_over *carry)
{
    size_t n = (size_t)asked_count(call, carry->bindings);
    carry->before = (Okr__CarryOver)OKR__CARRY_OVER__INIT;
    carry->after = (Okr__CarryOver)OKR__CARRY_OVER__INIT;
    carry->before.project = carry->change.context.project;
    carry->before.bindings = NEW_ARRAY(call, Okr__Binding *, n);
    carry->after.bindings = NEW_ARRAY(call, Okr__Binding *, n);
    carry->before.n_bindings = carry->after.n_bindings = n;
    carry->touched = NEW_ARRAY(call, struct touched, n);
    struct row row = asked_begin(call, carry->bindings);
    for (size_t i = 0; row_next(&row); i++) {
        struct plan_bound bound;
        plan_bound_take(call, &row, &bound);
        Okr__Binding *after = NEW(call, Okr__Binding, OKR__BINDING__INIT);
        *after = *bound.binding;
        SET(after, version, bound.binding->version + 1);
        carry->before.bindings[i] = bound.binding;
        carry->after.bindings[i] = after;
        size_t last = carry->n_touched - 1;
        if (carry->n_touched == 0 || carry->touched[last].source_id != bound.source_id)
            carry->touched[carry->n_touched++] =
                (struct touched){bound.source_id, bound.version_id};
    }
}

static void write_project(struct call *call)
{
    struct carry_over *carry = call->state;
    Okr__Project *project = carry->project;
    bool linked = project->kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED;
    int64_t *order;
    size_t n = asked_i64s(call, carry->order[linked ? 0 : 1], &order);
    SET(project, rank, (int32_t)n + 1);
    project->changed_after_open = carry->to_state == OKR__QUARTER_STATE__QUARTER_STATE_OPEN;
    take_bindings(call, carry);
    carry->inserted = project_insert(call, project);
    call->then = write_rest;
}

// --- The rules

// Unfinished: accepted, and not every plan task at 100 %.
static bool is_unfinished(struct call *call)
{
    const struct project_context *context = &((struct project_change *)call->state)->context;
    const Okr__Project *project = context->project;
    if (project->state != OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED)
        project_refuse_state(call, project->state);
    else if (context->all_done)
        project_refuse_state(call, OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED);
    return !call->done;
}

static bool may_leave(struct call *call)
{
    struct carry_over *carry = call->state;
    if (!project_context_row(call, carry->change.asked, &carry->change.context)) {
        guard_not_found(call, call_printf(call, "P-%lld", (long long)carry->change.id));
        return false;
    }
    if (carry->change.context.quarter_state != OKR__QUARTER_STATE__QUARTER_STATE_CLOSED) {
        guard_refuse(call, OKR__REASON__REASON_QUARTER_NOT_CLOSED,
                     carry->change.context.project->quarter);
        return false;
    }
    int64_t carried_to = project_carried_to(call, carry->carried, carry->change.id);
    if (carried_to != 0) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS,
                  call_printf(call, "P-%lld", (long long)carried_to));
        return false;
    }
    return is_unfinished(call);
}

static bool may_arrive(struct call *call, const Okr__CarryOverRequest *request)
{
    struct carry_over *carry = call->state;
    const Okr__Quarter *to = quarter_read(call, carry->to);
    if (!to) {
        call_violation(call, "to_quarter", OKR__REASON__REASON_NOT_EXISTING,
                       carry->project->quarter);
        return false;
    }
    const Okr__Quarter *from = quarter_read(call, carry->from);
    carry->to_state = (int32_t)to->state;
    if (strcmp(to->first_day, from->last_day) <= 0) {
        call_violation(call, "to_quarter", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "> %s", from->name));
        return false;
    }
    int64_t *live;
    size_t n = asked_i64s(call, carry->krs, &live);
    return guard_not_closed(call, carry->to_state) &&
           guard_found(call, "kr_ids", "KR", request->kr_ids, request->n_kr_ids, live, n) &&
           project_reason_given(call, carry->to_state, request->reason);
}

static void fill_project(struct carry_over *carry, const Okr__CarryOverRequest *request,
                         char *quarter)
{
    Okr__Project *project = carry->project;
    *project = *carry->change.context.project;
    project->quarter = quarter;
    project->kr_ids = request->kr_ids;
    project->n_kr_ids = request->n_kr_ids;
    project->progress = NULL;
    SET(project, carried_from, carry->change.id);
}

static void carry_when_allowed(struct call *call)
{
    const Okr__CarryOverRequest *request = carry_over_request(call);
    struct carry_over *carry = call->state;
    if (!may_leave(call) || !may_arrive(call, request))
        return;
    fill_project(carry, request, carry->project->quarter);
    if (project_check_kind(call, carry->project))
        write_project(call);
}

static void carry_over_start(struct call *call, const Okr__CarryOverRequest *request)
{
    struct carry_over *carry = NEW_ARRAY(call, struct carry_over, 1);
    carry->project = NEW(call, Okr__Project, OKR__PROJECT__INIT);
    carry->project->quarter = field_quarter(call, request->to_quarter);
    carry->change.id = request->project_id;
    call->state = carry;
    const char *to = carry->project->quarter;
    carry->change.asked = project_change_ask(call, request->project_id);
    carry->from = project_quarter_ask(call, request->project_id);
    carry->to = quarter_ask(call, to);
    carry->order[0] = project_order_ask(call, to, OKR__PROJECT_KIND__PROJECT_KIND_LINKED);
    carry->order[1] = project_order_ask(call, to, OKR__PROJECT_KIND__PROJECT_KIND_SIDE);
    carry->krs = key_result_live_ask(call, to, request->kr_ids, request->n_kr_ids);
    carry->bindings = plan_bindings_ask_of(call, request->project_id);
    carry->carried = project_carried_ask(call, request->project_id);
    call->then = carry_when_allowed;
}

HANDLER(review_carry_over, carry_over_start);
