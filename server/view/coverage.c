// InsightService: how much planned effort serves KRs and how much does not (R4), and every action
// that leads to no outcome (R8), as one list of gaps by kind.
#include <string.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/quarter/attainment.h"
#include "server/call/guard.h"
#include "server/view/coverage_rows.h"
#include "server/quarter/roadmap_rows.h"

enum { UNBOUND_MOST = 50 };
// From here on a project counts as executed: what is left cannot be what the KR waits for.
static const double executed_percent = 90;

struct coverage_asked {
    char *name;
    struct asked quarter, unbound, krs, projects, roadmap;
};

struct gathering {
    struct call *call;
    const struct coverage_asked *asked;
    const Okr__Quarter *quarter;
    Okr__Coverage *coverage;
    struct coverage_kr *krs;
    struct coverage_project *projects;
    int n_krs, n_projects;
};

static Okr__CoverageGap *add_gap(struct gathering *g, Okr__GapKind kind, int64_t id, char *text)
{
    Okr__CoverageGap *gap = NEW(g->call, Okr__CoverageGap, OKR__COVERAGE_GAP__INIT);
    SET(gap, kind, kind);
    SET(gap, id, id);
    gap->text = text;
    g->coverage->gaps[g->coverage->n_gaps++] = gap;
    return gap;
}

static void add_unbound(struct gathering *g)
{
    int32_t all = 0;
    for (struct row row = asked_begin(g->call, g->asked->unbound); row_next(&row);) {
        Okr__CoverageGap *gap = coverage_unbound_row(g->call, &row, &all);
        SET(gap, kind, OKR__GAP_KIND__GAP_KIND_UNBOUND_EFFORT);
        g->coverage->gaps[g->coverage->n_gaps++] = gap;
    }
    SET(g->coverage, unbound_tasks, all);
}

static void add_krs_without_project(struct gathering *g)
{
    for (int i = 0; i < g->n_krs; i++)
        if (g->krs[i].served == 0)
            add_gap(g, OKR__GAP_KIND__GAP_KIND_KR_WITHOUT_PROJECT, g->krs[i].kr->id,
                    g->krs[i].kr->text);
}

static void add_projects(struct gathering *g)
{
    bool open = g->quarter->state == OKR__QUARTER_STATE__QUARTER_STATE_OPEN;
    for (int i = 0; i < g->n_projects; i++)
        if (!g->projects[i].assigned)
            add_gap(g, OKR__GAP_KIND__GAP_KIND_PROJECT_WITHOUT_ASSIGNMENT, g->projects[i].id,
                    g->projects[i].name);
    for (int i = 0; open && i < g->n_projects; i++)
        if (g->projects[i].begun && !g->projects[i].has_goal)
            add_gap(g, OKR__GAP_KIND__GAP_KIND_PROJECT_WITHOUT_GOAL, g->projects[i].id,
                    g->projects[i].name);
}

// Moved: beyond the noise band, in the direction of the target (R46); what has reached the target
// need not move. Without a value from within the quarter nobody knows.
static bool stands_still(const struct gathering *g, const struct coverage_kr *row,
                         double *ret_before, double *ret_now)
{
    const Okr__KeyResult *kr = row->kr;
    if (!kr->latest || strcmp(kr->latest->day, g->quarter->first_day) <= 0 ||
        !kr->has_attainment_percent || kr->attainment_percent >= 100)
        return false;
    double begin = row->has_before ? row->before : kr->start;
    if (!attainment_percent(kr->kind, kr->start, kr->target, begin, ret_before))
        return false;
    *ret_now = kr->attainment_percent;
    return *ret_now - *ret_before <= kr->noise_percent;
}

