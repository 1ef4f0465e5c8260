// A calendar is compiled into a few day patterns and a list of exceptions; days are looked up once
// and kept in a table with the working minutes before each, so that a distance costs two look-ups.
#include "server/service/working_time.h"

#include <string.h>
#include "common/calendar.h"

enum {
    DAY = 1440,           // minutes
    SPANS_MOST = 16,      // of one day
    CHAIN_MOST = 16,      // base calendars
    DAY_MINUTES = 480,
    MARGIN = 400,         // days that the table is wider than what was asked for
};
// 1950-01-01 and 2150-01-01
static const int32_t FIRST_DAY = -7305;
static const int32_t END_DAY = 65744;

struct span { // of a day, in minutes since its midnight; may reach into the next one
    int16_t from, to;
};
struct pattern {
    struct span spans[SPANS_MOST]; // in order, apart from each other
    int n;
    int minutes;
};
struct exception {
    int32_t from, to; // days, both included
    const Okr__PlanCalendarException *rule;
    struct pattern pattern;
};
struct working_time {
    struct arena *arena;
    double day_minutes;
    struct pattern week[7]; // from Sunday
    struct exception *exceptions;
    size_t n_exceptions;
    // What is looked up already: days first … first + count - 1.
    int32_t first;
    int32_t count;
    const struct pattern **days;
    int64_t *before; // working minutes of the days of the table before this one
};

// ---- wall clock -------------------------------------------------------------------------------

static bool two_digits(const char *text, int most, int *ret)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret = (text[0] - '0') * 10 + (text[1] - '0');
    return *ret <= most;
}

bool wall_parse(const char *text, int64_t *ret)
{
    int32_t day;
    int hour, minute, second;
    char date[DATE_SIZE];
    if (!text || strlen(text) < WALL_SIZE - 1 || text[10] != 'T')
        return false;
    memcpy(date, text, DATE_SIZE - 1);
    date[DATE_SIZE - 1] = '\0';
    if (!date_parse(date, &day) || text[13] != ':' || text[16] != ':' ||
        (text[19] != '\0' && text[19] != '.') || !two_digits(text + 11, 23, &hour) ||
        !two_digits(text + 14, 59, &minute) || !two_digits(text + 17, 59, &second))
        return false;
    *ret = wall_of_day(day) + hour * 3600 + minute * 60 + second;
    return true;
}

int64_t wall_of_day(int32_t day)
{
    return (int64_t)day * DAY * 60;
}

int32_t wall_day(int64_t wall)
{
    int64_t day = wall / (DAY * 60);
    return (int32_t)(wall % (DAY * 60) < 0 ? day - 1 : day);
}

void wall_format(int64_t wall, char buf[WALL_SIZE])
{
    int32_t day = wall_day(wall);
    int second = (int)(wall - wall_of_day(day));
    const int parts[] = {second / 3600, second / 60 % 60, second % 60};
    date_format(day, buf);
    if (strlen(buf) != DATE_SIZE - 1)
        return;
    for (int i = 0; i < 3; i++) {
        char *at = buf + DATE_SIZE - 1 + i * 3;
        at[0] = i == 0 ? 'T' : ':';
        at[1] = (char)('0' + parts[i] / 10);
        at[2] = (char)('0' + parts[i] % 10);
    }
    buf[WALL_SIZE - 1] = '\0';
}

// ---- patterns ---------------------------------------------------------------------------------

static void pattern_put(struct pattern *pattern, struct span span)
{
    int at = pattern->n;
    if (at == SPANS_MOST || span.to <= span.from)
        return;
    for (; at > 0 && pattern->spans[at - 1].from > span.from; at--)
        pattern->spans[at] = pattern->spans[at - 1];
    pattern->spans[at] = span;
    pattern->n++;
}

// Times that overlap become one, so that no minute counts twice.
static void pattern_finish(struct pattern *pattern)
{
    int kept = 0;
    pattern->minutes = 0;
    for (int i = 0; i < pattern->n; i++) {
        struct span span = pattern->spans[i];
        if (kept > 0 && span.from <= pattern->spans[kept - 1].to) {
            if (span.to > pattern->spans[kept - 1].to)
                pattern->spans[kept - 1].to = span.to;
        } else {
            pattern->spans[kept++] = span;
        }
    }
    pattern->n = kept;
    for (int i = 0; i < kept; i++)
        pattern->minutes += pattern->spans[i].to - pattern->spans[i].from;
}

