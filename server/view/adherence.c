// InsightService: whether the process itself ran in time (R10): weekly goals, Monday reviews, side
// reviews, measurements, monthly evaluations, and the review of the quarter. Each line is a
// process, over a quarter; nothing here is about a person (R11). What is not due yet and not done
// does not count.
//
// Due: a project's week at the due time of the settings (R39); a Monday review by the end of its
// due day, which a holiday moves (R34); a side review by the end of its month (R24); a key result's
// value of a month (R42) by the end of the first day of the next one; the evaluation of a month
// (R43, R49) is signed by the end of the next month, when the next one falls due; a quarter, whose
// closing is the review of its linked projects (R23), is closed by the end of the month after it,
// when the evaluation of its last month is signed.
#include <string.h>
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/worktime/due_day.h"
#include "server/call/guard.h"
#include "server/week/week.h"
#include "server/week/week_due.h"
#include "server/view/adherence_rows.h"
#include "server/worktime/holiday_rows.h"
#include "server/quarter/quarter_rows.h"

enum { PROCESSES = 6 };

struct adherence {
    const char *quarter;
    struct asked in_quarter, weeks, mondays, holidays, side, measured, evaluated;
    int32_t first_monday, last_monday; // that begin in the quarter, up to today
    struct adherence_months months;
    int64_t opened_at, closed_at; // of the quarter; closed_at: INT64_MAX while it is open
    Okr__Adherence *reply;
};

// --- Counting

// A line, with the periods that it was late or missing in: a period once, however often.
static Okr__AdherenceLine *add_line(struct call *call, const char *process, size_t most_periods)
{
    const struct adherence *adherence = call->state;
    Okr__AdherenceLine *line = NEW(call, Okr__AdherenceLine, OKR__ADHERENCE_LINE__INIT);
    line->process = call_printf(call, "%s", process);
    SET(line, due, 0);
    SET(line, on_time, 0);
    SET(line, late, 0);
    SET(line, missing, 0);
    line->periods_late = NEW_ARRAY(call, char *, most_periods);
    line->periods_missing = NEW_ARRAY(call, char *, most_periods);
    adherence->reply->lines[adherence->reply->n_lines++] = line;
    return line;
}

static void add_period(char **periods, size_t *n, char *period)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(periods[i], period) == 0)
            return;
    periods[(*n)++] = period;
}

static void tally(Okr__AdherenceLine *line, char *period, Okr__Timeliness timeliness)
{
    if (timeliness == OKR__TIMELINESS__TIMELINESS_ON_TIME) {
        line->on_time++;
    } else if (timeliness == OKR__TIMELINESS__TIMELINESS_LATE) {
        line->late++;
        add_period(line->periods_late, &line->n_periods_late, period);
    } else if (timeliness == OKR__TIMELINESS__TIMELINESS_MISSING) {
        line->missing++;
        add_period(line->periods_missing, &line->n_periods_missing, period);
    } else {
        return;
    }
    line->due++;
}

// Done once for all, by an instant.
static Okr__Timeliness timeliness_of(bool done, int64_t done_at, int64_t due_at, int64_t now)
{
    if (done)
        return done_at <= due_at ? OKR__TIMELINESS__TIMELINESS_ON_TIME
                                 : OKR__TIMELINESS__TIMELINESS_LATE;
    return now > due_at ? OKR__TIMELINESS__TIMELINESS_MISSING : OKR__TIMELINESS__TIMELINESS_NOT_DUE;
}

// The quarter was open when it fell due.
static bool was_asked_for(const struct adherence *adherence, int64_t due_at)
{
    return adherence->opened_at <= due_at && adherence->closed_at > due_at;
}

// --- The processes

