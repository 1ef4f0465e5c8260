// The rules of what okrd adds to a plan, over a real okrd (R30): a task belongs to a project, bound
// once, handed down to its subtasks, kept over every later version; unbound effort is listed; a
// resource is a member. Each test has a plan of its own.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/plan_fixture.h"

static struct okrd *server;
static int64_t red, blue; // accepted side projects

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    fixture_quarter(server, "2021Q1");
    red = fixture_project(server, "2021Q1", "Red", 0, "ann", NULL);
    blue = fixture_project(server, "2021Q1", "Blue", 0, "bob", NULL);
    fixture_clear();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server = okrd_stop(server);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    fixture_clear();
    return 0;
}

static const struct plan_row house[] = {
    {0, PLAN_NO_PARENT, "The house", 0, 0, false, false},
    {1, 0, "Cellar", 0, 0, false, false},
    {2, 1, "Dig", 600, 100, false, false},
    {3, 1, "Pour", 400, 50, false, false},
    {4, 0, "Walls", 0, 0, false, false},
    {5, 4, "Bricks", 300, 0, false, false},
};
enum { HOUSE = 6 };

static Okr__BindTaskRequest binding(const char *source, int64_t uid, int64_t project,
                                    int64_t version)
{
    Okr__BindTaskRequest request = OKR__BIND_TASK_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    request.has_task_uid = request.has_project_id = true;
    request.task_uid = uid;
    request.project_id = project;
    request.has_version = version != 0;
    request.version = version;
    return request;
}

static Okr__UnbindTaskRequest unbinding(const char *source, int64_t uid, int64_t version)
{
    Okr__UnbindTaskRequest request = OKR__UNBIND_TASK_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    request.has_task_uid = request.has_version = true;
    request.task_uid = uid;
    request.version = version;
    return request;
}

static const Okr__BindingList *bindings(const char *source)
{
    Okr__ListBindingsRequest request = OKR__LIST_BINDINGS_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    return must(server, "eve", RPC_PLAN_LIST_BINDINGS, &request);
}

static const Okr__Progress *progress(int64_t project)
{
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    request.has_id = true;
    request.id = project;
    const Okr__Project *got = must(server, "eve", RPC_PROJECT_GET_PROJECT, &request);
    return got->progress;
}

static int64_t new_project(const char *name)
{
    return fixture_project(server, "2021Q1", name, 0, "ann", NULL);
}

// ---- what belongs to a project ----------------------------------------------------------------

// Broken when subtasks do not belong to their task's project, or when the binding further up wins
// over the nearer one.
static void r30_a_binding_is_inherited_and_the_nearest_wins(void **state)
{
    (void)state;
    plan_push(server, "tree", house, HOUSE);
    fixture_bind(server, "tree", 0, red);
    fixture_bind(server, "tree", 4, blue);
    const Okr__PlanTaskList *all = plan_tasks(server, "tree", 0, 0, false);
    assert_int_equal(plan_task(all, 0)->project_id, red);
    assert_true(plan_task(all, 0)->bound_here);
    assert_int_equal(plan_task(all, 2)->project_id, red);
    assert_false(plan_task(all, 2)->bound_here);
    assert_int_equal(plan_task(all, 4)->project_id, blue);
    assert_int_equal(plan_task(all, 5)->project_id, blue);
    assert_string_equal(plan_uids(plan_tasks(server, "tree", 0, red, false)), "0 1 2 3");
    assert_string_equal(plan_uids(plan_tasks(server, "tree", 0, blue, false)), "4 5");

    Okr__UnbindTaskRequest away = unbinding("tree", 4, 1);
    must(server, "pm", RPC_PLAN_UNBIND_TASK, &away);
    assert_string_equal(plan_uids(plan_tasks(server, "tree", 0, red, false)), "0 1 2 3 4 5");
    away = unbinding("tree", 0, 1);
    must(server, "pm", RPC_PLAN_UNBIND_TASK, &away);
    assert_string_equal(plan_uids(plan_tasks(server, "tree", 0, red, false)), "");
}

