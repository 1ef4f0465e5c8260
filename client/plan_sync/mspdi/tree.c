// The shapes, and looking things up in them. Every table is sorted; a test looks at that.
#include "client/plan_sync/mspdi/tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define S(tag)                                                                                     \
    {                                                                                              \
        tag, MSPDI_SCALAR, NULL, 0                                                                 \
    }
#define KIDS(table) sizeof(table) / sizeof *(table)

// clang-format off
static const struct mspdi_shape link[] = {
    S("CrossProject"), S("CrossProjectName"), S("LagFormat"), S("LinkLag"), S("PredecessorUID"),
    S("Type"),
};

// UID and Unit (in which a program shows it) say nothing that the row and the value do not.
static const struct mspdi_shape timephased[] = {
    S("Finish"), S("Start"), S("Type"), S("UID"), S("Unit"), S("Value"),
};

static const struct mspdi_shape baseline[] = {
    S("Cost"), S("Duration"), S("Finish"), S("Number"), S("Start"),
    {"TimephasedData", MSPDI_GROUP_MANY, timephased, KIDS(timephased)}, S("Work"),
};

static const struct mspdi_shape resource_baseline[] = {
    S("Number"), S("Work"),
};

static const struct mspdi_shape task[] = {
    S("Active"), S("ActualDuration"), S("ActualFinish"), S("ActualStart"), S("ActualWork"),
    {"Baseline", MSPDI_GROUP, baseline, KIDS(baseline)}, S("CalendarUID"), S("ConstraintDate"),
    S("ConstraintType"), S("Cost"), S("Critical"), S("Deadline"), S("Duration"),
    S("DurationFormat"), S("EarnedValueMethod"), S("Estimated"), S("ExternalTask"), S("ExternalTaskProject"), S("Finish"),
    S("FixedCost"), S("GUID"), S("Guid"), S("ID"), S("IgnoreResourceCalendar"), S("IsNull"), S("IsSubproject"), S("Manual"),
    S("Milestone"), S("Name"), S("OutlineLevel"), S("OutlineNumber"), S("OvertimeWork"),
    S("PercentComplete"), S("PercentWorkComplete"), S("PhysicalPercentComplete"),
    {"PredecessorLink", MSPDI_GROUP, link, KIDS(link)}, S("Priority"), S("Recurring"),
    S("RegularWork"), S("RemainingDuration"), S("RemainingWork"), S("Resume"), S("Start"),
    S("Stop"), S("SubprojectName"), S("Summary"),
    {"TimephasedData", MSPDI_GROUP_MANY, timephased, KIDS(timephased)}, S("Type"), S("UID"),
    S("WBS"), S("Work"),
};

static const struct mspdi_shape resource[] = {
    S("ActualWork"),
    {"Baseline", MSPDI_GROUP, resource_baseline, KIDS(resource_baseline)}, S("CalendarUID"),
    S("EmailAddress"), S("GUID"), S("Group"), S("Guid"), S("ID"), S("Initials"),
    S("IsCostResource"), S("IsGeneric"), S("IsInactive"), S("IsNull"), S("MaterialLabel"),
    S("MaxUnits"), S("Name"), S("RemainingWork"), S("Type"), S("UID"), S("Work"),
};

static const struct mspdi_shape assignment[] = {
    S("ActualFinish"), S("ActualStart"), S("ActualWork"),
    {"Baseline", MSPDI_GROUP, baseline, KIDS(baseline)}, S("Cost"), S("Finish"), S("GUID"),
    S("Guid"), S("OvertimeWork"), S("PercentWorkComplete"), S("RegularWork"), S("RemainingWork"),
    S("ResourceUID"), S("Start"), S("TaskUID"),
    {"TimephasedData", MSPDI_GROUP_MANY, timephased, KIDS(timephased)}, S("UID"), S("Units"),
    S("Work"), S("WorkContour"),
};

static const struct mspdi_shape working_time[] = {
    S("FromTime"), S("ToTime"),
};

static const struct mspdi_shape working_times[] = {
    {"WorkingTime", MSPDI_GROUP, working_time, KIDS(working_time)},
};

static const struct mspdi_shape time_period[] = {
    S("FromDate"), S("ToDate"),
};

static const struct mspdi_shape week_day[] = {
    S("DayType"), S("DayWorking"), {"TimePeriod", MSPDI_GROUP_ONCE, time_period, KIDS(time_period)},
    {"WorkingTimes", MSPDI_GROUP_ONCE, working_times, KIDS(working_times)},
};

static const struct mspdi_shape week_days[] = {
    {"WeekDay", MSPDI_GROUP, week_day, KIDS(week_day)},
};

static const struct mspdi_shape exception[] = {
    S("DayWorking"), S("DaysOfWeek"), S("Month"), S("MonthDay"), S("MonthItem"),
    S("MonthPosition"), S("Name"), S("Occurrences"), S("Period"),
    {"TimePeriod", MSPDI_GROUP_ONCE, time_period, KIDS(time_period)}, S("Type"),
    {"WorkingTimes", MSPDI_GROUP_ONCE, working_times, KIDS(working_times)},
};

