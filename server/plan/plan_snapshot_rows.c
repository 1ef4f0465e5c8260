// Versions in SQL, and their rows sorted out in C: a tree is quick to walk here, while the planner
// knows nothing of a version that was uploaded a moment ago. Each statement reads by index only.
#include "server/plan/plan_snapshot_rows.h"

#include "server/call/json.h"
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

// Texts of dates are read where they lie: a plan has many, and nobody needs them as texts.
static struct snapshot_time take_wall(struct row *row)
{
    struct snapshot_time time = {0};
    const char *text = take_text_in_place(row);
    time.has = text && wall_parse(text, &time.wall);
    return time;
}
#define ROW_LETTER_wall "t"
#define STRUCT_wall(field) ret->field = take_wall(row);

// Each row type follows the id of the version that the row is of.
#define TASK_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, position, "t.position")                                                             \
    NEXT(i64, uid, "t.uid")                                                                        \
    NEXT(i64, key, "coalesce(t.key, -1)")                                                          \
    NEXT(bool, has_parent, "t.parent_uid IS NOT NULL")                                             \
    NEXT(i64, parent_uid, "t.parent_uid")                                                          \
    NEXT(text, name, "coalesce(t.name, '')")                                                       \
    NEXT(wall, start, "t.start")                                                                   \
    NEXT(wall, finish, "t.finish")                                                                 \
    NEXT(bool, active, "t.active")                                                                 \
    NEXT(bool, external, "coalesce((t.body->>'external')::boolean, false)")                        \
    NEXT(bool, milestone, "coalesce((t.body->>'milestone')::boolean, false)")                      \
    NEXT(bool, elapsed, "coalesce((t.body->>'elapsed')::boolean, false)")                          \
    NEXT(bool, has_calendar, "coalesce((t.body->>'calendarUid')::bigint, -1) >= 0")                \
    NEXT(i64, calendar_uid, "coalesce((t.body->>'calendarUid')::bigint, -1)")                      \
    NEXT(bool, ignore_resource_calendar,                                                           \
         "coalesce((t.body->>'ignoreResourceCalendar')::boolean, false)")                          \
    NEXT(double, work, "coalesce(t.work, " WORK_OF_ASSIGNMENTS ", 0)")                             \
    NEXT(double, duration, "coalesce(t.duration, 0)")                                              \
    NEXT(double, actual_work, "coalesce(t.actual_work, " ACTUAL_OF_ASSIGNMENTS ", 0)")             \
    NEXT(double, percent, "least(greatest(coalesce(e.percent, 0), 0), 100)::double precision")     \
    NEXT(bool, has_percent, "e.percent IS NOT NULL")                                               \
    NEXT(bool, bad_percent,                                                                        \
         "(coalesce((t.body->>'badPercent')::boolean, false)"                                      \
         " OR coalesce(e.percent NOT BETWEEN 0 AND 100, false))")                                  \
    NEXT(double, complete,                                                                         \
         "least(greatest(coalesce(t.percent_complete, 0), 0), 100)::double precision")             \
    NEXT(wall, baseline_start, "b.start")                                                          \
    NEXT(wall, baseline_finish, "b.finish")                                                        \
    NEXT(double, baseline_work, "coalesce(b.work, " BASELINE_OF_ASSIGNMENTS ", 0)")                \
    NEXT(double, baseline_duration, "coalesce(b.duration, 0)")
static STRUCT_READER(task_take, struct snapshot_task, TASK_ROW);

