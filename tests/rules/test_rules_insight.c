// The rules of seeing through over a running okrd: from the roadmap down to people and goals and
// back up (R6), where effort goes (R4), and each action that leads to no outcome (R8). Each test
// has a quarter, and where it needs one a plan, of its own.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/plan_fixture.h"
#include "tests/support/roadmap_fixture.h"

static struct okrd *okrd;

#define TEXT(literal) ((char *)(uintptr_t)(literal))
#define WEEK "2021-W06" // today is its Wednesday
#define BEGUN "2021-02-08T09:00:00"
#define LATER "2021-03-01T09:00:00"
#define FINISH "2021-03-12T18:00:00"

static int setup(void **state)
{
    (void)state;
    okrd = okrd_start("2021-02-10T10:00:00+09:00");
    fixture_people(okrd);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    fixture_clear();
    return 0;
}

// --- R6: tracing

struct thing {
    Okr__TraceKind kind;
    int64_t id;
    const char *source;
    int64_t resource; // 0: none
};

#define ROADMAP(id) ((struct thing){OKR__TRACE_KIND__TRACE_KIND_ROADMAP, (id), NULL, 0})
#define OBJECTIVE(id) ((struct thing){OKR__TRACE_KIND__TRACE_KIND_OBJECTIVE, (id), NULL, 0})
#define KR(id) ((struct thing){OKR__TRACE_KIND__TRACE_KIND_KR, (id), NULL, 0})
#define PROJECT(id) ((struct thing){OKR__TRACE_KIND__TRACE_KIND_PROJECT, (id), NULL, 0})
#define TASK(source, uid) ((struct thing){OKR__TRACE_KIND__TRACE_KIND_TASK, (uid), source, 0})
#define ASSIGNMENT(source, uid, resource)                                                          \
    ((struct thing){OKR__TRACE_KIND__TRACE_KIND_ASSIGNMENT, (uid), source, (resource)})
#define GOAL(id) ((struct thing){OKR__TRACE_KIND__TRACE_KIND_GOAL, (id), NULL, 0})

static Okr__TraceRequest request_for(struct thing thing, bool up)
{
    Okr__TraceRequest request = OKR__TRACE_REQUEST__INIT;
    request.has_kind = request.has_id = request.has_up = true;
    request.kind = thing.kind;
    request.id = thing.id;
    request.source = TEXT(thing.source);
    request.has_resource_uid = thing.resource != 0;
    request.resource_uid = thing.resource;
    request.up = up;
    return request;
}

static const Okr__TraceResult *trace(struct thing thing, bool up)
{
    Okr__TraceRequest request = request_for(thing, up);
    return must(okrd, "kim", RPC_INSIGHT_TRACE, &request);
}

static bool is_thing(const Okr__TraceNode *node, struct thing thing)
{
    const char *source = node->source ? node->source : "";
    return node->kind == thing.kind && node->id == thing.id &&
           node->resource_uid == thing.resource &&
           strcmp(source, thing.source ? thing.source : "") == 0;
}

static const Okr__TraceNode *find(const Okr__TraceResult *result, struct thing thing)
{
    for (size_t i = 0; i < result->n_nodes; i++)
        if (is_thing(result->nodes[i], thing))
            return result->nodes[i];
    return NULL;
}

struct step {
    int depth;
    struct thing thing;
};

// The whole result, node by node.
static void assert_steps(const Okr__TraceResult *result, const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n && i < result->n_nodes; i++) {
        const Okr__TraceNode *node = result->nodes[i];
        if (node->depth != steps[i].depth || !is_thing(node, steps[i].thing))
            fail_msg("%zu: kind %d, id %lld at depth %d; expected kind %d, id %lld at depth %d", i,
                     (int)node->kind, (long long)node->id, node->depth, (int)steps[i].thing.kind,
                     (long long)steps[i].thing.id, steps[i].depth);
    }
    assert_int_equal(result->n_nodes, n);
}
#define ASSERT_STEPS(result, steps) assert_steps(result, steps, sizeof(steps) / sizeof *(steps))

