// quarter, objective: the product's OKR of three months.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/report/quarter_result.h"
#include "client/cli/core/show.h"
#include "okr/v1/quarter.pb-c.h"

// ---- quarters ----------------------------------------------------------------------------------

static void quarter_row(struct cli *cli, struct table *table, const Okr__Quarter *quarter)
{
    table_cell(table, show_text(quarter->name));
    table_cellf(table, _("%s–%s"), show_text(quarter->first_day), show_text(quarter->last_day));
    table_cell(table, label_of(&okr__quarter_state__descriptor, (int)quarter->state));
    table_cell(table, show_time(cli, quarter->opened_at));
    table_cell(table, show_time(cli, quarter->closed_at));
    table_cellf(table, "%lld", (long long)quarter->version);
    table_row_end(table);
}

static struct table *quarter_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Quarter"), TABLE_LEFT, 24);
    table_column(table, _("Days"), TABLE_LEFT, 24);
    table_column(table, _("State"), TABLE_LEFT, 24);
    table_column(table, _("Opened"), TABLE_LEFT, 24);
    table_column(table, _("Closed"), TABLE_LEFT, 24);
    table_column(table, _("Version"), TABLE_RIGHT, 0);
    return table;
}

static void show_quarter(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = quarter_table();
    quarter_row(cli, table, (const Okr__Quarter *)reply);
    show_table(cli, table);
}

static void show_quarters(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__QuarterList *list = (const Okr__QuarterList *)reply;
    struct table *table = quarter_table();
    for (size_t i = 0; i < list->n_quarters; i++)
        quarter_row(cli, table, list->quarters[i]);
    show_table(cli, table);
}

static const struct command quarter_commands[] = {
    {.verb = "create",
     .example = "okr quarter create 2027Q1",

     .help = N_("begin the draft of a quarter"),
     CALLS(RPC_QUARTER_CREATE_QUARTER),
     PARAMS({.name = "QUARTER",
             .field = "name",
             .type = PARAM_QUARTER,
             .help = N_("fiscal year and quarter: 2021Q1")}),
     .show = show_quarter},
    {.verb = "open",
     .example = "okr quarter open 2027Q1",

     .help = N_("open a quarter: later changes of its projects are marked"),
     .ends = N_("It will be opened: from then on a project that is added, dropped or re-scoped is "
                "marked as a change, with a reason."),
     CALLS(RPC_QUARTER_OPEN_QUARTER),
     PARAMS({.name = "QUARTER",
             .field = "name",
             .type = PARAM_QUARTER,
             .help = N_("fiscal year and quarter: 2021Q1")}),
     .versioned = true,
     .show = show_quarter},
    {.verb = "close",
     .example = "okr quarter close 2026Q4",

     .help = N_("close a quarter"),
     .ends = N_("It will be closed: nothing in it changes any more, and its result is frozen."),
     CALLS(RPC_QUARTER_CLOSE_QUARTER),
     PARAMS({.name = "QUARTER",
             .field = "name",
             .type = PARAM_QUARTER,
             .help = N_("fiscal year and quarter: 2021Q1")}),
     .versioned = true,
     .show = show_quarter},
    {.verb = "list",
     .example = "okr quarter list",

     .help = N_("all quarters"),
     CALLS(RPC_QUARTER_LIST_QUARTERS),
     .show = show_quarters},
    {.verb = "show",
     .example = "okr quarter show 2027Q1",

     .help = N_("one quarter; absent: today's"),
     CALLS(RPC_QUARTER_GET_QUARTER),
     PARAMS({.name = "QUARTER",
             .field = "name",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("fiscal year and quarter: 2021Q1")}),
     .show = show_quarter},
    {.verb = "result",
     .example = "okr quarter result 2026Q4",

     .help = N_("what a quarter came to: linked projects, side projects, changes"),
     CALLS(RPC_REVIEW_GET_QUARTER_RESULT),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the one that today lies in")}),
     .rows = "linked,side",
     .show = show_quarter_result},
    {.verb = NULL},
};
const struct noun noun_quarter = {"quarter", N_("quarters: draft, open, closed"), quarter_commands};

