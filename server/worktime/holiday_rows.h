// Public holidays: rows of the admin's, a day each.
#ifndef OKR_SERVER_WORKTIME_HOLIDAY_ROWS_H
#define OKR_SERVER_WORKTIME_HOLIDAY_ROWS_H

#include "server/call/call.h"

// Of [from, to], by day.
struct asked holidays_ask(struct call *call, int32_t from, int32_t to);
Okr__HolidayList *holidays_list(struct call *call, struct asked asked);
int32_t *holidays_days(struct call *call, struct asked asked, size_t *ret_n);

// Takes all of [from, to] away and enters these: two statements, no rows.
void holidays_ask_replace(struct call *call, int32_t from, int32_t to, const int32_t *days,
                          char *const *names, size_t n);

#endif
