// PlanService, what okrd adds to a plan: bindings of tasks to projects (R30) and the members behind
// resources. Plan fields are never touched here (R28). Must not know SQL.
#include <string.h>
#include "server/call/handler.h"
#include "server/identity/binding_rows.h"
#include "server/identity/progress_rows.h"

// ---- bindings ---------------------------------------------------------------------------------

static char *binding_resource(struct call *call, const char *source, int64_t task_uid)
{
    return call_printf(call, "binding/%s/%lld", source, (long long)task_uid);
}

static Okr__Binding *binding_new(struct call *call, const char *source, int64_t task_uid,
                                 const struct plan_binding_view *view)
{
    Okr__Binding *binding = NEW(call, Okr__Binding, OKR__BINDING__INIT);
    binding->source = call_printf(call, "%s", source);
    SET(binding, task_uid, task_uid);
    binding->task_name = view->task_name;
    SET(binding, task_gone, !view->has_task);
    return binding;
}

// Optimistic concurrency: the caller names the version of the binding that it saw, 0 for none.
static bool version_fits(struct call *call, const char *source, int64_t task_uid, int64_t version,
                         const struct plan_binding_view *view)
{
    Okr__Binding *current = view->current;
    int64_t current_version = current ? current->version : 0;
    if (version == current_version)
        return true;
    if (!current)
        current = binding_new(call, source, task_uid, view);
    call_conflict(call, binding_resource(call, source, task_uid), version, current_version,
                  &current->base);
    return false;
}

struct bind_state {
    Okr__Binding *before;
    Okr__Binding *after;
};

static void bind_done(struct call *call)
{
    struct bind_state *state = call->state;
    const Okr__Binding *after = state->after;
    call_record(call, binding_resource(call, after->source, after->task_uid),
                state->before ? &state->before->base : NULL, &after->base);
    call_reply(call, &after->base);
}

static struct plan_binding_view take_view(struct call *call, const char *source, int64_t task_uid)
{
    struct plan_binding_view view = plan_binding_row(call, asked_only(call));
    if (view.current) {
        view.current->source = call_printf(call, "%s", source);
        SET(view.current, task_uid, task_uid);
    }
    return view;
}

// Adds a violation for what the request names and is not there.
static void check_named(struct call *call, const struct plan_binding_view *view)
{
    if (!view->source_id)
        call_violation(call, "source", OKR__REASON__REASON_NOT_EXISTING, "plan");
    else if (!view->has_task)
        call_violation(call, "task_uid", OKR__REASON__REASON_NOT_EXISTING, "task");
    if (!view->has_project)
        call_violation(call, "project_id", OKR__REASON__REASON_NOT_EXISTING, "project");
}

static bool project_takes_work(struct call *call, Okr__ProjectState state)
{
    if (state != OKR__PROJECT_STATE__PROJECT_STATE_REJECTED &&
        state != OKR__PROJECT_STATE__PROJECT_STATE_DROPPED)
        return true;
    const ProtobufCEnumValue *name =
        protobuf_c_enum_descriptor_get_value(&okr__project_state__descriptor, (int)state);
    call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_WRONG_STATE,
              name->name);
    return false;
}

static void bind_write(struct call *call)
{
    const Okr__BindTaskRequest *request = bind_task_request(call);
    struct plan_binding_view view = take_view(call, request->source, request->task_uid);
    check_named(call, &view);
    if (call_invalid(call) || !project_takes_work(call, view.project_state) ||
        !version_fits(call, request->source, request->task_uid, request->version, &view))
        return;
    struct bind_state *state = NEW_ARRAY(call, struct bind_state, 1);
    state->before = view.current;
    state->after = binding_new(call, request->source, request->task_uid, &view);
    SET(state->after, project_id, request->project_id);
    state->after->project_name = view.project_name;
    SET(state->after, version, request->version + 1);
    call->state = state;
    plan_binding_ask_set(call, &view, request->project_id);
    plan_progress_ask_renew(call, view.source_id, view.version_id);
    call->then = bind_done;
}