static void pattern_standard(struct pattern *pattern)
{
    *pattern = (struct pattern){.spans = {{8 * 60, 12 * 60}, {13 * 60, 17 * 60}}, .n = 2};
    pattern_finish(pattern);
}

static void pattern_of(struct pattern *pattern, bool working, Okr__PlanWorkingTime *const *times,
                       size_t n_times)
{
    *pattern = (struct pattern){0};
    if (!working)
        return;
    for (size_t i = 0; i < n_times; i++) {
        int from = times[i]->from_minute, to = times[i]->to_minute;
        if (from < 0 || from >= DAY || to < 0 || to > DAY)
            continue;
        if (to <= from)
            to += DAY;
        pattern_put(pattern, (struct span){(int16_t)from, (int16_t)to});
    }
    if (pattern->n == 0) // works, at times that nobody wrote down
        pattern_standard(pattern);
    pattern_finish(pattern);
}

// ---- exceptions -------------------------------------------------------------------------------

static int week_day(int32_t day) // 0 Sunday
{
    int n = (day + 4) % 7;
    return n < 0 ? n + 7 : n;
}

static int month_length(int year, int month)
{
    int32_t first = date_to_days((struct date){year, month, 1});
    struct date next = month == 12 ? (struct date){year + 1, 1, 1} : (struct date){year, month + 1, 1};
    return date_to_days(next) - first;
}

// MS Project's MonthItem: 0 any day, 1 Monday to Friday, 2 Saturday and Sunday, 3 Sunday … 9 Saturday.
static bool is_item(int64_t item, int wday)
{
    if (item == 0)
        return true;
    bool weekend = wday == 0 || wday == 6;
    if (item <= 2)
        return weekend == (item == 2);
    return item - 3 == wday;
}

// MonthPosition: 0 first … 3 fourth, 4 last.
static bool is_at_position(const Okr__PlanCalendarException *rule, int32_t day, struct date date)
{
    int length = month_length(date.year, date.month);
    int32_t first = day - (date.day - 1);
    int before = 0, after = 0;
    if (!is_item(rule->month_item, week_day(day)))
        return false;
    for (int d = 1; d <= length; d++) {
        if (!is_item(rule->month_item, week_day(first + d - 1)))
            continue;
        before += d < date.day;
        after += d > date.day;
    }
    return rule->month_position == 4 ? after == 0 : before == rule->month_position;
}

// The exception recurs on this day of its range. The kinds are MS Project's: 1 daily, 2 and 3 yearly,
// 4 and 5 monthly, 6 weekly; months count from 0, days of the week are bits from Sunday.
static bool recurs_on(const struct exception *exception, int32_t day)
{
    const Okr__PlanCalendarException *rule = exception->rule;
    int64_t period = rule->period > 1 ? rule->period : 1;
    struct date date = date_from_days(day);
    struct date start = date_from_days(exception->from);
    int64_t months = (date.year - start.year) * 12 + date.month - start.month;
    switch (rule->has_type ? rule->type : 1) {
    case 2:
        return date.month == rule->month + 1 && date.day == rule->month_day;
    case 3:
        return date.month == rule->month + 1 && is_at_position(rule, day, date);
    case 4:
        return months % period == 0 && date.day == rule->month_day;
    case 5:
        return months % period == 0 && is_at_position(rule, day, date);
    case 6: {
        int32_t weeks = (week_of(day + 1) - week_of(exception->from + 1)) / 7; // weeks from Sunday
        return weeks % period == 0 && (rule->days_of_week & (INT64_C(1) << week_day(day)));
    }
    case 1:
        return (day - exception->from) % period == 0;
    default:
        return true;
    }
}

static const struct pattern *pattern_on(const struct working_time *time, int32_t day)
{
    for (size_t i = 0; i < time->n_exceptions; i++) {
        const struct exception *e = &time->exceptions[i];
        if (day >= e->from && day <= e->to && recurs_on(e, day))
            return &e->pattern;
    }
    return &time->week[week_day(day)];
}

// ---- compiling --------------------------------------------------------------------------------

