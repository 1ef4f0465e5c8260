// Each KR's evidence and verdict. What is said with a figure is kept as evidence, under the
// question that it answers: 1 is the OKR's content right, 2 its breakdown into the plan, 3 was the
// plan executed (R44).
#include "server/month/evaluate.h"

#include <math.h>
#include <string.h>
#include "common/calendar.h"
#include "server/quarter/attainment.h"
#include "server/month/verdict.h"

enum { CONTENT = 1, BREAKDOWN = 2, EXECUTION = 3 };

// What one KR is evaluated with.
struct evaluating {
    struct call *call;
    const Okr__EvaluationSnapshot *snapshot;
    const Okr__SnapshotLine *line;
    Okr__KrEvaluation *kr;
    int32_t month; // its first day
};

static Okr__Evidence *add_evidence(struct evaluating *e, Okr__EvidenceKind kind, int32_t question)
{
    Okr__Evidence *evidence = NEW(e->call, Okr__Evidence, OKR__EVIDENCE__INIT);
    SET(evidence, kind, kind);
    SET(evidence, question, question);
    e->kr->evidence[e->kr->n_evidence++] = evidence;
    return evidence;
}

static void add_missing(struct evaluating *e, int32_t question, Okr__Missing missing)
{
    Okr__Evidence *evidence = add_evidence(e, OKR__EVIDENCE_KIND__EVIDENCE_KIND_MISSING, question);
    SET(evidence, missing, missing);
}

// ---- values and movement ----------------------------------------------------------------------

static int32_t days_of(const char *text)
{
    int32_t days = INT32_MAX;
    if (text)
        date_parse(text, &days);
    return days;
}

// The latest value dated up to this day; of one day the last. The values come by day.
static const Okr__SnapshotValue *value_at(const Okr__SnapshotLine *line, int32_t day)
{
    const Okr__SnapshotValue *latest = NULL;
    for (size_t i = 0; i < line->n_values; i++)
        if (days_of(line->values[i]->day) <= day)
            latest = line->values[i];
    return latest;
}

// A month's two values: at its start, and at its end if one was measured in between.
struct month_values {
    const Okr__SnapshotValue *before, *now;
};

static struct month_values values_of(const Okr__SnapshotLine *line, int32_t month)
{
    struct month_values values = {.before = value_at(line, month),
                                  .now = value_at(line, month_of(month, 1))};
    if (values.now == values.before)
        values.now = NULL;
    return values;
}

// The KR as it was defined in the quarter that the month lies in.
static const Okr__SnapshotKr *defined_in(const Okr__SnapshotLine *line, int32_t month)
{
    for (size_t i = 0; i < line->n_krs; i++)
        if (days_of(line->krs[i]->first_day) <= month && month <= days_of(line->krs[i]->last_day))
            return line->krs[i];
    return NULL;
}

static double band_of(const Okr__SnapshotKr *kr)
{
    return verdict_noise_band(kr->kind, kr->start, kr->target, kr->noise_percent);
}

static Okr__Movement movement_between(const Okr__SnapshotKr *kr, const Okr__SnapshotValue *before,
                                      const Okr__SnapshotValue *now)
{
    if (!before || !now)
        return OKR__MOVEMENT__MOVEMENT_UNKNOWN;
    return verdict_movement(kr->kind, kr->target, band_of(kr), before->value, now->value);
}

// Whether the month ends the row of unmoved ones that it would be the first of: it moved itself, or
// from its start to today's value adds up to more than the band.
static bool ends_the_row(const struct evaluating *e, int32_t month, Okr__Movement movement)
{
    const Okr__SnapshotKr *today = e->line->krs[0];
    struct month_values own = values_of(e->line, month), last = values_of(e->line, e->month);
    return verdict_counts_as_moved(movement) ||
           verdict_counts_as_moved(movement_between(today, own.before, last.now));
}

