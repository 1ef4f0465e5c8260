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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due_day),
        cmocka_unit_test(test_due_day_after_a_whole_week_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
