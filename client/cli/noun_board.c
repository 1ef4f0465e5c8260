// board: a quarter on one page. The headline, the product's OKR with its linked projects, the side
// projects, what was dropped (R19). Progress of KRs and of plans stand side by side (R16).
#include <string.h>
#include "client/cli/call.h"
#include "client/cli/command.h"
#include "client/cli/intl.h"
#include "client/cli/show.h"
#include "common/text.h"
#include "okr/v1/board.pb-c.h"

// ---- headline ----------------------------------------------------------------------------------

static void show_side_progress(struct cli *cli, const Okr__Headline *headline)
{
    const char *target = show_percent(cli, headline->side_target_percent);
    if (!headline->has_side_percent) {
        show_line(cli, _("Side projects: %d, none is planned yet (target %s)"),
                  headline->side_total, target);
        return;
    }
    bool reached = headline->side_percent >= headline->side_target_percent;
    show_line(
        cli, _("Side projects: %s of %s (%d projects, plain mean %s)"),
        show_in(cli, reached ? SHOW_GOOD : SHOW_BOLD, show_percent(cli, headline->side_percent)),
        target, headline->side_total, show_percent(cli, headline->side_mean_percent));
}

static void show_headline(struct cli *cli, const Okr__Headline *headline)
{
    const char *completed =
        cli_text(cli, "%d/%d", headline->linked_completed, headline->linked_total);
    bool all = headline->linked_completed == headline->linked_total && headline->linked_total;
    show_line(cli, _("Linked projects completed: %s"),
              show_in(cli, all ? SHOW_GOOD : SHOW_BOLD, completed));
    show_side_progress(cli, headline);
    show_line(cli, _("Planned work: %s for KRs, %s for side projects, %s for no project"),
              show_hours(cli, headline->work_for_krs), show_hours(cli, headline->work_for_side),
              show_hours(cli, headline->work_unbound));
}

// ---- one project -------------------------------------------------------------------------------

static const char *shortened(struct cli *cli, const char *text, int columns)
{
    if (text_width(text, cli->ambiguous_wide) <= columns)
        return text;
    int dots = text_width("…", cli->ambiguous_wide);
    size_t length = text_cut(text, columns - dots, cli->ambiguous_wide);
    return cli_text(cli, "%.*s…", (int)length, text);
}

// Exactly `columns` wide: shortened, or filled with blanks.
static const char *fitted(struct cli *cli, const char *text, int columns)
{
    text = shortened(cli, text, columns);
    int width = text_width(text, cli->ambiguous_wide);
    return cli_text(cli, "%s%*s", text, columns > width ? columns - width : 0, "");
}

static const char *progress_of(struct cli *cli, const Okr__Project *project)
{
    if (project->state == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED)
        return _("completed");
    if (!project->progress || !project->progress->has_percent)
        return _("no plan");
    return show_percent(cli, project->progress->percent);
}

static int narrow(struct cli *cli, int columns)
{
    int room = cli->width < 120 ? cli->width : 120;
    return room > columns + 20 ? room - columns : 20;
}

// Id, name, progress, lead: 7, what is left, 9 and 16 columns, and 10 for the mark of a change.
static void show_project_line(struct cli *cli, const Okr__Project *project, int indent)
{
    const char *lead = show_text(project->lead_name ? project->lead_name : project->lead);
    const char *changed = project->changed_after_open ? _("(changed)") : "";
    show_line(cli, "%*s%s%s %s %s", indent, "", fitted(cli, show_id(cli, "P", project->id), 7),
              fitted(cli, show_text(project->name), narrow(cli, indent + 7 + 12 + 17 + 12)),
              fitted(cli, progress_of(cli, project), 10),
              changed[0] ? cli_text(cli, "%s %s", fitted(cli, lead, 16), changed)
                         : shortened(cli, lead, 16));
}

static const char *mark_of(struct cli *cli, const Okr__Goal *goal)
{
    if (goal->result == OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED)
        return show_in(cli, SHOW_GOOD, "[o]");
    if (goal->result == OKR__GOAL_RESULT__GOAL_RESULT_MISSED)
        return show_in(cli, SHOW_BAD, "[x]");
    return "[ ]";
}

static void show_goals(struct cli *cli, const Okr__BoardProject *row, int indent)
{
    bool under_way = row->project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED;
    size_t shown = 0;
    for (size_t i = 0; i < row->n_goals; i++) {
        const Okr__Goal *goal = row->goals[i];
        if (goal->dropped)
            continue;
        shown++;
        show_line(cli, "%*s%s %s", indent, "", mark_of(cli, goal),
                  shortened(cli, show_text(goal->text), narrow(cli, indent + 4)));
    }
    if (!shown && under_way)
        show_line(cli, "%*s%s", indent, "", show_in(cli, SHOW_FAINT, _("no weekly goal")));
}