static int64_t goal_on_task(int64_t project, const char *text, const char *source, int64_t uid)
{
    Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
    goal.text = TEXT(text);
    goal.source = TEXT(source);
    goal.has_task_uid = true;
    goal.task_uid = uid;
    Okr__AddGoalRequest request = OKR__ADD_GOAL_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = project;
    request.week = TEXT(WEEK);
    request.goal = &goal;
    return ((const Okr__Goal *)must(okrd, "ann", RPC_WEEK_ADD_GOAL, &request))->id;
}

// One of each kind, hanging together; the goals are one on the task and one of the project.
struct chain {
    int64_t item, objective, kr, project, task_goal, goal;
    const char *source;
};

static struct chain chain_of(int year, const char *source)
{
    char quarter[8];
    struct fixture_task tasks[] = {{"Build it", BEGUN, FINISH, 600, 40, 2}};
    struct chain chain = {.source = source};
    snprintf(quarter, sizeof quarter, "%dQ1", year);
    fixture_quarter(okrd, quarter);
    chain.objective = fixture_objective(okrd, quarter, "Grow");
    chain.kr = fixture_kr(okrd, chain.objective, "100 users");
    chain.project = fixture_project(okrd, quarter, "Faster search", chain.kr, "ann", "eve");
    chain.item = roadmap_add(okrd, year, "Sell abroad", 0)->id;
    roadmap_link(okrd, chain.item, TO_OBJECTIVE, chain.objective);
    fixture_plan(okrd, source, tasks, 1);
    fixture_bind(okrd, source, 1, chain.project);
    fixture_map(okrd, source, 2, "eve");
    fixture_open(okrd, quarter);
    chain.task_goal = goal_on_task(chain.project, "Half of it", source, 1);
    chain.goal = fixture_goal(okrd, "ann", chain.project, WEEK, "Tell everybody")->id;
    return chain;
}

// Broken when a level is left out on the way down, or two stand in the wrong order.
static void r6_from_the_roadmap_down_to_people_and_goals(void **state)
{
    (void)state;
    struct chain c = chain_of(2040, "down");
    const Okr__TraceResult *result = trace(ROADMAP(c.item), false);
    const struct step steps[] = {
        {0, ROADMAP(c.item)},    {1, OBJECTIVE(c.objective)}, {2, KR(c.kr)},
        {3, PROJECT(c.project)}, {4, TASK("down", 1)},        {5, ASSIGNMENT("down", 1, 2)},
        {5, GOAL(c.task_goal)},  {4, GOAL(c.goal)},
    };
    ASSERT_STEPS(result, steps);
    assert_false(result->truncated);
    const Okr__TraceNode *task = find(result, TASK("down", 1));
    assert_string_equal(task->text, "Build it");
    assert_true(task->percent == 40 && task->work == 600);
    const Okr__TraceNode *assignment = find(result, ASSIGNMENT("down", 1, 2));
    assert_string_equal(assignment->member, "eve");
    assert_true(assignment->work == 600);
    const Okr__TraceNode *goal = find(result, GOAL(c.goal));
    assert_string_equal(goal->period, WEEK);
    assert_string_equal(goal->member, "ann");
}

// Broken when any of these does not lead back up to the roadmap item.
static void r6_from_a_goal_up_to_the_roadmap(void **state)
{
    (void)state;
    struct chain c = chain_of(2041, "up");
    const struct step from_goal[] = {
        {0, GOAL(c.goal)},           {1, PROJECT(c.project)}, {2, KR(c.kr)},
        {3, OBJECTIVE(c.objective)}, {4, ROADMAP(c.item)},
    };
    ASSERT_STEPS(trace(GOAL(c.goal), true), from_goal);
    const struct step from_task_goal[] = {
        {0, GOAL(c.task_goal)}, {1, TASK("up", 1)},          {2, PROJECT(c.project)},
        {3, KR(c.kr)},          {4, OBJECTIVE(c.objective)}, {5, ROADMAP(c.item)},
    };
    ASSERT_STEPS(trace(GOAL(c.task_goal), true), from_task_goal);
    const struct step from_assignment[] = {
        {0, ASSIGNMENT("up", 1, 2)}, {1, TASK("up", 1)},   {2, PROJECT(c.project)}, {3, KR(c.kr)},
        {4, OBJECTIVE(c.objective)}, {5, ROADMAP(c.item)},
    };
    ASSERT_STEPS(trace(ASSIGNMENT("up", 1, 2), true), from_assignment);
}

