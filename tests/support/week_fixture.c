// A quarter at work, made through the contract: see week_fixture.h.
#include "tests/support/week_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct kept_result {
    struct kept_result *next;
    struct rpc_result result;
} * kept;

static struct rpc_result *keep(void)
{
    struct kept_result *new = calloc(1, sizeof *new);
    assert_non_null(new);
    new->next = kept;
    kept = new;
    return &new->result;
}

void fixture_clear(void)
{
    while (kept) {
        struct kept_result *next = kept->next;
        rpc_result_clear(&kept->result);
        free(kept);
        kept = next;
    }
}

void *must(struct okrd *okrd, const char *who, enum rpc_id method, const void *request)
{
    struct rpc_result *result = keep();
    if (okrd_call(okrd, who, method, request, result) != OKR__CODE__CODE_OK)
        fail_msg("%s: %s", rpc_methods[method].name, result->status->message);
    return result->reply;
}

const Okr__Status *refused(struct okrd *okrd, const char *who, enum rpc_id method,
                           const void *request, Okr__Code code, Okr__Reason reason)
{
    struct rpc_result *result = keep();
    Okr__Code got = okrd_call(okrd, who, method, request, result);
    const Okr__Status *status = result->status;
    Okr__Reason why = status->n_violations ? status->violations[0]->reason : status->reason;
    if (got != code || why != reason)
        fail_msg("%s: code %d, reason %d: %s; expected code %d, reason %d",
                 rpc_methods[method].name, (int)got, (int)why,
                 status->message ? status->message : "", (int)code, (int)reason);
    return status;
}

const char *first_arg(const Okr__Status *status)
{
    if (status->n_violations)
        return status->violations[0]->arg ? status->violations[0]->arg : "";
    return status->n_args ? status->args[0] : "";
}

const char *first_field(const Okr__Status *status)
{
    return status->n_violations ? status->violations[0]->field : "";
}

void fixture_people(struct okrd *okrd)
{
    okrd_member(okrd, "pdm", "pdm", NULL);
    okrd_member(okrd, "dev", "dev-lead", NULL);
    okrd_member(okrd, "pm", "program-manager", NULL);
    okrd_member(okrd, "bi", "bi-engineer", NULL);
    okrd_member(okrd, "ann", "pl", NULL);
    okrd_member(okrd, "bob", "pl", NULL);
    okrd_member(okrd, "eve", "engineer", NULL);
    okrd_member(okrd, "kim", "intern", NULL);
}

void fixture_quarter(struct okrd *okrd, const char *name)
{
    Okr__CreateQuarterRequest request = OKR__CREATE_QUARTER_REQUEST__INIT;
    request.name = (char *)(uintptr_t)name;
    must(okrd, "pdm", RPC_QUARTER_CREATE_QUARTER, &request);
}

void fixture_open(struct okrd *okrd, const char *name)
{
    Okr__GetQuarterRequest get = OKR__GET_QUARTER_REQUEST__INIT;
    get.name = (char *)(uintptr_t)name;
    const Okr__Quarter *quarter = must(okrd, "pdm", RPC_QUARTER_GET_QUARTER, &get);
    Okr__SetQuarterStateRequest request = OKR__SET_QUARTER_STATE_REQUEST__INIT;
    request.name = (char *)(uintptr_t)name;
    request.has_version = true;
    request.version = quarter->version;
    must(okrd, "pdm", RPC_QUARTER_OPEN_QUARTER, &request);
}

int64_t fixture_objective(struct okrd *okrd, const char *quarter, const char *text)
{
    Okr__AddObjectiveRequest request = OKR__ADD_OBJECTIVE_REQUEST__INIT;
    request.quarter = (char *)(uintptr_t)quarter;
    request.product = (char *)(uintptr_t) "Product";
    request.text = (char *)(uintptr_t)text;
    const Okr__Objective *objective = must(okrd, "pdm", RPC_QUARTER_ADD_OBJECTIVE, &request);
    return objective->id;
}

int64_t fixture_kr(struct okrd *okrd, int64_t objective, const char *text)
{
    Okr__KeyResult kr = OKR__KEY_RESULT__INIT;
    kr.has_objective_id = kr.has_kind = kr.has_start = kr.has_target = true;
    kr.objective_id = objective;
    kr.text = (char *)(uintptr_t)text;
    kr.unit = (char *)(uintptr_t) "users";
    kr.kind = OKR__KR_KIND__KR_KIND_INCREASE_TO;
    kr.start = 0;
    kr.target = 100;
    Okr__AddKeyResultRequest request = OKR__ADD_KEY_RESULT_REQUEST__INIT;
    request.kr = &kr;
    const Okr__KeyResult *added = must(okrd, "pdm", RPC_QUARTER_ADD_KEY_RESULT, &request);
    return added->id;
}

