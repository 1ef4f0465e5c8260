// Hours by week; what there is none of stays empty.
#include "client/cli/report/ev_history.h"

#include <math.h>
#include "client/cli/core/chart.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

enum { COLUMNS = 6, CURVES = 4 };

static const char *title_of(struct cli *cli, const Okr__EarnedValueHistory *history)
{
    return cli_text(cli, _("Planned, earned and actual work by week: %s %s"),
                    show_id(cli, "P", history->project_id), show_text(history->project_name));
}

static const char *hours(struct cli *cli, bool has, double minutes)
{
    return has ? show_hours(cli, minutes) : "";
}

static void fill_row(struct cli *cli, const Okr__EarnedValueWeek *week, const char *cells[COLUMNS])
{
    cells[0] = show_text(week->week);
    cells[1] = hours(cli, week->has_planned, week->planned);
    cells[2] = hours(cli, week->has_pv, week->pv);
    cells[3] = hours(cli, week->has_ev, week->ev);
    cells[4] = hours(cli, week->has_ac, week->ac);
    cells[5] = show_words(cli, week->versions, week->n_versions);
}

static const char *const *titles(void)
{
    static const char *words[COLUMNS];
    words[0] = _("Week");
    words[1] = _("Baseline");
    words[2] = _("Planned");
    words[3] = _("Earned");
    words[4] = _("Actual");
    words[5] = _("Version");
    return words;
}

static const char *nothing(void)
{
    return _("No published version of a plan has a task of it.");
}

static const char *cut_note(void)
{
    return _("Earlier versions were left out: there are too many.");
}

void ev_history_show(struct cli *cli, const Okr__EarnedValueHistory *history)
{
    show_heading(cli, title_of(cli, history));
    if (history->n_weeks == 0) {
        show_line(cli, "%s", nothing());
        return;
    }
    struct table *table = table_new();
    for (int i = 0; i < COLUMNS; i++)
        table_column(table, titles()[i], i > 0 && i < COLUMNS - 1 ? TABLE_RIGHT : TABLE_LEFT, 0);
    for (size_t i = 0; i < history->n_weeks; i++) {
        const char *cells[COLUMNS];
        fill_row(cli, history->weeks[i], cells);
        for (int c = 0; c < COLUMNS; c++)
            table_cell(table, cells[c]);
        table_row_end(table);
    }
    show_table(cli, table);
    if (history->cut)
        show_line(cli, "%s", cut_note());
}

// Minutes become hours.
static void draw(const struct paper *paper, const Okr__EarnedValueHistory *history)
{
    struct cli *cli = paper->cli;
    size_t n = history->n_weeks;
    double *values = cli_keep(cli, CURVES * n * sizeof *values);
    const char **labels = cli_keep(cli, n * sizeof *labels);
    for (size_t i = 0; i < n; i++) {
        const Okr__EarnedValueWeek *w = history->weeks[i];
        labels[i] = show_text(w->week);
        values[i] = w->has_planned ? w->planned / 60 : NAN;
        values[n + i] = w->has_pv ? w->pv / 60 : NAN;
        values[2 * n + i] = w->has_ev ? w->ev / 60 : NAN;
        values[3 * n + i] = w->has_ac ? w->ac / 60 : NAN;
    }
    const struct chart_curve curves[CURVES] = {{titles()[1], values},
                                               {titles()[2], values + n},
                                               {titles()[3], values + 2 * n},
                                               {titles()[4], values + 3 * n}};
    chart(paper, labels, n, "h", curves, CURVES);
}

void ev_history_report(const struct paper *paper, const Okr__EarnedValueHistory *history)
{
    static const int widths[COLUMNS] = {16, 16, 16, 16, 16, 20};
    paper_begin(paper, title_of(paper->cli, history));
    if (history->n_weeks == 0) {
        paper_line(paper, PAPER_PLAIN, nothing());
        paper_end(paper);
        return;
    }
    draw(paper, history);
    paper_table_begin(paper, COLUMNS, titles(), widths);
    for (size_t i = 0; i < history->n_weeks; i++) {
        const char *texts[COLUMNS];
        struct paper_cell cells[COLUMNS] = {{0}};
        fill_row(paper->cli, history->weeks[i], texts);
        for (int c = 0; c < COLUMNS; c++)
            cells[c].text = texts[c];
        paper_row(paper, COLUMNS, cells, false);
    }
    paper_table_end(paper);
    if (history->cut)
        paper_line(paper, PAPER_FAINT, cut_note());
    paper_end(paper);
}
