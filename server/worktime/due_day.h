// When something that is due on a Monday is due where the Monday is a holiday (R34). Arithmetic on
// days: it knows no rows and no call.
#ifndef OKR_SERVER_WORKTIME_DUE_DAY_H
#define OKR_SERVER_WORKTIME_DUE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DUE_HOLIDAY_DAYS = 28 }; // after the Monday, that holidays have to be known of

// The Monday, or the next day that is neither a holiday nor on a weekend. The day moves, the week
// does not. Days since 1970-01-01; the holidays in any order.
int32_t monday_due_day(int32_t monday, const int32_t *holidays, size_t n_holidays);

#endif
