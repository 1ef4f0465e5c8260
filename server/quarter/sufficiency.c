// QuarterService: the dev lead's declaration that the projects of a key result are all that
// engineering owes it (R18): versioned, about the set as it is, and stale as soon as the set
// changes.
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/key_result.h"
#include "server/quarter/key_result_rows.h"
#include "server/quarter/sufficiency_rows.h"

static void sufficiency_declared(struct call *call)
{
    const Okr__KeyResult *before = call->state;
    const Okr__Sufficiency *declared = sufficiency_row(call, &call->rows[1], 0);
    call_record(call, key_result_resource(call, before->id),
                before->sufficiency ? &before->sufficiency->base : NULL, &declared->base);
    call_reply(call, &declared->base);
}

static void sufficiency_declare_for_kr(struct call *call)
{
    const Okr__DeclareSufficiencyRequest *request = declare_sufficiency_request(call);
    const struct rows *rows = &call->rows[0];
    if (rows_count(rows) == 0) {
        guard_not_found(call, key_result_name(call, request->kr_id));
        return;
    }
    if (!guard_not_closed(call, row_i32(rows, 0, KEY_RESULT_QUARTER_STATE)))
        return;
    Okr__KeyResult *kr = key_result_row(call, rows, 0);
    if (kr->dropped) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
        return;
    }
    call->state = kr;
    sufficiency_insert(call, request->kr_id, request->note);
    sufficiency_list_ask(call, request->kr_id);
    call->then = sufficiency_declared;
}

static void sufficiency_declare_start(struct call *call,
                                      const Okr__DeclareSufficiencyRequest *request)
{
    key_result_change_ask(call, request->kr_id);
    call->then = sufficiency_declare_for_kr;
}

static void sufficiency_list_answer(struct call *call)
{
    const Okr__ListSufficiencyRequest *request = list_sufficiency_request(call);
    if (rows_count(&call->rows[0]) == 0) {
        guard_not_found(call, key_result_name(call, request->kr_id));
        return;
    }
    Okr__SufficiencyList *list = NEW(call, Okr__SufficiencyList, OKR__SUFFICIENCY_LIST__INIT);
    list->n_declarations = (size_t)rows_count(&call->rows[1]);
    list->declarations = NEW_ARRAY(call, Okr__Sufficiency *, list->n_declarations);
    for (size_t i = 0; i < list->n_declarations; i++)
        list->declarations[i] = sufficiency_row(call, &call->rows[1], (int)i);
    call_reply(call, &list->base);
}

static void sufficiency_list_start(struct call *call, const Okr__ListSufficiencyRequest *request)
{
    key_result_ask(call, request->kr_id);
    sufficiency_list_ask(call, request->kr_id);
    call->then = sufficiency_list_answer;
}

HANDLER(quarter_declare_sufficiency, sufficiency_declare_start);
HANDLER(quarter_list_sufficiency, sufficiency_list_start, .shared = true);
