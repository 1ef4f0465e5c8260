// Pieces are put together per assignment, and per task out of those.
#include "server/progress/pieces.h"

#include <stdlib.h>

enum { TENTHS = 10, CONTOURS = 8 };

struct plan_work {
    struct arena *arena;
    const struct plan_snapshot *snapshot;
    struct plan_times *times;
    const struct snapshot_assignment **by_task; // assignments, by their task's UID
};

// ---- one piece --------------------------------------------------------------------------------

double piece_until(const struct piece *piece, int64_t at)
{
    if (at >= piece->finish)
        return piece->work;
    if (at <= piece->start)
        return 0;
    double whole = working_minutes(piece->time, piece->start, piece->finish);
    return whole > 0 ? piece->work * working_minutes(piece->time, piece->start, at) / whole : 0;
}

static int by_task(const void *pa, const void *pb)
{
    const struct snapshot_assignment *a = *(const struct snapshot_assignment *const *)pa;
    const struct snapshot_assignment *b = *(const struct snapshot_assignment *const *)pb;
    if (a->task_uid != b->task_uid)
        return a->task_uid < b->task_uid ? -1 : 1;
    return a->position < b->position ? -1 : a->position > b->position;
}

struct plan_work *plan_work_new(struct arena *arena, const struct plan_snapshot *snapshot)
{
    struct plan_work *work = arena_calloc(arena, 1, sizeof *work);
    if (!work)
        return NULL;
    *work = (struct plan_work){
        .arena = arena,
        .snapshot = snapshot,
        .times = plan_times_new(arena, snapshot),
        .by_task = arena_calloc(arena, snapshot->n_assignments + 1, sizeof *work->by_task)};
    if (!work->times || !work->by_task)
        return NULL;
    for (size_t i = 0; i < snapshot->n_assignments; i++)
        work->by_task[i] = &snapshot->assignments[i];
    qsort(work->by_task, snapshot->n_assignments, sizeof *work->by_task, by_task);
    return work;
}

const struct plan_snapshot *plan_work_snapshot(const struct plan_work *work)
{
    return work->snapshot;
}

struct plan_times *plan_work_times(const struct plan_work *work)
{
    return work->times;
}

// ---- adding -----------------------------------------------------------------------------------

static bool make_room(struct plan_work *work, struct pieces *pieces, size_t *room, size_t more)
{
    if (pieces->n + more <= *room)
        return true;
    size_t wanted = 2 * (pieces->n + more);
    struct piece *list = arena_calloc(work->arena, wanted, sizeof *list);
    if (!list)
        return false;
    for (size_t i = 0; i < pieces->n; i++)
        list[i] = pieces->list[i];
    pieces->list = list;
    *room = wanted;
    return true;
}

// What is being put together: the time of whoever does it, and where it may lie.
struct making {
    struct plan_work *work;
    struct pieces *pieces;
    size_t room;
    struct working_time *time;
};

static void add(struct making *m, int64_t start, int64_t finish, double minutes)
{
    if (minutes <= 0 || !make_room(m->work, m->pieces, &m->room, 1))
        return;
    m->pieces->list[m->pieces->n++] = (struct piece){start, finish, minutes, m->time};
}

// What the file itself tells; work outside of the calendar's time is where it was put.
static double add_phases(struct making *m, const struct plan_phases *phases, size_t n,
                         bool baseline)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; phases[i].baseline == baseline && k < phases[i].n; k++) {
            struct plan_piece piece = plan_piece_at(&phases[i], k);
            struct working_time *own = m->time;
            if (working_minutes(own, piece.start, piece.finish) <= 0)
                m->time = plan_times_clock(m->work->times);
            add(m, piece.start, piece.finish, piece.work);
            m->time = own;
            sum += piece.work;
        }
    return sum;
}

// MS Project's contours: the share of the units in each tenth of the duration.
static const double contours[CONTOURS][TENTHS] = {
    [1] = {10, 15, 25, 50, 50, 75, 75, 100, 100, 100},  // back loaded
    [2] = {100, 100, 100, 75, 75, 50, 50, 25, 15, 10},  // front loaded
    [3] = {25, 50, 100, 50, 25, 25, 50, 100, 50, 25},   // double peak
    [4] = {25, 50, 100, 100, 75, 50, 50, 25, 15, 10},   // early peak
    [5] = {10, 15, 25, 50, 50, 75, 100, 100, 50, 25},   // late peak
    [6] = {10, 20, 40, 80, 100, 100, 80, 40, 20, 10},   // bell
    [7] = {25, 50, 75, 100, 100, 100, 100, 75, 50, 25}, // turtle
};

// By the named contour, else evenly.
static void add_spread(struct making *m, int64_t contour, int64_t start, int64_t finish,
                       double minutes)
{
    double whole = working_minutes(m->time, start, finish), sum = 0;
    if (contour < 1 || contour >= CONTOURS || whole <= 0) {
        m->pieces->even = m->pieces->even || finish > start;
        add(m, start, finish, minutes);
        return;
    }
    for (int i = 0; i < TENTHS; i++)
        sum += contours[contour][i];
    int64_t from = start;
    for (int i = 0; i < TENTHS; i++) {
        int64_t to = i + 1 == TENTHS
                         ? finish
                         : working_add(m->time, start, whole * (i + 1) / (double)TENTHS);
        add(m, from, to, minutes * contours[contour][i] / sum);
        from = to;
    }
}

