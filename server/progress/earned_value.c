// The curve of planned value is built period by period: each piece of work adds what of it falls
// into each of the periods that it reaches into.
#include "server/progress/earned_value.h"

#include <math.h>

enum { PERIODS_MOST = 60000 };
static const double MOVED_POINTS = 2;
static const double LITTLE = 1e-9;

#define GAP(name) (1u << OKR__EV_GAP__EV_GAP_##name)

double ev_earned_schedule(const double *pv, size_t n, double ev)
{
    if (n == 0 || ev <= 0)
        return 0;
    size_t c = 0;
    while (c < n && ev - pv[c + 1] >= -LITTLE * pv[n])
        c++;
    if (c == n)
        return (double)n;
    double part = (ev - pv[c]) / (pv[c + 1] - pv[c]);
    return (double)c + (part > 0 ? part < 1 ? part : 1 : 0);
}

// ---- weights ----------------------------------------------------------------------------------

struct sums {
    const struct ev_plan *plans;
    const struct ev_task *tasks;
    size_t n_plans, n_tasks;
    bool by_duration;
};

static double weight(const struct sums *s, const struct ev_task *task)
{
    if (!task->has_baseline)
        return 0;
    double w = s->by_duration ? task->baseline_duration : task->baseline_work;
    return w > 0 ? w : 0;
}

static double earned(const struct sums *s, const struct ev_task *task)
{
    double percent = task->percent < 0 ? 0 : task->percent > 100 ? 100 : task->percent;
    return weight(s, task) * percent / 100;
}

static struct working_time *time_of(const struct sums *s, const struct ev_task *task)
{
    return task->time ? task->time : s->plans[task->plan].time;
}

// Whatever a task has no pieces for is one, from its start to its finish. *one is room for it.
static struct pieces pieces_of_task(const struct sums *s, const struct ev_task *task,
                                    struct piece *one)
{
    if (task->pieces.n > 0)
        return task->pieces;
    *one = (struct piece){task->baseline_start, task->baseline_finish, 1, time_of(s, task)};
    return (struct pieces){
        .list = one, .n = 1, .even = task->baseline_finish > task->baseline_start};
}

static double work_of(const struct pieces *pieces)
{
    double sum = 0;
    for (size_t i = 0; i < pieces->n; i++)
        sum += pieces->list[i].work;
    return sum;
}

// The share of a task that its baseline plans up to an instant.
static double planned_share(const struct sums *s, const struct ev_task *task, int64_t at)
{
    struct piece one;
    struct pieces pieces = pieces_of_task(s, task, &one);
    double sum = 0, whole = work_of(&pieces);
    for (size_t i = 0; i < pieces.n; i++)
        sum += piece_until(&pieces.list[i], at);
    return whole > 0 ? sum / whole : 0;
}

// ---- the curve --------------------------------------------------------------------------------

struct curve {
    double *pv;    // n + 1 values
    int64_t *ends; // of the periods: n + 1 instants, the first is the baseline's start
    size_t n;
    double minutes; // of one period
    double length;  // of the baseline, in minutes
};

