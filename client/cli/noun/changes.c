// changes: what changed since a day, by whom, why; made from the log of every change.
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/did.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/audit.pb-c.h"

static const char *who(struct cli *cli, const Okr__Change *change)
{
    if (!change->actor)
        return _("nobody logged in");
    return change->agent ? cli_text(cli, "%s (%s)", change->actor, change->agent) : change->actor;
}

// "text: old → new", one field a line.
static const char *what(struct cli *cli, const Okr__Change *change)
{
    const char *text = change->created ? _("new") : "";
    for (size_t i = 0; i < change->n_fields; i++) {
        const Okr__FieldChange *field = change->fields[i];
        text = cli_text(cli, "%s%s%s: %s → %s", text, text[0] ? "; " : "", show_text(field->field),
                        field->before ? did_value(cli, field->before) : "–",
                        field->after ? did_value(cli, field->after) : "–");
    }
    return text;
}

static void show_changes(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__ChangeList *list = (const Okr__ChangeList *)reply;
    struct table *table = table_new();
    table_column(table, _("Revision"), TABLE_RIGHT, 0);
    table_column(table, _("When"), TABLE_LEFT, 16);
    table_column(table, _("Who"), TABLE_LEFT, 16);
    table_column(table, _("Did"), TABLE_LEFT, 0);
    table_column(table, _("To"), TABLE_LEFT, 0);
    table_column(table, _("What"), TABLE_LEFT, 32);
    table_column(table, _("Changed"), TABLE_LEFT, 60);
    table_column(table, _("Why"), TABLE_LEFT, 32);
    for (size_t i = 0; i < list->n_changes; i++) {
        const Okr__Change *change = list->changes[i];
        table_cellf(table, "%lld", (long long)change->revision);
        table_cell(table, show_time(cli, change->at));
        table_cell(table, who(cli, change));
        table_cell(table, did(cli, change->method));
        table_cell(table, show_text(change->resource));
        table_cell(table, show_text(change->subject));
        table_cell(table, what(cli, change));
        table_cell(table, show_text(change->reason));
        table_row_end(table);
    }
    show_table(cli, table);
    if (list->n_changes == 0)
        show_line(cli, "%s", _("Nothing has changed."));
    if (list->more)
        show_line(cli, _("There are more: --after %lld"),
                  (long long)list->changes[list->n_changes - 1]->revision);
}

static const struct command changes_commands[] = {
    {.verb = "",
     .example = "okr changes --since 2021-02-08 --project P-3",
     .help = N_("what changed since then, by whom, why"),
     CALLS(RPC_AUDIT_LIST_CHANGES),
     PARAMS({.name = "--since",
             .field = "since",
             .help = N_("from this day (2021-02-08) or week (2021-W06) on, or after this revision "
                        "(123); absent: from the beginning")},
            {.name = "--until",
             .field = "until",
             .help = N_("to the end of this day or week, or to this revision; absent: until now")},
            {.name = "--project",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .help = N_("only what belongs to this project")},
            {.name = "--kr",
             .field = "kr_id",
             .type = PARAM_KR,
             .help = N_("only what is about this KR")},
            {.name = "--kind",
             .field = "kinds",
             .flags = PARAM_MANY,
             .help = N_("only things of this kind, such as goal; can be repeated")},
            {.name = "--by", .field = "actor", .help = N_("only what this member did")},
            {.name = "--limit",
             .field = "limit",
             .type = PARAM_INTEGER,
             .help = N_("how many at most; absent: 200")},
            {.name = "--after",
             .field = "after_revision",
             .type = PARAM_INTEGER,
             .help = N_("go on after this revision")}),
     .show = show_changes},
    {.verb = NULL},
};

const struct noun noun_changes = {"changes", N_("what changed, by whom, why"), changes_commands};
