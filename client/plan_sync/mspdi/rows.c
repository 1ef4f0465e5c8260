// Tasks, resources, assignments and the header, field by field.
#include "client/plan_sync/mspdi/rows.h"

#include <string.h>
#include "client/plan_sync/mspdi/timephased.h"

// Durations in wall-clock time, [MS:durationformat-element]: em, eh, ed, ew, emo, e% and the same
// with a question mark.
static bool is_elapsed(int64_t format)
{
    return format == 20 || format == 52 || (format >= 4 && format <= 12 && format % 2 == 0) ||
           (format >= 36 && format <= 44 && format % 2 == 0);
}

// Formats with a question mark. 53 is "no format" of an estimated task, and says nothing by itself.
static bool is_estimated(int64_t format)
{
    return (format >= 35 && format <= 44) || format == 51 || format == 52;
}

static bool is_percent(int64_t format)
{
    return format == 19 || format == 20 || format == 51 || format == 52;
}

// A flag that is false where it is missing.
static protobuf_c_boolean flag(struct mspdi_context *c, const struct mspdi_node *n, const char *tag)
{
    protobuf_c_boolean value = false;
    mspdi_bool(c, n, tag, &value);
    return value;
}

static bool baseline_number(struct mspdi_context *c, const struct mspdi_node *n, int32_t *ret)
{
    int64_t number;
    if (!mspdi_int(c, n, "Number", &number))
        return false;
    if (number < INT32_MIN || number > INT32_MAX) {
        const char *text = mspdi_node_value(n, "Number");
        mspdi_warn(c, MSPDI_BAD_INT, n, "Number", text, strlen(text));
        return false;
    }
    *ret = (int32_t)number;
    return true;
}

static Okr__PlanBaseline *baseline(struct mspdi_context *c, const struct mspdi_node *n,
                                   bool *zero_seen)
{
    Okr__PlanBaseline *b = arena_alloc(c->arena, sizeof *b);
    if (!b)
        return NULL;
    okr__plan_baseline__init(b);
    b->has_number = baseline_number(c, n, &b->number);
    bool main = b->has_number && b->number == 0 && !*zero_seen;
    *zero_seen |= main;
    enum mspdi_section section = c->section;
    c->section = main ? section : MSPDI_EXTRA;
    b->start = mspdi_datetime(c, n, "Start");
    b->finish = mspdi_datetime(c, n, "Finish");
    b->has_work = mspdi_duration(c, n, "Work", &b->work);
    b->has_duration = mspdi_duration(c, n, "Duration", &b->duration);
    b->has_cost = mspdi_number(c, n, "Cost", &b->cost);
    c->section = section;
    return b;
}

static Okr__PlanBaseline **baselines(struct mspdi_context *c, const struct mspdi_node *n,
                                     size_t *ret_n)
{
    size_t count = mspdi_node_count(n, "Baseline");
    Okr__PlanBaseline **list = arena_calloc(c->arena, count, sizeof *list);
    bool zero_seen = false;
    *ret_n = 0;
    struct mspdi_node *b = mspdi_node_first(n, "Baseline");
    for (size_t i = 0; list && i < count; i++, b = mspdi_node_next(b)) {
        list[i] = baseline(c, b, &zero_seen);
        if (!list[i])
            return NULL;
        *ret_n = i + 1;
    }
    return list;
}

static char *link_type(struct mspdi_context *c, const struct mspdi_node *n)
{
    static char *const names[] = {"FF", "FS", "SF", "SS"};
    int64_t type;
    if (!mspdi_int(c, n, "Type", &type))
        return names[1];
    if (type >= 0 && type <= 3)
        return names[type];
    char *text = arena_printf(c->arena, "%lld", (long long)type);
    if (text)
        mspdi_warn(c, MSPDI_BAD_LINK_TYPE, n, "Type", text, strlen(text));
    return "?";
}

static Okr__PlanPredecessor *predecessor(struct mspdi_context *c, const struct mspdi_node *n)
{
    Okr__PlanPredecessor *p = arena_alloc(c->arena, sizeof *p);
    if (!p)
        return NULL;
    okr__plan_predecessor__init(p);
    p->type = link_type(c, n);
    p->has_lag_format = mspdi_int(c, n, "LagFormat", &p->lag_format);
    double lag = 0;
    mspdi_number(c, n, "LinkLag", &lag); // missing: no lag
    p->has_lag_percent = p->has_lag_format && is_percent(p->lag_format);
    p->has_lag_minutes = !p->has_lag_percent;
    if (p->has_lag_percent)
        p->lag_percent = lag;
    else
        p->lag_minutes = mspdi_round4(c, lag / 10);
    p->has_uid = mspdi_int(c, n, "PredecessorUID", &p->uid);
    p->has_cross_project = true;
    p->cross_project = flag(c, n, "CrossProject");
    p->cross_project_name = mspdi_text(c, n, "CrossProjectName");
    return p;
}

