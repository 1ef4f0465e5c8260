// kr: the key results of an objective.
#include "client/cli/act/doubt.h"
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
     .ends = N_("It will be dropped; it stays visible as dropped."),
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
