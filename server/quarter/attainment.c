// Attainment of a key result. Pure arithmetic; it knows no call and no table.
#include "server/quarter/attainment.h"

#include <math.h>

static double of_moving(double start, double target, double value)
{
    return (value - start) / (target - start) * 100;
}

static double of_kept(bool kept, double target, double value)
{
    if (kept)
        return 100;
    if (target == 0)
        return 0;
    return 100 * (1 - fabs(value - target) / fabs(target));
}

bool attainment_percent(Okr__KrKind kind, double start, double target, double value,
                        double *ret_percent)
{
    double percent = NAN;
    switch (kind) {
    case OKR__KR_KIND__KR_KIND_INCREASE_TO:
    case OKR__KR_KIND__KR_KIND_DECREASE_TO:
        percent = of_moving(start, target, value);
        break;
    case OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST:
        percent = of_kept(value >= target, target, value);
        break;
    case OKR__KR_KIND__KR_KIND_KEEP_AT_MOST:
        percent = of_kept(value <= target, target, value);
        break;
    default:
        break;
    }
    if (!isfinite(percent))
        return false;
    *ret_percent = percent == 0 ? 0 : percent; // not −0
    return true;
}
