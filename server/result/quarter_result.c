// ReviewService: what a quarter came to. Linked projects are completed or not, and nothing is
// averaged over them (R21); side projects have one progress, weighted by planned work (R22, R26). A
// closed quarter shows what was kept when it was closed.
#include "server/result/quarter_result.h"
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/target.h"
#include "server/project/project_rows.h"
#include "server/quarter/quarter_rows.h"
#include "server/quarter/quarter_result_rows.h"

struct quarter_result_asked quarter_result_parts_ask(struct call *call, const char *quarter)
{
    return (struct quarter_result_asked){
        .projects = quarter_projects_ask(call, quarter, week_of(call_today(call))),
        .changes = quarter_changes_ask(call, quarter),
    };
}

static bool is_under_way(const Okr__Project *project)
{
    return project->state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED ||
           project->state == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED;
}

// A dropped project stays visible, and counts in no figure (R26); what never was taken in is not
// shown.
static void place_project(struct call *call, Okr__QuarterResult *result, struct side_sums *side,
                          const struct quarter_project *row)
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
                                        const struct quarter_result_asked *asked)
{
    Okr__QuarterResult *result = NEW(call, Okr__QuarterResult, OKR__QUARTER_RESULT__INIT);
    struct side_sums side = {0};
    int n_projects = asked_count(call, asked->projects);
    result->quarter = call_printf(call, "%s", quarter);
    SET(result, linked_total, 0);
    SET(result, linked_completed, 0);
    result->linked = NEW_ARRAY(call, Okr__ProjectResult *, (size_t)n_projects);
    result->side = NEW_ARRAY(call, Okr__ProjectResult *, (size_t)n_projects);
    for (struct row row = asked_begin(call, asked->projects); row_next(&row);) {
        struct quarter_project project;
        quarter_project_row(call, &row, &project);
        place_project(call, result, &side, &project);
    }
    judge(result, &side, call->settings->side_target_percent);
    result->n_changes_after_open =
        project_decisions(call, asked->changes, &result->changes_after_open);
    return result;
}

// --- GetQuarterResult

struct result_read {
    char *name;
    struct asked quarter, kept, carried;
    struct quarter_result_asked parts;
};

// What goes on is known only after the closing.
static void name_carried(struct call *call, Okr__ProjectResult *const *shown, size_t n)
{
    const struct result_read *asked = call->state;
    for (size_t i = 0; i < n; i++) {
        int64_t to = project_carried_to(call, asked->carried, shown[i]->project->id);
        if (to != 0)
            SET(shown[i], carried_to, to);
    }
}

static void get_quarter_result_answer(struct call *call)
{
    const struct result_read *asked = call->state;
    if (!quarter_read(call, asked->quarter)) {
        guard_not_found(call, asked->name);
        return;
    }
    Okr__QuarterResult *result = quarter_result_read(call, asked->kept);
    if (result == NULL)
        result = quarter_result_make(call, asked->name, &asked->parts);
    name_carried(call, result->linked, result->n_linked);
    name_carried(call, result->side, result->n_side);
    call_reply(call, &result->base);
}

static void get_quarter_result(struct call *call, const Okr__GetQuarterResultRequest *request)
{
    struct result_read *asked = NEW_ARRAY(call, struct result_read, 1);
    asked->name = field_quarter(call, request->quarter);
    call->state = asked;
    asked->quarter = quarter_ask(call, asked->name);
    asked->parts = quarter_result_parts_ask(call, asked->name);
    asked->kept = quarter_result_ask(call, asked->name);
    asked->carried = quarter_carried_ask(call, asked->name);
    call->then = get_quarter_result_answer;
}

HANDLER(review_get_quarter_result, get_quarter_result, .shared = true);