// Back from this month, as far as the KR was carried on.
static int32_t months_unmoved(const struct evaluating *e)
{
    int32_t count = 0;
    for (int32_t month = e->month;; month = month_of(month, -1)) {
        const Okr__SnapshotKr *kr = defined_in(e->line, month);
        if (!kr)
            return count;
        struct month_values values = values_of(e->line, month);
        Okr__Movement movement = movement_between(kr, values.before, values.now);
        if (movement == OKR__MOVEMENT__MOVEMENT_UNKNOWN)
            continue;
        if (ends_the_row(e, month, movement))
            return count;
        count++;
    }
}

static void add_value(struct evaluating *e, const Okr__SnapshotValue *value)
{
    Okr__Evidence *evidence =
        add_evidence(e, OKR__EVIDENCE_KIND__EVIDENCE_KIND_MEASUREMENT, CONTENT);
    SET(evidence, id, value->id);
    SET(evidence, value, value->value);
    evidence->day = value->day;
}

static void tell_values(struct evaluating *e, const struct month_values *values)
{
    const Okr__SnapshotKr *kr = e->line->krs[0];
    double percent;
    if (values->before) {
        add_value(e, values->before);
        SET(e->kr, value_before, values->before->value);
        if (attainment_percent(kr->kind, kr->start, kr->target, values->before->value, &percent))
            SET(e->kr, attainment_before, percent);
    } else {
        add_missing(e, CONTENT, OKR__MISSING__MISSING_VALUE_BEFORE);
    }
    if (values->now) {
        add_value(e, values->now);
        SET(e->kr, value, values->now->value);
        if (attainment_percent(kr->kind, kr->start, kr->target, values->now->value, &percent))
            SET(e->kr, attainment_percent, percent);
    } else {
        add_missing(e, CONTENT, OKR__MISSING__MISSING_VALUE);
    }
}

static void tell_limits(struct evaluating *e)
{
    double *values = NEW_ARRAY(e->call, double, e->line->n_values);
    size_t n = 0;
    for (size_t i = 0; i < e->line->n_values; i++)
        values[n++] = e->line->values[i]->value;
    struct verdict_limits limits;
    if (!verdict_limits_of(values, n, &limits))
        return;
    Okr__ProcessLimits *told = NEW(e->call, Okr__ProcessLimits, OKR__PROCESS_LIMITS__INIT);
    SET(told, mean, limits.mean);
    SET(told, lower, limits.lower);
    SET(told, upper, limits.upper);
    SET(told, points, (int32_t)n);
    SET(told, signal, limits.signal);
    e->kr->limits = told;
}

static void tell_factors(struct evaluating *e)
{
    for (size_t i = 0; i < e->line->n_factors; i++) {
        const Okr__ExternalFactor *factor = e->line->factors[i];
        Okr__Evidence *evidence =
            add_evidence(e, OKR__EVIDENCE_KIND__EVIDENCE_KIND_EXTERNAL, CONTENT);
        SET(evidence, id, factor->id);
        evidence->text = factor->text;
        evidence->day = factor->day;
        evidence->by = factor->author;
    }
}

static void question_content(struct evaluating *e)
{
    struct month_values values = values_of(e->line, e->month);
    Okr__Movement movement = movement_between(e->line->krs[0], values.before, values.now);
    tell_values(e, &values);
    SET(e->kr, movement, movement);
    if (movement != OKR__MOVEMENT__MOVEMENT_UNKNOWN)
        SET(e->kr, months_unmoved, months_unmoved(e));
    tell_limits(e);
    tell_factors(e);
}

// ---- breakdown --------------------------------------------------------------------------------

static const Okr__SnapshotProject *find_project(const Okr__EvaluationSnapshot *snapshot, int64_t id)
{
    for (size_t i = 0; i < snapshot->n_projects; i++)
        if (snapshot->projects[i]->id == id)
            return snapshot->projects[i];
    return NULL;
}

static bool completed(const Okr__SnapshotProject *project)
{
    return project->state == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED;
}

