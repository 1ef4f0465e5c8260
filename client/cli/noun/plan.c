// plan, agent: versions of the program plan, what belongs to which project, who is behind a
// resource, and the agents that publish.
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/report/plan_change.h"
#include "client/cli/act/plan_export.h"
#include "client/cli/report/plan_lists.h"
#include "client/cli/report/plan_question.h"
#include "client/cli/core/show.h"
#include "okr/v1/plan.pb-c.h"
#include "okr/v1/plan_analysis.pb-c.h"

// ---- versions ----------------------------------------------------------------------------------

static struct table *version_table(bool forced)
{
    struct table *table = table_new();
    table_column(table, _("Source"), TABLE_LEFT, 24);
    table_column(table, _("No."), TABLE_RIGHT, 0);
    table_column(table, _("Published"), TABLE_LEFT, 24);
    table_column(table, _("By"), TABLE_LEFT, 0);
    table_column(table, _("File"), TABLE_LEFT, 0);
    table_column(table, _("Tasks"), TABLE_RIGHT, 0);
    table_column(table, _("Work"), TABLE_RIGHT, 0);
    table_column(table, _("Status date"), TABLE_LEFT, 24);
    if (forced) // seldom
        table_column(table, _("Forced because"), TABLE_LEFT, 0);
    return table;
}

static void version_row(struct cli *cli, struct table *table, bool forced,
                        const Okr__PlanVersion *version)
{
    table_cell(table, show_text(version->source));
    table_cellf(table, "%lld", (long long)version->number);
    table_cell(table, show_time(cli, version->published_at));
    if (version->agent)
        table_cellf(table, "%s (%s)", show_text(version->published_by), version->agent);
    else
        table_cell(table, show_text(version->published_by));
    table_cell(table, show_text(version->file_name));
    table_cellf(table, "%lld", version->totals ? (long long)version->totals->tasks : 0LL);
    table_cell(table, version->totals ? show_hours(cli, version->totals->assignment_work +
                                                            version->totals->leaf_task_work)
                                      : "");
    table_cell(table, version->header ? show_day(cli, version->header->status_date) : "");
    if (forced)
        table_cell(table, show_text(version->force_reason));
    table_row_end(table);
}

static void show_version(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanVersion *version = (const Okr__PlanVersion *)reply;
    bool forced = version->force_reason != NULL;
    struct table *table = version_table(forced);
    version_row(cli, table, forced, version);
    show_table(cli, table);
}

static void show_versions(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__VersionList *list = (const Okr__VersionList *)reply;
    bool forced = false;
    for (size_t i = 0; i < list->n_versions; i++)
        forced = forced || list->versions[i]->force_reason;
    struct table *table = version_table(forced);
    for (size_t i = 0; i < list->n_versions; i++)
        version_row(cli, table, forced, list->versions[i]);
    show_table(cli, table);
}

// ---- tasks and resources -----------------------------------------------------------------------

static struct table *task_table(void)
{
    struct table *table = table_new();
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Task"), TABLE_LEFT, 0);
    table_column(table, _("Start"), TABLE_LEFT, 12);
    table_column(table, _("Finish"), TABLE_LEFT, 12);
    table_column(table, _("Work"), TABLE_RIGHT, 0);
    table_column(table, _("Done"), TABLE_RIGHT, 0);
    table_column(table, _("Project"), TABLE_LEFT, 12);
    return table;
}

static void task_row(struct cli *cli, struct table *table, const Okr__PlanTask *task)
{
    int level = task->outline_level > 0 && task->outline_level < 20 ? (int)task->outline_level : 1;
    table_cellf(table, "%lld", (long long)task->uid);
    table_cellf(table, "%*s%s", (level - 1) * 2, "", show_text(task->name));
    table_cell(table, show_day(cli, task->start));
    table_cell(table, show_day(cli, task->finish));
    table_cell(table, task->has_work ? show_hours(cli, task->work) : "");
    table_cell(table,
               task->has_percent_complete ? show_percent(cli, (double)task->percent_complete) : "");
    // A star: bound on this very task, not inherited.
    table_cell(table, task->project_id ? cli_text(cli, "P-%lld%s", (long long)task->project_id,
                                                  task->bound_here ? "*" : "")
                                       : "");
    table_row_end(table);
}