static void add_krs_not_moving(struct gathering *g)
{
    for (int i = 0; i < g->n_krs; i++) {
        const struct coverage_kr *row = &g->krs[i];
        double before, now;
        if (row->served == 0 || row->executed < row->served || !stands_still(g, row, &before, &now))
            continue;
        Okr__CoverageGap *gap =
            add_gap(g, OKR__GAP_KIND__GAP_KIND_KR_NOT_MOVING, row->kr->id, row->kr->text);
        SET(gap, attainment_before, before);
        SET(gap, attainment_now, now);
    }
}

static void add_unserved(struct gathering *g)
{
    for (struct row row = asked_begin(g->call, g->asked->roadmap); row_next(&row);) {
        const Okr__RoadmapItem *item = roadmap_row(g->call, &row);
        add_gap(g, OKR__GAP_KIND__GAP_KIND_ROADMAP_UNSERVED, item->id, item->text);
    }
}

static void add_sufficiency(struct gathering *g)
{
    for (int i = 0; i < g->n_krs; i++) {
        const Okr__KeyResult *kr = g->krs[i].kr;
        if (kr->sufficiency && !kr->sufficiency->stale)
            continue;
        Okr__CoverageGap *gap =
            add_gap(g, OKR__GAP_KIND__GAP_KIND_SUFFICIENCY_MISSING, kr->id, kr->text);
        if (kr->sufficiency)
            SET(gap, stale, true);
    }
}

static void read_rows(struct gathering *g)
{
    struct call *call = g->call;
    const struct coverage_asked *asked = g->asked;
    g->krs = NEW_ARRAY(call, struct coverage_kr, (size_t)asked_count(call, asked->krs));
    for (struct row row = asked_begin(call, asked->krs); row_next(&row);)
        g->krs[g->n_krs++] = coverage_kr_row(call, &row);
    g->projects =
        NEW_ARRAY(call, struct coverage_project, (size_t)asked_count(call, asked->projects));
    for (struct row row = asked_begin(call, asked->projects); row_next(&row);)
        coverage_project_take(&row, &g->projects[g->n_projects++]);
    // A KR can have three gaps, a project two.
    int most = asked_count(call, asked->unbound) + asked_count(call, asked->roadmap) +
               3 * g->n_krs + 2 * g->n_projects;
    g->coverage->gaps = NEW_ARRAY(call, Okr__CoverageGap *, (size_t)most);
}

static void get_coverage_answer(struct call *call)
{
    const struct coverage_asked *asked = call->state;
    struct coverage_work work = {0};
    struct gathering g = {.call = call, .asked = asked};
    g.quarter = coverage_quarter_read(call, asked->quarter, &work);
    if (!g.quarter) {
        guard_not_found(call, asked->name);
        return;
    }
    g.coverage = NEW(call, Okr__Coverage, OKR__COVERAGE__INIT);
    g.coverage->quarter = g.quarter->name;
    SET(g.coverage, work_for_krs, work.for_krs);
    SET(g.coverage, work_for_side, work.for_side);
    SET(g.coverage, work_unbound, work.unbound);
    read_rows(&g);
    add_unbound(&g);
    add_krs_without_project(&g);
    add_projects(&g);
    add_krs_not_moving(&g);
    add_unserved(&g);
    add_sufficiency(&g);
    call_reply(call, &g.coverage->base);
}

static void get_coverage(struct call *call, const Okr__GetCoverageRequest *request)
{
    struct coverage_asked *asked = NEW_ARRAY(call, struct coverage_asked, 1);
    char *name = asked->name = field_quarter(call, request->quarter);
    int year = 0, quarter = 0;
    quarter_parse(name, &year, &quarter);
    call->state = asked;
    asked->quarter = coverage_quarter_ask(call, name);
    asked->unbound = coverage_unbound_ask(call, name, UNBOUND_MOST);
    asked->krs = coverage_krs_ask(call, name, executed_percent);
    asked->projects =
        coverage_projects_ask(call, name, week_of(call_today(call)), call_today(call));
    asked->roadmap = roadmap_list_ask(call, year, true, false);
    call->then = get_coverage_answer;
}

HANDLER(insight_get_coverage, get_coverage, .bulk = true, .shared = true);
