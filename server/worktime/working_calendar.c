// Compiling a plan's calendar: its chain of bases becomes seven day patterns and a list of
// exceptions.
#include "common/calendar.h"
#include "server/worktime/working_time_private.h"

enum {
    CHAIN_MOST = 16, // base calendars
    DAY_MINUTES = 480,
};

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
        if (from < 0 || from >= WORKING_DAY || to < 0 || to > WORKING_DAY)
            continue;
        if (to <= from)
            to += WORKING_DAY;
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
    struct date next =
        month == 12 ? (struct date){year + 1, 1, 1} : (struct date){year, month + 1, 1};
    return date_to_days(next) - first;
}

// MS Project's MonthItem: 0 any day, 1 Monday to Friday, 2 Saturday and Sunday, 3 Sunday … 9
// Saturday.
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

// The exception recurs on this day of its range. The kinds are MS Project's: 1 daily, 2 and 3
// yearly, 4 and 5 monthly, 6 weekly; months count from 0, days of the week are bits from Sunday.
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

static const struct pattern *pattern_common(const struct working_time *time, int32_t day)
{
    const struct pattern *a = working_pattern(time->both[0], day);
    const struct pattern *b = working_pattern(time->both[1], day);
    struct pattern *common = arena_calloc(time->arena, 1, sizeof *common);
    for (int i = 0; a && b && common && i < a->n; i++)
        for (int k = 0; k < b->n; k++) {
            int16_t from =
                a->spans[i].from > b->spans[k].from ? a->spans[i].from : b->spans[k].from;
            int16_t to = a->spans[i].to < b->spans[k].to ? a->spans[i].to : b->spans[k].to;
            pattern_put(common, (struct span){from, to});
        }
    if (common)
        pattern_finish(common);
    return common;
}

const struct pattern *working_pattern(const struct working_time *time, int32_t day)
{
    if (time->both[0])
        return pattern_common(time, day);
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

struct working_time *working_time_always(struct arena *arena)
{
    struct working_time *time = arena_calloc(arena, 1, sizeof *time);
    if (!time)
        return NULL;
    time->arena = arena;
    time->day_minutes = DAY_MINUTES;
    for (int wday = 0; wday < 7; wday++)
        time->week[wday] =
            (struct pattern){.spans = {{0, WORKING_DAY}}, .n = 1, .minutes = WORKING_DAY};
    return time;
}

struct working_time *working_time_both(struct arena *arena, const struct working_time *a,
                                       const struct working_time *b)
{
    struct working_time *time = arena_calloc(arena, 1, sizeof *time);
    if (!time)
        return NULL;
    time->arena = arena;
    time->day_minutes = a->day_minutes;
    time->both[0] = a;
    time->both[1] = b;
    return time;
}

void working_count_days_as(struct working_time *time, const struct working_time *plan)
{
    time->day_minutes = plan->day_minutes;
}

double working_day_minutes(const struct working_time *time)
{
    return time->day_minutes;
}
