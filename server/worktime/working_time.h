// Working time of a plan: how much of it lies between two wall-clock instants, and where so much of
// it ends. Made from the calendars that a plan version brings along.
//
// Arithmetic only: it knows no database, no call and no time zone. An instant is the wall clock's
// text "YYYY-MM-DDTHH:MM:SS" as seconds since 1970-01-01T00:00:00 of that same wall clock.
#ifndef OKR_SERVER_WORKTIME_WORKING_TIME_H
#define OKR_SERVER_WORKTIME_WORKING_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"
#include "okr/v1/plan.pb-c.h"

enum { WALL_SIZE = 20 }; // "2026-10-30T17:00:00"

// False for anything else (NULL too), *ret untouched. Fractions of a second are cut off.
bool wall_parse(const char *text, int64_t *ret);
void wall_format(int64_t wall, char buf[WALL_SIZE]);
int64_t wall_of_day(int32_t day); // 00:00 of a day (days since 1970-01-01)
int32_t wall_day(int64_t wall);

struct working_time;

// The calendar with this UID over its chain of base calendars; whatever the chain leaves open, and
// a UID that is absent, negative or not there, is the standard one: Monday to Friday, 8:00–12:00
// and 13:00–17:00. Which rule makes a day, first to last: an exception of the calendar, of its
// base, …; its week day, its base's, …; the standard one. Exceptions recur as MS Project's XML
// says: daily, weekly, monthly, yearly, by day or by position; other kinds count as daily. In the
// arena, and lives as long. NULL when the arena is exhausted.
struct working_time *working_time_new(struct arena *arena, Okr__PlanCalendar *const *calendars,
                                      size_t n_calendars, bool has_uid, int64_t uid);
// The calendar that the plan's header names, and its minutes a day.
struct working_time *working_time_of_plan(struct arena *arena, const Okr__PlanHeader *header,
                                          Okr__PlanCalendar *const *calendars, size_t n_calendars);

// All of the clock: what elapsed durations are counted in.
struct working_time *working_time_always(struct arena *arena);
// When both work: MS Project's rule for a task with a calendar of its own and the people on it.
struct working_time *working_time_both(struct arena *arena, const struct working_time *a,
                                       const struct working_time *b);
// As the plan counts its days, whatever calendar this is.
void working_count_days_as(struct working_time *time, const struct working_time *plan);

// What a day of duration is: the plan's minutes per day, 480 when it says none.
double working_day_minutes(const struct working_time *time);

// Working minutes from one instant to another; negative when `to` comes first. The years 1950 to
// 2149 are known, instants beyond are taken as their ends.
double working_minutes(struct working_time *time, int64_t from, int64_t to);
// The same in days of working_day_minutes().
double working_days(struct working_time *time, int64_t from, int64_t to);
// The earliest instant by which so many working minutes have passed since `from`; for none `from`
// itself, moved to the next working instant only by what comes after. Negative minutes go back. The
// end of what is known when there are not so many.
int64_t working_add(struct working_time *time, int64_t from, double minutes);

// By days, as a calendar on the wall: does work begin on this day, the next such day after it, and
// how many of them lie in (from, to].
bool working_is_day(struct working_time *time, int32_t day);
int32_t working_next_day(struct working_time *time, int32_t day);
int32_t working_day_count(struct working_time *time, int32_t from, int32_t to);

#endif
