// The words of the page. Figures stand as the server sent them: nothing is judged here.
#include "client/cli/month_show.h"

#include <string.h>
#include "client/cli/intl.h"
#include "client/cli/show.h"

// ---- the verdict ------------------------------------------------------------------------------

static const char *verdict_label(int verdict)
{
    return label_of(&okr__verdict__descriptor, verdict);
}

static enum show_colour verdict_colour(Okr__Verdict verdict)
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

static void show_verdict(struct cli *cli, const Okr__KrEvaluation *kr)
{
    bool overridden = kr->has_override_verdict;
    Okr__Verdict counts = overridden ? kr->override_verdict : kr->verdict;
    show_line(cli, "  %s", show_in(cli, verdict_colour(counts), verdict_label((int)counts)));
    if (!overridden) {
        show_wrapped(cli, 2, verdict_sentence(counts));
        return;
    }
    show_wrapped(cli, 2,
                 cli_text(cli, _("Decided by %s: %s (computed: %s)"), show_text(kr->override_by),
                          show_text(kr->override_reason), verdict_label((int)kr->verdict)));
}

static const char *percent_or_dash(struct cli *cli, bool has, double percent)
{
    return has ? show_percent(cli, percent) : "-";
}

static void show_target(struct cli *cli, const Okr__KrEvaluation *kr)
{
    show_line(cli, "  %s %s %s; %s %s → %s (%s → %s)",
              label_of(&okr__kr_kind__descriptor, (int)kr->kind), show_number(cli, kr->target),
              show_text(kr->unit), _("this month"),
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

static void show_project(struct cli *cli, const Okr__Evidence *evidence)
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
    show_wrapped(cli, 6,
                 cli_text(cli, "%s %s: %s", show_id(cli, "P", evidence->id),
                          show_text(evidence->text), result));
}

// `project`: the row before it, of the same project.
static void show_goals(struct cli *cli, const Okr__Evidence *evidence, const Okr__Evidence *project)
{
    bool disagree =
        project && project->has_holds && evidence->has_holds && project->holds != evidence->holds;
    if (evidence->planned == 0)
        show_line(cli, "        %s", _("no weekly goal in the month"));
    else
        show_line(cli, _("        weekly goals: %.0f set, %.0f achieved, %d missed%s"),
                  evidence->planned, evidence->actual, evidence->missed,
                  disagree ? _(" (the plan says otherwise)") : "");
}

static void show_sufficiency(struct cli *cli, const Okr__Evidence *evidence)
{
    if (!evidence->by)
        show_line(cli, "      %s", missing_label(evidence));
    else
        show_line(cli, "      %s%s",
                  cli_text(cli, _("sufficiency declared by %s, %s"), evidence->by,
                           show_time(cli, evidence->day)),
                  evidence->has_missing ? cli_text(cli, "; %s", missing_label(evidence)) : "");
}

static void show_evidence(struct cli *cli, const Okr__KrEvaluation *kr, size_t i)
{
    const Okr__Evidence *evidence = kr->evidence[i];
    switch (evidence->kind) {
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_MEASUREMENT:
        show_line(cli, "      %s  %s %s  (%s)", show_text(evidence->day),
                  show_number(cli, evidence->value), show_text(kr->unit),
                  show_id(cli, "M", evidence->id));
        break;
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_PROJECT:
        show_project(cli, evidence);
        break;
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_GOALS:
        show_goals(cli, evidence, i > 0 ? kr->evidence[i - 1] : NULL);
        break;
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_SUFFICIENCY:
        show_sufficiency(cli, evidence);
        break;
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_COVERAGE:
        show_line(cli, "      %s %s: %s", show_id(cli, "P", evidence->id),
                  show_text(evidence->text), missing_label(evidence));
        break;
    case OKR__EVIDENCE_KIND__EVIDENCE_KIND_EXTERNAL:
        show_wrapped(cli, 6,
                     cli_text(cli, _("%s  from outside: %s (%s)"), show_text(evidence->day),
                              show_text(evidence->text), show_text(evidence->by)));
        break;
    default:
        show_line(cli, "      %s", missing_label(evidence));
    }
}

static void show_question(struct cli *cli, const Okr__KrEvaluation *kr, int question,
                          const char *text, const char *answer)
{
    show_line(cli, "  %d %s  %s", question, text, show_in(cli, SHOW_BOLD, answer));
    for (size_t i = 0; i < kr->n_evidence; i++)
        if (kr->evidence[i]->question == question)
            show_evidence(cli, kr, i);
}

static const char *content_answer(struct cli *cli, const Okr__KrEvaluation *kr)
{
    const char *movement = label_of(&okr__movement__descriptor, (int)kr->movement);
    if (kr->months_unmoved > 1)
        return cli_text(cli, _("%s; not moved for %d months"), movement, kr->months_unmoved);
    return movement;
}

static const char *execution_answer(const Okr__KrEvaluation *kr)
{
    if (!kr->has_executed)
        return _("cannot be told");
    return kr->executed ? _("yes") : _("no");
}

static void show_limits(struct cli *cli, const Okr__ProcessLimits *limits)
{
    if (limits)
        show_line(cli, _("      usual range of its %d values: %s to %s%s"), limits->points,
                  show_number(cli, limits->lower), show_number(cli, limits->upper),
                  limits->signal ? _("; the latest lies outside") : "");
}

static void show_kr(struct cli *cli, const Okr__KrEvaluation *kr)
{
    show_line(cli, "\n%s %s", show_in(cli, SHOW_BOLD, show_id(cli, "KR", kr->kr_id)),
              show_in(cli, SHOW_BOLD, show_text(kr->text)));
    show_verdict(cli, kr);
    show_target(cli, kr);
    show_question(cli, kr, 1, _("Is the OKR's content right?"), content_answer(cli, kr));
    show_limits(cli, kr->limits);
    show_question(cli, kr, 2, _("Is it broken down into the plan?"),
                  kr->breakdown_gap ? _("there is a gap") : _("yes"));
    show_question(cli, kr, 3, _("Was the plan executed as expected?"), execution_answer(kr));
}

// ---- the page ---------------------------------------------------------------------------------

void month_show_action(struct cli *cli, const Okr__EvaluationAction *action)
{
    show_wrapped(cli, 2,
                 cli_text(cli, _("%s %s (%s, by %s)"), show_id(cli, "V", action->id),
                          show_text(action->text), label_of_word(show_text(action->owner_role)),
                          show_text(action->due)));
    if (!action->outcome)
        show_line(cli, "      %s", show_in(cli, SHOW_BOLD, _("not closed yet")));
    else
        show_wrapped(
            cli, 6,
            cli_text(cli, "%s: %s", action->done ? _("done") : _("given up"), action->outcome));
}

static void show_actions(struct cli *cli, const char *title, Okr__EvaluationAction *const *actions,
                         size_t n)
{
    if (n)
        show_line(cli, "\n%s", show_in(cli, SHOW_BOLD, title));
    for (size_t i = 0; i < n; i++)
        month_show_action(cli, actions[i]);
}

static void show_state(struct cli *cli, const Okr__Evaluation *evaluation)
{
    if (!evaluation->prepared_at) {
        show_line(cli, _("A preview: nothing is kept before \"okr month prepare %s\"."),
                  show_text(evaluation->month));
        return;
    }
    show_line(cli, _("Prepared by %s, %s"), show_text(evaluation->prepared_by),
              show_time(cli, evaluation->prepared_at));
    if (evaluation->signed_at)
        show_line(cli, _("Signed by %s, %s"), show_text(evaluation->signed_by),
                  show_time(cli, evaluation->signed_at));
    else
        show_line(cli, "%s", _("Not signed yet"));
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
