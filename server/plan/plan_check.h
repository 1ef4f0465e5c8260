// What the requests of PlanService have in common to be checked for.
#ifndef OKR_SERVER_PLAN_PLAN_CHECK_H
#define OKR_SERVER_PLAN_PLAN_CHECK_H

#include "server/call/call.h"

// The name of a plan source. Each adds a violation and returns false when the field is not right.
bool need_source(struct call *call, const char *field, const char *value);
bool check_source(struct call *call, const char *field, const char *value); // may be absent

// Numbers of a message, and of those in it, are finite and within reason (±1e18), so that sums over
// them are numbers too; wall-clock times are real ones, YYYY-MM-DDTHH:MM:SS. `path` names the
// message in violations: "tasks[2]".
void check_plan_values(struct call *call, const char *path, const ProtobufCMessage *message);

#endif
