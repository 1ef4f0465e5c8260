// QuarterService: the quarter itself, draft → open → closed (R13), and the whole OKR of one.
#include "server/call/guard.h"
#include "server/result/quarter_result.h"
#include "server/call/handler.h"
#include "common/calendar.h"
#include "server/quarter/key_result_rows.h"
#include "server/quarter/objective_rows.h"
#include "server/quarter/quarter_rows.h"
#include "server/result/quarter_result_rows.h"

// A change of one quarter, over its rounds.
struct quarter_change {
    const char *name;
    int64_t version;
    Okr__Quarter *before;
    int after_row; // rows of the last round that show it afterwards
};

static void quarter_changed(struct call *call)
{
    const struct quarter_change *change = call->state;
    const Okr__Quarter *after = quarter_row(call, &call->rows[change->after_row], 0);
    call_record(call, call_printf(call, "quarter/%s", change->name),
                change->before ? &change->before->base : NULL, &after->base);
    call_reply(call, &after->base);
}

static void read_back(struct call *call)
{
    struct quarter_change *change = call->state;
    change->after_row = call->n_queries;
    quarter_ask(call, change->name);
    call->then = quarter_changed;
}

// --- Create: a draft, with the dates that the fiscal year gives it.

static void quarter_create_unless_there(struct call *call)
{
    const struct quarter_change *change = call->state;
    if (rows_count(&call->rows[0]) > 0) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS, change->name);
        return;
    }
    int year, q;
    int32_t first, last;
    if (!quarter_parse(change->name, &year, &q))
        return;
    quarter_range(year, q, call->settings->fiscal_first_month, &first, &last);
    quarter_insert(call, change->name, first, last);
    read_back(call);
}

static void quarter_create(struct call *call, const Okr__CreateQuarterRequest *request)
{
    struct quarter_change *change = NEW_ARRAY(call, struct quarter_change, 1);
    change->name = field_quarter(call, request->name);
    call->state = change;
    quarter_ask(call, change->name);
    call->then = quarter_create_unless_there;
}

HANDLER(quarter_create_quarter, quarter_create);

// --- Open, close: one way, never back. Closing keeps what the quarter came to (R21, R22).

static bool quarter_may_turn(struct call *call, Okr__QuarterState from, Okr__Reason refusal)
{
    struct quarter_change *change = call->state;
    if (rows_count(&call->rows[0]) == 0) {
        guard_not_found(call, change->name);
        return false;
    }
    change->before = quarter_row(call, &call->rows[0], 0);
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
    if (!quarter_may_turn(call, OKR__QUARTER_STATE__QUARTER_STATE_DRAFT,
                          OKR__REASON__REASON_QUARTER_NOT_DRAFT))
        return;
    if (!row_bool(&call->rows[0], 0, QUARTER_HAS_KR)) {
        guard_refuse(call, OKR__REASON__REASON_QUARTER_EMPTY, NULL);
        return;
    }
    quarter_open(call, ((struct quarter_change *)call->state)->name);
    read_back(call);
}

static void quarter_close_when_open(struct call *call)
{
    if (!quarter_may_turn(call, OKR__QUARTER_STATE__QUARTER_STATE_OPEN,
                          OKR__REASON__REASON_QUARTER_NOT_OPEN))
        return;
    const char *name = ((struct quarter_change *)call->state)->name;
    Okr__QuarterResult *result = quarter_result_make(call, name, &call->rows[1], &call->rows[2]);
    SET(result, final, true);
    quarter_close(call, name);
    quarter_result_ask_add(call, name, result);
    read_back(call);
}

static void quarter_turn(struct call *call, const Okr__SetQuarterStateRequest *request,
                         void (*then)(struct call *))
{
    struct quarter_change *change = NEW_ARRAY(call, struct quarter_change, 1);
    change->name = field_quarter(call, request->name);
    change->version = request->version;
    call->state = change;
    quarter_change_ask(call, change->name);
    call->then = then;
}

static void quarter_open_start(struct call *call, const Okr__SetQuarterStateRequest *request)
{
    quarter_turn(call, request, quarter_open_when_filled);
}

static void quarter_close_start(struct call *call, const Okr__SetQuarterStateRequest *request)
{
    quarter_turn(call, request, quarter_close_when_open);
    quarter_result_parts_ask(call, ((struct quarter_change *)call->state)->name);
}

HANDLER(quarter_open_quarter, quarter_open_start);
HANDLER(quarter_close_quarter, quarter_close_start);

// --- Reading.

static void quarter_get_answer(struct call *call)
{
    if (rows_count(&call->rows[0]) == 0)
        guard_not_found(call, call->state);
    else
        call_reply(call, &quarter_row(call, &call->rows[0], 0)->base);
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
    list->n_quarters = (size_t)rows_count(&call->rows[0]);
    list->quarters = NEW_ARRAY(call, Okr__Quarter *, list->n_quarters);
    for (size_t i = 0; i < list->n_quarters; i++)
        list->quarters[i] = quarter_row(call, &call->rows[0], (int)i);
    call_reply(call, &list->base);
}

static void quarter_list_start(struct call *call, const Okr__ListQuartersRequest *request)
{
    (void)request;
    quarter_list_ask(call);
    call->then = quarter_list_answer;
}

static void okr_answer(struct call *call)
{
    if (rows_count(&call->rows[0]) == 0) {
        guard_not_found(call, call->state);
        return;
    }
    Okr__Okr *okr = NEW(call, Okr__Okr, OKR__OKR__INIT);
    okr->quarter = quarter_row(call, &call->rows[0], 0);
    okr->n_objectives = (size_t)rows_count(&call->rows[1]);
    okr->objectives = NEW_ARRAY(call, Okr__Objective *, okr->n_objectives);
    for (size_t i = 0; i < okr->n_objectives; i++)
        okr->objectives[i] = objective_row(call, &call->rows[1], (int)i);
    okr->n_krs = (size_t)rows_count(&call->rows[2]);
    okr->krs = NEW_ARRAY(call, Okr__KeyResult *, okr->n_krs);
    for (size_t i = 0; i < okr->n_krs; i++)
        okr->krs[i] = key_result_row(call, &call->rows[2], (int)i);
    call_reply(call, &okr->base);
}

static void okr_start(struct call *call, const Okr__ListOkrRequest *request)
{
    const char *name = field_quarter(call, request->quarter);
    char *quarter = call_printf(call, "%s", name);
    call->state = quarter;
    quarter_ask(call, quarter);
    objective_list_ask(call, quarter, request->with_dropped);
    key_result_list_ask(call, quarter, request->with_dropped);
    call->then = okr_answer;
}

HANDLER(quarter_get_quarter, quarter_get_start, .shared = true);
HANDLER(quarter_list_quarters, quarter_list_start, .shared = true);
HANDLER(quarter_list_okr, okr_start, .shared = true);
