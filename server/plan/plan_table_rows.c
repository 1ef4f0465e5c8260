// The rows of a version in SQL. The message is in the row as JSON; here it gets its derived fields.
#include "server/plan/plan_table_rows.h"

#include "server/plan/plan_tree.h"

#define TASK_LETTERS "ltblbL"
#define TASK_COLUMNS                                                                               \
    "SELECT t.position, t.body::text, coalesce(NOT p.leaf, false), p.project_id, "                 \
    " coalesce(p.bound_here, false), "                                                             \
    " ARRAY(SELECT DISTINCT a.resource_uid FROM plan_assignment a WHERE a.version_id = $2 "        \
    "  AND a.task_uid = t.uid AND a.resource_uid IS NOT NULL AND NOT t.is_null ORDER BY 1) "
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
STATEMENT(plan_task_list_by_hash, MANY, "", "t",
          "SELECT set_config('enable_nestloop', 'off', true)");

int plan_tasks_ask(struct call *call, const struct plan_version_key *version,
                   const struct plan_task_filter *filter)
{
    if (!version->published)
        call_ask(call, &plan_task_list_by_hash);
    int index = call->n_queries;
    struct query *q = call_ask(call, version->published ? &plan_task_list : &plan_task_list_older);
    bind_i64(q, version->source_id);
    bind_i64(q, version->id);
    bind_i64(q, filter->after);
    bind_i64(q, filter->project_id);
    bind_bool(q, filter->unbound);
    bind_i32(q, filter->limit);
    return index;
}

Okr__PlanTask *plan_tasks_row(struct call *call, const struct rows *rows, int row, size_t *ret_size)
{
    Okr__PlanTask *task = plan_message(call, &okr__plan_task__descriptor, rows, row, 1);
    if (!task)
        return NULL;
    *ret_size += (size_t)PQgetlength(rows->result, row, 1);
    SET(task, position, row_i64(rows, row, 0));
    SET(task, has_children, row_bool(rows, row, 2));
    if (!row_null(rows, row, 3))
        SET(task, project_id, row_i64(rows, row, 3));
    SET(task, bound_here, row_bool(rows, row, 4));
    task->n_resource_uids = row_i64_array(rows, row, 5, &task->resource_uids);
    return task;
}

STATEMENT(plan_resource_list, MANY, "llil", "ltt",
          "SELECT r.position, r.body::text, m.handle FROM plan_resource r "
          "LEFT JOIN plan_person p ON p.source_id = $4 AND p.resource_uid = r.uid "
          "LEFT JOIN member m ON m.id = p.member_id "
          "WHERE r.version_id = $1 AND r.position > $2 ORDER BY r.position LIMIT $3::integer");

STATEMENT(plan_assignment_list, MANY, "lli", "lt",
          "SELECT position, body::text FROM plan_assignment "
          "WHERE version_id = $1 AND position > $2 ORDER BY position LIMIT $3::integer");

STATEMENT(plan_calendar_list, MANY, "lli", "lt",
          "SELECT position, body::text FROM plan_calendar "
          "WHERE version_id = $1 AND position > $2 ORDER BY position LIMIT $3::integer");

static const struct {
    const struct statement *list;
    const ProtobufCMessageDescriptor *type;
} pages[] = {
    [PLAN_RESOURCES] = {&plan_resource_list, &okr__plan_resource__descriptor},
    [PLAN_ASSIGNMENTS] = {&plan_assignment_list, &okr__plan_assignment__descriptor},
    [PLAN_CALENDARS] = {&plan_calendar_list, &okr__plan_calendar__descriptor},
};

void plan_page_ask(struct call *call, int table, const struct plan_version_key *version,
                   int64_t after, int32_t limit)
{
    struct query *q = call_ask(call, pages[table].list);
    bind_i64(q, version->id);
    bind_i64(q, after);
    bind_i32(q, limit);
    if (table == PLAN_RESOURCES)
        bind_i64(q, version->source_id);
}

ProtobufCMessage *plan_page_row(struct call *call, int table, const struct rows *rows, int row,
                                int64_t *ret_position, size_t *ret_size)
{
    ProtobufCMessage *message = plan_message(call, pages[table].type, rows, row, 1);
    if (!message)
        return NULL;
    *ret_position = row_i64(rows, row, 0);
    *ret_size += (size_t)PQgetlength(rows->result, row, 1);
    if (table == PLAN_RESOURCES)
        ((Okr__PlanResource *)message)->member = row_text(rows, row, 2);
    return message;
}
