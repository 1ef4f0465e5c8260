// PlanAnalysisService/GetEarnedValueHistory: planned value, earned value and actual work of one
// project by week (R31). One version a round, newest first, so that nothing holds the loop up; it
// ends early where the versions come to more than a call may hold. Must not know SQL.
#include <math.h>
#include <string.h>
#include "common/calendar.h"
#include "server/call/guard.h"
#include "server/call/handler.h"
#include "server/plan/plan_status.h"
#include "server/progress/analysis.h"
#include "server/progress/history_rows.h"

enum {
    VERSIONS_MOST = 120,
    WEEKS_MOST = 260,
    BYTES_MOST = 28 << 20, // of the arena, with which no other version is begun
    PARTS = SNAPSHOT_TASKS | SNAPSHOT_ASSIGNMENTS | SNAPSHOT_RESOURCES | SNAPSHOT_BASELINE_PHASES |
            SNAPSHOT_WORK_PHASES,
};

// One version's figures, and of a published one its curve of planned value.
struct point {
    struct history_version version;
    bool has_figures;
    double pv, ev, ac, bac; // pv: NaN without a status date
    int64_t status;
    int32_t first_monday; // of the curve
    size_t n_weeks;
    double *planned; // by the end of each of them
};

struct history {
    int64_t project_id;
    struct asked project, versions;
    struct point *points;
    size_t n, next;
    struct snapshots_asked snapshots; // of the version that is next
    Okr__EarnedValueHistory *reply;
};

// ---- the weeks --------------------------------------------------------------------------------

// What a source had planned by the end of a week.
static double planned_by(const struct point *point, int32_t monday)
{
    if (point->n_weeks == 0 || monday < point->first_monday)
        return 0;
    size_t week = (size_t)(monday - point->first_monday) / 7;
    return point->planned[week < point->n_weeks ? week : point->n_weeks - 1];
}

// The last version of a source up to a week.
static const struct point *last_of(const struct history *h, int64_t source_id, int32_t monday)
{
    const struct point *last = NULL;
    for (size_t i = 0; i < h->n; i++) {
        const struct point *p = &h->points[i];
        if (p->has_figures && p->version.source_id == source_id && p->version.monday <= monday &&
            (!last || p->version.monday > last->version.monday))
            last = p;
    }
    return last;
}

static void add_version(struct call *call, Okr__EarnedValueWeek *week, const struct point *point)
{
    char status[WALL_SIZE];
    SET(week, ev, week->ev + (isnan(point->ev) ? 0 : point->ev));
    SET(week, ac, week->ac + point->ac);
    SET(week, bac, week->bac + (isnan(point->bac) ? 0 : point->bac));
    if (!isnan(point->pv)) {
        SET(week, pv, week->pv + point->pv);
        wall_format(point->status, status);
        if (!week->status_date || strcmp(status, week->status_date) > 0)
            week->status_date = call_printf(call, "%s", status);
    }
    week->versions[week->n_versions++] =
        call_printf(call, "%s %lld", point->version.source, (long long)point->version.number);
}

static Okr__EarnedValueWeek *week_message(struct call *call, const struct history *h,
                                          int32_t monday)
{
    Okr__EarnedValueWeek *week = NEW(call, Okr__EarnedValueWeek, OKR__EARNED_VALUE_WEEK__INIT);
    char name[WEEK_SIZE];
    bool any = false;
    week_format(monday, name);
    week->week = call_printf(call, "%s", name);
    week->versions = NEW_ARRAY(call, char *, h->n);
    for (size_t i = 0; i < h->n; i++) {
        any = any || (h->points[i].has_figures && h->points[i].version.monday == monday);
        if (h->points[i].version.published && h->points[i].n_weeks > 0)
            SET(week, planned, week->planned + planned_by(&h->points[i], monday));
    }
    for (size_t i = 0; any && i < h->n; i++) {
        const struct point *last = last_of(h, h->points[i].version.source_id, monday);
        if (last == &h->points[i])
            add_version(call, week, last);
    }
    return week;
}

static void take_range(const struct point *point, int32_t *first, int32_t *last)
{
    int32_t from = point->version.monday, to = point->version.monday;
    if (!point->has_figures)
        return;
    if (point->n_weeks > 0) {
        int32_t end = point->first_monday + 7 * (int32_t)(point->n_weeks - 1);
        from = point->first_monday < from ? point->first_monday : from;
        to = end > to ? end : to;
    }
    *first = from < *first ? from : *first;
    *last = to > *last ? to : *last;
}

static void answer(struct call *call)
{
    struct history *h = call->state;
    int32_t first = INT32_MAX, last = INT32_MIN;
    for (size_t i = 0; i < h->n; i++)
        take_range(&h->points[i], &first, &last);
    if (first <= last && (last - first) / 7 >= WEEKS_MOST) {
        first = last - 7 * (WEEKS_MOST - 1);
        SET(h->reply, cut, true);
    }
    size_t n = first <= last ? (size_t)(last - first) / 7 + 1 : 0;
    h->reply->weeks = NEW_ARRAY(call, Okr__EarnedValueWeek *, n);
    for (size_t i = 0; i < n && !arena_exhausted(call->arena); i++)
        h->reply->weeks[h->reply->n_weeks++] = week_message(call, h, first + 7 * (int32_t)i);
    call_reply(call, &h->reply->base);
}