static const struct mspdi_shape exceptions[] = {
    {"Exception", MSPDI_GROUP, exception, KIDS(exception)},
};

static const struct mspdi_shape calendar[] = {
    S("BaseCalendarUID"), {"Exceptions", MSPDI_GROUP_ONCE, exceptions, KIDS(exceptions)},
    S("IsBaseCalendar"), S("Name"), S("UID"),
    {"WeekDays", MSPDI_GROUP_ONCE, week_days, KIDS(week_days)},
};

static const struct mspdi_shape tasks[] = {
    {"Task", MSPDI_ROW_TASK, task, KIDS(task)},
};

static const struct mspdi_shape resources[] = {
    {"Resource", MSPDI_ROW_RESOURCE, resource, KIDS(resource)},
};

static const struct mspdi_shape assignments[] = {
    {"Assignment", MSPDI_ROW_ASSIGNMENT, assignment, KIDS(assignment)},
};

static const struct mspdi_shape calendars[] = {
    {"Calendar", MSPDI_ROW_CALENDAR, calendar, KIDS(calendar)},
};

static const struct mspdi_shape project[] = {
    {"Assignments", MSPDI_BOX, assignments, KIDS(assignments)}, S("Author"), S("BaselineForEarnedValue"),
    S("BuildNumber"), S("CalendarUID"), {"Calendars", MSPDI_BOX, calendars, KIDS(calendars)}, S("Company"),
    S("CreationDate"), S("CurrencyCode"), S("CurrentDate"), S("DaysPerMonth"), S("DefaultTaskEVMethod"),
    S("DurationFormat"),
    S("FinishDate"), S("GUID"), S("Guid"), S("LastSaved"), S("Manager"), S("MinutesPerDay"),
    S("MinutesPerWeek"), S("Name"), {"Resources", MSPDI_BOX, resources, KIDS(resources)},
    S("Revision"), S("SaveVersion"), S("ScheduleFromStart"), S("StartDate"), S("StatusDate"),
    {"Tasks", MSPDI_BOX, tasks, KIDS(tasks)}, S("Title"),
};
// clang-format on

const struct mspdi_shape mspdi_project_shape = {"Project", MSPDI_BOX, project, KIDS(project)};

static int compare_tag(const void *tag, const void *shape)
{
    return strcmp(tag, ((const struct mspdi_shape *)shape)->tag);
}

// The tables never change, so what was found in one is found again where it was: by some of the
// tag's characters, without going through the table.
const struct mspdi_shape *mspdi_shape_kid(const struct mspdi_shape *shape, const char *tag)
{
    static struct {
        const struct mspdi_shape *shape, *kid;
    } found[1024];
    size_t n = strlen(tag);
    if (!shape->kids || n == 0)
        return NULL;
    size_t at = (uintptr_t)shape->kids / sizeof *shape + n * 131 + (unsigned char)tag[0] * 31 +
                (unsigned char)tag[n / 2] * 17 + (unsigned char)tag[n - 1] * 7;
    at %= sizeof found / sizeof found[0];
    if (found[at].shape == shape && strcmp(found[at].kid->tag, tag) == 0)
        return found[at].kid;
    const struct mspdi_shape *kid =
        bsearch(tag, shape->kids, shape->n_kids, sizeof *shape->kids, compare_tag);
    if (kid) {
        found[at].shape = shape;
        found[at].kid = kid;
    }
    return kid;
}

struct mspdi_node *mspdi_node_new(struct arena *arena, const struct mspdi_shape *shape,
                                  struct mspdi_node *parent)
{
    struct mspdi_node *node = arena_calloc(arena, 1, sizeof *node);
    char **values = arena_calloc(arena, shape->n_kids, sizeof *values);
    if (!node || !values)
        return NULL;
    node->shape = shape;
    node->values = values;
    if (!parent)
        return node;
    node->parent = parent;
    if (parent->last)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    parent->n_groups++;
    return node;
}

char **mspdi_node_slot(const struct mspdi_node *node, const struct mspdi_shape *kid)
{
    return &node->values[kid - node->shape->kids];
}

char *mspdi_node_value(const struct mspdi_node *node, const char *tag)
{
    const struct mspdi_shape *kid = mspdi_shape_kid(node->shape, tag);
    return kid ? *mspdi_node_slot(node, kid) : NULL;
}

static struct mspdi_node *find_from(struct mspdi_node *node, const char *tag)
{
    while (node && strcmp(node->shape->tag, tag) != 0)
        node = node->next;
    return node;
}

struct mspdi_node *mspdi_node_first(const struct mspdi_node *parent, const char *tag)
{
    return find_from(parent->first, tag);
}

struct mspdi_node *mspdi_node_next(const struct mspdi_node *node)
{
    return find_from(node->next, node->shape->tag);
}

size_t mspdi_node_count(const struct mspdi_node *parent, const char *tag)
{
    size_t n = 0;
    for (const struct mspdi_node *k = mspdi_node_first(parent, tag); k; k = mspdi_node_next(k))
        n++;
    return n;
}
