// project: proposed, discussed, decided, ranked, staffed.
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/report/goal_line.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/seen.h"
#include "client/cli/core/show.h"
#include "client/cli/noun/trial.h"
#include "okr/v1/project.pb-c.h"
#include "okr/v1/server.pb-c.h"
#include "okr/v1/week.pb-c.h"

// ---- showing -----------------------------------------------------------------------------------

static struct table *project_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 24);
    table_column(table, _("Kind"), TABLE_LEFT, 24);
    table_column(table, _("Rank"), TABLE_RIGHT, 0);
    table_column(table, _("Project"), TABLE_LEFT, 0);
    table_column(table, _("State"), TABLE_LEFT, 24);
    table_column(table, _("Serves"), TABLE_LEFT, 0);
    table_column(table, _("Lead"), TABLE_LEFT, 0);
    table_column(table, _("Progress"), TABLE_RIGHT, 0);
    return table;
}

// Whom it serves: KRs, or a category and who asked for it.
static const char *serves(struct cli *cli, const Okr__Project *project)
{
    if (project->n_kr_ids)
        return show_ids(cli, "KR", project->kr_ids, project->n_kr_ids);
    const char *category =
        project->category ? label_of(&okr__side_category__descriptor, (int)project->category) : "";
    const char *requester = show_text(project->requester);
    return cli_text(cli, "%s%s%s", category, category[0] && requester[0] ? ", " : "", requester);
}

static void project_row(struct cli *cli, struct table *table, const Okr__Project *project)
{
    const Okr__Progress *progress = project->progress;
    table_cell(table, show_id(cli, "P", project->id));
    table_cell(table, label_of(&okr__project_kind__descriptor, (int)project->kind));
    table_cell(table, project->rank ? cli_text(cli, "%d", project->rank) : "-");
    table_cell(table, show_text(project->name));
    table_cell(table, label_of(&okr__project_state__descriptor, (int)project->state));
    table_cell(table, serves(cli, project));
    table_cell(table, show_text(project->lead_name ? project->lead_name : project->lead));
    table_cell(table,
               progress && progress->has_percent ? show_percent(cli, progress->percent) : "-");
    table_row_end(table);
}

static void show_projects(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__ProjectList *list = (const Okr__ProjectList *)reply;
    struct table *table = project_table();
    for (size_t i = 0; i < list->n_projects; i++)
        project_row(cli, table, list->projects[i]);
    show_table(cli, table);
}

static void show_progress(struct cli *cli, const Okr__Progress *progress)
{
    if (!progress || !progress->has_percent) {
        show_line(cli, "  %s: %s", _("Progress"), _("no plan task is bound to it"));
        return;
    }
    show_line(cli, "  %s: %s (%s)", _("Progress"), show_percent(cli, progress->percent),
              progress->by_mean
                  ? _("plain mean of its tasks; none has planned work")
                  : cli_text(cli, _("%s of %s planned, %d tasks"),
                             show_hours(cli, progress->earned_work),
                             show_hours(cli, progress->planned_work), progress->tasks));
    show_line(cli, "  %s: %s", _("Planned finish"), show_day(cli, progress->finish));
    if (progress->without_baseline)
        show_line(cli, "  %s", _("The plan has no baseline for it."));
}

static void show_project(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Project *project = (const Okr__Project *)reply;
    show_line(cli, "%s %s (%s, %s)", show_in(cli, SHOW_BOLD, show_id(cli, "P", project->id)),
              show_text(project->name),
              label_of(&okr__project_kind__descriptor, (int)project->kind),
              label_of(&okr__project_state__descriptor, (int)project->state));
    show_wrapped(cli, 2, show_text(project->description));
    show_line(cli, "  %s: %s, %s %s", _("Quarter"), show_text(project->quarter), _("Rank"),
              project->rank ? cli_text(cli, "%d", project->rank) : "-");
    if (project->carried_from)
        show_line(cli, "  %s: %s", _("Goes on with"), show_id(cli, "P", project->carried_from));
    show_line(cli, "  %s: %s", _("Serves"), serves(cli, project));
    show_line(cli, "  %s: %s", _("Lead"), project->lead ? project->lead : _("none"));
    if (project->n_members)
        show_line(cli, "  %s: %s", _("Members"),
                  show_words(cli, project->members, project->n_members));
    show_progress(cli, project->progress);
    if (project->changed_after_open)
        show_line(cli, "  %s", _("Changed after the quarter was opened."));
    show_line(cli, "  %s: %lld", _("Version"), (long long)project->version);
}

