// Planned work and capacity by week. A week is a range of the wall clock, Monday to Monday.
#include "server/progress/load.h"

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

// Adds to each week its share; false when there is no working time between the two.
static bool spread(struct person_load *person, struct working_time *time,
                   const struct snapshot_assignment *assignment, int32_t monday, int weeks)
{
    int64_t start = assignment->start.wall, finish = assignment->finish.wall;
    double whole = working_minutes(time, start, finish);
    if (whole <= 0)
        return false;
    for (int week = 0; week < weeks; week++) {
        int64_t from = wall_of_day(monday + 7 * week), to = wall_of_day(monday + 7 * week + 7);
        if (finish <= from || start >= to)
            continue;
        double minutes =
            working_minutes(time, start > from ? start : from, finish < to ? finish : to);
        person->planned[week] += assignment->work * minutes / whole;
    }
    return true;
}

static void on_start(struct person_load *person, const struct snapshot_assignment *assignment,
                     int32_t monday, int weeks)
{
    int32_t day = wall_day(assignment->start.wall);
    if (day >= monday && day < monday + 7 * weeks)
        person->planned[(day - monday) / 7] += assignment->work;
}

static struct working_time *calendar_of(struct arena *arena, const struct plan_snapshot *snapshot,
                                        const struct snapshot_resource *resource,
                                        struct working_time *plan)
{
    for (size_t i = 0; resource->has_calendar && i < snapshot->n_calendars; i++)
        if (snapshot->calendars[i]->uid == resource->calendar_uid)
            return working_time_new(arena, snapshot->calendars, snapshot->n_calendars, true,
                                    resource->calendar_uid);
    return plan;
}

static void count_capacity(struct person_load *person, struct working_time *time, int32_t monday,
                           int weeks)
{
    for (int week = 0; week < weeks; week++)
        person->capacity[week] =
            person->resource->max_units * working_minutes(time, wall_of_day(monday + 7 * week),
                                                          wall_of_day(monday + 7 * week + 7));
}

struct person_load *load_of_plan(struct arena *arena, const struct plan_snapshot *snapshot,
                                 int32_t monday, int weeks, size_t *ret_n)
{
    size_t n = 0;
    struct working_time *plan = working_time_of_plan(arena, snapshot->version->header,
                                                     snapshot->calendars, snapshot->n_calendars);
    struct person_load *people = arena_calloc(arena, snapshot->n_resources + 1, sizeof *people);
    struct working_time **times = arena_calloc(arena, snapshot->n_resources + 1, sizeof *times);
    *ret_n = 0;
    if (!plan || !people || !times)
        return NULL;
    for (size_t i = 0; i < snapshot->n_resources; i++) {
        if (!snapshot->resources[i].person)
            continue;
        people[n].resource = &snapshot->resources[i];
        times[n] = calendar_of(arena, snapshot, &snapshot->resources[i], plan);
        if (!times[n])
            return NULL;
        count_capacity(&people[n], times[n], monday, weeks);
        n++;
    }
    for (size_t i = 0; i < snapshot->n_assignments; i++) {
        const struct snapshot_assignment *a = &snapshot->assignments[i];
        const struct snapshot_task *task = plan_snapshot_task(snapshot, a->task_uid);
        struct person_load *person = person_with(people, n, a->resource_uid);
        if (!person || !task || !task->active || a->work <= 0 || !a->start.has || !a->finish.has)
            continue;
        if (!spread(person, times[person - people], a, monday, weeks) &&
            !spread(person, plan, a, monday, weeks))
            on_start(person, a, monday, weeks);
    }
    *ret_n = n;
    return people;
}
