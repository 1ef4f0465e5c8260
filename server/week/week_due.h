// When a week is due, and whether its closing was on time (R39). Numbers only: no calls, no rows,
// no clock; the organisation's time zone is the process's (TZ).
#ifndef OKR_SERVER_WEEK_WEEK_DUE_H
#define OKR_SERVER_WEEK_WEEK_DUE_H

#include <stdbool.h>
#include <stdint.h>
#include "okr/v1/week.pb-c.h"

// The instant, in microseconds UTC, by which the week that begins on `monday` is to be closed:
// `due_day` is an ISO week day (1 Monday … 7 Sunday), `due_minute` counts from that day's midnight.
int64_t week_due(int32_t monday, int due_day, int due_minute);

// A closing at the very due time is on time.
bool week_is_late(int64_t closed_at, int64_t due_at);

struct week_facts {
    bool closed;
    bool late; // as recorded when it was closed
    bool has_goals;
    bool under_way; // the project was accepted in a quarter that was opened …
    int64_t since;  // … both since this instant, microseconds UTC
    int64_t due_at;
    bool not_asked; // the practice was off for the project (R41)
};

// Missing is what nobody closed by its due time: a week with goals, or a week without any of a
// project that was under way already when it fell due (R35). Where goals are not asked for, none
// is missing.
Okr__Timeliness week_timeliness(const struct week_facts *facts, int64_t now);

Okr__WeekState week_state(bool closed, bool has_goals);

#endif