// ---- assignments ------------------------------------------------------------------------------

struct assigned { // as one of the two has it: the baseline, or the plan of now
    bool has;
    int64_t start, finish;
    double minutes;
};

static struct assigned assigned_of(const struct snapshot_task *task,
                                   const struct snapshot_assignment *a, bool baseline)
{
    const struct snapshot_time *start = baseline ? &a->baseline_start : &a->start;
    const struct snapshot_time *finish = baseline ? &a->baseline_finish : &a->finish;
    if (!start->has || !finish->has) {
        start = baseline ? &task->baseline_start : &task->start;
        finish = baseline ? &task->baseline_finish : &task->finish;
    }
    return (struct assigned){.has = start->has && finish->has,
                             .start = start->wall,
                             .finish = finish->wall,
                             .minutes = baseline ? a->baseline_work : a->work};
}

static int64_t first_start(const struct pieces *pieces, size_t from, int64_t otherwise)
{
    for (size_t i = from; i < pieces->n; i++)
        if (pieces->list[i].start < otherwise)
            otherwise = pieces->list[i].start;
    return otherwise;
}

// Whatever of the work the file does not place lies before what it does (it tells what remains, and
// not what was done), where there is time for it; else from start to finish.
static void add_rest(struct making *m, const struct assigned *a, size_t before, double rest)
{
    int64_t until = first_start(m->pieces, before, a->finish);
    if (working_minutes(m->time, a->start, until) <= 0)
        until = a->finish;
    add_spread(m, 0, a->start, until, rest);
}

static void add_assignment(struct making *m, const struct snapshot_task *task,
                           const struct snapshot_assignment *a, bool baseline)
{
    struct assigned span = assigned_of(task, a, baseline);
    size_t before = m->pieces->n;
    const struct snapshot_resource *resource =
        plan_snapshot_resource(m->work->snapshot, a->resource_uid);
    m->time = span.has
                  ? plan_times_assignment(m->work->times, task, resource, span.start, span.finish)
                  : plan_times_task(m->work->times, task);
    double placed = add_phases(m, a->phases, a->n_phases, baseline);
    if (!span.has)
        return;
    if (placed <= 0)
        add_spread(m, a->contour, span.start, span.finish, span.minutes);
    else if (span.minutes - placed > 1) // a minute is rounding
        add_rest(m, &span, before, span.minutes - placed);
}

struct pieces pieces_of_assignment(struct plan_work *work, const struct snapshot_task *task,
                                   const struct snapshot_assignment *assignment)
{
    struct pieces pieces = {0};
    struct making m = {.work = work, .pieces = &pieces};
    add_assignment(&m, task, assignment, false);
    return pieces;
}

// ---- tasks ------------------------------------------------------------------------------------

// The first assignment of a task, or past the last.
static size_t first_of(const struct plan_work *work, int64_t task_uid)
{
    size_t low = 0, high = work->snapshot->n_assignments;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (work->by_task[middle]->task_uid < task_uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// Material and cost are no work.
static bool is_work(const struct plan_work *work, const struct snapshot_assignment *a)
{
    const struct snapshot_resource *resource =
        plan_snapshot_resource(work->snapshot, a->resource_uid);
    return !resource || resource->uid == 0 || resource->person;
}

static void add_people(struct making *m, const struct snapshot_task *task, bool baseline)
{
    const struct plan_work *work = m->work;
    for (size_t i = first_of(work, task->uid);
         i < work->snapshot->n_assignments && work->by_task[i]->task_uid == task->uid; i++)
        if (is_work(work, work->by_task[i]))
            add_assignment(m, task, work->by_task[i], baseline);
}

static struct pieces pieces_of(struct plan_work *work, const struct snapshot_task *task,
                               bool baseline)
{
    struct pieces pieces = {0};
    struct making m = {.work = work, .pieces = &pieces, .time = plan_times_task(work->times, task)};
    double own = baseline ? task->baseline_work : task->work;
    if (add_phases(&m, task->phases, task->n_phases, baseline) > 0)
        return pieces;
    add_people(&m, task, baseline);
    if (pieces.n > 0)
        return pieces;
    m.time = plan_times_task(work->times, task);
    add_spread(&m, 0, baseline ? task->baseline_start.wall : task->start.wall,
               baseline ? task->baseline_finish.wall : task->finish.wall, own > 0 ? own : 1);
    return pieces;
}

struct pieces pieces_of_baseline(struct plan_work *work, const struct snapshot_task *task)
{
    return pieces_of(work, task, true);
}

struct pieces pieces_of_plan(struct plan_work *work, const struct snapshot_task *task)
{
    return pieces_of(work, task, false);
}
