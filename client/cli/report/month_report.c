// The verdicts in one table to begin with, then each KR with the three questions and their
// evidence, then the actions. Nothing is judged here.
#include "client/cli/report/month_report.h"

#include "client/cli/core/intl.h"
#include "client/cli/report/month_show.h"
#include "client/cli/core/show.h"

#define COLUMNS 3
static const int widths[COLUMNS] = {46, 26, 28};

static enum paper_look look_of(const Okr__KrEvaluation *kr)
{
    switch (month_verdict_colour(month_counts(kr))) {
    case SHOW_GOOD:
        return PAPER_GOOD;
    case SHOW_BAD:
        return PAPER_BAD;
    default:
        return PAPER_STRONG;
    }
}

static const char *name_of(struct cli *cli, const Okr__KrEvaluation *kr)
{
    return cli_text(cli, "%s %s", show_id(cli, "KR", kr->kr_id), show_text(kr->text));
}

static const char *verdict_of(const Okr__KrEvaluation *kr)
{
    return label_of(&okr__verdict__descriptor, (int)month_counts(kr));
}

static void write_overview(const struct paper *paper, const Okr__Evaluation *evaluation)
{
    const char *const titles[COLUMNS] = {_("KR"), _("Attainment"), _("Verdict")};
    struct cli *cli = paper->cli;
    paper_table_begin(paper, COLUMNS, titles, widths);
    for (size_t i = 0; i < evaluation->n_krs; i++) {
        const Okr__KrEvaluation *kr = evaluation->krs[i];
        const char *before =
            kr->has_attainment_before ? show_percent(cli, kr->attainment_before) : "-";
        const char *now =
            kr->has_attainment_percent ? show_percent(cli, kr->attainment_percent) : "-";
        const struct paper_cell cells[COLUMNS] = {
            {.text = name_of(cli, kr)},
            {.text = cli_text(cli, "%s → %s", before, now),
             .has_percent = kr->has_attainment_percent,
             .percent = kr->attainment_percent},
            {.text = verdict_of(kr), .look = look_of(kr)},
        };
        paper_row(paper, COLUMNS, cells, false);
    }
    paper_table_end(paper);
}

static bool is_goals(const Okr__KrEvaluation *kr, size_t i)
{
    return i < kr->n_evidence && kr->evidence[i]->kind == OKR__EVIDENCE_KIND__EVIDENCE_KIND_GOALS;
}

// The goals of a project stand in its line.
static void write_evidence(const struct paper *paper, const Okr__KrEvaluation *kr, size_t i)
{
    struct cli *cli = paper->cli;
    const char *text = month_evidence(cli, kr, i);
    if (i > 0 && is_goals(kr, i))
        return;
    if (is_goals(kr, i + 1))
        text = cli_text(cli, "%s — %s", text, month_evidence(cli, kr, i + 1));
    paper_item(paper, PAPER_PLAIN, text);
}

static void write_question(const struct paper *paper, const Okr__KrEvaluation *kr, int question,
                           const char *text, const char *answer)
{
    struct cli *cli = paper->cli;
    const char *limits = question == 1 ? month_limits(cli, kr->limits) : "";
    bool any = limits[0] != '\0';
    for (size_t i = 0; i < kr->n_evidence; i++)
        any |= kr->evidence[i]->question == question;
    paper_heading(paper, 3, cli_text(cli, "%d %s — %s", question, text, answer));
    if (!any)
        return;
    paper_list_begin(paper);
    for (size_t i = 0; i < kr->n_evidence; i++) {
        if (kr->evidence[i]->question == question)
            write_evidence(paper, kr, i);
    }
    if (limits[0])
        paper_item(paper, PAPER_PLAIN, limits);
    paper_list_end(paper);
}

static void write_kr(const struct paper *paper, const Okr__KrEvaluation *kr)
{
    struct cli *cli = paper->cli;
    paper_heading(paper, 2, name_of(cli, kr));
    paper_line(paper, look_of(kr), verdict_of(kr));
    paper_line(paper, PAPER_PLAIN, month_why(cli, kr));
    paper_line(paper, PAPER_FAINT, month_target(cli, kr));
    write_question(paper, kr, 1, _("Is the OKR's content right?"), month_content_answer(cli, kr));
    write_question(paper, kr, 2, _("Is it broken down into the plan?"),
                   kr->breakdown_gap ? _("there is a gap") : _("yes"));
    write_question(paper, kr, 3, _("Was the plan executed as expected?"),
                   month_execution_answer(kr));
}

static void write_actions(const struct paper *paper, const char *title,
                          Okr__EvaluationAction *const *actions, size_t count)
{
    struct cli *cli = paper->cli;
    if (!count)
        return;
    paper_heading(paper, 2, title);
    paper_list_begin(paper);
    for (size_t i = 0; i < count; i++)
        paper_item(
            paper, PAPER_PLAIN,
            cli_text(cli, "%s: %s", month_action(cli, actions[i]), month_outcome(cli, actions[i])));
    paper_list_end(paper);
}

static void write_comments(const struct paper *paper, const Okr__Evaluation *evaluation)
{
    struct cli *cli = paper->cli;
    if (!evaluation->n_comments)
        return;
    paper_heading(paper, 2, _("Comments"));
    paper_list_begin(paper);
    for (size_t i = 0; i < evaluation->n_comments; i++) {
        const Okr__EvaluationComment *comment = evaluation->comments[i];
        paper_item(paper, PAPER_PLAIN,
                   cli_text(cli, "%s %s: %s", show_time(cli, comment->written_at),
                            show_text(comment->author), show_text(comment->text)));
    }
    paper_list_end(paper);
}

void month_report(const struct paper *paper, const ProtobufCMessage *reply)
{
    struct cli *cli = paper->cli;
    const Okr__Evaluation *evaluation = (const Okr__Evaluation *)reply;
    const char *state[2];
    paper_begin(paper, cli_text(cli, _("Monthly evaluation of %s (%s)"),
                                show_text(evaluation->month), show_text(evaluation->quarter)));
    month_state(cli, evaluation, state);
    paper_line(paper, PAPER_PLAIN, state[0]);
    paper_line(paper, PAPER_PLAIN, state[1]);
    if (evaluation->n_krs)
        write_overview(paper, evaluation);
    else
        paper_line(paper, PAPER_PLAIN, _("The quarter has no KR."));
    for (size_t i = 0; i < evaluation->n_krs; i++)
        write_kr(paper, evaluation->krs[i]);
    write_actions(paper, _("Actions"), evaluation->actions, evaluation->n_actions);
    write_actions(paper, _("Actions of earlier months, and what became of them"),
                  evaluation->earlier_actions, evaluation->n_earlier_actions);
    write_comments(paper, evaluation);
    paper_end(paper);
}
