// Words and figures of the board that the terminal's page and the report share.
#include "client/cli/report/board_words.h"

#include "client/cli/report/board_notes.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

static const char *side_progress(struct cli *cli, const Okr__Headline *headline)
{
    const char *target = show_percent(cli, headline->side_target_percent);
    if (!headline->has_side_percent)
        return cli_text(cli,
                        headline->side_total ? _("Side projects: %d, none with a plan (target %s)")
                                             : _("Side projects: %d (target %s)"),
                        headline->side_total, target);
    bool reached = headline->side_percent >= headline->side_target_percent;
    return cli_text(
        cli, _("Side projects: %s of %s (%d projects, plain mean %s)"),
        show_in(cli, reached ? SHOW_GOOD : SHOW_BOLD, show_percent(cli, headline->side_percent)),
        target, headline->side_total, show_percent(cli, headline->side_mean_percent));
}

void board_headline(struct cli *cli, const Okr__Headline *headline,
                    const char *ret[BOARD_HEADLINES])
{
    const char *completed =
        cli_text(cli, "%d/%d", headline->linked_completed, headline->linked_total);
    bool all = headline->linked_completed == headline->linked_total && headline->linked_total;
    ret[0] = cli_text(cli, _("Linked projects completed: %s"),
                      show_in(cli, all ? SHOW_GOOD : SHOW_BOLD, completed));
    ret[1] = side_progress(cli, headline);
    ret[2] =
        cli_text(cli, _("Planned work: %s for KRs, %s for side projects, %s for no project"),
                 show_hours(cli, headline->work_for_krs), show_hours(cli, headline->work_for_side),
                 show_hours(cli, headline->work_unbound));
}

const char *board_progress(struct cli *cli, const Okr__Project *project)
{
    if (project->state == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED)
        return _("completed");
    if (!project->progress || !project->progress->has_percent)
        return _("no plan");
    return show_percent(cli, project->progress->percent);
}

const char *board_finish(struct cli *cli, const Okr__Board *board, const Okr__Project *project)
{
    const char *finish = project->progress ? show_day(cli, project->progress->finish) : "";
    if (project->state != OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED)
        finish = "";
    if (board_is_overdue(board, project) || board_ends_after_quarter(board, project))
        finish = show_in(cli, SHOW_BAD, cli_text(cli, "%s !", finish));
    return finish;
}

const char *board_value(struct cli *cli, const Okr__KeyResult *kr)
{
    const char *now = kr->latest ? show_number(cli, kr->latest->value) : "?";
    const char *target = cli_text(cli, "%s %s", show_number(cli, kr->target), show_text(kr->unit));
    switch (kr->kind) {
    case OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST:
        return cli_text(cli, "%s (>= %s)", now, target);
    case OKR__KR_KIND__KR_KIND_KEEP_AT_MOST:
        return cli_text(cli, "%s (<= %s)", now, target);
    default:
        return cli_text(cli, "%s -> %s", now, target);
    }
}

const char *board_attained(struct cli *cli, const Okr__KeyResult *kr)
{
    if (kr->has_attainment_percent)
        return show_percent(cli, kr->attainment_percent);
    return kr->latest ? "" : _("unmeasured");
}
