// Load by person and week: work spread over working time, beside what the calendar gives.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/calendar.h"
#include "server/progress/load.h"

#define NEAR(a, b) near((a), (b), #a, __LINE__)

static struct arena *arena;
static Okr__PlanVersion version = OKR__PLAN_VERSION__INIT;

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

static void near(double a, double b, const char *what, int line)
{
    if (!(fabs(a - b) < 1e-6))
        fail_msg("line %d: %s is %.9g, not %.9g", line, what, a, b);
}

static struct snapshot_time at(const char *text)
{
    struct snapshot_time time = {.has = true};
    if (!wall_parse(text, &time.wall))
        fail_msg("%s", text);
    return time;
}

static struct snapshot_assignment assigned(int64_t task, int64_t resource, double work,
                                           const char *from, const char *to)
{
    return (struct snapshot_assignment){.task_uid = task,
                                        .resource_uid = resource,
                                        .work = work,
                                        .start = at(from),
                                        .finish = at(to)};
}

static void work_is_spread_over_weeks(void **state)
{
    (void)state;
    int32_t monday;
    struct snapshot_task tasks[] = {{.uid = 1, .name = "Build", .active = true},
                                    {.uid = 2, .name = "Shelved", .active = false}};
    struct snapshot_resource resources[] = {
        {.uid = 1, .name = "Ann", .person = true, .max_units = 1},
        {.uid = 2, .name = "Half", .person = true, .max_units = 0.5},
        {.uid = 3, .name = "Steel", .person = false, .max_units = 1},
    };
    struct snapshot_assignment assignments[] = {
        // Thursday to Tuesday: two days in the first week, two in the second
        assigned(1, 1, 1920, "2021-02-11T08:00:00", "2021-02-16T17:00:00"),
        assigned(1, 1, 1000, "2021-02-08T08:00:00", "2021-02-09T17:00:00"),
        assigned(2, 1, 9999, "2021-02-08T08:00:00", "2021-02-09T17:00:00"), // inactive
        assigned(1, 2, 300, "2021-02-13T08:00:00", "2021-02-14T17:00:00"),  // a weekend
        assigned(1, 3, 500, "2021-02-08T08:00:00", "2021-02-09T17:00:00"),
    };
    struct plan_snapshot snapshot = {.version = &version,
                                     .tasks = tasks,
                                     .n_tasks = 2,
                                     .assignments = assignments,
                                     .n_assignments = 5,
                                     .resources = resources,
                                     .n_resources = 3};
    assert_true(plan_snapshot_index(arena, &snapshot, NULL, NULL));
    assert_true(week_parse("2021-W06", &monday));
    size_t n = 0;
    struct person_load *people = load_of_plan(arena, &snapshot, monday, 3, &n);
    assert_int_equal(n, 2); // material carries no load
    NEAR(people[0].planned[0], 960 + 1000);
    NEAR(people[0].planned[1], 960);
    NEAR(people[0].planned[2], 0);
    NEAR(people[0].capacity[0], 2400);
    NEAR(people[1].capacity[0], 1200);
    NEAR(people[1].planned[0], 300); // no working time there: it falls on its finish
    people = load_of_plan(arena, &snapshot, monday + 7, 1, &n);
    NEAR(people[0].planned[0], 960);
}

static void overload_is_more_than_a_rounding(void **state)
{
    (void)state;
    assert_false(load_is_over(2400, 2400));
    assert_false(load_is_over(2400.9, 2400));
    assert_true(load_is_over(2402, 2400));
    assert_true(load_is_over(60, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(work_is_spread_over_weeks, start, stop),
        cmocka_unit_test_setup_teardown(overload_is_more_than_a_rounding, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
