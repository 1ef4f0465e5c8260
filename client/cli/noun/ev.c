// ev: plan against baseline, project by project (R31), and whether a miss is expected (R32).
#include <math.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/core/request.h"
#include "client/cli/core/value.h"
#include "client/cli/report/ev_history.h"
#include "client/cli/report/miss.h"
#include "okr/v1/plan_analysis.pb-c.h"

static bool has_gap(const Okr__EarnedValue *value, Okr__EvGap gap)
{
    for (size_t i = 0; i < value->n_gaps; i++)
        if (value->gaps[i] == gap)
            return true;
    return false;
}
#define GAP(name) OKR__EV_GAP__EV_GAP_##name

static const char *hours_if(struct cli *cli, bool has, double minutes)
{
    return has ? show_hours(cli, minutes) : "";
}

static const char *ratio_if(struct cli *cli, bool has, double ratio)
{
    return has ? cli_text(cli, "%.2f", ratio) : "";
}

// "-3.1": working days behind; a plus is ahead.
static const char *days_if(struct cli *cli, bool has, double days)
{
    double shown = round(days * 10) / 10;
    return !has ? "" : shown == 0 ? "0.0" : cli_text(cli, "%+.1f", shown);
}

// ---- what is said in words ---------------------------------------------------------------------

static void say(struct cli *cli, const Okr__EarnedValue *value, const char *text)
{
    show_line(cli, "%s %s", cli_text(cli, "%-6s", show_id(cli, "P", value->project_id)), text);
}

static void say_misses(struct cli *cli, const Okr__EarnedValue *value)
{
    for (size_t i = value->n_misses; i-- > 0;)
        say(cli, value,
            cli_text(cli, _("A miss is expected: %s."), miss_words(cli, value->misses[i])));
}

static void say_witnesses(struct cli *cli, const Okr__EarnedValue *value)
{
    if (!value->witnesses_disagree)
        return;
    const char *weeks = strcmp(show_text(value->witness_from), show_text(value->witness_to)) == 0
                            ? show_text(value->witness_to)
                            : cli_text(cli, _("%s to %s"), show_text(value->witness_from),
                                       show_text(value->witness_to));
    if (strcmp(show_text(value->disagreement), "goal-without-move") == 0)
        say(cli, value,
            cli_text(cli, _("Goals were achieved in %s, but the plan's progress did not move."),
                     weeks));
    else
        say(cli, value,
            cli_text(
                cli,
                _("The plan's progress moved by %+.0f points in %s, but no goal was achieved."),
                value->moved, weeks));
}

static void say_gaps(struct cli *cli, const Okr__EarnedValue *value)
{
    if (has_gap(value, GAP(NO_TASKS)))
        say(cli, value, _("No task of a plan belongs to it."));
    if (has_gap(value, GAP(NO_BASELINE)))
        say(cli, value,
            value->has_baseline_number
                ? cli_text(cli, _("The plan has no baseline; version %lld stands in for it."),
                           (long long)value->baseline_number)
                : _("The plan has no baseline. To let a version stand in: okr plan baseline SOURCE "
                    "1"));
    if (has_gap(value, GAP(NO_STATUS_DATE)))
        say(cli, value,
            value->status_date
                ? cli_text(cli, _("The plan names no status date; %s is taken: %s."),
                           label_of(&okr__status_from__descriptor, (int)value->status_from),
                           show_day(cli, value->status_date))
                : _("The plan names no status date: nothing can be compared with it."));
    if (has_gap(value, GAP(NO_PROGRESS)))
        say(cli, value, _("No progress is entered in the plan."));
    if (has_gap(value, GAP(NO_WORK)))
        say(cli, value, _("The plan has no work for it: tasks are weighed by their duration."));
    if (has_gap(value, GAP(BAD_PERCENT)))
        say(cli, value,
            cli_text(cli, _("A percent that is no number from 0 to 100 stands in the plan: %s"),
                     show_words(cli, value->bad_percents, value->n_bad_percents)));
    if (value->has_baseline_for_ev)
        say(cli, value,
            cli_text(cli, _("Baseline %d counts: the plan names it for earned value."),
                     value->baseline_for_ev));
    if (has_gap(value, GAP(SPREAD_EVENLY)))
        say(cli, value,
            _("What is planned is spread evenly from start to finish: the plan does not tell the "
              "days."));
    if (has_gap(value, GAP(NOT_STARTED)))
        say(cli, value, _("By the baseline it has not begun yet."));
}

// ---- the table ---------------------------------------------------------------------------------

