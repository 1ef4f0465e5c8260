// QuarterService: the measured values of key results (R42). They may come in at any time, after the
// end of the quarter too; none is ever changed: a correction is a new one with a reason.
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/key_result.h"
#include "server/quarter/key_result_rows.h"
#include "server/quarter/measurement_rows.h"

struct measurement_change {
    int32_t day;
    Okr__Measurement *corrected; // NULL: a first value
};

static void measurement_recorded(struct call *call)
{
    const struct measurement_change *change = call->state;
    const Okr__Measurement *after = measurement_inserted(call, asked_only(call));
    call_record(call, call_printf(call, "measurement/%lld", (long long)after->id),
                change->corrected ? &change->corrected->base : NULL, &after->base);
    call_reply(call, &after->base);
}

// --- Record

static void measurement_record_for_kr(struct call *call)
{
    const Okr__RecordMeasurementRequest *request = record_measurement_request(call);
    const struct measurement_change *change = call->state;
    const Okr__KeyResult *kr = key_result_read(call, asked_only(call));
    if (!kr) {
        guard_not_found(call, key_result_name(call, request->kr_id));
        return;
    }
    if (kr->dropped) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
        return;
    }
    Okr__Measurement measurement = OKR__MEASUREMENT__INIT;
    measurement.kr_id = request->kr_id;
    measurement.value = request->value;
    measurement.note = request->note;
    measurement_insert(call, &measurement, change->day);
    call->then = measurement_recorded;
}

// A value holds for a day that has come.
static bool measured_day(struct call *call, const char *text, int32_t *ret_day)
{
    int32_t today = call_today(call);
    *ret_day = field_day(call, text);
    if (*ret_day <= today)
        return true;
    char latest[DATE_SIZE];
    date_format(today, latest);
    call_violation(call, "day", OKR__REASON__REASON_BAD_VALUE, call_printf(call, "<= %s", latest));
    return false;
}

static void measurement_record_start(struct call *call,
                                     const Okr__RecordMeasurementRequest *request)
{
    struct measurement_change *change = NEW_ARRAY(call, struct measurement_change, 1);
    if (!measured_day(call, request->day, &change->day))
        return;
    call->state = change;
    key_result_ask(call, request->kr_id);
    call->then = measurement_record_for_kr;
}

// --- Correct

static void measurement_correct_newest(struct call *call)
{
    const Okr__CorrectMeasurementRequest *request = correct_measurement_request(call);
    struct measurement_change *change = call->state;
    struct measurement_context context;
    if (!measurement_context_row(call, asked_only(call), &context)) {
        guard_not_found(call, call_printf(call, "M-%lld", (long long)request->id));
        return;
    }
    if (context.newest != request->id) {
        call_fail(call, OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS,
                  call_printf(call, "M-%lld", (long long)context.newest));
        return;
    }
    change->corrected = context.measurement;
    change->day = context.day;
    Okr__Measurement measurement = OKR__MEASUREMENT__INIT;
    measurement.kr_id = change->corrected->kr_id;
    measurement.value = request->value;
    SET(&measurement, corrects, request->id);
    measurement.reason = request->reason;
    measurement_insert(call, &measurement, change->day);
    call->then = measurement_recorded;
}

static void measurement_correct_start(struct call *call,
                                      const Okr__CorrectMeasurementRequest *request)
{
    call->state = NEW_ARRAY(call, struct measurement_change, 1);
    measurement_change_ask(call, request->id);
    call->then = measurement_correct_newest;
}

// --- List

struct measurement_read {
    struct asked kr, measurements;
};

static void measurement_list_answer(struct call *call)
{
    const struct measurement_read *asked = call->state;
    if (!key_result_read(call, asked->kr)) {
        guard_not_found(call, key_result_name(call, list_measurements_request(call)->kr_id));
        return;
    }
    Okr__MeasurementList *list = NEW(call, Okr__MeasurementList, OKR__MEASUREMENT_LIST__INIT);
    list->n_measurements = measurement_list(call, asked->measurements, &list->measurements);
    call_reply(call, &list->base);
}

static void measurement_list_start(struct call *call, const Okr__ListMeasurementsRequest *request)
{
    struct measurement_read *asked = call->state = NEW_ARRAY(call, struct measurement_read, 1);
    asked->kr = key_result_ask(call, request->kr_id);
    asked->measurements = measurement_list_ask(call, request->kr_id);
    call->then = measurement_list_answer;
}

HANDLER(quarter_record_measurement, measurement_record_start);
HANDLER(quarter_correct_measurement, measurement_correct_start);
HANDLER(quarter_list_measurements, measurement_list_start, .shared = true);
