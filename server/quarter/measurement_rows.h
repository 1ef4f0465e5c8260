// Measured values of key results: rows into contract messages, and their statements. A row is never
// changed: what replaces it names it (R42). It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_MEASUREMENT_ROWS_H
#define OKR_SERVER_QUARTER_MEASUREMENT_ROWS_H

#include "server/call/call.h"

Okr__Measurement *measurement_row(struct call *call, const struct rows *rows, int row);

// Those of a key result by day, then id, corrected ones included.
void measurement_list_ask(struct call *call, int64_t kr_id);
// One row or none; behind the measurement's columns the id of the newest one in its chain of
// corrections (its own when nothing corrects it), and its day as a date.
void measurement_change_ask(struct call *call, int64_t id);
enum {
    MEASUREMENT_NEWEST = 10,
    MEASUREMENT_DAY,
};

// Recorded by the actor at call->now; corrects 0: a first value. Answers one row, for
// measurement_row().
void measurement_insert(struct call *call, const Okr__Measurement *measurement, int32_t day);

#endif
