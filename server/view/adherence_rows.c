// Statements of adherence, each above the function that binds it.
#include "server/view/adherence_rows.h"
#include "common/calendar.h"
#include "okr/sql.h"
#include "server/project/side_review_rows.h"
#include "server/week/trial_rows.h"

// $1 quarter, $2 first and $3 last Monday, $4 when the first week ends. Which weeks ask for a
// project, and since when it is under way, is as server/week/week_rows.c has it for one week.
#define ADHERENCE_ASKED                                                                            \
    GOALS_ASKED_BEFORE("$4::timestamptz + (s.monday::date - $2::date) * interval '1 day'")

#define ADHERENCE_WEEK_ROW(FIRST, NEXT)                                                            \
    FIRST(date, monday, "w.monday")                                                                \
    NEXT(bool, closed, "r.project_id IS NOT NULL")                                                 \
    NEXT(bool, late, "coalesce(r.late, false)")                                                    \
    NEXT(bool, has_goals, "w.has_goals")                                                           \
    NEXT(opt_time, since,                                                                          \
         "CASE WHEN w.state = " SQL_PROJECT_STATE_ACCEPTED                                         \
         " THEN (SELECT greatest(w.opened_at, min(d.decided_at)) FROM project_decision d"          \
         "  WHERE d.project_id = w.id AND d.decision = " SQL_DECISION_ACCEPT ") END")              \
    NEXT(bool, asked, "w.asked")
STRUCT_READER(adherence_week_take, struct adherence_week, ADHERENCE_WEEK_ROW);

STATEMENT(
    adherence_weeks, MANY, "taaz", ROW_LETTERS(ADHERENCE_WEEK_ROW),
    "SELECT " ROW_COLUMNS(
        ADHERENCE_WEEK_ROW) " FROM (SELECT s.monday::date AS monday, p.id, p.state, q.opened_at, "
                            "q.first_day,"
                            "  q.last_day, EXISTS (SELECT FROM goal g WHERE g.project_id = p.id"
                            "   AND g.week = s.monday::date AND NOT g.dropped) AS has_goals,"
                            "  " ADHERENCE_ASKED " AS asked"
                            "  FROM project p JOIN quarter q ON q.name = p.quarter"
                            "  CROSS JOIN generate_series($2::date, $3::date, interval '7 days') "
                            "s(monday)"
                            "  WHERE p.quarter = $1 AND p.state IN (" SQL_PROJECT_STATE_ACCEPTED
                            ", " SQL_PROJECT_STATE_COMPLETED ") AND q.opened_at IS NOT NULL) w"
                            " LEFT JOIN week_report r ON r.project_id = w.id AND r.week = w.monday"
                            " WHERE w.has_goals OR (w.state = " SQL_PROJECT_STATE_ACCEPTED
                            " AND w.asked AND w.first_day <= w.monday + 6"
                            "  AND w.last_day >= w.monday) ORDER BY w.monday, w.id");

struct asked adherence_weeks_ask(struct call *call, const char *quarter, int32_t from, int32_t to)
{
    struct query *q = call_ask(call, &adherence_weeks);
    bind_text(q, quarter);
    bind_date(q, from);
    bind_date(q, to);
    bind_time(q, local_to_us(from + 7, 0));
    return q->asked;
}

// What a decision left open was counted when it was made: none left, and the docket was through.
#define MONDAY_ROW(FIRST, NEXT) FIRST(date, monday, "d.week") NEXT(time, at, "min(d.decided_at)")
STRUCT_READER(adherence_monday_take, struct adherence_monday, MONDAY_ROW);

STATEMENT(adherence_mondays, MANY, "aa", ROW_LETTERS(MONDAY_ROW),
          "SELECT " ROW_COLUMNS(MONDAY_ROW) " FROM docket_decision d"
                                            " WHERE d.week BETWEEN $1 AND $2 AND d.open_left = 0 "
                                            "GROUP BY d.week ORDER BY d.week");