// Broken when a new version, a new name, another place or another parent loses the binding, or when
// a task that comes back is not bound any more.
static void r30_a_binding_survives_resync_rename_and_move(void **state)
{
    (void)state;
    plan_push(server, "moves", house, HOUSE);
    fixture_bind(server, "moves", 3, red);
    fixture_bind(server, "moves", 4, blue);
    // Pour is renamed, moves to another place, and below Walls; Bricks moves out of Walls.
    static const struct plan_row moved[] = {
        {0, PLAN_NO_PARENT, "The house", 0, 0, false, false},
        {5, 0, "Bricks", 300, 0, false, false},
        {4, 0, "Walls and floor", 0, 0, false, false},
        {3, 4, "Pour concrete", 450, 50, false, false},
        {7, 4, "Paint", 100, 0, false, false},
    };
    plan_push(server, "moves", moved, 5);
    assert_string_equal(plan_uids(plan_tasks(server, "moves", 0, red, false)), "3");
    assert_string_equal(plan_uids(plan_tasks(server, "moves", 0, blue, false)), "4 7");
    const Okr__BindingList *list = bindings("moves");
    assert_int_equal(list->n_bindings, 2);
    assert_string_equal(list->bindings[0]->task_name, "Pour concrete");
    assert_string_equal(list->bindings[0]->project_name, "Red");
    assert_int_equal(list->bindings[0]->version, 1);
    assert_false(list->bindings[0]->task_gone);

    plan_push(server, "moves", moved, 1);
    list = bindings("moves");
    assert_int_equal(list->n_bindings, 2);
    assert_true(list->bindings[0]->task_gone && list->bindings[1]->task_gone);
    assert_string_equal(list->bindings[0]->task_name, "Pour");
    plan_push(server, "moves", house, HOUSE);
    assert_string_equal(plan_uids(plan_tasks(server, "moves", 0, blue, false)), "4 5");
    // An older version is shown with the bindings of today, on the tree that it had.
    assert_string_equal(plan_uids(plan_tasks(server, "moves", 2, blue, false)), "4 7");
}

// Broken when bound effort is called unbound, or unbound effort is not found (R8): summary rows,
// blank and inactive ones are no effort.
static void r30_unbound_effort_is_listed(void **state)
{
    (void)state;
    static const struct plan_row rows[] = {
        {1, PLAN_NO_PARENT, "Group", 500, 0, false, false},
        {2, 1, "Bound", 100, 0, false, false},
        {3, 1, "Unbound", 400, 0, false, false},
        {4, PLAN_NO_PARENT, "Blank", 0, 0, true, false},
        {5, PLAN_NO_PARENT, "Inactive", 50, 0, false, true},
    };
    plan_push(server, "loose", rows, 5);
    fixture_bind(server, "loose", 2, red);
    assert_string_equal(plan_uids(plan_tasks(server, "loose", 0, 0, true)), "3");
    plan_push(server, "loose", rows, 4);
    assert_string_equal(plan_uids(plan_tasks(server, "loose", 1, 0, true)), "3");
}

// Broken when a project's progress counts summary rows (whose work is that of their subtasks),
// inactive rows or other projects' tasks, or is not renewed with a binding or a version.
static void r30_progress_follows_bindings_and_versions(void **state)
{
    (void)state;
    int64_t project = new_project("Counted");
    struct plan_row rows[HOUSE];
    memcpy(rows, house, sizeof rows);
    rows[1].work = 1000; // the roll-up of Dig and Pour
    plan_push(server, "counted", rows, HOUSE);
    fixture_bind(server, "counted", 1, project);
    const Okr__Progress *p = progress(project);
    assert_int_equal(p->tasks, 2);
    assert_true(p->planned_work == 1000);
    assert_true(p->percent == 80); // (600 × 100 + 400 × 50) ÷ 1000

    rows[2].percent = 150; // counts as 100
    rows[3].percent = -5;  // counts as 0
    plan_push(server, "counted", rows, HOUSE);
    assert_true(progress(project)->percent == 60);
    rows[2].inactive = true;
    plan_push(server, "counted", rows, HOUSE);
    assert_int_equal(progress(project)->tasks, 1);
    assert_true(progress(project)->planned_work == 400);
    Okr__UnbindTaskRequest away = unbinding("counted", 1, 1);
    must(server, "pm", RPC_PLAN_UNBIND_TASK, &away);
    p = progress(project);
    assert_true(!p || p->tasks == 0);
}

// ---- who binds, and to what -------------------------------------------------------------------

