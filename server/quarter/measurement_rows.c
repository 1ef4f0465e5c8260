// Measurements: statements and rows. It knows tables, not rules.
#include "server/quarter/measurement_rows.h"

#define MEASUREMENT_ROW(FIRST, NEXT)                                                               \
    FIRST(i64, id, "m.id")                                                                         \
    NEXT(i64, kr_id, "m.kr_id")                                                                    \
    NEXT(day, day, "m.day")                                                                        \
    NEXT(double, value, "m.value")                                                                 \
    NEXT(text, note, "m.note")                                                                     \
    NEXT(i64, corrects, "m.corrects")                                                              \
    NEXT(text, reason, "m.reason")                                                                 \
    NEXT(i64, corrected_by, "c.id")                                                                \
    NEXT(stamp, recorded_at, "m.recorded_at")                                                      \
    NEXT(text, recorded_by, "b.handle")
#define LETTERS ROW_LETTERS(MEASUREMENT_ROW)
#define COLUMNS ROW_COLUMNS(MEASUREMENT_ROW)
#define JOINED " JOIN member b ON b.id = m.recorded_by LEFT JOIN measurement c ON c.corrects = m.id"
static MESSAGE_READER(measurement_take, Okr__Measurement, MEASUREMENT_ROW);

STATEMENT(measurement_list_of, MANY, "l", LETTERS,
          "SELECT " COLUMNS " FROM measurement m" JOINED
          " WHERE m.kr_id = $1 ORDER BY m.day, m.id");

struct asked measurement_list_ask(struct call *call, int64_t kr_id)
{
    struct query *q = call_ask(call, &measurement_list_of);
    bind_i64(q, kr_id);
    return q->asked;
}

MESSAGE_LIST(measurement_list, Okr__Measurement, OKR__MEASUREMENT__INIT, measurement_take);

#define CONTEXT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, newest,                                                                             \
          "(WITH RECURSIVE chain AS (SELECT m.id UNION ALL"                                        \
          " SELECT n.id FROM chain JOIN measurement n ON n.corrects = chain.id)"                   \
          " SELECT max(chain.id) FROM chain)")                                                     \
    NEXT(date, day, "m.day")
static STRUCT_READER(context_take, struct measurement_context, CONTEXT_ROW);

STATEMENT(measurement_get_for_change, MAYBE, "l", LETTERS ROW_LETTERS(CONTEXT_ROW),
          "SELECT " COLUMNS ", " ROW_COLUMNS(CONTEXT_ROW) " FROM measurement m" JOINED
                                                          " WHERE m.id = $1");

struct asked measurement_change_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &measurement_get_for_change);
    bind_i64(q, id);
    return q->asked;
}

static Okr__Measurement *measurement_row(struct call *call, struct row *row)
{
    Okr__Measurement *measurement = NEW(call, Okr__Measurement, OKR__MEASUREMENT__INIT);
    measurement_take(row, measurement);
    return measurement;
}

bool measurement_context_row(struct call *call, struct asked asked, struct measurement_context *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->measurement = measurement_row(call, &row);
    context_take(&row, ret);
    return true;
}

STATEMENT(measurement_add, ONE, "ladtltzl", LETTERS,
          "WITH m AS (INSERT INTO measurement (kr_id, day, value, note, corrects, reason,"
          " recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *)"
          " SELECT " COLUMNS " FROM m" JOINED);

struct asked measurement_insert(struct call *call, const Okr__Measurement *measurement, int32_t day)
{
    struct query *q = call_ask(call, &measurement_add);
    bind_i64(q, measurement->kr_id);
    bind_date(q, day);
    bind_double(q, measurement->value);
    bind_text(q, measurement->note);
    bind_opt_i64(q, measurement->has_corrects, measurement->corrects);
    bind_text(q, measurement->reason);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
    return q->asked;
}

Okr__Measurement *measurement_inserted(struct call *call, struct asked asked)
{
    struct row row = asked_at(call, asked, 0);
    return measurement_row(call, &row);
}
