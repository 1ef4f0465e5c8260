// The words of the page. Figures stand as the server sent them: nothing is judged here.
#include "client/cli/report/month_show.h"

#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

// ---- the verdict ------------------------------------------------------------------------------

static const char *verdict_label(int verdict)
{
    return label_of(&okr__verdict__descriptor, verdict);
}

enum show_colour month_verdict_colour(Okr__Verdict verdict)
{
    switch (verdict) {
    case OKR__VERDICT__VERDICT_ON_TRACK:
    case OKR__VERDICT__VERDICT_CONTINUE:
        return SHOW_GOOD;
    case OKR__VERDICT__VERDICT_INSUFFICIENT_DATA:
        return SHOW_BOLD;
    default:
        return SHOW_BAD;
    }
}

static const char *verdict_sentence(Okr__Verdict verdict)
{
    switch (verdict) {
    case OKR__VERDICT__VERDICT_ON_TRACK:
        return _("The KR is where it should be going, and the plan was executed.");
    case OKR__VERDICT__VERDICT_CONTINUE:
        return _("The plan was executed; the KR has not moved. It depends on others too: go on.");
    case OKR__VERDICT__VERDICT_REVIEW_OKR_AND_PLAN:
        return _("The plan was executed, month after month, and the KR has not moved.");
    case OKR__VERDICT__VERDICT_EXECUTION:
        return _("The KR has not moved, and the plan was not executed.");
    case OKR__VERDICT__VERDICT_EXECUTION_BEHIND:
        return _("The KR moves, but the plan was not executed: ask why.");
    case OKR__VERDICT__VERDICT_INSUFFICIENT_DATA:
        return _("Plan and execution cannot be told apart; what is missing stands below.");
    case OKR__VERDICT__VERDICT_BREAKDOWN:
        return _("The KR has not moved and nothing was left undone: it is not all in the plan.");
    default:
        return "";
    }
}

Okr__Verdict month_counts(const Okr__KrEvaluation *kr)
{
    return kr->has_override_verdict ? kr->override_verdict : kr->verdict;
}

const char *month_why(struct cli *cli, const Okr__KrEvaluation *kr)
{
    if (!kr->has_override_verdict)
        return verdict_sentence(kr->verdict);
    return cli_text(cli, _("Decided by %s: %s (computed: %s)"), show_text(kr->override_by),
                    show_text(kr->override_reason), verdict_label((int)kr->verdict));
}

static void show_verdict(struct cli *cli, const Okr__KrEvaluation *kr)
{
    Okr__Verdict counts = month_counts(kr);
    show_line(cli, "  %s", show_in(cli, month_verdict_colour(counts), verdict_label((int)counts)));
    show_wrapped(cli, 2, month_why(cli, kr));
}

static const char *percent_or_dash(struct cli *cli, bool has, double percent)
{
    return has ? show_percent(cli, percent) : "-";
}

const char *month_target(struct cli *cli, const Okr__KrEvaluation *kr)
{
    return cli_text(cli, "%s %s %s; %s %s → %s (%s → %s)",
                    label_of(&okr__kr_kind__descriptor, (int)kr->kind),
                    show_number(cli, kr->target), show_text(kr->unit), _("this month"),
                    kr->has_value_before ? show_number(cli, kr->value_before) : "?",
                    kr->has_value ? show_number(cli, kr->value) : "?",
                    percent_or_dash(cli, kr->has_attainment_before, kr->attainment_before),
                    percent_or_dash(cli, kr->has_attainment_percent, kr->attainment_percent));
}

// ---- evidence ---------------------------------------------------------------------------------

static const char *missing_label(const Okr__Evidence *evidence)
{
    return label_of(&okr__missing__descriptor, (int)evidence->missing);
}

static const char *project_text(struct cli *cli, const Okr__Evidence *evidence)
{
    const char *result;
    if (evidence->completed)
        result = _("completed");
    else if (!evidence->has_planned)
        result = cli_text(cli, _("cannot be told: %s"), missing_label(evidence));
    else
        result =
            cli_text(cli, _("%s earned of %s planned by %s: %s"), show_hours(cli, evidence->actual),
                     show_hours(cli, evidence->planned), show_day(cli, evidence->day),
                     evidence->holds ? _("as planned") : _("behind"));
    if (evidence->open_milestones > 0)
        result = cli_text(cli, _("%s (milestones past their date and open: %d)"), result,
                          evidence->open_milestones);
    return cli_text(cli, "%s %s: %s", show_id(cli, "P", evidence->id), show_text(evidence->text),
                    result);
}

