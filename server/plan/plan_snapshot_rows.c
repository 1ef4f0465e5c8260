// Versions in SQL, and their rows sorted out in C: a tree is quick to walk here, while the planner
// knows nothing of a version that was uploaded a moment ago. Each statement reads by index only.
#include "server/plan/plan_snapshot_rows.h"

#include <stdlib.h>
#include <string.h>
#include "server/worktime/working_time.h"
#include "server/plan/plan_rows.h"

// A sum over a task's assignments, where the row has no value of its own.
#define OF_ASSIGNMENTS(what)                                                                       \
    "(SELECT sum(" what ") FROM plan_assignment a WHERE a.version_id = t.version_id "              \
    " AND a.task_uid = t.uid)"
// The baseline that the plan counts earned value from, as text; v is the version.
#define BASELINE_NUMBER "coalesce(v.header->>'baselineForEv', '0')"
#define WORK_OF_ASSIGNMENTS OF_ASSIGNMENTS("a.work")
#define ACTUAL_OF_ASSIGNMENTS OF_ASSIGNMENTS("a.actual_work")
#define BASELINE_OF_ASSIGNMENTS                                                                    \
    "(SELECT sum((k.b->>'work')::double precision) FROM plan_assignment a, "                       \
    "  jsonb_array_elements(a.body->'baselines') k(b) WHERE a.version_id = t.version_id "          \
    " AND a.task_uid = t.uid AND k.b->>'number' = " BASELINE_NUMBER ")"

STATEMENT(snapshot_tasks, MANY, "Ll", "lllltttbbddddttddlbbbblbbd",
          "SELECT t.version_id, t.position, t.uid, t.parent_uid, t.name, t.start, t.finish,"
          " t.active, coalesce((t.body->>'milestone')::boolean, false),"
          " coalesce(t.work, " WORK_OF_ASSIGNMENTS ", 0), coalesce(t.duration, 0),"
          " coalesce(t.actual_work, " ACTUAL_OF_ASSIGNMENTS ", 0),"
          " least(greatest(coalesce(e.percent, 0), 0), 100)::double precision,"
          " b.start, b.finish, coalesce(b.work, " BASELINE_OF_ASSIGNMENTS ", 0),"
          " coalesce(b.duration, 0), coalesce(t.key, -1),"
          " coalesce((t.body->>'external')::boolean, false),"
          " coalesce((t.body->>'elapsed')::boolean, false),"
          " coalesce((t.body->>'calendarUid')::bigint, -1) >= 0,"
          " coalesce((t.body->>'ignoreResourceCalendar')::boolean, false),"
          " coalesce((t.body->>'calendarUid')::bigint, -1),"
          " e.percent IS NOT NULL,"
          " coalesce((t.body->>'badPercent')::boolean, false)"
          "  OR coalesce(e.percent NOT BETWEEN 0 AND 100, false),"
          " least(greatest(coalesce(t.percent_complete, 0), 0), 100)::double precision"
          " FROM plan_task t JOIN plan_version v ON v.id = t.version_id"
          " CROSS JOIN LATERAL (SELECT " PLAN_EV_PERCENT " AS percent) e"
          " LEFT JOIN LATERAL (SELECT j.b->>'start' AS start,"
          "  j.b->>'finish' AS finish, (j.b->>'work')::double precision AS work,"
          "  (j.b->>'duration')::double precision AS duration"
          " FROM jsonb_array_elements(t.body->'baselines') j(b)"
          " WHERE j.b->>'number' = " BASELINE_NUMBER " LIMIT 1) b ON true"
          " WHERE t.version_id = ANY($1) AND NOT t.is_null AND t.uid IS NOT NULL"
          " AND ($2::bigint IS NULL OR t.uid = $2 OR t.parent_uid = $2 OR t.uid IN"
          "  (SELECT p.parent_uid FROM plan_task p WHERE p.version_id = t.version_id"
          "   AND p.uid = $2))"
          " ORDER BY t.version_id, t.position");
enum {
    TASK_VERSION,
    TASK_POSITION,
    TASK_UID,
    TASK_PARENT,
    TASK_NAME,
    TASK_START,
    TASK_FINISH,
    TASK_ACTIVE,
    TASK_MILESTONE,
    TASK_WORK,
    TASK_DURATION,
    TASK_ACTUAL_WORK,
    TASK_PERCENT,
    TASK_BASELINE_START,
    TASK_BASELINE_FINISH,
    TASK_BASELINE_WORK,
    TASK_BASELINE_DURATION,
    TASK_KEY,
    TASK_EXTERNAL,
    TASK_ELAPSED,
    TASK_HAS_CALENDAR,
    TASK_IGNORE,
    TASK_CALENDAR,
    TASK_HAS_PERCENT,
    TASK_BAD_PERCENT,
    TASK_COMPLETE,
};

