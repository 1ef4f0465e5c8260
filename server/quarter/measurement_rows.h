// Measured values of key results: rows into contract messages, and their statements. A row is never
// changed: what replaces it names it (R42). It knows tables, not rules.
#ifndef OKR_SERVER_QUARTER_MEASUREMENT_ROWS_H
#define OKR_SERVER_QUARTER_MEASUREMENT_ROWS_H

#include "server/call/call.h"

// Those of a key result by day, then id, corrected ones included.
struct asked measurement_list_ask(struct call *call, int64_t kr_id);
size_t measurement_list(struct call *call, struct asked asked, Okr__Measurement ***ret);

// What a correction of it has to know.
struct asked measurement_change_ask(struct call *call, int64_t id);
struct measurement_context {
    Okr__Measurement *measurement;
    int64_t newest; // of its chain of corrections; its own id when nothing corrects it
    int32_t day;    // days since 1970-01-01
};
// False: there is no such measurement.
bool measurement_context_row(struct call *call, struct asked asked,
                             struct measurement_context *ret);

// Recorded by the actor at call->now; corrects 0: a first value.
struct asked measurement_insert(struct call *call, const Okr__Measurement *measurement,
                                int32_t day);
Okr__Measurement *measurement_inserted(struct call *call, struct asked asked);

#endif
