// Working time: calendars with their bases, exceptions and night shifts; distances, additions.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/calendar.h"
#include "server/worktime/working_time.h"

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

static int64_t at(const char *text)
{
    int64_t wall = 0;
    if (!wall_parse(text, &wall))
        fail_msg("%s", text);
    return wall;
}

static char *text_of(const char *text)
{
    return arena_strdup(arena, text);
}

static int32_t day(const char *text)
{
    int32_t days = 0;
    assert_true(date_parse(text, &days));
    return days;
}

// ---- building calendars -----------------------------------------------------------------------

static Okr__PlanCalendar *calendar(int64_t uid, int64_t base)
{
    Okr__PlanCalendar *made = arena_alloc(arena, sizeof *made);
    okr__plan_calendar__init(made);
    made->has_uid = made->has_base_uid = 1;
    made->uid = uid;
    made->base_uid = base;
    made->week_days = arena_calloc(arena, 7, sizeof *made->week_days);
    made->exceptions = arena_calloc(arena, 8, sizeof *made->exceptions);
    return made;
}

static Okr__PlanWorkingTime **times_of(const int (*spans)[2], size_t n)
{
    Okr__PlanWorkingTime **times = arena_calloc(arena, n + 1, sizeof *times);
    for (size_t i = 0; i < n; i++) {
        times[i] = arena_alloc(arena, sizeof **times);
        okr__plan_working_time__init(times[i]);
        times[i]->has_from_minute = times[i]->has_to_minute = 1;
        times[i]->from_minute = spans[i][0];
        times[i]->to_minute = spans[i][1];
    }
    return times;
}

static void week_day(Okr__PlanCalendar *c, int number, const int (*spans)[2], size_t n)
{
    Okr__PlanWeekDay *made = arena_alloc(arena, sizeof *made);
    okr__plan_week_day__init(made);
    made->has_day = made->has_working = 1;
    made->day = number;
    made->working = n > 0;
    made->times = times_of(spans, n);
    made->n_times = n;
    c->week_days[c->n_week_days++] = made;
}

static Okr__PlanCalendarException *except(Okr__PlanCalendar *c, const char *from, const char *to)
{
    Okr__PlanCalendarException *made = arena_alloc(arena, sizeof *made);
    okr__plan_calendar_exception__init(made);
    made->from = text_of(from);
    made->to = text_of(to);
    made->has_working = 1;
    c->exceptions[c->n_exceptions++] = made;
    return made;
}

static struct working_time *compiled(Okr__PlanCalendar **calendars, size_t n, int64_t uid)
{
    struct working_time *time = working_time_new(arena, calendars, n, true, uid);
    assert_non_null(time);
    return time;
}

static const int office[][2] = {{540, 720}, {780, 1080}}; // 9–12, 13–18

// Monday to Friday 9–12 and 13–18.
static Okr__PlanCalendar *office_calendar(int64_t uid)
{
    Okr__PlanCalendar *made = calendar(uid, -1);
    for (int number = 1; number <= 7; number++)
        week_day(made, number, office, number == 1 || number == 7 ? 0 : 2);
    return made;
}

// ---- the wall clock ---------------------------------------------------------------------------

static void a_wall_clock_is_read_and_written(void **state)
{
    (void)state;
    char buf[WALL_SIZE];
    static const char *const bad[] = {"",
                                      "2026-10-30",
                                      "2026-10-30 17:00:00",
                                      "2026-02-30T00:00:00",
                                      "2026-10-30T24:00:00",
                                      "2026-10-30T17:60:00",
                                      "2008-12-04T17:-0:00",
                                      "2026-10-30T17:00:00Z"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t kept = 7;
        assert_false(wall_parse(bad[i], &kept));
        assert_int_equal(kept, 7);
    }
    assert_false(wall_parse(NULL, &(int64_t){0}));
    assert_int_equal(at("1970-01-01T00:00:00"), 0);
    assert_int_equal(at("1970-01-02T01:02:03.000"), 86400 + 3723);
    assert_int_equal(wall_day(at("1969-12-31T23:59:59")), -1);
    wall_format(at("2026-10-30T17:05:09"), buf);
    assert_string_equal(buf, "2026-10-30T17:05:09");
    wall_format(-1, buf);
    assert_string_equal(buf, "1969-12-31T23:59:59");
}

