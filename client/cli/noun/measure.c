// measure, sufficiency: the values of key results, and the declarations that their projects are
// enough.
#include "client/cli/act/doubt.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/quarter.pb-c.h"

// ---- measurements ------------------------------------------------------------------------------

static struct table *measurement_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, _("KR"), TABLE_LEFT, 24);
    table_column(table, _("Day"), TABLE_LEFT, 24);
    table_column(table, _("Value"), TABLE_RIGHT, 0);
    table_column(table, _("By"), TABLE_LEFT, 0);
    table_column(table, _("Note"), TABLE_LEFT, 0);
    return table;
}

// A correction says what it corrects and why; a corrected value stays in the list, and says so.
static const char *measurement_note(struct cli *cli, const Okr__Measurement *measurement)
{
    const char *note = show_text(measurement->note);
    if (measurement->corrects)
        note = cli_text(cli, _("corrects %s: %s"), show_id(cli, "M", measurement->corrects),
                        show_text(measurement->reason));
    if (measurement->corrected_by)
        note = cli_text(cli, _("%s (corrected by %s)"), note,
                        show_id(cli, "M", measurement->corrected_by));
    return note[0] == ' ' ? note + 1 : note;
}

static void measurement_row(struct cli *cli, struct table *table,
                            const Okr__Measurement *measurement)
{
    table_cell(table, show_id(cli, "M", measurement->id));
    table_cell(table, show_id(cli, "KR", measurement->kr_id));
    table_cell(table, show_text(measurement->day));
    table_cell(table, show_number(cli, measurement->value));
    table_cell(table, show_text(measurement->recorded_by));
    table_cell(table, measurement_note(cli, measurement));
    table_row_end(table);
}

static void show_measurement(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = measurement_table();
    measurement_row(cli, table, (const Okr__Measurement *)reply);
    show_table(cli, table);
}

static void show_measurements(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__MeasurementList *list = (const Okr__MeasurementList *)reply;
    struct table *table = measurement_table();
    for (size_t i = 0; i < list->n_measurements; i++)
        measurement_row(cli, table, list->measurements[i]);
    show_table(cli, table);
}

static const char *doubt_value(struct cli *cli, const struct args *args)
{
    return doubt_far(cli, args, args_find(args, "VALUE")->real);
}

static const struct command measure_commands[] = {
    {.verb = "record",
     .example = "okr measure record KR-3 47.5 --day 2026-10-31 --note 'after the campaign'",

     .help = N_("record a value of a key result"),
     .undo = "okr measure correct M-{.id} VALUE --reason WHY",
     CALLS(RPC_QUARTER_RECORD_MEASUREMENT),
     PARAMS({.name = "KR", .field = "kr_id", .type = PARAM_KR, .help = N_("its id: KR-12")},
            {.name = "VALUE", .field = "value", .type = PARAM_NUMBER, .help = N_("the value")},
            {.name = "--day",
             .field = "day",
             .type = PARAM_DAY,
             .help = N_("the day that it holds for; absent: today")},
            {.name = "--note", .field = "note", .help = N_("a note")}),
     .doubt = doubt_value,
     .show = show_measurement},
    {.verb = "correct",
     .example = "okr measure correct M-7 46.5 --reason 'counted twice'",

     .help = N_("correct a value; the old one stays on record"),
     CALLS(RPC_QUARTER_CORRECT_MEASUREMENT),
     PARAMS(
         {.name = "MEASUREMENT",
          .field = "id",
          .type = PARAM_MEASUREMENT,
          .help = N_("its id: M-12")},
         {.name = "VALUE", .field = "value", .type = PARAM_NUMBER, .help = N_("the right value")},
         {.name = "--reason", .field = "reason", .flags = PARAM_REQUIRED, .help = N_("why")}),
     .show = show_measurement},
    {.verb = "list",
     .example = "okr measure list KR-3",

     .help = N_("all values of a key result, by day"),
     CALLS(RPC_QUARTER_LIST_MEASUREMENTS),
     PARAMS({.name = "KR", .field = "kr_id", .type = PARAM_KR, .help = N_("its id: KR-12")}),
     .show = show_measurements},
    {.verb = NULL},
};
const struct noun noun_measure = {"measure", N_("measured values of key results"),
                                  measure_commands};

// ---- sufficiency -------------------------------------------------------------------------------

static struct table *sufficiency_table(void)
{
    struct table *table = table_new();
    table_column(table, _("KR"), TABLE_LEFT, 24);
    table_column(table, _("No."), TABLE_RIGHT, 0);
    table_column(table, _("Projects"), TABLE_LEFT, 0);
    table_column(table, _("By"), TABLE_LEFT, 0);
    table_column(table, _("Declared"), TABLE_LEFT, 24);
    table_column(table, _("Outdated"), TABLE_LEFT, 24);
    table_column(table, _("Note"), TABLE_LEFT, 0);
    return table;
}

static void sufficiency_row(struct cli *cli, struct table *table, const Okr__Sufficiency *row)
{
    table_cell(table, show_id(cli, "KR", row->kr_id));
    table_cellf(table, "%d", row->number);
    table_cell(table, show_ids(cli, "P", row->project_ids, row->n_project_ids));
    table_cell(table, show_text(row->declared_by));
    table_cell(table, show_time(cli, row->declared_at));
    table_cell(table, row->stale ? _("yes") : "");
    table_cell(table, show_text(row->note));
    table_row_end(table);
}

static void show_sufficiency(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = sufficiency_table();
    sufficiency_row(cli, table, (const Okr__Sufficiency *)reply);
    show_table(cli, table);
}

static void show_sufficiencies(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__SufficiencyList *list = (const Okr__SufficiencyList *)reply;
    struct table *table = sufficiency_table();
    for (size_t i = 0; i < list->n_declarations; i++)
        sufficiency_row(cli, table, list->declarations[i]);
    show_table(cli, table);
}

static const struct command sufficiency_commands[] = {
    {.verb = "declare",
     .example = "okr sufficiency declare KR-3 --note 'guide and templates are all we owe it'",

     .help = N_("declare: these projects, if completed, are all that engineering owes this KR"),
     CALLS(RPC_QUARTER_DECLARE_SUFFICIENCY),
     PARAMS({.name = "KR", .field = "kr_id", .type = PARAM_KR, .help = N_("its id: KR-12")},
            {.name = "--note", .field = "note", .help = N_("a note")}),
     .show = show_sufficiency},
    {.verb = "list",
     .example = "okr sufficiency list KR-3",

     .help = N_("all declarations for a key result"),
     CALLS(RPC_QUARTER_LIST_SUFFICIENCY),
     PARAMS({.name = "KR", .field = "kr_id", .type = PARAM_KR, .help = N_("its id: KR-12")}),
     .show = show_sufficiencies},
    {.verb = NULL},
};
const struct noun noun_sufficiency = {
    "sufficiency", N_("declarations that a KR's projects are sufficient"), sufficiency_commands};