static struct table *ev_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Project"), TABLE_LEFT, 0);
    table_column(table, _("Done"), TABLE_RIGHT, 0);
    table_column(table, _("Earned"), TABLE_RIGHT, 0);
    table_column(table, _("Planned"), TABLE_RIGHT, 0);
    table_column(table, _("In all"), TABLE_RIGHT, 0);
    table_column(table, "SPI", TABLE_RIGHT, 0);
    table_column(table, "SPI(t)", TABLE_RIGHT, 0);
    table_column(table, _("Days +/-"), TABLE_RIGHT, 0);
    table_column(table, _("Baseline"), TABLE_RIGHT, 0);
    table_column(table, _("Plan"), TABLE_RIGHT, 0);
    table_column(table, _("At this pace"), TABLE_RIGHT, 0);
    table_column(table, _("Outlook"), TABLE_LEFT, 16);
    return table;
}

static const char *outlook_of(const Okr__EarnedValue *value)
{
    if (value->expected_miss)
        return _("miss expected");
    if (value->has_done ? value->done : value->has_percent && value->percent >= 100)
        return _("done");
    return value->has_spi_t ? _("on its way") : "";
}

static void ev_row(struct cli *cli, struct table *table, const Okr__EarnedValue *value)
{
    table_cellf(table, "%s %s", show_id(cli, "P", value->project_id),
                show_text(value->project_name));
    table_cell(table, value->has_percent ? show_percent(cli, value->percent) : "");
    table_cell(table, hours_if(cli, value->has_ev, value->ev));
    table_cell(table, hours_if(cli, value->has_pv, value->pv));
    table_cell(table, hours_if(cli, value->has_bac, value->bac));
    table_cell(table, ratio_if(cli, value->has_spi, value->spi));
    table_cell(table, ratio_if(cli, value->has_spi_t, value->spi_t));
    table_cell(table, days_if(cli, value->has_sv_t, value->sv_t));
    table_cell(table, show_day(cli, value->baseline_finish));
    table_cell(table, show_day(cli, value->plan_finish));
    table_cell(table, show_day(cli, value->pace_finish));
    table_cell(table, outlook_of(value));
    table_row_end(table);
}

// ---- one project -------------------------------------------------------------------------------

static void show_one(struct cli *cli, const Okr__EarnedValue *value)
{
    if (value->has_ac)
        show_line(cli, _("Actual work: %s"), show_hours(cli, value->ac));
    if (value->has_es && value->has_at)
        show_line(cli, _("Earned schedule: %.1f of %.1f working days gone by"), value->es,
                  value->at);
    show_line(
        cli, _("Weekly goals so far: %d achieved, %d missed; those of the last four weeks: %s"),
        value->goals_achieved, value->goals_missed,
        value->n_goal_ids ? show_ids(cli, "G", value->goal_ids, value->n_goal_ids) : _("none"));
    if (value->has_moved)
        show_line(cli, _("Moved by %+.1f points since the version before"), value->moved);
}

// The plans' status dates, when they have one in common.
static const char *status_of(const Okr__EarnedValueList *list)
{
    const char *status = NULL;
    for (size_t i = 0; i < list->n_projects; i++) {
        const char *own = list->projects[i]->status_date;
        if (own && status && strcmp(own, status) != 0)
            return NULL;
        status = own ? own : status;
    }
    return status;
}

// On paper, what stands in the table; the sentences below it are of the terminal.
static void ev_report(const struct paper *paper, const Okr__EarnedValueList *list)
{
    enum { COLUMNS = 7 };
    static const int widths[COLUMNS] = {30, 10, 12, 12, 10, 10, 16};
    struct cli *cli = paper->cli;
    const char *const titles[COLUMNS] = {_("Project"), _("Done"),     _("Earned"), _("Planned"),
                                         "SPI",        _("Baseline"), _("Outlook")};
    paper_begin(paper, cli_text(cli, _("%s, plan against baseline"), show_text(list->quarter)));
    paper_table_begin(paper, COLUMNS, titles, widths);
    for (size_t i = 0; i < list->n_projects; i++) {
        const Okr__EarnedValue *v = list->projects[i];
        const char *outlook = outlook_of(v);
        for (size_t k = v->n_misses; k-- > 0;)
            outlook = cli_text(cli, "%s\n%s", outlook, miss_words(cli, v->misses[k]));
        const struct paper_cell cells[COLUMNS] = {
            {.text = cli_text(cli, "%s %s", show_id(cli, "P", v->project_id),
                              show_text(v->project_name))},
            {.text = v->has_percent ? show_percent(cli, v->percent) : "",
             .has_percent = v->has_percent,
             .percent = v->percent},
            {.text = hours_if(cli, v->has_ev, v->ev)},
            {.text = hours_if(cli, v->has_pv, v->pv)},
            {.text = ratio_if(cli, v->has_spi, v->spi)},
            {.text = show_day(cli, v->baseline_finish)},
            {.text = outlook, .look = v->expected_miss ? PAPER_BAD : PAPER_PLAIN}};
        paper_row(paper, COLUMNS, cells, false);
    }
    paper_table_end(paper);
    paper_end(paper);
}

