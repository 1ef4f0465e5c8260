// A plan diff on paper. The server says what kind a change is; here it is only laid out.
#include "client/cli/report/plan_change.h"

#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/plan_analysis.pb-c.h"

#define KIND(name) OKR__PLAN_CHANGE_KIND__PLAN_CHANGE_KIND_##name

// ---- one change --------------------------------------------------------------------------------

// "2026-10-19T08:00:00/2026-10-30T17:00:00" → "10/19–10/30"; a milestone's two are one.
static const char *dates_of(struct cli *cli, const char *text)
{
    const char *slash = text ? strchr(text, '/') : NULL;
    if (!slash)
        return show_text(text);
    const char *from = show_day(cli, cli_text(cli, "%.*s", (int)(slash - text), text));
    const char *to = show_day(cli, slash + 1);
    return strcmp(from, to) == 0
               ? to
               : show_days(cli, cli_text(cli, "%.*s", (int)(slash - text), text), slash + 1);
}

static const char *value_of(struct cli *cli, const Okr__PlanChange *change, const char *text)
{
    switch (change->kind) {
    case KIND(ADDED):
    case KIND(REMOVED):
    case KIND(REPLANNED):
    case KIND(SLIPPED):
        return dates_of(cli, text);
    case KIND(EFFORT):
        return text ? cli_text(cli, _("%s h"), text) : "";
    default:
        return show_text(text);
    }
}

static const char *what_of(struct cli *cli, const Okr__PlanChange *change)
{
    const char *kind = label_of(&okr__plan_change_kind__descriptor, (int)change->kind);
    return change->baseline ? cli_text(cli, _("%s (baseline)"), kind) : kind;
}

static const char *why_of(struct cli *cli, const Okr__PlanChange *change)
{
    if (!change->reason)
        return "";
    return cli_text(cli, _("%s (%s)"), change->reason, show_text(change->reason_by));
}

static struct table *change_table(void)
{
    struct table *table = table_new();
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Task"), TABLE_LEFT, 0);
    table_column(table, _("Id"), TABLE_LEFT, 12);
    table_column(table, _("Change"), TABLE_LEFT, 24);
    table_column(table, _("Before"), TABLE_LEFT, 28);
    table_column(table, _("After"), TABLE_LEFT, 28);
    table_column(table, _("Days +/-"), TABLE_RIGHT, 0);
    table_column(table, _("Why"), TABLE_LEFT, 0);
    return table;
}

static void change_row(struct cli *cli, struct table *table, const Okr__PlanChange *change)
{
    table_cellf(table, "%lld", (long long)change->task_uid);
    table_cell(table, show_text(change->task_name));
    table_cell(table, change->project_id ? show_id(cli, "P", change->project_id) : "");
    table_cell(table, what_of(cli, change));
    table_cell(table, value_of(cli, change, change->before));
    table_cell(table, value_of(cli, change, change->after));
    table_cell(table, change->has_working_days ? cli_text(cli, "%+d", change->working_days) : "");
    table_cell(table, why_of(cli, change));
    table_row_end(table);
}

// ---- all of them -------------------------------------------------------------------------------

enum part { DELAYS, PLANNING, THE_REST };

static enum part part_of(const Okr__PlanChange *change)
{
    if (change->kind == KIND(SLIPPED))
        return DELAYS;
    return change->kind == KIND(REPLANNED) ? PLANNING : THE_REST;
}

static void show_part(struct cli *cli, const Okr__PlanDiff *diff, enum part part, const char *title)
{
    size_t count = 0;
    struct table *table = change_table();
    for (size_t i = 0; i < diff->n_changes; i++) {
        if (part_of(diff->changes[i]) != part)
            continue;
        change_row(cli, table, diff->changes[i]);
        count++;
    }
    if (count == 0) {
        table_free(table);
        return;
    }
    show_line(cli, "%s", "");
    show_heading(cli, cli_text(cli, _("%s: %zu"), title, count));
    show_table(cli, table);
}

// What waits for a reason, with the command that gives it.
static void show_unexplained(struct cli *cli, const Okr__PlanDiff *diff)
{
    const Okr__PlanChange *first = NULL;
    size_t count = 0;
    for (size_t i = 0; i < diff->n_changes; i++) {
        const Okr__PlanChange *change = diff->changes[i];
        if (part_of(change) == THE_REST || change->reason)
            continue;
        first = first ? first : change;
        count++;
    }
    if (!first || diff->from_number != diff->to_number - 1)
        return;
    show_line(cli, "%s", "");
    show_line(
        cli, _("Without a reason: %zu. To give one: okr plan explain %s %lld %lld --kind %s \"…\""),
        count, show_text(diff->source), (long long)diff->to_number, (long long)first->task_uid,
        first->kind == KIND(SLIPPED) ? "slipped" : "replanned");
}

void show_plan_diff(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanDiff *diff = (const Okr__PlanDiff *)reply;
    const char *by = diff->agent
                         ? cli_text(cli, "%s (%s)", show_text(diff->published_by), diff->agent)
                         : show_text(diff->published_by);
    if (!diff->has_from_number) {
        show_line(cli, _("%s, version %lld is the first: there is nothing to compare it with."),
                  show_text(diff->source), (long long)diff->to_number);
        return;
    }
    show_line(cli, _("%s, version %lld against %lld; published %s by %s"), show_text(diff->source),
              (long long)diff->to_number, (long long)diff->from_number,
              show_time(cli, diff->published_at), by);
    if (diff->n_changes == 0) {
        show_line(cli, _("Nothing changed in it."));
        return;
    }
    show_part(cli, diff, DELAYS, _("Delays (behind the plan)"));
    show_part(cli, diff, PLANNING, _("Changes of plan"));
    show_part(cli, diff, THE_REST, _("Tasks, people and effort"));
    show_unexplained(cli, diff);
}

void show_plan_change(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = change_table();
    change_row(cli, table, (const Okr__PlanChange *)reply);
    show_table(cli, table);
}

void show_baseline_choice(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__BaselineChoice *choice = (const Okr__BaselineChoice *)reply;
    if (choice->number == 0)
        show_line(cli, _("Nothing stands in for a baseline of %s any more."),
                  show_text(choice->source));
    else
        show_line(cli, _("Version %lld stands in for the baseline of %s."),
                  (long long)choice->number, show_text(choice->source));
}
