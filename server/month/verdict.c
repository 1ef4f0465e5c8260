// The table of R45, and what goes into it. It must not know where its figures come from.
#include "server/month/verdict.h"

#include <math.h>

const double verdict_attained_percent = 95;

static bool to_keep(Okr__KrKind kind)
{
    return kind == OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST ||
           kind == OKR__KR_KIND__KR_KIND_KEEP_AT_MOST;
}

static bool upwards(Okr__KrKind kind)
{
    return kind == OKR__KR_KIND__KR_KIND_INCREASE_TO || kind == OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST;
}

double verdict_noise_band(Okr__KrKind kind, double start, double target, double noise_percent)
{
    return noise_percent / 100 * (to_keep(kind) ? fabs(target) : fabs(target - start));
}

Okr__Movement verdict_movement(Okr__KrKind kind, double target, double band, double before,
                               double now)
{
    if (to_keep(kind) && (upwards(kind) ? now >= target : now <= target))
        return OKR__MOVEMENT__MOVEMENT_KEPT;
    double towards = upwards(kind) ? now - before : before - now;
    // A sum such as 2.0 + 0.075 is off by the last digits of its terms.
    double rounding = 1e-12 * (fabs(before) + fabs(now));
    if (towards > band + rounding)
        return OKR__MOVEMENT__MOVEMENT_MOVED;
    if (-towards > band + rounding)
        return OKR__MOVEMENT__MOVEMENT_AWAY;
    return OKR__MOVEMENT__MOVEMENT_NOT_MOVED;
}

bool verdict_counts_as_moved(Okr__Movement movement)
{
    return movement == OKR__MOVEMENT__MOVEMENT_MOVED || movement == OKR__MOVEMENT__MOVEMENT_KEPT;
}

enum verdict_answer verdict_executed(const struct verdict_work *work)
{
    if (work->behind || work->unplanned)
        return VERDICT_NO;
    if (work->unknown)
        return VERDICT_CANNOT_TELL;
    return work->attained ? VERDICT_YES : VERDICT_NO_WORK;
}

static Okr__Verdict of_unmoved(const struct verdict_facts *facts)
{
    if (facts->executed == VERDICT_YES)
        return facts->months_unmoved >= facts->review_months
                   ? OKR__VERDICT__VERDICT_REVIEW_OKR_AND_PLAN
                   : OKR__VERDICT__VERDICT_CONTINUE;
    if (facts->executed == VERDICT_NO_WORK || (facts->breakdown_gap && !facts->left_undone))
        return OKR__VERDICT__VERDICT_BREAKDOWN;
    return OKR__VERDICT__VERDICT_EXECUTION;
}

Okr__Verdict verdict_of(const struct verdict_facts *facts)
{
    bool unmoved = facts->movement == OKR__MOVEMENT__MOVEMENT_NOT_MOVED ||
                   facts->movement == OKR__MOVEMENT__MOVEMENT_AWAY;
    bool moved = verdict_counts_as_moved(facts->movement);
    if (facts->executed == VERDICT_CANNOT_TELL || (!moved && !unmoved))
        return OKR__VERDICT__VERDICT_INSUFFICIENT_DATA;
    if (unmoved)
        return of_unmoved(facts);
    if (facts->executed == VERDICT_NO_WORK)
        return OKR__VERDICT__VERDICT_INSUFFICIENT_DATA;
    return facts->executed == VERDICT_YES ? OKR__VERDICT__VERDICT_ON_TRACK
                                          : OKR__VERDICT__VERDICT_EXECUTION_BEHIND;
}

bool verdict_limits_of(const double *values, size_t n, struct verdict_limits *ret)
{
    if (n < VERDICT_LIMIT_POINTS)
        return false;
    double sum = 0, ranges = 0;
    for (size_t i = 0; i < n; i++) {
        sum += values[i];
        ranges += i ? fabs(values[i] - values[i - 1]) : 0;
    }
    double mean = sum / (double)n;
    double reach = 2.66 * ranges / (double)(n - 1);
    if (!isfinite(mean) || !isfinite(reach))
        return false;
    ret->mean = mean;
    ret->lower = mean - reach;
    ret->upper = mean + reach;
    ret->signal = values[n - 1] < ret->lower || values[n - 1] > ret->upper;
    return true;
}
