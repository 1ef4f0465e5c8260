// The tree of a version's tasks, from rows in file order: which are leaves, and whose they are.
#include "server/store/plan_snapshot.h"

#include <stdlib.h>
#include <string.h>

struct by_uid { // qsort() gives its comparison no context
    int64_t uid;
    int32_t index;
};

static int compare_uids(const void *a, const void *b)
{
    const struct by_uid *x = a, *y = b;
    if (x->uid != y->uid)
        return x->uid < y->uid ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static int32_t index_of(const struct plan_snapshot *snapshot, int64_t uid)
{
    size_t low = 0, high = snapshot->n_by_uid;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int32_t index = snapshot->by_uid[middle];
        if (snapshot->tasks[index].uid == uid)
            return index;
        if (snapshot->tasks[index].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

const struct snapshot_task *plan_snapshot_task(const struct plan_snapshot *snapshot, int64_t uid)
{
    int32_t index = index_of(snapshot, uid);
    return index < 0 ? NULL : &snapshot->tasks[index];
}

// Of rows with the same UID the first stays.
static void drop_repeated(struct plan_snapshot *snapshot, const struct by_uid *sorted, bool *gone)
{
    size_t kept = 0;
    for (size_t i = 1; i < snapshot->n_tasks; i++)
        gone[sorted[i].index] = sorted[i].uid == sorted[i - 1].uid;
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        if (!gone[i])
            snapshot->tasks[kept++] = snapshot->tasks[i];
    snapshot->n_tasks = kept;
}

static bool sort_uids(struct arena *arena, struct plan_snapshot *snapshot)
{
    size_t n = snapshot->n_tasks;
    struct by_uid *sorted = malloc((n + 1) * sizeof *sorted);
    bool *gone = calloc(n + 1, sizeof *gone);
    snapshot->by_uid = arena_calloc(arena, n + 1, sizeof *snapshot->by_uid);
    bool fine = sorted && gone && snapshot->by_uid;
    for (int pass = 0; fine && pass < 2; pass++) { // the second over what the first has left
        for (size_t i = 0; i < snapshot->n_tasks; i++)
            sorted[i] = (struct by_uid){snapshot->tasks[i].uid, (int32_t)i};
        qsort(sorted, snapshot->n_tasks, sizeof *sorted, compare_uids);
        if (pass == 0)
            drop_repeated(snapshot, sorted, gone);
    }
    for (size_t i = 0; fine && i < snapshot->n_tasks; i++)
        snapshot->by_uid[i] = sorted[i].index;
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
                         int64_t (*bound)(void *data, int64_t uid), void *data)
{
    if (!sort_uids(arena, snapshot))
        return false;
    int64_t *own = calloc(snapshot->n_tasks + 1, sizeof *own);
    if (!own)
        return false;
    for (size_t i = 0; i < snapshot->n_tasks; i++) {
        snapshot->tasks[i].leaf = true;
        own[i] = bound ? bound(data, snapshot->tasks[i].uid) : 0;
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
