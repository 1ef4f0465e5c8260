// The rule of what waits for somebody (R7, R11) over a running okrd: one quarter, and each role's
// list.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/week_fixture.h"

static struct okrd *okrd;
static int64_t kr, led, side, proposed;

#define TEXT(literal) ((char *)(uintptr_t)(literal))

// Opened in January; it is Monday, 2021-02-08, 10:00 in Tokyo.
static int setup(void **state)
{
    (void)state;
    okrd = okrd_start("2021-01-05T10:00:00+09:00");
    fixture_people(okrd);
    fixture_quarter(okrd, "2021Q1");
    kr = fixture_kr(okrd, fixture_objective(okrd, "2021Q1", "New users stay"), "more users");
    led = fixture_project(okrd, "2021Q1", "led", kr, "ann", NULL);
    side = fixture_project(okrd, "2021Q1", "unled", 0, NULL, NULL);
    fixture_open(okrd, "2021Q1");
    proposed = fixture_propose(okrd, "2021Q1", "asked for", 0)->id;
    okrd_restart_at(okrd, "2021-02-08T10:00:00+09:00");
    const struct fixture_task tasks[] = {
        {"mine", "2021-02-08T09:00:00", "2021-02-12T18:00:00", 600, 0, 1},
        {"later", "2021-02-22T09:00:00", "2021-02-26T18:00:00", 600, 0, 1}};
    fixture_plan(okrd, "program", tasks, 2);
    fixture_map(okrd, "program", 1, "eve");
    fixture_bind(okrd, "program", 1, led);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    fixture_clear();
    return 0;
}

// "kind subject due[!], …": all that waits for `who`.
static const char *todo_of(const char *who)
{
    static char told[1000];
    Okr__GetTodoRequest request = OKR__GET_TODO_REQUEST__INIT;
    const Okr__Todo *todo = must(okrd, who, RPC_INSIGHT_GET_TODO, &request);
    told[0] = '\0';
    assert_string_equal(todo->handle, who);
    for (size_t i = 0; i < todo->n_items; i++) {
        const Okr__TodoItem *item = todo->items[i];
        const char *kind =
            protobuf_c_enum_descriptor_get_value(&okr__todo_kind__descriptor, (int)item->kind)
                ->name;
        size_t used = strlen(told);
        snprintf(told + used, sizeof told - used, "%s%s %s %s%s", i ? ", " : "",
                 kind + strlen("TODO_KIND_"), item->subject, item->due ? item->due : "-",
                 item->overdue ? "!" : "");
    }
    return told;
}

// Broken when a PL is not asked for the week's goals, or for closing the weeks that have some.
static void r07_the_pl_reports(void **state)
{
    (void)state;
    char expected[200];
    snprintf(expected, sizeof expected, "SET_GOALS P-%lld 2021-02-12", (long long)led);
    assert_string_equal(todo_of("ann"), expected);
    fixture_goal(okrd, "ann", led, NULL, "Draw");
    snprintf(expected, sizeof expected, "CLOSE_WEEK P-%lld 2021-02-12", (long long)led);
    assert_string_equal(todo_of("ann"), expected);
    assert_string_equal(todo_of("bob"), ""); // a PL of nothing (R11: nobody is shown another's)
}

// "kind count thing …, …": all that is unfinished about it.
static const char *unfinished_of(const char *resource)
{
    static char told[1000];
    Okr__GetThingRequest request = OKR__GET_THING_REQUEST__INIT;
    request.resource = TEXT(resource);
    const Okr__Thing *thing = must(okrd, "eve", RPC_INSIGHT_GET_THING, &request);
    told[0] = '\0';
    for (size_t i = 0; i < thing->n_unfinished; i++) {
        const Okr__Unfinished *u = thing->unfinished[i];
        const char *kind =
            protobuf_c_enum_descriptor_get_value(&okr__unfinished_kind__descriptor, (int)u->kind)
                ->name;
        size_t used = strlen(told);
        used += (size_t)snprintf(told + used, sizeof told - used, "%s%s %d", i ? ", " : "",
                                 kind + strlen("UNFINISHED_KIND_"), u->count);
        for (size_t k = 0; k < u->n_things; k++)
            used += (size_t)snprintf(told + used, sizeof told - used, " %s", u->things[k]);
    }
    return told;
}