STATEMENT(snapshot_bindings, MANY, "L", "lll",
          "SELECT v.id, b.task_key, b.project_id FROM plan_version v "
          "JOIN plan_binding b ON b.source_id = v.source_id WHERE v.id = ANY($1) "
          "ORDER BY v.id, b.task_key");

STATEMENT(snapshot_calendars, MANY, "L", "lt",
          "SELECT c.version_id, c.body::text FROM plan_calendar c WHERE c.version_id = ANY($1) "
          "ORDER BY c.version_id, c.position");

STATEMENT(snapshot_assignments, MANY, "Ll", "llldttlttdl",
          "SELECT a.version_id, a.task_uid, coalesce(a.resource_uid, 0), coalesce(a.work, 0), "
          " a.body->>'start', a.body->>'finish', a.position, b.start, b.finish, "
          " coalesce(b.work, 0), coalesce((a.body->>'contour')::bigint, 0) "
          "FROM plan_assignment a JOIN plan_version v ON v.id = a.version_id "
          "LEFT JOIN LATERAL (SELECT j.b->>'start' AS start, j.b->>'finish' AS finish, "
          "  (j.b->>'work')::double precision AS work "
          " FROM jsonb_array_elements(a.body->'baselines') j(b) "
          " WHERE j.b->>'number' = " BASELINE_NUMBER " LIMIT 1) b ON true "
          "WHERE a.version_id = ANY($1) AND a.task_uid IS NOT NULL "
          " AND ($2::bigint IS NULL OR a.task_uid = $2) ORDER BY a.version_id, a.position");

STATEMENT(snapshot_resources, MANY, "L", "lltbdlt",
          "SELECT r.version_id, r.uid, r.name, "
          " coalesce(r.body->>'kind', 'work') = 'work' "
          "  AND NOT coalesce((r.body->>'null')::boolean, false), "
          " coalesce((r.body->>'maxUnits')::double precision, 1), "
          " (r.body->>'calendarUid')::bigint, m.handle "
          "FROM plan_resource r JOIN plan_version v ON v.id = r.version_id "
          "LEFT JOIN plan_person p ON p.source_id = v.source_id AND p.resource_uid = r.uid "
          "LEFT JOIN member m ON m.id = p.member_id "
          "WHERE r.version_id = ANY($1) AND r.uid IS NOT NULL ORDER BY r.version_id, r.position");

static void ask(struct call *call, const struct statement *statement, const int64_t *ids, size_t n,
                int64_t task_uid)
{
    struct query *q = call_ask(call, statement);
    bind_i64_array(q, ids, n);
    if (statement->params[1])
        bind_opt_i64(q, task_uid != 0, task_uid);
}

void plan_snapshots_ask(struct call *call, const int64_t *version_ids, size_t n, unsigned parts,
                        int64_t task_uid)
{
    plan_version_ask_ids(call, version_ids, n);
    ask(call, &snapshot_calendars, version_ids, n, 0);
    if (parts & SNAPSHOT_TASKS) {
        ask(call, &snapshot_tasks, version_ids, n, task_uid);
        ask(call, &snapshot_bindings, version_ids, n, 0);
    }
    if (parts & SNAPSHOT_ASSIGNMENTS)
        ask(call, &snapshot_assignments, version_ids, n, task_uid);
    if (parts & SNAPSHOT_RESOURCES)
        ask(call, &snapshot_resources, version_ids, n, 0);
    if (parts & (SNAPSHOT_BASELINE_PHASES | SNAPSHOT_WORK_PHASES))
        plan_phases_ask(call, version_ids, n, parts & SNAPSHOT_BASELINE_PHASES,
                        parts & SNAPSHOT_WORK_PHASES);
}

// ---- rows -------------------------------------------------------------------------------------

// Texts of dates are read where they lie: a plan has many, and nobody needs them as texts.
static struct snapshot_time time_of(const struct rows *rows, int row, int column)
{
    struct snapshot_time time = {0};
    if (!row_null(rows, row, column))
        time.has = wall_parse(PQgetvalue(rows->result, row, column), &time.wall);
    return time;
}