// Broken when a binding replaces another that its author has not seen (R53).
static void r30_a_binding_is_replaced_only_by_who_saw_it(void **state)
{
    (void)state;
    plan_push(server, "versions", house, HOUSE);
    Okr__BindTaskRequest request = binding("versions", 2, red, 1);
    Okr__Code aborted = OKR__CODE__CODE_ABORTED;
    Okr__Reason why = OKR__REASON__REASON_VERSION_CONFLICT;
    refused(server, "pm", RPC_PLAN_BIND_TASK, &request, aborted, why); // there is none
    request = binding("versions", 2, red, 0);
    assert_int_equal(((Okr__Binding *)must(server, "pm", RPC_PLAN_BIND_TASK, &request))->version,
                     1);
    request = binding("versions", 2, blue, 0);
    const Okr__Status *status = refused(server, "pm", RPC_PLAN_BIND_TASK, &request, aborted, why);
    assert_int_equal(status->conflict->current_version, 1);
    Okr__Binding *current =
        okr__binding__unpack(NULL, status->conflict->current.len, status->conflict->current.data);
    assert_int_equal(current->project_id, red);
    assert_string_equal(current->project_name, "Red");
    okr__binding__free_unpacked(current, NULL);
    request = binding("versions", 2, blue, 1);
    assert_int_equal(((Okr__Binding *)must(server, "pm", RPC_PLAN_BIND_TASK, &request))->version,
                     2);

    Okr__UnbindTaskRequest away = unbinding("versions", 2, 1);
    refused(server, "pm", RPC_PLAN_UNBIND_TASK, &away, aborted, why);
    away.version = 2;
    must(server, "pm", RPC_PLAN_UNBIND_TASK, &away);
    refused(server, "pm", RPC_PLAN_UNBIND_TASK, &away, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

static void may_not_bind(Okr__BindTaskRequest request, const char *field)
{
    const Okr__Status *status =
        refused(server, "pm", RPC_PLAN_BIND_TASK, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                OKR__REASON__REASON_NOT_EXISTING);
    assert_string_equal(first_field(status), field);
}

// Broken when a binding names what is not there, or hands work to a project that is not wanted.
static void r30_a_binding_needs_a_task_and_a_living_project(void **state)
{
    (void)state;
    plan_push(server, "needs", house, HOUSE);
    may_not_bind(binding("nowhere", 2, red, 0), "source");
    may_not_bind(binding("needs", 99, red, 0), "task_uid");
    may_not_bind(binding("needs", 2, 4711, 0), "project_id");
    int64_t project = new_project("Dropped");
    fixture_decide(server, project, OKR__DECISION__DECISION_DROP, "not wanted");
    Okr__BindTaskRequest request = binding("needs", 2, project, 0);
    refused(server, "pm", RPC_PLAN_BIND_TASK, &request, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_WRONG_STATE);
    request = binding("needs", 2, red, 0);
    static const char *const others[] = {"dev", "pdm", "ann", "eve", "admin"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        refused(server, others[i], RPC_PLAN_BIND_TASK, &request, OKR__CODE__CODE_PERMISSION_DENIED,
                OKR__REASON__REASON_ROLE_REQUIRED);
    assert_int_equal(bindings("needs")->n_bindings, 0);
}

// Broken when binding a task changes a field of the plan (R28).
static void r28_binding_leaves_the_plan_as_it_is(void **state)
{
    (void)state;
    const Okr__PlanVersion *before = plan_push(server, "asis", house, HOUSE);
    const Okr__PlanTask *old = plan_task(plan_tasks(server, "asis", 0, 0, false), 3);
    fixture_bind(server, "asis", 3, red);
    const Okr__PlanTask *now = plan_task(plan_tasks(server, "asis", 0, 0, false), 3);
    assert_string_equal(old->name, now->name);
    assert_true(old->work == now->work && old->percent_complete == now->percent_complete);
    assert_int_equal(old->position, now->position);
    const Okr__PlanVersion *after = plan_version(server, "asis", 0);
    assert_int_equal(before->number, after->number);
    assert_int_equal(before->revision, after->revision);
    assert_string_equal(before->content_hash, after->content_hash);
}

// ---- people -----------------------------------------------------------------------------------

static const char *member_of(const char *source, int64_t uid)
{
    Okr__ListPeopleRequest request = OKR__LIST_PEOPLE_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    const Okr__PeopleList *list = must(server, "eve", RPC_PLAN_LIST_PEOPLE, &request);
    for (size_t i = 0; i < list->n_people; i++)
        if (list->people[i]->resource_uid == uid)
            return list->people[i]->member ? list->people[i]->member : "-";
    return "not listed";
}

static void set_email(const char *handle, const char *email)
{
    Okr__ListMembersRequest list = OKR__LIST_MEMBERS_REQUEST__INIT;
    const Okr__MemberList *members = must(server, "admin", RPC_MEMBER_LIST_MEMBERS, &list);
    Okr__UpdateMemberRequest request = OKR__UPDATE_MEMBER_REQUEST__INIT;
    request.handle = (char *)(uintptr_t)handle;
    request.email = (char *)(uintptr_t)email;
    request.has_version = true;
    for (size_t i = 0; i < members->n_members; i++)
        if (strcmp(members->members[i]->handle, handle) == 0)
            request.version = members->members[i]->version;
    must(server, "admin", RPC_MEMBER_UPDATE_MEMBER, &request);
}

// Broken when a resource is matched to the wrong member, to one of two, or when publishing undoes
// what the program manager has said.
static void r30_resources_are_matched_by_mail_and_mappings_are_kept(void **state)
{
    (void)state;
    set_email("ann", "ann@example.com");
    set_email("bob", "same@example.com");
    set_email("eve", "Same@example.com");
    static const struct plan_person people[] = {
        {1, "Ann", "ANN@Example.com"},
        {2, "Bob or Eve", "same@example.com"},
        {3, "Nobody", NULL},
        {4, "Somebody else", "other@example.com"},
    };
    plan_push_people(server, "people", people, 4);
    assert_string_equal(member_of("people", 1), "ann");
    assert_string_equal(member_of("people", 2), "-");
    assert_string_equal(member_of("people", 3), "-");
    assert_string_equal(member_of("people", 4), "-");

    fixture_map(server, "people", 1, "kim");
    fixture_map(server, "people", 3, "bob");
    plan_push_people(server, "people", people, 2);
    assert_string_equal(member_of("people", 1), "kim");
    assert_string_equal(member_of("people", 3), "bob"); // gone from the plan, not forgotten
    fixture_map(server, "people", 3, NULL);
    assert_string_equal(member_of("people", 3), "not listed");
}

static void may_not_map(const char *source, int64_t uid, const char *member, const char *field)
{
    Okr__MapPersonRequest request = OKR__MAP_PERSON_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    request.has_resource_uid = true;
    request.resource_uid = uid;
    request.member = (char *)(uintptr_t)member;
    const Okr__Status *status =
        refused(server, "pm", RPC_PLAN_MAP_PERSON, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                OKR__REASON__REASON_NOT_EXISTING);
    assert_string_equal(first_field(status), field);
}

// Broken when a mapping names what is not there.
static void r30_a_mapping_needs_a_resource_and_a_member(void **state)
{
    (void)state;
    static const struct plan_person people[] = {{1, "Ann", NULL}};
    plan_push_people(server, "staff", people, 1);
    may_not_map("nowhere", 1, "ann", "source");
    may_not_map("staff", 2, "ann", "resource_uid");
    may_not_map("staff", 1, "zoe", "member");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(r30_a_binding_is_inherited_and_the_nearest_wins, clear),
        cmocka_unit_test_teardown(r30_a_binding_survives_resync_rename_and_move, clear),
        cmocka_unit_test_teardown(r30_unbound_effort_is_listed, clear),
        cmocka_unit_test_teardown(r30_progress_follows_bindings_and_versions, clear),
        cmocka_unit_test_teardown(r30_a_binding_is_replaced_only_by_who_saw_it, clear),
        cmocka_unit_test_teardown(r30_a_binding_needs_a_task_and_a_living_project, clear),
        cmocka_unit_test_teardown(r28_binding_leaves_the_plan_as_it_is, clear),
        cmocka_unit_test_teardown(r30_resources_are_matched_by_mail_and_mappings_are_kept, clear),
        cmocka_unit_test_teardown(r30_a_mapping_needs_a_resource_and_a_member, clear),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
