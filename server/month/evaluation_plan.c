// Earned value, project by project; the arithmetic is earned_value.c's.
#include "server/month/evaluation_plan.h"

#include <math.h>
#include "common/calendar.h"
#include "server/call/call.h"
#include "server/progress/analysis.h"
#include "server/progress/miss.h"
#include "server/plan/plan_status.h"

struct planning {
    struct arena *arena;
    const struct evaluated_plan *plans;
    size_t n_plans;
    struct ev_plan *ev;
    struct plan_work **work;     // by plan
    struct plan_work **stand_in; // by plan, NULL where it has a baseline of its own
    bool **assigned;             // by plan, then the task's index
    int32_t month;
};

// Which tasks somebody is assigned to.
static bool *find_assigned(struct arena *arena, const struct plan_snapshot *plan)
{
    bool *assigned = arena_calloc(arena, plan->n_tasks, sizeof *assigned);
    for (size_t i = 0; assigned && i < plan->n_assignments; i++) {
        const struct snapshot_assignment *row = &plan->assignments[i];
        const struct snapshot_task *task = plan_snapshot_task(plan, row->task_uid);
        if (task && row->resource_uid > 0)
            assigned[task - plan->tasks] = true;
    }
    return assigned;
}

// Whether the plan tells percentages at all: then 0 % is what it says.
static bool keeps_progress(const struct plan_snapshot *plan)
{
    for (size_t i = 0; i < plan->n_tasks; i++)
        if (plan->tasks[i].has_percent || plan->tasks[i].bad_percent)
            return true;
    return false;
}

static bool has_baseline(const struct plan_snapshot *plan)
{
    for (size_t i = 0; i < plan->n_tasks; i++)
        if (plan->tasks[i].has_baseline)
            return true;
    return false;
}

static void add_missing(struct arena *arena, Okr__SnapshotProject *project, Okr__Missing missing)
{
    if (!project->missing)
        project->missing = arena_calloc(arena, 8, sizeof *project->missing);
    if (project->missing && project->n_missing < 8)
        project->missing[project->n_missing++] = missing;
}

struct found {
    struct ev_task *tasks;
    size_t n;
    bool progress;
};

static struct found find_tasks(const struct planning *p, Okr__SnapshotProject *project)
{
    struct found found = {0};
    size_t most = 0;
    for (size_t i = 0; i < p->n_plans; i++)
        most += p->plans[i].now->n_tasks;
    found.tasks = arena_calloc(p->arena, most, sizeof *found.tasks);
    for (size_t i = 0; found.tasks && i < p->n_plans; i++) {
        const struct plan_snapshot *plan = p->plans[i].now;
        size_t before = found.n;
        for (size_t k = 0; k < plan->n_tasks; k++) {
            if (!analysis_counts(&plan->tasks[k], project->id))
                continue;
            found.tasks[found.n++] =
                analysis_ev_task(i, &plan->tasks[k], p->work[i], p->stand_in[i]);
            project->assigned_tasks += p->assigned[i] && p->assigned[i][k];
        }
        if (found.n > before && keeps_progress(plan))
            found.progress = true;
    }
    project->tasks = (int32_t)found.n;
    return found;
}

static char *day_text(struct arena *arena, int64_t wall)
{
    char *text = arena_alloc(arena, DATE_SIZE);
    if (text)
        date_format(wall_day(wall), text);
    return text;
}

static void count_milestones(const struct planning *p, Okr__SnapshotProject *project,
                             const struct ev_figures *figures, const struct found *found)
{
    struct ev_miss misses[MISSES_MOST];
    size_t n = ev_misses(figures, p->ev, found->tasks, found->n, INT32_MAX, misses);
    for (size_t i = 0; i < n; i++)
        if (misses[i].witness == OKR__MISS_WITNESS__MISS_WITNESS_OPEN_MILESTONE)
            SET(project, open_milestones, (int32_t)misses[i].count);
}

static void attain(const struct planning *p, Okr__SnapshotProject *project)
{
    struct found found = find_tasks(p, project);
    if (found.n == 0) {
        add_missing(p->arena, project, OKR__MISSING__MISSING_TASKS);
        return;
    }
    struct ev_figures f = ev_compute(p->arena, p->ev, p->n_plans, found.tasks, found.n);
    bool dated = f.has_status && wall_day(f.status) >= p->month;
    if (f.has_status)
        project->status_date = day_text(p->arena, f.status);
    if (!f.has_baseline)
        add_missing(p->arena, project, OKR__MISSING__MISSING_BASELINE);
    if (!dated)
        add_missing(p->arena, project, OKR__MISSING__MISSING_STATUS_DATE);
    if (!found.progress && !(f.pv <= 0))
        add_missing(p->arena, project, OKR__MISSING__MISSING_PROGRESS);
    if (project->n_missing > 0 || !isfinite(f.pv) || !isfinite(f.ev))
        return;
    project->has_pv = project->has_ev = 1;
    project->pv = f.pv;
    project->ev = f.ev;
    count_milestones(p, project, &f, &found);
}

static bool prepare_plans(struct planning *p)
{
    p->ev = arena_calloc(p->arena, p->n_plans, sizeof *p->ev);
    p->work = arena_calloc(p->arena, p->n_plans, sizeof *p->work);
    p->stand_in = arena_calloc(p->arena, p->n_plans, sizeof *p->stand_in);
    p->assigned = arena_calloc(p->arena, p->n_plans, sizeof *p->assigned);
    if (!p->ev || !p->work || !p->stand_in || !p->assigned)
        return false;
    for (size_t i = 0; i < p->n_plans; i++) {
        const struct plan_snapshot *plan = p->plans[i].now;
        p->work[i] = plan_work_new(p->arena, plan);
        if (!p->work[i])
            return false;
        p->ev[i].time = plan_times_plan(plan_work_times(p->work[i]));
        p->ev[i].status_from = plan_status(plan->version->header, &p->ev[i].status);
        if (p->plans[i].stand_in && !has_baseline(plan))
            p->stand_in[i] = plan_work_new(p->arena, p->plans[i].stand_in);
        p->assigned[i] = find_assigned(p->arena, plan);
    }
    return true;
}

void evaluation_plan(struct arena *arena, Okr__EvaluationSnapshot *snapshot,
                     const struct evaluated_plan *plans, size_t n_plans, int32_t month)
{
    struct planning p = {.arena = arena, .plans = plans, .n_plans = n_plans, .month = month};
    if (!prepare_plans(&p))
        return; // out of arena: the call is answered so
    for (size_t i = 0; i < snapshot->n_projects; i++)
        attain(&p, snapshot->projects[i]);
}
