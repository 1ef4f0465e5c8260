// board: a quarter on one page. The headline, what to look at, the product's OKR with its linked
// projects, the side projects, what was dropped (R19). Progress of KRs and of plans stand side by
// side (R16).
#include <string.h>
#include "client/cli/report/board_notes.h"
#include "client/cli/report/board_report.h"
#include "client/cli/report/board_words.h"
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/report/goal_line.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/board.pb-c.h"

// The columns of the page: a text that takes what is left, who or what value, percent, finish.
enum { VALUE_COLUMNS = 20, PERCENT_COLUMNS = 10, FINISH_COLUMNS = 11, NARROW = 76, WIDEST = 120 };

struct page {
    struct cli *cli;
    const Okr__Board *board;
    int width;
    bool *seen; // of the linked projects: printed with its goals
};

// What is left of a text after its first line, below it.
static void show_rest(struct cli *cli, int indent, int room, const char *text)
{
    while (*(text += strspn(text, " "))) {
        size_t length = show_break(cli, text, room);
        show_line(cli, "%*s%.*s", indent, "", (int)length, text);
        text += length;
    }
}

// Where the terminal is narrow, value, percent and finish go to a line of their own. A text that is
// too long goes on below, behind `hang` columns.
static void show_row(const struct page *page, int indent, int hang, const char *text,
                     const char *value, const char *percent, const char *finish)
{
    struct cli *cli = page->cli;
    bool narrow = page->width < NARROW;
    value = show_left(cli, value, VALUE_COLUMNS);
    percent = show_right(cli, percent, PERCENT_COLUMNS);
    int room = page->width - indent;
    if (!narrow)
        room -= VALUE_COLUMNS + PERCENT_COLUMNS + FINISH_COLUMNS + 4;
    size_t length = show_break(cli, text, room);
    const char *first = cli_copy(cli, text, length);
    if (!narrow)
        show_line(cli, "%*s%s  %s%s  %s", indent, "", show_left(cli, first, room), value, percent,
                  finish);
    else
        show_line(cli, "%*s%s", indent, "", first);
    show_rest(cli, indent + hang, room - hang, text + length);
    if (narrow)
        show_line(cli, "%*s%s%s  %s", indent + 4, "", value, percent, finish);
}

// ---- headline ----------------------------------------------------------------------------------

static void show_headline(struct cli *cli, const Okr__Headline *headline)
{
    const char *lines[BOARD_HEADLINES];
    board_headline(cli, headline, lines);
    for (size_t i = 0; i < BOARD_HEADLINES; i++)
        show_line(cli, "%s", lines[i]);
}

// ---- one project -------------------------------------------------------------------------------

static void show_project_line(const struct page *page, const Okr__Project *project, int indent)
{
    struct cli *cli = page->cli;
    const char *lead = show_text(project->lead_name ? project->lead_name : project->lead);
    const char *text =
        cli_text(cli, "%s %s%s", cli_text(cli, "%-5s", show_id(cli, "P", project->id)),
                 project->changed_after_open ? _("(changed) ") : "", show_text(project->name));
    show_row(page, indent, 6, text, lead, board_progress(cli, project),
             board_finish(cli, page->board, project));
}

static void show_goals(const struct page *page, const Okr__BoardProject *row, int indent)
{
    struct cli *cli = page->cli;
    bool under_way = row->project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED;
    size_t shown = 0;
    for (size_t i = 0; i < row->n_goals; i++) {
        const Okr__Goal *goal = row->goals[i];
        if (goal->dropped)
            continue;
        shown++;
        const char *text = show_text(goal->text);
        int room = page->width - indent - 4;
        size_t length = show_break(cli, text, room);
        show_line(cli, "%*s%s %.*s", indent, "", goal_mark(cli, goal), (int)length, text);
        show_rest(cli, indent + 4, room, text + length);
    }
    if (!shown && under_way)
        show_line(cli, "%*s%s", indent, "", show_in(cli, SHOW_FAINT, _("no weekly goal")));
}

