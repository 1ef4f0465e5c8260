// kr, measure, sufficiency: key results, their measured values, and what engineering owes them.
#include <math.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "okr/v1/quarter.pb-c.h"

// ---- key results -------------------------------------------------------------------------------

static struct table *kr_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, _("Objective"), TABLE_LEFT, 24);
    table_column(table, _("Rank"), TABLE_RIGHT, 0);
    table_column(table, _("Key result"), TABLE_LEFT, 0);
    table_column(table, _("Target"), TABLE_LEFT, 0);
    table_column(table, _("Now"), TABLE_RIGHT, 0);
    table_column(table, _("Attained"), TABLE_RIGHT, 0);
    table_column(table, _("Version"), TABLE_RIGHT, 0);
    return table;
}

static const char *target_of(struct cli *cli, const Okr__KeyResult *kr)
{
    const char *target = cli_text(cli, "%s %s", show_number(cli, kr->target), show_text(kr->unit));
    switch (kr->kind) {
    case OKR__KR_KIND__KR_KIND_INCREASE_TO:
        return cli_text(cli, _("increase to %s"), target);
    case OKR__KR_KIND__KR_KIND_DECREASE_TO:
        return cli_text(cli, _("decrease to %s"), target);
    case OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST:
        return cli_text(cli, _("keep at least %s"), target);
    case OKR__KR_KIND__KR_KIND_KEEP_AT_MOST:
        return cli_text(cli, _("keep at most %s"), target);
    default:
        return target;
    }
}

static void kr_row(struct cli *cli, struct table *table, const Okr__KeyResult *kr)
{
    table_cell(table, show_id(cli, "KR", kr->id));
    table_cell(table, show_id(cli, "O", kr->objective_id));
    if (kr->dropped)
        table_cell(table, _("dropped"));
    else
        table_cellf(table, "%d", kr->rank);
    table_cell(table, show_text(kr->text));
    table_cell(table, target_of(cli, kr));
    table_cell(table, kr->latest ? show_number(cli, kr->latest->value) : "-");
    table_cell(table, kr->has_attainment_percent ? show_percent(cli, kr->attainment_percent) : "-");
    table_cellf(table, "%lld", (long long)kr->version);
    table_row_end(table);
}

static void show_krs(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Okr *okr = (const Okr__Okr *)reply;
    struct table *table = kr_table();
    for (size_t i = 0; i < okr->n_krs; i++)
        kr_row(cli, table, okr->krs[i]);
    show_table(cli, table);
}

static void show_declared(struct cli *cli, const Okr__Sufficiency *sufficiency)
{
    if (!sufficiency) {
        show_line(cli, "  %s: %s", _("Sufficiency"), _("not declared"));
        return;
    }
    show_line(cli, "  %s: %s: %s%s", _("Sufficiency"),
              cli_text(cli, _("declared by %s, %s"), show_text(sufficiency->declared_by),
                       show_time(cli, sufficiency->declared_at)),
              show_ids(cli, "P", sufficiency->project_ids, sufficiency->n_project_ids),
              sufficiency->stale ? _(" (the projects have changed since: declare it again)") : "");
    show_wrapped(cli, 4, show_text(sufficiency->note));
}

static void show_kr(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__KeyResult *kr = (const Okr__KeyResult *)reply;
    show_line(cli, "%s %s%s", show_in(cli, SHOW_BOLD, show_id(cli, "KR", kr->id)),
              show_text(kr->text), kr->dropped ? _(" (dropped)") : "");
    show_line(cli, "  %s: %s, %s %d", _("Objective"), show_id(cli, "O", kr->objective_id),
              _("Rank"), kr->rank);
    show_line(cli, "  %s: %s (%s)", _("Target"), target_of(cli, kr),
              cli_text(cli, _("from %s"), show_number(cli, kr->start)));
    if (kr->latest)
        show_line(cli, "  %s: %s %s (%s)", _("Now"), show_number(cli, kr->latest->value),
                  show_text(kr->unit), show_text(kr->latest->day));
    else
        show_line(cli, "  %s: %s", _("Now"), _("not measured"));
    if (kr->has_attainment_percent)
        show_line(cli, "  %s: %s%s", _("Attained"), show_percent(cli, kr->attainment_percent),
                  kr->attainment_percent < 0 ? _(" (moved away from the target)") : "");
    if (kr->n_departments)
        show_line(cli, "  %s: %s", _("Departments"),
                  show_words(cli, kr->departments, kr->n_departments));
    show_line(cli, "  %s: %s", _("Projects"),
              kr->n_project_ids ? show_ids(cli, "P", kr->project_ids, kr->n_project_ids)
                                : _("none"));
    show_declared(cli, kr->sufficiency);
    show_line(cli, "  %s: %lld", _("Version"), (long long)kr->version);
}

static bool prepare_kr_edit(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    bool replace = args_has(args, "--department") || args_has(args, "--no-departments");
    struct arg value = {.number = replace};
    return !replace || request_set(cli, request, "replace_departments", &value);
}

// ---- does it look right? -----------------------------------------------------------------------