static void show_decision(struct cli *cli, const Okr__ProjectDecision *decision)
{
    show_line(cli, "  %s  %s  %s%s%s", show_time(cli, decision->decided_at),
              show_text(decision->decided_by),
              label_of(&okr__decision__descriptor, (int)decision->decision),
              decision->urgent ? _(" (urgent)") : "",
              decision->after_open ? _(" (after the opening)") : "");
    if (decision->n_displaces)
        show_line(cli, "      %s: %s", _("Displaces"),
                  show_ids(cli, "P", decision->displaces, decision->n_displaces));
    show_wrapped(cli, 6, show_text(decision->reason));
}

// This week's goals, and next week's where they are set already.
static void show_goals(struct cli *cli, const Okr__Project *project)
{
    if (project->state != OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED)
        return;
    Okr__GetWeekRequest request = OKR__GET_WEEK_REQUEST__INIT;
    request.has_project_id = 1;
    request.project_id = project->id;
    const Okr__ProjectWeek *week =
        (const Okr__ProjectWeek *)cli_call(cli, RPC_WEEK_GET_WEEK, &request.base);
    if (!week)
        return;
    seen_take(cli, &request.base, &week->base);
    show_heading(cli, cli_text(cli, _("Weekly goals, %s"), show_week(cli, week->week)));
    if (!week->n_goals)
        show_line(cli, "  %s", _("no weekly goal"));
    for (size_t i = 0; i < week->n_goals; i++)
        goal_line(cli, week->goals[i], 2);
    if (week->n_next_goals)
        show_heading(cli, _("Next week"));
    for (size_t i = 0; i < week->n_next_goals; i++)
        goal_line(cli, week->next_goals[i], 2);
}

static void show_detail(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__ProjectDetail *detail = (const Okr__ProjectDetail *)reply;
    if (detail->project) {
        show_project(cli, &detail->project->base);
        show_goals(cli, detail->project);
    }
    if (detail->n_decisions)
        show_heading(cli, _("Decisions"));
    for (size_t i = 0; i < detail->n_decisions; i++)
        show_decision(cli, detail->decisions[i]);
    if (detail->n_comments)
        show_heading(cli, _("Comments"));
    for (size_t i = 0; i < detail->n_comments; i++) {
        const Okr__ProjectComment *comment = detail->comments[i];
        show_line(cli, "  %s  %s", show_time(cli, comment->written_at), show_text(comment->author));
        show_wrapped(cli, 6, show_text(comment->text));
    }
}

static void show_comment(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__ProjectComment *comment = (const Okr__ProjectComment *)reply;
    show_line(cli, _("Comment on %s is written."), show_id(cli, "P", comment->project_id));
}

// ---- choosing and preparing --------------------------------------------------------------------

// With KRs it is linked; otherwise it is a side project.
static enum rpc_id choose_propose(struct cli *cli, const struct args *args)
{
    (void)cli;
    return args_has(args, "--kr") ? RPC_PROJECT_PROPOSE_LINKED : RPC_PROJECT_PROPOSE_SIDE;
}

// A project belongs to a quarter; where none is named, to the one that today lies in.
static bool prepare_propose(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    if (args_has(args, "--quarter"))
        return true;
    Okr__GetServerInfoRequest get = OKR__GET_SERVER_INFO_REQUEST__INIT;
    const Okr__ServerInfo *info =
        (const Okr__ServerInfo *)cli_call(cli, RPC_SERVER_GET_SERVER_INFO, &get.base);
    if (!info)
        return false;
    struct arg quarter = {.text = show_text(info->quarter)};
    return request_set(cli, request, "quarter", &quarter);
}

// Two rights, so two methods: the project says which.
static enum rpc_id choose_comment(struct cli *cli, const struct args *args)
{
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    request.has_id = 1;
    request.id = args_find(args, "PROJECT")->number;
    const Okr__Project *project =
        (const Okr__Project *)cli_call(cli, RPC_PROJECT_GET_PROJECT, &request.base);
    if (!project)
        return RPC_COUNT;
    return project->kind == OKR__PROJECT_KIND__PROJECT_KIND_LINKED ? RPC_PROJECT_COMMENT_ON_LINKED
                                                                   : RPC_PROJECT_COMMENT_ON_SIDE;
}

static bool replaces(struct cli *cli, ProtobufCMessage *request, const char *flag, bool given)
{
    struct arg value = {.number = 1};
    return !given || request_set(cli, request, flag, &value);
}

static bool prepare_rescope(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    return replaces(cli, request, "replace_krs",
                    args_has(args, "--kr") || args_has(args, "--no-krs"));
}

