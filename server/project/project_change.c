// The rounds and rules that the changes of a project share.
#include "server/project/project.h"

#include "server/call/guard.h"

const char *project_resource(struct call *call, int64_t id)
{
    return call_printf(call, "project/%lld", (long long)id);
}

void project_load(struct call *call, int64_t id, void (*then)(struct call *))
{
    struct project_change *change = NEW_ARRAY(call, struct project_change, 1);
    change->id = id;
    call->state = change;
    change->asked = project_change_ask(call, id);
    call->then = then;
}

static bool project_found(struct call *call)
{
    struct project_change *change = call->state;
    if (project_context_row(call, change->asked, &change->context))
        return true;
    guard_not_found(call, call_printf(call, "P-%lld", (long long)change->id));
    return false;
}

bool project_loaded(struct call *call)
{
    const struct project_change *change = call->state;
    return project_found(call) && guard_not_closed(call, change->context.quarter_state);
}

bool project_changeable(struct call *call, int64_t version)
{
    const struct project_change *change = call->state;
    return project_found(call) &&
           guard_version(call, project_resource(call, change->id), version,
                         change->context.project->version, &change->context.project->base) &&
           guard_not_closed(call, change->context.quarter_state);
}

static void project_changed(struct call *call)
{
    const struct project_change *change = call->state;
    const Okr__Project *before = change->context.project;
    const Okr__Project *after = project_read(call, change->asked);
    call_record(call, project_resource(call, after->id), before ? &before->base : NULL,
                &after->base);
    call_reply(call, &after->base);
}

void project_read_back(struct call *call)
{
    struct project_change *change = call->state;
    change->asked = project_ask(call, change->id);
    call->then = project_changed;
}

bool project_reason_given(struct call *call, int32_t quarter_state, const char *reason)
{
    return quarter_state != OKR__QUARTER_STATE__QUARTER_STATE_OPEN || guard_reason(call, reason);
}

void project_refuse_state(struct call *call, Okr__ProjectState state)
{
    static const char *const names[] = {"",          "proposed", "accepted",
                                        "completed", "rejected", "dropped"};
    guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, names[state]);
}

bool project_is_ranked(const Okr__Project *project)
{
    return project->state <= OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED;
}

static void check_linked(struct call *call, const Okr__Project *project)
{
    if (project->n_kr_ids == 0)
        call_violation(call, "kr_ids", OKR__REASON__REASON_LINKED_NEEDS_KR, NULL);
    if (project->has_category)
        call_violation(call, "category", OKR__REASON__REASON_WRONG_KIND, "linked");
    if (project->requester != NULL)
        call_violation(call, "requester", OKR__REASON__REASON_WRONG_KIND, "linked");
}

static void check_side(struct call *call, const Okr__Project *project)
{
    if (project->n_kr_ids > 0)
        call_violation(call, "kr_ids", OKR__REASON__REASON_SIDE_HAS_NO_KR, NULL);
    if (!project->has_category && project->requester == NULL)
        call_violation(call, "category", OKR__REASON__REASON_SIDE_NEEDS_ORIGIN, NULL);
}

bool project_check_kind(struct call *call, const Okr__Project *project)
{
    if (project->kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED)
        check_linked(call, project);
    else
        check_side(call, project);
    return !call_invalid(call);
}
