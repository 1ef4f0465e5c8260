// QuarterService: the dev lead's declaration that the projects of a key result are all that
// engineering owes it (R18): versioned, about the set as it is, and stale as soon as the set
// changes.
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/key_result.h"
#include "server/quarter/key_result_rows.h"
#include "server/quarter/sufficiency_rows.h"

struct sufficiency_change {
    Okr__KeyResult *kr;
    struct asked declarations;
};

static void sufficiency_declared(struct call *call)
{
    const struct sufficiency_change *change = call->state;
    const Okr__KeyResult *before = change->kr;
    Okr__Sufficiency **latest_first;
    sufficiency_list(call, change->declarations, &latest_first);
    call_record(call, key_result_resource(call, before->id),
                before->sufficiency ? &before->sufficiency->base : NULL, &latest_first[0]->base);
    call_reply(call, &latest_first[0]->base);
}

static void sufficiency_declare_for_kr(struct call *call)
{
    const Okr__DeclareSufficiencyRequest *request = declare_sufficiency_request(call);
    struct key_result_context context;
    if (!key_result_context_row(call, asked_only(call), &context)) {
        guard_not_found(call, key_result_name(call, request->kr_id));
        return;
    }
    if (!guard_not_closed(call, context.quarter_state))
        return;
    if (context.kr->dropped) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
        return;
    }
    struct sufficiency_change *change = call->state = NEW_ARRAY(call, struct sufficiency_change, 1);
    change->kr = context.kr;
    sufficiency_insert(call, request->kr_id, request->note);
    change->declarations = sufficiency_list_ask(call, request->kr_id);
    call->then = sufficiency_declared;
}

static void sufficiency_declare_start(struct call *call,
                                      const Okr__DeclareSufficiencyRequest *request)
{
    key_result_change_ask(call, request->kr_id);
    call->then = sufficiency_declare_for_kr;
}

struct sufficiency_read {
    struct asked kr, declarations;
};

static void sufficiency_list_answer(struct call *call)
{
    const struct sufficiency_read *asked = call->state;
    if (!key_result_read(call, asked->kr)) {
        guard_not_found(call, key_result_name(call, list_sufficiency_request(call)->kr_id));
        return;
    }
    Okr__SufficiencyList *list = NEW(call, Okr__SufficiencyList, OKR__SUFFICIENCY_LIST__INIT);
    list->n_declarations = sufficiency_list(call, asked->declarations, &list->declarations);
    call_reply(call, &list->base);
}

static void sufficiency_list_start(struct call *call, const Okr__ListSufficiencyRequest *request)
{
    struct sufficiency_read *asked = call->state = NEW_ARRAY(call, struct sufficiency_read, 1);
    asked->kr = key_result_ask(call, request->kr_id);
    asked->declarations = sufficiency_list_ask(call, request->kr_id);
    call->then = sufficiency_list_answer;
}

HANDLER(quarter_declare_sufficiency, sufficiency_declare_start);
HANDLER(quarter_list_sufficiency, sufficiency_list_start, .shared = true);
