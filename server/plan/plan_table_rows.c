// The rows of a version in SQL. The message is in the row as JSON; here it gets its derived fields.
#include "server/plan/plan_table_rows.h"

#include <string.h>
#include "server/call/json.h"
#include "server/plan/plan_tree.h"

// The body's length as text counts towards the size of a reply.
static void *take_body(struct call *call, struct row *row, const ProtobufCMessageDescriptor *type,
                       size_t *ret_size)
{
    struct row here = *row;
    const char *text = take_text_in_place(&here);
    *ret_size += text ? strlen(text) : 0;
    return take_message(call, row, type);
}

// Behind the body.
#define TASK_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, position, "t.position")                                                             \
    NEXT(bool, has_children, "coalesce(NOT p.leaf, false)")                                        \
    NEXT(i64, project_id, "p.project_id")                                                          \
    NEXT(bool, bound_here, "coalesce(p.bound_here, false)")                                        \
    NEXT(i64s, resource_uids,                                                                      \
         "ARRAY(SELECT DISTINCT a.resource_uid FROM plan_assignment a WHERE a.version_id = $2 "    \
         "  AND a.task_uid = t.uid AND a.resource_uid IS NOT NULL AND NOT t.is_null ORDER BY 1)")
#define TASK_LETTERS "t" ROW_LETTERS(TASK_ROW)
#define TASK_COLUMNS "SELECT t.body::text, " ROW_COLUMNS(TASK_ROW) " "
static MESSAGE_READER(task_take, Okr__PlanTask, TASK_ROW);

Okr__PlanTask *plan_task_take(struct call *call, struct row *row, size_t *ret_size)
{
    Okr__PlanTask *task = take_body(call, row, &okr__plan_task__descriptor, ret_size);
    if (task)
        task_take(row, task);
    return task;
}

#define TASK_FILTER                                                                                \
    "WHERE t.version_id = $2 AND t.position > $3 AND ($4::bigint = 0 OR p.project_id = $4) "       \
    "AND (NOT $5::boolean OR (p.project_id IS NULL AND coalesce(p.leaf, true) AND NOT t.is_null "  \
    " AND t.active)) ORDER BY t.position LIMIT $6::integer"

STATEMENT(plan_task_list, MANY, "llllbi", TASK_LETTERS,
          TASK_COLUMNS
          "FROM plan_task t LEFT JOIN task_project p ON p.source_id = $1 AND p.task_uid = t.uid "
          " AND NOT t.is_null " TASK_FILTER);

// Of a version that is not published any more: nothing is derived from it, so it is done here.
STATEMENT(plan_task_list_older, MANY, "llllbi", TASK_LETTERS,
          PLAN_TREE TASK_COLUMNS
          "FROM plan_task t LEFT JOIN tree p ON p.uid = t.uid AND NOT t.is_null " TASK_FILTER);

// The planner takes a part of plan_task that it has no statistics of for a few rows; then its
// nested loops over the tree are quadratic. Until the round's transaction ends.
STATEMENT(plan_task_list_by_hash, ONE, "", "t",
          "SELECT set_config('enable_nestloop', 'off', true)");

struct asked plan_tasks_ask(struct call *call, const struct plan_version_key *version,
                            const struct plan_task_filter *filter)
{
    if (!version->published)
        call_ask(call, &plan_task_list_by_hash);
    struct query *q = call_ask(call, version->published ? &plan_task_list : &plan_task_list_older);
    bind_i64(q, version->source_id);
    bind_i64(q, version->id);
    bind_i64(q, filter->after);
    bind_i64(q, filter->project_id);
    bind_bool(q, filter->unbound);
    bind_i32(q, filter->limit);
    return q->asked;
}

STATEMENT(plan_resource_list, MANY, "llil", "tlt",
          "SELECT r.body::text, r.position, m.handle FROM plan_resource r "
          "LEFT JOIN plan_person p ON p.source_id = $4 AND p.resource_uid = r.uid "
          "LEFT JOIN member m ON m.id = p.member_id "
          "WHERE r.version_id = $1 AND r.position > $2 ORDER BY r.position LIMIT $3::integer");

STATEMENT(plan_assignment_list, MANY, "lli", "tl",
          "SELECT body::text, position FROM plan_assignment "
          "WHERE version_id = $1 AND position > $2 ORDER BY position LIMIT $3::integer");

STATEMENT(plan_calendar_list, MANY, "lli", "tl",
          "SELECT body::text, position FROM plan_calendar "
          "WHERE version_id = $1 AND position > $2 ORDER BY position LIMIT $3::integer");

static const struct {
    const struct statement *list;
    const ProtobufCMessageDescriptor *type;
} pages[] = {
    [PLAN_RESOURCES] = {&plan_resource_list, &okr__plan_resource__descriptor},
    [PLAN_ASSIGNMENTS] = {&plan_assignment_list, &okr__plan_assignment__descriptor},
    [PLAN_CALENDARS] = {&plan_calendar_list, &okr__plan_calendar__descriptor},
};

struct asked plan_page_ask(struct call *call, int table, const struct plan_version_key *version,
                           int64_t after, int32_t limit)
{
    struct query *q = call_ask(call, pages[table].list);
    bind_i64(q, version->id);
    bind_i64(q, after);
    bind_i32(q, limit);
    if (table == PLAN_RESOURCES)
        bind_i64(q, version->source_id);
    return q->asked;
}

ProtobufCMessage *plan_page_take(struct call *call, int table, struct row *row,
                                 int64_t *ret_position, size_t *ret_size)
{
    ProtobufCMessage *message = take_body(call, row, pages[table].type, ret_size);
    if (!message)
        return NULL;
    *ret_position = take_i64(row);
    if (table == PLAN_RESOURCES)
        ((Okr__PlanResource *)message)->member = take_text(row);
    return message;
}
