// PlanService, reading what okrd adds to a plan: which member is behind a resource, which project a
// task belongs to. Must not know SQL.
#include "server/call/handler.h"
#include "server/identity/binding_rows.h"

static void people_answer(struct call *call)
{
    const struct plan_people_asked *asked = call->state;
    if (asked_count(call, asked->source) == 0) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "plan");
        return;
    }
    Okr__PeopleList *list = NEW(call, Okr__PeopleList, OKR__PEOPLE_LIST__INIT);
    list->n_people = plan_people_rows(call, asked->people, &list->people);
    call_reply(call, &list->base);
}

static void people_start(struct call *call, const Okr__ListPeopleRequest *request)
{
    struct plan_people_asked *asked = NEW_ARRAY(call, struct plan_people_asked, 1);
    *asked = plan_people_ask(call, request->source);
    call->state = asked;
    call->then = people_answer;
}

HANDLER(plan_list_people, people_start, .bulk = true, .shared = true);

static void bindings_answer(struct call *call)
{
    Okr__BindingList *list = NEW(call, Okr__BindingList, OKR__BINDING_LIST__INIT);
    list->n_bindings = plan_bindings_rows(call, asked_only(call), &list->bindings);
    call_reply(call, &list->base);
}

static void bindings_start(struct call *call, const Okr__ListBindingsRequest *request)
{
    plan_bindings_ask(call, request->source);
    call->then = bindings_answer;
}

HANDLER(plan_list_bindings, bindings_start, .bulk = true, .shared = true);