static void predecessors(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *t)
{
    size_t count = mspdi_node_count(n, "PredecessorLink");
    t->predecessors = arena_calloc(c->arena, count, sizeof *t->predecessors);
    struct mspdi_node *link = mspdi_node_first(n, "PredecessorLink");
    for (size_t i = 0; t->predecessors && i < count; i++, link = mspdi_node_next(link)) {
        t->predecessors[i] = predecessor(c, link);
        if (!t->predecessors[i])
            return;
        t->n_predecessors = i + 1;
    }
}

static char *constraint(struct mspdi_context *c, const struct mspdi_node *n)
{
    static char *const names[] = {"ASAP", "ALAP", "MSO", "MFO", "SNET", "SNLT", "FNET", "FNLT"};
    int64_t type;
    if (!mspdi_int(c, n, "ConstraintType", &type))
        return NULL;
    if (type >= 0 && type <= 7)
        return names[type];
    mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_MALFORMED, n, "ConstraintType");
    return "?";
}

static void task_identity(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *t)
{
    t->has_uid = mspdi_int(c, n, "UID", &t->uid);
    t->has_id = mspdi_int(c, n, "ID", &t->id);
    t->guid = mspdi_guid(c, n);
    t->name = mspdi_text(c, n, "Name");
    t->wbs = mspdi_text(c, n, "WBS");
    t->outline_number = mspdi_text(c, n, "OutlineNumber");
    t->has_outline_level = mspdi_int(c, n, "OutlineLevel", &t->outline_level);
}

static void task_flags(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *t)
{
    t->has_summary = mspdi_bool(c, n, "Summary", &t->summary);
    t->has_milestone = mspdi_bool(c, n, "Milestone", &t->milestone);
    t->has_critical = mspdi_bool(c, n, "Critical", &t->critical);
    t->has_active = t->active = true; // the element exists since 2010
    mspdi_bool(c, n, "Active", &t->active);
    t->has_manual = true;
    t->manual = flag(c, n, "Manual");
    t->has_external = true;
    t->external = flag(c, n, "ExternalTask");
    t->external_project = mspdi_text(c, n, "ExternalTaskProject");
    t->has_subproject = true;
    t->subproject = flag(c, n, "IsSubproject");
    t->subproject_name = mspdi_text(c, n, "SubprojectName");
    t->has_recurring = true;
    t->recurring = flag(c, n, "Recurring");
    t->has_type = mspdi_int(c, n, "Type", &t->type);
}

static void task_schedule(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *t)
{
    t->start = mspdi_datetime(c, n, "Start");
    t->finish = mspdi_datetime(c, n, "Finish");
    t->has_duration = mspdi_duration(c, n, "Duration", &t->duration);
    t->has_elapsed = true;
    t->elapsed = t->has_duration_format && is_elapsed(t->duration_format);
    t->has_estimated = true;
    t->estimated =
        flag(c, n, "Estimated") || (t->has_duration_format && is_estimated(t->duration_format));
}

static void task_work(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *t)
{
    t->has_work = mspdi_duration(c, n, "Work", &t->work);
    t->has_regular_work = mspdi_duration(c, n, "RegularWork", &t->regular_work);
    t->has_overtime_work = mspdi_duration(c, n, "OvertimeWork", &t->overtime_work);
    t->has_actual_work = mspdi_duration(c, n, "ActualWork", &t->actual_work);
    t->has_remaining_work = mspdi_duration(c, n, "RemainingWork", &t->remaining_work);
}

// A percent beyond 0 to 100 is kept as it is, but neither it nor one that is no number is a
// percent.
static bool percent(struct mspdi_context *c, const struct mspdi_node *n, const char *tag,
                    Okr__PlanTask *t, int64_t *ret)
{
    const char *text = mspdi_node_value(n, tag);
    bool has = mspdi_int(c, n, tag, ret);
    if (has ? *ret < 0 || *ret > 100 : text && text[strspn(text, " \t\r\n")])
        t->has_bad_percent = t->bad_percent = true;
    return has;
}