static bool prepare_team(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    return replaces(cli, request, "replace_members",
                    args_has(args, "--member") || args_has(args, "--no-members"));
}

// ---- the table ---------------------------------------------------------------------------------

#define PROJECT                                                                                    \
    {                                                                                              \
        .name = "PROJECT", .field = "project_id", .type = PARAM_PROJECT,                           \
        .help = N_("its id: P-12")                                                                 \
    }
#define PROJECTS                                                                                   \
    {                                                                                              \
        .name = "PROJECT", .field = "project_id", .type = PARAM_PROJECT, .flags = PARAM_EACH,      \
        .help = N_("its id: P-12")                                                                 \
    }
#define WHY                                                                                        \
    {                                                                                              \
        .name = "--reason", .field = "reason", .help = N_("why")                                   \
    }
#define DECIDES(word)                                                                              \
    CALLS(RPC_PROJECT_DECIDE), .versioned = true, .preset = "decision",                            \
                               .preset_value = OKR__DECISION__DECISION_##word,                     \
                               .show = show_project

static const char *const cases[] = {N_("linked projects"), N_("side projects")};

static const struct command project_commands[] = {
    {.verb = "propose",
     .example = "okr project propose 'Search renewal' --quarter 2027Q1 --kr KR-3",

     .help = N_("propose a project: linked with --kr, else a side project"),
     .undo = "okr project reject P-{.id} --reason WHY",
     CALLS(RPC_PROJECT_PROPOSE_LINKED, RPC_PROJECT_PROPOSE_SIDE),
     PARAMS({.name = "NAME", .field = "name", .help = N_("its name")},
            {.name = "--quarter",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .help = N_("absent: the one that today lies in")},
            {.name = "--description", .field = "description", .help = N_("what it is about")},
            {.name = "--kr",
             .field = "kr_ids",
             .type = PARAM_KR,
             .flags = PARAM_MANY,
             .help = N_("a key result that it serves; can be repeated")},
            {.name = "--category",
             .field = "category",
             .type = PARAM_ENUM,
             .choices = &okr__side_category__descriptor,
             .help = N_("of a side project")},
            {.name = "--requester",
             .field = "requester",
             .help = N_("the team that asks for a side project")},
            WHY),
     .cases = cases,
     .choose = choose_propose,
     .prepare = prepare_propose,
     .show = show_project},
    {.verb = "comment",
     .example = "okr project comment P-3 'The load test has to come first'",

     .help = N_("comment on a project"),
     CALLS(RPC_PROJECT_COMMENT_ON_LINKED, RPC_PROJECT_COMMENT_ON_SIDE),
     PARAMS(PROJECT, {.name = "TEXT", .field = "text", .help = N_("the comment")}),
     .cases = cases,
     .choose = choose_comment,
     .show = show_comment},
    {.verb = "accept",
     .example = "okr project accept P-3",

     .help = N_("decide that a proposed project is done this quarter"),
     DECIDES(ACCEPT),
     PARAMS(PROJECTS, WHY,
            {.name = "--urgent",
             .field = "urgent",
             .type = PARAM_FLAG,
             .help = N_("side work taken in between two reviews")},
            {.name = "--displaces",
             .field = "displaces",
             .type = PARAM_PROJECT,
             .flags = PARAM_MANY,
             .help = N_("the project that urgent work displaces")})},
    {.verb = "reject",
     .example = "okr project reject P-3 --reason 'too late for this quarter'",

     .help = N_("decide against a proposed project"),
     DECIDES(REJECT),
     PARAMS(PROJECTS, WHY)},
    {.verb = "drop",
     .example = "okr project drop P-3 --reason 'a tool is bought instead'",

     .help = N_("drop an accepted project; it stays visible as dropped"),
     .ends = N_("It will be dropped: it stays visible as dropped, and has no weeks any more."),
     DECIDES(DROP),
     PARAMS(PROJECTS, WHY)},
    {.verb = "complete",
     .example = "okr project complete P-3",

     .help = N_("decide that a project is completed"),
     .undo = "okr project reopen {PROJECT} --reason WHY",
     .ends = N_("It counts as completed, whatever its plan says, and has no weeks any more."),
     DECIDES(COMPLETE),
     PARAMS(PROJECTS, WHY)},
    {.verb = "reopen",
     .example = "okr project reopen P-3 --reason 'a defect came back'",

     .help = N_("let a completed project go on"),
     .undo = "okr project complete {PROJECT} --reason WHY",
     DECIDES(REOPEN),
     PARAMS(PROJECTS, WHY)},
    {.verb = "rescope",
     .example = "okr project rescope P-3 --kr KR-3 --kr KR-4 --reason 'serves both'",
     .edits = true,

     .help = N_("change what a project is; what is not given stays"),
     CALLS(RPC_PROJECT_RESCOPE),
     PARAMS(PROJECT, {.name = "--name", .field = "name", .help = N_("the new name")},
            {.name = "--description", .field = "description", .help = N_("what it is about")},
            {.name = "--kr",
             .field = "kr_ids",
             .type = PARAM_KR,
             .flags = PARAM_MANY,
             .help = N_("a key result that it serves; all of them are replaced")},
            {.name = "--no-krs", .type = PARAM_FLAG, .help = N_("it serves no key result")},
            {.name = "--category",
             .field = "category",
             .type = PARAM_ENUM,
             .choices = &okr__side_category__descriptor,
             .help = N_("of a side project")},
            {.name = "--requester",
             .field = "requester",
             .help = N_("the team that asks for a side project")},
            WHY),
     .versioned = true,
     .prepare = prepare_rescope,
     .show = show_project},
    {.verb = "rank",
     .example = "okr project rank P-3 1",

     .help = N_("put a project in its place in the one list"),
     CALLS(RPC_PROJECT_RANK),
     PARAMS(PROJECT, {.name = "RANK",
                      .field = "rank",
                      .type = PARAM_INTEGER,
                      .help = N_("1 is first, within quarter and kind")}),
     .versioned = true,
     .show = show_project},
    {.verb = "carry-over",
     .example = "okr project carry-over P-3 2027Q2 --kr KR-9",

     .help = N_("let an unfinished project of a closed quarter go on in a later one"),
     CALLS(RPC_REVIEW_CARRY_OVER),
     PARAMS(PROJECT,
            {.name = "QUARTER",
             .field = "to_quarter",
             .type = PARAM_QUARTER,
             .help = N_("the quarter in which it goes on")},
            {.name = "--kr",
             .field = "kr_ids",
             .type = PARAM_KR,
             .flags = PARAM_MANY,
             .help = N_("a key result of that quarter, for a linked project; can be repeated")},
            WHY),
     .show = show_project},
    {.verb = "team",
     .example = "okr project team P-3 --lead dave --member frank --member grace",
     .edits = true,

     .help = N_("name a project's lead and members"),
     CALLS(RPC_PROJECT_SET_TEAM),
     PARAMS(PROJECT, {.name = "--lead", .field = "lead", .help = N_("handle; \"\": nobody")},
            {.name = "--member",
             .field = "members",
             .flags = PARAM_MANY,
             .help = N_("handle; all of them are replaced")},
            {.name = "--no-members", .type = PARAM_FLAG, .help = N_("nobody but the lead")}),
     .versioned = true,
     .prepare = prepare_team,
     .show = show_project},
    {.verb = "goals",
     .example = "okr project goals P-3 off 'a support queue: weeks do not fit'",

     .help = N_("ask a project for weekly goals, or no longer; a practice on trial"),
     CALLS(RPC_INSIGHT_SET_GOALS_PRACTICE),
     PARAMS(PROJECT, {.name = "PRACTICE", .help = N_("on or off; off: goals may still be written")},
            {.name = "REASON", .field = "reason", .help = N_("why")}),
     .versioned = true,
     .prepare = trial_prepare_practice,
     .show = trial_show_practice},
    {.verb = "show",
     .example = "okr project show P-3",

     .help = N_("one project: plan, weekly goals, decisions, comments"),
     CALLS(RPC_PROJECT_GET_PROJECT_DETAIL, RPC_WEEK_GET_WEEK),
     PARAMS({.name = "PROJECT", .field = "id", .type = PARAM_PROJECT, .help = N_("its id: P-12")}),
     .show = show_detail},
    {.verb = "list",
     .example = "okr project list --state proposed",

     .help = N_("the one ordered list: linked projects before side projects, by rank"),
     CALLS(RPC_PROJECT_LIST_PROJECTS),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the one that today lies in")},
            {.name = "--kind",
             .field = "kind",
             .type = PARAM_ENUM,
             .choices = &okr__project_kind__descriptor,
             .help = N_("only this kind")},
            {.name = "--state",
             .field = "state",
             .type = PARAM_ENUM,
             .choices = &okr__project_state__descriptor,
             .help = N_("only in this state")},
            {.name = "--mine",
             .field = "mine",
             .type = PARAM_FLAG,
             .help = N_("only what I lead or belong to")}),
     .show = show_projects},
    {.verb = NULL},
};
const struct noun noun_project = {"project", N_("projects: linked to KRs, and side projects"),
                                  project_commands};
