// roadmap: what the product must achieve in a year, and what serves it.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/roadmap.pb-c.h"

// ---- showing -----------------------------------------------------------------------------------

// Objectives, key results and projects; "" where nothing is linked.
static const char *links_of(struct cli *cli, const Okr__RoadmapItem *item)
{
    const char *parts[] = {
        show_ids(cli, "O", item->objective_ids, item->n_objective_ids),
        show_ids(cli, "KR", item->kr_ids, item->n_kr_ids),
        show_ids(cli, "P", item->project_ids, item->n_project_ids),
    };
    const char *links = "";
    for (size_t i = 0; i < 3; i++)
        if (parts[i][0])
            links = cli_text(cli, "%s%s%s", links, links[0] ? " " : "", parts[i]);
    return links;
}

// Linked, and served all the same by nothing: what is linked was dropped, or is not accepted.
static const char *served_by(struct cli *cli, const Okr__RoadmapItem *item)
{
    const char *links = links_of(cli, item);
    if (!item->unserved)
        return links;
    return links[0] ? cli_text(cli, _("nothing (%s)"), links) : _("nothing");
}

static const char *schedule_of(struct cli *cli, const Okr__RoadmapItem *item)
{
    return cli_text(cli, "%s–%s", show_text(item->starts), show_text(item->ends));
}

static void show_item(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__RoadmapItem *item = (const Okr__RoadmapItem *)reply;
    show_line(cli, "%s %s%s", show_in(cli, SHOW_BOLD, show_id(cli, "R", item->id)),
              show_text(item->text), item->dropped ? _(" (dropped)") : "");
    show_line(cli, "  %s: %d, %s %s", _("Year"), item->year, _("Rank"),
              item->rank ? cli_text(cli, "%d", item->rank) : "-");
    show_line(cli, "  %s: %s", _("Product"), show_text(item->product));
    show_line(cli, "  %s: %s", _("Schedule"), schedule_of(cli, item));
    show_line(cli, "  %s: %s", _("Served by"),
              item->unserved ? show_in(cli, SHOW_BAD, served_by(cli, item)) : served_by(cli, item));
    show_line(cli, "  %s: %lld", _("Version"), (long long)item->version);
}

static void show_detail(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__RoadmapItemDetail *detail = (const Okr__RoadmapItemDetail *)reply;
    if (detail->item)
        show_item(cli, &detail->item->base);
    if (detail->n_comments)
        show_heading(cli, _("Comments"));
    for (size_t i = 0; i < detail->n_comments; i++) {
        const Okr__RoadmapComment *comment = detail->comments[i];
        show_line(cli, "  %s  %s", show_time(cli, comment->written_at), show_text(comment->author));
        show_wrapped(cli, 6, show_text(comment->text));
    }
}

static void show_comment(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__RoadmapComment *comment = (const Okr__RoadmapComment *)reply;
    show_line(cli, _("Comment on %s is written."), show_id(cli, "R", comment->item_id));
}

static struct table *item_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, _("Rank"), TABLE_RIGHT, 0);
    table_column(table, _("Roadmap item"), TABLE_LEFT, 0);
    table_column(table, _("Product"), TABLE_LEFT, 0);
    table_column(table, _("Schedule"), TABLE_LEFT, 24);
    table_column(table, _("Served by"), TABLE_LEFT, 0);
    table_column(table, _("Version"), TABLE_RIGHT, 0);
    return table;
}

static void item_row(struct cli *cli, struct table *table, const Okr__RoadmapItem *item)
{
    table_cell(table, show_id(cli, "R", item->id));
    table_cell(table, item->dropped ? _("dropped") : cli_text(cli, "%d", item->rank));
    table_cell(table, show_text(item->text));
    table_cell(table, show_text(item->product));
    table_cell(table, schedule_of(cli, item));
    table_cell(table, served_by(cli, item));
    table_cellf(table, "%lld", (long long)item->version);
    table_row_end(table);
}

static void show_roadmap(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Roadmap *roadmap = (const Okr__Roadmap *)reply;
    if (roadmap->n_items == 0) {
        show_line(cli, _("The roadmap of %d has no such item."), roadmap->year);
        return;
    }
    struct table *table = item_table();
    for (size_t i = 0; i < roadmap->n_items; i++)
        item_row(cli, table, roadmap->items[i]);
    show_heading(cli, cli_text(cli, _("Roadmap %d"), roadmap->year));
    show_table(cli, table);
    if (roadmap->unserved)
        show_line(cli, _("Nothing serves %d of these items."), roadmap->unserved);
}

// ---- the table ---------------------------------------------------------------------------------

#define ITEM(path)                                                                                 \
    {                                                                                              \
        .name = "ITEM", .field = path, .type = PARAM_ROADMAP, .help = N_("its id: R-12")           \
    }
#define SCHEDULE                                                                                   \
    {.name = "--from",                                                                             \
     .field = "item.starts",                                                                       \
     .type = PARAM_DAY,                                                                            \
     .help = N_("first day of its schedule")},                                                     \
    {                                                                                              \
        .name = "--to", .field = "item.ends", .type = PARAM_DAY,                                   \
        .help = N_("last day of its schedule")                                                     \
    }