static const char *name_of(const struct rows *rows, int row, int column)
{
    const char *name = row_text(rows, row, column);
    return name ? name : "";
}

static struct snapshot_task task_row(const struct rows *rows, int row)
{
    struct snapshot_task task = {
        .uid = row_i64(rows, row, TASK_UID),
        .key = row_i64(rows, row, TASK_KEY),
        .position = row_i64(rows, row, TASK_POSITION),
        .has_parent = !row_null(rows, row, TASK_PARENT),
        .parent_uid = row_i64(rows, row, TASK_PARENT),
        .active = row_bool(rows, row, TASK_ACTIVE),
        .milestone = row_bool(rows, row, TASK_MILESTONE),
        .name = name_of(rows, row, TASK_NAME),
        .start = time_of(rows, row, TASK_START),
        .finish = time_of(rows, row, TASK_FINISH),
        .work = row_double(rows, row, TASK_WORK),
        .duration = row_double(rows, row, TASK_DURATION),
        .actual_work = row_double(rows, row, TASK_ACTUAL_WORK),
        .percent = row_double(rows, row, TASK_PERCENT),
        .baseline_start = time_of(rows, row, TASK_BASELINE_START),
        .baseline_finish = time_of(rows, row, TASK_BASELINE_FINISH),
        .baseline_work = row_double(rows, row, TASK_BASELINE_WORK),
        .baseline_duration = row_double(rows, row, TASK_BASELINE_DURATION),
        .external = row_bool(rows, row, TASK_EXTERNAL),
        .elapsed = row_bool(rows, row, TASK_ELAPSED),
        .has_calendar = row_bool(rows, row, TASK_HAS_CALENDAR),
        .ignore_resource_calendar = row_bool(rows, row, TASK_IGNORE),
        .calendar_uid = row_i64(rows, row, TASK_CALENDAR),
        .has_percent = row_bool(rows, row, TASK_HAS_PERCENT),
        .bad_percent = row_bool(rows, row, TASK_BAD_PERCENT),
        .complete = row_double(rows, row, TASK_COMPLETE),
    };
    task.has_baseline = task.baseline_start.has && task.baseline_finish.has;
    return task;
}

