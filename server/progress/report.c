// PlanAnalysisService, the figures: earned value and load. What they are stands in earned_value.h
// and load.h. Must not know SQL.
#include "server/call/handler.h"
#include "server/progress/analysis.h"
#include "server/progress/load.h"

enum { WEEKS_DEFAULT = 6 };

// ---- earned value -----------------------------------------------------------------------------

struct ev_state {
    char *quarter;
    struct analysis *analysis;
};

static void ev_answer(struct call *call)
{
    struct ev_state *state = call->state;
    Okr__EarnedValueList *list = NEW(call, Okr__EarnedValueList, OKR__EARNED_VALUE_LIST__INIT);
    list->quarter = state->quarter;
    list->n_projects = analysis_earned_values(call, state->analysis, &list->projects);
    call_reply(call, &list->base);
}

static void ev_rows(struct call *call)
{
    struct ev_state *state = call->state;
    if (analysis_ask_rows(call, state->analysis))
        call->then = ev_answer;
}

static void ev_start(struct call *call, const Okr__GetEarnedValueRequest *request)
{
    struct ev_state *state = NEW_ARRAY(call, struct ev_state, 1);
    if (request->has_number && !request->source) {
        call_violation(call, "source", OKR__REASON__REASON_REQUIRED, NULL);
        return;
    }
    state->quarter = field_quarter(call, request->quarter);
    struct analysis_question question = {
        .wanted = ANALYSIS_EARNED_VALUE,
        .quarter = state->quarter,
        .project_id = request->has_project_id ? request->project_id : 0,
        .source = request->source,
        .has_number = request->has_number,
        .number = request->number,
    };
    call->state = state;
    state->analysis = analysis_ask(call, &question);
    call->then = ev_rows;
}

HANDLER(plan_analysis_get_earned_value, ev_start, .bulk = true, .shared = true);

// ---- load -------------------------------------------------------------------------------------

struct load_state {
    char *quarter;
    struct analysis *analysis;
    int32_t monday;
    int weeks;
};

static void load_answer(struct call *call)
{
    struct load_state *state = call->state;
    Okr__LoadTable *table = NEW(call, Okr__LoadTable, OKR__LOAD_TABLE__INIT);
    table->n_people =
        analysis_loads(call, state->analysis, state->monday, state->weeks, &table->people);
    call_reply(call, &table->base);
}

static void load_rows(struct call *call)
{
    struct load_state *state = call->state;
    if (analysis_ask_rows(call, state->analysis))
        call->then = load_answer;
}

static void load_start(struct call *call, const Okr__GetLoadRequest *request)
{
    struct load_state *state = NEW_ARRAY(call, struct load_state, 1);
    state->weeks = request->has_weeks ? request->weeks : WEEKS_DEFAULT;
    state->monday = field_week(call, request->from_week);
    state->quarter = field_quarter(call, NULL);
    struct analysis_question question = {.wanted = ANALYSIS_LOAD, .quarter = state->quarter};
    call->state = state;
    state->analysis = analysis_ask(call, &question);
    call->then = load_rows;
}

HANDLER(plan_analysis_get_load, load_start, .bulk = true, .shared = true);