static void show_tasks(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanTaskList *list = (const Okr__PlanTaskList *)reply;
    if (list->plan_version)
        show_line(cli, _("%s, version %lld"), show_text(list->plan_version->source),
                  (long long)list->plan_version->number);
    struct table *table = task_table();
    for (size_t i = 0; i < list->n_tasks; i++) {
        if (!list->tasks[i]->null)
            task_row(cli, table, list->tasks[i]);
    }
    show_table(cli, table);
    if (list->more && list->n_tasks)
        show_line(cli, _("There are more: --after %lld"),
                  (long long)list->tasks[list->n_tasks - 1]->position);
}

static void show_resources(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PlanResourceList *list = (const Okr__PlanResourceList *)reply;
    struct table *table = table_new();
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Resource"), TABLE_LEFT, 0);
    table_column(table, _("Kind"), TABLE_LEFT, 12);
    table_column(table, _("Group"), TABLE_LEFT, 0);
    table_column(table, _("Work"), TABLE_RIGHT, 0);
    table_column(table, _("Member"), TABLE_LEFT, 24);
    for (size_t i = 0; i < list->n_resources; i++) {
        const Okr__PlanResource *resource = list->resources[i];
        if (resource->null)
            continue;
        table_cellf(table, "%lld", (long long)resource->uid);
        table_cell(table, show_text(resource->name));
        table_cell(table, show_text(resource->kind));
        table_cell(table, show_text(resource->group));
        table_cell(table, resource->has_work ? show_hours(cli, resource->work) : "");
        table_cell(table, show_text(resource->member));
        table_row_end(table);
    }
    show_table(cli, table);
    if (list->more)
        show_line(cli, _("There are more: --after %lld"), (long long)list->last_position);
}

// ---- bindings and people -----------------------------------------------------------------------

static struct table *binding_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Source"), TABLE_LEFT, 24);
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Task"), TABLE_LEFT, 0);
    table_column(table, _("Id"), TABLE_LEFT, 12);
    table_column(table, _("Project"), TABLE_LEFT, 0);
    table_column(table, _("Version"), TABLE_RIGHT, 0);
    return table;
}

static void binding_row(struct cli *cli, struct table *table, const Okr__Binding *binding)
{
    table_cell(table, show_text(binding->source));
    table_cellf(table, "%lld", (long long)binding->task_uid);
    table_cellf(table, "%s%s", show_text(binding->task_name),
                binding->task_gone ? _(" (gone from the plan)") : "");
    table_cell(table, show_id(cli, "P", binding->project_id));
    table_cell(table, show_text(binding->project_name));
    table_cellf(table, "%lld", (long long)binding->version);
    table_row_end(table);
}

static void show_binding(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = binding_table();
    binding_row(cli, table, (const Okr__Binding *)reply);
    show_table(cli, table);
}

static void show_unbound(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Binding *binding = (const Okr__Binding *)reply;
    show_line(cli, _("Task %lld of %s is bound to no project of its own any more."),
              (long long)binding->task_uid, show_text(binding->source));
}

static void show_bindings(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__BindingList *list = (const Okr__BindingList *)reply;
    struct table *table = binding_table();
    for (size_t i = 0; i < list->n_bindings; i++)
        binding_row(cli, table, list->bindings[i]);
    show_table(cli, table);
}

static struct table *people_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Source"), TABLE_LEFT, 24);
    table_column(table, _("UID"), TABLE_RIGHT, 0);
    table_column(table, _("Resource"), TABLE_LEFT, 0);
    table_column(table, _("Member"), TABLE_LEFT, 24);
    return table;
}

static void person_row(struct table *table, const Okr__PersonMapping *person)
{
    table_cell(table, show_text(person->source));
    table_cellf(table, "%lld", (long long)person->resource_uid);
    table_cell(table, show_text(person->resource_name));
    table_cell(table, show_text(person->member));
    table_row_end(table);
}

static void show_person(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = people_table();
    person_row(table, (const Okr__PersonMapping *)reply);
    show_table(cli, table);
}

static void show_people(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__PeopleList *list = (const Okr__PeopleList *)reply;
    struct table *table = people_table();
    for (size_t i = 0; i < list->n_people; i++)
        person_row(table, list->people[i]);
    show_table(cli, table);
}

#define SOURCE                                                                                     \
    {                                                                                              \
        .name = "SOURCE", .field = "source", .help = N_("the plan's name in okrd")                 \
    }
#define MAYBE_SOURCE                                                                               \
    {                                                                                              \
        .name = "SOURCE", .field = "source", .flags = PARAM_OPTIONAL,                              \
        .help = N_("the plan's name in okrd; absent: all")                                         \
    }
