// todo: what waits for the caller's decision or entry.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/report/holidays.h"
#include "okr/v1/insight.pb-c.h"

static void show_todo(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Todo *todo = (const Okr__Todo *)reply;
    const char *unknown =
        holidays_unknown(cli, todo->has_year_without_holidays, todo->year_without_holidays);
    if (unknown)
        show_wrapped(cli, 0, unknown);
    if (!todo->n_items) {
        show_line(cli, "%s", _("Nothing waits for you."));
        return;
    }
    struct table *table = table_new();
    table_column(table, _("Due"), TABLE_LEFT, 24);
    table_column(table, _("What"), TABLE_LEFT, 0);
    table_column(table, _("Which"), TABLE_LEFT, 24);
    table_column(table, _("Text"), TABLE_LEFT, 0);
    for (size_t i = 0; i < todo->n_items; i++) {
        const Okr__TodoItem *item = todo->items[i];
        const char *due = item->due ? show_day(cli, item->due) : "-";
        table_cell(table, item->overdue ? cli_text(cli, "%s (%s)", due, _("overdue")) : due);
        table_cell(table, label_of(&okr__todo_kind__descriptor, (int)item->kind));
        table_cell(table, show_text(item->subject));
        table_cell(table, show_text(item->text));
        table_row_end(table);
    }
    show_table(cli, table);
}

static const struct command todo_commands[] = {
    {.verb = "",
     .example = "okr todo",

     .help = N_("what you have to decide or enter now"),
     CALLS(RPC_INSIGHT_GET_TODO),
     .show = show_todo},
    {.verb = NULL},
};
const struct noun noun_todo = {"todo", N_("what you have to decide or enter now"), todo_commands};
