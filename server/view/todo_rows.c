// The statement of what waits for a member.
#include "server/view/todo_rows.h"
#include "server/quarter/key_result_rows.h"
#include "server/identity/question_rows.h"
#include "server/project/side_review_rows.h"
#include "server/week/trial_rows.h"

// $1 actor; $2 dev lead, $3 program manager, $4 PL, $5 PdM, $6 BI engineer; $7 today, $8 this
// Monday, $9 due day of a week; $10 first days of the last month and this one, $11 when they end;
// $12 due day of the Monday review. The numbers of the kinds are okr.v1.TodoKind's.
#define MONTHS "unnest($10::text[], $11::timestamptz[]) m(first_day, ends_at)"
#define NEXT_MONTH "(m.first_day::date + interval '1 month')::date"
#define IN_QUARTER                                                                                 \
    "m.first_day::date BETWEEN q.first_day AND q.last_day AND q.opened_at < m.ends_at"
#define SIDE_LISTED SIDE_LISTED_BEFORE("m.ends_at")
#define STANDING_KRS                                                                               \
    "quarter q JOIN objective o ON o.quarter = q.name AND NOT o.dropped"                           \
    " JOIN key_result k ON k.objective_id = o.id AND NOT k.dropped"

// A PL's weeks: to be closed, without goals.
#define WEEKS                                                                                      \
    "SELECT 1 AS kind, g.week + $9::integer - 1 AS due, 'P-' || p.id AS subject,"                  \
    "  week_name(g.week) || ' ' || p.name AS text"                                                 \
    " FROM project p JOIN quarter q ON q.name = p.quarter AND q.state = 2"                         \
    " JOIN (SELECT DISTINCT project_id, week FROM goal WHERE NOT dropped) g"                       \
    "  ON g.project_id = p.id"                                                                     \
    " WHERE $4::boolean AND p.lead_id = $1 AND p.state = 2 AND " GOALS_ASKED                       \
    " AND g.week <= $8::date AND NOT EXISTS (SELECT FROM week_report r"                            \
    "  WHERE r.project_id = p.id AND r.week = g.week)"                                             \
    " UNION ALL SELECT 2, $8::date + $9::integer - 1, 'P-' || p.id,"                               \
    "  week_name($8::date) || ' ' || p.name"                                                       \
    " FROM project p JOIN quarter q ON q.name = p.quarter AND q.state = 2"                         \
    " WHERE $4::boolean AND p.lead_id = $1 AND p.state = 2 AND " GOALS_ASKED                       \
    "  AND $7::date BETWEEN q.first_day AND q.last_day"                                            \
    "  AND NOT EXISTS (SELECT FROM goal g WHERE g.project_id = p.id AND g.week = $8::date"         \
    "   AND NOT g.dropped)"                                                                        \
    "  AND NOT EXISTS (SELECT FROM week_report r WHERE r.project_id = p.id AND r.week = $8::date)"

// The program manager's Monday, what was to be followed up, and what files do not tell of tasks.
#define MONDAY                                                                                     \
    "SELECT 3, $12::date, week_name($8::date), NULL FROM quarter q"                                \
    " WHERE $3::boolean AND q.state = 2 AND $7::date BETWEEN q.first_day AND q.last_day"           \
    "  AND NOT EXISTS (SELECT FROM docket_decision d WHERE d.week = $8::date AND d.open_left = 0)" \
    " UNION ALL SELECT 13, d.follow_up_week, week_name(d.week), d.follow_up"                       \
    " FROM docket_decision d WHERE $3::boolean AND d.follow_up IS NOT NULL"                        \
    "  AND d.closed_at IS NULL AND d.follow_up_week <= $8::date"                                   \
    " UNION ALL SELECT 110, NULL, s.name, t.name " PLAN_QUESTION_OPEN                              \
    "  AND $3::boolean GROUP BY s.name, q.id, t.name"

// Projects: decided before the quarter opens (R17), and each with a lead.
#define PROJECTS                                                                                   \
    "SELECT 4, CASE WHEN q.state = 1 THEN q.first_day END, 'P-' || p.id, p.name"                   \
    " FROM project p JOIN quarter q ON q.name = p.quarter"                                         \
    " WHERE $2::boolean AND p.state = 1 AND q.state <> 3"                                          \
    " UNION ALL SELECT 11, NULL, 'P-' || p.id, p.name"                                             \
    " FROM project p JOIN quarter q ON q.name = p.quarter"                                         \
    " WHERE ($2::boolean OR $3::boolean) AND p.state = 2 AND p.lead_id IS NULL AND q.state <> 3"

// Key results: measured by month, declared once the set of projects has changed.
#define KEY_RESULTS                                                                                \
    "SELECT 5, " NEXT_MONTH ", 'KR-' || k.id, k.text FROM " STANDING_KRS " CROSS JOIN " MONTHS     \
    " WHERE $6::boolean AND q.state = 2 AND " IN_QUARTER                                           \
    "  AND NOT EXISTS (SELECT FROM measurement x WHERE x.kr_id = k.id"                             \
    "   AND x.day > m.first_day::date AND x.day <= " NEXT_MONTH ")"                                \
    " UNION ALL SELECT 9, CASE WHEN q.state = 1 THEN q.first_day END, 'KR-' || k.id, k.text"       \
    " FROM " STANDING_KRS " WHERE $2::boolean AND q.state <> 3"                                    \
    "  AND cardinality(" KEY_RESULT_PROJECT_SET ") > 0"                                            \
    "  AND (SELECT s.project_ids FROM sufficiency s WHERE s.kr_id = k.id"                          \
    "   ORDER BY s.number DESC LIMIT 1) IS DISTINCT FROM " KEY_RESULT_PROJECT_SET

