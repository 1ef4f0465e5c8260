// goal, entry: a project's weekly goals, and what its members write on them.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/week.pb-c.h"

static void show_goal(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Goal *goal = (const Okr__Goal *)reply;
    show_line(cli, "%s %s", show_in(cli, SHOW_BOLD, show_id(cli, "G", goal->id)),
              show_text(goal->text));
    show_line(cli, "  %s, %s: %s%s", show_id(cli, "P", goal->project_id),
              show_week(cli, goal->week),
              label_of(&okr__goal_result__descriptor, (int)goal->result),
              goal->dropped ? _(" (dropped)") : "");
    if (goal->reason && goal->reason[0])
        show_line(cli, "  %s: %s", _("Reason"), goal->reason);
    if (goal->source)
        show_line(cli, "  %s: %s#%lld", _("Plan task"), goal->source, (long long)goal->task_uid);
    show_line(cli, "  %s: %lld", _("Version"), (long long)goal->version);
}

static void show_entry(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Entry *entry = (const Okr__Entry *)reply;
    show_line(cli, "%s  %s  %s", show_in(cli, SHOW_BOLD, show_id(cli, "E", entry->id)),
              show_time(cli, entry->written_at), show_text(entry->author));
    show_line(cli, "  %s, %s%s%s", show_id(cli, "P", entry->project_id),
              show_week(cli, entry->week), entry->goal_id ? ", " : "",
              entry->goal_id ? show_id(cli, "G", entry->goal_id) : "");
    show_wrapped(cli, 2, show_text(entry->text));
    show_line(cli, "  %s: %lld", _("Version"), (long long)entry->version);
}

#define GOAL                                                                                       \
    {                                                                                              \
        .name = "GOAL", .field = "id", .type = PARAM_GOAL, .help = N_("its id: G-12")              \
    }
#define GOALS                                                                                      \
    {                                                                                              \
        .name = "GOAL", .field = "id", .type = PARAM_GOAL, .flags = PARAM_EACH,                    \
        .help = N_("its id: G-12")                                                                 \
    }
#define WEEK                                                                                       \
    {                                                                                              \
        .name = "--week", .field = "week", .type = PARAM_WEEK,                                     \
        .help = N_("absent: this week; also next, last")                                           \
    }

static const struct command goal_commands[] = {
    {.verb = "add",
     .example = "okr goal add P-3 'Index is complete' --week next",

     .help = N_("add a weekly goal to a project"),
     .undo = "okr goal drop G-{.id} --reason WHY",
     CALLS(RPC_WEEK_ADD_GOAL),
     PARAMS({.name = "PROJECT",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .help = N_("its id: P-12")},
            {.name = "TEXT", .field = "goal.text", .help = N_("the goal")}, WEEK,
            {.name = "--source",
             .field = "goal.source",
             .help = N_("the plan of the task that it serves")},
            {.name = "--task",
             .field = "goal.task_uid",
             .type = PARAM_INTEGER,
             .help = N_("the task's UID in the plan")}),
     .show = show_goal},
    {.verb = "edit",
     .example = "okr goal edit G-12 'Half of the index is complete'",

     .help = N_("change the text of a weekly goal"),
     CALLS(RPC_WEEK_EDIT_GOAL),
     PARAMS(GOAL, {.name = "TEXT", .field = "text", .help = N_("the new text")}),
     .versioned = true,
     .show = show_goal},
    {.verb = "drop",
     .example = "okr goal drop G-12 --reason 'moved to next month'",

     .help = N_("drop a weekly goal"),
     .ends = N_("It will be dropped; it stays visible as dropped."),
     CALLS(RPC_WEEK_DROP_GOAL),
     PARAMS(GOALS,
            {.name = "--reason", .field = "reason", .flags = PARAM_REQUIRED, .help = N_("why")}),
     .versioned = true,
     .show = show_goal},
    {.verb = "achieved",
     .example = "okr goal achieved G-12",

     .help = N_("a weekly goal is achieved"),
     .undo = "okr goal missed {GOAL} WHY",
     CALLS(RPC_WEEK_SET_RESULT),
     PARAMS(GOALS),
     .versioned = true,
     .preset = "result",
     .preset_value = OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED,
     .show = show_goal},
    {.verb = "missed",
     .example = "okr goal missed G-12 'reviewer was away'",

     .help = N_("a weekly goal is missed, and why"),
     .undo = "okr goal achieved {GOAL}",
     CALLS(RPC_WEEK_SET_RESULT),
     PARAMS(GOALS, {.name = "REASON", .field = "reason", .help = N_("why; a few words will do")}),
     .versioned = true,
     .preset = "result",
     .preset_value = OKR__GOAL_RESULT__GOAL_RESULT_MISSED,
     .show = show_goal},
    {.verb = NULL},
};
const struct noun noun_goal = {"goal", N_("weekly goals of a project"), goal_commands};

static const struct command entry_commands[] = {
    {.verb = "write",
     .example = "okr entry write P-3 'Half of the shards are rebuilt' --goal G-12",

     .help = N_("write an entry on a project's week, or on one goal"),
     CALLS(RPC_WEEK_WRITE_ENTRY),
     PARAMS({.name = "PROJECT",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .help = N_("its id: P-12")},
            {.name = "TEXT", .field = "text", .help = N_("the entry")}, WEEK,
            {.name = "--goal",
             .field = "goal_id",
             .type = PARAM_GOAL,
             .help = N_("absent: on the week as a whole")}),
     .show = show_entry},
    {.verb = "edit",
     .example = "okr entry edit E-5 'All shards are rebuilt'",

     .help = N_("change an entry of yours"),
     CALLS(RPC_WEEK_EDIT_ENTRY),
     PARAMS({.name = "ENTRY", .field = "id", .type = PARAM_ENTRY, .help = N_("its id: E-12")},
            {.name = "TEXT", .field = "text", .help = N_("the new text")}),
     .versioned = true,
     .show = show_entry},
    {.verb = NULL},
};
const struct noun noun_entry = {"entry", N_("entries on a week of a project"), entry_commands};
