// week: a project's week as it stands, and the one act that closes it.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/report/week_show.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/act/week_close.h"
#include "okr/v1/week.pb-c.h"

static void show_list(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__WeekList *list = (const Okr__WeekList *)reply;
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 12);
    table_column(table, _("Project"), TABLE_LEFT, 0);
    table_column(table, _("Lead"), TABLE_LEFT, 20);
    table_column(table, _("State"), TABLE_LEFT, 20);
    table_column(table, _("In time"), TABLE_LEFT, 20);
    table_column(table, _("Goals"), TABLE_RIGHT, 0);
    table_column(table, _("Achieved"), TABLE_RIGHT, 0);
    if (list->n_weeks)
        show_heading(cli, show_week(cli, list->weeks[0]->week));
    for (size_t i = 0; i < list->n_weeks; i++) {
        const Okr__ProjectWeek *week = list->weeks[i];
        size_t achieved = 0, goals = 0;
        for (size_t j = 0; j < week->n_goals; j++) {
            goals += !week->goals[j]->dropped;
            achieved += !week->goals[j]->dropped &&
                        week->goals[j]->result == OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
        }
        table_cell(table, show_id(cli, "P", week->project_id));
        table_cell(table, show_text(week->project_name));
        table_cell(table, show_text(week->lead));
        table_cell(table, label_of(&okr__week_state__descriptor, (int)week->state));
        table_cell(table, label_of(&okr__timeliness__descriptor, (int)week->timeliness));
        table_cellf(table, "%zu", goals);
        table_cellf(table, "%zu", achieved);
        table_row_end(table);
    }
    show_table(cli, table);
}

#define PROJECT                                                                                    \
    {                                                                                              \
        .name = "PROJECT", .field = "project_id", .type = PARAM_PROJECT,                           \
        .help = N_("its id: P-12")                                                                 \
    }
#define WEEK                                                                                       \
    {                                                                                              \
        .name = "--week", .field = "week", .type = PARAM_WEEK,                                     \
        .help = N_("absent: this week; also next, last")                                           \
    }

static const struct command week_commands[] = {
    {.verb = "show",
     .example = "okr week show P-3 --week last",

     .help = N_("a project's week: goals, results, entries"),
     CALLS(RPC_WEEK_GET_WEEK),
     PARAMS(PROJECT, WEEK),
     .rows = "goals",
     .show = week_show},
    {.verb = "list",
     .example = "okr week list --week last",

     .help = N_("the week of every project: who is late or missing"),
     CALLS(RPC_WEEK_LIST_WEEKS),
     PARAMS(WEEK, {.name = "--mine",
                   .field = "mine",
                   .type = PARAM_FLAG,
                   .help = N_("only what I lead or belong to")}),
     .show = show_list},
    {.verb = "edit",
     .example = "okr week edit P-3",

     .help = N_("close the week in your editor: results, a look back, next week's goals"),
     CALLS(RPC_WEEK_CLOSE_WEEK, RPC_WEEK_CHECK_CLOSING, RPC_WEEK_ADD_GOAL),
     PARAMS(PROJECT, WEEK,
            {.name = "--file", .type = PARAM_FILE, .help = N_("go on with this draft")}),
     .run = week_edit_run,
     .more = N_("The editor is $VISUAL, else $EDITOR, else vi. A text that is unchanged or empty "
                "sends nothing; after a refusal the editor opens again on it, and what is left "
                "is offered the next time. New goals of this week are set with it; a text that "
                "only has such leaves the week open.")},
    {.verb = "close",
     .example = "okr week close P-3 --achieved G-12 --missed 'G-13=reviewer was away' --next "
                "'Index is complete'",

     .help = N_("close the week: results, a look back, next week's goals"),
     CALLS(RPC_WEEK_CLOSE_WEEK),
     PARAMS(PROJECT, WEEK,
            {.name = "--achieved",
             .type = PARAM_GOAL,
             .flags = PARAM_MANY,
             .help = N_("a goal that is achieved; can be repeated")},
            {.name = "--missed",
             .flags = PARAM_MANY,
             .help = N_("a goal that is missed, and why: G-12=reason")},
            {.name = "--look-back", .field = "look_back", .help = N_("a short look back")},
            {.name = "--next",
             .flags = PARAM_MANY,
             .help = N_("a goal for next week; can be repeated")},
            {.name = "--file",
             .type = PARAM_FILE,
             .help = N_("take all this from a document, as \"okr week edit\" makes it; -: standard "
                        "input")}),
     .run = week_close_run},
    {.verb = NULL},
};
const struct noun noun_week = {"week", N_("a project's week, and closing it"), week_commands};
