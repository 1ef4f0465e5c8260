// What tells whether a process ran in time, over one quarter: weeks and months with the instants at
// which they were done. By process, never by person. It knows tables, not rules.
#ifndef OKR_SERVER_VIEW_ADHERENCE_ROWS_H
#define OKR_SERVER_VIEW_ADHERENCE_ROWS_H

#include "server/call/call.h"

enum { ADHERENCE_MONTHS = 3 };

// The months of a quarter: their first days, and the instants (microseconds UTC) at which they end.
struct adherence_months {
    char *names[ADHERENCE_MONTHS]; // "2021-02-01"
    int64_t ends_at[ADHERENCE_MONTHS];
};

// Weekly goals: a row a week, from that Monday to that one, and project that the week asks for.
void adherence_weeks_ask(struct call *call, const char *quarter, int32_t from, int32_t to);
struct adherence_week {
    int32_t monday;
    bool closed, late, has_goals;
    bool under_way; // accepted, in a quarter that was opened: both since `since`
    int64_t since;  // microseconds UTC
    bool asked;     // for goals, when the week ended (R41)
};
struct adherence_week adherence_week_row(const struct rows *rows, int row);

// Monday reviews: a row a week whose docket has been decided to its last line: the Monday, and
// when.
void adherence_mondays_ask(struct call *call, int32_t from, int32_t to);

// Measurements: a row a month and key result that is not dropped: index of the month, and when its
// value was first recorded, NULL: never. A month's value is dated from its second day to the first
// of the next month, as the monthly evaluation reads it.
void adherence_measured_ask(struct call *call, const char *quarter,
                            const struct adherence_months *months);

// Side reviews: a row a month with side projects on the list: index of the month, how many, how
// many of them with a decision, and when the last of them was first decided on.
void adherence_side_ask(struct call *call, const char *quarter,
                        const struct adherence_months *months);

// Monthly evaluations: a row a month: index of the month, and when it was signed, NULL: it was not.
void adherence_signed_ask(struct call *call, const char *quarter,
                          const struct adherence_months *months);

#endif