Okr__Project *fixture_propose(struct okrd *okrd, const char *quarter, const char *name, int64_t kr)
{
    Okr__ProposeRequest request = OKR__PROPOSE_REQUEST__INIT;
    request.quarter = (char *)(uintptr_t)quarter;
    request.name = (char *)(uintptr_t)name;
    request.reason = (char *)(uintptr_t) "for the test";
    if (kr) {
        request.n_kr_ids = 1;
        request.kr_ids = &kr;
        return must(okrd, "dev", RPC_PROJECT_PROPOSE_LINKED, &request);
    }
    request.has_category = true;
    request.category = OKR__SIDE_CATEGORY__SIDE_CATEGORY_STABILITY;
    return must(okrd, "dev", RPC_PROJECT_PROPOSE_SIDE, &request);
}

static const Okr__Project *project_now(struct okrd *okrd, int64_t id)
{
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    request.has_id = true;
    request.id = id;
    return must(okrd, "dev", RPC_PROJECT_GET_PROJECT, &request);
}

void fixture_decide(struct okrd *okrd, int64_t project, Okr__Decision decision, const char *reason)
{
    Okr__DecideRequest request = OKR__DECIDE_REQUEST__INIT;
    request.has_project_id = request.has_version = request.has_decision = true;
    request.project_id = project;
    request.version = project_now(okrd, project)->version;
    request.decision = decision;
    request.reason = (char *)(uintptr_t)reason;
    must(okrd, "dev", RPC_PROJECT_DECIDE, &request);
}

static void set_team(struct okrd *okrd, int64_t project, const char *lead, const char *member)
{
    char *members[] = {(char *)(uintptr_t)member};
    Okr__SetTeamRequest request = OKR__SET_TEAM_REQUEST__INIT;
    request.has_project_id = request.has_version = true;
    request.project_id = project;
    request.version = project_now(okrd, project)->version;
    request.lead = (char *)(uintptr_t)lead;
    if (member) {
        request.has_replace_members = request.replace_members = true;
        request.n_members = 1;
        request.members = members;
    }
    must(okrd, "pm", RPC_PROJECT_SET_TEAM, &request);
}

int64_t fixture_project(struct okrd *okrd, const char *quarter, const char *name, int64_t kr,
                        const char *lead, const char *member)
{
    int64_t id = fixture_propose(okrd, quarter, name, kr)->id;
    fixture_decide(okrd, id, OKR__DECISION__DECISION_ACCEPT, "for the test");
    if (lead || member)
        set_team(okrd, id, lead, member);
    return id;
}

enum { TASKS_MOST = 32, RESOURCES = 3 };

// A chunk with the tasks, their assignments and the resources; all of it on the caller's stack.
struct plan_parts {
    Okr__PlanTask tasks[TASKS_MOST], *task_list[TASKS_MOST];
    Okr__PlanAssignment assignments[TASKS_MOST], *assignment_list[TASKS_MOST];
    Okr__PlanResource resources[RESOURCES], *resource_list[RESOURCES];
    size_t n_assignments;
};

static void add_task(struct plan_parts *parts, size_t i, const struct fixture_task *from)
{
    Okr__PlanTask *task = parts->task_list[i] = &parts->tasks[i];
    okr__plan_task__init(task);
    task->has_uid = task->has_outline_level = task->has_work = task->has_percent_complete = true;
    task->uid = (int64_t)i + 1;
    task->name = (char *)(uintptr_t)from->name;
    task->outline_level = 1;
    task->start = (char *)(uintptr_t)from->start;
    task->finish = (char *)(uintptr_t)from->finish;
    task->work = from->work;
    task->percent_complete = from->percent;
    if (!from->resource)
        return;
    Okr__PlanAssignment *a = &parts->assignments[parts->n_assignments];
    parts->assignment_list[parts->n_assignments++] = a;
    okr__plan_assignment__init(a);
    a->has_uid = a->has_task_uid = a->has_resource_uid = a->has_work = true;
    a->uid = a->task_uid = task->uid;
    a->resource_uid = from->resource;
    a->work = from->work;
}

