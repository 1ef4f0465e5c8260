// CloseWeek: the PL's one act at the end of a week (R37): results, a look back, and next week's
// goals, all or nothing. When it was due and whether it came late is recorded with it (R39).
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/week/week.h"
#include "server/week/week_due.h"
#include "server/week/goal_rows.h"

struct closing {
    const Okr__CloseWeekRequest *request;
    int32_t monday;
    char **goal_names; // paths of the request's next goals
    Okr__ProjectWeek *before;
    struct asked context, tasks;
    struct whole_week week; // asked in both rounds: as it was, and as it is then
};

static void close_answer(struct call *call)
{
    struct closing *closing = call->state;
    Okr__ProjectWeek *after = whole_week(call, &closing->week);
    call_record(call, call_printf(call, "week/%lld/%s", (long long)after->project_id, after->week),
                &closing->before->base, &after->base);
    call_reply(call, &after->base);
}

// --- Deciding

static Okr__Goal *find_goal(const Okr__ProjectWeek *week, int64_t id)
{
    for (size_t i = 0; i < week->n_goals; i++)
        if (week->goals[i]->id == id && !week->goals[i]->dropped)
            return week->goals[i];
    return NULL;
}

static size_t result_of(const Okr__CloseWeekRequest *request, int64_t goal_id)
{
    size_t i = 0;
    while (i < request->n_results && request->results[i]->id != goal_id)
        i++;
    return i;
}

// Each result names a goal of this week, once, and in the version that it has now.
static bool results_fit(struct call *call, const struct closing *closing)
{
    const Okr__CloseWeekRequest *request = closing->request;
    for (size_t i = 0; i < request->n_results; i++) {
        const Okr__SetResultRequest *result = request->results[i];
        bool again = result_of(request, result->id) < i;
        if (again || !find_goal(closing->before, result->id))
            call_violation(call, call_printf(call, "results[%zu].id", i),
                           again ? OKR__REASON__REASON_DUPLICATE : OKR__REASON__REASON_NOT_EXISTING,
                           thing_label(call, "G", result->id));
    }
    for (size_t i = 0; i < request->n_results && !call_invalid(call); i++) {
        const Okr__SetResultRequest *result = request->results[i];
        const Okr__Goal *goal = find_goal(closing->before, result->id);
        if (goal->version != result->version)
            call_conflict(call, call_printf(call, "goal/%lld", (long long)goal->id),
                          result->version, goal->version, &goal->base);
    }
    return !call_invalid(call);
}

static bool results_complete(struct call *call, const struct closing *closing)
{
    const Okr__ProjectWeek *week = closing->before;
    for (size_t i = 0; i < week->n_goals; i++) {
        const Okr__Goal *goal = week->goals[i];
        bool given = result_of(closing->request, goal->id) < closing->request->n_results;
        if (goal->dropped || goal->has_result || given)
            continue;
        guard_refuse(call, OKR__REASON__REASON_RESULT_MISSING, thing_label(call, "G", goal->id));
        return false;
    }
    return true;
}

// A project that goes on has goals for the week after (R35): set now or before, as long as that
// week lies in its quarter and is not over, and the project is asked for goals (R41).
static bool needs_next_goals(const struct call *call, const struct closing *closing,
                             const struct week_context *context)
{
    int32_t next = closing->monday + 7;
    bool goes_on = context->project_state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED &&
                   context->quarter_state == OKR__QUARTER_STATE__QUARTER_STATE_OPEN &&
                   next <= context->quarter_last_day && next >= week_of(call_today(call));
    return goes_on && context->asked && !context->next_has_goals && !context->next_closed;
}

static bool next_goals_fit(struct call *call, const struct closing *closing,
                           const struct week_context *context)
{
    const Okr__CloseWeekRequest *request = closing->request;
    if (request->n_next_goals == 0) {
        if (needs_next_goals(call, closing, context))
            call_violation(call, "next_goals", OKR__REASON__REASON_REQUIRED, NULL);
        return !call_invalid(call);
    }
    if (!week_under_way(call, context))
        return false;
    if (context->next_closed) {
        guard_refuse(call, OKR__REASON__REASON_WEEK_CLOSED, week_text(call, closing->monday + 7));
        return false;
    }
    return check_goal_tasks(call, closing->goal_names, request->next_goals, closing->tasks);
}