static void tell_sufficiency(struct evaluating *e)
{
    const Okr__Sufficiency *declared = e->line->sufficiency;
    Okr__Evidence *evidence =
        add_evidence(e, OKR__EVIDENCE_KIND__EVIDENCE_KIND_SUFFICIENCY, BREAKDOWN);
    SET(evidence, holds, declared && !declared->stale);
    if (!declared) {
        SET(evidence, missing, OKR__MISSING__MISSING_SUFFICIENCY);
        return;
    }
    SET(evidence, id, declared->number);
    evidence->text = declared->note;
    evidence->by = declared->declared_by;
    evidence->day = declared->declared_at;
    if (declared->stale)
        SET(evidence, missing, OKR__MISSING__MISSING_SUFFICIENCY_RENEWED);
}

// What is completed is covered, whatever the plan still has of it.
static bool tell_coverage(struct evaluating *e, const Okr__SnapshotProject *project)
{
    bool covered = completed(project) || (project->tasks > 0 && project->assigned_tasks > 0);
    if (covered)
        return true;
    Okr__Evidence *evidence =
        add_evidence(e, OKR__EVIDENCE_KIND__EVIDENCE_KIND_COVERAGE, BREAKDOWN);
    SET(evidence, id, project->id);
    evidence->text = project->name;
    SET(evidence, holds, false);
    SET(evidence, missing,
        project->tasks > 0 ? OKR__MISSING__MISSING_ASSIGNMENT : OKR__MISSING__MISSING_TASKS);
    return false;
}

static void question_breakdown(struct evaluating *e)
{
    const Okr__SnapshotLine *line = e->line;
    bool gap = !line->sufficiency || line->sufficiency->stale || line->n_project_ids == 0;
    tell_sufficiency(e);
    if (line->n_project_ids == 0)
        add_missing(e, BREAKDOWN, OKR__MISSING__MISSING_PROJECT);
    for (size_t i = 0; i < line->n_project_ids; i++) {
        const Okr__SnapshotProject *project = find_project(e->snapshot, line->project_ids[i]);
        if (project && !tell_coverage(e, project))
            gap = true;
    }
    SET(e->kr, breakdown_gap, gap);
}

// ---- execution --------------------------------------------------------------------------------

// Completed, or earned what was planned by then and no milestone is past its date; nothing planned
// yet is as planned.
static enum verdict_answer attained(const struct evaluating *e, const Okr__SnapshotProject *project)
{
    if (completed(project))
        return VERDICT_YES;
    if (!project->has_pv || !project->has_ev)
        return VERDICT_CANNOT_TELL;
    if (project->open_milestones > 0)
        return VERDICT_NO;
    double due = project->pv * e->snapshot->attained_percent / 100;
    return project->ev >= due - 1e-9 * fabs(due) ? VERDICT_YES : VERDICT_NO;
}

static void count_work(struct verdict_work *work, const Okr__SnapshotProject *project,
                       enum verdict_answer answer)
{
    if (answer == VERDICT_YES)
        work->attained++;
    else if (answer == VERDICT_NO)
        work->behind++;
    else if (project->tasks == 0)
        work->unplanned++;
    else
        work->unknown++;
}

static void tell_project(struct evaluating *e, const Okr__SnapshotProject *project,
                         enum verdict_answer answer)
{
    Okr__Evidence *evidence = add_evidence(e, OKR__EVIDENCE_KIND__EVIDENCE_KIND_PROJECT, EXECUTION);
    SET(evidence, id, project->id);
    evidence->text = project->name;
    evidence->day = project->status_date;
    if (completed(project))
        SET(evidence, completed, true);
    if (project->has_pv)
        SET(evidence, planned, project->pv);
    if (project->has_ev)
        SET(evidence, actual, project->ev);
    if (project->open_milestones > 0)
        SET(evidence, open_milestones, project->open_milestones);
    if (answer != VERDICT_CANNOT_TELL)
        SET(evidence, holds, answer == VERDICT_YES);
    else if (project->n_missing > 0)
        SET(evidence, missing, project->missing[0]);
}