// Broken when one of the kinds cannot be asked for, or what is found going down from one thing does
// not find it going up.
static void r6_each_kind_both_ways(void **state)
{
    (void)state;
    struct chain c = chain_of(2042, "both");
    const struct thing levels[] = {
        ROADMAP(c.item),    OBJECTIVE(c.objective), KR(c.kr),
        PROJECT(c.project), TASK("both", 1),        ASSIGNMENT("both", 1, 2),
    };
    enum { LEVELS = sizeof levels / sizeof *levels };
    for (size_t high = 0; high < LEVELS; high++) {
        const Okr__TraceResult *down = trace(levels[high], false);
        for (size_t low = high; low < LEVELS; low++) {
            assert_non_null(find(down, levels[low]));
            assert_non_null(find(trace(levels[low], true), levels[high]));
        }
        // An assignment is a person on the task; goals hang on the task beside it.
        bool above = levels[high].kind != OKR__TRACE_KIND__TRACE_KIND_ASSIGNMENT;
        assert_int_equal(find(down, GOAL(c.task_goal)) != NULL, above);
        assert_int_equal(find(trace(GOAL(c.task_goal), true), levels[high]) != NULL, above);
    }
}

// Broken when a project that serves two KRs is missing under one, or its branch is told twice.
static void r6_what_hangs_on_two_is_shown_under_both(void **state)
{
    (void)state;
    fixture_quarter(okrd, "2043Q1");
    int64_t objective = fixture_objective(okrd, "2043Q1", "Grow");
    int64_t krs[] = {fixture_kr(okrd, objective, "One"), fixture_kr(okrd, objective, "Two")};
    Okr__ProposeRequest propose = OKR__PROPOSE_REQUEST__INIT;
    propose.quarter = TEXT("2043Q1");
    propose.name = TEXT("For both");
    propose.n_kr_ids = 2;
    propose.kr_ids = krs;
    int64_t project =
        ((const Okr__Project *)must(okrd, "dev", RPC_PROJECT_PROPOSE_LINKED, &propose))->id;
    int64_t item = roadmap_add(okrd, 2043, "Sell abroad", 0)->id;
    roadmap_link(okrd, item, TO_OBJECTIVE, objective);
    roadmap_link(okrd, item, TO_PROJECT, project);
    fixture_decide(okrd, project, OKR__DECISION__DECISION_ACCEPT, NULL);
    static const struct fixture_task tasks[] = {{"Build it", BEGUN, FINISH, 60, 0, 0}};
    fixture_plan(okrd, "two", tasks, 1);
    fixture_bind(okrd, "two", 1, project);
    const Okr__TraceResult *down = trace(ROADMAP(item), false);
    const struct step steps[] = {
        {0, ROADMAP(item)},    {1, OBJECTIVE(objective)}, {2, KR(krs[0])},
        {3, PROJECT(project)}, {4, TASK("two", 1)},       {2, KR(krs[1])},
        {3, PROJECT(project)}, {1, PROJECT(project)},
    };
    ASSERT_STEPS(down, steps);
    assert_false(down->nodes[3]->again);
    assert_true(down->nodes[6]->again);
    const struct step up[] = {
        {0, TASK("two", 1)},       {1, PROJECT(project)}, {2, KR(krs[0])},
        {3, OBJECTIVE(objective)}, {4, ROADMAP(item)},    {2, KR(krs[1])},
        {3, OBJECTIVE(objective)}, {2, ROADMAP(item)},
    };
    ASSERT_STEPS(trace(TASK("two", 1), true), up);
}