static void show_board_project(struct cli *cli, const Okr__BoardProject *row, int indent)
{
    show_project_line(cli, row->project, indent);
    show_goals(cli, row, indent + 7);
}

static const Okr__BoardProject *find_linked(const Okr__Board *board, int64_t id)
{
    for (size_t i = 0; i < board->n_linked; i++) {
        if (board->linked[i]->project->id == id)
            return board->linked[i];
    }
    return NULL;
}

// ---- the OKR -----------------------------------------------------------------------------------

static void show_kr(struct cli *cli, const Okr__Board *board, const Okr__BoardKeyResult *row,
                    bool *seen)
{
    const Okr__KeyResult *kr = row->kr;
    const char *now = kr->latest ? show_number(cli, kr->latest->value) : _("not measured");
    show_line(cli, "  %s %s", show_in(cli, SHOW_BOLD, show_id(cli, "KR", kr->id)),
              show_text(kr->text));
    show_line(cli, "      %s %s %s; %s: %s%s%s", label_of(&okr__kr_kind__descriptor, (int)kr->kind),
              show_number(cli, kr->target), show_text(kr->unit), _("Now"), now,
              kr->has_attainment_percent ? ", " : "",
              kr->has_attainment_percent
                  ? cli_text(cli, _("attained %s"), show_percent(cli, kr->attainment_percent))
                  : "");
    if (row->n_project_ids == 0)
        show_line(cli, "      %s", show_in(cli, SHOW_BAD, _("no project serves it")));
    for (size_t i = 0; i < row->n_project_ids; i++) {
        const Okr__BoardProject *project = find_linked(board, row->project_ids[i]);
        size_t index = 0;
        while (project && board->linked[index] != project)
            index++;
        // A project that serves several KRs has its goals under the first.
        if (project && !seen[index])
            show_board_project(cli, project, 6);
        else if (project)
            show_project_line(cli, project->project, 6);
        if (project)
            seen[index] = true;
    }
}

static void show_okr(struct cli *cli, const Okr__Board *board)
{
    bool *seen = cli_keep(cli, (board->n_linked + 1) * sizeof(*seen));
    for (size_t i = 0; i < board->n_objectives; i++) {
        const Okr__BoardObjective *row = board->objectives[i];
        show_line(cli, "\n%s %s (%s)",
                  show_in(cli, SHOW_BOLD, show_id(cli, "O", row->objective->id)),
                  show_in(cli, SHOW_BOLD, show_text(row->objective->text)),
                  show_text(row->objective->product));
        for (size_t j = 0; j < row->n_krs; j++)
            show_kr(cli, board, row->krs[j], seen);
    }
    bool heading = false;
    for (size_t i = 0; i < board->n_linked; i++) {
        if (seen[i])
            continue;
        if (!heading)
            show_line(cli, "\n%s", show_in(cli, SHOW_BOLD, _("Linked to KRs that were dropped")));
        heading = true;
        show_board_project(cli, board->linked[i], 2);
    }
}

static void show_section(struct cli *cli, const char *title, Okr__BoardProject *const *rows,
                         size_t count)
{
    if (count)
        show_line(cli, "\n%s", show_in(cli, SHOW_BOLD, title));
    for (size_t i = 0; i < count; i++)
        show_board_project(cli, rows[i], 2);
}

static void show_board(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Board *board = (const Okr__Board *)reply;
    if (board->quarter)
        show_line(cli, "%s (%s)  %s", show_in(cli, SHOW_BOLD, show_text(board->quarter->name)),
                  label_of(&okr__quarter_state__descriptor, (int)board->quarter->state),
                  show_week(cli, board->week));
    if (board->headline)
        show_headline(cli, board->headline);
    show_okr(cli, board);
    show_section(cli, _("Side projects"), board->side, board->n_side);
    show_section(cli, _("Dropped"), board->dropped, board->n_dropped);
    if (board->proposed)
        show_line(cli,
                  _("\n%d proposed projects wait for a decision: okr project list --state "
                    "proposed"),
                  board->proposed);
}

static const struct command board_commands[] = {
    {.verb = "",
     .help = N_("a quarter on one page: OKR, linked projects, side projects"),
     CALLS(RPC_BOARD_GET_BOARD),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the one that today lies in")},
            {.name = "--week",
             .field = "week",
             .type = PARAM_WEEK,
             .help = N_("absent: this week; also next, last")}),
     .show = show_board},
    {.verb = NULL},
};
const struct noun noun_board = {"board", N_("a quarter on one page"), board_commands};
