// A month's verdicts from its frozen snapshot, and from nothing else (R43–R46): the same snapshot
// gives the same verdicts at any time. It must not know tables, nor who asks.
#ifndef OKR_SERVER_MONTH_EVALUATE_H
#define OKR_SERVER_MONTH_EVALUATE_H

#include "server/call/call.h"

// Of each line of the snapshot, in its order. In the call's arena; nothing else of the call counts.
Okr__EvaluationVerdicts *evaluate(struct call *call, const Okr__EvaluationSnapshot *snapshot);

#endif
