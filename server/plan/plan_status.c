// See the header.
#include "server/plan/plan_status.h"
#include "server/worktime/working_time.h"

Okr__StatusFrom plan_status(const Okr__PlanHeader *header, int64_t *ret)
{
    if (!header)
        return OKR__STATUS_FROM__STATUS_FROM_UNSPECIFIED;
    if (wall_parse(header->status_date, ret))
        return OKR__STATUS_FROM__STATUS_FROM_STATUS_DATE;
    if (wall_parse(header->current_date, ret))
        return OKR__STATUS_FROM__STATUS_FROM_CURRENT_DATE;
    if (wall_parse(header->last_saved, ret))
        return OKR__STATUS_FROM__STATUS_FROM_LAST_SAVED;
    return OKR__STATUS_FROM__STATUS_FROM_UNSPECIFIED;
}
