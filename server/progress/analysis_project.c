// Earned value of one project at a time: its tasks out of every plan, its goals beside them (R31),
// and whether a miss is expected (R32).
#include <math.h>
#include "common/calendar.h"
#include "server/plan/plan_status.h"
#include "server/progress/analysis_private.h"
#include "server/progress/miss.h"

// ---- the tasks of a project -------------------------------------------------------------------

struct project_tasks {
    struct ev_task *tasks;
    const struct snapshot_task **rows; // as the plan has each of them
    size_t n;
};

bool analysis_counts(const struct snapshot_task *task, int64_t project_id)
{
    return task->leaf && task->active && !task->external && task->project_id == project_id;
}

static void take_baseline(struct ev_task *task, const struct snapshot_task *row,
                          struct plan_work *work)
{
    task->has_baseline = row->has_baseline;
    task->baseline_start = row->baseline_start.wall;
    task->baseline_finish = row->baseline_finish.wall;
    task->baseline_work = row->baseline_work;
    task->baseline_duration = row->baseline_duration;
    if (row->has_baseline)
        task->pieces = pieces_of_baseline(work, row);
}

// Dates and work that another version had for the task stand in for its baseline.
static void take_stand_in(struct ev_task *task, struct plan_work *stand_in, int64_t uid)
{
    const struct snapshot_task *then = plan_snapshot_task(plan_work_snapshot(stand_in), uid);
    if (!then || !then->start.has || !then->finish.has)
        return;
    task->has_baseline = true;
    task->baseline_start = then->start.wall;
    task->baseline_finish = then->finish.wall;
    task->baseline_work = then->work;
    task->baseline_duration = then->duration;
    task->pieces = pieces_of_plan(stand_in, then);
}

struct ev_task analysis_ev_task(size_t plan, const struct snapshot_task *row,
                                struct plan_work *work, struct plan_work *stand_in)
{
    struct ev_task task = {
        .plan = plan,
        .time = plan_times_task(plan_work_times(work), row),
        .percent = row->percent,
        .no_percent = !row->has_percent && !row->bad_percent,
        .bad_percent = row->bad_percent,
        // A milestone is reached or not, whatever counts as earned.
        .done = (row->milestone ? row->complete : row->percent) >= 100,
        .milestone = row->milestone,
        .actual_work = row->actual_work,
        .has_start = row->start.has,
        .start = row->start.wall,
        .has_finish = row->finish.has,
        .finish = row->finish.wall,
    };
    take_baseline(&task, row, work);
    if (stand_in)
        take_stand_in(&task, stand_in, row->uid);
    return task;
}

static bool tasks_of(struct call *call, const struct analysis *a, int64_t project_id,
                     struct project_tasks *ret)
{
    size_t n = 0;
    for (size_t p = 0; p < a->n_plans; p++)
        for (size_t i = 0; i < a->plans[p].now->n_tasks; i++)
            n += analysis_counts(&a->plans[p].now->tasks[i], project_id);
    *ret = (struct project_tasks){.tasks = NEW_ARRAY(call, struct ev_task, n),
                                  .rows = NEW_ARRAY(call, const struct snapshot_task *, n)};
    if (arena_exhausted(call->arena))
        return false;
    for (size_t p = 0; p < a->n_plans; p++)
        for (size_t i = 0; i < a->plans[p].now->n_tasks; i++) {
            const struct snapshot_task *row = &a->plans[p].now->tasks[i];
            if (!analysis_counts(row, project_id))
                continue;
            ret->tasks[ret->n] =
                analysis_ev_task(p, row, a->plans[p].work, a->plans[p].stand_in_work);
            ret->rows[ret->n++] = row;
        }
    return true;
}

// ---- how far it moved -------------------------------------------------------------------------

// What a task weighs in the movement: baseline work; where the project has none of it the next
// best.
static double weight_of(const struct project_tasks *tasks, size_t i, int way)
{
    const struct ev_task *task = &tasks->tasks[i];
    switch (way) {
    case 0:
        return task->has_baseline ? task->baseline_work : 0;
    case 1:
        return task->has_baseline ? task->baseline_duration : 0;
    case 2:
        return tasks->rows[i]->work;
    case 3:
        return tasks->rows[i]->duration;
    default:
        return 1;
    }
}

