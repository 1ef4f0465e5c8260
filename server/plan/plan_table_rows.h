// The rows of a plan version, as messages again, with what okrd adds to them.
#ifndef OKR_SERVER_PLAN_PLAN_TABLE_ROWS_H
#define OKR_SERVER_PLAN_PLAN_TABLE_ROWS_H

#include "server/call/call.h"
#include "server/plan/plan_rows.h"

// What a version is made of.
enum { PLAN_TASKS, PLAN_RESOURCES, PLAN_ASSIGNMENTS, PLAN_CALENDARS, PLAN_TABLES };

struct plan_task_filter {
    int64_t after;      // position; -1: from the beginning
    int64_t project_id; // 0: any
    bool unbound;       // only leaves of no project, neither blank nor inactive
    int32_t limit;
};
// In file order. An older version's tasks are shown with the bindings of today.
struct asked plan_tasks_ask(struct call *call, const struct plan_version_key *version,
                            const struct plan_task_filter *filter);
// `ret_size` grows by the bytes that the row takes as text.
Okr__PlanTask *plan_task_take(struct call *call, struct row *row, size_t *ret_size);

// A page of the rows behind position `after` (-1: from the beginning), in file order. `table`:
// PLAN_RESOURCES, PLAN_ASSIGNMENTS or PLAN_CALENDARS.
struct asked plan_page_ask(struct call *call, int table, const struct plan_version_key *version,
                           int64_t after, int32_t limit);
// The row's message, a resource's with the member behind it. `ret_size` grows by its bytes as text.
ProtobufCMessage *plan_page_take(struct call *call, int table, struct row *row,
                                 int64_t *ret_position, size_t *ret_size);

#endif
