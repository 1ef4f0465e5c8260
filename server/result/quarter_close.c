// QuarterService: closing a quarter keeps what it came to (R21, R22).
#include "server/call/handler.h"
#include "server/quarter/quarter.h"
#include "server/quarter/quarter_result_rows.h"
#include "server/result/quarter_result.h"

struct quarter_closing {
    struct quarter_change change; // first: what the functions of QuarterService find
    struct quarter_result_asked result;
};

static void quarter_close_when_open(struct call *call)
{
    const struct quarter_closing *closing = call->state;
    struct quarter_context context;
    if (!quarter_may_turn(call, OKR__QUARTER_STATE__QUARTER_STATE_OPEN,
                          OKR__REASON__REASON_QUARTER_NOT_OPEN, &context))
        return;
    const char *name = closing->change.name;
    Okr__QuarterResult *result = quarter_result_make(call, name, &closing->result);
    SET(result, final, true);
    quarter_close(call, name);
    quarter_result_ask_add(call, name, result);
    quarter_read_back(call);
}

static void quarter_close_start(struct call *call, const Okr__SetQuarterStateRequest *request)
{
    struct quarter_closing *closing = NEW_ARRAY(call, struct quarter_closing, 1);
    quarter_turn(call, &closing->change, request, quarter_close_when_open);
    closing->result = quarter_result_parts_ask(call, closing->change.name);
}

HANDLER(quarter_close_quarter, quarter_close_start);
