// ReviewService: what a quarter came to. Linked projects are completed or not, and nothing is
// averaged over them (R21); side projects have one progress, weighted by planned work (R22, R26). A
// closed quarter shows what was kept when it was closed.
#include "server/result/quarter_result.h"
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/target.h"
#include "server/view/board_rows.h"
#include "server/project/project_rows.h"
#include "server/quarter/quarter_rows.h"
#include "server/result/quarter_result_rows.h"

void quarter_result_parts_ask(struct call *call, const char *quarter)
{
    board_projects_ask(call, quarter, week_of(call_today(call)));
    quarter_changes_ask(call, quarter);
}

static bool is_under_way(const Okr__Project *project)
{
    return project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED ||
           project->state == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED;
}

// A dropped project stays visible, and counts in no figure (R26); what never was taken in is not
// shown.
static void place_project(struct call *call, Okr__QuarterResult *result, struct side_sums *side,
                          const struct board_project *row)
{
    Okr__Project *project = row->project;
    if (!is_under_way(project) && project->state != OKR__PROJECT_STATE__PROJECT_STATE_DROPPED)
        return;
    bool done = is_under_way(project) && linked_is_completed(project->state, row->all_done);
    Okr__ProjectResult *shown = NEW(call, Okr__ProjectResult, OKR__PROJECT_RESULT__INIT);
    shown->project = project;
    SET(shown, achieved, done);
    if (project->kind == OKR__PROJECT_KIND__PROJECT_KIND_SIDE) {
        result->side[result->n_side++] = shown;
        if (is_under_way(project))
            side_add(side, project->progress);
        return;
    }
    result->linked[result->n_linked++] = shown;
    result->linked_total += is_under_way(project);
    result->linked_completed += done;
}

// R22: against the target of the settings.
static void judge(Okr__QuarterResult *result, const struct side_sums *side, double target)
{
    if (result->linked_total > 0)
        SET(result, linked_achieved, result->linked_completed == result->linked_total);
    result->has_side_percent = side_percent(side, &result->side_percent);
    result->has_side_mean_percent = side_mean_percent(side, &result->side_mean_percent);
    SET(result, side_target_percent, target);
    if (result->has_side_percent)
        SET(result, side_achieved, result->side_percent >= target);
}

Okr__QuarterResult *quarter_result_make(struct call *call, const char *quarter,
                                        const struct rows *projects, const struct rows *changes)
{
    Okr__QuarterResult *result = NEW(call, Okr__QuarterResult, OKR__QUARTER_RESULT__INIT);
    struct side_sums side = {0};
    int n_projects = rows_count(projects), n_changes = rows_count(changes);
    result->quarter = call_printf(call, "%s", quarter);
    SET(result, linked_total, 0);
    SET(result, linked_completed, 0);
    result->linked = NEW_ARRAY(call, Okr__ProjectResult *, (size_t)n_projects);
    result->side = NEW_ARRAY(call, Okr__ProjectResult *, (size_t)n_projects);
    for (int i = 0; i < n_projects; i++) {
        struct board_project row = board_project_row(call, projects, i);
        place_project(call, result, &side, &row);
    }
    judge(result, &side, call->settings->side_target_percent);
    result->changes_after_open = NEW_ARRAY(call, Okr__ProjectDecision *, (size_t)n_changes);
    for (int i = 0; i < n_changes; i++)
        result->changes_after_open[result->n_changes_after_open++] =
            project_decision_row(call, changes, i);
    return result;
}

// --- GetQuarterResult

// What goes on is known only after the closing.
static void name_carried(struct call *call, Okr__ProjectResult *const *shown, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t to = quarter_carried_to(&call->rows[4], shown[i]->project->id);
        if (to != 0)
            SET(shown[i], carried_to, to);
    }
}

static void get_quarter_result_answer(struct call *call)
{
    const char *quarter = call->state;
    if (rows_count(&call->rows[0]) == 0) {
        guard_not_found(call, quarter);
        return;
    }
    Okr__QuarterResult *result = quarter_result_row(call, &call->rows[3]);
    if (result == NULL)
        result = quarter_result_make(call, quarter, &call->rows[1], &call->rows[2]);
    name_carried(call, result->linked, result->n_linked);
    name_carried(call, result->side, result->n_side);
    call_reply(call, &result->base);
}

static void get_quarter_result(struct call *call, const Okr__GetQuarterResultRequest *request)
{
    char *quarter = field_quarter(call, request->quarter);
    call->state = quarter;
    quarter_ask(call, quarter);
    quarter_result_parts_ask(call, quarter);
    quarter_result_ask(call, quarter);
    quarter_carried_ask(call, quarter);
    call->then = get_quarter_result_answer;
}

HANDLER(review_get_quarter_result, get_quarter_result, .shared = true);