// A project that was completed meanwhile still closes its last week.
static bool may_close(struct call *call, const struct closing *closing,
                      const struct week_context *context)
{
    bool was_under_way = context->project_state == OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED ||
                         context->project_state == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED;
    if (!context->leads)
        guard_not_own(call, "project");
    else if (!was_under_way)
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE,
                     project_state_word(call, (Okr__ProjectState)context->project_state));
    else if (context->quarter_state == OKR__QUARTER_STATE__QUARTER_STATE_DRAFT)
        guard_refuse(call, OKR__REASON__REASON_QUARTER_NOT_OPEN, NULL);
    else if (context->closed)
        guard_refuse(call, OKR__REASON__REASON_WEEK_CLOSED, week_text(call, closing->monday));
    else
        return week_follows(call, context);
    return false;
}

// --- Writing

static void ask_results(struct call *call, const Okr__CloseWeekRequest *request)
{
    size_t n = request->n_results;
    int64_t *ids = NEW_ARRAY(call, int64_t, n);
    int32_t *results = NEW_ARRAY(call, int32_t, n);
    char **reasons = NEW_ARRAY(call, char *, n);
    for (size_t i = 0; i < n; i++) {
        ids[i] = request->results[i]->id;
        results[i] = (int32_t)request->results[i]->result;
        reasons[i] = result_reason(request->results[i]);
    }
    goal_ask_results(call, ids, results, reasons, n);
}

static void close_write(struct call *call, struct closing *closing)
{
    const Okr__CloseWeekRequest *request = closing->request;
    int64_t due_at = week_due_at(call, closing->monday);
    if (request->n_results)
        ask_results(call, request);
    if (request->n_next_goals)
        goal_ask_add(call, request->project_id, closing->monday + 7, request->next_goals,
                     request->n_next_goals);
    week_close_ask(call, request->project_id, closing->monday, request->look_back, due_at,
                   week_is_late(call->now, due_at));
    closing->week = whole_week_ask(call, request->project_id, closing->monday);
    call->then = close_answer;
}

static void close_decide(struct call *call)
{
    struct closing *closing = call->state;
    struct week_context context;
    if (!week_context_row(call, closing->context, &context)) {
        guard_not_found(call, thing_label(call, "P", closing->request->project_id));
        return;
    }
    closing->before = whole_week(call, &closing->week);
    bool agreed = may_close(call, closing, &context) && results_fit(call, closing) &&
                  results_complete(call, closing) && next_goals_fit(call, closing, &context);
    if (agreed)
        close_write(call, closing);
}

// --- Asking

// A week to come is not closed.
static void check_week(struct call *call, struct closing *closing, const char *week)
{
    int32_t this_week = week_of(call_today(call));
    closing->monday = field_week(call, week);
    if (closing->monday > this_week)
        call_violation(call, "week", OKR__REASON__REASON_BAD_VALUE,
                       call_printf(call, "<= %s", week_text(call, this_week)));
}

static void check_closing(struct call *call, struct closing *closing)
{
    const Okr__CloseWeekRequest *request = closing->request;
    check_week(call, closing, request->week);
    for (size_t i = 0; i < request->n_results; i++)
        check_result(call, call_printf(call, "results[%zu].", i), request->results[i]);
    closing->goal_names = NEW_ARRAY(call, char *, request->n_next_goals);
    for (size_t i = 0; i < request->n_next_goals; i++) {
        closing->goal_names[i] = call_printf(call, "next_goals[%zu]", i);
        check_new_goal(call, closing->goal_names[i], request->next_goals[i]);
    }
}

static void close_week(struct call *call, const Okr__CloseWeekRequest *request)
{
    struct closing *closing = NEW_ARRAY(call, struct closing, 1);
    closing->request = request;
    check_closing(call, closing);
    if (call_invalid(call))
        return;
    call->state = closing;
    closing->context = week_context_ask(call, closing->request->project_id, closing->monday);
    closing->week = whole_week_ask(call, closing->request->project_id, closing->monday);
    closing->tasks =
        goal_ask_tasks(call, closing->request->next_goals, closing->request->n_next_goals);
    call->then = close_decide;
}

HANDLER(week_close_week, close_week);

// --- Beforehand: the same checks, as far as nothing is written yet

static void beforehand_answer(struct call *call)
{
    struct closing *closing = call->state;
    struct week_context context;
    if (!week_context_row(call, closing->context, &context))
        guard_not_found(call, thing_label(call, "P", get_week_request(call)->project_id));
    else if (may_close(call, closing, &context))
        call_reply(call, &whole_week(call, &closing->week)->base);
}

static void beforehand(struct call *call, const Okr__GetWeekRequest *request)
{
    struct closing *closing = NEW_ARRAY(call, struct closing, 1);
    check_week(call, closing, request->week);
    if (call_invalid(call))
        return;
    call->state = closing;
    closing->context = week_context_ask(call, request->project_id, closing->monday);
    closing->week = whole_week_ask(call, request->project_id, closing->monday);
    call->then = beforehand_answer;
}

HANDLER(week_check_closing, beforehand, .present = true);