// `project`: the row before it, of the same project.
static const char *goals_text(struct cli *cli, const Okr__Evidence *evidence,
                              const Okr__Evidence *project)
{
    bool disagree =
        project && project->has_holds && evidence->has_holds && project->holds != evidence->holds;
    if (evidence->planned == 0)
        return _("no weekly goal in the month");
    return cli_text(cli, _("weekly goals: %.0f set, %.0f achieved, %d missed%s"), evidence->planned,
                    evidence->actual, evidence->missed,
                    disagree ? _(" (the plan says otherwise)") : "");
}

static const char *sufficiency_text(struct cli *cli, const Okr__Evidence *evidence)
{
    if (!evidence->by)
        return missing_label(evidence);
    const char *by = cli_text(cli, _("sufficiency declared by %s, %s"), evidence->by,
                              show_time(cli, evidence->day));
    return evidence->has_missing ? cli_text(cli, "%s; %s", by, missing_label(evidence)) : by;
}

const char *month_evidence(struct cli *cli, const Okr__KrEvaluation *kr, size_t i)
{
    const Okr__Evidence *evidence = kr->evidence[i];
    switch (evidence->kind) {
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_MEASUREMENT:
        return cli_text(cli, "%s  %s %s  (%s)", show_text(evidence->day),
                        show_number(cli, evidence->value), show_text(kr->unit),
                        show_id(cli, "M", evidence->id));
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_PROJECT:
        return project_text(cli, evidence);
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_GOALS:
        return goals_text(cli, evidence, i > 0 ? kr->evidence[i - 1] : NULL);
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_SUFFICIENCY:
        return sufficiency_text(cli, evidence);
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_COVERAGE:
        return cli_text(cli, "%s %s: %s", show_id(cli, "P", evidence->id),
                        show_text(evidence->text), missing_label(evidence));
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_EXTERNAL:
        return cli_text(cli, _("%s  from outside: %s (%s)"), show_text(evidence->day),
                        show_text(evidence->text), show_text(evidence->by));
    default:
        return missing_label(evidence);
    }
}

// The goals of a project stand under it.
static void show_evidence(struct cli *cli, const Okr__KrEvaluation *kr, size_t i)
{
    bool under = kr->evidence[i]->kind == OKR__EVIDENCE_KIND__EVIDENCE_KIND_GOALS;
    show_wrapped(cli, under ? 8 : 6, month_evidence(cli, kr, i));
}

static void show_question(struct cli *cli, const Okr__KrEvaluation *kr, int question,
                          const char *text, const char *answer)
{
    show_line(cli, "  %d %s  %s", question, text, show_in(cli, SHOW_BOLD, answer));
    for (size_t i = 0; i < kr->n_evidence; i++)
        if (kr->evidence[i]->question == question)
            show_evidence(cli, kr, i);
}

const char *month_content_answer(struct cli *cli, const Okr__KrEvaluation *kr)
{
    const char *movement = label_of(&okr__movement__descriptor, (int)kr->movement);
    if (kr->months_unmoved > 1)
        return cli_text(cli, _("%s; not moved for %d months"), movement, kr->months_unmoved);
    return movement;
}

const char *month_execution_answer(const Okr__KrEvaluation *kr)
{
    if (!kr->has_executed)
        return _("cannot be told");
    return kr->executed ? _("yes") : _("no");
}

const char *month_limits(struct cli *cli, const Okr__ProcessLimits *limits)
{
    if (!limits)
        return "";
    return cli_text(cli, _("usual range of its %d values: %s to %s%s"), limits->points,
                    show_number(cli, limits->lower), show_number(cli, limits->upper),
                    limits->signal ? _("; the latest lies outside") : "");
}