// By month: the evaluation of one that is over, the side review; actions for a role of mine.
#define BY_MONTH                                                                                   \
    "SELECT CASE WHEN e.month IS NULL THEN 6 ELSE 7 END,"                                          \
    "  (" NEXT_MONTH " + interval '1 month')::date - 1, left(m.first_day, 7), NULL"                \
    " FROM quarter q CROSS JOIN " MONTHS " LEFT JOIN evaluation e ON e.month = m.first_day::date"  \
    " WHERE q.opened_at IS NOT NULL AND " IN_QUARTER " AND " NEXT_MONTH " <= $7::date"             \
    "  AND e.signed_at IS NULL"                                                                    \
    "  AND CASE WHEN e.month IS NULL THEN $3::boolean OR $6::boolean ELSE $2::boolean END"         \
    " UNION ALL SELECT 8, " NEXT_MONTH " - 1, left(m.first_day, 7), NULL"                          \
    " FROM quarter q CROSS JOIN " MONTHS " WHERE $2::boolean AND q.state = 2 AND " IN_QUARTER      \
    "  AND EXISTS (SELECT FROM project p WHERE p.quarter = q.name AND p.kind = 2"                  \
    "   AND " SIDE_LISTED " AND NOT EXISTS (SELECT FROM side_decision sd"                          \
    "    WHERE sd.project_id = p.id AND sd.month = m.first_day::date))"                            \
    " UNION ALL SELECT 12, a.due, left(a.month::text, 7), a.text FROM evaluation_action a"         \
    " WHERE NOT a.done AND a.due <= $7::date + 7 AND EXISTS (SELECT FROM member_role mr"           \
    "  WHERE mr.member_id = $1 AND mr.role = a.owner_role)"

// Unbound work, the quarters, and what the plan gives me.
#define PLAN                                                                                       \
    "SELECT 10, NULL, s.name, round(g.planned_work / 60) || ' h'"                                  \
    " FROM plan_progress g JOIN plan_source s ON s.id = g.source_id"                               \
    " WHERE $3::boolean AND g.project_id = 0 AND g.planned_work > 0"                               \
    " UNION ALL SELECT 15, q.first_day, q.name, NULL FROM quarter q"                               \
    " WHERE $5::boolean AND q.state = 1 AND q.first_day <= $7::date + 14"                          \
    " UNION ALL SELECT 150, q.last_day, q.name, NULL FROM quarter q"                               \
    " WHERE $5::boolean AND q.state = 2 AND q.last_day < $7::date"                                 \
    " UNION ALL SELECT 16, left(t.finish, 10)::date, s.name || '#' || t.uid, t.name"               \
    " FROM plan_source s JOIN plan_task t ON t.version_id = s.published_version"                   \
    " JOIN task_project tp ON tp.source_id = s.id AND tp.task_uid = t.uid AND tp.leaf"             \
    " LEFT JOIN project p ON p.id = tp.project_id"                                                 \
    " WHERE t.active AND NOT t.is_null AND coalesce(t.percent_complete, 0) < 100"                  \
    "  AND (p.id IS NULL OR p.state = 2)"                                                          \
    "  AND (t.start IS NULL OR t.start < to_char($8::date + 7, 'YYYY-MM-DD'))"                     \
    "  AND t.uid IN (SELECT a.task_uid FROM plan_assignment a JOIN plan_person pp"                 \
    "   ON pp.source_id = s.id AND pp.resource_uid = a.resource_uid"                               \
    "   WHERE a.version_id = s.published_version AND pp.member_id = $1)"

#define TODO_ROW(FIRST, NEXT)                                                                      \
    FIRST(i32, kind, "x.kind")                                                                     \
    NEXT(day, due, "x.due")                                                                        \
    NEXT(text, subject, "x.subject")                                                               \
    NEXT(text, text, "x.text")
static MESSAGE_READER(todo_take, Okr__TodoItem, TODO_ROW);
MESSAGE_LIST(todo_list, Okr__TodoItem, OKR__TODO_ITEM__INIT, todo_take);

STATEMENT(todo_items, MANY, "lbbbbbaaiTZa", ROW_LETTERS(TODO_ROW),
          "SELECT " ROW_COLUMNS(TODO_ROW) " FROM (" WEEKS " UNION ALL " MONDAY
                                          " UNION ALL " PROJECTS " UNION ALL " KEY_RESULTS
                                          " UNION ALL " BY_MONTH " UNION ALL " PLAN
                                          ") x ORDER BY x.due NULLS LAST, x.kind, x.subject");

struct asked todo_ask(struct call *call, const struct todo_question *question)
{
    struct query *q = call_ask(call, &todo_items);
    bind_i64(q, call->actor.member_id);
    bind_bool(q, question->dev_lead);
    bind_bool(q, question->program_manager);
    bind_bool(q, question->pl);
    bind_bool(q, question->pdm);
    bind_bool(q, question->bi);
    bind_date(q, question->today);
    bind_date(q, question->monday);
    bind_i32(q, question->due_day);
    bind_text_array(q, question->months, TODO_MONTHS);
    bind_time_array(q, question->ends_at, TODO_MONTHS);
    bind_date(q, question->monday_due);
    return q->asked;
}