// A slip of the finger is more than ten times as far from the start as the target is.
static const char *doubt_far(struct cli *cli, const struct args *args, double value)
{
    Okr__GetKeyResultRequest get = OKR__GET_KEY_RESULT_REQUEST__INIT;
    get.has_id = 1;
    get.id = args_find(args, "KR")->number;
    const Okr__KeyResult *kr =
        (const Okr__KeyResult *)cli_call(cli, RPC_QUARTER_GET_KEY_RESULT, &get.base);
    double way = kr ? fabs(kr->target - kr->start) : 0;
    if (way == 0 || fabs(value - kr->start) <= 10 * way)
        return NULL;
    return cli_text(cli, _("%s goes from %s to %s %s: %s is more than ten times that way."),
                    show_id(cli, "KR", kr->id), show_number(cli, kr->start),
                    show_number(cli, kr->target), show_text(kr->unit), show_number(cli, value));
}

static const char *doubt_value(struct cli *cli, const struct args *args)
{
    return doubt_far(cli, args, args_find(args, "VALUE")->real);
}

static const char *doubt_target(struct cli *cli, const struct args *args)
{
    const struct arg *target = args_find(args, "--target");
    return target ? doubt_far(cli, args, target->real) : NULL;
}

#define KR_OPTIONS                                                                                 \
    {.name = "--rank",                                                                             \
     .field = "kr.rank",                                                                           \
     .type = PARAM_INTEGER,                                                                        \
     .help = N_("1 is first within the objective")},                                               \
        {.name = "--department",                                                                   \
         .field = "kr.departments",                                                                \
         .flags = PARAM_MANY,                                                                      \
         .help = N_("who else contributes; can be repeated")},                                     \
    {                                                                                              \
        .name = "--noise", .field = "kr.noise_percent", .type = PARAM_NUMBER,                      \
        .help = N_("what counts as no movement, percent of the way; absent: 5")                    \
    }

static const struct command kr_commands[] = {
    {.verb = "add",
     .example =
         "okr kr add O-2 'First use completed' --kind increase-to --start 40 --target 60 --unit %",

     .help = N_("add a key result to an objective"),
     CALLS(RPC_QUARTER_ADD_KEY_RESULT),
     PARAMS({.name = "OBJECTIVE",
             .field = "kr.objective_id",
             .type = PARAM_OBJECTIVE,
             .help = N_("its id: O-12")},
            {.name = "TEXT", .field = "kr.text", .help = N_("the key result")},
            {.name = "--kind",
             .field = "kr.kind",
             .type = PARAM_ENUM,
             .flags = PARAM_REQUIRED,
             .choices = &okr__kr_kind__descriptor,
             .help = N_("what the target means")},
            {.name = "--start",
             .field = "kr.start",
             .type = PARAM_NUMBER,
             .flags = PARAM_REQUIRED,
             .help = N_("the value at the start")},
            {.name = "--target",
             .field = "kr.target",
             .type = PARAM_NUMBER,
             .flags = PARAM_REQUIRED,
             .help = N_("the value to reach or keep")},
            {.name = "--unit",
             .field = "kr.unit",
             .flags = PARAM_REQUIRED,
             .help = N_("what is counted: %, users, ms")},
            KR_OPTIONS),
     .show = show_kr},
    {.verb = "edit",
     .example = "okr kr edit KR-3 --target 65",
     .edits = true,

     .help = N_("change a key result; what is not given stays"),
     CALLS(RPC_QUARTER_UPDATE_KEY_RESULT),
     PARAMS({.name = "KR", .field = "kr.id", .type = PARAM_KR, .help = N_("its id: KR-12")},
            {.name = "--text", .field = "kr.text", .help = N_("the new text")},
            {.name = "--kind",
             .field = "kr.kind",
             .type = PARAM_ENUM,
             .choices = &okr__kr_kind__descriptor,
             .help = N_("what the target means")},
            {.name = "--start",
             .field = "kr.start",
             .type = PARAM_NUMBER,
             .help = N_("the value at the start")},
            {.name = "--target",
             .field = "kr.target",
             .type = PARAM_NUMBER,
             .help = N_("the value to reach or keep")},
            {.name = "--unit", .field = "kr.unit", .help = N_("what is counted: %, users, ms")},
            {.name = "--no-departments",
             .type = PARAM_FLAG,
             .help = N_("no other department contributes")},
            KR_OPTIONS),
     .versioned = true,
     .prepare = prepare_kr_edit,
     .doubt = doubt_target,
     .show = show_kr},
    {.verb = "drop",
     .example = "okr kr drop KR-3 --reason 'cannot be measured'",

     .help = N_("drop a key result; it stays visible as dropped"),
     .ends = N_("It is dropped; it stays visible as dropped."),
     CALLS(RPC_QUARTER_DROP_KEY_RESULT),
     PARAMS({.name = "KR", .field = "id", .type = PARAM_KR, .help = N_("its id: KR-12")},
            {.name = "--reason", .field = "reason", .flags = PARAM_REQUIRED, .help = N_("why")}),
     .versioned = true,
     .show = show_kr},
    {.verb = "show",
     .example = "okr kr show KR-3",

     .help = N_("one key result: target, value, projects, sufficiency"),
     CALLS(RPC_QUARTER_GET_KEY_RESULT),
     PARAMS({.name = "KR", .field = "id", .type = PARAM_KR, .help = N_("its id: KR-12")}),
     .show = show_kr},
    {.verb = "list",
     .example = "okr kr list 2027Q1",

     .help = N_("the key results of a quarter, by rank"),
     CALLS(RPC_QUARTER_LIST_OKR),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the one that today lies in")},
            {.name = "--dropped",
             .field = "with_dropped",
             .type = PARAM_FLAG,
             .help = N_("also what was dropped")}),
     .rows = "krs",
     .show = show_krs},
    {.verb = NULL},
};
const struct noun noun_kr = {"kr", N_("key results of an objective"), kr_commands};

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
