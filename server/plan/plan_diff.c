// Each task of the newer version is looked up in the older one; what differs becomes a change.
#include "server/plan/plan_diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double POINT = 1; // of percent complete, as MS Project rounds it
static const double HALF_MINUTE = 0.5;

#define KIND(name) OKR__PLAN_CHANGE_KIND__PLAN_CHANGE_KIND_##name

struct run {
    struct arena *arena;
    const struct plan_diff *diff;
    Okr__PlanChange **changes;
    size_t n, room;
    bool failed;
};

double plan_diff_planned_percent(struct working_time *time, const struct snapshot_task *task,
                                 int64_t at)
{
    if (!task->start.has || !task->finish.has || at < task->start.wall)
        return 0;
    if (at >= task->finish.wall)
        return 100;
    double whole = working_minutes(time, task->start.wall, task->finish.wall);
    return whole > 0 ? 100 * working_minutes(time, task->start.wall, at) / whole : 0;
}

// ---- making changes ---------------------------------------------------------------------------

static Okr__PlanChange *add(struct run *run, Okr__PlanChangeKind kind,
                            const struct snapshot_task *task)
{
    static Okr__PlanChange nowhere;
    Okr__PlanChange *change = arena_alloc(run->arena, sizeof *change);
    if (run->n == run->room && change) {
        size_t room = run->room ? run->room * 2 : 32;
        Okr__PlanChange **more = arena_calloc(run->arena, room, sizeof *more);
        if (more && run->n)
            memcpy(more, run->changes, run->n * sizeof *more);
        run->changes = more;
        run->room = more ? room : 0;
    }
    if (!change || !run->changes) {
        run->failed = true;
        run->n = run->room = 0;
        return &nowhere;
    }
    okr__plan_change__init(change);
    run->changes[run->n++] = change;
    change->has_kind = change->has_task_uid = 1;
    change->kind = kind;
    change->task_uid = task->uid;
    change->task_name = arena_strdup(run->arena, task->name);
    change->has_project_id = task->project_id != 0;
    change->project_id = task->project_id;
    return change;
}

static char *dates_text(struct run *run, struct snapshot_time start, struct snapshot_time finish)
{
    char from[WALL_SIZE] = "", to[WALL_SIZE] = "";
    if (start.has)
        wall_format(start.wall, from);
    if (finish.has)
        wall_format(finish.wall, to);
    return arena_printf(run->arena, "%s/%s", from, to);
}

static char *hours_text(struct run *run, double minutes)
{
    return arena_printf(run->arena, "%.10g", round(minutes / 60 * 100) / 100);
}

// ---- dates and baseline -----------------------------------------------------------------------

static bool same_time(struct snapshot_time a, struct snapshot_time b)
{
    return a.has == b.has && (!a.has || a.wall == b.wall);
}

static bool later(struct snapshot_time before, struct snapshot_time after)
{
    return before.has && after.has && after.wall > before.wall;
}

static bool dates_changed(const struct snapshot_task *a, const struct snapshot_task *b)
{
    return !same_time(a->start, b->start) || !same_time(a->finish, b->finish);
}

static bool baseline_changed(const struct snapshot_task *a, const struct snapshot_task *b)
{
    if (a->has_baseline != b->has_baseline)
        return true;
    return a->has_baseline && (!same_time(a->baseline_start, b->baseline_start) ||
                               !same_time(a->baseline_finish, b->baseline_finish) ||
                               fabs(a->baseline_work - b->baseline_work) > HALF_MINUTE);
}

static bool is_behind(const struct run *run, const struct snapshot_task *old,
                      const struct snapshot_task *new)
{
    const struct plan_diff *diff = run->diff;
    return diff->has_status &&
           new->percent + POINT < plan_diff_planned_percent(diff->time, old, diff->status);
}

static void fill_dates(struct run *run, Okr__PlanChange *change, const struct snapshot_task *old,
                       const struct snapshot_task *new)
{
    struct snapshot_time from = old->finish, to = new->finish;
    change->before = dates_text(run, old->start, old->finish);
    change->after = dates_text(run, new->start, new->finish);
    if (same_time(from, to)) {
        from = old->start;
        to = new->start;
    }
    if (!from.has || !to.has)
        return;
    change->has_working_days = 1;
    change->working_days = (int32_t)lround(working_days(run->diff->time, from.wall, to.wall));
}

