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
    bool asked = trial_asked_row(&call->rows[1]);
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
    need_id(call, "project_id", request->has_project_id, request->project_id);
    need_version(call, request->has_version, request->version);
    if (!request->has_on)
        call_violation(call, "on", OKR__REASON__REASON_REQUIRED, NULL);
    need_text(call, "reason", request->reason, LIMIT_TEXT);
    if (call_invalid(call))
        return;
    change->project.id = request->project_id;
    call->state = change;
    project_change_ask(call, request->project_id);
    trial_asked_ask(call, request->project_id);
    call->then = practice_apply;
}

HANDLER(insight_set_goals_practice, set_goals_practice);

// --- GetTrial: which versions there are, then what they say in working days of each plan.

enum { ROWS_QUARTER, ROWS_PROJECTS, ROWS_SOURCES, FIRST_QUERIES };
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
    char quarter[8];
    struct trial_project *projects;
    struct trial_source *sources;
    struct working_time **times; // of each source
    size_t n_projects, n_sources;
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

// One version's tasks of one project are rows next to each other: from `row` on. Returns the row
// behind them.
static int sum_version(struct call *call, const struct trial *trial,
                       const struct trial_project *project, int row, struct era eras[2])
{
    const struct rows *rows = &call->rows[0];
    struct trial_move first = trial_move_row(rows, row);
    struct working_time *time = time_of(trial, first.source_id);
    struct era *era = &eras[project->has_first && first.published_at >= project->first_at];
    struct mean slip = {0};
    for (; row < rows_count(rows); row++) {
        struct trial_move move = trial_move_row(rows, row);
        int64_t before, after;
        if (move.project_id != first.project_id || move.source_id != first.source_id ||
            move.number != first.number)
            break;
        if (!time || !wall_parse(move.before, &before) || !wall_parse(move.after, &after))
            continue;
        double days = working_days(time, before, after);
        add(&slip, days, move.tasks);
        if (move.finished)
            add(&era->error, fabs(days), move.tasks);
    }
    if (slip.n > 0)
        add(&era->slip, slip.sum / (double)slip.n, 1);
    return row;
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
    struct plan_snapshot *plans = plan_snapshots_rows(call, 1, 0, &n);
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

static void get_trial_answer(struct call *call)
{
    struct trial *trial = call->state;
    Okr__TrialReport *report = NEW(call, Okr__TrialReport, OKR__TRIAL_REPORT__INIT);
    if (!take_times(call, trial))
        return;
    report->quarter = trial->quarter;
    report->projects = NEW_ARRAY(call, Okr__TrialLine *, trial->n_projects);
    for (size_t i = 0; i < trial->n_projects; i++) {
        const struct trial_project *project = &trial->projects[i];
        struct era eras[2] = {0};
        for (int row = 0; row < rows_count(&call->rows[0]);)
            if (row_i64(&call->rows[0], row, 0) == project->id)
                row = sum_version(call, trial, project, row, eras);
            else
                row++;
        report->projects[report->n_projects++] = line_of(call, project, eras);
    }
    call_reply(call, &report->base);
}

static void get_trial_moves(struct call *call)
{
    struct trial *trial = call->state;
    if (rows_count(&call->rows[ROWS_QUARTER]) == 0) {
        guard_not_found(call, trial->quarter);
        return;
    }
    int32_t first_day = row_date(&call->rows[ROWS_QUARTER], 0, QUARTER_FIRST_DAY);
    int32_t last_day = row_date(&call->rows[ROWS_QUARTER], 0, QUARTER_LAST_DAY);
    trial->n_projects = (size_t)rows_count(&call->rows[ROWS_PROJECTS]);
    trial->n_sources = (size_t)rows_count(&call->rows[ROWS_SOURCES]);
    trial->projects = NEW_ARRAY(call, struct trial_project, trial->n_projects);
    trial->sources = NEW_ARRAY(call, struct trial_source, trial->n_sources);
    int64_t *versions = NEW_ARRAY(call, int64_t, trial->n_sources);
    for (size_t i = 0; i < trial->n_projects; i++)
        trial->projects[i] = trial_project_row(&call->rows[ROWS_PROJECTS], (int)i);
    for (size_t i = 0; i < trial->n_sources; i++) {
        trial->sources[i] = trial_source_row(&call->rows[ROWS_SOURCES], (int)i);
        versions[i] = trial->sources[i].version_id;
    }
    trial_moves_ask(call, trial->quarter, local_to_us(first_day - BEFORE_DAYS, 0),
                    local_to_us(last_day + 1, 0));
    plan_snapshots_ask(call, versions, trial->n_sources, 0, 0);
    call->then = get_trial_answer;
}

static void get_trial(struct call *call, const Okr__GetTrialRequest *request)
{
    struct trial *trial = NEW_ARRAY(call, struct trial, 1);
    if (!parse_quarter_field(call, "quarter", request->quarter, trial->quarter))
        return;
    call->state = trial;
    quarter_ask(call, trial->quarter);
    trial_projects_ask(call, trial->quarter);
    trial_sources_ask(call);
    call->then = get_trial_moves;
}

HANDLER(insight_get_trial, get_trial, .bulk = true, .shared = true);
