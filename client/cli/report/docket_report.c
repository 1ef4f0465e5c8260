// One table: what asks for a decision, and the decision beside it.
#include "client/cli/report/docket_report.h"

#include <string.h>
#include "client/cli/report/docket_line.h"
#include "client/cli/report/holidays.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"

#define COLUMNS 3
static const int widths[COLUMNS] = {5, 53, 42};

static const char *decision_of(struct cli *cli, const Okr__DocketLine *line)
{
    const char *text = cli_text(
        cli, "%s: %s\n%s, %s", label_of(&okr__docket_decision__descriptor, (int)line->decision),
        show_text(line->reason), show_text(line->decided_by), show_time(cli, line->decided_at));
    if (line->follow_up)
        text = cli_text(cli, _("%s\nto follow up in %s: %s"), text, show_text(line->follow_up_week),
                        line->follow_up);
    if (line->outcome)
        text = cli_text(cli, _("%s\nclosed %s: %s"), text,
                        show_time(cli, line->follow_up_closed_at), line->outcome);
    return text;
}

static void write_line(const struct paper *paper, const Okr__DocketLine *line, size_t number)
{
    struct cli *cli = paper->cli;
    const char *what = cli_text(
        cli, "%s: %s%s\n%s", label_of(&okr__docket_kind__descriptor, (int)line->kind),
        docket_subject(cli, line), line->gone ? _(" (no longer so)") : "", docket_facts(cli, line));
    const struct paper_cell cells[COLUMNS] = {
        {.text = cli_text(cli, "%zu", number), .look = PAPER_FAINT},
        {.text = what, .look = line->gone ? PAPER_FAINT : PAPER_STRONG},
        {.text = line->has_decision ? decision_of(cli, line) : _("[ ] not decided yet")},
    };
    paper_row(paper, COLUMNS, cells, false);
}

static void write_lines(const struct paper *paper, const Okr__Docket *docket)
{
    const char *const titles[COLUMNS] = {_("No."), _("What asks for a decision"), _("Decision")};
    bool begun = false;
    for (size_t i = 0; i < docket->n_lines; i++) {
        const Okr__DocketLine *line = docket->lines[i];
        if (!line->has_kind) { // an empty docket, confirmed
            paper_line(paper, PAPER_PLAIN, decision_of(paper->cli, line));
            continue;
        }
        if (!begun)
            paper_table_begin(paper, COLUMNS, titles, widths);
        begun = true;
        write_line(paper, line, i + 1);
    }
    if (begun)
        paper_table_end(paper);
}

// Which line a comment is on, by the number that it has on the page; "" for the whole.
static const char *place_of(struct cli *cli, const Okr__Docket *docket, const char *key)
{
    for (size_t i = 0; key && i < docket->n_lines; i++) {
        if (strcmp(show_text(docket->lines[i]->key), key) == 0)
            return cli_text(cli, _(" (on no. %zu)"), i + 1);
    }
    return key ? cli_text(cli, " (%s)", key) : "";
}

static void write_comments(const struct paper *paper, const Okr__Docket *docket)
{
    struct cli *cli = paper->cli;
    if (!docket->n_comments)
        return;
    paper_heading(paper, 2, _("Comments"));
    paper_list_begin(paper);
    for (size_t i = 0; i < docket->n_comments; i++) {
        const Okr__DocketComment *comment = docket->comments[i];
        paper_item(paper, PAPER_PLAIN,
                   cli_text(cli, "%s %s%s: %s", show_time(cli, comment->written_at),
                            show_text(comment->author), place_of(cli, docket, comment->key),
                            show_text(comment->text)));
    }
    paper_list_end(paper);
}

void docket_report(const struct paper *paper, const ProtobufCMessage *reply)
{
    struct cli *cli = paper->cli;
    const Okr__Docket *docket = (const Okr__Docket *)reply;
    paper_begin(paper, cli_text(cli, _("Monday review of %s"), show_week(cli, docket->week)));
    paper_line(paper, PAPER_PLAIN,
               cli_text(cli, "%s: %s, %s", _("Due"), show_text(docket->due_day),
                        docket_state(cli, docket)));
    const char *unknown =
        holidays_unknown(cli, docket->has_year_without_holidays, docket->year_without_holidays);
    if (unknown)
        paper_line(paper, PAPER_PLAIN, unknown);
    write_lines(paper, docket);
    write_comments(paper, docket);
    paper_end(paper);
}