static const Okr__PlanCalendar *calendar_with(Okr__PlanCalendar *const *calendars, size_t n,
                                              bool has_uid, int64_t uid)
{
    for (size_t i = 0; has_uid && i < n; i++)
        if (calendars[i] && calendars[i]->has_uid && calendars[i]->uid == uid)
            return calendars[i];
    return NULL;
}

// The calendar, its base, …; ends where a file goes round in a circle.
static int chain_of(Okr__PlanCalendar *const *calendars, size_t n, bool has_uid, int64_t uid,
                    const Okr__PlanCalendar *chain[CHAIN_MOST])
{
    int length = 0;
    const Okr__PlanCalendar *next = calendar_with(calendars, n, has_uid, uid);
    while (next && length < CHAIN_MOST) {
        for (int i = 0; i < length; i++)
            if (chain[i] == next)
                return length;
        chain[length++] = next;
        next = calendar_with(calendars, n, next->has_base_uid, next->base_uid);
    }
    return length;
}

static void take_week(struct working_time *time, const Okr__PlanCalendar *const *chain, int length)
{
    for (int wday = 0; wday < 7; wday++) {
        bool found = false;
        for (int c = 0; c < length && !found; c++)
            for (size_t i = 0; i < chain[c]->n_week_days && !found; i++) {
                const Okr__PlanWeekDay *day = chain[c]->week_days[i];
                found = day->day == wday + 1;
                if (found)
                    pattern_of(&time->week[wday], day->working, day->times, day->n_times);
            }
        if (!found && wday >= 1 && wday <= 5)
            pattern_standard(&time->week[wday]);
    }
}

static bool exception_range(const Okr__PlanCalendarException *rule, struct exception *ret)
{
    int64_t from, to;
    if (!wall_parse(rule->from, &from))
        return false;
    ret->from = wall_day(from);
    ret->to = wall_parse(rule->to, &to) ? wall_day(to) : ret->from;
    return ret->to >= ret->from;
}

static bool take_exceptions(struct working_time *time, const Okr__PlanCalendar *const *chain,
                            int length)
{
    size_t count = 0;
    for (int c = 0; c < length; c++)
        count += chain[c]->n_exceptions;
    time->exceptions = arena_calloc(time->arena, count + 1, sizeof *time->exceptions);
    if (!time->exceptions)
        return false;
    for (int c = 0; c < length; c++)
        for (size_t i = 0; i < chain[c]->n_exceptions; i++) {
            const Okr__PlanCalendarException *rule = chain[c]->exceptions[i];
            struct exception *e = &time->exceptions[time->n_exceptions];
            if (!exception_range(rule, e))
                continue;
            e->rule = rule;
            pattern_of(&e->pattern, rule->working, rule->times, rule->n_times);
            time->n_exceptions++;
        }
    return true;
}

struct working_time *working_time_new(struct arena *arena, Okr__PlanCalendar *const *calendars,
                                      size_t n_calendars, bool has_uid, int64_t uid)
{
    const Okr__PlanCalendar *chain[CHAIN_MOST];
    int length = chain_of(calendars, n_calendars, has_uid, uid, chain);
    struct working_time *time = arena_calloc(arena, 1, sizeof *time);
    if (!time)
        return NULL;
    time->arena = arena;
    time->day_minutes = DAY_MINUTES;
    take_week(time, chain, length);
    return take_exceptions(time, chain, length) ? time : NULL;
}

struct working_time *working_time_of_plan(struct arena *arena, const Okr__PlanHeader *header,
                                          Okr__PlanCalendar *const *calendars, size_t n_calendars)
{
    struct working_time *time =
        working_time_new(arena, calendars, n_calendars, header && header->has_calendar_uid,
                         header ? header->calendar_uid : 0);
    if (time && header && header->has_minutes_per_day && header->minutes_per_day > 0)
        time->day_minutes = (double)header->minutes_per_day;
    return time;
}

double working_day_minutes(const struct working_time *time)
{
    return time->day_minutes;
}

// ---- the table --------------------------------------------------------------------------------

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
        days[i] = pattern_on(time, first + i);
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
        sum -= time->days[i - 1]->minutes - minutes_until(time->days[i - 1], minute + DAY);
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
        int64_t start = clamped(from - days * DAY * 60);
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
        int64_t end = clamped(from + days * DAY * 60);
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
