// The instant up to which a version's percentages tell, and which date of the file it is. It knows
// a header, no rows and no call.
#ifndef OKR_SERVER_PLAN_PLAN_STATUS_H
#define OKR_SERVER_PLAN_PLAN_STATUS_H

#include <stdint.h>
#include "okr/v1/plan_analysis.pb-c.h"

// The status date, else the file's current date (which MS Project takes then, too), else the date
// that it was saved at. STATUS_FROM_UNSPECIFIED: it names none of them, *ret is untouched.
Okr__StatusFrom plan_status(const Okr__PlanHeader *header, int64_t *ret);

#endif
