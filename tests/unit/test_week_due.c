// server/week/week_due: due times over week ends, years, settings and a change of the clocks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include "common/calendar.h"
#include "server/week/week_due.h"

static int32_t monday_of(const char *week)
{
    int32_t monday = 0;
    assert_true(week_parse(week, &monday));
    return monday;
}

static int64_t instant(const char *text)
{
    int64_t us = 0;
    assert_true(timestamp_parse(text, &us));
    return us;
}

static void zone(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

static void due_is_friday_evening_in_the_organisations_zone(void **state)
{
    (void)state;
    zone("Asia/Tokyo");
    assert_int_equal(week_due(monday_of("2021-W07"), 5, 1080),
                     instant("2021-02-19T18:00:00+09:00"));
    assert_int_equal(week_due(monday_of("2020-W53"), 5, 1080),
                     instant("2021-01-01T18:00:00+09:00"));
    zone("America/New_York");
    assert_int_equal(week_due(monday_of("2021-W07"), 5, 1080),
                     instant("2021-02-19T18:00:00-05:00"));
}

static void due_follows_the_setting(void **state)
{
    (void)state;
    zone("Asia/Tokyo");
    assert_int_equal(week_due(monday_of("2021-W07"), 1, 0), instant("2021-02-15T00:00:00+09:00"));
    assert_int_equal(week_due(monday_of("2021-W07"), 7, 1439),
                     instant("2021-02-21T23:59:00+09:00"));
}

// 14 March 2021: clocks go forward at 02:00; the wall clock counts, not the hours since Monday.
static void due_keeps_the_wall_clock_over_a_change_of_the_clocks(void **state)
{
    (void)state;
    zone("America/New_York");
    assert_int_equal(week_due(monday_of("2021-W10"), 7, 1080),
                     instant("2021-03-14T18:00:00-04:00"));
    assert_int_equal(week_due(monday_of("2021-W10"), 6, 1080),
                     instant("2021-03-13T18:00:00-05:00"));
}

static void the_due_minute_itself_is_on_time(void **state)
{
    (void)state;
    assert_false(week_is_late(1000, 1000));
    assert_false(week_is_late(999, 1000));
    assert_true(week_is_late(1001, 1000));
}

static void timeliness_of_closed_weeks_is_what_was_recorded(void **state)
{
    (void)state;
    struct week_facts facts = {.closed = true, .late = false, .has_goals = true, .due_at = 1000};
    assert_int_equal(week_timeliness(&facts, 5000), OKR__TIMELINESS__TIMELINESS_ON_TIME);
    facts.late = true;
    assert_int_equal(week_timeliness(&facts, 500), OKR__TIMELINESS__TIMELINESS_LATE);
}

static void an_open_week_is_missing_once_it_was_due(void **state)
{
    (void)state;
    struct week_facts facts = {.has_goals = true, .due_at = 1000};
    assert_int_equal(week_timeliness(&facts, 1000), OKR__TIMELINESS__TIMELINESS_NOT_DUE);
    assert_int_equal(week_timeliness(&facts, 1001), OKR__TIMELINESS__TIMELINESS_MISSING);
}

static void a_week_without_goals_is_missing_only_of_a_project_under_way(void **state)
{
    (void)state;
    struct week_facts facts = {.due_at = 1000};
    assert_int_equal(week_timeliness(&facts, 1001), OKR__TIMELINESS__TIMELINESS_NOT_DUE);
    facts.under_way = true;
    facts.since = 1000;
    assert_int_equal(week_timeliness(&facts, 1001), OKR__TIMELINESS__TIMELINESS_MISSING);
    facts.since = 1001;
    assert_int_equal(week_timeliness(&facts, 2000), OKR__TIMELINESS__TIMELINESS_NOT_DUE);
}

static void a_week_is_closed_open_or_without_goals(void **state)
{
    (void)state;
    assert_int_equal(week_state(true, false), OKR__WEEK_STATE__WEEK_STATE_CLOSED);
    assert_int_equal(week_state(false, true), OKR__WEEK_STATE__WEEK_STATE_OPEN);
    assert_int_equal(week_state(false, false), OKR__WEEK_STATE__WEEK_STATE_NO_GOALS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due_is_friday_evening_in_the_organisations_zone),
        cmocka_unit_test(due_follows_the_setting),
        cmocka_unit_test(due_keeps_the_wall_clock_over_a_change_of_the_clocks),
        cmocka_unit_test(the_due_minute_itself_is_on_time),
        cmocka_unit_test(timeliness_of_closed_weeks_is_what_was_recorded),
        cmocka_unit_test(an_open_week_is_missing_once_it_was_due),
        cmocka_unit_test(a_week_without_goals_is_missing_only_of_a_project_under_way),
        cmocka_unit_test(a_week_is_closed_open_or_without_goals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
