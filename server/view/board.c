// The board of a quarter (R19): objectives and key results with the linked projects above, the side
// projects below, and the headline. Attainment of KRs comes from measurements and progress of
// projects from the plan: they stand side by side, neither made from the other (R16). The board of
// a closed quarter shows its projects as they were when it was closed.
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/target.h"
#include "server/week/week_due.h"
#include "server/view/board_rows.h"
#include "server/week/goal_rows.h"
#include "server/quarter/key_result_rows.h"
#include "server/project/project_rows.h"
#include "server/quarter/objective_rows.h"
#include "server/quarter/quarter_result_rows.h"

struct get_board {
    char *quarter;
    char week[12]; // "2021-W07"
    int32_t monday;
    struct asked in_quarter, objectives, krs, projects, goals, result;
};

// --- Headline

// R26: weighted by planned work, the plain mean beside it. R22: against the target of the settings.
static void finish_headline(Okr__Headline *headline, const struct side_sums *sums, double unbound,
                            int32_t target)
{
    headline->has_side_percent = side_percent(sums, &headline->side_percent);
    headline->has_side_mean_percent = side_mean_percent(sums, &headline->side_mean_percent);
    SET(headline, side_target_percent, target);
    SET(headline, work_unbound, unbound);
}

// Every planned minute of the quarter's projects counts, whatever became of the project: it is in
// the plan (R4).
static void count_work(Okr__Headline *headline, const Okr__Project *project)
{
    double work = project->progress ? project->progress->planned_work : 0;
    if (project->kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED)
        headline->work_for_krs += work;
    else
        headline->work_for_side += work;
}

// A linked project is done or not: no averaging (R21).
static void count_project(Okr__Headline *headline, struct side_sums *side,
                          const struct quarter_project *row)
{
    const Okr__Project *project = row->project;
    if (project->kind == OKR__PROJECT_KIND__PROJECT_KIND_SIDE) {
        headline->side_total++;
        side_add(side, project->progress);
        return;
    }
    headline->linked_total++;
    if (linked_is_completed(project->state, row->all_done))
        headline->linked_completed++;
}

static Okr__Headline *new_headline(struct call *call)
{
    Okr__Headline *headline = NEW(call, Okr__Headline, OKR__HEADLINE__INIT);
    SET(headline, linked_total, 0);
    SET(headline, linked_completed, 0);
    SET(headline, side_total, 0);
    SET(headline, work_for_krs, 0);
    SET(headline, work_for_side, 0);
    return headline;
}

// --- Projects

static Okr__BoardProject *shown_project(struct call *call, const struct quarter_project *row,
                                        const struct get_board *asked)
{
    Okr__BoardProject *shown = NEW(call, Okr__BoardProject, OKR__BOARD_PROJECT__INIT);
    shown->project = row->project;
    shown->n_goals =
        goal_rows(call, asked->goals, row->project->id, asked->week, false, &shown->goals);
    SET(shown, week_state, week_state(row->week_closed, shown->n_goals > 0));
    return shown;
}

static void place_project(struct call *call, Okr__Board *board, struct side_sums *side,
                          const struct quarter_project *row, const struct get_board *asked)
{
    Okr__Project *project = row->project;
    count_work(board->headline, project);
    switch (project->state) {
    case OKR__PROJECT_STATE__PROJECT_STATE_PROPOSED:
        board->proposed++;
        break;
    case OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED:
    case OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED:
        count_project(board->headline, side, row);
        if (project->kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED)
            board->linked[board->n_linked++] = shown_project(call, row, asked);
        else
            board->side[board->n_side++] = shown_project(call, row, asked);
        break;
    case OKR__PROJECT_STATE__PROJECT_STATE_DROPPED: {
        Okr__BoardProject *dropped = NEW(call, Okr__BoardProject, OKR__BOARD_PROJECT__INIT);
        dropped->project = project;
        board->dropped[board->n_dropped++] = dropped;
        break;
    }
    default:
        break; // rejected: never was on the board
    }
}

// What the closing kept of a project; NULL: nothing, or the quarter is not closed.
static const Okr__ProjectResult *kept_of(const Okr__QuarterResult *result, int64_t project_id)
{
    for (size_t i = 0; result && i < result->n_linked; i++)
        if (result->linked[i]->project->id == project_id)
            return result->linked[i];
    for (size_t i = 0; result && i < result->n_side; i++)
        if (result->side[i]->project->id == project_id)
            return result->side[i];
    return NULL;
}

