// adherence: whether the process itself ran in time. By process, never by person.
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/report/holidays.h"
#include "okr/v1/insight.pb-c.h"

static const char *process_label(const char *process)
{
    static const struct {
        const char *name;
        const char *text;
    } labels[] = {
        {"weekly-goals", N_("weekly goals")},     {"monday-review", N_("Monday review")},
        {"side-review", N_("side review")},       {"measurement", N_("KR measurement")},
        {"evaluation", N_("monthly evaluation")}, {"quarter-review", N_("review of the quarter")},
    };
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (strcmp(labels[i].name, process) == 0)
            return _(labels[i].text);
    }
    return process;
}

static void show_periods(struct cli *cli, const char *process, const char *what, char *const *words,
                         size_t count)
{
    if (count)
        show_line(cli, "  %s, %s: %s", process_label(process), what, show_words(cli, words, count));
}

static void show_adherence(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Adherence *adherence = (const Okr__Adherence *)reply;
    struct table *table = table_new();
    table_column(table, _("Process"), TABLE_LEFT, 0);
    table_column(table, _("Due"), TABLE_RIGHT, 0);
    table_column(table, _("On time"), TABLE_RIGHT, 0);
    table_column(table, _("Late"), TABLE_RIGHT, 0);
    table_column(table, _("Missing"), TABLE_RIGHT, 0);
    for (size_t i = 0; i < adherence->n_lines; i++) {
        const Okr__AdherenceLine *line = adherence->lines[i];
        table_cell(table, process_label(show_text(line->process)));
        table_cellf(table, "%d", line->due);
        table_cellf(table, "%d", line->on_time);
        table_cellf(table, "%d", line->late);
        table_cellf(table, "%d", line->missing);
        table_row_end(table);
    }
    show_heading(cli, cli_text(cli, _("Was the process kept? %s"), show_text(adherence->quarter)));
    show_table(cli, table);
    const char *unknown = holidays_unknown(cli, adherence->has_year_without_holidays,
                                           adherence->year_without_holidays);
    if (unknown)
        show_wrapped(cli, 0, unknown);
    for (size_t i = 0; i < adherence->n_lines; i++) {
        const Okr__AdherenceLine *line = adherence->lines[i];
        const char *process = show_text(line->process);
        show_periods(cli, process, _("late"), line->periods_late, line->n_periods_late);
        show_periods(cli, process, _("missing"), line->periods_missing, line->n_periods_missing);
    }
}

static const struct command adherence_commands[] = {
    {.verb = "",
     .example = "okr adherence 2026Q4",

     .help = N_("which goals, reviews and measurements were made in time, late, or not at all"),
     CALLS(RPC_INSIGHT_GET_ADHERENCE),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the one that today lies in")}),
     .show = show_adherence},
    {.verb = NULL},
};
const struct noun noun_adherence = {"adherence", N_("whether the process itself is kept"),
                                    adherence_commands};
