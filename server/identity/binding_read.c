// PlanService, reading what okrd adds to a plan: which member is behind a resource, which project a
// task belongs to. Must not know SQL.
#include "server/call/handler.h"
#include "server/identity/binding_rows.h"

static void people_answer(struct call *call)
{
    if (rows_count(&call->rows[0]) == 0) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "plan");
        return;
    }
    Okr__PeopleList *list = NEW(call, Okr__PeopleList, OKR__PEOPLE_LIST__INIT);
    list->n_people = (size_t)rows_count(&call->rows[1]);
    list->people = NEW_ARRAY(call, Okr__PersonMapping *, list->n_people);
    for (size_t i = 0; i < list->n_people; i++)
        list->people[i] = plan_people_row(call, &call->rows[1], (int)i);
    call_reply(call, &list->base);
}

static void people_start(struct call *call, const Okr__ListPeopleRequest *request)
{
    plan_people_ask(call, request->source);
    call->then = people_answer;
}

HANDLER(plan_list_people, people_start, .bulk = true, .shared = true);

static void bindings_answer(struct call *call)
{
    Okr__BindingList *list = NEW(call, Okr__BindingList, OKR__BINDING_LIST__INIT);
    list->n_bindings = (size_t)rows_count(&call->rows[0]);
    list->bindings = NEW_ARRAY(call, Okr__Binding *, list->n_bindings);
    for (size_t i = 0; i < list->n_bindings; i++)
        list->bindings[i] = plan_bindings_row(call, &call->rows[0], (int)i);
    call_reply(call, &list->base);
}

static void bindings_start(struct call *call, const Okr__ListBindingsRequest *request)
{
    plan_bindings_ask(call, request->source);
    call->then = bindings_answer;
}

HANDLER(plan_list_bindings, bindings_start, .bulk = true, .shared = true);
