// R30: who a task is, over pushes of a real okrd: what is said of a task (its project, weekly
// goals) follows it wherever the file puts it, and where the file does not tell, a person does.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/plan_fixture.h"
#include "tests/support/week_fixture.h"

static struct okrd *server;
static int64_t project;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    fixture_quarter(server, "2021Q1");
    project = fixture_project(server, "2021Q1", "Project",
                              fixture_kr(server, fixture_objective(server, "2021Q1", "O"), "KR"),
                              "ann", "eve");
    fixture_open(server, "2021Q1");
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

enum { ROWS = 8 };

// Eight tasks; "Build" is the fourth.
static void fill(struct plan_row rows[ROWS])
{
    static const char *const names[ROWS] = {"Ask",  "Draw", "Agree", "Build",
                                            "Test", "Ship", "Watch", "Learn"};
    for (int i = 0; i < ROWS; i++)
        rows[i] = (struct plan_row){
            .uid = i + 1, .parent = PLAN_NO_PARENT, .name = names[i], .work = 480};
}

static const Okr__Binding *binding_of(const char *source)
{
    Okr__ListBindingsRequest request = OKR__LIST_BINDINGS_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    const Okr__BindingList *list = must(server, "eve", RPC_PLAN_LIST_BINDINGS, &request);
    assert_int_equal(list->n_bindings, 1);
    return list->bindings[0];
}

static int64_t goal_on(const char *source, int64_t task)
{
    Okr__AddGoalRequest request = OKR__ADD_GOAL_REQUEST__INIT;
    Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
    request.has_project_id = true;
    request.project_id = project;
    request.week = (char *)(uintptr_t) "2021-W06";
    request.goal = &goal;
    goal.text = (char *)(uintptr_t) "Reach it";
    goal.source = (char *)(uintptr_t)source;
    goal.has_task_uid = true;
    goal.task_uid = task;
    const Okr__Goal *made = must(server, "ann", RPC_WEEK_ADD_GOAL, &request);
    return made->id;
}

static int64_t task_of_goal(int64_t id)
{
    const Okr__ProjectWeek *week = fixture_week(server, project, "2021-W06");
    for (size_t i = 0; i < week->n_goals; i++)
        if (week->goals[i]->id == id)
            return week->goals[i]->task_uid;
    fail_msg("goal %lld is not there", (long long)id);
    return 0;
}

// Broken when a binding or a goal stays with the number, which is another task's by now.
static void r30_a_renumbered_plan_keeps_its_bindings(void **state)
{
    (void)state;
    struct plan_row rows[ROWS], moved[ROWS];
    fill(rows);
    plan_push(server, "renumbered", rows, ROWS);
    fixture_bind(server, "renumbered", 4, project);
    int64_t goal = goal_on("renumbered", 4);
    for (int i = 0; i < ROWS; i++) { // another program: numbered by position, backwards, no GUIDs
        moved[i] = rows[ROWS - 1 - i];
        moved[i].uid = PLAN_NEW_GUID + i + 1;
    }
    plan_push(server, "renumbered", moved, ROWS);
    const Okr__PlanTaskList *tasks = plan_tasks(server, "renumbered", 0, project, false);
    assert_int_equal(tasks->n_tasks, 1);
    assert_string_equal(tasks->tasks[0]->name, "Build");
    assert_int_equal(binding_of("renumbered")->task_uid, tasks->tasks[0]->uid);
    assert_int_equal(task_of_goal(goal), tasks->tasks[0]->uid);
}

static const Okr__PlanQuestionList *questions(const char *source)
{
    Okr__ListPlanQuestionsRequest request = OKR__LIST_PLAN_QUESTIONS_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    return must(server, "eve", RPC_PLAN_LIST_PLAN_QUESTIONS, &request);
}

// The fourth task vanishes and another one of its name stands at the end, under a new number: cut
// and pasted, or made anew.
static void cut_and_paste(struct plan_row rows[ROWS])
{
    memmove(&rows[3], &rows[4], 4 * sizeof *rows);
    rows[ROWS - 1] =
        (struct plan_row){.uid = 40, .parent = 8, .name = "Build", .work = 4800, .percent = 10};
}

// Publishes that. The key of the task that it may be.
static int64_t ask(const char *source)
{
    struct plan_row rows[ROWS];
    fill(rows);
    plan_push(server, source, rows, ROWS);
    fixture_bind(server, source, 4, project);
    cut_and_paste(rows);
    plan_push(server, source, rows, ROWS);
    const Okr__PlanQuestionList *list = questions(source);
    assert_int_equal(list->n_questions, 1);
    assert_int_equal(list->questions[0]->task_uid, 40);
    assert_string_equal(list->questions[0]->candidates[0]->task_name, "Build");
    assert_true(binding_of(source)->task_gone);
    return list->questions[0]->candidates[0]->key;
}

static bool todo_has(const char *who, const char *source)
{
    Okr__GetTodoRequest request = OKR__GET_TODO_REQUEST__INIT;
    const Okr__Todo *todo = must(server, who, RPC_INSIGHT_GET_TODO, &request);
    for (size_t i = 0; i < todo->n_items; i++)
        if (todo->items[i]->kind == OKR__TODO_KIND__TODO_KIND_ANSWER_PLAN &&
            strcmp(todo->items[i]->subject, source) == 0)
            return true;
    return false;
}

static Okr__ResolvePlanQuestionRequest answer(const char *source)
{
    Okr__ResolvePlanQuestionRequest request = OKR__RESOLVE_PLAN_QUESTION_REQUEST__INIT;
    request.source = (char *)(uintptr_t)source;
    request.has_task_uid = true;
    request.task_uid = 40;
    return request;
}