static void fill_baseline(struct run *run, Okr__PlanChange *change, const struct snapshot_task *old,
                          const struct snapshot_task *new)
{
    if (old->has_baseline)
        change->before = dates_text(run, old->baseline_start, old->baseline_finish);
    if (new->has_baseline)
        change->after = dates_text(run, new->baseline_start, new->baseline_finish);
    if (!old->has_baseline || !new->has_baseline)
        return;
    change->has_working_days = 1;
    change->working_days = (int32_t)lround(
        working_days(run->diff->time, old->baseline_finish.wall, new->baseline_finish.wall));
}

static void compare_dates(struct run *run, const struct snapshot_task *old,
                          const struct snapshot_task *new)
{
    bool dates = dates_changed(old, new), baseline = baseline_changed(old, new);
    bool slipped = (later(old->start, new->start) || later(old->finish, new->finish)) &&
                   is_behind(run, old, new);
    if (dates && slipped)
        fill_dates(run, add(run, KIND(SLIPPED), new), old, new);
    if ((dates && !slipped) || baseline) {
        Okr__PlanChange *change = add(run, KIND(REPLANNED), new);
        if (dates && !slipped)
            fill_dates(run, change, old, new);
        else
            fill_baseline(run, change, old, new);
        change->has_baseline = baseline;
        change->baseline = baseline;
    }
}

// ---- people and effort ------------------------------------------------------------------------

static int by_task(const void *a, const void *b)
{
    const struct snapshot_assignment *x = *(const struct snapshot_assignment *const *)a;
    const struct snapshot_assignment *y = *(const struct snapshot_assignment *const *)b;
    if (x->task_uid != y->task_uid)
        return x->task_uid < y->task_uid ? -1 : 1;
    return x->resource_uid < y->resource_uid ? -1 : x->resource_uid > y->resource_uid;
}

struct people { // assignments by task and resource, without the unassigned ones
    const struct plan_snapshot *snapshot;
    const struct snapshot_assignment **sorted;
    size_t n;
};

static void people_sort(struct run *run, const struct plan_snapshot *snapshot, struct people *ret)
{
    *ret = (struct people){.snapshot = snapshot};
    ret->sorted = arena_calloc(run->arena, snapshot->n_assignments + 1, sizeof *ret->sorted);
    if (!ret->sorted) {
        run->failed = true;
        return;
    }
    for (size_t i = 0; i < snapshot->n_assignments; i++)
        if (snapshot->assignments[i].resource_uid != 0)
            ret->sorted[ret->n++] = &snapshot->assignments[i];
    qsort(ret->sorted, ret->n, sizeof *ret->sorted, by_task);
}

static size_t people_of(const struct people *people, int64_t task_uid,
                        const struct snapshot_assignment *const **ret)
{
    size_t low = 0, high = people->n, count = 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (people->sorted[middle]->task_uid < task_uid)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = people->sorted + low;
    while (low + count < people->n && people->sorted[low + count]->task_uid == task_uid)
        count++;
    return count;
}

// The next place with another resource: one pair may be assigned twice.
static size_t next_person(const struct snapshot_assignment *const *list, size_t n, size_t i)
{
    size_t next = i + 1;
    while (next < n && list[next]->resource_uid == list[i]->resource_uid)
        next++;
    return next;
}

static const char *resource_name(const struct plan_snapshot *snapshot, int64_t uid)
{
    for (size_t i = 0; i < snapshot->n_resources; i++)
        if (snapshot->resources[i].uid == uid)
            return snapshot->resources[i].name;
    return "?";
}

static char *names_text(struct run *run, const struct people *people,
                        const struct snapshot_assignment *const *list, size_t n)
{
    char *text = arena_strdup(run->arena, "");
    for (size_t i = 0; i < n && text; i = next_person(list, n, i))
        text = arena_printf(run->arena, "%s%s%s", text, *text ? ", " : "",
                            resource_name(people->snapshot, list[i]->resource_uid));
    return text;
}