// Points of percent complete between the version before and this one. The weights are those of this
// one, so that a changed baseline is no movement. NaN: there is no version before.
static double moved_points(const struct analysis *a, const struct project_tasks *tasks, size_t main)
{
    double whole = 0, sum = 0;
    int way = -1;
    if (tasks->n == 0 || !a->plans[main].before)
        return NAN;
    while (whole <= 0 && way < 4) {
        way++;
        for (size_t i = 0; i < tasks->n; i++)
            whole += fmax(weight_of(tasks, i, way), 0);
    }
    for (size_t i = 0; i < tasks->n; i++) {
        const struct plan_snapshot *before = a->plans[tasks->tasks[i].plan].before;
        const struct snapshot_task *then =
            before ? plan_snapshot_task(before, tasks->rows[i]->uid) : NULL;
        double percent = before ? (then ? then->percent : 0) : tasks->tasks[i].percent;
        sum += fmax(weight_of(tasks, i, way), 0) * (tasks->tasks[i].percent - percent);
    }
    return sum / whole;
}

// ---- the goals beside it ----------------------------------------------------------------------

static int32_t status_week(struct call *call, const struct analysis *a, size_t main)
{
    bool known = a->n_plans > 0 && a->plans[main].ev.status_from != 0;
    return week_of(known ? wall_day(a->plans[main].ev.status) : call_today(call));
}

static void take_goals(struct call *call, const struct analysis *a, Okr__EarnedValue *value,
                       int32_t until)
{
    SET(value, goals_achieved, 0);
    SET(value, goals_missed, 0);
    value->goal_ids = NEW_ARRAY(call, int64_t, a->n_goals);
    for (size_t i = 0; i < a->n_goals; i++) {
        const struct analysis_goal *goal = &a->goals[i];
        if (goal->project_id != value->project_id || goal->monday > until)
            continue;
        value->goals_achieved += goal->result == OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
        value->goals_missed += goal->result == OKR__GOAL_RESULT__GOAL_RESULT_MISSED;
        if (goal->monday > until - 28)
            value->goal_ids[value->n_goal_ids++] = goal->id;
    }
}

// The weeks that lie between two status dates: from that of the first working day after the one
// before to that of this one.
static bool witness_weeks(const struct analysis_plan *plan, int32_t *ret_from, int32_t *ret_to)
{
    int64_t then;
    if (!plan->before || !plan->ev.status_from ||
        !plan_status(plan->before->version->header, &then))
        return false;
    *ret_to = week_of(wall_day(plan->ev.status));
    *ret_from = week_of(working_next_day(plan->ev.time, wall_day(then)));
    if (*ret_from > *ret_to)
        *ret_from = *ret_to;
    return true;
}

static void hear_witnesses(struct call *call, const struct analysis *a, Okr__EarnedValue *value,
                           size_t main)
{
    int32_t from, to;
    int achieved = 0, undecided = 0;
    char name[WEEK_SIZE];
    if (!value->has_moved || !witness_weeks(&a->plans[main], &from, &to))
        return;
    for (size_t i = 0; i < a->n_goals; i++) {
        const struct analysis_goal *goal = &a->goals[i];
        if (goal->project_id != value->project_id || goal->monday < from || goal->monday > to)
            continue;
        achieved += goal->result == OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
        undecided += goal->result == 0;
    }
    week_format(from, name);
    value->witness_from = call_printf(call, "%s", name);
    week_format(to, name);
    value->witness_to = call_printf(call, "%s", name);
    const char *disagreement = ev_disagreement(value->moved, achieved, undecided);
    SET(value, witnesses_disagree, disagreement != NULL);
    if (disagreement)
        value->disagreement = call_printf(call, "%s", disagreement);
}

// ---- the message ------------------------------------------------------------------------------

#define PUT(message, field, number)                                                                \
    do {                                                                                           \
        if (!isnan(number))                                                                        \
            SET(message, field, number);                                                           \
    } while (0)

static char *wall_text(struct call *call, bool has, int64_t wall)
{
    char text[WALL_SIZE];
    if (!has)
        return NULL;
    wall_format(wall, text);
    return call_printf(call, "%s", text);
}

static void put_figures(struct call *call, Okr__EarnedValue *value, const struct ev_figures *f)
{
    value->status_date = wall_text(call, f->has_status, f->status);
    if (f->has_status)
        SET(value, status_from, f->status_from);
    value->baseline_finish = wall_text(call, f->has_baseline, f->baseline_finish);
    value->plan_finish = wall_text(call, f->has_plan_finish, f->plan_finish);
    value->pace_finish = wall_text(call, f->has_pace_finish, f->pace_finish);
    PUT(value, bac, f->bac);
    PUT(value, pv, f->pv);
    PUT(value, ev, f->ev);
    if (!(f->gaps & 1u << OKR__EV_GAP__EV_GAP_NO_TASKS))
        SET(value, ac, f->ac);
    PUT(value, sv, f->sv);
    PUT(value, spi, f->spi);
    PUT(value, es, f->es);
    PUT(value, at, f->at);
    PUT(value, sv_t, f->sv_t);
    PUT(value, spi_t, f->spi_t);
    PUT(value, percent, ev_percent(f));
}

