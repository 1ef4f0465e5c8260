// What a compiled calendar is, for the files that compile it and count with it.
#ifndef OKR_SERVER_WORKTIME_WORKING_TIME_PRIVATE_H
#define OKR_SERVER_WORKTIME_WORKING_TIME_PRIVATE_H

#include "server/worktime/working_time.h"

enum {
    WORKING_DAY = 1440, // minutes
    SPANS_MOST = 16,    // of one day
};

struct span { // of a day, in minutes since its midnight; may reach into the next one
    int16_t from, to;
};
struct pattern {
    struct span spans[SPANS_MOST]; // in order, apart from each other
    int n;
    int minutes;
};
struct exception {
    int32_t from, to; // days, both included
    const Okr__PlanCalendarException *rule;
    struct pattern pattern;
};
struct working_time {
    struct arena *arena;
    double day_minutes;
    struct pattern week[7]; // from Sunday
    struct exception *exceptions;
    size_t n_exceptions;
    const struct working_time *both[2]; // NULL, or the two whose common time this is
    // What was looked up already: days first … first + count - 1.
    int32_t first;
    int32_t count;
    const struct pattern **days;
    int64_t *before; // working minutes of the days of the table before this one
};

// The rule that makes this day: an exception's, else its week day's. What two calendars have in
// common is made in the arena of `time`; NULL when that is exhausted.
const struct pattern *working_pattern(const struct working_time *time, int32_t day);

#endif
