// Calendars are compiled once each: a plan has thousands of tasks and a handful of calendars.
#include "server/plan/plan_times.h"

// A calendar, or what two have in common; -1: none.
struct compiled {
    int64_t uid, other;
    struct working_time *time;
};

struct plan_times {
    struct arena *arena;
    const struct plan_snapshot *snapshot;
    struct working_time *plan, *clock;
    struct compiled *list;
    size_t n, room;
};

struct plan_times *plan_times_new(struct arena *arena, const struct plan_snapshot *snapshot)
{
    struct plan_times *times = arena_calloc(arena, 1, sizeof *times);
    if (!times)
        return NULL;
    times->arena = arena;
    times->snapshot = snapshot;
    times->plan = working_time_of_plan(arena, snapshot->version->header, snapshot->calendars,
                                       snapshot->n_calendars);
    times->clock = working_time_always(arena);
    if (!times->plan || !times->clock)
        return NULL;
    working_count_days_as(times->clock, times->plan);
    return times;
}

struct working_time *plan_times_plan(const struct plan_times *times)
{
    return times->plan;
}

struct working_time *plan_times_clock(const struct plan_times *times)
{
    return times->clock;
}

static bool has_calendar(const struct plan_snapshot *snapshot, int64_t uid)
{
    for (size_t i = 0; i < snapshot->n_calendars; i++)
        if (snapshot->calendars[i]->has_uid && snapshot->calendars[i]->uid == uid)
            return true;
    return false;
}

static struct working_time *compile(struct plan_times *times, int64_t uid, int64_t other);

static struct working_time *compile_new(struct plan_times *times, int64_t uid, int64_t other)
{
    const struct plan_snapshot *s = times->snapshot;
    if (other < 0)
        return working_time_new(times->arena, s->calendars, s->n_calendars, true, uid);
    return working_time_both(times->arena, compile(times, uid, -1), compile(times, other, -1));
}

// The plan's when the arena is exhausted: the call fails anyway.
static struct working_time *compile(struct plan_times *times, int64_t uid, int64_t other)
{
    for (size_t i = 0; i < times->n; i++)
        if (times->list[i].uid == uid && times->list[i].other == other)
            return times->list[i].time;
    struct working_time *time = compile_new(times, uid, other);
    if (!time)
        return times->plan;
    working_count_days_as(time, times->plan);
    if (times->n == times->room) {
        size_t room = times->room ? 2 * times->room : 16;
        struct compiled *list = arena_calloc(times->arena, room, sizeof *list);
        if (!list)
            return time;
        for (size_t i = 0; i < times->n; i++)
            list[i] = times->list[i];
        times->list = list;
        times->room = room;
    }
    times->list[times->n++] = (struct compiled){uid, other, time};
    return time;
}

// -1: it has none that the file holds.
static int64_t own_calendar(const struct plan_times *times, bool has, int64_t uid)
{
    return has && has_calendar(times->snapshot, uid) ? uid : -1;
}

struct working_time *plan_times_task(struct plan_times *times, const struct snapshot_task *task)
{
    if (task->elapsed)
        return times->clock;
    int64_t own = own_calendar(times, task->has_calendar, task->calendar_uid);
    return own < 0 ? times->plan : compile(times, own, -1);
}

struct working_time *plan_times_resource(struct plan_times *times,
                                         const struct snapshot_resource *resource)
{
    int64_t own =
        resource ? own_calendar(times, resource->has_calendar, resource->calendar_uid) : -1;
    return own < 0 ? times->plan : compile(times, own, -1);
}

struct working_time *plan_times_assignment(struct plan_times *times,
                                           const struct snapshot_task *task,
                                           const struct snapshot_resource *resource, int64_t start,
                                           int64_t finish)
{
    struct working_time *of_task = plan_times_task(times, task), *time;
    int64_t task_own = own_calendar(times, task->has_calendar, task->calendar_uid);
    int64_t person =
        resource ? own_calendar(times, resource->has_calendar, resource->calendar_uid) : -1;
    if (task->elapsed || person < 0 || (task_own >= 0 && task->ignore_resource_calendar))
        return of_task;
    time = compile(times, task_own < 0 ? person : task_own, task_own < 0 ? -1 : person);
    return working_minutes(time, start, finish) > 0 ? time : of_task;
}