static void bind_start(struct call *call, const Okr__BindTaskRequest *request)
{
    plan_binding_ask(call, request->source, request->task_uid, request->project_id);
    call->then = bind_write;
}

HANDLER(plan_bind_task, bind_start);

// A binding whose task has gone can be taken away, too.
static void unbind_write(struct call *call)
{
    const Okr__UnbindTaskRequest *request = unbind_task_request(call);
    struct plan_binding_view view = take_view(call, request->source, request->task_uid);
    if (!view.current) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "binding");
        return;
    }
    if (!version_fits(call, request->source, request->task_uid, request->version, &view))
        return;
    struct bind_state *state = NEW_ARRAY(call, struct bind_state, 1);
    state->before = view.current;
    state->after = binding_new(call, request->source, request->task_uid, &view);
    call->state = state;
    plan_binding_ask_remove(call, &view);
    plan_progress_ask_renew(call, view.source_id, view.version_id);
    call->then = bind_done;
}

static void unbind_start(struct call *call, const Okr__UnbindTaskRequest *request)
{
    plan_binding_ask(call, request->source, request->task_uid, 0);
    call->then = unbind_write;
}

HANDLER(plan_unbind_task, unbind_start);

// ---- people -----------------------------------------------------------------------------------

struct person_state {
    Okr__PersonMapping *before; // NULL: the resource was mapped to nobody
    Okr__PersonMapping *after;
};

static Okr__PersonMapping *person_new(struct call *call, const struct plan_person_view *view,
                                      const char *member)
{
    const Okr__MapPersonRequest *request = map_person_request(call);
    Okr__PersonMapping *person = NEW(call, Okr__PersonMapping, OKR__PERSON_MAPPING__INIT);
    person->source = request->source;
    SET(person, resource_uid, request->resource_uid);
    person->resource_name = view->resource_name;
    person->member = member ? call_printf(call, "%s", member) : NULL;
    return person;
}

static void person_done(struct call *call)
{
    const Okr__MapPersonRequest *request = map_person_request(call);
    struct person_state *state = call->state;
    call_record(
        call,
        call_printf(call, "person/%s/%lld", request->source, (long long)request->resource_uid),
        state->before ? &state->before->base : NULL, &state->after->base);
    call_reply(call, &state->after->base);
}

static bool person_check(struct call *call, const Okr__MapPersonRequest *request,
                         const struct plan_person_view *view)
{
    if (!view->source_id)
        call_violation(call, "source", OKR__REASON__REASON_NOT_EXISTING, "plan");
    else if (request->member && !view->has_resource)
        call_violation(call, "resource_uid", OKR__REASON__REASON_NOT_EXISTING, "resource");
    if (request->member && !view->member_id)
        call_violation(call, "member", OKR__REASON__REASON_NOT_EXISTING, "member");
    if (call_invalid(call))
        return false;
    if (request->member || view->mapped)
        return true;
    call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "member");
    return false;
}

static void person_write(struct call *call)
{
    const Okr__MapPersonRequest *request = map_person_request(call);
    struct plan_person_view view = plan_person_row(call, asked_only(call));
    if (!person_check(call, request, &view))
        return;
    struct person_state *state = NEW_ARRAY(call, struct person_state, 1);
    state->before = view.mapped ? person_new(call, &view, view.mapped) : NULL;
    state->after = person_new(call, &view, request->member);
    call->state = state;
    if (request->member)
        plan_person_ask_set(call, view.source_id, request->resource_uid, view.member_id);
    else
        plan_person_ask_remove(call, view.source_id, request->resource_uid);
    call->then = person_done;
}

static void person_start(struct call *call, const Okr__MapPersonRequest *request)
{
    plan_person_ask(call, request->source, request->resource_uid, request->member);
    call->then = person_write;
}

HANDLER(plan_map_person, person_start);