static void put_gaps(struct call *call, Okr__EarnedValue *value, unsigned gaps)
{
    size_t count = okr__ev_gap__descriptor.n_values;
    value->gaps = NEW_ARRAY(call, Okr__EvGap, count);
    for (unsigned gap = 1; gap < count; gap++)
        if (gaps & 1u << gap)
            value->gaps[value->n_gaps++] = (Okr__EvGap)gap;
}

static Okr__ExpectedMiss *miss_message(struct call *call, const struct project_tasks *tasks,
                                       const struct ev_miss *miss)
{
    Okr__ExpectedMiss *message = NEW(call, Okr__ExpectedMiss, OKR__EXPECTED_MISS__INIT);
    SET(message, witness, miss->witness);
    SET(message, limit, miss->limit);
    message->due = wall_text(call, true, miss->due);
    if (message->due && miss->limit == OKR__MISS_LIMIT__MISS_LIMIT_QUARTER)
        message->due[DATE_SIZE - 1] = '\0';
    message->at = wall_text(call, miss->has_at, miss->at);
    if (miss->count > 0) {
        SET(message, task_uid, tasks->rows[miss->task]->uid);
        message->task_name = call_printf(call, "%s", tasks->rows[miss->task]->name);
        SET(message, count, (int32_t)miss->count);
    }
    return message;
}

static void put_misses(struct call *call, Okr__EarnedValue *value, const struct ev_figures *f,
                       const struct project_tasks *tasks, const struct analysis_project *project,
                       const struct ev_plan *plans)
{
    struct ev_miss misses[MISSES_MOST];
    size_t n = project->completed
                   ? 0
                   : ev_misses(f, plans, tasks->tasks, tasks->n, project->quarter_last_day, misses);
    value->misses = NEW_ARRAY(call, Okr__ExpectedMiss *, n);
    for (size_t i = 0; i < n && !arena_exhausted(call->arena); i++)
        value->misses[value->n_misses++] = miss_message(call, tasks, &misses[i]);
    SET(value, expected_miss, n > 0);
}

static void put_bad_percents(struct call *call, Okr__EarnedValue *value,
                             const struct project_tasks *tasks)
{
    enum { MOST = 5 };
    value->bad_percents = NEW_ARRAY(call, char *, MOST);
    for (size_t i = 0; i < tasks->n && value->n_bad_percents < MOST; i++)
        if (tasks->tasks[i].bad_percent)
            value->bad_percents[value->n_bad_percents++] =
                call_printf(call, "%s", tasks->rows[i]->name);
}

static Okr__EarnedValue *earned_value_of(struct call *call, const struct analysis *a,
                                         const struct ev_plan *plans,
                                         const struct analysis_project *project)
{
    Okr__EarnedValue *value = NEW(call, Okr__EarnedValue, OKR__EARNED_VALUE__INIT);
    struct project_tasks tasks;
    SET(value, project_id, project->id);
    value->project_name = project->name;
    if (!tasks_of(call, a, project->id, &tasks))
        return value;
    struct ev_figures f = ev_compute(call->arena, plans, a->n_plans, tasks.tasks, tasks.n);
    const struct analysis_plan *main = a->n_plans > 0 ? &a->plans[f.plan] : NULL;
    if (main && main->stand_in && tasks.n > 0) {
        f.gaps |= 1u << OKR__EV_GAP__EV_GAP_NO_BASELINE;
        if (f.has_baseline)
            SET(value, baseline_number, main->source.stand_in_number);
    }
    put_figures(call, value, &f);
    put_gaps(call, value, f.gaps);
    take_goals(call, a, value, status_week(call, a, f.plan));
    if (main)
        PUT(value, moved, moved_points(a, &tasks, f.plan));
    hear_witnesses(call, a, value, f.plan);
    put_misses(call, value, &f, &tasks, project, plans);
    put_bad_percents(call, value, &tasks);
    if (tasks.n > 0)
        SET(value, done, f.all_done);
    if (main && main->now->version->header && main->now->version->header->baseline_for_ev > 0)
        SET(value, baseline_for_ev, (int32_t)main->now->version->header->baseline_for_ev);
    return value;
}

size_t analysis_earned_values(struct call *call, struct analysis *a, Okr__EarnedValue ***ret)
{
    *ret = NULL;
    if (!analysis_take(call, a))
        return 0;
    struct ev_plan *plans = NEW_ARRAY(call, struct ev_plan, a->n_plans);
    *ret = NEW_ARRAY(call, Okr__EarnedValue *, a->n_projects);
    if (arena_exhausted(call->arena))
        return 0;
    for (size_t i = 0; i < a->n_plans; i++)
        plans[i] = a->plans[i].ev;
    for (size_t i = 0; i < a->n_projects; i++)
        (*ret)[i] = earned_value_of(call, a, plans, &a->projects[i]);
    return a->n_projects;
}
