// Planned work and capacity by week. A week is a range of the wall clock, Monday to Monday.
#include "server/progress/load.h"
#include "server/progress/pieces.h"

bool load_is_over(double planned, double capacity)
{
    return planned > capacity + 1;
}

static struct person_load *person_with(struct person_load *people, size_t n, int64_t uid)
{
    for (size_t i = 0; i < n; i++)
        if (people[i].resource->uid == uid)
            return &people[i];
    return NULL;
}

// Adds to each week its share.
static void spread(struct person_load *person, const struct pieces *pieces, int32_t monday,
                   int weeks)
{
    for (size_t i = 0; i < pieces->n; i++)
        for (int week = 0; week < weeks; week++) {
            const struct piece *piece = &pieces->list[i];
            int64_t from = wall_of_day(monday + 7 * week), to = wall_of_day(monday + 7 * week + 7);
            if (piece->finish < from || piece->start > to)
                continue;
            double minutes = piece_until(piece, to) - piece_until(piece, from);
            person->planned[week] += minutes;
            if (pieces->even && minutes > 0)
                person->even = true;
        }
}

static void count_capacity(struct person_load *person, struct working_time *time, int32_t monday,
                           int weeks)
{
    for (int week = 0; week < weeks; week++)
        person->capacity[week] =
            person->resource->max_units * working_minutes(time, wall_of_day(monday + 7 * week),
                                                          wall_of_day(monday + 7 * week + 7));
}

static bool counts(const struct snapshot_task *task, const struct snapshot_assignment *a)
{
    return task && task->active && !task->external && a->work > 0;
}

struct person_load *load_of_plan(struct arena *arena, const struct plan_snapshot *snapshot,
                                 int32_t monday, int weeks, size_t *ret_n)
{
    size_t n = 0;
    struct plan_work *work = plan_work_new(arena, snapshot);
    struct person_load *people = arena_calloc(arena, snapshot->n_resources + 1, sizeof *people);
    *ret_n = 0;
    if (!work || !people)
        return NULL;
    for (size_t i = 0; i < snapshot->n_resources; i++) {
        const struct snapshot_resource *resource = &snapshot->resources[i];
        if (!resource->person)
            continue;
        people[n].resource = resource;
        count_capacity(&people[n++], plan_times_resource(plan_work_times(work), resource), monday,
                       weeks);
    }
    for (size_t i = 0; i < snapshot->n_assignments; i++) {
        const struct snapshot_assignment *a = &snapshot->assignments[i];
        const struct snapshot_task *task = plan_snapshot_task(snapshot, a->task_uid);
        struct person_load *person = person_with(people, n, a->resource_uid);
        if (!person || !counts(task, a))
            continue;
        struct pieces pieces = pieces_of_assignment(work, task, a);
        spread(person, &pieces, monday, weeks);
    }
    *ret_n = n;
    return people;
}
