// Measurements: statements and rows. It knows tables, not rules.
#include "server/quarter/measurement_rows.h"

#define LETTERS "lladtltlzt"
#define COLUMNS                                                                                    \
    "m.id, m.kr_id, m.day, m.value, m.note, m.corrects, m.reason, c.id, m.recorded_at, b.handle"
#define FROM                                                                                       \
    "measurement m JOIN member b ON b.id = m.recorded_by"                                          \
    " LEFT JOIN measurement c ON c.corrects = m.id"

STATEMENT(measurement_list, MANY, "l", LETTERS,
          "SELECT " COLUMNS " FROM " FROM " WHERE m.kr_id = $1 ORDER BY m.day, m.id");

STATEMENT(measurement_get_for_change, MANY, "l", LETTERS "la",
          "SELECT " COLUMNS ", (WITH RECURSIVE chain AS (SELECT m.id UNION ALL"
          " SELECT n.id FROM chain JOIN measurement n ON n.corrects = chain.id)"
          " SELECT max(chain.id) FROM chain), m.day FROM " FROM " WHERE m.id = $1");

STATEMENT(measurement_add, MANY, "ladtltzl", LETTERS,
          "WITH m AS (INSERT INTO measurement (kr_id, day, value, note, corrects, reason,"
          " recorded_at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *)"
          " SELECT m.id, m.kr_id, m.day, m.value, m.note, m.corrects, m.reason, NULL::bigint,"
          " m.recorded_at, b.handle FROM m JOIN member b ON b.id = m.recorded_by");

Okr__Measurement *measurement_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Measurement *measurement = NEW(call, Okr__Measurement, OKR__MEASUREMENT__INIT);
    SET(measurement, id, row_i64(rows, row, 0));
    SET(measurement, kr_id, row_i64(rows, row, 1));
    measurement->day = row_date_text(rows, row, 2);
    SET(measurement, value, row_double(rows, row, 3));
    measurement->note = row_text(rows, row, 4);
    if (!row_null(rows, row, 5))
        SET(measurement, corrects, row_i64(rows, row, 5));
    measurement->reason = row_text(rows, row, 6);
    if (!row_null(rows, row, 7))
        SET(measurement, corrected_by, row_i64(rows, row, 7));
    measurement->recorded_at = row_time_text(rows, row, 8);
    measurement->recorded_by = row_text(rows, row, 9);
    return measurement;
}

void measurement_list_ask(struct call *call, int64_t kr_id)
{
    bind_i64(call_ask(call, &measurement_list), kr_id);
}

void measurement_change_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &measurement_get_for_change), id);
}

void measurement_insert(struct call *call, const Okr__Measurement *measurement, int32_t day)
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
}