static void task_progress(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *t)
{
    t->actual_start = mspdi_datetime(c, n, "ActualStart");
    t->actual_finish = mspdi_datetime(c, n, "ActualFinish");
    t->has_actual_duration = mspdi_duration(c, n, "ActualDuration", &t->actual_duration);
    t->has_remaining_duration = mspdi_duration(c, n, "RemainingDuration", &t->remaining_duration);
    t->stop = mspdi_datetime(c, n, "Stop");
    t->resume = mspdi_datetime(c, n, "Resume");
    t->has_percent_complete = percent(c, n, "PercentComplete", t, &t->percent_complete);
    t->has_percent_work_complete =
        mspdi_int(c, n, "PercentWorkComplete", &t->percent_work_complete);
    t->has_physical_percent_complete =
        percent(c, n, "PhysicalPercentComplete", t, &t->physical_percent_complete);
    t->has_ev_method = mspdi_int(c, n, "EarnedValueMethod", &t->ev_method);
}

void mspdi_task(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanTask *ret)
{
    // The order of the calls is the order of the warnings' examples.
    okr__plan_task__init(ret);
    ret->has_null = true;
    ret->null = flag(c, n, "IsNull");
    ret->has_duration_format = mspdi_int(c, n, "DurationFormat", &ret->duration_format);
    ret->baselines = baselines(c, n, &ret->n_baselines);
    ret->constraint = constraint(c, n);
    task_identity(c, n, ret);
    task_flags(c, n, ret);
    task_schedule(c, n, ret);
    task_work(c, n, ret);
    task_progress(c, n, ret);
    ret->has_cost = mspdi_number(c, n, "Cost", &ret->cost);
    ret->has_fixed_cost = mspdi_number(c, n, "FixedCost", &ret->fixed_cost);
    ret->deadline = mspdi_datetime(c, n, "Deadline");
    ret->constraint_date = mspdi_datetime(c, n, "ConstraintDate");
    ret->has_priority = mspdi_int(c, n, "Priority", &ret->priority);
    ret->has_calendar_uid = mspdi_int(c, n, "CalendarUID", &ret->calendar_uid);
    ret->has_ignore_resource_calendar =
        mspdi_bool(c, n, "IgnoreResourceCalendar", &ret->ignore_resource_calendar);
    predecessors(c, n, ret);
    ret->timephased = mspdi_timephased(c, n, &ret->n_timephased);
}

// MS Project writes a cost resource as Type 0 with IsCostResource; the schema has 2 for it.
static char *resource_kind(struct mspdi_context *c, const struct mspdi_node *n,
                           const Okr__PlanResource *r)
{
    bool is_cost = flag(c, n, "IsCostResource");
    if (r->has_type && r->type == 0)
        return is_cost ? "cost" : "material";
    if (r->has_type && r->type != 1)
        return r->type == 2 ? "cost" : "?";
    if (is_cost)
        mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, n, "IsCostResource");
    return "work";
}

// Only the work of the first with number 0 is kept.
static void resource_baseline(struct mspdi_context *c, const struct mspdi_node *n,
                              Okr__PlanResource *r)
{
    bool found = false;
    for (struct mspdi_node *b = mspdi_node_first(n, "Baseline"); b; b = mspdi_node_next(b)) {
        enum mspdi_section section = c->section;
        int32_t number = -1;
        double work;
        baseline_number(c, b, &number);
        bool main = number == 0 && !found;
        c->section = main ? section : MSPDI_EXTRA;
        bool has_work = mspdi_duration(c, b, "Work", &work);
        c->section = section;
        found |= main;
        if (!main)
            mspdi_loss_note_node(c->losses, OKR__LOSS_KIND__LOSS_KIND_NOT_KEPT, b, NULL);
        else if (has_work) {
            r->has_baseline0_work = true;
            r->baseline0_work = work;
        }
    }
}

void mspdi_resource(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanResource *ret)
{
    okr__plan_resource__init(ret);
    ret->has_type = mspdi_int(c, n, "Type", &ret->type);
    ret->kind = resource_kind(c, n, ret);
    resource_baseline(c, n, ret);
    ret->has_uid = mspdi_int(c, n, "UID", &ret->uid);
    ret->has_id = mspdi_int(c, n, "ID", &ret->id);
    ret->guid = mspdi_guid(c, n);
    ret->name = mspdi_text(c, n, "Name");
    ret->has_null = true;
    ret->null = flag(c, n, "IsNull");
    ret->email = mspdi_text(c, n, "EmailAddress");
    ret->initials = mspdi_text(c, n, "Initials");
    ret->group = mspdi_text(c, n, "Group");
    ret->has_max_units = mspdi_number(c, n, "MaxUnits", &ret->max_units);
    ret->has_generic = true;
    ret->generic = flag(c, n, "IsGeneric");
    ret->has_inactive = true;
    ret->inactive = flag(c, n, "IsInactive");
    ret->has_calendar_uid = mspdi_int(c, n, "CalendarUID", &ret->calendar_uid);
    ret->material_label = mspdi_text(c, n, "MaterialLabel");
    ret->has_work = mspdi_duration(c, n, "Work", &ret->work);
    ret->has_actual_work = mspdi_duration(c, n, "ActualWork", &ret->actual_work);
    ret->has_remaining_work = mspdi_duration(c, n, "RemainingWork", &ret->remaining_work);
}

