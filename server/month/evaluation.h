// What the methods of EvaluationService share: the month that is asked for, as it is kept, and the
// message that shows it.
#ifndef OKR_SERVER_MONTH_EVALUATION_H
#define OKR_SERVER_MONTH_EVALUATION_H

#include "server/month/evaluation_rows.h"

struct evaluation_call {
    int32_t month; // its first day
    char name[8];  // "2021-02"
    struct evaluation_asked asked;
    struct asked besides; // what a method asks in the same round
    struct kept_evaluation kept;
    Okr__Quarter *quarter;
    Okr__Evaluation *message; // before the change
};

// Asks for the request's month (absent: the last one) as it is kept, and makes call->state.
struct evaluation_call *evaluation_begin(struct call *call, const char *month,
                                         void (*then)(struct call *));
// Reads the rows of that round. False: refused, there is no quarter for the month.
bool evaluation_read(struct call *call);
// The same, and the month is prepared and not signed yet.
bool evaluation_read_open(struct call *call);
// And is the version that the caller has seen.
bool evaluation_read_version(struct call *call, int64_t version);

// Completes the message of a prepared month from its snapshot alone (R43). False: what is kept
// cannot be read any more, and the call has failed.
bool evaluation_complete(struct call *call, Okr__Evaluation *message,
                         const struct kept_evaluation *kept);
void evaluation_show(struct call *call, Okr__Evaluation *message,
                     const Okr__EvaluationSnapshot *snapshot,
                     const Okr__EvaluationVerdicts *verdicts);
// NULL when the text is no such message.
Okr__EvaluationSnapshot *evaluation_snapshot_of(struct call *call, const char *json);
Okr__EvaluationVerdicts *evaluation_verdicts_of(struct call *call, const char *json);

// Asks for the month again behind what this round writes, records the change and replies with it.
void evaluation_reply_changed(struct call *call);

// ---- what a snapshot is filled from (evaluation_input.c)

// Asks for the evidence of the month; `then` runs when all of it is there, with evaluation_input()
// as the snapshot made from it.
void evaluation_gather(struct call *call, const struct evaluation_call *evaluation,
                       void (*then)(struct call *, Okr__EvaluationSnapshot *));

#endif
