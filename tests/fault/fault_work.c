// What recorded clients do: one step each. A change's text is a mark that no other change bears, so
// that the log and later reads show what became of it.
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/fault/load_private.h"

enum { MARK = 48, PLAN_TASKS = 40, AGAIN_OF = 64 };
#define PLAN_SOURCE "plan-under-load"

static const char *token_of(const struct client *c)
{
    return c->load->options.world->token;
}

static void next_mark(struct client *c, char mark[MARK])
{
    snprintf(mark, MARK, "%d-c%d-%ld", c->load->number, c->number, ++c->made);
}

static bool is_ok(const struct answer *a)
{
    return a->came && a->code == OKR__CODE__CODE_OK;
}

// ---- Changes ------------------------------------------------------------------------------------

static struct op edit_goal(struct client *c, const struct thing *goal, char *mark)
{
    Okr__EditGoalRequest request = OKR__EDIT_GOAL_REQUEST__INIT;
    request.has_id = request.has_version = true;
    request.id = goal->id;
    request.version = goal->version;
    request.text = mark;
    return op_new(RPC_WEEK_EDIT_GOAL, token_of(c), &request,
                  "thing=goal/%" PRId64 " base=%" PRId64 " mark=%s", goal->id, goal->version, mark);
}

static struct op rescope(const char *token, const struct thing *project, char *mark,
                         const char *probe)
{
    char why[] = "as agreed";
    Okr__RescopeRequest request = OKR__RESCOPE_REQUEST__INIT;
    request.has_project_id = request.has_version = true;
    request.project_id = project->id;
    request.version = project->version;
    request.description = mark;
    request.reason = why;
    return op_new(RPC_PROJECT_RESCOPE, token, &request,
                  "thing=project/%" PRId64 " base=%" PRId64 " mark=%s%s", project->id,
                  project->version, mark, probe);
}

// The version that the thing has now, from a change's answer: its own, or the one it lost against.
static void learn_version(struct thing *thing, const struct answer *a)
{
    if (is_ok(a) && a->reply->descriptor == &okr__goal__descriptor)
        thing->version = ((const Okr__Goal *)a->reply)->version;
    else if (is_ok(a) && a->reply->descriptor == &okr__project__descriptor)
        thing->version = ((const Okr__Project *)a->reply)->version;
    else if (a->conflict_version)
        thing->version = a->conflict_version;
}

static void change(struct client *c, struct thing *thing, struct op op)
{
    struct answer a = client_change(c, &op);
    learn_version(thing, &a);
    answer_clear(&a);
}

// One that was acknowledged earlier, asked once more: its answer must be the first one.
static void ask_again(struct client *c)
{
    if (!c->n)
        return;
    size_t back = client_chance(c, c->n < AGAIN_OF ? (unsigned)c->n : AGAIN_OF);
    struct answer a = client_call(c, &c->done[c->n - 1 - back]);
    answer_clear(&a);
}

// Another change under a request_id that is taken.
static void reuse(struct client *c)
{
    char mark[MARK];
    if (!c->n)
        return;
    next_mark(c, mark);
    struct op op = edit_goal(c, &c->goal, mark);
    memcpy(op.id, c->done[c->n - 1].id, sizeof op.id);
    snprintf(op.note, sizeof op.note, "probe=reuse must=%d mark=%s",
             (int)OKR__CODE__CODE_INVALID_ARGUMENT, mark);
    struct answer a = client_call(c, &op);
    answer_clear(&a);
    op_clear(&op);
}

void work_write(struct client *c)
{
    char mark[MARK];
    unsigned what = client_chance(c, 100);
    next_mark(c, mark);
    if (what < 45)
        change(c, &c->goal, edit_goal(c, &c->goal, mark));
    else if (what < 70)
        change(c, &c->shared, edit_goal(c, &c->shared, mark));
    else if (what < 85)
        change(c, &c->project, rescope(token_of(c), &c->project, mark, ""));
    else if (what < 95)
        ask_again(c);
    else
        reuse(c);
}

// ---- Reads and watches --------------------------------------------------------------------------

