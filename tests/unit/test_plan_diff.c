// Two versions of a plan compared: what is re-planned and what slipped are two things (R9).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "server/plan/plan_diff.h"

#define KIND(name) OKR__PLAN_CHANGE_KIND__PLAN_CHANGE_KIND_##name

static struct arena *arena;

static int start(void **state)
{
    (void)state;
    arena = arena_new(8 << 20);
    return arena ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static struct snapshot_time at(const char *text)
{
    struct snapshot_time time = {.has = true};
    if (!wall_parse(text, &time.wall))
        fail_msg("%s", text);
    return time;
}

// Monday 2021-02-08 8:00 to Friday 17:00 of the standard calendar, 40 hours, with a baseline.
static struct snapshot_task week(int64_t uid, const char *name, double percent)
{
    return (struct snapshot_task){.uid = uid,
                                  .key = uid,
                                  .name = name,
                                  .active = true,
                                  .percent = percent,
                                  .work = 2400,
                                  .duration = 2400,
                                  .start = at("2021-02-08T08:00:00"),
                                  .finish = at("2021-02-12T17:00:00"),
                                  .has_baseline = true,
                                  .baseline_start = at("2021-02-08T08:00:00"),
                                  .baseline_finish = at("2021-02-12T17:00:00"),
                                  .baseline_work = 2400};
}

struct side {
    struct snapshot_task tasks[8];
    size_t n;
    struct snapshot_assignment assignments[8];
    size_t n_assignments;
};
static struct snapshot_resource people[] = {{.uid = 1, .name = "Ann", .person = true},
                                            {.uid = 2, .name = "Bob", .person = true}};

static int64_t bound_to_seven(void *data, int64_t key)
{
    (void)data;
    return key == 2 ? 7 : 0;
}

static struct plan_snapshot snapshot_of(struct side *side)
{
    struct plan_snapshot snapshot = {.tasks = side->tasks,
                                     .n_tasks = side->n,
                                     .assignments = side->assignments,
                                     .n_assignments = side->n_assignments,
                                     .resources = people,
                                     .n_resources = 2};
    assert_true(plan_snapshot_index(arena, &snapshot, bound_to_seven, NULL));
    return snapshot;
}

static Okr__PlanChange **compared(struct side *old, struct side *new, const char *status,
                                  size_t n_expected)
{
    struct plan_snapshot *sides = arena_calloc(arena, 2, sizeof *sides);
    sides[0] = snapshot_of(old);
    sides[1] = snapshot_of(new);
    struct plan_diff diff = {.older = &sides[0],
                             .newer = &sides[1],
                             .time = working_time_new(arena, NULL, 0, false, 0),
                             .has_status = status != NULL,
                             .status = status ? at(status).wall : 0};
    size_t n = 99;
    Okr__PlanChange **changes = plan_diff_changes(arena, &diff, &n);
    assert_non_null(changes);
    if (n != n_expected)
        fail_msg("%zu changes, not %zu; the first is of kind %d", n, n_expected,
                 n ? (int)changes[0]->kind : 0);
    return changes;
}

static void the_same_plan_has_no_changes(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Build", 0)}, .n = 1}, new = old;
    new.tasks[0].percent = 40; // progress is no change of plan
    new.tasks[0].actual_work = 960;
    compared(&old, &new, "2021-02-09T17:00:00", 0);
}

static void late_and_behind_is_a_slip(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Build", 0)}, .n = 1}, new = old;
    new.tasks[0].finish = at("2021-02-16T17:00:00");
    new.tasks[0].percent = 38; // 40 were planned for Tuesday evening
    Okr__PlanChange **changes = compared(&old, &new, "2021-02-09T17:00:00", 1);
    assert_int_equal(changes[0]->kind, KIND(SLIPPED));
    assert_int_equal(changes[0]->working_days, 2);
    assert_string_equal(changes[0]->before, "2021-02-08T08:00:00/2021-02-12T17:00:00");
    assert_string_equal(changes[0]->after, "2021-02-08T08:00:00/2021-02-16T17:00:00");
    assert_false(changes[0]->has_baseline);
}

static void late_and_not_behind_is_replanned(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Build", 0)}, .n = 1}, new = old;
    new.tasks[0].finish = at("2021-02-16T17:00:00");
    new.tasks[0].percent = 39; // within a point of the 40 that were planned
    assert_int_equal(compared(&old, &new, "2021-02-09T17:00:00", 1)[0]->kind, KIND(REPLANNED));
    new.tasks[0].percent = 0; // not begun yet, and not due to
    assert_int_equal(compared(&old, &new, "2021-02-05T17:00:00", 1)[0]->kind, KIND(REPLANNED));
    // without a date nothing can be behind
    assert_int_equal(compared(&old, &new, NULL, 1)[0]->kind, KIND(REPLANNED));
}

static void earlier_is_never_a_slip(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Build", 0)}, .n = 1}, new = old;
    new.tasks[0].finish = at("2021-02-11T17:00:00");
    Okr__PlanChange **changes = compared(&old, &new, "2021-02-10T17:00:00", 1);
    assert_int_equal(changes[0]->kind, KIND(REPLANNED));
    assert_int_equal(changes[0]->working_days, -1);
}

// Broken when a new baseline hides a slip, or a slip a new baseline.
static void a_slip_with_a_new_baseline_is_both(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Build", 0)}, .n = 1}, new = old;
    new.tasks[0].finish = at("2021-02-15T17:00:00");
    new.tasks[0].baseline_finish = at("2021-02-15T17:00:00");
    Okr__PlanChange **changes = compared(&old, &new, "2021-02-10T17:00:00", 2);
    assert_int_equal(changes[0]->kind, KIND(SLIPPED));
    assert_int_equal(changes[1]->kind, KIND(REPLANNED));
    assert_true(changes[1]->baseline);
    assert_string_equal(changes[1]->after, "2021-02-08T08:00:00/2021-02-15T17:00:00");
    assert_int_equal(changes[1]->working_days, 1);
}

static void a_baseline_that_is_set_is_a_replan(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Build", 0)}, .n = 1}, new = old;
    old.tasks[0].has_baseline = false;
    Okr__PlanChange **changes = compared(&old, &new, "2021-02-10T17:00:00", 1);
    assert_int_equal(changes[0]->kind, KIND(REPLANNED));
    assert_true(changes[0]->baseline);
    assert_null(changes[0]->before);
}

static void a_milestone_is_planned_at_its_date(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Gate", 0)}, .n = 1}, new;
    old.tasks[0].start = old.tasks[0].finish = at("2021-02-10T17:00:00");
    old.tasks[0].milestone = true;
    new = old;
    new.tasks[0].start = new.tasks[0].finish = at("2021-02-12T17:00:00");
    assert_int_equal(compared(&old, &new, "2021-02-09T17:00:00", 1)[0]->kind, KIND(REPLANNED));
    assert_int_equal(compared(&old, &new, "2021-02-10T17:00:00", 1)[0]->kind, KIND(SLIPPED));
}

static void rows_come_go_move_and_are_renamed(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Phase A", 0), week(2, "Phase B", 0), week(3, "Build", 0),
                                 week(4, "Gone", 0)},
                       .n = 4};
    old.tasks[2].has_parent = old.tasks[3].has_parent = true;
    old.tasks[2].parent_uid = old.tasks[3].parent_uid = 1;
    struct side new = {.tasks = {old.tasks[0], old.tasks[1], old.tasks[2], week(5, "New", 0)},
                       .n = 4};
    new.tasks[2].name = "Build it";
    new.tasks[2].parent_uid = 2;
    new.tasks[3].has_parent = true;
    new.tasks[3].parent_uid = 1;
    new.tasks[0].finish = at("2021-02-19T17:00:00"); // a summary row: its children's business
    Okr__PlanChange **changes = compared(&old, &new, "2021-02-01T17:00:00", 4);
    assert_int_equal(changes[0]->kind, KIND(RENAMED));
    assert_string_equal(changes[0]->before, "Build");
    assert_string_equal(changes[0]->after, "Build it");
    assert_int_equal(changes[1]->kind, KIND(MOVED));
    assert_string_equal(changes[1]->before, "Phase A");
    assert_string_equal(changes[1]->after, "Phase B");
    assert_int_equal(changes[1]->project_id, 7); // it is below UID 2 now
    assert_int_equal(changes[2]->kind, KIND(ADDED));
    assert_int_equal(changes[2]->task_uid, 5);
    assert_int_equal(changes[3]->kind, KIND(REMOVED));
    assert_int_equal(changes[3]->task_uid, 4);
    assert_string_equal(changes[3]->task_name, "Gone");
}

