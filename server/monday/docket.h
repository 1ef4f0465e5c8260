// The Monday docket of a week, built (R32, R34): what asks for a decision, each with a key that
// stays the same when it is built again, and the decisions so far.
//
// It is never stored. Of any week it tells what is dated: what changed or was taken in in the seven
// days before its Monday, what was missed or missing in the week before, follow-ups. Expected
// misses and overloads are of the plan as it is published now, so only of this week and later ones;
// of a past week they are seen where they were decided.
#ifndef OKR_SERVER_MONDAY_DOCKET_H
#define OKR_SERVER_MONDAY_DOCKET_H

#include "server/call/call.h"

struct docket {
    int32_t monday;
    Okr__Docket *reply;
    const Okr__DocketLine *confirmed; // the confirmation of an empty docket, if there was one
};

// Reads in several rounds, then goes on with `then`; call->state is the struct docket from there
// on.
void docket_load(struct call *call, int32_t monday, void (*then)(struct call *));

// NULL: there is no such line.
Okr__DocketLine *docket_line(const struct docket *docket, const char *key);

#endif
