// Calendar arithmetic. ISO 8601-1:2019 for dates and weeks, RFC 3339 for time stamps.
#include "common/calendar.h"

#include <string.h>
#include <time.h>

enum { FIRST_YEAR = 1, LAST_YEAR = 9999 };

static const int64_t DAY_US = INT64_C(86400) * 1000000;
static const int64_t SECOND_US = 1000000;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
    return a % b + (a % b < 0 ? b : 0);
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_length(int64_t year, int month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return lengths[month - 1] + (month == 2 && is_leap(year));
}

// Days from 1970-01-01 to 1 January: 365 a year and the leap days of all years before.
static int64_t year_start(int64_t year)
{
    int64_t y = year - 1;
    int64_t leap_days = floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400);
    return 365 * y + leap_days - 719162;
}

int32_t date_to_days(struct date date)
{
    int64_t days = year_start(date.year) + date.day - 1;
    for (int month = 1; month < date.month; month++)
        days += month_length(date.year, month);
    return (int32_t)days;
}

struct date date_from_days(int32_t days)
{
    // 146,097 days are 400 years; the guess is off by one year at most.
    int64_t year = 1970 + floor_div((int64_t)days * 400, 146097);
    while (year_start(year) > days)
        year--;
    while (year_start(year + 1) <= days)
        year++;
    int rest = (int)(days - year_start(year));
    int month = 1;
    while (rest >= month_length(year, month))
        rest -= month_length(year, month++);
    return (struct date){.year = (int)year, .month = month, .day = rest + 1};
}

// Reads exactly `count` digits and moves on.
static bool read_digits(const char **p, int count, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*p)[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *p += count;
    *ret_value = value;
    return true;
}

static bool read_one(const char **p, const char *any_of)
{
    if (**p == '\0' || !strchr(any_of, **p))
        return false;
    (*p)++;
    return true;
}

static char *put_digits(char *p, int count, int value)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + count;
}

static bool read_date(const char **p, int32_t *ret_days)
{
    struct date d;
    if (!read_digits(p, 4, &d.year) || !read_one(p, "-") || !read_digits(p, 2, &d.month) ||
        !read_one(p, "-") || !read_digits(p, 2, &d.day))
        return false;
    if (d.year < FIRST_YEAR || d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > month_length(d.year, d.month))
        return false;
    *ret_days = date_to_days(d);
    return true;
}

bool date_parse(const char *text, int32_t *ret_days)
{
    int32_t days;
    if (!read_date(&text, &days) || *text)
        return false;
    *ret_days = days;
    return true;
}

void date_format(int32_t days, char buf[DATE_SIZE])
{
    struct date d = date_from_days(days);
    char *p = buf;
    if (d.year >= FIRST_YEAR && d.year <= LAST_YEAR) {
        p = put_digits(p, 4, d.year);
        *p++ = '-';
        p = put_digits(p, 2, d.month);
        *p++ = '-';
        p = put_digits(p, 2, d.day);
    }
    *p = '\0';
}

// Day 0 was a Thursday.
int32_t week_of(int32_t days)
{
    return (int32_t)(floor_div((int64_t)days + 3, 7) * 7 - 3);
}

static int32_t first_week(int year)
{
    return week_of(date_to_days((struct date){year, 1, 4}));
}

bool week_parse(const char *text, int32_t *ret_monday)
{
    int year, week;
    if (!read_digits(&text, 4, &year))
        return false;
    read_one(&text, "-");
    if (!read_one(&text, "Ww") || !read_digits(&text, 2, &week) || *text)
        return false;
    if (year < FIRST_YEAR || week < 1)
        return false;
    int32_t monday = first_week(year) + 7 * (week - 1);
    if (monday >= first_week(year + 1))
        return false;
    *ret_monday = monday;
    return true;
}

void week_format(int32_t monday, char buf[WEEK_SIZE])
{
    monday = week_of(monday);
    int year = date_from_days(monday < INT32_MAX - 3 ? monday + 3 : monday).year;
    char *p = buf;
    if (year >= FIRST_YEAR && year <= LAST_YEAR) {
        p = put_digits(p, 4, year);
        *p++ = '-';
        *p++ = 'W';
        p = put_digits(p, 2, (monday - first_week(year)) / 7 + 1);
    }
    *p = '\0';
}

bool quarter_parse(const char *text, int *ret_year, int *ret_q)
{
    int year, q;
    if (!read_digits(&text, 4, &year))
        return false;
    read_one(&text, "-");
    if (!read_one(&text, "Qq") || !read_digits(&text, 1, &q) || *text)
        return false;
    if (year < FIRST_YEAR || q < 1 || q > 4)
        return false;
    *ret_year = year;
    *ret_q = q;
    return true;
}

void quarter_format(int year, int q, char buf[QUARTER_SIZE])
{
    char *p = buf;
    if (year >= FIRST_YEAR && year <= LAST_YEAR) {
        p = put_digits(p, 4, year);
        *p++ = 'Q';
        p = put_digits(p, 1, q);
    }
    *p = '\0';
}