struct asked adherence_mondays_ask(struct call *call, int32_t from, int32_t to)
{
    struct query *q = call_ask(call, &adherence_mondays);
    bind_date(q, from);
    bind_date(q, to);
    return q->asked;
}

// $2 first days of months, $3 instants at which they end.
#define MONTHS "unnest($2::text[], $3::timestamptz[]) WITH ORDINALITY m(first_day, ends_at, number)"

// `at`: when it was done.
#define MONTH_ROW(FIRST, NEXT)                                                                     \
    FIRST(i32, month, "m.number::integer - 1") NEXT(opt_time, at, "done.at")
STRUCT_READER(adherence_month_take, struct adherence_month, MONTH_ROW);

static struct asked ask_months(struct call *call, const struct statement *statement,
                               const char *quarter, const struct adherence_months *months)
{
    struct query *q = call_ask(call, statement);
    bind_text(q, quarter);
    bind_text_array(q, months->names, ADHERENCE_MONTHS);
    bind_time_array(q, months->ends_at, ADHERENCE_MONTHS);
    return q->asked;
}

STATEMENT(
    adherence_measured, MANY, "tTZ", ROW_LETTERS(MONTH_ROW),
    "SELECT " ROW_COLUMNS(
        MONTH_ROW) " FROM objective o JOIN key_result k ON k.objective_id = o.id CROSS JOIN " MONTHS
                   " CROSS JOIN LATERAL (SELECT min(x.recorded_at) AS at FROM measurement x"
                   "  WHERE x.kr_id = k.id AND x.corrects IS NULL AND x.day > m.first_day::date"
                   "  AND x.day <= (m.first_day::date + interval '1 month')::date) done"
                   " WHERE o.quarter = $1 AND NOT o.dropped AND NOT k.dropped ORDER BY m.number, "
                   "k.id");

struct asked adherence_measured_ask(struct call *call, const char *quarter,
                                    const struct adherence_months *months)
{
    return ask_months(call, &adherence_measured, quarter, months);
}

#define SIDE_ROW(FIRST, NEXT) FIRST(i32, listed, "done.listed") NEXT(i32, decided, "done.decided")
STRUCT_READER(adherence_side_take, struct adherence_side, SIDE_ROW);

STATEMENT(
    adherence_side, MANY, "tTZ", ROW_LETTERS(MONTH_ROW) ROW_LETTERS(SIDE_ROW),
    "SELECT " ROW_COLUMNS(MONTH_ROW) ", " ROW_COLUMNS(
        SIDE_ROW) " FROM " MONTHS " CROSS JOIN LATERAL (SELECT count(*)::integer AS listed,"
                  "  count(sd.month)::integer AS decided, max(sd.first_at) AS at FROM project p"
                  "  LEFT JOIN side_decision sd ON sd.project_id = p.id AND sd.month = "
                  "m.first_day::date"
                  "  WHERE p.quarter = $1 AND p.kind = " SQL_PROJECT_KIND_SIDE
                  "  AND " SIDE_LISTED_BEFORE(
                      "m.ends_at") ") done"
                                   " WHERE done.listed > 0 ORDER BY m.number");

struct asked adherence_side_ask(struct call *call, const char *quarter,
                                const struct adherence_months *months)
{
    return ask_months(call, &adherence_side, quarter, months);
}

STATEMENT(adherence_signed, MANY, "tTZ", ROW_LETTERS(MONTH_ROW),
          "SELECT " ROW_COLUMNS(
              MONTH_ROW) " FROM quarter q CROSS JOIN " MONTHS
                         " LEFT JOIN (SELECT e.month, e.signed_at AS at FROM evaluation e) done"
                         "  ON done.month = m.first_day::date"
                         " WHERE q.name = $1 ORDER BY m.number");

struct asked adherence_signed_ask(struct call *call, const char *quarter,
                                  const struct adherence_months *months)
{
    return ask_months(call, &adherence_signed, quarter, months);
}
