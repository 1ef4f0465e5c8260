// Field by field, in the order in which MS Project writes (and wants) them.
#include "client/cli/act/mspdi_write.h"

#include <stdio.h>
#include <string.h>
#include "client/cli/act/mspdi_value.h"
#include "common/calendar.h"

#define TEXT(tag, m, field) mspdi_put_text(w->out, tag, (m)->field)
#define INT(tag, m, field) mspdi_put_int(w->out, tag, (m)->has_##field, (m)->field)
#define BOOL(tag, m, field) mspdi_put_bool(w->out, tag, (m)->has_##field, (m)->field)
#define NUMBER(tag, m, field) mspdi_put_number(w->out, tag, (m)->has_##field, (m)->field)
#define DURATION(tag, m, field) mspdi_put_duration(w->out, tag, (m)->has_##field, (m)->field)

enum { NOBODY = -65535, NO_CALENDAR = -1 }; // as MS Project writes them

// The schema demands both; the reader takes these for what is not said.
enum { NOT_SAID = 0 };
#define NO_CURRENCY "XXX" // ISO 4217

// ---- the plan ----------------------------------------------------------------------------------

void mspdi_write_start(struct mspdi_writer *w, const Okr__PlanHeader *h)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
          "<Project xmlns=\"http://schemas.microsoft.com/project\">\n",
          w->out);
    mspdi_put_int(w->out, "SaveVersion", true, h->has_save_version ? h->save_version : NOT_SAID);
    TEXT("BuildNumber", h, build);
    TEXT("Name", h, name);
    TEXT("GUID", h, guid);
    TEXT("Title", h, title);
    TEXT("Company", h, company);
    TEXT("Manager", h, manager);
    TEXT("Author", h, author);
    TEXT("CreationDate", h, created);
    INT("Revision", h, revision);
    TEXT("LastSaved", h, last_saved);
    BOOL("ScheduleFromStart", h, schedule_from_start);
    TEXT("StartDate", h, start);
    TEXT("FinishDate", h, finish);
    mspdi_put_text(w->out, "CurrencyCode", h->currency ? h->currency : NO_CURRENCY);
    INT("CalendarUID", h, calendar_uid);
    INT("MinutesPerDay", h, minutes_per_day);
    INT("MinutesPerWeek", h, minutes_per_week);
    NUMBER("DaysPerMonth", h, days_per_month);
    INT("DurationFormat", h, duration_format);
    INT("BaselineForEarnedValue", h, baseline_for_ev);
    TEXT("StatusDate", h, status_date);
    TEXT("CurrentDate", h, current_date);
    INT("DefaultTaskEVMethod", h, default_ev_method);
}

// Opens the box, if this is its first row, and the row.
static void start_row(struct mspdi_writer *w, const char *name)
{
    if (w->box) {
        mspdi_open(w->out, w->box);
        w->open = w->box;
        w->box = NULL;
    }
    if (name)
        mspdi_open(w->out, name);
}

void mspdi_write_box(struct mspdi_writer *w, const char *name)
{
    w->box = name;
    if (strcmp(name, "Tasks") == 0)
        start_row(w, NULL);
}

void mspdi_write_box_end(struct mspdi_writer *w)
{
    if (w->open)
        mspdi_close(w->out, w->open);
    w->box = w->open = NULL;
}

void mspdi_write_end(struct mspdi_writer *w)
{
    mspdi_close(w->out, "Project");
}

// ---- calendars ---------------------------------------------------------------------------------

static void write_times(struct mspdi_writer *w, Okr__PlanWorkingTime *const *times, size_t n)
{
    if (n == 0)
        return;
    mspdi_open(w->out, "WorkingTimes");
    for (size_t i = 0; i < n; i++) {
        mspdi_open(w->out, "WorkingTime");
        mspdi_put_time(w->out, "FromTime", times[i]->from_minute);
        mspdi_put_time(w->out, "ToTime", times[i]->to_minute);
        mspdi_close(w->out, "WorkingTime");
    }
    mspdi_close(w->out, "WorkingTimes");
}