// Broken when the end of a quarter, a project or a member's time does not say what hangs on it.
static void r53_what_is_unfinished_is_told_before_it_ends(void **state)
{
    (void)state;
    char expected[300], name[40];
    snprintf(expected, sizeof expected,
             "UNDECIDED_PROJECT 1 P-%lld, OPEN_PROJECT 2 P-%lld P-%lld, UNDECLARED_KR 1 KR-%lld, "
             "OPEN_WEEK 1 P-%lld 2021-W06, UNSIGNED_MONTH 3 2021-01 2021-02 2021-03, "
             "DAYS_AHEAD 51",
             (long long)proposed, (long long)led, (long long)side, (long long)kr, (long long)led);
    assert_string_equal(unfinished_of("quarter/2021Q1"), expected);
    snprintf(expected, sizeof expected, "OPEN_WEEK 1 P-%lld 2021-W06, OPEN_TASK 1, OPEN_GOAL 1 G-1",
             (long long)led);
    snprintf(name, sizeof name, "project/%lld", (long long)led);
    assert_string_equal(unfinished_of(name), expected);
    snprintf(expected, sizeof expected, "LED_PROJECT 1 P-%lld", (long long)led);
    assert_string_equal(unfinished_of("member/ann"), expected);
    snprintf(expected, sizeof expected, "SERVED_BY 1 P-%lld", (long long)led);
    snprintf(name, sizeof name, "kr/%lld", (long long)kr);
    assert_string_equal(unfinished_of(name), expected);
    Okr__GetThingRequest request = OKR__GET_THING_REQUEST__INIT;
    request.resource = TEXT("binding/program/1");
    const Okr__Thing *bound = must(okrd, "eve", RPC_INSIGHT_GET_THING, &request);
    assert_int_equal(bound->version, 1);
    request.resource = TEXT("project/999999");
    refused(okrd, "eve", RPC_INSIGHT_GET_THING, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
    request.resource = TEXT("docket/nothing/x");
    refused(okrd, "eve", RPC_INSIGHT_GET_THING, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_BAD_VALUE);
}

// Broken when the dev lead is not told of what only the dev lead decides, overdue first.
static void r07_the_dev_lead_decides(void **state)
{
    (void)state;
    char expected[400];
    snprintf(
        expected, sizeof expected,
        "SIDE_REVIEW 2021-01 2021-01-31!, SIDE_REVIEW 2021-02 2021-02-28, DECIDE_PROJECT P-%lld -, "
        "DECLARE_SUFFICIENCY KR-%lld -, STAFF_PROJECT P-%lld -",
        (long long)proposed, (long long)kr, (long long)side);
    assert_string_equal(todo_of("dev"), expected);
}

// Broken when the program manager is not told of the Monday, the evaluation, or work without a
// project.
static void r07_the_program_manager_reviews(void **state)
{
    (void)state;
    char expected[400];
    snprintf(expected, sizeof expected,
             "MONDAY_REVIEW 2021-W06 2021-02-08, PREPARE_EVALUATION 2021-01 2021-02-28, "
             "BIND_WORK program -, STAFF_PROJECT P-%lld -",
             (long long)side);
    assert_string_equal(todo_of("pm"), expected);
}

// Broken when a month without a value is not asked for, or a measured one still is.
static void r07_the_bi_engineer_measures(void **state)
{
    (void)state;
    char expected[400];
    snprintf(expected, sizeof expected,
             "MEASURE_KR KR-%lld 2021-02-01!, PREPARE_EVALUATION 2021-01 2021-02-28, "
             "MEASURE_KR KR-%lld 2021-03-01",
             (long long)kr, (long long)kr);
    assert_string_equal(todo_of("bi"), expected);
    Okr__RecordMeasurementRequest request = OKR__RECORD_MEASUREMENT_REQUEST__INIT;
    request.has_kr_id = request.has_value = true;
    request.kr_id = kr;
    request.value = 10;
    request.day = TEXT("2021-01-31");
    must(okrd, "bi", RPC_QUARTER_RECORD_MEASUREMENT, &request);
    snprintf(expected, sizeof expected,
             "PREPARE_EVALUATION 2021-01 2021-02-28, MEASURE_KR KR-%lld 2021-03-01", (long long)kr);
    assert_string_equal(todo_of("bi"), expected);
}

// Broken when assigned work of this week is not in the list, or work of later weeks is.
static void r07_an_engineer_works(void **state)
{
    (void)state;
    assert_string_equal(todo_of("eve"), "WORK program#1 2021-02-12");
    assert_string_equal(todo_of("kim"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r07_the_pl_reports),
        cmocka_unit_test(r53_what_is_unfinished_is_told_before_it_ends),
        cmocka_unit_test(r07_the_dev_lead_decides),
        cmocka_unit_test(r07_the_program_manager_reviews),
        cmocka_unit_test(r07_the_bi_engineer_measures),
        cmocka_unit_test(r07_an_engineer_works),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
