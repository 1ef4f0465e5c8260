// Calendars: week days, and the two generations of exceptions.
//
// 2003 wrote an exception as a week day of DayType 0 with a period; 2007 and later write Exceptions
// and, for older readers, the same once more in the old form. Times are taken as written: a working
// time that ends at or before its beginning ends on the next day.
#include "client/plan_sync/mspdi/rows.h"

#include <stdlib.h>
#include <string.h>

// All working times under `n`; those without a beginning or an end are left out.
static Okr__PlanWorkingTime **working_times(struct mspdi_context *c, const struct mspdi_node *n,
                                            size_t *ret_n)
{
    *ret_n = 0;
    struct mspdi_node *box = mspdi_node_first(n, "WorkingTimes");
    size_t count = box ? mspdi_node_count(box, "WorkingTime") : 0;
    if (count == 0)
        return NULL;
    Okr__PlanWorkingTime **list = arena_calloc(c->arena, count, sizeof *list);
    Okr__PlanWorkingTime *times = arena_calloc(c->arena, count, sizeof *times);
    struct mspdi_node *t = mspdi_node_first(box, "WorkingTime");
    for (; list && times && t; t = mspdi_node_next(t)) {
        Okr__PlanWorkingTime *time = &times[*ret_n];
        okr__plan_working_time__init(time);
        time->has_from_minute = mspdi_time(c, t, "FromTime", &time->from_minute);
        time->has_to_minute = mspdi_time(c, t, "ToTime", &time->to_minute);
        if (time->has_from_minute && time->has_to_minute)
            list[(*ret_n)++] = time;
        else if (mspdi_node_value(t, "FromTime") || mspdi_node_value(t, "ToTime"))
            mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, t, NULL);
    }
    return list;
}

static Okr__PlanCalendarException *exception(struct mspdi_context *c, const struct mspdi_node *n)
{
    Okr__PlanCalendarException *e = arena_alloc(c->arena, sizeof *e);
    if (!e)
        return NULL;
    okr__plan_calendar_exception__init(e);
    struct mspdi_node *period = mspdi_node_first(n, "TimePeriod");
    if (period) {
        e->from = mspdi_datetime(c, period, "FromDate");
        e->to = mspdi_datetime(c, period, "ToDate");
    }
    e->has_working = mspdi_bool(c, n, "DayWorking", &e->working);
    e->times = working_times(c, n, &e->n_times);
    return e;
}

// The newer form's own fields.
static void exception_rule(struct mspdi_context *c, const struct mspdi_node *n,
                           Okr__PlanCalendarException *e)
{
    e->name = mspdi_text(c, n, "Name");
    e->has_type = mspdi_int(c, n, "Type", &e->type);
    e->has_period = mspdi_int(c, n, "Period", &e->period);
    e->has_days_of_week = mspdi_int(c, n, "DaysOfWeek", &e->days_of_week);
    e->has_month_item = mspdi_int(c, n, "MonthItem", &e->month_item);
    e->has_month_position = mspdi_int(c, n, "MonthPosition", &e->month_position);
    e->has_month = mspdi_int(c, n, "Month", &e->month);
    e->has_month_day = mspdi_int(c, n, "MonthDay", &e->month_day);
    e->has_occurrences = mspdi_int(c, n, "Occurrences", &e->occurrences);
}

