// The target of linked and of side projects: the arithmetic that board, side review and the result
// of a quarter share.
#include "server/quarter/target.h"

bool linked_is_completed(Okr__ProjectState state, bool all_done)
{
    return state == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED || all_done;
}

void side_add(struct side_sums *sums, const Okr__Progress *progress)
{
    if (!progress)
        return;
    sums->planned += progress->planned_work;
    sums->earned += progress->earned_work;
    sums->percents += progress->percent;
    sums->projects++;
}

bool side_percent(const struct side_sums *sums, double *ret)
{
    if (sums->planned <= 0)
        return false;
    *ret = 100 * sums->earned / sums->planned;
    return true;
}

bool side_mean_percent(const struct side_sums *sums, double *ret)
{
    if (sums->projects == 0)
        return false;
    *ret = sums->percents / sums->projects;
    return true;
}