// ---- distances --------------------------------------------------------------------------------

static void without_a_calendar_it_is_the_standard_one(void **state)
{
    (void)state;
    struct working_time *time = working_time_new(arena, NULL, 0, false, 0);
    assert_non_null(time);
    // Monday 2021-02-08 to Monday after: five days of eight hours
    assert_true(working_minutes(time, at("2021-02-08T00:00:00"), at("2021-02-15T00:00:00")) ==
                2400);
    assert_true(working_minutes(time, at("2021-02-08T11:00:00"), at("2021-02-08T14:30:00")) == 150);
    assert_true(working_minutes(time, at("2021-02-13T00:00:00"), at("2021-02-14T23:00:00")) == 0);
    assert_true(working_minutes(time, at("2021-02-15T00:00:00"), at("2021-02-08T00:00:00")) ==
                -2400);
    assert_true(working_days(time, at("2021-02-08T08:00:00"), at("2021-02-09T12:00:00")) == 1.5);
    Okr__PlanCalendar *calendars[] = {office_calendar(1)};
    time = compiled(calendars, 1, 99); // no such calendar
    assert_true(working_minutes(time, at("2021-02-08T08:00:00"), at("2021-02-08T09:00:00")) == 60);
}

static void a_calendar_has_its_week_days_and_its_exceptions(void **state)
{
    (void)state;
    Okr__PlanCalendar *calendars[] = {office_calendar(1)};
    except(calendars[0], "2026-11-03T00:00:00", "2026-11-03T23:59:00");
    except(calendars[0], "2026-12-28T00:00:00", "2027-01-03T23:59:00"); // a range
    Okr__PlanCalendarException *half =
        except(calendars[0], "2026-11-07T00:00:00", "2026-11-07T23:59:00");
    half->working = 1; // a Saturday morning
    half->times = times_of(office, 1);
    half->n_times = 1;
    struct working_time *time = compiled(calendars, 1, 1);
    // Monday 11-02 to Sunday 11-08: Tuesday is off, Saturday has a morning
    assert_true(working_minutes(time, at("2026-11-02T00:00:00"), at("2026-11-09T00:00:00")) ==
                4 * 480 + 180);
    assert_true(working_minutes(time, at("2026-12-26T00:00:00"), at("2027-01-04T00:00:00")) == 0);
    assert_false(working_is_day(time, day("2026-11-03")));
    assert_true(working_is_day(time, day("2026-11-07")));
    assert_int_equal(working_next_day(time, day("2026-11-02")), day("2026-11-04"));
    assert_int_equal(working_next_day(time, day("2026-12-25")), day("2027-01-04"));
    assert_int_equal(working_day_count(time, day("2026-11-01"), day("2026-11-08")), 5);
    assert_int_equal(working_day_count(time, day("2026-11-08"), day("2026-11-01")), -5);
}

static void a_calendar_stands_on_its_base(void **state)
{
    (void)state;
    Okr__PlanCalendar *calendars[] = {calendar(3, 2), calendar(2, 1), office_calendar(1)};
    except(calendars[2], "2026-11-03T00:00:00", "2026-11-03T23:59:00"); // everybody's holiday
    except(calendars[2], "2026-11-04T00:00:00", "2026-11-04T23:59:00");
    week_day(calendars[1], 6, office, 0); // no Fridays
    Okr__PlanCalendarException *in =
        except(calendars[0], "2026-11-04T00:00:00", "2026-11-04T23:59:00");
    in->working = 1; // but this one comes in
    in->times = times_of(office, 2);
    in->n_times = 2;
    struct working_time *time = compiled(calendars, 3, 3);
    assert_true(working_minutes(time, at("2026-11-02T00:00:00"), at("2026-11-09T00:00:00")) ==
                3 * 480);
    calendars[2]->base_uid = 3; // round in a circle
    time = compiled(calendars, 3, 3);
    assert_true(working_minutes(time, at("2026-11-02T00:00:00"), at("2026-11-09T00:00:00")) ==
                3 * 480);
}

