// The two rounds, and what of their rows goes into the figures of one project.
#include "server/progress/analysis.h"

#include <math.h>
#include <string.h>
#include "common/calendar.h"
#include "server/progress/analysis_private.h"
#include "server/progress/load.h"
#include "server/plan/plan_status.h"

// ---- round 1 ----------------------------------------------------------------------------------

struct analysis *analysis_ask(struct call *call, const struct analysis_question *question)
{
    struct analysis *a = NEW_ARRAY(call, struct analysis, 1);
    a->question = *question;
    a->sources_asked =
        analysis_sources_ask(call, question->source, question->has_number, question->number);
    a->projects_asked = analysis_projects_ask(call, question->quarter, question->project_id);
    a->goals_asked = analysis_goals_ask(call, question->quarter, question->project_id);
    return a;
}

static void take_sources(struct call *call, struct analysis *a)
{
    a->plans = NEW_ARRAY(call, struct analysis_plan, (size_t)asked_count(call, a->sources_asked));
    for (struct row row = asked_begin(call, a->sources_asked); row_next(&row);)
        analysis_source_take(&row, &a->plans[a->n_plans++].source);
}

static void take_projects(struct call *call, struct analysis *a)
{
    a->projects =
        NEW_ARRAY(call, struct analysis_project, (size_t)asked_count(call, a->projects_asked));
    for (struct row row = asked_begin(call, a->projects_asked); row_next(&row);)
        analysis_project_take(&row, &a->projects[a->n_projects++]);
}

static void take_goals(struct call *call, struct analysis *a)
{
    a->goals = NEW_ARRAY(call, struct analysis_goal, (size_t)asked_count(call, a->goals_asked));
    for (struct row row = asked_begin(call, a->goals_asked); row_next(&row);)
        analysis_goal_take(&row, &a->goals[a->n_goals++]);
}

// ---- round 2 ----------------------------------------------------------------------------------

static unsigned parts_of(const struct analysis *a)
{
    unsigned parts = SNAPSHOT_TASKS | SNAPSHOT_ASSIGNMENTS | SNAPSHOT_RESOURCES;
    if (a->question.wanted & ANALYSIS_LOAD)
        parts |= SNAPSHOT_WORK_PHASES;
    if (a->question.wanted & ANALYSIS_EARNED_VALUE)
        parts |= SNAPSHOT_BASELINE_PHASES;
    for (size_t i = 0; i < a->n_plans; i++) // what was planned then stands in for a baseline
        parts |= a->plans[i].source.stand_in_id ? SNAPSHOT_WORK_PHASES : 0;
    return parts;
}

// Of the versions before only the tasks, for how far each has moved since.
static void ask_versions(struct call *call, struct analysis *a)
{
    bool ev = a->question.wanted & ANALYSIS_EARNED_VALUE;
    int64_t *ids = NEW_ARRAY(call, int64_t, 2 * a->n_plans);
    int64_t *before = NEW_ARRAY(call, int64_t, a->n_plans);
    size_t n = 0, n_before = 0;
    for (size_t i = 0; i < a->n_plans; i++) {
        const struct analysis_source *source = &a->plans[i].source;
        ids[n++] = source->version_id;
        if (ev && source->stand_in_id)
            ids[n++] = source->stand_in_id;
        if (ev && source->previous_id)
            before[n_before++] = source->previous_id;
    }
    a->now_asked = plan_snapshots_ask(call, ids, n, parts_of(a), 0);
    a->before_asked = plan_snapshots_ask(call, before, n_before, SNAPSHOT_TASKS, 0);
}

bool analysis_ask_rows(struct call *call, struct analysis *a)
{
    take_sources(call, a);
    take_projects(call, a);
    take_goals(call, a);
    if (a->question.source && a->n_plans == 0) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "plan version");
        return false;
    }
    ask_versions(call, a);
    return true;
}

static const struct plan_snapshot *snapshot_with(const struct plan_snapshot *snapshots, size_t n,
                                                 int64_t version_id)
{
    for (size_t i = 0; version_id != 0 && i < n; i++)
        if (snapshots[i].version_id == version_id)
            return &snapshots[i];
    return NULL;
}

static bool has_own_baseline(const struct plan_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        if (snapshot->tasks[i].has_baseline)
            return true;
    return false;
}