static void people_and_effort(void **state)
{
    (void)state;
    struct side old = {.tasks = {week(1, "Build", 0), week(3, "Same", 0)},
                       .n = 2,
                       .assignments = {{.task_uid = 1, .resource_uid = 1, .work = 2400},
                                       {.task_uid = 3, .resource_uid = 2, .work = 10}},
                       .n_assignments = 2};
    struct side new = old;
    new.assignments[0].resource_uid = 2;
    new.assignments[2] = (struct snapshot_assignment){.task_uid = 1, .resource_uid = 1};
    new.assignments[3] = (struct snapshot_assignment){
        .task_uid = 3, .resource_uid = 2, .work = 10}; // the same pair twice
    new.n_assignments = 4;
    new.tasks[0].work = 2700;
    Okr__PlanChange **changes = compared(&old, &new, NULL, 2);
    assert_int_equal(changes[0]->kind, KIND(REASSIGNED));
    assert_string_equal(changes[0]->before, "Ann");
    assert_string_equal(changes[0]->after, "Ann, Bob");
    assert_int_equal(changes[1]->kind, KIND(EFFORT));
    assert_string_equal(changes[1]->before, "40");
    assert_string_equal(changes[1]->after, "45");
}

// Broken when repeated UIDs or parents in a circle hang or shift what is compared.
static void odd_trees_end(void **state)
{
    (void)state;
    struct side side = {.tasks = {week(1, "A", 0), week(2, "B", 0), week(1, "A again", 0)}, .n = 3};
    side.tasks[0].has_parent = side.tasks[1].has_parent = true;
    side.tasks[0].parent_uid = 2;
    side.tasks[1].parent_uid = 1;
    struct plan_snapshot snapshot = snapshot_of(&side);
    assert_int_equal(snapshot.n_tasks, 2);
    assert_string_equal(plan_snapshot_task(&snapshot, 1)->name, "A");
    assert_int_equal(plan_snapshot_task(&snapshot, 1)->project_id, 7);
    assert_null(plan_snapshot_task(&snapshot, 3));
    assert_false(snapshot.tasks[0].leaf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_plan_has_no_changes, start, stop),
        cmocka_unit_test_setup_teardown(late_and_behind_is_a_slip, start, stop),
        cmocka_unit_test_setup_teardown(late_and_not_behind_is_replanned, start, stop),
        cmocka_unit_test_setup_teardown(earlier_is_never_a_slip, start, stop),
        cmocka_unit_test_setup_teardown(a_slip_with_a_new_baseline_is_both, start, stop),
        cmocka_unit_test_setup_teardown(a_baseline_that_is_set_is_a_replan, start, stop),
        cmocka_unit_test_setup_teardown(a_milestone_is_planned_at_its_date, start, stop),
        cmocka_unit_test_setup_teardown(rows_come_go_move_and_are_renamed, start, stop),
        cmocka_unit_test_setup_teardown(people_and_effort, start, stop),
        cmocka_unit_test_setup_teardown(odd_trees_end, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