static void add_resources(struct plan_parts *parts)
{
    static const char *const names[RESOURCES] = {"One", "Two", "Three"};
    for (size_t i = 0; i < RESOURCES; i++) {
        Okr__PlanResource *resource = parts->resource_list[i] = &parts->resources[i];
        okr__plan_resource__init(resource);
        resource->has_uid = true;
        resource->uid = (int64_t)i + 1;
        resource->name = (char *)(uintptr_t)names[i];
    }
}

static int64_t begin_push(struct okrd *okrd, const char *source, int64_t n_tasks,
                          int64_t n_assignments)
{
    static int number;
    char hash[65];
    snprintf(hash, sizeof hash, "%064x", ++number);
    Okr__PlanTotals totals = OKR__PLAN_TOTALS__INIT;
    totals.has_tasks = totals.has_resources = totals.has_assignments = totals.has_calendars = true;
    totals.tasks = n_tasks;
    totals.resources = RESOURCES;
    totals.assignments = n_assignments;
    Okr__BeginPushRequest request = OKR__BEGIN_PUSH_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    request.file_name = (char *)(uintptr_t) "plan.xml";
    request.content_hash = hash;
    request.totals = &totals;
    const Okr__BeginPushReply *reply = must(okrd, "pm", RPC_PLAN_BEGIN_PUSH, &request);
    return reply->upload_id;
}

void fixture_plan(struct okrd *okrd, const char *source, const struct fixture_task *tasks, size_t n)
{
    struct plan_parts parts = {.n_assignments = 0};
    assert_true(n <= TASKS_MOST);
    for (size_t i = 0; i < n; i++)
        add_task(&parts, i, &tasks[i]);
    add_resources(&parts);
    int64_t upload = begin_push(okrd, source, (int64_t)n, (int64_t)parts.n_assignments);
    Okr__PushChunkRequest chunk = OKR__PUSH_CHUNK_REQUEST__INIT;
    chunk.has_upload_id = chunk.has_sequence = true;
    chunk.upload_id = upload;
    chunk.sequence = 1;
    chunk.tasks = parts.task_list;
    chunk.n_tasks = n;
    chunk.resources = parts.resource_list;
    chunk.n_resources = RESOURCES;
    chunk.assignments = parts.assignment_list;
    chunk.n_assignments = parts.n_assignments;
    must(okrd, "pm", RPC_PLAN_PUSH_CHUNK, &chunk);
    Okr__PublishRequest publish = OKR__PUBLISH_REQUEST__INIT;
    publish.has_upload_id = true;
    publish.upload_id = upload;
    must(okrd, "pm", RPC_PLAN_PUBLISH, &publish);
}

void fixture_bind(struct okrd *okrd, const char *source, int64_t task_uid, int64_t project)
{
    Okr__BindTaskRequest request = OKR__BIND_TASK_REQUEST__INIT;
    request.has_task_uid = request.has_project_id = true;
    request.source = (char *)(uintptr_t)source;
    request.task_uid = task_uid;
    request.project_id = project;
    must(okrd, "pm", RPC_PLAN_BIND_TASK, &request);
}

void fixture_map(struct okrd *okrd, const char *source, int64_t resource_uid, const char *member)
{
    Okr__MapPersonRequest request = OKR__MAP_PERSON_REQUEST__INIT;
    request.has_resource_uid = true;
    request.source = (char *)(uintptr_t)source;
    request.resource_uid = resource_uid;
    request.member = (char *)(uintptr_t)member;
    must(okrd, "pm", RPC_PLAN_MAP_PERSON, &request);
}

Okr__Goal *fixture_goal(struct okrd *okrd, const char *who, int64_t project, const char *week,
                        const char *text)
{
    Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
    goal.text = (char *)(uintptr_t)text;
    Okr__AddGoalRequest request = OKR__ADD_GOAL_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = project;
    request.week = (char *)(uintptr_t)week;
    request.goal = &goal;
    return must(okrd, who, RPC_WEEK_ADD_GOAL, &request);
}

Okr__ProjectWeek *fixture_week(struct okrd *okrd, int64_t project, const char *week)
{
    Okr__GetWeekRequest request = OKR__GET_WEEK_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = project;
    request.week = (char *)(uintptr_t)week;
    return must(okrd, "kim", RPC_WEEK_GET_WEEK, &request);
}