#define TASK                                                                                       \
    {                                                                                              \
        .name = "TASK_UID", .field = "task_uid", .type = PARAM_INTEGER,                            \
        .help = N_("the task's UID in the plan")                                                   \
    }
#define TASKS                                                                                      \
    {                                                                                              \
        .name = "TASK_UID", .field = "task_uid", .type = PARAM_INTEGER, .flags = PARAM_EACH,       \
        .help = N_("the task's UID in the plan")                                                   \
    }
#define NUMBER                                                                                     \
    {                                                                                              \
        .name = "--number", .field = "number", .type = PARAM_INTEGER,                              \
        .help = N_("number of the version; absent: the published one")                             \
    }

#define LIMIT                                                                                      \
    {                                                                                              \
        .name = "--limit", .field = "limit", .type = PARAM_INTEGER, .help = N_("how many at most") \
    }
#define AFTER                                                                                      \
    {                                                                                              \
        .name = "--after", .field = "after_position", .type = PARAM_INTEGER,                       \
        .help = N_("go on after this place")                                                       \
    }

static const struct command plan_commands[] = {
    {.verb = "versions",
     .example = "okr plan versions",

     .help = N_("all published versions of the plans"),
     CALLS(RPC_PLAN_LIST_VERSIONS),
     PARAMS(MAYBE_SOURCE),
     .show = show_versions},
    {.verb = "version",
     .example = "okr plan version program --number 2",

     .help = N_("one version of a plan"),
     CALLS(RPC_PLAN_GET_VERSION),
     PARAMS(SOURCE, NUMBER),
     .show = show_version},
    {.verb = "assignments",
     .example = "okr plan assignments program",

     .help = N_("who works on which task of a plan, and how much"),
     CALLS(RPC_PLAN_LIST_PLAN_ASSIGNMENTS),
     PARAMS(SOURCE, NUMBER, LIMIT, AFTER),
     .show = show_plan_assignments},
    {.verb = "calendars",
     .example = "okr plan calendars program",

     .help = N_("the working times of a plan"),
     CALLS(RPC_PLAN_LIST_PLAN_CALENDARS),
     PARAMS(SOURCE, NUMBER, LIMIT, AFTER),
     .show = show_plan_calendars},
    {.verb = "losses",
     .example = "okr plan losses program",

     .help = N_("what the file of a version held and okrd does not keep"),
     CALLS(RPC_PLAN_LIST_PLAN_LOSSES),
     PARAMS(SOURCE, NUMBER),
     .show = show_plan_losses},
    {.verb = "export",
     .example = "okr plan export program --out program-copy.xml",

     .help = N_("write what is kept of a plan as MS Project XML"),
     CALLS(RPC_PLAN_GET_VERSION, RPC_PLAN_LIST_PLAN_CALENDARS, RPC_PLAN_LIST_PLAN_TASKS,
           RPC_PLAN_LIST_PLAN_RESOURCES, RPC_PLAN_LIST_PLAN_ASSIGNMENTS),
     PARAMS(
         SOURCE, NUMBER,
         {.name = "--out", .type = PARAM_FILE, .help = N_("the new file; absent: standard output")},
         {.name = "-o", .type = PARAM_FILE, .help = N_("short for --out")}),
     .run = plan_export_run,
     .mspdi = true,
     .more = N_("A push of that file finds nothing changed. It is never written over a file that "
                "is there: a plan's own file holds more (okr plan losses).")},
    {.verb = "tasks",
     .example = "okr plan tasks program --unbound",

     .help = N_("the tasks of a plan, with their projects"),
     CALLS(RPC_PLAN_LIST_PLAN_TASKS),
     PARAMS(SOURCE, NUMBER,
            {.name = "--project",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .help = N_("only tasks of this project")},
            {.name = "--unbound",
             .field = "unbound",
             .type = PARAM_FLAG,
             .help = N_("only tasks that belong to no project")},
            LIMIT, AFTER),
     .show = show_tasks},
    {.verb = "resources",
     .example = "okr plan resources program",

     .help = N_("the resources of a plan, with the members behind them"),
     CALLS(RPC_PLAN_LIST_PLAN_RESOURCES),
     PARAMS(SOURCE, NUMBER, LIMIT, AFTER),
     .show = show_resources},
    {.verb = "diff",
     .example = "okr plan diff program",

     .help = N_("what changed between two versions: delays, and changes of plan"),
     CALLS(RPC_PLAN_ANALYSIS_DIFF_VERSIONS),
     PARAMS({.name = "SOURCE",
             .field = "source",
             .flags = PARAM_OPTIONAL,
             .help = N_("the plan's name in okrd; absent: the only one there is")},
            {.name = "--from",
             .field = "from_number",
             .type = PARAM_INTEGER,
             .help = N_("number of the older version; absent: the one before")},
            {.name = "--to",
             .field = "to_number",
             .type = PARAM_INTEGER,
             .help = N_("number of the newer version; absent: the published one")},
            {.name = "--project",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .help = N_("only tasks of this project")}),
     .show = show_plan_diff},
    {.verb = "explain",
     .example = "okr plan explain program 2 13 --kind slipped \"the shards took longer\"",

     .help = N_("say why a task slipped or was re-planned"),
     CALLS(RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE),
     PARAMS(SOURCE,
            {.name = "NUMBER",
             .field = "number",
             .type = PARAM_INTEGER,
             .help = N_("number of the version in which it changed")},
            TASK,
            {.name = "--kind",
             .field = "kind",
             .type = PARAM_ENUM,
             .flags = PARAM_REQUIRED,
             .choices = &okr__plan_change_kind__descriptor,
             .help = N_("which of its changes")},
            {.name = "REASON", .field = "reason", .help = N_("why")}),
     .show = show_plan_change},
    {.verb = "baseline",
     .example = "okr plan baseline program 1",

     .help = N_("let a version stand in for the baseline that a plan does not have"),
     CALLS(RPC_PLAN_ANALYSIS_USE_BASELINE),
     PARAMS(SOURCE, {.name = "NUMBER",
                     .field = "number",
                     .type = PARAM_INTEGER,
                     .help = N_("number of the version; 0: none any more")}),
     .show = show_baseline_choice},
    {.verb = "bind",
     .example = "okr plan bind program 24 P-3",

     .help = N_("say which project a task, and what is below it, belongs to"),
     .undo = "okr plan unbind {SOURCE} {TASK_UID}",
     CALLS(RPC_PLAN_BIND_TASK),
     PARAMS(SOURCE, TASKS,
            {.name = "PROJECT",
             .field = "project_id",
             .type = PARAM_PROJECT,
             .help = N_("its id: P-12")}),
     .versioned = true,
     .show = show_binding},
    {.verb = "unbind",
     .example = "okr plan unbind program 24",

     .help = N_("take a task's own binding away"),
     CALLS(RPC_PLAN_UNBIND_TASK),
     PARAMS(SOURCE, TASKS),
     .versioned = true,
     .show = show_unbound},
    {.verb = "bindings",
     .example = "okr plan bindings program",

     .help = N_("which tasks are bound to which projects"),
     CALLS(RPC_PLAN_LIST_BINDINGS),
     PARAMS(MAYBE_SOURCE),
     .show = show_bindings},
    {.verb = "questions",
     .example = "okr plan questions program",

     .help = N_("tasks that may be former ones: the files do not tell"),
     CALLS(RPC_PLAN_LIST_PLAN_QUESTIONS),
     PARAMS(MAYBE_SOURCE),
     .show = show_plan_questions},
    {.verb = "resolve",
     .example = "okr plan resolve program 31 --same-as 12",

     .help = N_("say who a task is: a former one, or new"),
     CALLS(RPC_PLAN_RESOLVE_PLAN_QUESTION),
     PARAMS(SOURCE, TASK,
            {.name = "--same-as",
             .field = "same_as_key",
             .type = PARAM_INTEGER,
             .help = N_("the number in the column Maybe of okr plan questions")},
            {.name = "--new",
             .field = "is_new",
             .type = PARAM_FLAG,
             .help = N_("it is none of them")}),
     .show = show_plan_answer},
    {.verb = "person",
     .example = "okr plan person program 5 frank",

     .help = N_("say which member a resource of the plan is"),
     CALLS(RPC_PLAN_MAP_PERSON),
     PARAMS(SOURCE,
            {.name = "RESOURCE_UID",
             .field = "resource_uid",
             .type = PARAM_INTEGER,
             .help = N_("the resource's UID in the plan")},
            {.name = "HANDLE",
             .field = "member",
             .flags = PARAM_OPTIONAL,
             .help = N_("the member; absent: nobody")}),
     .show = show_person},
    {.verb = "people",
     .example = "okr plan people program",

     .help = N_("which resources of a plan are which members"),
     CALLS(RPC_PLAN_LIST_PEOPLE),
     PARAMS(SOURCE),
     .show = show_people},
    {.verb = NULL},
};
const struct noun noun_plan = {"plan", N_("the program plan, as published from MS Project"),
                               plan_commands};