static void write_week_day(struct mspdi_writer *w, const Okr__PlanWeekDay *d)
{
    mspdi_open(w->out, "WeekDay");
    INT("DayType", d, day);
    BOOL("DayWorking", d, working);
    write_times(w, d->times, d->n_times);
    mspdi_close(w->out, "WeekDay");
}

static void write_exception(struct mspdi_writer *w, const Okr__PlanCalendarException *e)
{
    mspdi_open(w->out, "Exception");
    if (e->from || e->to) {
        mspdi_open(w->out, "TimePeriod");
        TEXT("FromDate", e, from);
        TEXT("ToDate", e, to);
        mspdi_close(w->out, "TimePeriod");
    }
    INT("Occurrences", e, occurrences);
    TEXT("Name", e, name);
    INT("Type", e, type);
    INT("Period", e, period);
    INT("DaysOfWeek", e, days_of_week);
    INT("MonthItem", e, month_item);
    INT("MonthPosition", e, month_position);
    INT("Month", e, month);
    INT("MonthDay", e, month_day);
    BOOL("DayWorking", e, working);
    write_times(w, e->times, e->n_times);
    mspdi_close(w->out, "Exception");
}

void mspdi_write_calendar(struct mspdi_writer *w, const Okr__PlanCalendar *c)
{
    start_row(w, "Calendar");
    INT("UID", c, uid);
    TEXT("Name", c, name);
    BOOL("IsBaseCalendar", c, is_base);
    mspdi_put_int(w->out, "BaseCalendarUID", true, c->has_base_uid ? c->base_uid : NO_CALENDAR);
    if (c->n_week_days > 0)
        mspdi_open(w->out, "WeekDays");
    for (size_t i = 0; i < c->n_week_days; i++)
        write_week_day(w, c->week_days[i]);
    if (c->n_week_days > 0)
        mspdi_close(w->out, "WeekDays");
    if (c->n_exceptions > 0)
        mspdi_open(w->out, "Exceptions");
    for (size_t i = 0; i < c->n_exceptions; i++)
        write_exception(w, c->exceptions[i]);
    if (c->n_exceptions > 0)
        mspdi_close(w->out, "Exceptions");
    mspdi_close(w->out, "Calendar");
}

// ---- tasks -------------------------------------------------------------------------------------

// The place of a word in a list is MS Project's number for it.
static void put_word(struct mspdi_writer *w, const char *tag, const char *word,
                     const char *const *words)
{
    for (int i = 0; word && words[i]; i++) {
        if (strcmp(words[i], word) == 0) {
            mspdi_put_int(w->out, tag, true, i);
            return;
        }
    }
    w->unknown += word != NULL;
}

static void write_baselines(struct mspdi_writer *w, Okr__PlanBaseline *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Okr__PlanBaseline *b = list[i];
        mspdi_open(w->out, "Baseline");
        INT("Number", b, number);
        TEXT("Start", b, start);
        TEXT("Finish", b, finish);
        DURATION("Duration", b, duration);
        DURATION("Work", b, work);
        NUMBER("Cost", b, cost);
        mspdi_close(w->out, "Baseline");
    }
}

// Whoever reads it takes the wall clock's text apart, so it is put together again here.
static void put_moment(struct mspdi_writer *w, const char *tag, int64_t seconds)
{
    char day[DATE_SIZE], text[40];
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), rest = seconds - days * 86400;
    date_format((int32_t)days, day);
    snprintf(text, sizeof text, "%sT%02d:%02d:%02d", day, (int)(rest / 3600), (int)(rest / 60 % 60),
             (int)(rest % 60));
    mspdi_put_text(w->out, tag, text);
}

