// The one row of settings.
#ifndef OKR_SERVER_PEOPLE_SETTINGS_ROWS_H
#define OKR_SERVER_PEOPLE_SETTINGS_ROWS_H

#include "server/call/call.h"

#define SETTINGS_ROW(FIRST, NEXT)                                                                  \
    FIRST(i32, fiscal_first_month, "fiscal_first_month")                                           \
    NEXT(text, time_zone, "time_zone")                                                             \
    NEXT(i32, weekly_due_day, "weekly_due_day")                                                    \
    NEXT(i32, weekly_due_minute, "weekly_due_minute")                                              \
    NEXT(i32, side_target_percent, "side_target_percent")                                          \
    NEXT(i32, token_days, "token_days")                                                            \
    NEXT(i64, version, "version")                                                                  \
    NEXT(i32, review_months, "review_months")
#define SETTINGS_COLUMNS ROW_COLUMNS(SETTINGS_ROW)
#define SETTINGS_LETTERS ROW_LETTERS(SETTINGS_ROW)

struct asked settings_ask(struct call *call);
// Absent fields stay. Counts the version up; answers with the row as it is then.
struct asked settings_ask_update(struct call *call, const Okr__Settings *change);
// The one row. NULL: it was not there yet, in a past that far back.
Okr__Settings *settings_read(struct call *call, struct asked asked);

void settings_take(struct row *row, Okr__Settings *ret);

// Whether there is a quarter that is not closed.
struct asked settings_ask_quarter_runs(struct call *call);

#endif
