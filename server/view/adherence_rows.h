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
struct asked adherence_weeks_ask(struct call *call, const char *quarter, int32_t from, int32_t to);
struct adherence_week {
    int32_t monday;
    bool closed, late, has_goals;
    bool has_since; // accepted, in a quarter that was opened …
    int64_t since;  // … both since this instant, microseconds UTC
    bool asked;     // for goals, when the week ended (R41)
};
void adherence_week_take(struct row *row, struct adherence_week *ret);

// Monday reviews: a row a week whose docket has been decided to its last line: the Monday, and
// when.
struct asked adherence_mondays_ask(struct call *call, int32_t from, int32_t to);
struct adherence_monday {
    int32_t monday;
    int64_t at; // microseconds UTC
};
void adherence_monday_take(struct row *row, struct adherence_monday *ret);

// What the rows of a month say, below: the index of the month, and when it was done.
struct adherence_month {
    int32_t month;
    bool has_at;
    int64_t at; // microseconds UTC
};
void adherence_month_take(struct row *row, struct adherence_month *ret);

// Measurements: a row a month and key result that is not dropped; when its value was first
// recorded. A month's value is dated from its second day to the first
// of the next month, as the monthly evaluation reads it.
struct asked adherence_measured_ask(struct call *call, const char *quarter,
                                    const struct adherence_months *months);

// Side reviews: a row a month with side projects on the list; when the last of them was first
// decided on, and behind it how many there are, and how many of them have a decision.
struct asked adherence_side_ask(struct call *call, const char *quarter,
                                const struct adherence_months *months);
struct adherence_side {
    int32_t listed, decided;
};
void adherence_side_take(struct row *row, struct adherence_side *ret);

// Monthly evaluations: a row a month; when it was signed.
struct asked adherence_signed_ask(struct call *call, const char *quarter,
                                  const struct adherence_months *months);

#endif