// Broken when an ambiguous task is guessed, nobody is asked, somebody else may answer, or the
// answer does not bring back what was said of the task.
static void r30_an_ambiguous_task_is_asked_about(void **state)
{
    (void)state;
    int64_t key = ask("asked");
    assert_true(todo_has("pm", "asked"));
    assert_false(todo_has("dev", "asked"));
    Okr__ResolvePlanQuestionRequest request = answer("asked");
    request.has_same_as_key = true;
    request.same_as_key = key;
    refused(server, "dev", RPC_PLAN_RESOLVE_PLAN_QUESTION, &request,
            OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    must(server, "pm", RPC_PLAN_RESOLVE_PLAN_QUESTION, &request);
    assert_int_equal(questions("asked")->n_questions, 0);
    assert_false(todo_has("pm", "asked"));
    assert_false(binding_of("asked")->task_gone);
    assert_int_equal(binding_of("asked")->task_uid, 40);
    assert_string_equal(plan_tasks(server, "asked", 0, project, false)->tasks[0]->name, "Build");
}

// Broken when the questions' texts are gone by the time that the differences are there, too.
static void r30_a_preview_asks_what_publishing_would(void **state)
{
    (void)state;
    struct plan_row rows[ROWS];
    fill(rows);
    plan_push(server, "previewed", rows, ROWS);
    cut_and_paste(rows);
    Okr__PreviewPushRequest request = OKR__PREVIEW_PUSH_REQUEST__INIT;
    request.has_upload_id = true;
    request.upload_id = plan_upload(server, "pm", "previewed", rows, ROWS);
    const Okr__PushPreview *preview = must(server, "pm", RPC_PLAN_ANALYSIS_PREVIEW_PUSH, &request);
    assert_int_equal(preview->n_questions, 1);
    assert_int_equal(preview->questions[0]->task_uid, 40);
    assert_string_equal(preview->questions[0]->task_name, "Build");
    assert_int_equal(preview->questions[0]->n_candidates, 1);
    assert_string_equal(preview->questions[0]->candidates[0]->task_name, "Build");
    assert_int_equal(questions("previewed")->n_questions, 0);
}

// Broken when a new task gets what belonged to another one of its name, or is asked about again.
static void r30_a_new_task_is_new(void **state)
{
    (void)state;
    ask("new");
    Okr__ResolvePlanQuestionRequest request = answer("new");
    request.has_is_new = request.is_new = true;
    must(server, "pm", RPC_PLAN_RESOLVE_PLAN_QUESTION, &request);
    assert_int_equal(questions("new")->n_questions, 0);
    assert_true(binding_of("new")->task_gone);
    assert_int_equal(plan_tasks(server, "new", 0, project, false)->n_tasks, 0);
    refused(server, "pm", RPC_PLAN_RESOLVE_PLAN_QUESTION, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

// Broken when a task that comes back after it was away for versions is not the one it was.
static void r30_a_task_comes_back(void **state)
{
    (void)state;
    struct plan_row rows[ROWS], without[ROWS];
    fill(rows);
    plan_push(server, "back", rows, ROWS);
    fixture_bind(server, "back", 8, project);
    memcpy(without, rows, sizeof rows);
    plan_push(server, "back", without, ROWS - 1);
    without[0].name = "Ask again";
    plan_push(server, "back", without, ROWS - 1);
    assert_true(binding_of("back")->task_gone);
    rows[7].percent = 30;
    plan_push(server, "back", rows, ROWS);
    assert_false(binding_of("back")->task_gone);
    assert_int_equal(plan_tasks(server, "back", 0, project, false)->n_tasks, 1);
}

// Broken when a plan whose few names say little is another plan, or a heap of questions, as soon as
// a program numbers it anew: it stands in the order in which it stood.
static void r30_a_plan_of_few_names_is_known_by_its_order(void **state)
{
    (void)state;
    struct plan_row rows[16];
    for (int i = 0; i < 16; i++)
        rows[i] = (struct plan_row){.uid = PLAN_NEW_GUID + 401 + i,
                                    .parent = PLAN_NO_PARENT,
                                    .name = i % 2 ? "Weld" : "Cut"};
    plan_push(server, "few-names", rows, 16);
    fixture_bind(server, "few-names", 408, project);
    for (int i = 0; i < 16; i++)
        rows[i].uid = PLAN_NEW_GUID + 1 + i;
    plan_push(server, "few-names", rows, 16);
    assert_int_equal(binding_of("few-names")->task_uid, 8);
    Okr__ListPlanQuestionsRequest request = OKR__LIST_PLAN_QUESTIONS_REQUEST__INIT;
    request.source = (char *)(uintptr_t) "few-names";
    const Okr__PlanQuestionList *list = must(server, "pm", RPC_PLAN_LIST_PLAN_QUESTIONS, &request);
    assert_int_equal(list->n_questions, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(r30_a_renumbered_plan_keeps_its_bindings, clear),
        cmocka_unit_test_teardown(r30_an_ambiguous_task_is_asked_about, clear),
        cmocka_unit_test_teardown(r30_a_preview_asks_what_publishing_would, clear),
        cmocka_unit_test_teardown(r30_a_new_task_is_new, clear),
        cmocka_unit_test_teardown(r30_a_task_comes_back, clear),
        cmocka_unit_test_teardown(r30_a_plan_of_few_names_is_known_by_its_order, clear),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
