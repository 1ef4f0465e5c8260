// Dates, weeks, quarters, time stamps: against the C library's calendar, known weeks of ISO 8601,
// and texts that are nearly right.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "common/calendar.h"

static int32_t day(const char *text)
{
    int32_t days = INT32_MIN;
    assert_true(date_parse(text, &days));
    return days;
}

// Every day of the years 1 to 9999: there and back, and the C library agrees on date and week.
static void test_every_day(void **state)
{
    (void)state;
    int32_t first = day("0001-01-01"), last = day("9999-12-31");
    assert_int_equal(day("1970-01-01"), 0);
    assert_int_equal(day("2021-02-08"), 18666);
    for (int32_t days = first; days <= last; days++) {
        struct date d = date_from_days(days);
        if (date_to_days(d) != days)
            fail_msg("day %d does not come back", days);
        if (days % 11)
            continue;
        time_t seconds = (time_t)days * 86400;
        struct tm tm;
        gmtime_r(&seconds, &tm);
        assert_int_equal(d.year, tm.tm_year + 1900);
        assert_int_equal(d.month, tm.tm_mon + 1);
        assert_int_equal(d.day, tm.tm_mday);
        char ours[WEEK_SIZE], theirs[32];
        int32_t monday;
        week_format(days, ours);
        strftime(theirs, sizeof theirs, "%G-W%V", &tm);
        if (strlen(theirs) == 8) { // glibc writes the year 33 as "33"
            assert_string_equal(ours, theirs);
            assert_true(week_parse(ours, &monday));
            assert_int_equal(monday, week_of(days));
        }
        assert_int_equal(days - week_of(days), (tm.tm_wday + 6) % 7);
    }
}

static void test_date_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2021-2-8",    "2021-02-29",  "2021-13-01",
                                      "2021-00-10", "2021-01-00",  "0000-01-01",  "2021-04-31",
                                      "20210208",   "2021-02-08 ", " 2021-02-08", "2021/02/08",
                                      "1900-02-29", "-021-02-08",  "2021-02-0x",  "2021-02"};
    int32_t days = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(date_parse(bad[i], &days));
    assert_int_equal(days, 42);
    assert_true(date_parse("2000-02-29", &days));

    char buf[DATE_SIZE];
    date_format(day("2021-02-08"), buf);
    assert_string_equal(buf, "2021-02-08");
    date_format(day("9999-12-31") + 1, buf);
    assert_string_equal(buf, "");
    date_format(INT32_MIN, buf);
    date_format(INT32_MAX, buf);
    assert_string_equal(buf, "");
}

