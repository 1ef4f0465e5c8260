// The result of a quarter on one page. Must not call the server.
#include "client/cli/report/quarter_result.h"

#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/review.pb-c.h"

static const char *verdict(struct cli *cli, bool known, bool achieved)
{
    if (!known)
        return _("nothing to tell yet");
    return show_in(cli, achieved ? SHOW_GOOD : SHOW_BAD, achieved ? _("achieved") : _("missed"));
}

static void show_projects(struct cli *cli, const char *title, Okr__ProjectResult *const *rows,
                          size_t count)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, title, TABLE_LEFT, 0);
    table_column(table, _("State"), TABLE_LEFT, 24);
    table_column(table, _("Progress"), TABLE_RIGHT, 0);
    table_column(table, _("Completed"), TABLE_LEFT, 24);
    table_column(table, _("Goes on as"), TABLE_LEFT, 24);
    for (size_t i = 0; i < count; i++) {
        const Okr__Project *project = rows[i]->project;
        const Okr__Progress *progress = project->progress;
        table_cell(table, show_id(cli, "P", project->id));
        table_cell(table, show_text(project->name));
        table_cell(table, label_of(&okr__project_state__descriptor, (int)project->state));
        table_cell(table,
                   progress && progress->has_percent ? show_percent(cli, progress->percent) : "-");
        table_cell(table, rows[i]->achieved ? _("yes") : _("no"));
        table_cell(table, rows[i]->carried_to ? show_id(cli, "P", rows[i]->carried_to) : "-");
        table_row_end(table);
    }
    show_table(cli, table);
}

static void show_changes(struct cli *cli, const Okr__QuarterResult *result)
{
    if (result->n_changes_after_open)
        show_heading(cli, _("Changes after the opening"));
    for (size_t i = 0; i < result->n_changes_after_open; i++) {
        const Okr__ProjectDecision *change = result->changes_after_open[i];
        show_line(cli, "  %s  %s  %s  %s%s", show_time(cli, change->decided_at),
                  show_text(change->decided_by), show_id(cli, "P", change->project_id),
                  label_of(&okr__decision__descriptor, (int)change->decision),
                  change->urgent ? _(" (urgent)") : "");
        show_wrapped(cli, 6, show_text(change->reason));
    }
}

void show_quarter_result(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__QuarterResult *result = (const Okr__QuarterResult *)reply;
    show_heading(cli, cli_text(cli, "%s (%s)", show_text(result->quarter),
                               result->final ? _("final") : _("as it stands now")));
    show_line(cli, _("Linked projects: %d of %d completed: %s"), result->linked_completed,
              result->linked_total,
              verdict(cli, result->has_linked_achieved, result->linked_achieved));
    if (result->has_side_percent)
        show_line(cli, _("Side projects: %s of %s by planned work, plain mean %s: %s"),
                  show_percent(cli, result->side_percent),
                  show_percent(cli, result->side_target_percent),
                  show_percent(cli, result->side_mean_percent),
                  verdict(cli, result->has_side_achieved, result->side_achieved));
    else
        show_line(cli, "%s", _("No side project has planned work yet."));
    if (result->n_linked)
        show_projects(cli, _("Linked project"), result->linked, result->n_linked);
    if (result->n_side)
        show_projects(cli, _("Side project"), result->side, result->n_side);
    show_changes(cli, result);
}
