// coverage: how much planned effort serves KRs (R4), and what leads to no outcome (R8).
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "okr/v1/insight.pb-c.h"

static const char *share(struct cli *cli, double part, double whole)
{
    return cli_text(cli, "%s (%s)", show_hours(cli, part),
                    show_percent(cli, whole > 0 ? 100 * part / whole : 0));
}

static void show_effort(struct cli *cli, const Okr__Coverage *coverage)
{
    double all = coverage->work_for_krs + coverage->work_for_side + coverage->work_unbound;
    show_heading(cli, show_text(coverage->quarter));
    show_wrapped(
        cli, 2,
        cli_text(cli, _("Planned work: %s for KRs, %s for side projects, %s for no project"),
                 share(cli, coverage->work_for_krs, all), share(cli, coverage->work_for_side, all),
                 share(cli, coverage->work_unbound, all)));
}

static const char *gap_id(struct cli *cli, const Okr__CoverageGap *gap)
{
    switch (gap->kind) {
    case OKR__GAP_KIND__GAP_KIND_UNBOUND_EFFORT:
        return cli_text(cli, "%s#%lld", show_text(gap->source), (long long)gap->id);
    case OKR__GAP_KIND__GAP_KIND_PROJECT_WITHOUT_ASSIGNMENT:
    case OKR__GAP_KIND__GAP_KIND_PROJECT_WITHOUT_GOAL:
        return show_id(cli, "P", gap->id);
    case OKR__GAP_KIND__GAP_KIND_ROADMAP_UNSERVED:
        return show_id(cli, "R", gap->id);
    default:
        return show_id(cli, "KR", gap->id);
    }
}

static const char *gap_note(struct cli *cli, const Okr__CoverageGap *gap)
{
    if (gap->has_work)
        return cli_text(cli, "  %s", show_hours(cli, gap->work));
    if (gap->stale)
        return _(" (the projects have changed since: declare it again)");
    if (gap->has_attainment_now)
        return cli_text(cli, _(" (attained %s when the quarter began, %s now)"),
                        show_percent(cli, gap->attainment_before),
                        show_percent(cli, gap->attainment_now));
    return "";
}

static void show_gaps(struct cli *cli, const Okr__Coverage *coverage, Okr__GapKind kind)
{
    int count = 0;
    for (size_t i = 0; i < coverage->n_gaps; i++) {
        const Okr__CoverageGap *gap = coverage->gaps[i];
        if (gap->kind != kind)
            continue;
        if (count++ == 0)
            show_line(cli, "\n%s",
                      show_in(cli, SHOW_BOLD, label_of(&okr__gap_kind__descriptor, (int)kind)));
        show_line(cli, "  %s %s%s", show_in(cli, SHOW_BOLD, gap_id(cli, gap)), show_text(gap->text),
                  gap_note(cli, gap));
    }
    if (kind == OKR__GAP_KIND__GAP_KIND_UNBOUND_EFFORT && count < coverage->unbound_tasks)
        show_line(cli, _("  and %d smaller ones"), coverage->unbound_tasks - count);
}

static void show_coverage(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Coverage *coverage = (const Okr__Coverage *)reply;
    show_effort(cli, coverage);
    for (unsigned i = 0; i < okr__gap_kind__descriptor.n_values; i++)
        if (okr__gap_kind__descriptor.values[i].value != 0)
            show_gaps(cli, coverage, (Okr__GapKind)okr__gap_kind__descriptor.values[i].value);
    if (coverage->n_gaps == 0)
        show_line(cli, "%s",
                  show_in(cli, SHOW_GOOD, _("Nothing leads nowhere: no gap was found.")));
}

static const struct command coverage_commands[] = {
    {.verb = "",
     .example = "okr coverage 2027Q1",

     .help = N_("how much planned work serves KRs, and what leads to no outcome"),
     CALLS(RPC_INSIGHT_GET_COVERAGE),
     PARAMS({.name = "QUARTER",
             .field = "quarter",
             .type = PARAM_QUARTER,
             .flags = PARAM_OPTIONAL,
             .help = N_("absent: the one that today lies in")}),
     .show = show_coverage},
    {.verb = NULL},
};
const struct noun noun_coverage = {"coverage", N_("what serves KRs, and what leads to no outcome"),
                                   coverage_commands};