static void read_with(struct client *c, enum rpc_id method, const void *request, const char *note)
{
    struct op op = op_new(method, token_of(c), request, "%s", note);
    struct answer a = client_try(c, &op);
    answer_clear(&a);
    op_clear(&op);
}

void work_read(struct client *c)
{
    Okr__GetWeekRequest week = OKR__GET_WEEK_REQUEST__INIT;
    week.has_project_id = true;
    week.project_id = c->load->options.world->project_id;
    Okr__GetProjectRequest project = OKR__GET_PROJECT_REQUEST__INIT;
    project.has_id = true;
    project.id = client_chance(c, 2) ? c->load->options.world->project_id
                                     : c->load->options.world->guest_project_id;
    Okr__ListPlanTasksRequest tasks = OKR__LIST_PLAN_TASKS_REQUEST__INIT;
    tasks.source = (char *)(uintptr_t)PLAN_SOURCE;
    char note[40];
    snprintf(note, sizeof note, "thing=project/%" PRId64, project.id);
    unsigned what = client_chance(c, 10);
    if (what < 5)
        read_with(c, RPC_WEEK_GET_WEEK, &week, "-");
    else if (what < 8 || !c->load->options.plans)
        read_with(c, RPC_PROJECT_GET_PROJECT, &project, note);
    else
        read_with(c, RPC_PLAN_LIST_PLAN_TASKS, &tasks, "-");
}

void work_watch(struct client *c)
{
    Okr__WatchRequest request = OKR__WATCH_REQUEST__INIT;
    request.has_after_revision = request.has_limit = true;
    request.after_revision = c->after;
    request.limit = 50;
    struct op op = op_new(RPC_WATCH_WATCH, token_of(c), &request, "after=%" PRId64, c->after);
    struct answer a = client_try(c, &op);
    if (is_ok(&a))
        c->after = ((const Okr__WatchReply *)a.reply)->up_to;
    else
        pause_ms(20);
    answer_clear(&a);
    op_clear(&op);
}

// ---- Plans --------------------------------------------------------------------------------------

static int64_t begin_push(struct client *c, int tasks, char hash[65])
{
    Okr__PlanTotals totals = OKR__PLAN_TOTALS__INIT;
    totals.has_tasks = totals.has_resources = totals.has_assignments = totals.has_calendars = true;
    totals.tasks = tasks;
    Okr__BeginPushRequest request = OKR__BEGIN_PUSH_REQUEST__INIT;
    request.source = (char *)(uintptr_t)PLAN_SOURCE;
    request.file_name = (char *)(uintptr_t) "plan.xml";
    request.content_hash = hash;
    request.totals = &totals;
    struct op op = op_new(RPC_PLAN_BEGIN_PUSH, token_of(c), &request, "-");
    struct answer a = client_call(c, &op);
    int64_t upload = is_ok(&a) ? ((const Okr__BeginPushReply *)a.reply)->upload_id : 0;
    answer_clear(&a);
    op_clear(&op);
    return upload;
}

static bool push_chunk(struct client *c, int64_t upload, int64_t sequence, int first, int n,
                       char *mark)
{
    Okr__PlanTask tasks[PLAN_TASKS], *list[PLAN_TASKS];
    char guids[PLAN_TASKS][64]; // a task stays the same over the versions
    for (int i = 0; i < n; i++) {
        snprintf(guids[i], sizeof guids[i], "00000000-0000-0000-0000-%012d", first + i + 1);
        list[i] = &tasks[i];
        okr__plan_task__init(list[i]);
        list[i]->has_uid = true;
        list[i]->uid = first + i + 1;
        list[i]->name = mark;
        list[i]->guid = guids[i];
    }
    Okr__PushChunkRequest request = OKR__PUSH_CHUNK_REQUEST__INIT;
    request.has_upload_id = request.has_sequence = true;
    request.upload_id = upload;
    request.sequence = sequence;
    request.n_tasks = (size_t)n;
    request.tasks = list;
    struct op op = op_new(RPC_PLAN_PUSH_CHUNK, token_of(c), &request, "-");
    struct answer a = client_call(c, &op);
    bool ok = is_ok(&a);
    answer_clear(&a);
    op_clear(&op);
    return ok;
}