// Broken when a summary task does not lead to the work below it, or a plan whose rows are each
// other's parents is walked for ever.
static void r6_a_summary_task_leads_to_what_is_below_it(void **state)
{
    (void)state;
    static const struct plan_row rows[] = {
        {1, PLAN_NO_PARENT, "Phase", 0, 0, false, false},
        {2, 1, "Step", 0, 0, false, false},
        {3, 2, "Work", 60, 0, false, false},
        {4, 5, "Egg", 60, 0, false, false},
        {5, 4, "Hen", 60, 0, false, false},
    };
    fixture_quarter(okrd, "2044Q1");
    int64_t project = fixture_project(okrd, "2044Q1", "Side", 0, NULL, NULL);
    plan_push(okrd, "outline", rows, 5);
    fixture_bind(okrd, "outline", 1, project);
    const struct step down[] = {
        {0, TASK("outline", 1)}, {1, TASK("outline", 2)}, {2, TASK("outline", 3)}};
    ASSERT_STEPS(trace(TASK("outline", 1), false), down);
    const struct step leaf[] = {{0, PROJECT(project)}, {1, TASK("outline", 3)}};
    ASSERT_STEPS(trace(PROJECT(project), false), leaf);
    const struct step up[] = {{0, TASK("outline", 2)}, {1, PROJECT(project)}};
    ASSERT_STEPS(trace(TASK("outline", 2), true), up);
    assert_non_null(find(trace(TASK("outline", 4), false), TASK("outline", 5)));
    fixture_bind(okrd, "outline", 4, project);
    fixture_bind(okrd, "outline", 5, project); // or another test finds them unbound
}

// Broken when what was dropped is work that still seems to be done, or a goal does not say that
// what it was for was dropped.
static void r6_dropped_things_end_the_way_down_and_are_named_on_the_way_up(void **state)
{
    (void)state;
    struct chain c = chain_of(2045, "dropped");
    fixture_decide(okrd, c.project, OKR__DECISION__DECISION_DROP, "too late");
    fixture_drop_kr(okrd, c.kr);
    const struct step down[] = {{0, ROADMAP(c.item)}, {1, OBJECTIVE(c.objective)}};
    ASSERT_STEPS(trace(ROADMAP(c.item), false), down);
    const Okr__TraceResult *up = trace(GOAL(c.goal), true);
    assert_non_null(find(up, ROADMAP(c.item)));
    assert_int_equal(find(up, PROJECT(c.project))->state,
                     OKR__PROJECT_STATE__PROJECT_STATE_DROPPED);
    assert_true(find(up, KR(c.kr))->dropped);
}