// The rows of one version: they are ordered by it. Returns how many, *ret_first the first.
static size_t rows_of(const struct rows *rows, int64_t version_id, int *ret_first)
{
    int low = 0, high = rows_count(rows), count = rows_count(rows);
    while (low < high) {
        int middle = (low + high) / 2;
        if (row_i64(rows, middle, 0) < version_id)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_first = low;
    int end = low;
    while (end < count && row_i64(rows, end, 0) == version_id)
        end++;
    return (size_t)(end - low);
}

struct bindings {
    const struct rows *rows;
    int first;
    size_t n;
};

static int64_t bound_project(void *data, int64_t key)
{
    const struct bindings *bindings = data;
    size_t low = 0, high = bindings->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int64_t at = row_i64(bindings->rows, bindings->first + (int)middle, 1);
        if (at == key)
            return row_i64(bindings->rows, bindings->first + (int)middle, 2);
        if (at < key)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static bool take_tasks(struct call *call, struct plan_snapshot *snapshot, const struct rows *rows,
                       const struct rows *binding_rows)
{
    int first;
    struct bindings bindings = {.rows = binding_rows};
    snapshot->n_tasks = rows_of(rows, snapshot->version_id, &first);
    snapshot->tasks = NEW_ARRAY(call, struct snapshot_task, snapshot->n_tasks);
    if (arena_exhausted(call->arena))
        return false;
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        snapshot->tasks[i] = task_row(rows, first + (int)i);
    bindings.n = rows_of(binding_rows, snapshot->version_id, &bindings.first);
    return plan_snapshot_index(call->arena, snapshot, bound_project, &bindings);
}

static void take_calendars(struct call *call, struct plan_snapshot *snapshot,
                           const struct rows *rows)
{
    int first;
    size_t n = rows_of(rows, snapshot->version_id, &first);
    snapshot->calendars = NEW_ARRAY(call, Okr__PlanCalendar *, n);
    for (size_t i = 0; i < n; i++) {
        Okr__PlanCalendar *calendar =
            plan_message(call, &okr__plan_calendar__descriptor, rows, first + (int)i, 1);
        if (calendar)
            snapshot->calendars[snapshot->n_calendars++] = calendar;
    }
}

static void take_assignments(struct call *call, struct plan_snapshot *snapshot,
                             const struct rows *rows)
{
    int first;
    size_t n = rows_of(rows, snapshot->version_id, &first);
    snapshot->assignments = NEW_ARRAY(call, struct snapshot_assignment, n);
    if (arena_exhausted(call->arena))
        return;
    for (size_t i = 0; i < n; i++) {
        int row = first + (int)i;
        struct snapshot_assignment *a = &snapshot->assignments[i];
        *a = (struct snapshot_assignment){
            .task_uid = row_i64(rows, row, 1),
            .resource_uid = row_i64(rows, row, 2),
            .work = row_double(rows, row, 3),
            .start = time_of(rows, row, 4),
            .finish = time_of(rows, row, 5),
            .position = row_i64(rows, row, 6),
            .baseline_start = time_of(rows, row, 7),
            .baseline_finish = time_of(rows, row, 8),
            .baseline_work = row_double(rows, row, 9),
            .contour = row_i64(rows, row, 10),
        };
        a->has_baseline = a->baseline_start.has && a->baseline_finish.has;
    }
    snapshot->n_assignments = n;
}

static void take_resources(struct call *call, struct plan_snapshot *snapshot,
                           const struct rows *rows)
{
    int first;
    size_t n = rows_of(rows, snapshot->version_id, &first);
    snapshot->resources = NEW_ARRAY(call, struct snapshot_resource, n);
    if (arena_exhausted(call->arena))
        return;
    for (size_t i = 0; i < n; i++) {
        int row = first + (int)i;
        snapshot->resources[i] = (struct snapshot_resource){
            .uid = row_i64(rows, row, 1),
            .name = name_of(rows, row, 2),
            .person = row_bool(rows, row, 3) && row_i64(rows, row, 1) != 0,
            .max_units = row_double(rows, row, 4),
            .has_calendar = !row_null(rows, row, 5),
            .calendar_uid = row_i64(rows, row, 5),
            .member = row_text(rows, row, 6),
        };
    }
    snapshot->n_resources = n;
}

// Both are ordered by the row that they belong to.
static void take_phases(struct call *call, struct plan_snapshot *snapshot,
                        const struct rows *of_tasks, const struct rows *of_assignments)
{
    struct plan_phase_list list = plan_phases_of(call, of_tasks, snapshot->version_id);
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        snapshot->tasks[i].phases =
            plan_phases_at(&list, snapshot->tasks[i].position, &snapshot->tasks[i].n_phases);
    list = plan_phases_of(call, of_assignments, snapshot->version_id);
    for (size_t i = 0; i < snapshot->n_assignments; i++)
        snapshot->assignments[i].phases = plan_phases_at(&list, snapshot->assignments[i].position,
                                                         &snapshot->assignments[i].n_phases);
}

struct plan_snapshot *plan_snapshots_rows(struct call *call, int first, unsigned parts,
                                          size_t *ret_n)
{
    const struct rows *rows = &call->rows[first];
    size_t n = (size_t)rows_count(&rows[0]);
    struct plan_snapshot *snapshots = NEW_ARRAY(call, struct plan_snapshot, n);
    *ret_n = 0;
    for (size_t i = 0; i < n && !arena_exhausted(call->arena); i++) {
        struct plan_snapshot *s = &snapshots[i];
        int next = 2;
        s->version = plan_version_row(call, &rows[0], (int)i);
        s->version_id = s->version->id;
        s->source_id = plan_version_key_row(&rows[0], (int)i).source_id;
        s->number = s->version->number;
        take_calendars(call, s, &rows[1]);
        if (parts & SNAPSHOT_TASKS) {
            if (!take_tasks(call, s, &rows[next], &rows[next + 1]))
                break;
            next += 2;
        }
        if (parts & SNAPSHOT_ASSIGNMENTS)
            take_assignments(call, s, &rows[next++]);
        if (parts & SNAPSHOT_RESOURCES)
            take_resources(call, s, &rows[next++]);
        if (parts & (SNAPSHOT_BASELINE_PHASES | SNAPSHOT_WORK_PHASES))
            take_phases(call, s, &rows[next], &rows[next + 1]);
    }
    if (arena_exhausted(call->arena)) {
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
        return NULL;
    }
    *ret_n = n;
    return snapshots;
}