// In two chunks of different sizes; how many tasks there are stands in the mark.
void work_publish(struct client *c)
{
    char mark[64], hash[65];
    int tasks = 2 + (int)client_chance(c, PLAN_TASKS - 2), half = tasks / 2;
    snprintf(mark, sizeof mark, "%d-c%d-%ld-%d", c->load->number, c->number, ++c->made, tasks);
    snprintf(hash, sizeof hash, "%032x%032x", (unsigned)c->load->number, (unsigned)c->made);
    int64_t upload = begin_push(c, tasks, hash);
    bool ok = upload && push_chunk(c, upload, 1, 0, half, mark) &&
              push_chunk(c, upload, 2, half, tasks - half, mark);
    if (!ok)
        return;
    Okr__PublishRequest publish = OKR__PUBLISH_REQUEST__INIT;
    publish.has_upload_id = true;
    publish.upload_id = upload;
    struct op op = op_new(RPC_PLAN_PUBLISH, token_of(c), &publish, "plan=%s", mark);
    struct answer a = client_change(c, &op);
    answer_clear(&a);
}

// ---- What has to be refused ---------------------------------------------------------------------

static bool set_role(struct client *c, bool held)
{
    Okr__GrantRoleRequest grant = OKR__GRANT_ROLE_REQUEST__INIT;
    Okr__RevokeRoleRequest revoke = OKR__REVOKE_ROLE_REQUEST__INIT;
    grant.handle = revoke.handle = (char *)(uintptr_t) "guest";
    grant.role = revoke.role = (char *)(uintptr_t) "dev-lead";
    struct op op =
        held ? op_new(RPC_MEMBER_GRANT_ROLE, c->load->options.world->admin, &grant, "-")
             : op_new(RPC_MEMBER_REVOKE_ROLE, c->load->options.world->admin, &revoke, "-");
    struct answer a = client_change(c, &op);
    bool ok = is_ok(&a);
    answer_clear(&a);
    return ok;
}

// The guest may, then may no more: what was done stays done and is answered, and nothing is added.
void work_probe(struct client *c)
{
    char mark[MARK], probe[64];
    struct thing *project = &c->project;
    if (!set_role(c, true))
        return;
    next_mark(c, mark);
    struct op op = rescope(c->load->options.world->guest, project, mark, "");
    change(c, project, op);
    if (!set_role(c, false))
        return;
    snprintf(probe, sizeof probe, " probe=role must=%d", (int)OKR__CODE__CODE_PERMISSION_DENIED);
    next_mark(c, mark);
    op = rescope(c->load->options.world->guest, project, mark, probe);
    struct answer a = client_call(c, &op);
    answer_clear(&a);
    op_clear(&op);
    if (c->n > 1) { // [n - 1]: the role was taken away; [n - 2]: what it was used for
        a = client_call(c, &c->done[c->n - 2]);
        answer_clear(&a);
    }
}

// ---- What they need -----------------------------------------------------------------------------

static void add_goal(struct load *load, struct client *c, struct thing *goal)
{
    char mark[MARK];
    next_mark(c, mark);
    Okr__NewGoal new_goal = OKR__NEW_GOAL__INIT;
    new_goal.text = mark;
    Okr__AddGoalRequest request = OKR__ADD_GOAL_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = load->options.world->project_id;
    request.goal = &new_goal;
    struct op op = op_new(RPC_WEEK_ADD_GOAL, token_of(c), &request, "mark=%s", mark);
    struct answer a = client_change(c, &op);
    if (is_ok(&a))
        *goal = (struct thing){((const Okr__Goal *)a.reply)->id, 1};
    answer_clear(&a);
}

void work_prepare(struct load *load)
{
    struct client *first = &load->clients[0];
    struct thing shared = {0};
    add_goal(load, first, &shared);
    for (int i = 0; i < load->n; i++) {
        struct client *c = &load->clients[i];
        c->shared = shared;
        c->project = (struct thing){load->options.world->project_id, 1};
        if (c->work == work_write)
            add_goal(load, c, &c->goal);
        if (c->work == work_probe)
            c->project = (struct thing){load->options.world->guest_project_id, 1};
    }
}