static void test_weeks(void **state)
{
    (void)state;
    int32_t monday = 0;
    assert_true(week_parse("2021-W07", &monday));
    assert_int_equal(monday, day("2021-02-15"));
    assert_true(week_parse("2021w01", &monday));
    assert_int_equal(monday, day("2021-01-04"));
    assert_true(week_parse("2020-W53", &monday)); // 2020 has 53 weeks, 2021 has 52
    assert_int_equal(monday, day("2020-12-28"));
    assert_false(week_parse("2021-W53", &monday));
    static const char *const bad[] = {"2021-W00",  "2021-W54", "2021-W7", "2021-07",   "21-W07",
                                      "2021--W07", "W07",      "",        "2021-W07 ", "2021-W071"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(week_parse(bad[i], &monday));
    assert_int_equal(monday, day("2020-12-28"));
    assert_int_equal(week_of(day("2021-01-03")), day("2020-12-28"));
    char buf[WEEK_SIZE];
    week_format(INT32_MAX, buf);
    assert_string_equal(buf, "");
    assert_int_equal(week_of(day("1969-12-31")), day("1969-12-29"));
}

static void test_quarters(void **state)
{
    (void)state;
    int year = 0, q = 0;
    int32_t first, last;
    char buf[QUARTER_SIZE];
    assert_true(quarter_parse("2021Q1", &year, &q) && year == 2021 && q == 1);
    assert_true(quarter_parse("2022-Q4", &year, &q) && year == 2022 && q == 4);
    assert_true(quarter_parse("2021q2", &year, &q) && q == 2);
    static const char *const bad[] = {"2021Q0",  "2021Q5", "2021", "Q1",
                                      "2021Q11", "0000Q1", "21Q1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(quarter_parse(bad[i], &year, &q));
    quarter_format(2021, 3, buf);
    assert_string_equal(buf, "2021Q3");

    quarter_range(2021, 1, 1, &first, &last);
    assert_int_equal(first, day("2021-01-01"));
    assert_int_equal(last, day("2021-03-31"));
    quarter_range(2020, 4, 4, &first, &last); // the year from April: its Q4 is the next January
    assert_int_equal(first, day("2021-01-01"));
    assert_int_equal(last, day("2021-03-31"));
    quarter_range(2021, 1, 12, &first, &last);
    assert_int_equal(first, day("2021-12-01"));
    assert_int_equal(last, day("2022-02-28"));
    for (int month = 1; month <= 12; month++)
        for (int32_t days = day("2019-12-01"); days < day("2024-03-01"); days++) {
            quarter_of(days, month, &year, &q);
            quarter_range(year, q, month, &first, &last);
            assert_in_range(days, first, last);
        }
}

static void assert_timestamp(const char *text, const char *expected)
{
    int64_t us;
    char buf[TIMESTAMP_SIZE];
    assert_true(timestamp_parse(text, &us));
    timestamp_format(us, buf);
    assert_string_equal(buf, expected);
}

static void test_months(void **state)
{
    (void)state;
    int32_t first = 7;
    char buf[MONTH_SIZE];
    assert_true(month_parse("2021-02", &first) && first == day("2021-02-01"));
    static const char *const bad[] = {"",        "2021-2", "2021-13",   "2021-00",
                                      "2021/02", "2021",   "2021-02-01"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(month_parse(bad[i], &first));
    assert_int_equal(first, day("2021-02-01"));
    month_format(day("2021-02-28"), buf);
    assert_string_equal(buf, "2021-02");
    assert_int_equal(month_of(day("2021-01-31"), 1), day("2021-02-01"));
    assert_int_equal(month_of(day("2021-01-31"), -1), day("2020-12-01"));
    assert_int_equal(month_of(day("2021-01-31"), 0), day("2021-01-01"));
    assert_int_equal(month_of(day("2020-12-31"), 14), day("2022-02-01"));
}

static void test_timestamps(void **state)
{
    (void)state;
    int64_t us = 7;
    assert_true(timestamp_parse("1970-01-01T00:00:00Z", &us) && us == 0);
    assert_true(timestamp_parse("1969-12-31T23:59:59.999999Z", &us) && us == -1);
    assert_timestamp("2021-02-08T01:02:03.456789Z", "2021-02-08T01:02:03.456789Z");
    assert_timestamp("2021-02-08t10:02:03.40+09:00", "2021-02-08T01:02:03.400000Z");
    assert_timestamp("2021-02-08 01:02:03.123456789-03:30", "2021-02-08T04:32:03.123456Z");
    assert_timestamp("2021-01-01T08:59:59+09:00", "2020-12-31T23:59:59Z");
    assert_timestamp("1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"); // RFC 3339, 5.8
    assert_timestamp("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000Z");
    static const char *const bad[] = {"2021-02-08",
                                      "2021-02-08T01:02Z",
                                      "2021-02-08T24:00:00Z",
                                      "2021-02-08T01:60:00Z",
                                      "2021-02-08T01:02:61Z",
                                      "2021-02-08T01:02:03",
                                      "2021-02-08T01:02:03.Z",
                                      "2021-02-08T01:02:03+0900",
                                      "2021-02-08T01:02:03+24:00",
                                      "2021-02-30T01:02:03Z",
                                      "2021-02-08T01:02:03Zx",
                                      "2021-02-08T01:02:03+"};
    us = 7;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(timestamp_parse(bad[i], &us));
    assert_int_equal(us, 7);
    char buf[TIMESTAMP_SIZE];
    timestamp_format(INT64_MAX, buf);
    assert_string_equal(buf, "");
    timestamp_format(INT64_MIN, buf);
    assert_string_equal(buf, "");
}

static void test_local(void **state)
{
    (void)state;
    int64_t us;
    setenv("TZ", "JST-9", 1); // POSIX form: no zone files needed
    tzset();
    assert_true(timestamp_parse("2021-02-07T15:00:00Z", &us));
    assert_int_equal(local_days(us), day("2021-02-08"));
    assert_int_equal(local_days(us - 1), day("2021-02-07"));
    assert_int_equal(local_to_us(day("2021-02-08"), 0), us);
    assert_int_equal(local_to_us(day("2021-02-08"), 17 * 60 + 30), us + INT64_C(63000) * 1000000);
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    assert_int_equal(local_to_us(day("2021-03-29"), 0) - local_to_us(day("2021-03-28"), 0),
                     INT64_C(23) * 3600 * 1000000);
    assert_int_equal(local_days(local_to_us(day("2021-10-31"), 0)), day("2021-10-31"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day), cmocka_unit_test(test_date_text),
        cmocka_unit_test(test_weeks),     cmocka_unit_test(test_quarters),
        cmocka_unit_test(test_months),    cmocka_unit_test(test_timestamps),
        cmocka_unit_test(test_local),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