static void count_weeks(struct call *call)
{
    const struct adherence *adherence = call->state;
    size_t most = (size_t)asked_count(call, adherence->weeks);
    Okr__AdherenceLine *line = add_line(call, "weekly-goals", most);
    for (struct row row = asked_begin(call, adherence->weeks); row_next(&row);) {
        struct adherence_week week;
        adherence_week_take(&row, &week);
        struct week_facts facts = {
            .closed = week.closed,
            .late = week.late,
            .has_goals = week.has_goals,
            .under_way = week.has_since,
            .since = week.since,
            .not_asked = !week.asked,
            .due_at = week_due_at(call, week.monday),
        };
        tally(line, week_text(call, week.monday), week_timeliness(&facts, call->now));
    }
}

static bool find_monday(struct call *call, int32_t monday, int64_t *ret_at)
{
    const struct adherence *adherence = call->state;
    for (struct row row = asked_begin(call, adherence->mondays); row_next(&row);) {
        struct adherence_monday done;
        adherence_monday_take(&row, &done);
        if (done.monday == monday) {
            *ret_at = done.at;
            return true;
        }
    }
    return false;
}

static void count_mondays(struct call *call)
{
    const struct adherence *adherence = call->state;
    size_t n_holidays;
    int32_t *holidays = holidays_days(call, adherence->holidays, &n_holidays);
    int32_t weeks = (adherence->last_monday - adherence->first_monday) / 7 + 1;
    Okr__AdherenceLine *line = add_line(call, "monday-review", (size_t)(weeks > 0 ? weeks : 0));
    int unknown = year_without_holidays(adherence->first_monday, adherence->last_monday, holidays,
                                        n_holidays);
    if (unknown)
        SET(adherence->reply, year_without_holidays, unknown);
    for (int32_t monday = adherence->first_monday; monday <= adherence->last_monday; monday += 7) {
        int64_t done_at = 0;
        int64_t due_at = local_to_us(monday_due_day(monday, holidays, n_holidays) + 1, 0) - 1;
        if (!was_asked_for(adherence, due_at))
            continue;
        bool done = find_monday(call, monday, &done_at);
        tally(line, week_text(call, monday), timeliness_of(done, done_at, due_at, call->now));
    }
}

static char *month_name(struct call *call, const struct adherence *adherence, int month)
{
    return call_printf(call, "%.7s", adherence->months.names[month]);
}

static void count_side_reviews(struct call *call)
{
    const struct adherence *adherence = call->state;
    Okr__AdherenceLine *line = add_line(call, "side-review", ADHERENCE_MONTHS);
    for (struct row row = asked_begin(call, adherence->side); row_next(&row);) {
        struct adherence_month month;
        struct adherence_side side;
        adherence_month_take(&row, &month);
        adherence_side_take(&row, &side);
        int64_t due_at = adherence->months.ends_at[month.month] - 1;
        if (was_asked_for(adherence, due_at))
            tally(line, month_name(call, adherence, month.month),
                  timeliness_of(side.listed == side.decided, month.at, due_at, call->now));
    }
}

static void count_measurements(struct call *call)
{
    const struct adherence *adherence = call->state;
    Okr__AdherenceLine *line = add_line(call, "measurement", ADHERENCE_MONTHS);
    for (struct row row = asked_begin(call, adherence->measured); row_next(&row);) {
        struct adherence_month month;
        adherence_month_take(&row, &month);
        int64_t ends_at = adherence->months.ends_at[month.month];
        int64_t due_at = local_to_us(local_days(ends_at) + 1, 0) - 1;
        if (was_asked_for(adherence, ends_at - 1))
            tally(line, month_name(call, adherence, month.month),
                  timeliness_of(month.has_at, month.at, due_at, call->now));
    }
}

static void count_evaluations(struct call *call)
{
    const struct adherence *adherence = call->state;
    Okr__AdherenceLine *line = add_line(call, "evaluation", ADHERENCE_MONTHS);
    for (struct row row = asked_begin(call, adherence->evaluated); row_next(&row);) {
        struct adherence_month month;
        adherence_month_take(&row, &month);
        int64_t ends_at = adherence->months.ends_at[month.month];
        int64_t due_at = local_to_us(month_of(local_days(ends_at), 1), 0) - 1;
        if (was_asked_for(adherence, ends_at - 1))
            tally(line, month_name(call, adherence, month.month),
                  timeliness_of(month.has_at, month.at, due_at, call->now));
    }
}

