// When a Monday's review is due where the Monday is a holiday.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "common/calendar.h"
#include "server/worktime/due_day.h"

static int32_t day(const char *text)
{
    int32_t days = 0;
    assert_true(date_parse(text, &days));
    return days;
}

static void test_due_day(void **state)
{
    (void)state;
    int32_t monday = day("2021-05-03");
    int32_t golden[] = {day("2021-05-05"), day("2021-05-03"), day("2021-05-04")};
    assert_int_equal(monday_due_day(monday, NULL, 0), monday);
    assert_int_equal(monday_due_day(monday, golden, 3), day("2021-05-06"));
    int32_t tuesday[] = {day("2021-05-04")};
    assert_int_equal(monday_due_day(monday, tuesday, 1), monday);
}

// A week without any working day: the next week's first one, not its weekend.
static void test_due_day_after_a_whole_week_off(void **state)
{
    (void)state;
    int32_t monday = day("2021-05-03"), off[6];
    for (int i = 0; i < 5; i++)
        off[i] = monday + i;
    off[5] = monday + 7;
    assert_int_equal(monday_due_day(monday, off, 6), monday + 8);
}

// A year counts as known when it has any holiday; the first one without is told.
static void test_year_without_holidays(void **state)
{
    (void)state;
    int32_t days[] = {day("2029-05-03"), day("2031-01-01")};
    assert_int_equal(year_without_holidays(day("2029-01-01"), day("2029-01-02"), days, 2), 0);
    assert_int_equal(year_without_holidays(day("2030-12-30"), day("2031-01-02"), days, 2), 2030);
    assert_int_equal(year_without_holidays(day("2031-12-29"), day("2032-01-05"), days, 2), 2032);
    assert_int_equal(years_first_day(day("2031-12-29")), day("2031-01-01"));
    assert_int_equal(years_last_day(day("2032-01-05")), day("2032-12-31"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due_day),
        cmocka_unit_test(test_due_day_after_a_whole_week_off),
        cmocka_unit_test(test_year_without_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