static bool seconds_of(const char *text, int64_t *ret)
{
    char day[DATE_SIZE] = "";
    int32_t days;
    int hour, minute, second;
    if (!text || sscanf(text, "%10[0-9-]T%2d:%2d:%2d", day, &hour, &minute, &second) != 4 ||
        !date_parse(day, &days))
        return false;
    *ret = (int64_t)days * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

static void write_timephased(struct mspdi_writer *w, Okr__PlanTimephased *const *list, size_t n,
                             bool has_uid, int64_t uid)
{
    enum { DAYS = 2 }; // in which MS Project shows it
    for (size_t i = 0; i < n; i++) {
        const Okr__PlanTimephased *s = list[i];
        int64_t start;
        if (!seconds_of(s->start, &start))
            continue;
        for (size_t k = 0; k < s->n_begin && k < s->n_length && k < s->n_work; k++) {
            mspdi_open(w->out, "TimephasedData");
            INT("Type", s, type);
            mspdi_put_int(w->out, "UID", has_uid, uid);
            put_moment(w, "Start", start + s->begin[k]);
            put_moment(w, "Finish", start + s->begin[k] + s->length[k]);
            mspdi_put_int(w->out, "Unit", true, DAYS);
            mspdi_put_duration(w->out, "Value", true, s->work[k]);
            mspdi_close(w->out, "TimephasedData");
        }
    }
}

static void write_link(struct mspdi_writer *w, const Okr__PlanPredecessor *p)
{
    static const char *const types[] = {"FF", "FS", "SF", "SS", NULL};
    mspdi_open(w->out, "PredecessorLink");
    INT("PredecessorUID", p, uid);
    put_word(w, "Type", p->type, types);
    BOOL("CrossProject", p, cross_project);
    TEXT("CrossProjectName", p, cross_project_name);
    mspdi_put_number(w->out, "LinkLag", true,
                     p->has_lag_percent ? p->lag_percent : p->lag_minutes * 10);
    INT("LagFormat", p, lag_format);
    mspdi_close(w->out, "PredecessorLink");
}

static void task_head(struct mspdi_writer *w, const Okr__PlanTask *t)
{
    INT("UID", t, uid);
    TEXT("GUID", t, guid);
    INT("ID", t, id);
    TEXT("Name", t, name);
    BOOL("Active", t, active);
    BOOL("Manual", t, manual);
    INT("Type", t, type);
    BOOL("IsNull", t, null);
    TEXT("WBS", t, wbs);
    TEXT("OutlineNumber", t, outline_number);
    INT("OutlineLevel", t, outline_level);
    INT("Priority", t, priority);
}

static void task_schedule(struct mspdi_writer *w, const Okr__PlanTask *t)
{
    TEXT("Start", t, start);
    TEXT("Finish", t, finish);
    DURATION("Duration", t, duration);
    INT("DurationFormat", t, duration_format);
    DURATION("Work", t, work);
    TEXT("Stop", t, stop);
    TEXT("Resume", t, resume);
    BOOL("Recurring", t, recurring);
    BOOL("Estimated", t, estimated);
    BOOL("Milestone", t, milestone);
    BOOL("Summary", t, summary);
    BOOL("Critical", t, critical);
    BOOL("IsSubproject", t, subproject);
    TEXT("SubprojectName", t, subproject_name);
    BOOL("ExternalTask", t, external);
    TEXT("ExternalTaskProject", t, external_project);
}

static void task_progress(struct mspdi_writer *w, const Okr__PlanTask *t)
{
    NUMBER("FixedCost", t, fixed_cost);
    INT("PercentComplete", t, percent_complete);
    INT("PercentWorkComplete", t, percent_work_complete);
    NUMBER("Cost", t, cost);
    DURATION("OvertimeWork", t, overtime_work);
    TEXT("ActualStart", t, actual_start);
    TEXT("ActualFinish", t, actual_finish);
    DURATION("ActualDuration", t, actual_duration);
    DURATION("ActualWork", t, actual_work);
    DURATION("RegularWork", t, regular_work);
    DURATION("RemainingDuration", t, remaining_duration);
    DURATION("RemainingWork", t, remaining_work);
}

void mspdi_write_task(struct mspdi_writer *w, const Okr__PlanTask *t)
{
    static const char *const constraints[] = {"ASAP", "ALAP", "MSO",  "MFO", "SNET",
                                              "SNLT", "FNET", "FNLT", NULL};
    start_row(w, "Task");
    task_head(w, t);
    task_schedule(w, t);
    task_progress(w, t);
    put_word(w, "ConstraintType", t->constraint, constraints);
    INT("CalendarUID", t, calendar_uid);
    TEXT("ConstraintDate", t, constraint_date);
    TEXT("Deadline", t, deadline);
    BOOL("IgnoreResourceCalendar", t, ignore_resource_calendar);
    INT("PhysicalPercentComplete", t, physical_percent_complete);
    INT("EarnedValueMethod", t, ev_method);
    for (size_t i = 0; i < t->n_predecessors; i++)
        write_link(w, t->predecessors[i]);
    write_baselines(w, t->baselines, t->n_baselines);
    write_timephased(w, t->timephased, t->n_timephased, t->has_uid, t->uid);
    mspdi_close(w->out, "Task");
}

// ---- resources and assignments -----------------------------------------------------------------

static void resource_head(struct mspdi_writer *w, const Okr__PlanResource *r)
{
    INT("UID", r, uid);
    TEXT("GUID", r, guid);
    INT("ID", r, id);
    TEXT("Name", r, name);
    INT("Type", r, type);
    BOOL("IsNull", r, null);
    TEXT("Initials", r, initials);
    TEXT("MaterialLabel", r, material_label);
    TEXT("Group", r, group);
    TEXT("EmailAddress", r, email);
    NUMBER("MaxUnits", r, max_units);
}

void mspdi_write_resource(struct mspdi_writer *w, const Okr__PlanResource *r)
{
    start_row(w, "Resource");
    resource_head(w, r);
    DURATION("Work", r, work);
    DURATION("ActualWork", r, actual_work);
    DURATION("RemainingWork", r, remaining_work);
    INT("CalendarUID", r, calendar_uid);
    BOOL("IsGeneric", r, generic);
    BOOL("IsInactive", r, inactive);
    if (r->has_baseline0_work) {
        mspdi_open(w->out, "Baseline");
        mspdi_put_int(w->out, "Number", true, 0);
        DURATION("Work", r, baseline0_work);
        mspdi_close(w->out, "Baseline");
    }
    bool is_cost = r->kind && strcmp(r->kind, "cost") == 0;
    mspdi_put_bool(w->out, "IsCostResource", r->has_type && r->type == 0, is_cost);
    mspdi_close(w->out, "Resource");
}

void mspdi_write_assignment(struct mspdi_writer *w, const Okr__PlanAssignment *a)
{
    start_row(w, "Assignment");
    INT("UID", a, uid);
    TEXT("GUID", a, guid);
    INT("TaskUID", a, task_uid);
    mspdi_put_int(w->out, "ResourceUID", true, a->has_resource_uid ? a->resource_uid : NOBODY);
    INT("PercentWorkComplete", a, percent_complete);
    TEXT("ActualFinish", a, actual_finish);
    TEXT("ActualStart", a, actual_start);
    DURATION("ActualWork", a, actual_work);
    NUMBER("Cost", a, cost);
    TEXT("Finish", a, finish);
    DURATION("OvertimeWork", a, overtime_work);
    DURATION("RegularWork", a, regular_work);
    DURATION("RemainingWork", a, remaining_work);
    TEXT("Start", a, start);
    NUMBER("Units", a, units);
    DURATION("Work", a, work);
    INT("WorkContour", a, contour);
    write_baselines(w, a->baselines, a->n_baselines);
    write_timephased(w, a->timephased, a->n_timephased, a->has_uid, a->uid);
    mspdi_close(w->out, "Assignment");
}
