// Statements of adherence, each above the function that binds it.
#include "server/view/adherence_rows.h"
#include "common/calendar.h"
#include "server/project/side_review_rows.h"
#include "server/week/trial_rows.h"

// $1 quarter, $2 first and $3 last Monday, $4 when the first week ends. Which weeks ask for a
// project, and since when it is under way, is as server/week/week_rows.c has it for one week.
#define ADHERENCE_ASKED                                                                            \
    GOALS_ASKED_BEFORE("$4::timestamptz + (s.monday::date - $2::date) * interval '1 day'")

STATEMENT(adherence_weeks, MANY, "taaz", "abbbzb",
          "SELECT w.monday, r.project_id IS NOT NULL, coalesce(r.late, false), w.has_goals,"
          " CASE WHEN w.state = 2 THEN (SELECT greatest(w.opened_at, min(d.decided_at))"
          "  FROM project_decision d WHERE d.project_id = w.id AND d.decision = 1) END, w.asked"
          " FROM (SELECT s.monday::date AS monday, p.id, p.state, q.opened_at, q.first_day,"
          "  q.last_day, EXISTS (SELECT FROM goal g WHERE g.project_id = p.id"
          "   AND g.week = s.monday::date AND NOT g.dropped) AS has_goals,"
          "  " ADHERENCE_ASKED " AS asked"
          "  FROM project p JOIN quarter q ON q.name = p.quarter"
          "  CROSS JOIN generate_series($2::date, $3::date, interval '7 days') s(monday)"
          "  WHERE p.quarter = $1 AND p.state IN (2, 3) AND q.opened_at IS NOT NULL) w"
          " LEFT JOIN week_report r ON r.project_id = w.id AND r.week = w.monday"
          " WHERE w.has_goals OR (w.state = 2 AND w.asked AND w.first_day <= w.monday + 6"
          "  AND w.last_day >= w.monday) ORDER BY w.monday, w.id");

void adherence_weeks_ask(struct call *call, const char *quarter, int32_t from, int32_t to)
{
    struct query *q = call_ask(call, &adherence_weeks);
    bind_text(q, quarter);
    bind_date(q, from);
    bind_date(q, to);
    bind_time(q, local_to_us(from + 7, 0));
}

struct adherence_week adherence_week_row(const struct rows *rows, int row)
{
    return (struct adherence_week){
        .monday = row_date(rows, row, 0),
        .closed = row_bool(rows, row, 1),
        .late = row_bool(rows, row, 2),
        .has_goals = row_bool(rows, row, 3),
        .under_way = !row_null(rows, row, 4),
        .since = row_time(rows, row, 4),
        .asked = row_bool(rows, row, 5),
    };
}

// What a decision left open was counted when it was made: none left, and the docket was through.
STATEMENT(adherence_mondays, MANY, "aa", "az",
          "SELECT d.week, min(d.decided_at) FROM docket_decision d"
          " WHERE d.week BETWEEN $1 AND $2 AND d.open_left = 0 GROUP BY d.week ORDER BY d.week");

void adherence_mondays_ask(struct call *call, int32_t from, int32_t to)
{
    struct query *q = call_ask(call, &adherence_mondays);
    bind_date(q, from);
    bind_date(q, to);
}

// $2 first days of months, $3 instants at which they end.
#define MONTHS "unnest($2::text[], $3::timestamptz[]) WITH ORDINALITY m(first_day, ends_at, number)"

static void ask_months(struct call *call, const struct statement *statement, const char *quarter,
                       const struct adherence_months *months)
{
    struct query *q = call_ask(call, statement);
    bind_text(q, quarter);
    bind_text_array(q, months->names, ADHERENCE_MONTHS);
    bind_time_array(q, months->ends_at, ADHERENCE_MONTHS);
}

STATEMENT(adherence_measured, MANY, "tTZ", "iz",
          "SELECT m.number::integer - 1, (SELECT min(x.recorded_at) FROM measurement x"
          "  WHERE x.kr_id = k.id AND x.corrects IS NULL AND x.day > m.first_day::date"
          "  AND x.day <= (m.first_day::date + interval '1 month')::date)"
          " FROM objective o JOIN key_result k ON k.objective_id = o.id CROSS JOIN " MONTHS
          " WHERE o.quarter = $1 AND NOT o.dropped AND NOT k.dropped ORDER BY m.number, k.id");

void adherence_measured_ask(struct call *call, const char *quarter,
                            const struct adherence_months *months)
{
    ask_months(call, &adherence_measured, quarter, months);
}

STATEMENT(adherence_side, MANY, "tTZ", "iiiz",
          "SELECT m.number::integer - 1, count(*)::integer, count(sd.month)::integer,"
          " max(sd.first_at) FROM " MONTHS
          " JOIN project p ON p.quarter = $1 AND p.kind = 2 AND " SIDE_LISTED_BEFORE(
              "m.ends_at") " LEFT JOIN side_decision sd ON sd.project_id = p.id AND sd.month = "
                           "m.first_day::date"
                           " GROUP BY m.number ORDER BY m.number");

void adherence_side_ask(struct call *call, const char *quarter,
                        const struct adherence_months *months)
{
    ask_months(call, &adherence_side, quarter, months);
}

STATEMENT(adherence_signed, MANY, "tTZ", "iz",
          "SELECT m.number::integer - 1, e.signed_at FROM quarter q CROSS JOIN " MONTHS
          " LEFT JOIN evaluation e ON e.month = m.first_day::date"
          " WHERE q.name = $1 ORDER BY m.number");

void adherence_signed_ask(struct call *call, const char *quarter,
                          const struct adherence_months *months)
{
    ask_months(call, &adherence_signed, quarter, months);
}
