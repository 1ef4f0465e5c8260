// Dates, ISO weeks, quarters and time stamps as numbers: days, Mondays, microseconds.
//
// Arithmetic only. The proleptic Gregorian calendar, years 1 to 9999, written as ISO 8601 and RFC
// 3339 have it; but for the last two functions nothing here knows a time zone or asks for the time.
#ifndef COMMON_CALENDAR_H
#define COMMON_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DATE_SIZE = 11,      // "2021-02-08"
    WEEK_SIZE = 9,       // "2021-W07"
    QUARTER_SIZE = 7,    // "2021Q1"
    MONTH_SIZE = 8,      // "2021-02"
    TIMESTAMP_SIZE = 32, // "2021-02-08T01:02:03.456789Z"
};

struct date {
    int year;
    int month; // 1 to 12
    int day;   // 1 to 31
};

// Days since 1970-01-01, which is day 0. The date has to be a real one.
int32_t date_to_days(struct date date);
struct date date_from_days(int32_t days);

// Exactly "YYYY-MM-DD" (ISO 8601, extended format) and a date that exists. False otherwise, and
// *ret_days untouched.
bool date_parse(const char *text, int32_t *ret_days);

// Writes "YYYY-MM-DD", or an empty string for a day outside the years 1 to 9999.
void date_format(int32_t days, char buf[DATE_SIZE]);

// The Monday of the day's week.
int32_t week_of(int32_t days);

// An ISO 8601 week as its Monday: "2021-W07", "2021W07", W or w. Week 1 is the one with 4 January;
// week 53 only in a year that has one.
bool week_parse(const char *text, int32_t *ret_monday);

// Writes "2021-W07". The year is that of the week's Thursday. Takes any day of the week.
void week_format(int32_t monday, char buf[WEEK_SIZE]);

// "2021Q1", "2021-Q1", Q or q. Fiscal year and quarter 1 to 4.
bool quarter_parse(const char *text, int *ret_year, int *ret_q);

// Writes "2021Q1".
void quarter_format(int year, int q, char buf[QUARTER_SIZE]);

// First and last day of a quarter of three months. Fiscal year N starts on the first of
// `first_month` (1 to 12) of calendar year N.
void quarter_range(int year, int q, int first_month, int32_t *ret_first, int32_t *ret_last);

// The fiscal year and quarter that a day is in.
void quarter_of(int32_t days, int first_month, int *ret_year, int *ret_q);

// Exactly "2021-02", as the first day of the month.
bool month_parse(const char *text, int32_t *ret_first);

// Writes "2021-02". Takes any day of the month; an empty string outside the years 1 to 9999.
void month_format(int32_t days, char buf[MONTH_SIZE]);

// The first day of the month that lies `months` after the one that the day is in.
int32_t month_of(int32_t days, int months);

// RFC 3339, any offset, as microseconds since 1970-01-01T00:00:00Z; T may be t or a space, digits
// beyond microseconds are cut off, second 60 is the first of the next minute.
bool timestamp_parse(const char *text, int64_t *ret_us);

// Writes "2021-02-08T01:02:03.456789Z", without the fraction when it is 0; an empty string outside
// the years 1 to 9999.
void timestamp_format(int64_t us, char buf[TIMESTAMP_SIZE]);

// The wall clock of the process's time zone (TZ; tzset() has been called). Of a local time that a
// change of the clocks skips or repeats, one of the two readings is taken.
int32_t local_days(int64_t us);
int64_t local_to_us(int32_t days, int minute_of_day);

#endif
