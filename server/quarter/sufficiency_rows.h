// Sufficiency declarations: numbered per key result, never changed (R18). It knows tables, not
// rules.
#ifndef OKR_SERVER_QUARTER_SUFFICIENCY_ROWS_H
#define OKR_SERVER_QUARTER_SUFFICIENCY_ROWS_H

#include "server/call/call.h"

// Those of a key result, the latest first; `stale` where the set of accepted and completed projects
// is not the declared one any more.
struct asked sufficiency_list_ask(struct call *call, int64_t kr_id);
size_t sufficiency_list(struct call *call, struct asked asked, Okr__Sufficiency ***ret);
// The next declaration, by the actor at call->now, about the projects as they are.
void sufficiency_insert(struct call *call, int64_t kr_id, const char *note);

#endif
