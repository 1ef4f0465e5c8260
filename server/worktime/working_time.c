// Counting with a compiled calendar: days are looked up once and kept in a table with the working
// minutes before each, so that a distance costs two look-ups.
#include "server/worktime/working_time_private.h"

enum { MARGIN = 400 }; // days that the table is wider than what was asked for
// 1950-01-01 and 2150-01-01
static const int32_t FIRST_DAY = -7305;
static const int32_t END_DAY = 65744;

static int32_t within(int32_t day)
{
    return day < FIRST_DAY ? FIRST_DAY : day >= END_DAY ? END_DAY - 1 : day;
}

// The table holds these days. False when the arena is exhausted: then nothing counts as work.
static bool know(struct working_time *time, int32_t from, int32_t to)
{
    if (time->count > 0 && from >= time->first && to < time->first + time->count)
        return true;
    int32_t first = within(from - MARGIN), last = within(to + MARGIN);
    if (time->count > 0 && time->first < first)
        first = time->first;
    if (time->count > 0 && time->first + time->count - 1 > last)
        last = time->first + time->count - 1;
    int32_t count = last - first + 1;
    const struct pattern **days = arena_calloc(time->arena, (size_t)count, sizeof *days);
    int64_t *before = arena_calloc(time->arena, (size_t)count, sizeof *before);
    if (!days || !before)
        return false;
    for (int32_t i = 0; i < count; i++) {
        days[i] = working_pattern(time, first + i);
        if (!days[i])
            return false;
        if (i > 0)
            before[i] = before[i - 1] + days[i - 1]->minutes;
    }
    time->first = first;
    time->count = count;
    time->days = days;
    time->before = before;
    return true;
}

// Working minutes of a day's pattern up to `minute` of that day.
static double minutes_until(const struct pattern *pattern, double minute)
{
    double sum = 0;
    for (int i = 0; i < pattern->n; i++) {
        double to = pattern->spans[i].to < minute ? pattern->spans[i].to : minute;
        if (to > pattern->spans[i].from)
            sum += to - pattern->spans[i].from;
    }
    return sum;
}

// Working minutes since the table's first day. A shift into the next day counts where it lies.
static double position_of(const struct working_time *time, int64_t wall)
{
    int32_t day = wall_day(wall);
    int32_t i = day - time->first;
    double minute = (double)(wall - wall_of_day(day)) / 60;
    double sum = (double)time->before[i] + minutes_until(time->days[i], minute);
    if (i > 0) // what of yesterday's shift is still to come
        sum -= time->days[i - 1]->minutes -
               minutes_until(time->days[i - 1], minute + (double)WORKING_DAY);
    return sum;
}

static int64_t clamped(int64_t wall)
{
    int64_t first = wall_of_day(FIRST_DAY), last = wall_of_day(END_DAY) - 1;
    return wall < first ? first : wall > last ? last : wall;
}

double working_minutes(struct working_time *time, int64_t from, int64_t to)
{
    from = clamped(from);
    to = clamped(to);
    if (from > to)
        return -working_minutes(time, to, from);
    // One day more at the front: a shift that began yesterday.
    if (!know(time, within(wall_day(from) - 1), wall_day(to)))
        return 0;
    return position_of(time, to) - position_of(time, from);
}

double working_days(struct working_time *time, int64_t from, int64_t to)
{
    return working_minutes(time, from, to) / time->day_minutes;
}

// The earliest second in (low, high] by which `minutes` have passed since `from`.
static int64_t bisect(struct working_time *time, int64_t from, double minutes, int64_t low,
                      int64_t high)
{
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (working_minutes(time, from, middle) + 1e-6 >= minutes)
            high = middle;
        else
            low = middle;
    }
    return high;
}

static int64_t add_back(struct working_time *time, int64_t from, double minutes)
{
    int64_t low = clamped(INT64_MIN / 2), high = from;
    for (int64_t days = 8;; days *= 2) {
        int64_t start = clamped(from - days * WORKING_DAY * 60);
        if (working_minutes(time, start, from) + 1e-6 >= minutes) {
            low = start;
            break;
        }
        if (start == clamped(INT64_MIN / 2))
            return start;
    }
    while (high - low > 1) { // the latest second since which so many have passed
        int64_t middle = low + (high - low) / 2;
        if (working_minutes(time, middle, from) + 1e-6 >= minutes)
            low = middle;
        else
            high = middle;
    }
    return low;
}

int64_t working_add(struct working_time *time, int64_t from, double minutes)
{
    from = clamped(from);
    if (minutes == 0 || minutes != minutes)
        return from;
    if (minutes < 0)
        return add_back(time, from, -minutes);
    for (int64_t days = 8;; days *= 2) {
        int64_t end = clamped(from + days * WORKING_DAY * 60);
        if (working_minutes(time, from, end) + 1e-6 >= minutes)
            return bisect(time, from, minutes, from, end);
        if (end == clamped(INT64_MAX / 2))
            return end;
    }
}

bool working_is_day(struct working_time *time, int32_t day)
{
    day = within(day);
    return know(time, day, day) && time->days[day - time->first]->minutes > 0;
}

int32_t working_next_day(struct working_time *time, int32_t day)
{
    for (int32_t next = day + 1; next <= day + MARGIN; next++)
        if (working_is_day(time, next))
            return next;
    return day + 1; // a calendar without work
}

int32_t working_day_count(struct working_time *time, int32_t from, int32_t to)
{
    if (from > to)
        return -working_day_count(time, to, from);
    int32_t count = 0;
    for (int32_t day = within(from) + 1; day <= within(to); day++)
        count += working_is_day(time, day);
    return count;
}