STATEMENT(snapshot_tasks, MANY, "Ll", "l" ROW_LETTERS(TASK_ROW),
          "SELECT t.version_id, " ROW_COLUMNS(
              TASK_ROW) " FROM plan_task t JOIN plan_version v ON v.id = t.version_id"
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

#define BINDING_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, key, "b.task_key")                                                                  \
    NEXT(i64, project_id, "b.project_id")
struct binding {
    int64_t key, project_id;
};
static STRUCT_READER(binding_take, struct binding, BINDING_ROW);

STATEMENT(snapshot_bindings, MANY, "L", "l" ROW_LETTERS(BINDING_ROW),
          "SELECT v.id, " ROW_COLUMNS(
              BINDING_ROW) " FROM plan_version v "
                           "JOIN plan_binding b ON b.source_id = v.source_id WHERE v.id = ANY($1) "
                           "ORDER BY v.id, b.task_key");

STATEMENT(snapshot_calendars, MANY, "L", "lt",
          "SELECT c.version_id, c.body::text FROM plan_calendar c WHERE c.version_id = ANY($1) "
          "ORDER BY c.version_id, c.position");

#define ASSIGNMENT_ROW(FIRST, NEXT)                                                                \
    FIRST(i64, position, "a.position")                                                             \
    NEXT(i64, task_uid, "a.task_uid")                                                              \
    NEXT(i64, resource_uid, "coalesce(a.resource_uid, 0)")                                         \
    NEXT(double, work, "coalesce(a.work, 0)")                                                      \
    NEXT(wall, start, "a.body->>'start'")                                                          \
    NEXT(wall, finish, "a.body->>'finish'")                                                        \
    NEXT(i64, contour, "coalesce((a.body->>'contour')::bigint, 0)")                                \
    NEXT(wall, baseline_start, "b.start")                                                          \
    NEXT(wall, baseline_finish, "b.finish")                                                        \
    NEXT(double, baseline_work, "coalesce(b.work, 0)")
static STRUCT_READER(assignment_take, struct snapshot_assignment, ASSIGNMENT_ROW);

STATEMENT(snapshot_assignments, MANY, "Ll", "l" ROW_LETTERS(ASSIGNMENT_ROW),
          "SELECT a.version_id, " ROW_COLUMNS(
              ASSIGNMENT_ROW) " FROM plan_assignment a JOIN plan_version v ON v.id = a.version_id "
                              "LEFT JOIN LATERAL (SELECT j.b->>'start' AS start, j.b->>'finish' AS "
                              "finish, "
                              "  (j.b->>'work')::double precision AS work "
                              " FROM jsonb_array_elements(a.body->'baselines') j(b) "
                              " WHERE j.b->>'number' = " BASELINE_NUMBER " LIMIT 1) b ON true "
                              "WHERE a.version_id = ANY($1) AND a.task_uid IS NOT NULL "
                              " AND ($2::bigint IS NULL OR a.task_uid = $2) ORDER BY a.version_id, "
                              "a.position");

#define RESOURCE_ROW(FIRST, NEXT)                                                                  \
    FIRST(i64, uid, "r.uid")                                                                       \
    NEXT(text, name, "coalesce(r.name, '')")                                                       \
    NEXT(text, member, "m.handle")                                                                 \
    NEXT(bool, person,                                                                             \
         "(coalesce(r.body->>'kind', 'work') = 'work' AND r.uid <> 0"                              \
         " AND NOT coalesce((r.body->>'null')::boolean, false))")                                  \
    NEXT(double, max_units, "coalesce((r.body->>'maxUnits')::double precision, 1)")                \
    NEXT(bool, has_calendar, "(r.body->>'calendarUid') IS NOT NULL")                               \
    NEXT(i64, calendar_uid, "(r.body->>'calendarUid')::bigint")
static STRUCT_READER(resource_take, struct snapshot_resource, RESOURCE_ROW);

STATEMENT(snapshot_resources, MANY, "L", "l" ROW_LETTERS(RESOURCE_ROW),
          "SELECT r.version_id, " ROW_COLUMNS(
              RESOURCE_ROW) " FROM plan_resource r JOIN plan_version v ON v.id = r.version_id "
                            "LEFT JOIN plan_person p ON p.source_id = v.source_id AND "
                            "p.resource_uid = r.uid "
                            "LEFT JOIN member m ON m.id = p.member_id "
                            "WHERE r.version_id = ANY($1) AND r.uid IS NOT NULL ORDER BY "
                            "r.version_id, r.position");

static struct asked ask(struct call *call, const struct statement *statement, const int64_t *ids,
                        size_t n, int64_t task_uid)
{
    struct query *q = call_ask(call, statement);
    bind_i64_array(q, ids, n);
    if (statement->params[1])
        bind_opt_i64(q, task_uid != 0, task_uid);
    return q->asked;
}

struct snapshots_asked plan_snapshots_ask(struct call *call, const int64_t *version_ids, size_t n,
                                          unsigned parts, int64_t task_uid)
{
    struct snapshots_asked asked = {.parts = parts};
    asked.versions = plan_version_ask_ids(call, version_ids, n);
    asked.calendars = ask(call, &snapshot_calendars, version_ids, n, 0);
    if (parts & SNAPSHOT_TASKS) {
        asked.tasks = ask(call, &snapshot_tasks, version_ids, n, task_uid);
        asked.bindings = ask(call, &snapshot_bindings, version_ids, n, 0);
    }
    if (parts & SNAPSHOT_ASSIGNMENTS)
        asked.assignments = ask(call, &snapshot_assignments, version_ids, n, task_uid);
    if (parts & SNAPSHOT_RESOURCES)
        asked.resources = ask(call, &snapshot_resources, version_ids, n, 0);
    if (parts & (SNAPSHOT_BASELINE_PHASES | SNAPSHOT_WORK_PHASES))
        asked.phases = plan_phases_ask(call, version_ids, n, parts & SNAPSHOT_BASELINE_PHASES,
                                       parts & SNAPSHOT_WORK_PHASES);
    return asked;
}

// ---- rows -------------------------------------------------------------------------------------

// The rows of one version: they are ordered by it.
struct part {
    const struct rows *rows;
    int first;
    size_t n;
};

static int64_t version_at(const struct rows *rows, int index)
{
    struct row row = rows_at(rows, index);
    return take_i64(&row);
}

static struct part part_of(struct call *call, struct asked asked, int64_t version_id)
{
    const struct rows *rows = call_rows(call, asked);
    int low = 0, high = rows_count(rows), count = rows_count(rows);
    while (low < high) {
        int middle = (low + high) / 2;
        if (version_at(rows, middle) < version_id)
            low = middle + 1;
        else
            high = middle;
    }
    int end = low;
    while (end < count && version_at(rows, end) == version_id)
        end++;
    return (struct part){.rows = rows, .first = low, .n = (size_t)(end - low)};
}

// On a row of it, behind the version's id.
static struct row part_at(const struct part *part, size_t i)
{
    struct row row = rows_at(part->rows, part->first + (int)i);
    take_nothing(&row);
    return row;
}

static int64_t bound_project(void *data, int64_t key)
{
    const struct part *bindings = data;
    size_t low = 0, high = bindings->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        struct row row = part_at(bindings, middle);
        struct binding binding;
        binding_take(&row, &binding);
        if (binding.key == key)
            return binding.project_id;
        if (binding.key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static bool take_tasks(struct call *call, struct plan_snapshot *snapshot,
                       const struct snapshots_asked *asked)
{
    struct part part = part_of(call, asked->tasks, snapshot->version_id);
    struct part bindings = part_of(call, asked->bindings, snapshot->version_id);
    snapshot->n_tasks = part.n;
    snapshot->tasks = NEW_ARRAY(call, struct snapshot_task, part.n);
    for (size_t i = 0; !arena_exhausted(call->arena) && i < part.n; i++) {
        struct row row = part_at(&part, i);
        struct snapshot_task *task = &snapshot->tasks[i];
        task_take(&row, task);
        task->has_baseline = task->baseline_start.has && task->baseline_finish.has;
    }
    return !arena_exhausted(call->arena) &&
           plan_snapshot_index(call->arena, snapshot, bound_project, &bindings);
}

static void take_calendars(struct call *call, struct plan_snapshot *snapshot, struct asked asked)
{
    struct part part = part_of(call, asked, snapshot->version_id);
    snapshot->calendars = NEW_ARRAY(call, Okr__PlanCalendar *, part.n);
    for (size_t i = 0; i < part.n; i++) {
        struct row row = part_at(&part, i);
        Okr__PlanCalendar *calendar = take_message(call, &row, &okr__plan_calendar__descriptor);
        if (calendar)
            snapshot->calendars[snapshot->n_calendars++] = calendar;
    }
}

static void take_assignments(struct call *call, struct plan_snapshot *snapshot, struct asked asked)
{
    struct part part = part_of(call, asked, snapshot->version_id);
    snapshot->assignments = NEW_ARRAY(call, struct snapshot_assignment, part.n);
    if (arena_exhausted(call->arena))
        return;
    for (size_t i = 0; i < part.n; i++) {
        struct row row = part_at(&part, i);
        struct snapshot_assignment *a = &snapshot->assignments[i];
        assignment_take(&row, a);
        a->has_baseline = a->baseline_start.has && a->baseline_finish.has;
    }
    snapshot->n_assignments = part.n;
}

static void take_resources(struct call *call, struct plan_snapshot *snapshot, struct asked asked)
{
    struct part part = part_of(call, asked, snapshot->version_id);
    snapshot->resources = NEW_ARRAY(call, struct snapshot_resource, part.n);
    if (arena_exhausted(call->arena))
        return;
    for (size_t i = 0; i < part.n; i++) {
        struct row row = part_at(&part, i);
        resource_take(&row, &snapshot->resources[i]);
    }
    snapshot->n_resources = part.n;
}

// Both are ordered by the row that they belong to.
static void take_phases(struct call *call, struct plan_snapshot *snapshot,
                        const struct phases_asked *asked)
{
    struct plan_phase_list list = plan_phases_of(call, asked->tasks, snapshot->version_id);
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        snapshot->tasks[i].phases =
            plan_phases_at(&list, snapshot->tasks[i].position, &snapshot->tasks[i].n_phases);
    list = plan_phases_of(call, asked->assignments, snapshot->version_id);
    for (size_t i = 0; i < snapshot->n_assignments; i++)
        snapshot->assignments[i].phases = plan_phases_at(&list, snapshot->assignments[i].position,
                                                         &snapshot->assignments[i].n_phases);
}

// The parts of a version that were asked for. False: no memory.
static bool take_parts(struct call *call, struct plan_snapshot *snapshot,
                       const struct snapshots_asked *asked)
{
    take_calendars(call, snapshot, asked->calendars);
    if (asked->parts & SNAPSHOT_TASKS && !take_tasks(call, snapshot, asked))
        return false;
    if (asked->parts & SNAPSHOT_ASSIGNMENTS)
        take_assignments(call, snapshot, asked->assignments);
    if (asked->parts & SNAPSHOT_RESOURCES)
        take_resources(call, snapshot, asked->resources);
    if (asked->parts & (SNAPSHOT_BASELINE_PHASES | SNAPSHOT_WORK_PHASES))
        take_phases(call, snapshot, &asked->phases);
    return !arena_exhausted(call->arena);
}

struct plan_snapshot *plan_snapshots_rows(struct call *call, const struct snapshots_asked *asked,
                                          size_t *ret_n)
{
    struct row row = asked_begin(call, asked->versions);
    size_t n = 0;
    struct plan_snapshot *snapshots =
        NEW_ARRAY(call, struct plan_snapshot, (size_t)rows_count(row.rows));
    *ret_n = 0;
    while (!arena_exhausted(call->arena) && row_next(&row)) {
        struct plan_snapshot *s = &snapshots[n++];
        struct plan_version_key key;
        s->version = plan_version_take(call, &row, &key);
        s->version_id = key.id;
        s->source_id = key.source_id;
        s->number = s->version->number;
        if (!take_parts(call, s, asked))
            break;
    }
    if (arena_exhausted(call->arena)) {
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
        return NULL;
    }
    *ret_n = n;
    return snapshots;
}
