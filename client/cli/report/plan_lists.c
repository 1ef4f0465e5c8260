// One table a list; what a page leaves out is said below it.
#include "client/cli/report/plan_lists.h"

#include "client/cli/core/intl.h"
#include "client/words/label.h"
#include "client/words/loss_table.h"
#include "client/cli/core/show.h"
#include "common/table.h"
#include "okr/v1/plan.pb-c.h"

static void show_more(struct cli *cli, bool more, int64_t last)
{
    if (more)
        show_line(cli, _("There are more: --after %lld"), (long long)last);
}

static void show_version_line(struct cli *cli, const Okr__PlanVersion *version)
{
    if (version)
        show_line(cli, _("%s, version %lld"), show_text(version->source),
                  (long long)version->number);
}

// ---- assignments -------------------------------------------------------------------------------

static void assignment_row(struct cli *cli, struct table *table, const Okr__PlanAssignment *row)
{
    table_cellf(table, "%lld", (long long)row->task_uid);
    table_cell(table, row->has_resource_uid ? cli_text(cli, "%lld", (long long)row->resource_uid)
                                            : _("nobody"));
    table_cell(table, row->has_units ? show_percent(cli, row->units * 100) : "");
    table_cell(table, row->has_work ? show_hours(cli, row->work) : "");
    table_cell(table, row->has_actual_work ? show_hours(cli, row->actual_work) : "");
    table_cell(table, show_day(cli, row->start));
    table_cell(table, show_day(cli, row->finish));
    table_row_end(table);
}

void show_plan_assignments(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanAssignmentList *list = (const Okr__PlanAssignmentList *)reply;
    show_version_line(cli, list->plan_version);
    struct table *table = table_new();
    table_column(table, _("Task UID"), TABLE_RIGHT, 0);
    table_column(table, _("Resource UID"), TABLE_RIGHT, 0);
    table_column(table, _("Units"), TABLE_RIGHT, 0);
    table_column(table, _("Work"), TABLE_RIGHT, 0);
    table_column(table, _("Done"), TABLE_RIGHT, 0);
    table_column(table, _("Start"), TABLE_LEFT, 12);
    table_column(table, _("Finish"), TABLE_LEFT, 12);
    for (size_t i = 0; i < list->n_assignments; i++)
        assignment_row(cli, table, list->assignments[i]);
    show_table(cli, table);
    show_more(cli, list->more, list->last_position);
}

// ---- calendars ---------------------------------------------------------------------------------

static size_t working_days(const Okr__PlanCalendar *calendar)
{
    size_t n = 0;
    for (size_t i = 0; i < calendar->n_week_days; i++)
        n += calendar->week_days[i]->has_working && calendar->week_days[i]->working;
    return n;
}

void show_plan_calendars(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanCalendarList *list = (const Okr__PlanCalendarList *)reply;
    show_version_line(cli, list->plan_version);
    struct table *table = table_new();
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Calendar"), TABLE_LEFT, 0);
    table_column(table, _("Based on"), TABLE_RIGHT, 0);
    table_column(table, _("Working days"), TABLE_RIGHT, 0);
    table_column(table, _("Exceptions"), TABLE_RIGHT, 0);
    for (size_t i = 0; i < list->n_calendars; i++) {
        const Okr__PlanCalendar *row = list->calendars[i];
        table_cellf(table, "%lld", (long long)row->uid);
        table_cell(table, show_text(row->name));
        table_cell(table, row->has_base_uid ? cli_text(cli, "%lld", (long long)row->base_uid) : "");
        table_cell(table, row->n_week_days ? cli_text(cli, "%zu", working_days(row)) : "");
        table_cellf(table, "%zu", row->n_exceptions);
        table_row_end(table);
    }
    show_table(cli, table);
    show_more(cli, list->more, list->last_position);
}

// ---- losses ------------------------------------------------------------------------------------

void show_plan_losses(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanLossReport *report = (const Okr__PlanLossReport *)reply;
    show_version_line(cli, report->plan_version);
    if (report->unknown) {
        show_line(cli, _("Whoever pushed it did not tell what the file held besides."));
        return;
    }
    if (report->n_losses == 0) {
        show_line(cli, _("Everything in the file is kept."));
        return;
    }
    show_table(cli, loss_table(report->losses, report->n_losses));
}