// `months` counts from January of year 0.
static int32_t month_start(int64_t months)
{
    return date_to_days(
        (struct date){(int)floor_div(months, 12), (int)floor_mod(months, 12) + 1, 1});
}

void quarter_range(int year, int q, int first_month, int32_t *ret_first, int32_t *ret_last)
{
    int64_t months = (int64_t)year * 12 + first_month - 1 + 3 * (q - 1);
    *ret_first = month_start(months);
    *ret_last = month_start(months + 3) - 1;
}

void quarter_of(int32_t days, int first_month, int *ret_year, int *ret_q)
{
    struct date d = date_from_days(days);
    int64_t months = (int64_t)d.year * 12 + d.month - first_month;
    *ret_year = (int)floor_div(months, 12);
    *ret_q = (int)(floor_mod(months, 12) / 3) + 1;
}

bool month_parse(const char *text, int32_t *ret_first)
{
    char day[DATE_SIZE];
    if (strlen(text) != MONTH_SIZE - 1)
        return false;
    memcpy(day, text, MONTH_SIZE - 1);
    memcpy(day + MONTH_SIZE - 1, "-01", 4);
    return date_parse(day, ret_first);
}

void month_format(int32_t days, char buf[MONTH_SIZE])
{
    char day[DATE_SIZE];
    date_format(days, day);
    memcpy(buf, day, MONTH_SIZE - 1);
    buf[day[0] ? MONTH_SIZE - 1 : 0] = '\0';
}

int32_t month_of(int32_t days, int months)
{
    struct date d = date_from_days(days);
    return month_start((int64_t)d.year * 12 + d.month - 1 + months);
}

static bool read_time(const char **p, int64_t *ret_seconds)
{
    int hour, minute, second;
    if (!read_digits(p, 2, &hour) || !read_one(p, ":") || !read_digits(p, 2, &minute) ||
        !read_one(p, ":") || !read_digits(p, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ret_seconds = (int64_t)hour * 3600 + minute * 60 + second;
    return true;
}

static bool read_fraction(const char **p, int64_t *ret_us)
{
    int64_t us = 0, unit = SECOND_US / 10;
    int digit;
    if (!read_one(p, ".")) {
        *ret_us = 0;
        return true;
    }
    if (!read_digits(p, 1, &digit))
        return false;
    do {
        us += unit * digit;
        unit /= 10;
    } while (read_digits(p, 1, &digit));
    *ret_us = us;
    return true;
}

static bool read_offset(const char **p, int64_t *ret_seconds)
{
    int hours, minutes;
    bool west = **p == '-';
    if (read_one(p, "Zz")) {
        *ret_seconds = 0;
        return true;
    }
    if (!read_one(p, "+-") || !read_digits(p, 2, &hours) || !read_one(p, ":") ||
        !read_digits(p, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret_seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

bool timestamp_parse(const char *text, int64_t *ret_us)
{
    int32_t days;
    int64_t seconds, us, offset;
    if (!read_date(&text, &days) || !read_one(&text, "Tt ") || !read_time(&text, &seconds) ||
        !read_fraction(&text, &us) || !read_offset(&text, &offset) || *text)
        return false;
    *ret_us = days * DAY_US + (seconds - offset) * SECOND_US + us;
    return true;
}

void timestamp_format(int64_t us, char buf[TIMESTAMP_SIZE])
{
    int64_t days = floor_div(us, DAY_US);
    int64_t rest = floor_mod(us, DAY_US);
    int seconds = (int)(rest / SECOND_US), fraction = (int)(rest % SECOND_US);
    date_format((int32_t)days, buf);
    if (!*buf)
        return;
    char *p = buf + DATE_SIZE - 1;
    *p++ = 'T';
    p = put_digits(p, 2, seconds / 3600);
    *p++ = ':';
    p = put_digits(p, 2, seconds / 60 % 60);
    *p++ = ':';
    p = put_digits(p, 2, seconds % 60);
    if (fraction) {
        *p++ = '.';
        p = put_digits(p, 6, fraction);
    }
    *p++ = 'Z';
    *p = '\0';
}

int32_t local_days(int64_t us)
{
    time_t seconds = (time_t)floor_div(us, SECOND_US);
    struct tm tm;
    if (!localtime_r(&seconds, &tm))
        return (int32_t)floor_div(us, DAY_US);
    return date_to_days((struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
}

int64_t local_to_us(int32_t days, int minute_of_day)
{
    struct date d = date_from_days(days);
    struct tm tm = {.tm_year = d.year - 1900,
                    .tm_mon = d.month - 1,
                    .tm_mday = d.day,
                    .tm_hour = minute_of_day / 60,
                    .tm_min = minute_of_day % 60,
                    .tm_isdst = -1};
    return (int64_t)mktime(&tm) * SECOND_US;
}