static void a_night_shift_ends_on_the_next_day(void **state)
{
    (void)state;
    static const int night[][2] = {{1320, 360}}; // 22:00–06:00
    static const int whole[][2] = {{0, 0}};      // 24 hours
    Okr__PlanCalendar *calendars[] = {calendar(1, -1), calendar(2, -1)};
    for (int number = 1; number <= 7; number++) {
        week_day(calendars[0], number, night, number == 1 || number == 7 ? 0 : 1);
        week_day(calendars[1], number, whole, 1);
    }
    struct working_time *time = compiled(calendars, 2, 1);
    // the shift of Friday 2026-11-06 ends on Saturday at six
    assert_true(working_minutes(time, at("2026-11-06T22:00:00"), at("2026-11-07T06:00:00")) == 480);
    assert_true(working_minutes(time, at("2026-11-07T00:00:00"), at("2026-11-07T12:00:00")) == 360);
    assert_true(working_minutes(time, at("2026-11-06T23:00:00"), at("2026-11-07T01:00:00")) == 120);
    assert_int_equal(working_add(time, at("2026-11-06T22:00:00"), 480), at("2026-11-07T06:00:00"));
    time = compiled(calendars, 2, 2);
    assert_true(working_minutes(time, at("2026-11-01T00:00:00"), at("2026-11-08T00:00:00")) ==
                7 * 1440);
}

static void exceptions_recur(void **state)
{
    (void)state;
    Okr__PlanCalendar *calendars[] = {office_calendar(1)};
    Okr__PlanCalendarException *yearly =
        except(calendars[0], "2025-01-01T00:00:00", "2030-12-31T23:59:00");
    yearly->has_type = yearly->has_month = yearly->has_month_day = 1;
    yearly->type = 2;
    yearly->month = 10; // November
    yearly->month_day = 3;
    Okr__PlanCalendarException *weekly =
        except(calendars[0], "2026-06-01T00:00:00", "2026-06-30T23:59:00");
    weekly->has_type = weekly->has_period = weekly->has_days_of_week = 1;
    weekly->type = 6;
    weekly->period = 2;
    weekly->days_of_week = 1 << 3; // Wednesdays of every other week
    Okr__PlanCalendarException *position =
        except(calendars[0], "2026-01-01T00:00:00", "2027-12-31T23:59:00");
    position->has_type = position->has_month = position->has_month_item =
        position->has_month_position = 1;
    position->type = 3;
    position->month = 0; // January
    position->month_item = 4;
    position->month_position = 1; // the second Monday
    struct working_time *time = compiled(calendars, 1, 1);
    assert_false(working_is_day(time, day("2026-11-03")));
    assert_false(working_is_day(time, day("2028-11-03")));
    assert_true(working_is_day(time, day("2026-11-04")));
    assert_false(working_is_day(time, day("2026-06-03")));
    assert_true(working_is_day(time, day("2026-06-10")));
    assert_false(working_is_day(time, day("2026-06-17")));
    assert_true(working_is_day(time, day("2026-06-16")));
    assert_false(working_is_day(time, day("2026-01-12")));
    assert_false(working_is_day(time, day("2027-01-11")));
    assert_true(working_is_day(time, day("2026-01-05")));
}

// ---- additions --------------------------------------------------------------------------------

static void time_is_added_over_nights_and_holidays(void **state)
{
    (void)state;
    Okr__PlanCalendar *calendars[] = {office_calendar(1)};
    except(calendars[0], "2026-11-03T00:00:00", "2026-11-03T23:59:00");
    struct working_time *time = compiled(calendars, 1, 1);
    assert_int_equal(working_add(time, at("2026-11-02T09:00:00"), 480), at("2026-11-02T18:00:00"));
    assert_int_equal(working_add(time, at("2026-11-02T09:00:00"), 481), at("2026-11-04T09:01:00"));
    assert_int_equal(working_add(time, at("2026-11-02T10:30:00"), 120), at("2026-11-02T13:30:00"));
    assert_int_equal(working_add(time, at("2026-11-07T10:30:00"), 60), at("2026-11-09T10:00:00"));
    assert_int_equal(working_add(time, at("2026-11-04T10:00:00"), -60), at("2026-11-04T09:00:00"));
    assert_int_equal(working_add(time, at("2026-11-04T10:00:00"), -61), at("2026-11-02T17:59:00"));
    assert_int_equal(working_add(time, at("2026-11-04T10:00:00"), 0), at("2026-11-04T10:00:00"));
    for (double minutes = 1; minutes < 20000; minutes = minutes * 1.7 + 3) {
        int64_t end = working_add(time, at("2026-10-01T09:00:00"), minutes);
        double back = working_minutes(time, at("2026-10-01T09:00:00"), end);
        assert_true(back >= minutes - 1e-6 && back < minutes + 0.02); // whole seconds
    }
}

