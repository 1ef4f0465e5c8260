// The log of `run`: one line for each act, in the user's language.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_SAY_H
#define OKR_CLIENT_PLAN_SYNC_RUN_SAY_H

#include "client/plan_sync/run/child.h"
#include "client/plan_sync/run/plan.h"

// `before`: the version that was known to be published.
void run_say_result(const struct run_plan *plan, const struct run_result *result, int64_t before);
void run_say_gone(const struct run_plan *plan);
void run_say_away(const char *error);
void run_say_back(int64_t away_ms);

// "2 d 3 h", "5 min", "12 s", in the user's language.
enum { RUN_SPAN_SIZE = 64 };
void run_span(int64_t ms, char ret[RUN_SPAN_SIZE]);

#endif
