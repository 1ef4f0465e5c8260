// InsightService: weekly goals as a practice on trial (R41): which projects are asked for them, and
// how plans kept before and since. By project, never by person.
#include <math.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/project/project.h"
#include "server/worktime/working_time.h"
#include "server/plan/plan_snapshot_rows.h"
#include "server/quarter/quarter_rows.h"
#include "server/week/trial_rows.h"

// --- SetGoalsPractice

struct practice_change {
    struct project_change project; // first: what the functions of ProjectService find
    struct asked asked;
    Okr__GoalsPractice *before, *after;
};

static Okr__GoalsPractice *practice_of(struct call *call, const Okr__Project *project, bool on)
{
    Okr__GoalsPractice *practice = NEW(call, Okr__GoalsPractice, OKR__GOALS_PRACTICE__INIT);
    SET(practice, project_id, project->id);
    SET(practice, version, project->version);
    SET(practice, on, on);
    return practice;
}

static void practice_set(struct call *call)
{
    const struct practice_change *change = call->state;
    call_record(call, call_printf(call, "goals-practice/%lld", (long long)change->project.id),
                &change->before->base, &change->after->base);
    call_reply(call, &change->after->base);
}

static void practice_apply(struct call *call)
{
    const Okr__SetGoalsPracticeRequest *request = set_goals_practice_request(call);
    struct practice_change *change = call->state;
    if (!project_changeable(call, request->version))
        return;
    const Okr__Project *project = change->project.context.project;
    if (!project_is_ranked(project)) {
        project_refuse_state(call, project->state);
        return;
    }
    bool asked = trial_asked_row(call, change->asked);
    if (asked == (bool)request->on) {
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, asked ? "on" : "off");
        return;
    }
    trial_practice_ask_set(call, project->id, request->on, request->reason);
    change->before = practice_of(call, project, asked);
    change->after = practice_of(call, project, request->on);
    change->after->version++;
    change->after->reason = request->reason;
    call->then = practice_set;
}

static void set_goals_practice(struct call *call, const Okr__SetGoalsPracticeRequest *request)
{
    struct practice_change *change = NEW_ARRAY(call, struct practice_change, 1);
    change->project.id = request->project_id;
    call->state = change;
    change->project.asked = project_change_ask(call, request->project_id);
    change->asked = trial_asked_ask(call, request->project_id);
    call->then = practice_apply;
}

HANDLER(insight_set_goals_practice, set_goals_practice);

// --- GetTrial: which versions there are, then what they say in working days of each plan.

enum { BEFORE_DAYS = 91 }; // of "before" there is a quarter, for goals from the first week on

struct mean {
    double sum;
    int64_t n;
};

struct era {           // before the first goal, or since
    struct mean slip;  // over versions
    struct mean error; // over tasks
};

struct trial {
    char *quarter;
    struct trial_project *projects;
    struct trial_source *sources;
    struct working_time **times; // of each source
    size_t n_projects, n_sources;
    struct asked quarter_asked, projects_asked, sources_asked, moves_asked;
    struct snapshots_asked plans_asked;
};

static void add(struct mean *mean, double value, int64_t n)
{
    mean->sum += value * (double)n;
    mean->n += n;
}

static struct working_time *time_of(const struct trial *trial, int64_t source_id)
{
    for (size_t i = 0; i < trial->n_sources; i++)
        if (trial->sources[i].source_id == source_id)
            return trial->times[i];
    return NULL;
}

// One version's tasks of one project are rows next to each other: from the one of `first` on, which
// `row` has read. True when it has read the first row behind them into `first`, false at the end.
static bool sum_version(const struct trial *trial, const struct trial_project *project,
                        struct row *row, struct trial_move *first, struct era eras[2])
{
    struct trial_move move = *first;
    struct working_time *time = time_of(trial, first->source_id);
    bool since = project->has_first && first->published_at >= local_to_us(project->first, 0);
    struct era *era = &eras[since];
    struct mean slip = {0};
    bool more = true;
    while (more && move.project_id == first->project_id && move.source_id == first->source_id &&
           move.number == first->number) {
        int64_t before, after;
        if (time && wall_parse(move.before, &before) && wall_parse(move.after, &after)) {
            double days = working_days(time, before, after);
            add(&slip, days, move.tasks);
            if (move.finished)
                add(&era->error, fabs(days), move.tasks);
        }
        more = row_next(row);
        if (more)
            trial_move_take(row, &move);
    }
    if (slip.n > 0)
        add(&era->slip, slip.sum / (double)slip.n, 1);
    *first = move;
    return more;
}