// Broken when a date out of this world takes the server's time or memory.
static void dates_beyond_what_is_known_are_its_ends(void **state)
{
    (void)state;
    struct working_time *time = working_time_new(arena, NULL, 0, false, 0);
    double all = working_minutes(time, at("0001-01-01T00:00:00"), at("9999-12-31T00:00:00"));
    assert_true(all == working_minutes(time, at("1950-01-01T00:00:00"), at("2149-12-31T23:59:59")));
    assert_int_equal(wall_day(working_add(time, at("2026-01-01T00:00:00"), 1e12)),
                     day("2149-12-31"));
    Okr__PlanCalendar *calendars[] = {calendar(1, -1)};
    for (int number = 1; number <= 7; number++)
        week_day(calendars[0], number, office, 0);
    time = compiled(calendars, 1, 1);
    assert_int_equal(wall_day(working_add(time, at("2026-01-01T00:00:00"), 1)), day("2149-12-31"));
    assert_int_equal(working_next_day(time, day("2026-01-01")), day("2026-01-02"));
    assert_true(arena_used(arena) < (4 << 20));
}

// Around the clock, and what it has in common with working days: those. Days of duration stay the
// plan's.
static void the_clock_and_what_two_have_in_common(void **state)
{
    (void)state;
    struct working_time *clock = working_time_always(arena);
    struct working_time *standard = working_time_new(arena, NULL, 0, false, 0);
    struct working_time *both = working_time_both(arena, clock, standard);
    // Friday 2021-02-12 8:00 to Monday 8:00
    int64_t friday = at("2021-02-12T08:00:00"), monday = at("2021-02-15T08:00:00");
    assert_true(working_minutes(clock, friday, monday) == 72 * 60);
    assert_true(working_minutes(both, friday, monday) == 480);
    assert_true(working_add(clock, friday, 36 * 60) == at("2021-02-13T20:00:00"));
    assert_true(working_days(clock, friday, monday) == 9); // of 480 minutes
    // With a calendar that works on the afternoon only, 13–22, what is left is 13–17.
    Okr__PlanCalendar *late = calendar(7, -1);
    Okr__PlanCalendar *calendars[] = {late};
    week_day(late, 6, (const int[][2]){{13 * 60, 22 * 60}}, 1);
    struct working_time *afternoon = working_time_new(arena, calendars, 1, true, 7);
    both = working_time_both(arena, afternoon, standard);
    assert_true(working_minutes(both, friday, at("2021-02-13T00:00:00")) == 240);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_clock_and_what_two_have_in_common, start, stop),
        cmocka_unit_test_setup_teardown(a_wall_clock_is_read_and_written, start, stop),
        cmocka_unit_test_setup_teardown(without_a_calendar_it_is_the_standard_one, start, stop),
        cmocka_unit_test_setup_teardown(a_calendar_has_its_week_days_and_its_exceptions, start,
                                        stop),
        cmocka_unit_test_setup_teardown(a_calendar_stands_on_its_base, start, stop),
        cmocka_unit_test_setup_teardown(a_night_shift_ends_on_the_next_day, start, stop),
        cmocka_unit_test_setup_teardown(exceptions_recur, start, stop),
        cmocka_unit_test_setup_teardown(time_is_added_over_nights_and_holidays, start, stop),
        cmocka_unit_test_setup_teardown(dates_beyond_what_is_known_are_its_ends, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