static int compare_text(const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int compare_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

// By what both forms have: dates, whether work is done, times. For qsort() over pointers.
static int compare_exceptions(const void *pa, const void *pb)
{
    const Okr__PlanCalendarException *a = *(Okr__PlanCalendarException *const *)pa;
    const Okr__PlanCalendarException *b = *(Okr__PlanCalendarException *const *)pb;
    int rc = compare_text(a->from, b->from);
    if (rc == 0)
        rc = compare_text(a->to, b->to);
    if (rc == 0)
        rc = compare_int(a->working, b->working);
    if (rc == 0)
        rc = compare_int((int64_t)a->n_times, (int64_t)b->n_times);
    for (size_t i = 0; rc == 0 && i < a->n_times; i++) {
        rc = compare_int(a->times[i]->from_minute, b->times[i]->from_minute);
        if (rc == 0)
            rc = compare_int(a->times[i]->to_minute, b->times[i]->to_minute);
    }
    return rc;
}

// A list of exceptions as it grows; `list` has room for all.
struct exceptions {
    Okr__PlanCalendarException **list;
    size_t n;
};

static void newer_exceptions(struct mspdi_context *c, const struct mspdi_node *calendar,
                             struct exceptions *all)
{
    struct mspdi_node *box = mspdi_node_first(calendar, "Exceptions");
    struct mspdi_node *n = box ? mspdi_node_first(box, "Exception") : NULL;
    for (; n; n = mspdi_node_next(n)) {
        Okr__PlanCalendarException *e = exception(c, n);
        if (!e)
            return;
        exception_rule(c, n, e);
        all->list[all->n++] = e;
    }
}

static bool is_older_exception(const struct mspdi_node *week_day)
{
    const char *day = mspdi_node_value(week_day, "DayType");
    return day && strtol(day, NULL, 10) == 0 && mspdi_node_first(week_day, "TimePeriod");
}

static bool is_known(const struct exceptions *sorted, const Okr__PlanCalendarException *e)
{
    return sorted->n > 0 &&
           bsearch(&e, sorted->list, sorted->n, sizeof *sorted->list, compare_exceptions) != NULL;
}

static void older_exceptions(struct mspdi_context *c, const struct mspdi_node *week,
                             const struct exceptions *sorted, struct exceptions *all)
{
    struct mspdi_node *n = week ? mspdi_node_first(week, "WeekDay") : NULL;
    for (; n; n = mspdi_node_next(n)) {
        if (!is_older_exception(n))
            continue;
        Okr__PlanCalendarException *e = exception(c, n);
        if (!e)
            return;
        if (!is_known(sorted, e))
            all->list[all->n++] = e;
    }
}

static void exceptions(struct mspdi_context *c, const struct mspdi_node *calendar,
                       const struct mspdi_node *week, Okr__PlanCalendar *ret)
{
    struct mspdi_node *box = mspdi_node_first(calendar, "Exceptions");
    size_t n_newer = box ? mspdi_node_count(box, "Exception") : 0;
    size_t most = n_newer + (week ? mspdi_node_count(week, "WeekDay") : 0);
    struct exceptions newer = {arena_calloc(c->arena, n_newer, sizeof *newer.list), 0};
    struct exceptions sorted = {arena_calloc(c->arena, n_newer, sizeof *sorted.list), 0};
    struct exceptions all = {arena_calloc(c->arena, most, sizeof *all.list), 0};
    if (!newer.list || !sorted.list || !all.list)
        return;
    newer_exceptions(c, calendar, &newer);
    memcpy(sorted.list, newer.list, newer.n * sizeof *newer.list);
    sorted.n = newer.n;
    qsort(sorted.list, sorted.n, sizeof *sorted.list, compare_exceptions);
    older_exceptions(c, week, &sorted, &all);
    memcpy(all.list + all.n, newer.list, newer.n * sizeof *newer.list);
    ret->exceptions = all.list;
    ret->n_exceptions = all.n + newer.n;
}

static Okr__PlanWeekDay *week_day(struct mspdi_context *c, const struct mspdi_node *n, int32_t day)
{
    Okr__PlanWeekDay *d = arena_alloc(c->arena, sizeof *d);
    if (!d)
        return NULL;
    okr__plan_week_day__init(d);
    d->has_day = true;
    d->day = day;
    d->has_working = mspdi_bool(c, n, "DayWorking", &d->working);
    d->times = working_times(c, n, &d->n_times);
    return d;
}

static void week_days(struct mspdi_context *c, const struct mspdi_node *week,
                      Okr__PlanCalendar *ret)
{
    size_t most = week ? mspdi_node_count(week, "WeekDay") : 0;
    ret->week_days = arena_calloc(c->arena, most, sizeof *ret->week_days);
    struct mspdi_node *n = most ? mspdi_node_first(week, "WeekDay") : NULL;
    for (; ret->week_days && n; n = mspdi_node_next(n)) {
        int64_t day;
        if (!mspdi_int(c, n, "DayType", &day) || day < 1 || day > 7) {
            if (!is_older_exception(n))
                mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, n, NULL);
            continue;
        }
        if (mspdi_node_first(n, "TimePeriod"))
            mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, n, "TimePeriod");
        Okr__PlanWeekDay *d = week_day(c, n, (int32_t)day);
        if (!d)
            return;
        ret->week_days[ret->n_week_days++] = d;
    }
}

void mspdi_calendar(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanCalendar *ret)
{
    okr__plan_calendar__init(ret);
    ret->has_uid = mspdi_int(c, n, "UID", &ret->uid);
    ret->name = mspdi_text(c, n, "Name");
    ret->has_is_base = mspdi_bool(c, n, "IsBaseCalendar", &ret->is_base);
    // -1 (and stranger negative numbers) is how "no base calendar" is written.
    ret->has_base_uid = mspdi_int(c, n, "BaseCalendarUID", &ret->base_uid) && ret->base_uid >= 0;
    if (!ret->has_base_uid)
        ret->base_uid = 0;
    const struct mspdi_node *week = mspdi_node_first(n, "WeekDays");
    week_days(c, week, ret);
    exceptions(c, n, week, ret);
}