static void take_plan(struct call *call, struct analysis_plan *plan,
                      const struct plan_snapshot *snapshots, size_t n,
                      const struct plan_snapshot *before, size_t n_before)
{
    plan->now = snapshot_with(snapshots, n, plan->source.version_id);
    if (!plan->now)
        return;
    plan->before = snapshot_with(before, n_before, plan->source.previous_id);
    if (!has_own_baseline(plan->now))
        plan->stand_in = snapshot_with(snapshots, n, plan->source.stand_in_id);
    plan->work = plan_work_new(call->arena, plan->now);
    plan->stand_in_work = plan->stand_in ? plan_work_new(call->arena, plan->stand_in) : NULL;
    if (plan->work)
        plan->ev.time = plan_times_plan(plan_work_times(plan->work));
    plan->ev.status_from = plan_status(plan->now->version->header, &plan->ev.status);
}

// Once; what was read stays when the rows are gone.
bool analysis_take(struct call *call, struct analysis *a)
{
    size_t n, n_before;
    if (a->taken)
        return true;
    struct plan_snapshot *snapshots = plan_snapshots_rows(call, &a->now_asked, &n);
    if (!snapshots)
        return false;
    struct plan_snapshot *before = plan_snapshots_rows(call, &a->before_asked, &n_before);
    if (!before)
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < a->n_plans; i++) {
        take_plan(call, &a->plans[i], snapshots, n, before, n_before);
        if (a->plans[i].now && a->plans[i].ev.time)
            a->plans[kept++] = a->plans[i];
    }
    a->n_plans = kept;
    a->taken = true;
    return true;
}

// ---- load -------------------------------------------------------------------------------------

static Okr__PersonLoad *load_message(struct call *call, const struct analysis_plan *plan,
                                     const struct person_load *person, int32_t monday, int weeks)
{
    Okr__PersonLoad *load = NEW(call, Okr__PersonLoad, OKR__PERSON_LOAD__INIT);
    load->source = plan->source.name;
    SET(load, resource_uid, person->resource->uid);
    load->name = call_printf(call, "%s", person->resource->name);
    load->member =
        person->resource->member ? call_printf(call, "%s", person->resource->member) : NULL;
    if (person->even)
        SET(load, spread_evenly, true);
    load->n_weeks = (size_t)weeks;
    load->weeks = NEW_ARRAY(call, Okr__LoadWeek *, load->n_weeks);
    for (int i = 0; i < weeks; i++) {
        char name[WEEK_SIZE];
        Okr__LoadWeek *week = NEW(call, Okr__LoadWeek, OKR__LOAD_WEEK__INIT);
        week_format(monday + 7 * i, name);
        week->week = call_printf(call, "%s", name);
        SET(week, planned, person->planned[i]);
        SET(week, capacity, person->capacity[i]);
        load->weeks[i] = week;
    }
    return load;
}

// One person can be in several plans: what counts against the capacity of a week is all of it.
static void add_elsewhere(Okr__PersonLoad *const *loads, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t w = 0; w < loads[i]->n_weeks; w++) {
            Okr__LoadWeek *week = loads[i]->weeks[w];
            double elsewhere = 0;
            for (size_t k = 0; loads[i]->member && k < n; k++)
                if (k != i && loads[k]->member && strcmp(loads[k]->member, loads[i]->member) == 0)
                    elsewhere += loads[k]->weeks[w]->planned;
            if (elsewhere > 0)
                SET(week, elsewhere, elsewhere);
            SET(week, overload, load_is_over(week->planned + elsewhere, week->capacity));
        }
}

size_t analysis_loads(struct call *call, struct analysis *a, int32_t monday, int weeks,
                      Okr__PersonLoad ***ret)
{
    size_t n = 0, room = 0;
    *ret = NULL;
    if (!analysis_take(call, a))
        return 0;
    for (size_t i = 0; i < a->n_plans; i++)
        room += a->plans[i].now->n_resources;
    *ret = NEW_ARRAY(call, Okr__PersonLoad *, room);
    for (size_t i = 0; i < a->n_plans; i++) {
        size_t count;
        struct person_load *people =
            load_of_plan(call->arena, a->plans[i].now, monday, weeks, &count);
        for (size_t k = 0; k < count && !arena_exhausted(call->arena); k++)
            (*ret)[n++] = load_message(call, &a->plans[i], &people[k], monday, weeks);
    }
    if (arena_exhausted(call->arena))
        return 0;
    add_elsewhere(*ret, n);
    return n;
}