void mspdi_assignment(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanAssignment *ret)
{
    okr__plan_assignment__init(ret);
    // -65535 is MS Project's "unassigned"; other programs write -1.
    ret->has_resource_uid =
        mspdi_int(c, n, "ResourceUID", &ret->resource_uid) && ret->resource_uid >= 0;
    if (!ret->has_resource_uid)
        ret->resource_uid = 0;
    ret->baselines = baselines(c, n, &ret->n_baselines);
    ret->has_uid = mspdi_int(c, n, "UID", &ret->uid);
    ret->guid = mspdi_guid(c, n);
    ret->has_task_uid = mspdi_int(c, n, "TaskUID", &ret->task_uid);
    ret->has_units = mspdi_number(c, n, "Units", &ret->units);
    ret->has_work = mspdi_duration(c, n, "Work", &ret->work);
    ret->has_regular_work = mspdi_duration(c, n, "RegularWork", &ret->regular_work);
    ret->has_overtime_work = mspdi_duration(c, n, "OvertimeWork", &ret->overtime_work);
    ret->has_actual_work = mspdi_duration(c, n, "ActualWork", &ret->actual_work);
    ret->has_remaining_work = mspdi_duration(c, n, "RemainingWork", &ret->remaining_work);
    ret->start = mspdi_datetime(c, n, "Start");
    ret->finish = mspdi_datetime(c, n, "Finish");
    ret->actual_start = mspdi_datetime(c, n, "ActualStart");
    ret->actual_finish = mspdi_datetime(c, n, "ActualFinish");
    ret->has_percent_complete = mspdi_int(c, n, "PercentWorkComplete", &ret->percent_complete);
    ret->has_cost = mspdi_number(c, n, "Cost", &ret->cost);
    ret->has_contour = mspdi_int(c, n, "WorkContour", &ret->contour);
    ret->timephased = mspdi_timephased(c, n, &ret->n_timephased);
}

void mspdi_header(struct mspdi_context *c, const struct mspdi_node *n, Okr__PlanHeader *ret)
{
    okr__plan_header__init(ret);
    ret->name = mspdi_text(c, n, "Name");
    ret->title = mspdi_text(c, n, "Title");
    ret->guid = mspdi_guid(c, n);
    ret->author = mspdi_text(c, n, "Author");
    ret->manager = mspdi_text(c, n, "Manager");
    ret->company = mspdi_text(c, n, "Company");
    // 0 and "XXX" (ISO 4217: no currency) stand where the schema demands something and nothing is
    // known
    ret->has_save_version =
        mspdi_int(c, n, "SaveVersion", &ret->save_version) && ret->save_version != 0;
    ret->build = mspdi_text(c, n, "BuildNumber");
    ret->created = mspdi_datetime(c, n, "CreationDate");
    ret->last_saved = mspdi_datetime(c, n, "LastSaved");
    ret->has_revision = mspdi_int(c, n, "Revision", &ret->revision);
    ret->start = mspdi_datetime(c, n, "StartDate");
    ret->finish = mspdi_datetime(c, n, "FinishDate");
    ret->has_schedule_from_start = mspdi_bool(c, n, "ScheduleFromStart", &ret->schedule_from_start);
    ret->status_date = mspdi_datetime(c, n, "StatusDate");
    ret->current_date = mspdi_datetime(c, n, "CurrentDate");
    ret->has_minutes_per_day = mspdi_int(c, n, "MinutesPerDay", &ret->minutes_per_day);
    ret->has_minutes_per_week = mspdi_int(c, n, "MinutesPerWeek", &ret->minutes_per_week);
    ret->has_days_per_month = mspdi_number(c, n, "DaysPerMonth", &ret->days_per_month);
    ret->has_calendar_uid = mspdi_int(c, n, "CalendarUID", &ret->calendar_uid);
    ret->has_duration_format = mspdi_int(c, n, "DurationFormat", &ret->duration_format);
    ret->currency = mspdi_text(c, n, "CurrencyCode");
    if (ret->currency && strcmp(ret->currency, "XXX") == 0)
        ret->currency = NULL;
    ret->has_baseline_for_ev = mspdi_int(c, n, "BaselineForEarnedValue", &ret->baseline_for_ev);
    ret->has_default_ev_method = mspdi_int(c, n, "DefaultTaskEVMethod", &ret->default_ev_method);
}
