// QuarterService: the quarter itself, draft → open → closed (R13), and the whole OKR of one.
#include "server/quarter/quarter.h"
#include "server/call/guard.h"
#include "server/call/handler.h"
#include "common/calendar.h"
#include "server/quarter/key_result_rows.h"
#include "server/quarter/objective_rows.h"
#include "server/quarter/quarter_rows.h"

static void quarter_changed(struct call *call)
{
    const struct quarter_change *change = call->state;
    const Okr__Quarter *after = quarter_read(call, change->asked);
    call_record(call, call_printf(call, "quarter/%s", change->name),
                change->before ? &change->before->base : NULL, &after->base);
    call_reply(call, &after->base);
}

void quarter_read_back(struct call *call)
{
    struct quarter_change *change = call->state;
    change->asked = quarter_ask(call, change->name);
    call->then = quarter_changed;
}

// --- Create: a draft, with the dates that the fiscal year gives it.

static void quarter_create_unless_there(struct call *call)
{
    const struct quarter_change *change = call->state;
    if (quarter_read(call, change->asked)) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS, change->name);
        return;
    }
    int year, q;
    int32_t first, last;
    if (!quarter_parse(change->name, &year, &q))
        return;
    quarter_range(year, q, call->settings->fiscal_first_month, &first, &last);
    quarter_insert(call, change->name, first, last);
    quarter_read_back(call);
}

static void quarter_create(struct call *call, const Okr__CreateQuarterRequest *request)
{
    struct quarter_change *change = NEW_ARRAY(call, struct quarter_change, 1);
    change->name = field_quarter(call, request->name);
    call->state = change;
    change->asked = quarter_ask(call, change->name);
    call->then = quarter_create_unless_there;
}

HANDLER(quarter_create_quarter, quarter_create);

// --- Open, and what closing (result/quarter_close.c) shares with it.

bool quarter_may_turn(struct call *call, Okr__QuarterState from, Okr__Reason refusal,
                      struct quarter_context *context)
{
    struct quarter_change *change = call->state;
    if (!quarter_context_row(call, change->asked, context)) {
        guard_not_found(call, change->name);
        return false;
    }
    change->before = context->quarter;
    if (!guard_version(call, call_printf(call, "quarter/%s", change->name), change->version,
                       change->before->version, &change->before->base))
        return false;
    if (change->before->state == from)
        return true;
    guard_refuse(call, refusal, NULL);
    return false;
}

static void quarter_open_when_filled(struct call *call)
{
    struct quarter_context context;
    if (!quarter_may_turn(call, OKR__QUARTER_STATE__QUARTER_STATE_DRAFT,
                          OKR__REASON__REASON_QUARTER_NOT_DRAFT, &context))
        return;
    if (!context.has_kr) {
        guard_refuse(call, OKR__REASON__REASON_QUARTER_EMPTY, NULL);
        return;
    }
    quarter_open(call, ((struct quarter_change *)call->state)->name);
    quarter_read_back(call);
}

void quarter_turn(struct call *call, struct quarter_change *change,
                  const Okr__SetQuarterStateRequest *request, void (*then)(struct call *))
{
    change->name = field_quarter(call, request->name);
    change->version = request->version;
    call->state = change;
    change->asked = quarter_change_ask(call, change->name);
    call->then = then;
}

static void quarter_open_start(struct call *call, const Okr__SetQuarterStateRequest *request)
{
    quarter_turn(call, NEW_ARRAY(call, struct quarter_change, 1), request,
                 quarter_open_when_filled);
}

HANDLER(quarter_open_quarter, quarter_open_start);

// --- Reading.

static void quarter_get_answer(struct call *call)
{
    Okr__Quarter *quarter = quarter_read(call, asked_only(call));
    if (quarter)
        call_reply(call, &quarter->base);
    else
        guard_not_found(call, call->state);
}

static void quarter_get_start(struct call *call, const Okr__GetQuarterRequest *request)
{
    char *name = field_quarter(call, request->name);
    call->state = name;
    quarter_ask(call, name);
    call->then = quarter_get_answer;
}

static void quarter_list_answer(struct call *call)
{
    Okr__QuarterList *list = NEW(call, Okr__QuarterList, OKR__QUARTER_LIST__INIT);
    list->n_quarters = quarter_list(call, asked_only(call), &list->quarters);
    call_reply(call, &list->base);
}

static void quarter_list_start(struct call *call, const Okr__ListQuartersRequest *request)
{
    (void)request;
    quarter_list_ask(call);
    call->then = quarter_list_answer;
}

struct okr_read {
    char *name;
    struct asked quarter, objectives, krs;
};

static void okr_answer(struct call *call)
{
    const struct okr_read *asked = call->state;
    Okr__Okr *okr = NEW(call, Okr__Okr, OKR__OKR__INIT);
    okr->quarter = quarter_read(call, asked->quarter);
    if (!okr->quarter) {
        guard_not_found(call, asked->name);
        return;
    }
    okr->n_objectives = objective_list(call, asked->objectives, &okr->objectives);
    okr->n_krs = key_result_list(call, asked->krs, &okr->krs);
    call_reply(call, &okr->base);
}

static void okr_start(struct call *call, const Okr__ListOkrRequest *request)
{
    struct okr_read *asked = NEW_ARRAY(call, struct okr_read, 1);
    asked->name = field_quarter(call, request->quarter);
    call->state = asked;
    asked->quarter = quarter_ask(call, asked->name);
    asked->objectives = objective_list_ask(call, asked->name, request->with_dropped);
    asked->krs = key_result_list_ask(call, asked->name, request->with_dropped);
    call->then = okr_answer;
}

HANDLER(quarter_get_quarter, quarter_get_start, .shared = true);
HANDLER(quarter_list_quarters, quarter_list_start, .shared = true);
HANDLER(quarter_list_okr, okr_start, .shared = true);
