// One witness after the other, each against its limits.
#include "server/progress/miss.h"

#define WITNESS(name) OKR__MISS_WITNESS__MISS_WITNESS_##name
#define LIMIT(name) OKR__MISS_LIMIT__MISS_LIMIT_##name

static const double LITTLE = 1e-9;

struct looking {
    const struct ev_figures *f;
    const struct ev_plan *plans;
    const struct ev_task *tasks;
    size_t n_tasks;
    int32_t quarter_last_day;
    struct ev_miss *misses;
    size_t n;
};

static void add(struct looking *l, struct ev_miss miss)
{
    l->misses[l->n++] = miss;
}

static void ends_at(struct looking *l, Okr__MissWitness witness, int64_t finish)
{
    if (l->f->has_baseline && working_days(l->f->time, l->f->baseline_finish, finish) >= 1 - LITTLE)
        add(l, (struct ev_miss){.witness = witness,
                                .limit = LIMIT(BASELINE),
                                .due = l->f->baseline_finish,
                                .has_at = true,
                                .at = finish});
    if (wall_day(finish) > l->quarter_last_day)
        add(l, (struct ev_miss){.witness = witness,
                                .limit = LIMIT(QUARTER),
                                .due = wall_of_day(l->quarter_last_day),
                                .has_at = true,
                                .at = finish});
}

static bool has_passed(struct working_time *time, int64_t limit, int64_t status)
{
    double minutes = working_minutes(time, limit, status);
    return (wall_day(status) > wall_day(limit) && minutes > 0) ||
           minutes >= working_day_minutes(time) * (1 - LITTLE);
}

static bool says_percent(const struct looking *l)
{
    for (size_t i = 0; i < l->n_tasks; i++)
        if (!l->tasks[i].no_percent)
            return true;
    return false;
}

static void look_at_finish(struct looking *l)
{
    const struct ev_figures *f = l->f;
    if (f->has_plan_finish && has_passed(f->time, f->plan_finish, f->status))
        add(l, (struct ev_miss){.witness = WITNESS(OVERDUE),
                                .limit = LIMIT(PLAN),
                                .due = f->plan_finish,
                                .has_at = true,
                                .at = f->status});
}

static bool is_open_milestone(const struct ev_task *task, int64_t *ret_due)
{
    *ret_due = task->finish;
    return task->milestone && task->has_finish && !task->done;
}

static bool is_not_started(const struct ev_task *task, int64_t *ret_due)
{
    *ret_due = task->start;
    return !task->milestone && task->has_start && !task->done && task->percent <= 0 &&
           task->actual_work <= 0;
}

// The task that is furthest past, of those that are so; each against its own plan's status date.
static void look_at_tasks(struct looking *l, Okr__MissWitness witness, Okr__MissLimit limit,
                          bool (*is_so)(const struct ev_task *task, int64_t *ret_due))
{
    struct ev_miss miss = {.witness = witness, .limit = limit, .has_at = true};
    for (size_t i = 0; i < l->n_tasks; i++) {
        const struct ev_task *task = &l->tasks[i];
        const struct ev_plan *plan = &l->plans[task->plan];
        int64_t due;
        if (task->no_percent || !plan->status_from || !is_so(task, &due) ||
            !has_passed(task->time ? task->time : plan->time, due, plan->status))
            continue;
        if (miss.count++ == 0 || due < miss.due) {
            miss.due = due;
            miss.at = plan->status;
            miss.task = i;
        }
    }
    if (miss.count > 0)
        add(l, miss);
}

static void look_at_pace(struct looking *l)
{
    const struct ev_figures *f = l->f;
    if (f->has_pace_finish)
        ends_at(l, WITNESS(PACE), f->pace_finish);
    if (f->has_baseline && f->pv > 0 && f->ev <= 0 && f->at >= 1 - LITTLE && says_percent(l))
        add(l, (struct ev_miss){.witness = WITNESS(NOTHING_EARNED),
                                .limit = LIMIT(BASELINE),
                                .due = f->baseline_finish});
}

size_t ev_misses(const struct ev_figures *figures, const struct ev_plan *plans,
                 const struct ev_task *tasks, size_t n_tasks, int32_t quarter_last_day,
                 struct ev_miss ret[MISSES_MOST])
{
    struct looking l = {figures, plans, tasks, n_tasks, quarter_last_day, ret, 0};
    if (n_tasks == 0 || figures->all_done)
        return 0;
    if (figures->has_plan_finish)
        ends_at(&l, WITNESS(PLAN), figures->plan_finish);
    look_at_pace(&l);
    look_at_tasks(&l, WITNESS(NOT_STARTED), LIMIT(START), is_not_started);
    look_at_tasks(&l, WITNESS(OPEN_MILESTONE), LIMIT(MILESTONE), is_open_milestone);
    if (figures->has_status && says_percent(&l))
        look_at_finish(&l);
    return l.n;
}
