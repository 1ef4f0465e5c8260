// A change of one quarter over its rounds, which opening and closing share.
#ifndef OKR_SERVER_QUARTER_QUARTER_H
#define OKR_SERVER_QUARTER_QUARTER_H

#include "server/quarter/quarter_rows.h"

struct quarter_change {
    const char *name;
    int64_t version;
    Okr__Quarter *before;
    struct asked asked; // the quarter; afterwards the quarter as it is then
};

// First round: the quarter, then `then`. call->state becomes `change`, which may be the first part
// of a larger struct.
void quarter_turn(struct call *call, struct quarter_change *change,
                  const Okr__SetQuarterStateRequest *request, void (*then)(struct call *));
// In `then`: whether it is there, in this version and in this state. Fails the call otherwise, with
// `refusal` where it is in another state.
bool quarter_may_turn(struct call *call, Okr__QuarterState from, Okr__Reason refusal,
                      struct quarter_context *context);
// Last round, behind the writes: reads the quarter back, records the change and replies.
void quarter_read_back(struct call *call);

#endif
