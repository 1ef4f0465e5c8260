// Weekly goals one by one: add, edit, drop, set the result (R35, R36). A closed week refuses all of
// it. Setting a result is what most people do at the same moment on Friday evening: it, like the
// other changes of one goal, is one guarded statement, and shares its commit with others.
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/week/week.h"
#include "server/week/goal_rows.h"
#include "server/bug.h"

static char *goal_resource(struct call *call, int64_t id)
{
    return call_printf(call, "goal/%lld", (long long)id);
}

void check_new_goal(struct call *call, const char *name, const Okr__NewGoal *goal)
{
    if (goal->has_task_uid && !goal->source)
        call_violation(call, call_printf(call, "%s.source", name), OKR__REASON__REASON_REQUIRED,
                       NULL);
    if (!goal->has_task_uid && goal->source)
        call_violation(call, call_printf(call, "%s.task_uid", name), OKR__REASON__REASON_REQUIRED,
                       NULL);
}

bool check_goal_tasks(struct call *call, char *const *names, Okr__NewGoal *const *goals,
                      struct asked tasks)
{
    bool good = true;
    for (struct row row = asked_begin(call, tasks); row_next(&row);) {
        struct goal_task task;
        goal_task_take(&row, &task);
        if (!goals[row.index]->source || task.planned)
            continue;
        const char *field = task.known ? "task_uid" : "source";
        call_violation(call, call_printf(call, "%s.%s", names[row.index], field),
                       OKR__REASON__REASON_NOT_EXISTING, task.known ? "plan task" : "plan source");
        good = false;
    }
    return good;
}

// --- AddGoal

struct add_goal {
    int64_t project_id;
    int32_t monday;
    Okr__NewGoal *goal;
    struct asked context, tasks;
};

static void add_goal_answer(struct call *call)
{
    Okr__Goal *goal = goal_added(call, asked_only(call));
    call_record(call, goal_resource(call, goal->id), NULL, &goal->base);
    call_reply(call, &goal->base);
}

static void add_goal_decide(struct call *call)
{
    struct add_goal *add = call->state;
    struct week_context context;
    if (!week_context_row(call, add->context, &context)) {
        guard_not_found(call, thing_label(call, "P", add->project_id));
        return;
    }
    if (!context.leads) {
        guard_not_own(call, "project");
        return;
    }
    if (!week_under_way(call, &context))
        return;
    if (context.closed) {
        guard_refuse(call, OKR__REASON__REASON_WEEK_CLOSED, week_text(call, add->monday));
        return;
    }
    if (!week_follows(call, &context))
        return;
    if (!check_goal_tasks(call, (char *[]){"goal"}, &add->goal, add->tasks))
        return;
    goal_ask_add(call, add->project_id, add->monday, &add->goal, 1);
    call->then = add_goal_answer;
}

static void add_goal(struct call *call, const Okr__AddGoalRequest *request)
{
    struct add_goal *add = NEW_ARRAY(call, struct add_goal, 1);
    parse_week_ahead(call, request->week, &add->monday);
    check_new_goal(call, "goal", request->goal);
    if (call_invalid(call))
        return;
    add->project_id = request->project_id;
    add->goal = request->goal;
    call->state = add;
    add->context = week_context_ask(call, add->project_id, add->monday);
    add->tasks = goal_ask_tasks(call, &add->goal, 1);
    call->then = add_goal_decide;
}

HANDLER(week_add_goal, add_goal);

// --- One goal: edit, drop, result

// The goal as it was, if the guarded statement changed it; else the call is answered with what held
// the change back.
static Okr__Goal *changed_goal(struct call *call, int64_t id, int64_t your_version)
{
    struct goal_change change;
    if (!goal_change_row(call, asked_only(call), &change)) {
        guard_not_found(call, thing_label(call, "G", id));
        return NULL;
    }
    if (change.changed || BUG(version_not_compared))
        return change.before;
    Okr__Goal *goal = change.before;
    if (!change.own)
        guard_not_own(call, "project");
    else if (change.closed)
        guard_refuse(call, OKR__REASON__REASON_WEEK_CLOSED, goal->week);
    else if (goal->dropped)
        guard_refuse(call, OKR__REASON__REASON_WRONG_STATE, "dropped");
    else
        call_conflict(call, goal_resource(call, goal->id), your_version, goal->version,
                      &goal->base);
    return NULL;
}

static Okr__Goal *next_version(struct call *call, const Okr__Goal *before)
{
    Okr__Goal *after = NEW(call, Okr__Goal, OKR__GOAL__INIT);
    *after = *before;
    after->version++;
    return after;
}

static void answer_change(struct call *call, const Okr__Goal *before, const Okr__Goal *after)
{
    call_record(call, goal_resource(call, after->id), &before->base, &after->base);
    call_reply(call, &after->base);
}

static void set_result_answer(struct call *call)
{
    const Okr__SetResultRequest *request = set_result_request(call);
    Okr__Goal *before = changed_goal(call, request->id, request->version);
    if (!before)
        return;
    Okr__Goal *after = next_version(call, before);
    SET(after, result, request->result);
    after->reason = result_reason(request);
    answer_change(call, before, after);
}

static void set_result(struct call *call, const Okr__SetResultRequest *request)
{
    check_result(call, "", request);
    if (call_invalid(call))
        return;
    goal_ask_result(call, request->id, request->version, request->result, result_reason(request));
    call->then = set_result_answer;
}

HANDLER(week_set_result, set_result, .grouped = true);

static void edit_goal_answer(struct call *call)
{
    const Okr__EditGoalRequest *request = edit_goal_request(call);
    Okr__Goal *before = changed_goal(call, request->id, request->version);
    if (!before)
        return;
    Okr__Goal *after = next_version(call, before);
    after->text = request->text;
    answer_change(call, before, after);
}

static void edit_goal(struct call *call, const Okr__EditGoalRequest *request)
{
    goal_ask_text(call, request->id, request->version, request->text);
    call->then = edit_goal_answer;
}

HANDLER(week_edit_goal, edit_goal, .grouped = true);

static void drop_goal_answer(struct call *call)
{
    const Okr__DropGoalRequest *request = drop_goal_request(call);
    Okr__Goal *before = changed_goal(call, request->id, request->version);
    if (!before)
        return;
    Okr__Goal *after = next_version(call, before);
    SET(after, dropped, true);
    after->reason = request->reason;
    answer_change(call, before, after);
}

static void drop_goal(struct call *call, const Okr__DropGoalRequest *request)
{
    goal_ask_drop(call, request->id, request->version, request->reason);
    call->then = drop_goal_answer;
}

HANDLER(week_drop_goal, drop_goal, .grouped = true);