static void assert_not_there(struct thing thing)
{
    Okr__TraceRequest request = request_for(thing, true);
    refused(okrd, "kim", RPC_INSIGHT_TRACE, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
    request.up = false;
    refused(okrd, "kim", RPC_INSIGHT_TRACE, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

// Broken when what is not there is answered as if nothing hung together with it.
static void r6_what_is_not_there_is_said_to_be_missing(void **state)
{
    (void)state;
    assert_not_there(ROADMAP(999999));
    assert_not_there(OBJECTIVE(999999));
    assert_not_there(KR(999999));
    assert_not_there(PROJECT(999999));
    assert_not_there(GOAL(999999));
    assert_not_there(TASK("nowhere", 1));
    static const struct fixture_task tasks[] = {{"Alone", BEGUN, FINISH, 0, 0, 0}};
    fixture_plan(okrd, "alone", tasks, 1);
    assert_not_there(TASK("alone", 2));
    assert_not_there(ASSIGNMENT("alone", 1, 2));
    Okr__TraceRequest request = OKR__TRACE_REQUEST__INIT;
    refused(okrd, "kim", RPC_INSIGHT_TRACE, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_REQUIRED);
}

// --- R4, R8: coverage

static const Okr__Coverage *coverage_of(const char *who, const char *quarter)
{
    Okr__GetCoverageRequest request = OKR__GET_COVERAGE_REQUEST__INIT;
    request.quarter = TEXT(quarter);
    return must(okrd, who, RPC_INSIGHT_GET_COVERAGE, &request);
}

static const Okr__CoverageGap *gap_in(const Okr__Coverage *coverage, Okr__GapKind kind, int64_t id)
{
    for (size_t i = 0; i < coverage->n_gaps; i++)
        if (coverage->gaps[i]->kind == kind && coverage->gaps[i]->id == id)
            return coverage->gaps[i];
    return NULL;
}

static const Okr__CoverageGap *gap(const char *quarter, Okr__GapKind kind, int64_t id)
{
    return gap_in(coverage_of("kim", quarter), kind, id);
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-6))
        fail_msg("%g, expected %g", value, expected);
}

static const Okr__CoverageGap *unbound(const Okr__Coverage *coverage, const char *source,
                                       int64_t uid)
{
    for (size_t i = 0; i < coverage->n_gaps; i++) {
        const Okr__CoverageGap *at = coverage->gaps[i];
        if (at->kind == OKR__GAP_KIND__GAP_KIND_UNBOUND_EFFORT && at->id == uid &&
            strcmp(at->source, source) == 0)
            return at;
    }
    return NULL;
}

// Broken when effort is counted for the wrong side, or not everybody can see it.
static void r4_everyone_sees_where_the_effort_goes(void **state)
{
    (void)state;
    static const struct fixture_task tasks[] = {
        {"For the KR", BEGUN, FINISH, 600, 0, 0},
        {"Beside it", BEGUN, FINISH, 120, 0, 0},
        {"For nothing", "2050-03-01T09:00:00", "2050-04-08T18:00:00", 30, 0, 0},
    };
    static const char *const everybody[] = {"kim", "eve", "pdm", "bi", "admin"};
    fixture_quarter(okrd, "2050Q1");
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2050Q1", "Grow"), "100 users");
    int64_t linked = fixture_project(okrd, "2050Q1", "Linked", kr, NULL, NULL);
    int64_t side = fixture_project(okrd, "2050Q1", "Side", 0, NULL, NULL);
    fixture_plan(okrd, "effort", tasks, 3);
    fixture_bind(okrd, "effort", 1, linked);
    fixture_bind(okrd, "effort", 2, side);
    for (size_t i = 0; i < sizeof everybody / sizeof *everybody; i++) {
        const Okr__Coverage *coverage = coverage_of(everybody[i], "2050Q1");
        assert_near(coverage->work_for_krs, 600);
        assert_near(coverage->work_for_side, 120);
        assert_near(coverage->work_unbound, 30);
        assert_near(unbound(coverage, "effort", 3)->work, 30);
    }
    // It reaches into the next quarter, and not into the one after that.
    fixture_quarter(okrd, "2050Q2");
    fixture_quarter(okrd, "2050Q3");
    assert_near(coverage_of("kim", "2050Q2")->work_unbound, 30);
    assert_int_equal(coverage_of("kim", "2050Q2")->unbound_tasks, 1);
    assert_near(coverage_of("kim", "2050Q3")->work_unbound, 0);
    assert_int_equal(coverage_of("kim", "2050Q3")->unbound_tasks, 0);
    fixture_bind(okrd, "effort", 3, side);
    assert_near(coverage_of("kim", "2050Q1")->work_unbound, 0);
}

// Broken when unbound work is told leaf by leaf, is missing where a part of it is bound, or is
// still told when it is bound.
static void r8_unbound_effort_by_its_highest_tasks(void **state)
{
    (void)state;
    static const struct plan_row rows[] = {
        {1, PLAN_NO_PARENT, "Partly bound", 0, 0, false, false},
        {2, 1, "Bound", 60, 0, false, false},
        {3, 1, "Nobody's phase", 0, 0, false, false},
        {4, 3, "One", 30, 0, false, false},
        {5, 3, "Two", 50, 0, false, false},
        {6, 3, "Put aside", 1000, 0, false, true},
        {7, PLAN_NO_PARENT, "Nobody's task", 10, 0, false, false},
        {8, PLAN_NO_PARENT, "Milestone", 0, 0, false, false},
    };
    fixture_quarter(okrd, "2051Q1");
    int64_t project = fixture_project(okrd, "2051Q1", "Side", 0, NULL, NULL);
    plan_push(okrd, "unbound", rows, 8);
    fixture_bind(okrd, "unbound", 2, project);
    const Okr__Coverage *coverage = coverage_of("kim", "2051Q1");
    assert_near(unbound(coverage, "unbound", 3)->work, 80);
    assert_string_equal(unbound(coverage, "unbound", 3)->text, "Nobody's phase");
    assert_near(unbound(coverage, "unbound", 7)->work, 10);
    assert_int_equal(coverage->unbound_tasks, 2); // neither leaves nor what has no work
    assert_near(coverage->work_unbound, 90);
    fixture_bind(okrd, "unbound", 3, project);
    fixture_bind(okrd, "unbound", 7, project);
    assert_int_equal(coverage_of("kim", "2051Q1")->unbound_tasks, 0);
    fixture_bind(okrd, "unbound", 8, project);
}

// Broken when a proposal covers a KR, or an accepted project does not.
static void r8_a_kr_without_a_project(void **state)
{
    (void)state;
    const Okr__GapKind kind = OKR__GAP_KIND__GAP_KIND_KR_WITHOUT_PROJECT;
    fixture_quarter(okrd, "2052Q1");
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2052Q1", "Grow"), "100 users");
    assert_non_null(gap("2052Q1", kind, kr));
    int64_t project = fixture_propose(okrd, "2052Q1", "Search", kr)->id;
    assert_string_equal(gap("2052Q1", kind, kr)->text, "100 users");
    fixture_decide(okrd, project, OKR__DECISION__DECISION_ACCEPT, NULL);
    assert_null(gap("2052Q1", kind, kr));
    fixture_decide(okrd, project, OKR__DECISION__DECISION_DROP, "too late");
    assert_non_null(gap("2052Q1", kind, kr));
    fixture_drop_kr(okrd, kr);
    assert_null(gap("2052Q1", kind, kr));
}

// Broken when a project that nobody is assigned to is not told, or one of several tasks with
// somebody does not do.
static void r8_a_project_without_an_assignment(void **state)
{
    (void)state;
    const Okr__GapKind kind = OKR__GAP_KIND__GAP_KIND_PROJECT_WITHOUT_ASSIGNMENT;
    static const struct fixture_task tasks[] = {
        {"Nobody", LATER, FINISH, 60, 0, 0},
        {"Somebody", LATER, FINISH, 60, 0, 1},
    };
    fixture_quarter(okrd, "2053Q1");
    int64_t project = fixture_project(okrd, "2053Q1", "Side", 0, NULL, NULL);
    fixture_plan(okrd, "assigned", tasks, 2);
    fixture_bind(okrd, "assigned", 1, project);
    assert_non_null(gap("2053Q1", kind, project));
    fixture_bind(okrd, "assigned", 2, project);
    assert_null(gap("2053Q1", kind, project));
    int64_t proposed = fixture_propose(okrd, "2053Q1", "An idea", 0)->id;
    assert_null(gap("2053Q1", kind, proposed));
}

// Broken when a project under way may go a week without a goal unseen, or one that has not begun is
// asked for goals.
static void r8_a_project_under_way_without_a_goal(void **state)
{
    (void)state;
    const Okr__GapKind kind = OKR__GAP_KIND__GAP_KIND_PROJECT_WITHOUT_GOAL;
    static const struct fixture_task tasks[] = {
        {"Begun", BEGUN, FINISH, 60, 0, 1},
        {"Later", LATER, FINISH, 60, 0, 1},
    };
    fixture_quarter(okrd, "2021Q1");
    fixture_kr(okrd, fixture_objective(okrd, "2021Q1", "Grow"), "100 users");
    int64_t begun = fixture_project(okrd, "2021Q1", "Begun", 0, "ann", NULL);
    int64_t later = fixture_project(okrd, "2021Q1", "Later", 0, "ann", NULL);
    fixture_plan(okrd, "weeks", tasks, 2);
    fixture_bind(okrd, "weeks", 1, begun);
    fixture_bind(okrd, "weeks", 2, later);
    assert_null(gap("2021Q1", kind, begun)); // the quarter is a draft
    fixture_open(okrd, "2021Q1");
    assert_non_null(gap("2021Q1", kind, begun));
    assert_null(gap("2021Q1", kind, later));
    fixture_goal(okrd, "ann", begun, "2021-W07", "Next week's");
    assert_non_null(gap("2021Q1", kind, begun));
    fixture_goal(okrd, "ann", begun, WEEK, "This week's");
    assert_null(gap("2021Q1", kind, begun));
    fixture_goal(okrd, "ann", later, "2021-W07", "Begun by its goal");
    assert_non_null(gap("2021Q1", kind, later));
    fixture_decide(okrd, later, OKR__DECISION__DECISION_COMPLETE, NULL);
    assert_null(gap("2021Q1", kind, later));
}

static void measure(int64_t kr, const char *day, double value)
{
    Okr__RecordMeasurementRequest request = OKR__RECORD_MEASUREMENT_REQUEST__INIT;
    request.has_kr_id = request.has_value = true;
    request.kr_id = kr;
    request.day = TEXT(day);
    request.value = value;
    must(okrd, "bi", RPC_QUARTER_RECORD_MEASUREMENT, &request);
}

// Broken when a KR that stands still, or goes the wrong way, is not told though its projects are
// executed; or it is told while there is work left, while nobody knows, or when it has moved.
static void r8_projects_are_executed_and_the_kr_does_not_move(void **state)
{
    (void)state;
    const Okr__GapKind kind = OKR__GAP_KIND__GAP_KIND_KR_NOT_MOVING;
    static const struct fixture_task tasks[] = {{"Nearly done", BEGUN, FINISH, 100, 95, 1},
                                                {"Not done", BEGUN, FINISH, 100, 80, 1}};
    fixture_quarter(okrd, "2020Q4"); // over, and measured
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2020Q4", "Grow"), "100 users");
    int64_t done = fixture_project(okrd, "2020Q4", "Done", kr, NULL, NULL);
    int64_t nearly = fixture_project(okrd, "2020Q4", "Nearly", kr, NULL, NULL);
    fixture_plan(okrd, "executed", tasks, 2);
    fixture_bind(okrd, "executed", 1, nearly);
    fixture_bind(okrd, "executed", 2, done);
    measure(kr, "2020-10-01", 10); // as it was when the quarter began
    measure(kr, "2020-11-30", 12);
    assert_null(gap("2020Q4", kind, kr)); // one is not executed
    fixture_decide(okrd, done, OKR__DECISION__DECISION_COMPLETE, NULL);
    const Okr__CoverageGap *found = gap("2020Q4", kind, kr);
    assert_non_null(found);
    assert_near(found->attainment_before, 10);
    assert_near(found->attainment_now, 12);
    measure(kr, "2020-12-01", 15); // within the noise band of 5
    assert_non_null(gap("2020Q4", kind, kr));
    measure(kr, "2020-12-02", 16);
    assert_null(gap("2020Q4", kind, kr));
    measure(kr, "2020-12-03", 2); // away from the target
    assert_non_null(gap("2020Q4", kind, kr));
    measure(kr, "2020-12-04", 100); // reached
    assert_null(gap("2020Q4", kind, kr));
}

// Broken when a KR that was not measured since the quarter began is said to stand still.
static void r8_what_was_not_measured_is_not_said_to_stand_still(void **state)
{
    (void)state;
    const Okr__GapKind kind = OKR__GAP_KIND__GAP_KIND_KR_NOT_MOVING;
    fixture_quarter(okrd, "2020Q3");
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2020Q3", "Grow"), "100 users");
    fixture_decide(okrd, fixture_project(okrd, "2020Q3", "Done", kr, NULL, NULL),
                   OKR__DECISION__DECISION_COMPLETE, NULL);
    assert_null(gap("2020Q3", kind, kr));
    measure(kr, "2020-06-30", 3);
    assert_null(gap("2020Q3", kind, kr));
    measure(kr, "2020-07-31", 3);
    assert_near(gap("2020Q3", kind, kr)->attainment_before, 3);
}

// Broken when an unserved item of the quarter's year is not told, or one of another year is.
static void r8_a_roadmap_item_that_nothing_serves(void **state)
{
    (void)state;
    const Okr__GapKind kind = OKR__GAP_KIND__GAP_KIND_ROADMAP_UNSERVED;
    fixture_quarter(okrd, "2054Q3");
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2054Q3", "Grow"), "100 users");
    int64_t item = roadmap_add(okrd, 2054, "Sell abroad", 0)->id;
    int64_t next = roadmap_add(okrd, 2055, "Sell in space", 0)->id;
    assert_string_equal(gap("2054Q3", kind, item)->text, "Sell abroad");
    assert_null(gap("2054Q3", kind, next));
    roadmap_link(okrd, item, TO_KR, kr);
    assert_null(gap("2054Q3", kind, item));
}

static void declare(int64_t kr)
{
    Okr__DeclareSufficiencyRequest request = OKR__DECLARE_SUFFICIENCY_REQUEST__INIT;
    request.has_kr_id = true;
    request.kr_id = kr;
    must(okrd, "dev", RPC_QUARTER_DECLARE_SUFFICIENCY, &request);
}

// Broken when a KR whose projects were never declared sufficient is not told, or not again when the
// projects have changed since.
static void r8_sufficiency_missing_or_stale(void **state)
{
    (void)state;
    const Okr__GapKind kind = OKR__GAP_KIND__GAP_KIND_SUFFICIENCY_MISSING;
    fixture_quarter(okrd, "2056Q1");
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2056Q1", "Grow"), "100 users");
    fixture_project(okrd, "2056Q1", "One", kr, NULL, NULL);
    assert_non_null(gap("2056Q1", kind, kr));
    assert_false(gap("2056Q1", kind, kr)->stale);
    declare(kr);
    assert_null(gap("2056Q1", kind, kr));
    fixture_project(okrd, "2056Q1", "Two", kr, NULL, NULL);
    assert_true(gap("2056Q1", kind, kr)->stale);
    declare(kr);
    assert_null(gap("2056Q1", kind, kr));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r4_everyone_sees_where_the_effort_goes),
        cmocka_unit_test(r8_unbound_effort_by_its_highest_tasks),
        cmocka_unit_test(r8_a_kr_without_a_project),
        cmocka_unit_test(r8_a_project_without_an_assignment),
        cmocka_unit_test(r8_a_project_under_way_without_a_goal),
        cmocka_unit_test(r8_projects_are_executed_and_the_kr_does_not_move),
        cmocka_unit_test(r8_what_was_not_measured_is_not_said_to_stand_still),
        cmocka_unit_test(r8_a_roadmap_item_that_nothing_serves),
        cmocka_unit_test(r8_sufficiency_missing_or_stale),
        cmocka_unit_test(r6_from_the_roadmap_down_to_people_and_goals),
        cmocka_unit_test(r6_from_a_goal_up_to_the_roadmap),
        cmocka_unit_test(r6_each_kind_both_ways),
        cmocka_unit_test(r6_what_hangs_on_two_is_shown_under_both),
        cmocka_unit_test(r6_a_summary_task_leads_to_what_is_below_it),
        cmocka_unit_test(r6_dropped_things_end_the_way_down_and_are_named_on_the_way_up),
        cmocka_unit_test(r6_what_is_not_there_is_said_to_be_missing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
