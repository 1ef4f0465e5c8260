// me: my own work, in the order in which it matters; the first line is what to do next (R5).
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/report/goal_line.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/board.pb-c.h"

static const char *what(struct cli *cli, const Okr__WorkItem *item)
{
    if (item->goal_id && !item->task_name)
        return cli_text(cli, "G-%lld %s", (long long)item->goal_id, show_text(item->goal_text));
    return show_text(item->task_name);
}

static const char *why(struct cli *cli, const Okr__WorkItem *item)
{
    if (item->kr_id)
        return show_id(cli, "KR", item->kr_id);
    return item->project_id ? label_of(&okr__project_kind__descriptor, (int)item->kind) : "";
}

static const char *when(struct cli *cli, const Okr__WorkItem *item)
{
    const char *days = item->finish ? show_days(cli, item->start, item->finish) : "";
    return item->late ? cli_text(cli, "%s %s", days, _("overdue")) : days;
}

static void item_row(struct cli *cli, struct table *table, const Okr__WorkItem *item, bool first)
{
    table_cell(table, first ? ">" : "");
    table_cell(table, item->project_id ? show_id(cli, "P", item->project_id) : "-");
    table_cell(table, what(cli, item));
    table_cell(table, when(cli, item));
    table_cell(table,
               item->has_percent_complete ? show_percent(cli, (double)item->percent_complete) : "");
    table_cell(table, item->has_work ? show_hours(cli, item->work) : "");
    table_cell(table, why(cli, item));
    table_row_end(table);
}

static void show_next(struct cli *cli, const Okr__MyWork *work)
{
    const Okr__WorkItem *item = work->items[0];
    const char *project = item->project_id
                              ? cli_text(cli, " (%s %s)", show_id(cli, "P", item->project_id),
                                         show_text(item->project_name))
                              : "";
    const char *late =
        item->late ? cli_text(cli, "  %s", show_in(cli, SHOW_BAD, _("overdue"))) : "";
    show_line(cli, "%s %s%s%s", show_in(cli, SHOW_BOLD, _("Next:")),
              show_in(cli, SHOW_BOLD, what(cli, item)), project, late);
    if (item->kr_text)
        show_line(cli, "      %s %s", show_id(cli, "KR", item->kr_id), item->kr_text);
}

static bool is_an_item(const Okr__MyWork *work, const Okr__Goal *goal)
{
    for (size_t i = 0; i < work->n_items; i++) {
        if (work->items[i]->goal_id == goal->id)
            return true;
    }
    return false;
}

// Those that the list above does not have already.
static void show_goals(struct cli *cli, const Okr__MyWork *work)
{
    bool heading = false;
    for (size_t i = 0; i < work->n_goals; i++) {
        const Okr__Goal *goal = work->goals[i];
        if (is_an_item(work, goal))
            continue;
        if (!heading)
            show_line(cli, "\n%s", show_in(cli, SHOW_BOLD, _("Weekly goals of my projects")));
        heading = true;
        show_line(cli, "  %s %s G-%lld %s",
                  cli_text(cli, "%-5s", show_id(cli, "P", goal->project_id)), goal_mark(cli, goal),
                  (long long)goal->id, show_text(goal->text));
    }
}

static void show_me(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__MyWork *work = (const Okr__MyWork *)reply;
    if (work->n_items == 0) {
        show_line(cli, _("Nothing is planned for you in %s."), show_week(cli, work->week));
        show_line(cli, "%s", _("What begins later: okr me --all. The whole quarter: okr board."));
    } else {
        show_next(cli, work);
        show_line(cli, "\n%s", show_week(cli, work->week));
        struct table *table = table_new();
        table_column(table, "", TABLE_LEFT, 2);
        table_column(table, _("Project"), TABLE_LEFT, 12);
        table_column(table, _("What"), TABLE_LEFT, 0);
        table_column(table, _("When"), TABLE_LEFT, 20);
        table_column(table, _("Done"), TABLE_RIGHT, 0);
        table_column(table, _("Work"), TABLE_RIGHT, 0);
        table_column(table, _("For"), TABLE_LEFT, 16);
        for (size_t i = 0; i < work->n_items; i++)
            item_row(cli, table, work->items[i], i == 0);
        show_table(cli, table);
    }
    show_goals(cli, work);
}

static const struct command me_commands[] = {
    {.verb = "",
     .example = "okr me --week next",

     .help = N_("my work, the most important first: what to do next"),
     CALLS(RPC_BOARD_GET_MY_WORK),
     PARAMS({.name = "--week",
             .field = "week",
             .type = PARAM_WEEK,
             .help = N_("absent: this week; also next, last")},
            {.name = "--all",
             .field = "all",
             .type = PARAM_FLAG,
             .help = N_("also what begins later")}),
     .rows = "items",
     .show = show_me},
    {.verb = NULL},
};
const struct noun noun_me = {"me", N_("my work: what to do next"), me_commands};