static Okr__TrialLine *line_of(struct call *call, const struct trial_project *project,
                               const struct era eras[2])
{
    Okr__TrialLine *line = NEW(call, Okr__TrialLine, OKR__TRIAL_LINE__INIT);
    SET(line, project_id, project->id);
    line->name = project->name;
    SET(line, goals_on, project->asked);
    SET(line, versions_before, (int32_t)eras[0].slip.n);
    SET(line, versions_after, (int32_t)eras[1].slip.n);
    if (eras[0].slip.n > 0)
        SET(line, slip_days_before, eras[0].slip.sum / (double)eras[0].slip.n);
    if (eras[1].slip.n > 0)
        SET(line, slip_days_after, eras[1].slip.sum / (double)eras[1].slip.n);
    if (eras[0].error.n > 0)
        SET(line, forecast_error_before, eras[0].error.sum / (double)eras[0].error.n);
    if (eras[1].error.n > 0)
        SET(line, forecast_error_after, eras[1].error.sum / (double)eras[1].error.n);
    SET(line, engineers, project->engineers);
    SET(line, interns, project->interns);
    return line;
}

static bool take_times(struct call *call, struct trial *trial)
{
    size_t n;
    struct plan_snapshot *plans = plan_snapshots_rows(call, &trial->plans_asked, &n);
    trial->times = NEW_ARRAY(call, struct working_time *, trial->n_sources);
    if (!plans)
        return trial->n_sources == 0;
    for (size_t i = 0; i < trial->n_sources; i++)
        for (size_t k = 0; k < n; k++)
            if (plans[k].version_id == trial->sources[i].version_id)
                trial->times[i] = working_time_of_plan(call->arena, plans[k].version->header,
                                                       plans[k].calendars, plans[k].n_calendars);
    return true;
}

// The rows come by project, in no order of rank.
static void sum_project(struct call *call, const struct trial *trial,
                        const struct trial_project *project, struct era eras[2])
{
    struct row row = asked_begin(call, trial->moves_asked);
    bool more = row_next(&row);
    struct trial_move move;
    if (more)
        trial_move_take(&row, &move);
    while (more) {
        if (move.project_id == project->id) {
            more = sum_version(trial, project, &row, &move, eras);
        } else {
            more = row_next(&row);
            if (more)
                trial_move_take(&row, &move);
        }
    }
}

static void get_trial_answer(struct call *call)
{
    struct trial *trial = call->state;
    Okr__TrialReport *report = NEW(call, Okr__TrialReport, OKR__TRIAL_REPORT__INIT);
    if (!take_times(call, trial))
        return;
    report->quarter = trial->quarter;
    report->projects = NEW_ARRAY(call, Okr__TrialLine *, trial->n_projects);
    for (size_t i = 0; i < trial->n_projects; i++) {
        struct era eras[2] = {0};
        sum_project(call, trial, &trial->projects[i], eras);
        report->projects[report->n_projects++] = line_of(call, &trial->projects[i], eras);
    }
    call_reply(call, &report->base);
}

static void take_projects(struct call *call, struct trial *trial)
{
    size_t n = (size_t)asked_count(call, trial->projects_asked);
    trial->projects = NEW_ARRAY(call, struct trial_project, n);
    for (struct row row = asked_begin(call, trial->projects_asked); row_next(&row);)
        trial_project_take(&row, &trial->projects[trial->n_projects++]);
}

static void take_sources(struct call *call, struct trial *trial)
{
    size_t n = (size_t)asked_count(call, trial->sources_asked);
    trial->sources = NEW_ARRAY(call, struct trial_source, n);
    for (struct row row = asked_begin(call, trial->sources_asked); row_next(&row);)
        trial_source_take(&row, &trial->sources[trial->n_sources++]);
}

static void get_trial_moves(struct call *call)
{
    struct trial *trial = call->state;
    struct quarter_range range;
    if (!quarter_range_row(call, trial->quarter_asked, &range)) {
        guard_not_found(call, trial->quarter);
        return;
    }
    take_projects(call, trial);
    take_sources(call, trial);
    int64_t *versions = NEW_ARRAY(call, int64_t, trial->n_sources);
    for (size_t i = 0; i < trial->n_sources; i++)
        versions[i] = trial->sources[i].version_id;
    trial->moves_asked =
        trial_moves_ask(call, trial->quarter, local_to_us(range.first_day - BEFORE_DAYS, 0),
                        local_to_us(range.last_day + 1, 0));
    trial->plans_asked = plan_snapshots_ask(call, versions, trial->n_sources, 0, 0);
    call->then = get_trial_answer;
}

static void get_trial(struct call *call, const Okr__GetTrialRequest *request)
{
    struct trial *trial = NEW_ARRAY(call, struct trial, 1);
    trial->quarter = field_quarter(call, request->quarter);
    call->state = trial;
    trial->quarter_asked = quarter_range_ask(call, trial->quarter);
    trial->projects_asked = trial_projects_ask(call, trial->quarter);
    trial->sources_asked = trial_sources_ask(call);
    call->then = get_trial_moves;
}

HANDLER(insight_get_trial, get_trial, .bulk = true, .shared = true);
