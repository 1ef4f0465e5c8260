// Sufficiency declarations: numbered per key result, never changed (R18). It knows tables, not
// rules.
#ifndef OKR_SERVER_QUARTER_SUFFICIENCY_ROWS_H
#define OKR_SERVER_QUARTER_SUFFICIENCY_ROWS_H

#include "server/call/call.h"

// `stale` is set when the set of accepted and completed projects is not the declared one any more.
Okr__Sufficiency *sufficiency_row(struct call *call, const struct rows *rows, int row);
// Those of a key result, the latest first.
void sufficiency_list_ask(struct call *call, int64_t kr_id);
// The next declaration, by the actor at call->now, about the projects as they are.
void sufficiency_insert(struct call *call, int64_t kr_id, const char *note);

#endif