static void place_projects(struct call *call, Okr__Board *board, const struct get_board *asked,
                           double unbound)
{
    const Okr__QuarterResult *result = quarter_result_read(call, asked->result);
    int count = asked_count(call, asked->projects);
    struct side_sums side = {0};
    board->linked = NEW_ARRAY(call, Okr__BoardProject *, (size_t)count);
    board->side = NEW_ARRAY(call, Okr__BoardProject *, (size_t)count);
    board->dropped = NEW_ARRAY(call, Okr__BoardProject *, (size_t)count);
    SET(board, proposed, 0);
    for (struct row row = asked_begin(call, asked->projects); row_next(&row);) {
        struct quarter_project read;
        quarter_project_row(call, &row, &read);
        const Okr__ProjectResult *kept = kept_of(result, read.project->id);
        if (kept) {
            read.project = kept->project;
            read.all_done = kept->achieved;
        }
        place_project(call, board, &side, &read, asked);
    }
    finish_headline(board->headline, &side, unbound, call->settings->side_target_percent);
    if (result)
        SET(board->headline, side_target_percent, result->side_target_percent);
}

// --- Objectives and key results

static bool serves(const Okr__Project *project, int64_t kr_id)
{
    for (size_t i = 0; i < project->n_kr_ids; i++)
        if (project->kr_ids[i] == kr_id)
            return true;
    return false;
}

static Okr__BoardKeyResult *place_kr(struct call *call, const Okr__Board *board, Okr__KeyResult *kr)
{
    Okr__BoardKeyResult *shown = NEW(call, Okr__BoardKeyResult, OKR__BOARD_KEY_RESULT__INIT);
    shown->kr = kr;
    shown->project_ids = NEW_ARRAY(call, int64_t, board->n_linked);
    for (size_t i = 0; i < board->n_linked; i++)
        if (serves(board->linked[i]->project, kr->id))
            shown->project_ids[shown->n_project_ids++] = board->linked[i]->project->id;
    return shown;
}

// The KRs come ordered as their objectives are; each goes to its own.
static void place_krs(struct call *call, const Okr__Board *board, struct asked asked)
{
    Okr__KeyResult **krs;
    size_t n = key_result_list(call, asked, &krs);
    for (size_t i = 0; i < board->n_objectives; i++) {
        Okr__BoardObjective *objective = board->objectives[i];
        objective->krs = NEW_ARRAY(call, Okr__BoardKeyResult *, n);
        for (size_t k = 0; k < n; k++)
            if (krs[k]->objective_id == objective->objective->id)
                objective->krs[objective->n_krs++] = place_kr(call, board, krs[k]);
    }
}

static void place_objectives(struct call *call, Okr__Board *board, struct asked asked)
{
    Okr__Objective **objectives;
    size_t n = objective_list(call, asked, &objectives);
    board->objectives = NEW_ARRAY(call, Okr__BoardObjective *, n);
    for (; board->n_objectives < n; board->n_objectives++) {
        Okr__BoardObjective *shown = NEW(call, Okr__BoardObjective, OKR__BOARD_OBJECTIVE__INIT);
        shown->objective = objectives[board->n_objectives];
        board->objectives[board->n_objectives] = shown;
    }
}

static void get_board_answer(struct call *call)
{
    const struct get_board *asked = call->state;
    double unbound = 0;
    Okr__Quarter *quarter = board_quarter_read(call, asked->in_quarter, &unbound);
    if (!quarter) {
        guard_not_found(call, asked->quarter);
        return;
    }
    Okr__Board *board = NEW(call, Okr__Board, OKR__BOARD__INIT);
    board->quarter = quarter;
    board->week = call_printf(call, "%s", asked->week);
    board->headline = new_headline(call);
    place_projects(call, board, asked, unbound);
    place_objectives(call, board, asked->objectives);
    place_krs(call, board, asked->krs);
    call_reply(call, &board->base);
}

static void get_board(struct call *call, const Okr__GetBoardRequest *request)
{
    struct get_board *asked = NEW_ARRAY(call, struct get_board, 1);
    asked->quarter = field_quarter(call, request->quarter);
    asked->monday = field_week(call, request->week);
    week_format(asked->monday, asked->week);
    call->state = asked;
    asked->in_quarter = board_quarter_ask(call, asked->quarter);
    asked->objectives = objective_list_ask(call, asked->quarter, false);
    asked->krs = key_result_list_ask(call, asked->quarter, false);
    asked->projects = quarter_projects_ask(call, asked->quarter, asked->monday);
    asked->goals = board_goals_ask(call, asked->quarter, asked->monday);
    asked->result = quarter_result_ask(call, asked->quarter);
    call->then = get_board_answer;
}

HANDLER(board_get_board, get_board, .shared = true);