static void count_quarter_review(struct call *call)
{
    const struct adherence *adherence = call->state;
    Okr__AdherenceLine *line = add_line(call, "quarter-review", 1);
    int64_t ends_at = adherence->months.ends_at[ADHERENCE_MONTHS - 1];
    int64_t due_at = local_to_us(month_of(local_days(ends_at), 1), 0) - 1;
    bool done = adherence->closed_at != INT64_MAX;
    if (adherence->opened_at <= ends_at - 1)
        tally(line, call_printf(call, "%s", adherence->quarter),
              timeliness_of(done, adherence->closed_at, due_at, call->now));
}

// --- The rounds

static void get_adherence_answer(struct call *call)
{
    struct adherence *adherence = call->state;
    struct quarter_range quarter;
    if (!quarter_range_row(call, adherence->in_quarter, &quarter)) {
        guard_not_found(call, adherence->quarter);
        return;
    }
    adherence->opened_at = quarter.has_opened_at ? quarter.opened_at : INT64_MAX;
    adherence->closed_at = quarter.has_closed_at ? quarter.closed_at : INT64_MAX;
    adherence->reply = NEW(call, Okr__Adherence, OKR__ADHERENCE__INIT);
    adherence->reply->quarter = call_printf(call, "%s", adherence->quarter);
    adherence->reply->lines = NEW_ARRAY(call, Okr__AdherenceLine *, PROCESSES);
    count_weeks(call);
    count_mondays(call);
    count_side_reviews(call);
    count_measurements(call);
    count_evaluations(call);
    count_quarter_review(call);
    call_reply(call, &adherence->reply->base);
}

// The weeks that begin in the quarter, as far as they have begun, and its months.
static void fill_periods(struct call *call, struct adherence *adherence)
{
    int year, q;
    int32_t first, last;
    if (!quarter_parse(adherence->quarter, &year, &q))
        return;
    quarter_range(year, q, call->settings->fiscal_first_month, &first, &last);
    int32_t today = call_today(call);
    adherence->first_monday = week_of(first + 6);
    adherence->last_monday = week_of(today < last ? today : last);
    for (int i = 0; i < ADHERENCE_MONTHS; i++) {
        char day[DATE_SIZE];
        date_format(month_of(first, i), day);
        adherence->months.names[i] = call_printf(call, "%s", day);
        adherence->months.ends_at[i] = local_to_us(month_of(first, i + 1), 0);
    }
}

static void get_adherence(struct call *call, const Okr__GetAdherenceRequest *request)
{
    struct adherence *adherence = NEW_ARRAY(call, struct adherence, 1);
    adherence->quarter = field_quarter(call, request->quarter);
    fill_periods(call, adherence);
    call->state = adherence;
    adherence->in_quarter = quarter_range_ask(call, adherence->quarter);
    adherence->weeks = adherence_weeks_ask(call, adherence->quarter, adherence->first_monday,
                                           adherence->last_monday);
    adherence->mondays =
        adherence_mondays_ask(call, adherence->first_monday, adherence->last_monday);
    adherence->holidays = holidays_ask(call, years_first_day(adherence->first_monday),
                                       years_last_day(adherence->last_monday + DUE_HOLIDAY_DAYS));
    adherence->side = adherence_side_ask(call, adherence->quarter, &adherence->months);
    adherence->measured = adherence_measured_ask(call, adherence->quarter, &adherence->months);
    adherence->evaluated = adherence_signed_ask(call, adherence->quarter, &adherence->months);
    call->then = get_adherence_answer;
}

// What is missing follows from the clock, so a reply is not kept for others.
HANDLER(insight_get_adherence, get_adherence);
