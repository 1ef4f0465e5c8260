// trial: how plans kept before and since weekly goals, by project (R41). Never by person: the mix
// of people is told in numbers.
#include <math.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/noun/trial.h"
#include "okr/v1/insight.pb-c.h"

// ---- okr project goals -------------------------------------------------------------------------

bool trial_prepare_practice(struct cli *cli, const struct args *args, ProtobufCMessage *request)
{
    Okr__SetGoalsPracticeRequest *set = (Okr__SetGoalsPracticeRequest *)request;
    const char *word = args_text(args, "PRACTICE");
    bool on = strcmp(word, "on") == 0;
    if (!on && strcmp(word, "off") != 0) {
        cli_usage_error(cli, _("%s: \"%s\" is neither on nor off."), "PRACTICE", word);
        return false;
    }
    set->has_on = true;
    set->on = on;
    return true;
}

void trial_show_practice(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__GoalsPractice *practice = (const Okr__GoalsPractice *)reply;
    const char *text = practice->on ? _("is asked for weekly goals.")
                                    : _("is not asked for weekly goals; they may be written.");
    show_line(cli, "%s %s", show_id(cli, "P", practice->project_id), text);
}

// ---- okr trial ---------------------------------------------------------------------------------

static const char *days(struct cli *cli, bool has, double value)
{
    double shown = round(value * 10) / 10;
    return has ? cli_text(cli, "%.1f", shown == 0 ? 0.0 : shown) : "";
}

static void trial_row(struct cli *cli, struct table *table, const Okr__TrialLine *line)
{
    table_cellf(table, "%s %s", show_id(cli, "P", line->project_id), show_text(line->name));
    table_cell(table, line->goals_on ? _("on") : _("off"));
    table_cell(table, days(cli, line->has_slip_days_before, line->slip_days_before));
    table_cell(table, days(cli, line->has_slip_days_after, line->slip_days_after));
    table_cell(table, days(cli, line->has_forecast_error_before, line->forecast_error_before));
    table_cell(table, days(cli, line->has_forecast_error_after, line->forecast_error_after));
    table_cellf(table, "%d/%d", line->versions_before, line->versions_after);
    table_cellf(table, "%d", line->engineers);
    table_cellf(table, "%d", line->interns);
    table_row_end(table);
}

static void show_trial(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__TrialReport *report = (const Okr__TrialReport *)reply;
    struct table *table = table_new();
    table_column(table, _("Project"), TABLE_LEFT, 0);
    table_column(table, _("Goals"), TABLE_LEFT, 0);
    table_column(table, _("Slip before"), TABLE_RIGHT, 0);
    table_column(table, _("Slip since"), TABLE_RIGHT, 0);
    table_column(table, _("Error before"), TABLE_RIGHT, 0);
    table_column(table, _("Error since"), TABLE_RIGHT, 0);
    table_column(table, _("Versions"), TABLE_RIGHT, 0);
    table_column(table, _("Engineers"), TABLE_RIGHT, 0);
    table_column(table, _("Interns"), TABLE_RIGHT, 0);
    for (size_t i = 0; i < report->n_projects; i++)
        trial_row(cli, table, report->projects[i]);
    show_heading(cli,
                 cli_text(cli, _("The trial of weekly goals, %s"), show_text(report->quarter)));
    show_table(cli, table);
    show_wrapped(
        cli, 0,
        _("Before and since the first weekly goal, in working days. Slip: how much later a "
          "plan version has the finishes. Error: how far they were from the version before."));
}

static const struct command trial_commands[] = {
    {.verb = "",
     .example = "okr trial 2027Q1",

     .help = N_("slip and forecast error before and since the first weekly goal"),
     CALLS(RPC_INSIGHT_GET_TRIAL),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the one that today lies in")}),
     .show = show_trial},
    {.verb = NULL},
};
const struct noun noun_trial = {"trial", N_("what weekly goals changed, by project"),
                                trial_commands};