static void show_kr(struct cli *cli, const Okr__KrEvaluation *kr)
{
    show_line(cli, "\n%s %s", show_in(cli, SHOW_BOLD, show_id(cli, "KR", kr->kr_id)),
              show_in(cli, SHOW_BOLD, show_text(kr->text)));
    show_verdict(cli, kr);
    show_line(cli, "  %s", month_target(cli, kr));
    show_question(cli, kr, 1, _("Is the OKR's content right?"), month_content_answer(cli, kr));
    show_wrapped(cli, 6, month_limits(cli, kr->limits));
    show_question(cli, kr, 2, _("Is it broken down into the plan?"),
                  kr->breakdown_gap ? _("there is a gap") : _("yes"));
    show_question(cli, kr, 3, _("Was the plan executed as expected?"), month_execution_answer(kr));
}

// ---- the page ---------------------------------------------------------------------------------

const char *month_action(struct cli *cli, const Okr__EvaluationAction *action)
{
    return cli_text(cli, _("%s %s (%s, by %s)"), show_id(cli, "V", action->id),
                    show_text(action->text), label_of_word(show_text(action->owner_role)),
                    show_text(action->due));
}

const char *month_outcome(struct cli *cli, const Okr__EvaluationAction *action)
{
    if (!action->outcome)
        return _("not closed yet");
    return cli_text(cli, "%s: %s", action->done ? _("done") : _("given up"), action->outcome);
}

void month_show_action(struct cli *cli, const Okr__EvaluationAction *action)
{
    const char *outcome = month_outcome(cli, action);
    show_wrapped(cli, 2, month_action(cli, action));
    if (action->outcome)
        show_wrapped(cli, 6, outcome);
    else
        show_line(cli, "      %s", show_in(cli, SHOW_BOLD, outcome));
}

static void show_actions(struct cli *cli, const char *title, Okr__EvaluationAction *const *actions,
                         size_t n)
{
    if (n)
        show_line(cli, "\n%s", show_in(cli, SHOW_BOLD, title));
    for (size_t i = 0; i < n; i++)
        month_show_action(cli, actions[i]);
}

void month_state(struct cli *cli, const Okr__Evaluation *evaluation, const char *ret[2])
{
    ret[1] = "";
    if (!evaluation->prepared_at) {
        ret[0] = cli_text(cli, _("A preview: nothing is kept before \"okr month prepare %s\"."),
                          show_text(evaluation->month));
        return;
    }
    ret[0] = cli_text(cli, _("Prepared by %s, %s"), show_text(evaluation->prepared_by),
                      show_time(cli, evaluation->prepared_at));
    ret[1] = evaluation->signed_at
                 ? cli_text(cli, _("Signed by %s, %s"), show_text(evaluation->signed_by),
                            show_time(cli, evaluation->signed_at))
                 : _("Not signed yet");
}

static void show_state(struct cli *cli, const Okr__Evaluation *evaluation)
{
    const char *lines[2];
    month_state(cli, evaluation, lines);
    for (size_t i = 0; i < 2 && lines[i][0]; i++)
        show_line(cli, "%s", lines[i]);
}

static void show_comments(struct cli *cli, const Okr__Evaluation *evaluation)
{
    if (evaluation->n_comments)
        show_line(cli, "\n%s", show_in(cli, SHOW_BOLD, _("Comments")));
    for (size_t i = 0; i < evaluation->n_comments; i++) {
        const Okr__EvaluationComment *comment = evaluation->comments[i];
        show_line(cli, "  %s  %s", show_time(cli, comment->written_at), show_text(comment->author));
        show_wrapped(cli, 6, show_text(comment->text));
    }
}

void month_show(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Evaluation *evaluation = (const Okr__Evaluation *)reply;
    show_line(cli, "%s (%s)", show_in(cli, SHOW_BOLD, show_text(evaluation->month)),
              show_text(evaluation->quarter));
    show_state(cli, evaluation);
    for (size_t i = 0; i < evaluation->n_krs; i++)
        show_kr(cli, evaluation->krs[i]);
    if (!evaluation->n_krs)
        show_line(cli, "\n%s", _("The quarter has no KR."));
    show_actions(cli, _("Actions"), evaluation->actions, evaluation->n_actions);
    show_actions(cli, _("Actions of earlier months, and what became of them"),
                 evaluation->earlier_actions, evaluation->n_earlier_actions);
    show_comments(cli, evaluation);
}