static void tell_goals(struct evaluating *e, const Okr__SnapshotProject *project)
{
    Okr__Evidence *evidence = add_evidence(e, OKR__EVIDENCE_KIND__EVIDENCE_KIND_GOALS, EXECUTION);
    SET(evidence, id, project->id);
    evidence->text = project->name;
    SET(evidence, planned, project->goals);
    SET(evidence, actual, project->goals_achieved);
    SET(evidence, missed, project->goals_missed);
    if (project->goals_achieved + project->goals_missed > 0)
        SET(evidence, holds, project->goals_achieved > project->goals_missed);
}

static enum verdict_answer question_execution(struct evaluating *e)
{
    const Okr__SnapshotLine *line = e->line;
    struct verdict_work work = {0};
    for (size_t i = 0; i < line->n_project_ids; i++) {
        const Okr__SnapshotProject *project = find_project(e->snapshot, line->project_ids[i]);
        if (!project)
            continue;
        enum verdict_answer answer = attained(e, project);
        count_work(&work, project, answer);
        tell_project(e, project, answer);
        tell_goals(e, project);
    }
    enum verdict_answer executed = verdict_executed(&work);
    if (executed == VERDICT_YES || executed == VERDICT_NO)
        SET(e->kr, executed, executed == VERDICT_YES);
    SET(e->kr, left_undone, work.behind > 0);
    return executed;
}

// ---- one KR -----------------------------------------------------------------------------------

static void tell_definition(Okr__KrEvaluation *kr, const Okr__SnapshotKr *defined)
{
    SET(kr, kr_id, defined->id);
    kr->text = defined->text;
    kr->unit = defined->unit;
    SET(kr, kind, defined->kind);
    SET(kr, start, defined->start);
    SET(kr, target, defined->target);
    SET(kr, noise_percent, defined->noise_percent);
    SET(kr, noise_band, band_of(defined));
}

static Okr__KrEvaluation *evaluate_line(struct call *call, const Okr__EvaluationSnapshot *snapshot,
                                        const Okr__SnapshotLine *line, int32_t month)
{
    struct evaluating e = {call, snapshot, line,
                           NEW(call, Okr__KrEvaluation, OKR__KR_EVALUATION__INIT), month};
    // Two values or what is missing of them, the declaration, "no project", three a project.
    e.kr->evidence =
        NEW_ARRAY(call, Okr__Evidence *, 4 + line->n_factors + 3 * line->n_project_ids);
    tell_definition(e.kr, line->krs[0]);
    question_content(&e);
    question_breakdown(&e);
    struct verdict_facts facts = {
        .executed = question_execution(&e),
        .movement = e.kr->movement,
        .months_unmoved = e.kr->months_unmoved,
        .review_months = snapshot->review_months,
        .breakdown_gap = e.kr->breakdown_gap,
        .left_undone = e.kr->left_undone,
    };
    SET(e.kr, verdict, verdict_of(&facts));
    return e.kr;
}

Okr__EvaluationVerdicts *evaluate(struct call *call, const Okr__EvaluationSnapshot *snapshot)
{
    Okr__EvaluationVerdicts *verdicts =
        NEW(call, Okr__EvaluationVerdicts, OKR__EVALUATION_VERDICTS__INIT);
    verdicts->krs = NEW_ARRAY(call, Okr__KrEvaluation *, snapshot->n_lines);
    int32_t month;
    if (!snapshot->month || !month_parse(snapshot->month, &month))
        return verdicts;
    for (size_t i = 0; i < snapshot->n_lines; i++)
        if (snapshot->lines[i]->n_krs > 0)
            verdicts->krs[verdicts->n_krs++] =
                evaluate_line(call, snapshot, snapshot->lines[i], month);
    return verdicts;
}