static void show_board_project(const struct page *page, const Okr__BoardProject *row, int indent)
{
    show_project_line(page, row->project, indent);
    show_goals(page, row, indent + 6);
}

// ---- the OKR -----------------------------------------------------------------------------------

static void show_served(const struct page *page, int64_t project_id)
{
    for (size_t i = 0; i < page->board->n_linked; i++) {
        const Okr__BoardProject *row = page->board->linked[i];
        if (row->project->id != project_id)
            continue;
        // A project that serves several KRs has its goals under the first.
        if (page->seen[i])
            show_project_line(page, row->project, 4);
        else
            show_board_project(page, row, 4);
        page->seen[i] = true;
    }
}

static void show_kr(const struct page *page, const Okr__BoardKeyResult *row)
{
    struct cli *cli = page->cli;
    const Okr__KeyResult *kr = row->kr;
    show_row(page, 2, 5, cli_text(cli, "%s %s", show_id(cli, "KR", kr->id), show_text(kr->text)),
             board_value(cli, kr), board_attained(cli, kr), "");
    if (row->n_project_ids == 0)
        show_line(cli, "    %s", show_in(cli, SHOW_BAD, _("no project serves it")));
    for (size_t i = 0; i < row->n_project_ids; i++)
        show_served(page, row->project_ids[i]);
}

static void show_okr(const struct page *page)
{
    struct cli *cli = page->cli;
    const Okr__Board *board = page->board;
    for (size_t i = 0; i < board->n_objectives; i++) {
        const Okr__BoardObjective *row = board->objectives[i];
        const char *title =
            cli_text(cli, "%s %s (%s)", show_id(cli, "O", row->objective->id),
                     show_text(row->objective->text), show_text(row->objective->product));
        show_line(cli, "%s%s", i ? "\n" : "", show_in(cli, SHOW_BOLD, title));
        for (size_t j = 0; j < row->n_krs; j++)
            show_kr(page, row->krs[j]);
    }
    bool heading = false;
    for (size_t i = 0; i < board->n_linked; i++) {
        if (page->seen[i])
            continue;
        if (!heading)
            show_line(cli, "\n%s", show_in(cli, SHOW_BOLD, _("Linked to KRs that were dropped")));
        heading = true;
        show_board_project(page, board->linked[i], 4);
    }
}

static void show_section(const struct page *page, const char *title, Okr__BoardProject *const *rows,
                         size_t count)
{
    if (count)
        show_line(page->cli, "\n%s", show_in(page->cli, SHOW_BOLD, title));
    for (size_t i = 0; i < count; i++)
        show_board_project(page, rows[i], 4);
}

static void show_titles(const struct page *page)
{
    struct cli *cli = page->cli;
    fputc('\n', cli->out);
    if (page->width >= NARROW)
        show_row(page, 0, 0, "", _("Now -> target, lead"), _("Progress"), _("Planned end"));
}

static void show_board(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Board *board = (const Okr__Board *)reply;
    struct page page = {
        .cli = cli,
        .board = board,
        .width = cli->width < WIDEST ? cli->width : WIDEST,
        .seen = cli_keep(cli, (board->n_linked + 1) * sizeof(bool)),
    };
    if (board->quarter)
        show_line(cli, "%s (%s)  %s", show_in(cli, SHOW_BOLD, show_text(board->quarter->name)),
                  label_of(&okr__quarter_state__descriptor, (int)board->quarter->state),
                  show_week(cli, board->week));
    if (board->headline)
        show_headline(cli, board->headline);
    board_show_notes(cli, board);
    show_titles(&page);
    show_okr(&page);
    show_section(&page, _("Side projects"), board->side, board->n_side);
    show_section(&page, _("Dropped"), board->dropped, board->n_dropped);
}

static const struct command board_commands[] = {
    {.verb = "",
     .example = "okr board 2027Q1",

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
     .rows = "linked,side,dropped",
     .report = board_report,
     .show = show_board},
    {.verb = NULL},
};
const struct noun noun_board = {"board", N_("a quarter on one page"), board_commands};