static void compare_people(struct run *run, const struct people *old, const struct people *new,
                           const struct snapshot_task *was, const struct snapshot_task *task)
{
    const struct snapshot_assignment *const *a, *const *b;
    size_t n = people_of(old, was->uid, &a), m = people_of(new, task->uid, &b);
    size_t i = 0, k = 0;
    while (i < n && k < m && a[i]->resource_uid == b[k]->resource_uid) {
        i = next_person(a, n, i);
        k = next_person(b, m, k);
    }
    if (i == n && k == m)
        return;
    Okr__PlanChange *change = add(run, KIND(REASSIGNED), task);
    change->before = names_text(run, old, a, n);
    change->after = names_text(run, new, b, m);
}

// ---- tasks ------------------------------------------------------------------------------------

static const char *parent_name(const struct plan_snapshot *snapshot,
                               const struct snapshot_task *task)
{
    const struct snapshot_task *parent =
        task->has_parent ? plan_snapshot_task(snapshot, task->parent_uid) : NULL;
    return parent ? parent->name : "";
}

// -1: it stands at the top, below nothing but the project summary, which not all programs write.
static int64_t parent_key(const struct plan_snapshot *snapshot, const struct snapshot_task *task)
{
    const struct snapshot_task *parent =
        task->has_parent ? plan_snapshot_task(snapshot, task->parent_uid) : NULL;
    return parent && parent->uid != 0 ? parent->key : -1;
}

static void compare_task(struct run *run, const struct people *old_people,
                         const struct people *new_people, const struct snapshot_task *old,
                         const struct snapshot_task *new)
{
    if (strcmp(old->name, new->name) != 0) {
        Okr__PlanChange *change = add(run, KIND(RENAMED), new);
        change->before = arena_strdup(run->arena, old->name);
        change->after = arena_strdup(run->arena, new->name);
    }
    if (parent_key(run->diff->older, old) != parent_key(run->diff->newer, new)) {
        Okr__PlanChange *change = add(run, KIND(MOVED), new);
        change->before = arena_strdup(run->arena, parent_name(run->diff->older, old));
        change->after = arena_strdup(run->arena, parent_name(run->diff->newer, new));
    }
    if (!old->leaf || !new->leaf)
        return;
    compare_dates(run, old, new);
    compare_people(run, old_people, new_people, old, new);
    if (fabs(old->work - new->work) > HALF_MINUTE) {
        Okr__PlanChange *change = add(run, KIND(EFFORT), new);
        change->before = hours_text(run, old->work);
        change->after = hours_text(run, new->work);
    }
}

static bool is_wanted(const struct plan_diff *diff, const struct snapshot_task *old,
                      const struct snapshot_task *new)
{
    return diff->project_id == 0 || (old && old->project_id == diff->project_id) ||
           (new &&new->project_id == diff->project_id);
}

static void told_whole(struct run *run, Okr__PlanChangeKind kind, const struct snapshot_task *task)
{
    Okr__PlanChange *change = add(run, kind, task);
    char *dates = dates_text(run, task->start, task->finish);
    if (kind == KIND(ADDED))
        change->after = dates;
    else
        change->before = dates;
}

Okr__PlanChange **plan_diff_changes(struct arena *arena, const struct plan_diff *diff,
                                    size_t *ret_n)
{
    struct run run = {.arena = arena, .diff = diff};
    struct people old_people, new_people;
    people_sort(&run, diff->older, &old_people);
    people_sort(&run, diff->newer, &new_people);
    run.changes = arena_calloc(arena, 1, sizeof *run.changes);
    for (size_t i = 0; i < diff->newer->n_tasks && !run.failed; i++) {
        const struct snapshot_task *new = &diff->newer->tasks[i];
        const struct snapshot_task *old = plan_snapshot_task_of_key(diff->older, new->key);
        if (!is_wanted(diff, old, new))
            continue;
        if (old)
            compare_task(&run, &old_people, &new_people, old, new);
        else
            told_whole(&run, KIND(ADDED), new);
    }
    for (size_t i = 0; i < diff->older->n_tasks && !run.failed; i++) {
        const struct snapshot_task *old = &diff->older->tasks[i];
        if (is_wanted(diff, old, NULL) && !plan_snapshot_task_of_key(diff->newer, old->key))
            told_whole(&run, KIND(REMOVED), old);
    }
    *ret_n = run.failed ? 0 : run.n;
    return run.failed ? NULL : run.changes;
}
