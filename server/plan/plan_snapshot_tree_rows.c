// The tree of a version's tasks, from rows in file order: which are leaves, and whose they are.
#include "server/plan/plan_snapshot_rows.h"

#include <stdlib.h>
#include <string.h>

struct numbered { // qsort() gives its comparison no context
    int64_t number;
    int32_t index;
};

static int compare_numbers(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static int64_t uid_of(const struct snapshot_task *task)
{
    return task->uid;
}

static int64_t key_of(const struct snapshot_task *task)
{
    return task->key;
}

static int32_t find(const struct plan_snapshot *snapshot, const int32_t *sorted,
                    int64_t (*number)(const struct snapshot_task *task), int64_t wanted)
{
    size_t low = 0, high = snapshot->n_by_uid;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int32_t index = sorted[middle];
        int64_t at = number(&snapshot->tasks[index]);
        if (at == wanted)
            return index;
        if (at < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static int32_t index_of(const struct plan_snapshot *snapshot, int64_t uid)
{
    return find(snapshot, snapshot->by_uid, uid_of, uid);
}

const struct snapshot_task *plan_snapshot_task(const struct plan_snapshot *snapshot, int64_t uid)
{
    int32_t index = index_of(snapshot, uid);
    return index < 0 ? NULL : &snapshot->tasks[index];
}

const struct snapshot_task *plan_snapshot_task_of_key(const struct plan_snapshot *snapshot,
                                                      int64_t key)
{
    int32_t index = key < 0 ? -1 : find(snapshot, snapshot->by_key, key_of, key);
    return index < 0 ? NULL : &snapshot->tasks[index];
}

// Of rows with the same UID the first stays.
static void drop_repeated(struct plan_snapshot *snapshot, const struct numbered *sorted, bool *gone)
{
    size_t kept = 0;
    for (size_t i = 1; i < snapshot->n_tasks; i++)
        gone[sorted[i].index] = sorted[i].number == sorted[i - 1].number;
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        if (!gone[i])
            snapshot->tasks[kept++] = snapshot->tasks[i];
    snapshot->n_tasks = kept;
}

static void sort_by(const struct plan_snapshot *snapshot, struct numbered *sorted,
                    int64_t (*number)(const struct snapshot_task *task))
{
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        sorted[i] = (struct numbered){number(&snapshot->tasks[i]), (int32_t)i};
    qsort(sorted, snapshot->n_tasks, sizeof *sorted, compare_numbers);
}

static void fill_index(const struct plan_snapshot *snapshot, struct numbered *sorted,
                       int64_t (*number)(const struct snapshot_task *task), int32_t *ret)
{
    sort_by(snapshot, sorted, number);
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        ret[i] = sorted[i].index;
}

static bool sort_tasks(struct arena *arena, struct plan_snapshot *snapshot)
{
    size_t n = snapshot->n_tasks;
    struct numbered *sorted = malloc((n + 1) * sizeof *sorted);
    bool *gone = calloc(n + 1, sizeof *gone);
    snapshot->by_uid = arena_calloc(arena, n + 1, sizeof *snapshot->by_uid);
    snapshot->by_key = arena_calloc(arena, n + 1, sizeof *snapshot->by_key);
    bool fine = sorted && gone && snapshot->by_uid && snapshot->by_key;
    if (fine) {
        sort_by(snapshot, sorted, uid_of);
        drop_repeated(snapshot, sorted, gone);
        fill_index(snapshot, sorted, uid_of, snapshot->by_uid);
        fill_index(snapshot, sorted, key_of, snapshot->by_key);
    }
    snapshot->n_by_uid = fine ? snapshot->n_tasks : 0;
    free(sorted);
    free(gone);
    return fine;
}

// Up to the nearest binding, marking nothing: a file's parents may go round in a circle, so the way
// is counted. Rows come behind their parents, so a parent's own project is known as a rule.
static int64_t project_above(const struct plan_snapshot *snapshot, const struct snapshot_task *task,
                             const int64_t *own)
{
    for (size_t steps = 0; task && steps <= 64; steps++) {
        int64_t project = own[task - snapshot->tasks];
        if (project != 0)
            return project;
        task = task->has_parent ? plan_snapshot_task(snapshot, task->parent_uid) : NULL;
    }
    return 0;
}

bool plan_snapshot_index(struct arena *arena, struct plan_snapshot *snapshot,
                         int64_t (*bound)(void *data, int64_t key), void *data)
{
    if (!sort_tasks(arena, snapshot))
        return false;
    int64_t *own = calloc(snapshot->n_tasks + 1, sizeof *own);
    if (!own)
        return false;
    for (size_t i = 0; i < snapshot->n_tasks; i++) {
        snapshot->tasks[i].leaf = true;
        own[i] = bound ? bound(data, snapshot->tasks[i].key) : 0;
    }
    for (size_t i = 0; i < snapshot->n_tasks; i++) {
        struct snapshot_task *task = &snapshot->tasks[i];
        int32_t parent = task->has_parent ? index_of(snapshot, task->parent_uid) : -1;
        if (parent >= 0)
            snapshot->tasks[parent].leaf = false;
        task->project_id = project_above(snapshot, task, own);
    }
    free(own);
    return true;
}

const struct snapshot_resource *plan_snapshot_resource(const struct plan_snapshot *snapshot,
                                                       int64_t uid)
{
    for (size_t i = 0; i < snapshot->n_resources; i++)
        if (snapshot->resources[i].uid == uid)
            return &snapshot->resources[i];
    return NULL;
}