// ---- one version ------------------------------------------------------------------------------

static void take_curve(struct call *call, struct point *point, const struct ev_plan *plan,
                       const struct ev_task *tasks, size_t n, const struct ev_figures *f)
{
    int32_t last = week_of(wall_day(f->baseline_finish));
    point->first_monday = week_of(wall_day(f->baseline_start));
    point->n_weeks = (size_t)(last - point->first_monday) / 7 + 1;
    if (point->n_weeks > WEEKS_MOST)
        point->n_weeks = WEEKS_MOST;
    point->planned = NEW_ARRAY(call, double, point->n_weeks);
    for (size_t i = 0; !arena_exhausted(call->arena) && i < point->n_weeks; i++)
        point->planned[i] =
            ev_planned(plan, tasks, n, wall_of_day(point->first_monday + 7 * (int32_t)(i + 1)));
}

static bool has_baseline(const struct plan_snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->n_tasks; i++)
        if (snapshot->tasks[i].has_baseline)
            return true;
    return false;
}

static void take_figures(struct call *call, struct point *point, int64_t project_id,
                         const struct plan_snapshot *now, const struct plan_snapshot *stand_in)
{
    size_t n = 0;
    struct plan_work *work = plan_work_new(call->arena, now);
    struct plan_work *other =
        stand_in && !has_baseline(now) ? plan_work_new(call->arena, stand_in) : NULL;
    struct ev_task *tasks = NEW_ARRAY(call, struct ev_task, now->n_tasks);
    if (!work || arena_exhausted(call->arena))
        return;
    for (size_t i = 0; i < now->n_tasks; i++)
        if (analysis_counts(&now->tasks[i], project_id))
            tasks[n++] = analysis_ev_task(0, &now->tasks[i], work, other);
    struct ev_plan plan = {.time = plan_times_plan(plan_work_times(work))};
    plan.status_from = plan_status(now->version->header, &plan.status);
    if (n == 0)
        return;
    struct ev_figures f = ev_compute(call->arena, &plan, 1, tasks, n);
    point->has_figures = true;
    point->pv = f.pv;
    point->ev = f.ev;
    point->ac = f.ac;
    point->bac = f.bac;
    point->status = f.status;
    if (point->version.published && f.has_baseline && f.bac > 0)
        take_curve(call, point, &plan, tasks, n, &f);
}

static void ask_next(struct call *call);

static void version_answered(struct call *call)
{
    struct history *h = call->state;
    struct point *point = &h->points[h->next++];
    size_t n;
    struct plan_snapshot *snapshots = plan_snapshots_rows(call, &h->snapshots, &n);
    if (!snapshots)
        return;
    if (n > 0)
        take_figures(call, point, h->project_id, &snapshots[0], n > 1 ? &snapshots[1] : NULL);
    ask_next(call);
}

static void ask_next(struct call *call)
{
    struct history *h = call->state;
    if (h->next < h->n && arena_used(call->arena) > BYTES_MOST) {
        SET(h->reply, cut, true);
        h->n = h->next;
    }
    if (h->next == h->n) {
        answer(call);
        return;
    }
    const struct history_version *version = &h->points[h->next].version;
    int64_t ids[] = {version->id, version->stand_in_id};
    bool stands_in = version->stand_in_id && version->stand_in_id != version->id;
    h->snapshots = plan_snapshots_ask(call, ids, stands_in ? 2 : 1, PARTS, 0);
    call->then = version_answered;
}

// ---- the call ---------------------------------------------------------------------------------

static void versions_answered(struct call *call)
{
    struct history *h = call->state;
    struct row row;
    if (!asked_first(call, h->project, &row)) {
        guard_not_found(call, call_printf(call, "P-%lld", (long long)h->project_id));
        return;
    }
    h->reply = NEW(call, Okr__EarnedValueHistory, OKR__EARNED_VALUE_HISTORY__INIT);
    SET(h->reply, project_id, h->project_id);
    h->reply->project_name = take_text(&row);
    h->points = NEW_ARRAY(call, struct point, (size_t)asked_count(call, h->versions));
    for (row = asked_begin(call, h->versions); row_next(&row);) {
        struct history_version version;
        history_version_take(&row, &version);
        if (h->n < VERSIONS_MOST)
            h->points[h->n++].version = version;
        else
            SET(h->reply, cut, true);
    }
    ask_next(call);
}

static void start(struct call *call, const Okr__GetEarnedValueHistoryRequest *request)
{
    struct history *h = NEW_ARRAY(call, struct history, 1);
    h->project_id = request->project_id;
    h->project = history_project_ask(call, h->project_id);
    h->versions = history_versions_ask(call, h->project_id, VERSIONS_MOST + 1);
    call->state = h;
    call->then = versions_answered;
}

HANDLER(plan_analysis_get_earned_value_history, start, .bulk = true, .shared = true);
