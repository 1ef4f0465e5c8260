// Fields of a request as values: their form was checked by the contract (okr/v1/check.proto) before
// the method started, so that none of these can fail. It must not know a rule.
#ifndef OKR_SERVER_CALL_FIELD_H
#define OKR_SERVER_CALL_FIELD_H

#include "server/call/call.h"

// Days are counted from 1970-01-01, as everywhere.
int32_t field_day(const struct call *call, const char *day);   // absent: today
int32_t field_week(const struct call *call, const char *week); // its Monday; absent: this week's
int32_t field_month(const struct call *call,
                    const char *month);                      // its first day; absent: this month's
char *field_quarter(struct call *call, const char *quarter); // in the arena; absent: today's

#endif
