// PlanService, reading: versions and tasks. Other rows: plan_pages.c; bindings and people: the room
// identity. Must not know SQL.
#include "server/call/handler.h"
#include "okr/limits.h"
#include "server/plan/plan_rows.h"
#include "server/plan/plan_table_rows.h"

enum {
    TASKS_MOST = LIST_PLAN_TASKS_REQUEST_LIMIT_MOST,
    REPLY_BYTES = 6 * 1024 * 1024, // of the rows as text: a page ends early where they are long
};

// The version that was asked for, and nothing else; NULL: the call has failed. `ret_key` may be
// NULL.
static Okr__PlanVersion *take_version(struct call *call, struct plan_version_key *ret_key)
{
    struct row row;
    if (asked_first(call, asked_only(call), &row))
        return plan_version_take(call, &row, ret_key);
    call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "plan version");
    return NULL;
}

// Asks for the version that a request names, whatever its type.
#define ASK_VERSION(call, request, next)                                                           \
    do {                                                                                           \
        plan_version_ask(call, (request)->source, (request)->has_number, (request)->number);       \
        (call)->then = (next);                                                                     \
    } while (0)

// ---- versions ---------------------------------------------------------------------------------

static void version_answer(struct call *call)
{
    Okr__PlanVersion *version = take_version(call, NULL);
    if (version)
        call_reply(call, &version->base);
}

static void version_start(struct call *call, const Okr__GetVersionRequest *request)
{
    ASK_VERSION(call, request, version_answer);
}

HANDLER(plan_get_version, version_start, .shared = true);

static void losses_answer(struct call *call)
{
    Okr__PlanLossReport *report = call->state;
    const Okr__PlanLossList *list = plan_losses_row(call, asked_only(call));
    SET(report, unknown, list == NULL);
    report->n_losses = list ? list->n_losses : 0;
    report->losses = list ? list->losses : NULL;
    call_reply(call, &report->base);
}

static void losses_ask(struct call *call)
{
    Okr__PlanLossReport *report = NEW(call, Okr__PlanLossReport, OKR__PLAN_LOSS_REPORT__INIT);
    report->plan_version = take_version(call, NULL);
    if (!report->plan_version)
        return;
    call->state = report;
    plan_losses_ask(call, report->plan_version->id);
    call->then = losses_answer;
}

static void losses_start(struct call *call, const Okr__ListPlanLossesRequest *request)
{
    ASK_VERSION(call, request, losses_ask);
}

HANDLER(plan_list_plan_losses, losses_start);

static void versions_answer(struct call *call)
{
    Okr__VersionList *list = NEW(call, Okr__VersionList, OKR__VERSION_LIST__INIT);
    struct row row = asked_begin(call, asked_only(call));
    list->versions = NEW_ARRAY(call, Okr__PlanVersion *, (size_t)rows_count(row.rows));
    while (row_next(&row))
        list->versions[list->n_versions++] = plan_version_take(call, &row, NULL);
    call_reply(call, &list->base);
}

static void versions_start(struct call *call, const Okr__ListVersionsRequest *request)
{
    plan_versions_ask(call, request->source);
    call->then = versions_answer;
}

HANDLER(plan_list_versions, versions_start, .bulk = true, .shared = true);

// ---- tasks ------------------------------------------------------------------------------------

struct tasks_state {
    Okr__PlanTaskList *list;
    struct plan_version_key version;
    struct plan_task_filter filter;
    struct asked tasks, again; // and the version, again
};

static void tasks_answer(struct call *call);

static void tasks_ask(struct call *call, struct tasks_state *state)
{
    state->tasks = plan_tasks_ask(call, &state->version, &state->filter);
    state->again = plan_version_ask_id(call, state->version.id);
    call->then = tasks_answer;
}

static void tasks_answer(struct call *call)
{
    struct tasks_state *state = call->state;
    Okr__PlanTaskList *list = state->list;
    struct plan_version_key now;
    // Another version was published since it was looked up: its tasks are not derived any more.
    bool still_published = plan_version_key_row(call, state->again, &now) && now.published;
    if (state->version.published && !still_published) {
        state->version.published = false;
        tasks_ask(call, state);
        return;
    }
    struct row row = asked_begin(call, state->tasks);
    size_t count = (size_t)rows_count(row.rows);
    size_t size = 0;
    list->tasks = NEW_ARRAY(call, Okr__PlanTask *, count);
    while (list->n_tasks < count && list->n_tasks < (size_t)state->filter.limit - 1 &&
           size < REPLY_BYTES && row_next(&row)) {
        Okr__PlanTask *task = plan_task_take(call, &row, &size);
        if (!task)
            break;
        list->tasks[list->n_tasks++] = task;
    }
    SET(list, more, list->n_tasks < count);
    call_reply(call, &list->base);
}

static void tasks_choose(struct call *call)
{
    const Okr__ListPlanTasksRequest *request = list_plan_tasks_request(call);
    struct tasks_state *state = NEW_ARRAY(call, struct tasks_state, 1);
    state->list = NEW(call, Okr__PlanTaskList, OKR__PLAN_TASK_LIST__INIT);
    state->list->plan_version = take_version(call, &state->version);
    if (!state->list->plan_version)
        return;
    call->state = state;
    state->filter = (struct plan_task_filter){
        .after = request->has_after_position ? request->after_position : -1,
        .project_id = request->has_project_id ? request->project_id : 0,
        .unbound = request->has_unbound && request->unbound,
        // one more tells whether there is more
        .limit = (request->has_limit ? request->limit : TASKS_MOST) + 1,
    };
    tasks_ask(call, state);
}

static void tasks_start(struct call *call, const Okr__ListPlanTasksRequest *request)
{
    ASK_VERSION(call, request, tasks_choose);
}

HANDLER(plan_list_plan_tasks, tasks_start, .bulk = true);