static void show_ev(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__EarnedValueList *list = (const Okr__EarnedValueList *)reply;
    const char *status = status_of(list);
    if (status)
        show_line(cli, _("%s, plan against baseline as of %s"), show_text(list->quarter),
                  show_day(cli, status));
    struct table *table = ev_table();
    for (size_t i = 0; i < list->n_projects; i++)
        ev_row(cli, table, list->projects[i]);
    show_table(cli, table);
    if (list->n_projects == 1)
        show_one(cli, list->projects[0]);
    show_line(cli, "%s", "");
    for (size_t i = 0; i < list->n_projects; i++) {
        say_misses(cli, list->projects[i]);
        say_witnesses(cli, list->projects[i]);
        say_gaps(cli, list->projects[i]);
    }
}

// ---- what was asked ----------------------------------------------------------------------------

static enum rpc_id choose_ev(struct cli *cli, const struct args *args)
{
    (void)cli;
    return args_has(args, "--history") ? RPC_PLAN_ANALYSIS_GET_EARNED_VALUE_HISTORY
                                       : RPC_PLAN_ANALYSIS_GET_EARNED_VALUE;
}

// "P-3" or "2026Q4", in one place; 0: it is no project.
static bool read_what(struct cli *cli, const struct args *args, int64_t *ret_project,
                      char **ret_quarter)
{
    const char *what = args_text(args, "WHAT");
    char quarter[8];
    if (what && value_id(what, "P", ret_project) && !value_quarter(what, quarter))
        return true;
    if (what && !value_quarter(what, quarter)) {
        cli_usage_error(cli, _("%s is neither a quarter (2026Q4) nor a project (P-3)."), what);
        return false;
    }
    *ret_quarter = what ? request_text(cli, quarter) : NULL;
    return true;
}

static bool prepare_ev(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    const struct arg *option = args_find(args, "--project");
    int64_t project = 0;
    char *quarter = NULL;
    if (!read_what(cli, args, &project, &quarter))
        return false;
    if (option)
        project = option->number;
    if (!args_has(args, "--history")) {
        Okr__GetEarnedValueRequest *get = (Okr__GetEarnedValueRequest *)request;
        get->quarter = quarter;
        get->has_project_id = project != 0;
        get->project_id = project;
        return true;
    }
    if (project == 0) {
        cli_usage_error(cli, _("--history is of one project: okr ev P-3 --history"));
        return false;
    }
    Okr__GetEarnedValueHistoryRequest *history = (Okr__GetEarnedValueHistoryRequest *)request;
    history->has_project_id = true;
    history->project_id = project;
    return true;
}

static bool is_history(const ProtobufCMessage *reply)
{
    return reply->descriptor == &okr__earned_value_history__descriptor;
}

static void show_either(struct cli *cli, const ProtobufCMessage *reply)
{
    if (is_history(reply))
        ev_history_show(cli, (const Okr__EarnedValueHistory *)reply);
    else
        show_ev(cli, reply);
}

static void report_either(const struct paper *paper, const ProtobufCMessage *reply)
{
    if (is_history(reply))
        ev_history_report(paper, (const Okr__EarnedValueHistory *)reply);
    else
        ev_report(paper, (const Okr__EarnedValueList *)reply);
}

static const struct command ev_commands[] = {
    {.verb = "",
     .example = "okr ev P-3 --history",

     .help = N_("how far each project is, against its baseline, and when it ends at this pace"),
     CALLS(RPC_PLAN_ANALYSIS_GET_EARNED_VALUE, RPC_PLAN_ANALYSIS_GET_EARNED_VALUE_HISTORY),
     PARAMS({.name = "WHAT",
             .type = PARAM_TEXT,
             .flags = PARAM_OPTIONAL,
             .help = N_("a quarter, or one project, with more about it; absent: the quarter that "
                        "today lies in")},
            {.name = "--project",
             .type = PARAM_PROJECT,
             .help = N_("only this project, with more about it")},
            {.name = "--history",
             .type = PARAM_FLAG,
             .help = N_("of one project: planned, earned and actual work by week, over the "
                        "published versions")},
            {.name = "--source", .field = "source", .help = N_("only this plan")},
            {.name = "--number",
             .field = "number",
             .type = PARAM_INTEGER,
             .help = N_("as this version of the plan has it")}),
     .choose = choose_ev,
     .prepare = prepare_ev,
     .show = show_either,
     .report = report_either,
     .more = N_("Earned: baseline work of what is done. Planned: baseline work that was due by the "
                "status date. SPI: earned by planned; SPI(t): the same in time. Days +/-: working "
                "days ahead (+) or behind (-).")},
    {.verb = NULL},
};
const struct noun noun_ev = {"ev", N_("plan against baseline: earned value of each project"),
                             ev_commands};
