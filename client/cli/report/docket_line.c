// The server tells figures and kinds; their words are here.
#include "client/cli/report/docket_line.h"

#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/report/miss.h"

#define KIND(name) OKR__DOCKET_KIND__DOCKET_KIND_##name

const char *docket_state(struct cli *cli, const Okr__Docket *docket)
{
    if (docket->reviewed)
        return cli_text(cli, _("reviewed %s"), show_time(cli, docket->reviewed_at));
    if (docket->n_lines == 0)
        return _("nothing asks for a decision; \"okr monday confirm\" records that");
    return cli_text(cli, _("%d of %zu lines without a decision"), docket->open, docket->n_lines);
}

const char *docket_facts(struct cli *cli, const Okr__DocketLine *line)
{
    const char *detail = show_text(line->detail);
    switch (line->kind) {
    case KIND(EXPECTED_MISS):
        return miss_words_of_docket(cli, detail);
    case KIND(MISSED_RUN):
        return cli_text(cli, _("a goal missed in %d weeks in a row, last in %s"), line->count,
                        detail);
    case KIND(OVERLOAD):
        return cli_text(cli, _("planned above capacity: %s"), detail);
    case KIND(PLAN_CHANGE):
        return cli_text(cli, _("%d changes of the plan, versions %s"), line->count, detail);
    case KIND(SLIP):
        return cli_text(cli, _("%d slips, by up to %d working days, versions %s"), line->count,
                        line->days, detail);
    case KIND(WEEK_MISSING):
        if (line->count == 0)
            return cli_text(cli, _("no goals were set for %s"), detail);
        return cli_text(cli, _("%s was not closed"), detail);
    case KIND(URGENT_SIDE):
        return cli_text(cli, _("taken in as urgent; displaces %s"), detail);
    case KIND(FOLLOW_UP):
        return line->since_week ? cli_text(cli, _("agreed in %s: %s"), line->since_week, detail)
                                : detail;
    default:
        return detail;
    }
}

static void show_decision(struct cli *cli, const Okr__DocketLine *line)
{
    show_line(cli, "       %s: %s",
              label_of(&okr__docket_decision__descriptor, (int)line->decision),
              show_text(line->reason));
    show_line(cli, "       %s, %s", show_text(line->decided_by), show_time(cli, line->decided_at));
    if (line->follow_up)
        show_line(cli, _("       to follow up in %s: %s"), show_text(line->follow_up_week),
                  line->follow_up);
    if (line->outcome)
        show_line(cli, _("       closed %s: %s"), show_time(cli, line->follow_up_closed_at),
                  line->outcome);
}

const char *docket_subject(struct cli *cli, const Okr__DocketLine *line)
{
    const char *subject = show_text(line->subject);
    if (!line->has_project_id)
        return subject;
    return cli_text(cli, "%s %s", show_id(cli, "P", line->project_id), subject);
}

void docket_line_show(struct cli *cli, const Okr__DocketLine *line, size_t number)
{
    const char *place = number ? cli_text(cli, "%2zu", number) : "  ";
    const char *subject = docket_subject(cli, line);
    if (!line->has_kind) { // an empty docket, confirmed
        show_decision(cli, line);
        return;
    }
    show_line(cli, "%s %s %s: %s%s", place, line->has_decision ? "[o]" : "[ ]",
              show_in(cli, SHOW_BOLD, label_of(&okr__docket_kind__descriptor, (int)line->kind)),
              subject, line->gone ? _(" (no longer so)") : "");
    show_wrapped(cli, 7, docket_facts(cli, line));
    show_line(cli, "       %s", show_in(cli, SHOW_FAINT, show_text(line->key)));
    if (line->has_decision)
        show_decision(cli, line);
}