// The first period that ends at the instant or after it.
static size_t period_of(const struct curve *curve, int64_t at)
{
    size_t low = 1, high = curve->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (curve->ends[middle] < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// A piece that weighs `w`, as additions to pv: in each period what falls into it.
static void spread(struct curve *curve, const struct piece *piece, double w)
{
    double before = 0;
    for (size_t k = period_of(curve, piece->start); k <= curve->n && before < 1; k++) {
        double until = k == curve->n ? 1 : piece_until(piece, curve->ends[k]) / piece->work;
        curve->pv[k] += w * (until - before);
        before = until;
    }
}

static bool curve_room(struct arena *arena, const struct ev_figures *f, struct curve *ret)
{
    ret->minutes = working_day_minutes(f->time);
    ret->length = working_minutes(f->time, f->baseline_start, f->baseline_finish);
    double periods = ceil(ret->length / ret->minutes - LITTLE);
    if (periods > (double)PERIODS_MOST)
        return false;
    ret->n = periods < 1 ? 1 : (size_t)periods;
    ret->pv = arena_calloc(arena, ret->n + 1, sizeof *ret->pv);
    ret->ends = arena_calloc(arena, ret->n + 1, sizeof *ret->ends);
    if (!ret->pv || !ret->ends)
        return false;
    ret->ends[0] = f->baseline_start;
    for (size_t k = 1; k < ret->n; k++)
        ret->ends[k] = working_add(f->time, ret->ends[k - 1], ret->minutes);
    ret->ends[ret->n] = f->baseline_finish;
    return true;
}

static bool curve_build(struct arena *arena, const struct sums *s, const struct ev_figures *f,
                        struct curve *ret)
{
    if (!curve_room(arena, f, ret))
        return false;
    for (size_t i = 0; i < s->n_tasks; i++) {
        struct piece one;
        double w = weight(s, &s->tasks[i]);
        if (w <= 0)
            continue;
        struct pieces pieces = pieces_of_task(s, &s->tasks[i], &one);
        double whole = work_of(&pieces);
        for (size_t k = 0; k < pieces.n; k++)
            spread(ret, &pieces.list[k], w * pieces.list[k].work / whole);
    }
    for (size_t k = 1; k <= ret->n; k++)
        ret->pv[k] += ret->pv[k - 1];
    return true;
}

// Where nothing is planned for a while, each instant of that while has the same planned value: the
// one nearest to `at` is what was earned, and time that passes there puts nobody ahead or behind.
static double on_level(const struct curve *curve, double es, double at)
{
    size_t end = (size_t)es, begin = end;
    if (es > (double)end)
        return es;
    while (begin > 0 && curve->pv[end] - curve->pv[begin - 1] <= LITTLE * curve->pv[curve->n])
        begin--;
    return fmin(es, fmax(at, (double)begin));
}

// ---- figures ----------------------------------------------------------------------------------

static void take_dates(const struct sums *s, struct ev_figures *f)
{
    for (size_t i = 0; i < s->n_tasks; i++) {
        const struct ev_task *task = &s->tasks[i];
        if (task->has_finish && (!f->has_plan_finish || task->finish > f->plan_finish)) {
            f->has_plan_finish = true;
            f->plan_finish = task->finish;
        }
        if (!task->has_baseline)
            continue;
        if (!f->has_baseline || task->baseline_start < f->baseline_start)
            f->baseline_start = task->baseline_start;
        if (!f->has_baseline || task->baseline_finish > f->baseline_finish)
            f->baseline_finish = task->baseline_finish;
        f->has_baseline = true;
    }
}

// The plan that most of the weight is in; the first of equals.
static size_t main_plan(struct arena *arena, const struct sums *s)
{
    double *weights = arena_calloc(arena, s->n_plans + 1, sizeof *weights);
    size_t best = s->n_tasks > 0 ? s->tasks[0].plan : 0;
    if (!weights)
        return best;
    for (size_t i = 0; i < s->n_tasks; i++)
        weights[s->tasks[i].plan] += weight(s, &s->tasks[i]);
    for (size_t p = 0; p < s->n_plans; p++)
        if (weights[p] > weights[best])
            best = p;
    return best;
}

// The calendar that most of a plan's work is in; the plan's own, in case of doubt.
static struct working_time *main_time(const struct sums *s, size_t plan)
{
    enum { MOST = 16 };
    struct working_time *times[MOST] = {s->plans[plan].time};
    double weights[MOST] = {0};
    size_t n = 1, best = 0;
    for (size_t i = 0; i < s->n_tasks; i++) {
        size_t k = 0;
        if (s->tasks[i].plan != plan)
            continue;
        while (k < n && times[k] != time_of(s, &s->tasks[i]))
            k++;
        if (k == MOST)
            continue;
        times[k] = time_of(s, &s->tasks[i]);
        n = k == n ? n + 1 : n;
        weights[k] += weight(s, &s->tasks[i]);
    }
    for (size_t k = 1; k < n; k++)
        best = weights[k] > weights[best] ? k : best;
    return times[best];
}

static bool rests_on_even(const struct sums *s, const struct ev_task *task, double share)
{
    struct piece one;
    return share > 0 && share < 1 && pieces_of_task(s, task, &one).even;
}

static void take_sums(const struct sums *s, struct ev_figures *f)
{
    bool planned = true;
    f->bac = f->pv = f->ev = 0;
    for (size_t i = 0; i < s->n_tasks; i++) {
        const struct ev_task *task = &s->tasks[i];
        const struct ev_plan *plan = &s->plans[task->plan];
        double w = weight(s, task);
        f->bac += w;
        f->ev += earned(s, task);
        if (w > 0 && !plan->status_from)
            planned = false;
        else if (w > 0) {
            double share = planned_share(s, task, plan->status);
            f->pv += w * share;
            f->gaps |= rests_on_even(s, task, share) ? GAP(SPREAD_EVENLY) : 0;
        }
    }
    if (!planned || !f->has_status) {
        f->pv = NAN;
        return;
    }
    f->sv = f->ev - f->pv;
    if (f->pv > 0)
        f->spi = f->ev / f->pv;
}

static void take_pace(struct arena *arena, const struct sums *s, struct ev_figures *f)
{
    struct working_time *time = f->time;
    struct curve curve;
    int64_t until = f->status;
    if (f->all_done && f->has_plan_finish && f->plan_finish < until)
        until = f->plan_finish;
    double days = working_days(time, f->baseline_start, until);
    if (f->status <= f->baseline_start)
        f->gaps |= GAP(NOT_STARTED);
    f->at = days > 0 ? days : 0;
    if (f->bac <= 0 || !curve_build(arena, s, f, &curve))
        return;
    f->es = on_level(&curve, ev_earned_schedule(curve.pv, curve.n, f->ev), f->at);
    // The last period may be a part of a day: what is earned of it counts as that part.
    double last = curve.length / curve.minutes - (double)(curve.n - 1);
    if (f->es > (double)(curve.n - 1) && last > 0 && last < 1)
        f->es = (double)(curve.n - 1) + (f->es - (double)(curve.n - 1)) * last;
    f->sv_t = f->es - f->at;
    if (f->at > 0)
        f->spi_t = f->es / f->at;
    if (f->all_done) {
        f->has_pace_finish = f->has_plan_finish;
        f->pace_finish = f->plan_finish;
    } else if (f->at > 0 && f->spi_t > 0) {
        f->has_pace_finish = true;
        f->pace_finish = working_add(time, f->baseline_start, curve.length / f->spi_t);
        if (f->pace_finish < f->status)
            f->pace_finish = f->status;
    }
}

static unsigned progress_gaps(const struct sums *s, const struct ev_figures *f)
{
    unsigned gaps = s->by_duration ? GAP(NO_WORK) : 0;
    bool any = false;
    for (size_t i = 0; i < s->n_tasks; i++) {
        any = any || s->tasks[i].percent > 0;
        gaps |= s->tasks[i].bad_percent ? GAP(BAD_PERCENT) : 0;
    }
    if (!any && !(f->gaps & GAP(NOT_STARTED)))
        gaps |= GAP(NO_PROGRESS);
    return gaps;
}

struct ev_figures ev_compute(struct arena *arena, const struct ev_plan *plans, size_t n_plans,
                             const struct ev_task *tasks, size_t n_tasks)
{
    struct sums s = {plans, tasks, n_plans, n_tasks, true};
    struct ev_figures f = {.bac = NAN,
                           .pv = NAN,
                           .ev = NAN,
                           .sv = NAN,
                           .spi = NAN,
                           .es = NAN,
                           .at = NAN,
                           .sv_t = NAN,
                           .spi_t = NAN};
    f.all_done = n_tasks > 0;
    for (size_t i = 0; i < n_tasks; i++) {
        f.all_done = f.all_done && tasks[i].done;
        f.ac += tasks[i].actual_work;
        s.by_duration = s.by_duration && !(tasks[i].has_baseline && tasks[i].baseline_work > 0);
    }
    take_dates(&s, &f);
    if (n_tasks == 0) {
        f.gaps = GAP(NO_TASKS);
        return f;
    }
    f.plan = main_plan(arena, &s);
    f.status_from = plans[f.plan].status_from;
    f.has_status = f.status_from != OKR__STATUS_FROM__STATUS_FROM_UNSPECIFIED;
    f.status = plans[f.plan].status;
    if (f.status_from != OKR__STATUS_FROM__STATUS_FROM_STATUS_DATE)
        f.gaps |= GAP(NO_STATUS_DATE);
    f.time = main_time(&s, f.plan);
    if (!f.has_baseline) {
        s.by_duration = false;
        f.gaps |= GAP(NO_BASELINE) | progress_gaps(&s, &f);
        return f;
    }
    take_sums(&s, &f);
    if (f.has_status)
        take_pace(arena, &s, &f);
    f.gaps |= progress_gaps(&s, &f);
    return f;
}

double ev_percent(const struct ev_figures *figures)
{
    static const double OPEN_MOST = 99;
    double percent = figures->bac > 0 ? 100 * figures->ev / figures->bac : NAN;
    return percent > OPEN_MOST && !figures->all_done ? OPEN_MOST : percent;
}

double ev_planned(const struct ev_plan *plans, const struct ev_task *tasks, size_t n_tasks,
                  int64_t at)
{
    struct sums s = {plans, tasks, 0, n_tasks, true};
    double sum = 0, whole = 0;
    for (size_t i = 0; i < n_tasks; i++)
        s.by_duration = s.by_duration && !(tasks[i].has_baseline && tasks[i].baseline_work > 0);
    for (size_t i = 0; i < n_tasks; i++) {
        double w = weight(&s, &tasks[i]);
        whole += w;
        if (w > 0)
            sum += w * planned_share(&s, &tasks[i], at);
    }
    return whole > 0 ? sum : NAN;
}

const char *ev_disagreement(double moved, int achieved, int undecided)
{
    if (isnan(moved))
        return NULL;
    if (moved > MOVED_POINTS && achieved == 0 && undecided == 0)
        return "moved-without-goal";
    if (moved <= 0 && achieved > 0)
        return "goal-without-move";
    return NULL;
}
