// load: planned work per person and week beside what the calendar gives (R32). Plan data: it says
// nothing about anybody's work.
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "common/calendar.h"
#include "okr/v1/plan_analysis.pb-c.h"

static bool has_work(const Okr__PersonLoad *person)
{
    for (size_t i = 0; i < person->n_weeks; i++)
        if (person->weeks[i]->planned > 0 || person->weeks[i]->elsewhere > 0)
            return true;
    return false;
}

// "W45 (11/2)"
static const char *week_title(struct cli *cli, const char *week)
{
    int32_t monday;
    char date[DATE_SIZE];
    if (!week || !week_parse(week, &monday) || strlen(week) < 8)
        return show_text(week);
    date_format(monday, date);
    return cli_text(cli, "%s (%s)", week + 5, show_day(cli, date));
}

static const char *hours(struct cli *cli, double minutes)
{
    return cli_text(cli, "%.0f", minutes / 60);
}

// "32/40", "24+16/40 over": planned here, in other plans, capacity. The word, not a colour, says
// it.
static const char *week_cell(struct cli *cli, const Okr__LoadWeek *week)
{
    const char *planned = hours(cli, week->planned);
    if (week->elsewhere > 0)
        planned = cli_text(cli, "%s+%s", planned, hours(cli, week->elsewhere));
    const char *capacity = hours(cli, week->capacity);
    return week->overload ? cli_text(cli, _("%s/%s over"), planned, capacity)
                          : cli_text(cli, "%s/%s", planned, capacity);
}

static const char *person_of(struct cli *cli, const Okr__PersonLoad *person)
{
    if (!person->member)
        return show_text(person->name);
    return cli_text(cli, "%s (%s)", show_text(person->name), person->member);
}

static struct table *load_table(struct cli *cli, const Okr__PersonLoad *first)
{
    struct table *table = table_new();
    table_column(table, _("Person"), TABLE_LEFT, 0);
    table_column(table, _("Source"), TABLE_LEFT, 16);
    for (size_t i = 0; i < first->n_weeks; i++)
        table_column(table, week_title(cli, first->weeks[i]->week), TABLE_RIGHT, 0);
    return table;
}

static void show_load(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__LoadTable *list = (const Okr__LoadTable *)reply;
    const char *idle = "", *even = "";
    if (list->n_people == 0) {
        show_line(cli, _("No published plan names a person."));
        return;
    }
    show_line(cli, _("Planned hours by week, of the hours that the calendar gives:"));
    struct table *table = load_table(cli, list->people[0]);
    for (size_t i = 0; i < list->n_people; i++) {
        const Okr__PersonLoad *person = list->people[i];
        if (!has_work(person)) {
            idle = cli_text(cli, "%s%s%s", idle, *idle ? ", " : "", person_of(cli, person));
            continue;
        }
        if (person->spread_evenly)
            even = cli_text(cli, "%s%s%s", even, *even ? ", " : "", person_of(cli, person));
        table_cell(table, person_of(cli, person));
        table_cell(table, show_text(person->source));
        for (size_t w = 0; w < person->n_weeks; w++)
            table_cell(table, week_cell(cli, person->weeks[w]));
        table_row_end(table);
    }
    show_table(cli, table);
    if (*even)
        show_wrapped(
            cli, 0,
            cli_text(cli, _("Spread evenly, for the plan does not tell the days: %s"), even));
    if (*idle)
        show_wrapped(cli, 0, cli_text(cli, _("Without planned work in these weeks: %s"), idle));
}

static const struct command load_commands[] = {
    {.verb = "",
     .example = "okr load --weeks 8",

     .help = N_("planned hours per person and week, and where they are too many"),
     CALLS(RPC_PLAN_ANALYSIS_GET_LOAD),
     PARAMS({.name = "--from",
             .field = "from_week",
             .type = PARAM_WEEK,
             .help = N_("absent: this week; also next, last")},
            {.name = "--weeks",
             .field = "weeks",
             .type = PARAM_INTEGER,
             .help = N_("how many weeks; absent: six")}),
     .rows = "people/weeks",
     .show = show_load},
    {.verb = NULL},
};
const struct noun noun_load = {"load", N_("planned work per person and week"), load_commands};