// ---- objectives --------------------------------------------------------------------------------

static struct table *objective_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, _("Rank"), TABLE_RIGHT, 0);
    table_column(table, _("Quarter"), TABLE_LEFT, 24);
    table_column(table, _("Product"), TABLE_LEFT, 0);
    table_column(table, _("Objective"), TABLE_LEFT, 0);
    table_column(table, _("Version"), TABLE_RIGHT, 0);
    return table;
}

static void objective_row(struct cli *cli, struct table *table, const Okr__Objective *objective)
{
    table_cell(table, show_id(cli, "O", objective->id));
    if (objective->dropped)
        table_cell(table, _("dropped"));
    else
        table_cellf(table, "%d", objective->rank);
    table_cell(table, show_text(objective->quarter));
    table_cell(table, show_text(objective->product));
    table_cell(table, show_text(objective->text));
    table_cellf(table, "%lld", (long long)objective->version);
    table_row_end(table);
}

static void show_objective(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = objective_table();
    objective_row(cli, table, (const Okr__Objective *)reply);
    show_table(cli, table);
}

static void show_objectives(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Okr *okr = (const Okr__Okr *)reply;
    struct table *table = objective_table();
    for (size_t i = 0; i < okr->n_objectives; i++)
        objective_row(cli, table, okr->objectives[i]);
    show_table(cli, table);
}

static const struct command objective_commands[] = {
    {.verb = "add",
     .example = "okr objective add 2027Q1 'New users stay' --product 'Sample CRM'",

     .help = N_("add an objective of a product to a quarter"),
     CALLS(RPC_QUARTER_ADD_OBJECTIVE),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .help = N_("fiscal year and quarter: 2021Q1")},
            {.name = "TEXT", .field = "text", .help = N_("the objective")},
            {.name = "--product",
             .field = "product",
             .flags = PARAM_REQUIRED,
             .help = N_("the product that it belongs to")},
            {.name = "--rank",
             .field = "rank",
             .type = PARAM_INTEGER,
             .help = N_("1 is first; absent: last")}),
     .show = show_objective},
    {.verb = "edit",
     .example = "okr objective edit O-2 --rank 1",
     .edits = true,

     .help = N_("change an objective; what is not given stays"),
     CALLS(RPC_QUARTER_UPDATE_OBJECTIVE),
     PARAMS(
         {.name = "OBJECTIVE", .field = "id", .type = PARAM_OBJECTIVE, .help = N_("its id: O-12")},
         {.name = "--text", .field = "text", .help = N_("the new text")},
         {.name = "--product", .field = "product", .help = N_("the product that it belongs to")},
         {.name = "--rank", .field = "rank", .type = PARAM_INTEGER, .help = N_("1 is first")}),
     .versioned = true,
     .show = show_objective},
    {.verb = "drop",
     .example = "okr objective drop O-2 --reason 'moved to the next quarter'",

     .help = N_("drop an objective; it stays visible as dropped"),
     .ends = N_("It will be dropped, with its KRs; it stays visible as dropped."),
     CALLS(RPC_QUARTER_DROP_OBJECTIVE),
     PARAMS(
         {.name = "OBJECTIVE", .field = "id", .type = PARAM_OBJECTIVE, .help = N_("its id: O-12")},
         {.name = "--reason", .field = "reason", .flags = PARAM_REQUIRED, .help = N_("why")}),
     .versioned = true,
     .show = show_objective},
    {.verb = "list",
     .example = "okr objective list 2027Q1",

     .help = N_("the objectives of a quarter, by rank"),
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
     .rows = "objectives",
     .show = show_objectives},
    {.verb = NULL},
};
const struct noun noun_objective = {"objective", N_("objectives of a quarter"), objective_commands};
