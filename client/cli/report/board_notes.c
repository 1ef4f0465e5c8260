// Facts of the board that ask for somebody's attention. They name projects and KRs, never people.
#include "client/cli/report/board_notes.h"

#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "common/calendar.h"

static bool is_under_way(const Okr__Project *project)
{
    return project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED;
}

static bool has_plan(const Okr__Project *project)
{
    return project->progress && project->progress->has_percent;
}

// Dates and date-times are compared as text, by their first ten characters.
static const char *finish_of(const Okr__Project *project)
{
    return has_plan(project) && project->progress->finish ? project->progress->finish : "";
}

bool board_ends_after_quarter(const Okr__Board *board, const Okr__Project *project)
{
    const char *last = board->quarter && board->quarter->last_day ? board->quarter->last_day : "";
    return is_under_way(project) && last[0] && finish_of(project)[0] &&
           strncmp(finish_of(project), last, 10) > 0;
}

bool board_is_overdue(const Okr__Board *board, const Okr__Project *project)
{
    int32_t monday;
    char day[DATE_SIZE];
    if (!is_under_way(project) || !finish_of(project)[0] || project->progress->percent >= 100 ||
        !board->week || !week_parse(board->week, &monday))
        return false;
    date_format(monday, day);
    return strncmp(finish_of(project), day, 10) < 0;
}

// ---- what a project can be noted for -----------------------------------------------------------

static bool ends_after(const Okr__Board *board, const Okr__BoardProject *row)
{
    return board_ends_after_quarter(board, row->project);
}

static bool overdue(const Okr__Board *board, const Okr__BoardProject *row)
{
    return board_is_overdue(board, row->project);
}

static bool without_plan(const Okr__Board *board, const Okr__BoardProject *row)
{
    (void)board;
    return is_under_way(row->project) && !has_plan(row->project);
}

static bool without_goal(const Okr__Board *board, const Okr__BoardProject *row)
{
    (void)board;
    if (!is_under_way(row->project))
        return false;
    for (size_t i = 0; i < row->n_goals; i++) {
        if (!row->goals[i]->dropped)
            return false;
    }
    return true;
}

static bool without_lead(const Okr__Board *board, const Okr__BoardProject *row)
{
    (void)board;
    return is_under_way(row->project) && !(row->project->lead && row->project->lead[0]);
}

static const struct {
    const char *text;
    bool (*is)(const Okr__Board *board, const Okr__BoardProject *row);
} project_notes[] = {
    {N_("should have ended by the plan:"), overdue},
    {N_("planned to end after the quarter:"), ends_after},
    {N_("no plan:"), without_plan},
    {N_("no weekly goal this week:"), without_goal},
    {N_("no project lead:"), without_lead},
};

static const char *add_id(struct cli *cli, const char *ids, const char *prefix, int64_t id)
{
    return cli_text(cli, "%s%s%s", ids, ids[0] ? " " : "", show_id(cli, prefix, id));
}

static const char *add_projects(struct cli *cli, const Okr__Board *board, size_t note,
                                Okr__BoardProject *const *rows, size_t count, const char *ids)
{
    for (size_t i = 0; i < count; i++) {
        if (project_notes[note].is(board, rows[i]))
            ids = add_id(cli, ids, "P", rows[i]->project->id);
    }
    return ids;
}

// ---- and a KR ----------------------------------------------------------------------------------

static bool kr_alone(const Okr__BoardKeyResult *row)
{
    return row->n_project_ids == 0;
}

static bool kr_moved_away(const Okr__BoardKeyResult *row)
{
    return row->kr->has_attainment_percent && row->kr->attainment_percent < 0;
}

static const char *krs_that(struct cli *cli, const Okr__Board *board,
                            bool (*is)(const Okr__BoardKeyResult *row))
{
    const char *ids = "";
    for (size_t i = 0; i < board->n_objectives; i++) {
        for (size_t j = 0; j < board->objectives[i]->n_krs; j++) {
            const Okr__BoardKeyResult *row = board->objectives[i]->krs[j];
            if (!row->kr->dropped && is(row))
                ids = add_id(cli, ids, "KR", row->kr->id);
        }
    }
    return ids;
}

static void note(struct cli *cli, const char *text, const char *ids, board_note_teller tell,
                 void *context)
{
    if (ids[0])
        tell(cli_text(cli, "%s %s", _(text), ids), context);
}

void board_each_note(struct cli *cli, const Okr__Board *board, board_note_teller tell,
                     void *context)
{
    if (board->quarter && board->quarter->state == OKR__QUARTER_STATE__QUARTER_STATE_CLOSED)
        return;
    note(cli, N_("moved away from the target:"), krs_that(cli, board, kr_moved_away), tell,
         context);
    note(cli, N_("served by no project:"), krs_that(cli, board, kr_alone), tell, context);
    for (size_t i = 0; i < sizeof(project_notes) / sizeof(project_notes[0]); i++) {
        const char *ids = add_projects(cli, board, i, board->linked, board->n_linked, "");
        ids = add_projects(cli, board, i, board->side, board->n_side, ids);
        note(cli, project_notes[i].text, ids, tell, context);
    }
    if (board->proposed)
        note(cli, N_("waiting for a decision (okr project list --state proposed):"),
             cli_text(cli, "%d", board->proposed), tell, context);
}

static void show_note(const char *text, void *context)
{
    struct cli *cli = context;
    show_line(cli, "%s %s", show_in(cli, SHOW_BAD, "!"), text);
}

void board_show_notes(struct cli *cli, const Okr__Board *board)
{
    board_each_note(cli, board, show_note, cli);
}