#define LINKS(prefix)                                                                              \
    {.name = "--objective",                                                                        \
     .field = prefix "_objectives",                                                                \
     .type = PARAM_OBJECTIVE,                                                                      \
     .flags = PARAM_MANY,                                                                          \
     .help = N_("an objective; can be repeated")},                                                 \
        {.name = "--kr",                                                                           \
         .field = prefix "_krs",                                                                   \
         .type = PARAM_KR,                                                                         \
         .flags = PARAM_MANY,                                                                      \
         .help = N_("a key result; can be repeated")},                                             \
    {                                                                                              \
        .name = "--project", .field = prefix "_projects", .type = PARAM_PROJECT,                   \
        .flags = PARAM_MANY, .help = N_("a project; can be repeated")                              \
    }

static const struct command roadmap_commands[] = {
    {.verb = "add",
     .example =
         "okr roadmap add 2027 'Sell abroad' --product CRM --from 2027-04-01 --to 2027-09-30",

     .help = N_("add an item to the roadmap of a fiscal year"),
     CALLS(RPC_ROADMAP_ADD_ITEM),
     PARAMS({.name = "YEAR",
             .field = "item.year",
             .type = PARAM_INTEGER,
             .help = N_("the fiscal year: 2021")},
            {.name = "TEXT", .field = "item.text", .help = N_("what the product must achieve")},
            {.name = "--product",
             .field = "item.product",
             .flags = PARAM_REQUIRED,
             .help = N_("the product that it belongs to")},
            SCHEDULE,
            {.name = "--rank",
             .field = "item.rank",
             .type = PARAM_INTEGER,
             .help = N_("1 is first; absent: last")}),
     .show = show_item,
     .more = N_("Without --from and --to its schedule is the whole year.")},
    {.verb = "edit",
     .example = "okr roadmap edit R-2 --rank 1",
     .edits = true,

     .help = N_("change an item; what is not given stays"),
     CALLS(RPC_ROADMAP_UPDATE_ITEM),
     PARAMS(
         ITEM("item.id"), {.name = "--text", .field = "item.text", .help = N_("the new text")},
         {.name = "--product",
          .field = "item.product",
          .help = N_("the product that it belongs to")},
         SCHEDULE,
         {.name = "--rank", .field = "item.rank", .type = PARAM_INTEGER, .help = N_("1 is first")}),
     .versioned = true,
     .show = show_item},
    {.verb = "drop",
     .example = "okr roadmap drop R-2 --reason 'the market is gone'",

     .help = N_("drop an item; it stays visible as dropped"),
     .ends = N_("It will be dropped; it stays visible as dropped."),
     CALLS(RPC_ROADMAP_DROP_ITEM),
     PARAMS(ITEM("id"),
            {.name = "--reason", .field = "reason", .flags = PARAM_REQUIRED, .help = N_("why")}),
     .versioned = true,
     .show = show_item},
    {.verb = "link",
     .example = "okr roadmap link R-2 --objective O-1 --kr KR-3",
     .edits = true,

     .help = N_("say what serves an item"),
     CALLS(RPC_ROADMAP_LINK_ITEM),
     PARAMS(ITEM("id"), LINKS("add")),
     .versioned = true,
     .show = show_item},
    {.verb = "unlink",
     .example = "okr roadmap unlink R-2 --kr KR-3",
     .edits = true,

     .help = N_("say what does not serve an item any more"),
     CALLS(RPC_ROADMAP_LINK_ITEM),
     PARAMS(ITEM("id"), LINKS("remove")),
     .versioned = true,
     .show = show_item},
    {.verb = "comment",
     .example = "okr roadmap comment R-2 'not before the summer'",

     .help = N_("comment on an item"),
     CALLS(RPC_ROADMAP_COMMENT_ITEM),
     PARAMS(ITEM("id"), {.name = "TEXT", .field = "text", .help = N_("the comment")}),
     .show = show_comment},
    {.verb = "show",
     .example = "okr roadmap show R-2",

     .help = N_("one item, and what was said about it"),
     CALLS(RPC_ROADMAP_GET_ITEM),
     PARAMS(ITEM("id")),
     .show = show_detail},
    {.verb = "list",
     .example = "okr roadmap list 2027 --unserved",

     .help = N_("the roadmap of a year, by rank"),
     CALLS(RPC_ROADMAP_LIST_ROADMAP),
     PARAMS({.name = "YEAR",
             .field = "year",
             .type = PARAM_INTEGER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the fiscal year that today lies in")},
            {.name = "--unserved",
             .field = "unserved",
             .type = PARAM_FLAG,
             .help = N_("only what nothing serves")},
            {.name = "--dropped",
             .field = "with_dropped",
             .type = PARAM_FLAG,
             .help = N_("also what was dropped")}),
     .show = show_roadmap},
    {.verb = NULL},
};
const struct noun noun_roadmap = {
    "roadmap", N_("what the product must achieve in a year, and what serves it"), roadmap_commands};
