// An upload that is under way, as the methods that work on it share it.
#ifndef OKR_SERVER_PUSH_PUSH_H
#define OKR_SERVER_PUSH_PUSH_H

#include "server/push/upload_rows.h"

// Asks for the upload that the request's upload_id names, locked until the transaction ends.
void upload_ask(struct call *call, int64_t id, void (*then)(struct call *call));
// The upload that was asked for, if it is under way and the actor's; NULL: the call has failed.
struct plan_upload *upload_take(struct call *call);

// The count of PLAN_TASKS, PLAN_RESOURCES, … in totals, and the field's name.
int64_t plan_count(const Okr__PlanTotals *totals, int table);
const char *plan_count_name(int table);

#endif
