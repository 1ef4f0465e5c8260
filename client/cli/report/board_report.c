// A table for each objective: a KR's row, then those of the projects that serve it, each with its
// goals of the week. Progress of KRs and of plans stand in one column, as on the terminal (R16).
#include "client/cli/report/board_report.h"

#include "client/cli/report/board_notes.h"
#include "client/cli/report/board_words.h"
#include "client/cli/report/goal_line.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

#define COLUMNS 4
static const int widths[COLUMNS] = {52, 22, 13, 13};

struct sheet {
    const struct paper *paper;
    const Okr__Board *board;
    bool *seen; // of the linked projects: written with its goals
};

static void table_begin(const struct paper *paper)
{
    const char *const titles[COLUMNS] = {_("KR, project, weekly goals"), _("Now -> target, lead"),
                                         _("Progress"), _("Planned end")};
    paper_table_begin(paper, COLUMNS, titles, widths);
}

static const char *with_goals(struct cli *cli, const char *text, const Okr__BoardProject *row)
{
    bool none = true;
    for (size_t i = 0; i < row->n_goals; i++) {
        if (row->goals[i]->dropped)
            continue;
        none = false;
        text = cli_text(cli, "%s\n%s %s", text, goal_mark(cli, row->goals[i]),
                        show_text(row->goals[i]->text));
    }
    if (none && row->project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED)
        text = cli_text(cli, "%s\n%s", text, _("no weekly goal"));
    return text;
}

static void write_project(const struct sheet *sheet, const Okr__BoardProject *row, bool goals)
{
    struct cli *cli = sheet->paper->cli;
    const Okr__Project *project = row->project;
    bool plan = project->progress && project->progress->has_percent;
    bool late =
        board_is_overdue(sheet->board, project) || board_ends_after_quarter(sheet->board, project);
    const char *text =
        cli_text(cli, "%s %s%s", show_id(cli, "P", project->id),
                 project->changed_after_open ? _("(changed) ") : "", show_text(project->name));
    const struct paper_cell cells[COLUMNS] = {
        {.text = goals ? with_goals(cli, text, row) : text},
        {.text = show_text(project->lead_name ? project->lead_name : project->lead)},
        {.text = board_progress(cli, project),
         .look = plan ? PAPER_PLAIN : PAPER_FAINT,
         .has_percent = plan,
         .percent = plan ? project->progress->percent : 0},
        {.text = board_finish(cli, sheet->board, project), .look = late ? PAPER_BAD : PAPER_PLAIN},
    };
    paper_row(sheet->paper, COLUMNS, cells, false);
}

// A project that serves several KRs has its goals under the first.
static void write_served(const struct sheet *sheet, int64_t project_id)
{
    for (size_t i = 0; i < sheet->board->n_linked; i++) {
        const Okr__BoardProject *row = sheet->board->linked[i];
        if (row->project->id != project_id)
            continue;
        write_project(sheet, row, !sheet->seen[i]);
        sheet->seen[i] = true;
    }
}

static void write_kr(const struct sheet *sheet, const Okr__BoardKeyResult *row)
{
    struct cli *cli = sheet->paper->cli;
    const Okr__KeyResult *kr = row->kr;
    const struct paper_cell cells[COLUMNS] = {
        {.text = cli_text(cli, "%s %s", show_id(cli, "KR", kr->id), show_text(kr->text))},
        {.text = board_value(cli, kr)},
        {.text = board_attained(cli, kr),
         .has_percent = kr->has_attainment_percent,
         .percent = kr->attainment_percent},
        {.text = NULL},
    };
    paper_row(sheet->paper, COLUMNS, cells, true);
    const struct paper_cell alone[COLUMNS] = {
        {.text = _("no project serves it"), .look = PAPER_BAD}};
    if (row->n_project_ids == 0)
        paper_row(sheet->paper, COLUMNS, alone, false);
    for (size_t i = 0; i < row->n_project_ids; i++)
        write_served(sheet, row->project_ids[i]);
}

static void write_objective(const struct sheet *sheet, const Okr__BoardObjective *row)
{
    struct cli *cli = sheet->paper->cli;
    const Okr__Objective *objective = row->objective;
    paper_heading(sheet->paper, 2,
                  cli_text(cli, "%s %s (%s)", show_id(cli, "O", objective->id),
                           show_text(objective->text), show_text(objective->product)));
    if (row->n_krs == 0)
        return;
    table_begin(sheet->paper);
    for (size_t i = 0; i < row->n_krs; i++)
        write_kr(sheet, row->krs[i]);
    paper_table_end(sheet->paper);
}

// Those of the rows that are not written yet; `seen` NULL: all.
static void write_section(const struct sheet *sheet, const char *title,
                          Okr__BoardProject *const *rows, size_t count, const bool *seen)
{
    bool begun = false;
    for (size_t i = 0; i < count; i++) {
        if (seen && seen[i])
            continue;
        if (!begun) {
            paper_heading(sheet->paper, 2, title);
            table_begin(sheet->paper);
        }
        begun = true;
        write_project(sheet, rows[i], true);
    }
    if (begun)
        paper_table_end(sheet->paper);
}

static void write_note(const char *text, void *context)
{
    const struct paper *paper = context;
    paper_item(paper, PAPER_BAD, cli_text(paper->cli, "! %s", text));
}

static void write_top(struct paper *paper, const Okr__Board *board)
{
    struct cli *cli = paper->cli;
    const char *title = "";
    if (board->quarter)
        title = cli_text(cli, "%s (%s) · %s", show_text(board->quarter->name),
                         label_of(&okr__quarter_state__descriptor, (int)board->quarter->state),
                         show_week(cli, board->week));
    paper_begin(paper, title);
    paper_list_begin(paper);
    if (board->headline) {
        const char *lines[BOARD_HEADLINES];
        board_headline(cli, board->headline, lines);
        for (size_t i = 0; i < BOARD_HEADLINES; i++)
            paper_item(paper, PAPER_PLAIN, lines[i]);
    }
    board_each_note(cli, board, write_note, paper);
    paper_list_end(paper);
}

void board_report(const struct paper *paper, const ProtobufCMessage *reply)
{
    const Okr__Board *board = (const Okr__Board *)reply;
    struct paper own = *paper;
    struct sheet sheet = {
        .paper = paper,
        .board = board,
        .seen = cli_keep(paper->cli, (board->n_linked + 1) * sizeof(bool)),
    };
    write_top(&own, board);
    for (size_t i = 0; i < board->n_objectives; i++)
        write_objective(&sheet, board->objectives[i]);
    write_section(&sheet, _("Linked to KRs that were dropped"), board->linked, board->n_linked,
                  sheet.seen);
    write_section(&sheet, _("Side projects"), board->side, board->n_side, NULL);
    write_section(&sheet, _("Dropped"), board->dropped, board->n_dropped, NULL);
    paper_end(paper);
}
