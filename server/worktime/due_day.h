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

// The first year from that of one day to that of another of which no holiday is known: a due day in
// it may be one. 0: each has some. The holidays of all these years, in any order.
int year_without_holidays(int32_t from, int32_t to, const int32_t *holidays, size_t n_holidays);
// The first and the last day of the years from that of `from` to that of `to`.
int32_t years_first_day(int32_t from);
int32_t years_last_day(int32_t to);

#endif
