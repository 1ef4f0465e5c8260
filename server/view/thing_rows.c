// The statements of a thing: a branch a table, of which the kind in $1 lets one through.
#include "server/view/thing_rows.h"
#include "okr/sql.h"
#include "server/quarter/key_result_rows.h"

#define THING_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, version, "t.version")                                                               \
    NEXT(text, text, "t.text")                                                                     \
    NEXT(i32, quarter_state, "t.quarter_state")                                                    \
    NEXT(i32, project_state, "t.project_state")                                                    \
    NEXT(i32, result, "t.result")                                                                  \
    NEXT(bool, ended, "t.ended")
static MESSAGE_READER(thing_take, Okr__Thing, THING_ROW);

// $1 kind, $2 name, $3 key, $4 number, $5 name as a day; columns as above.
#define NO_STATE "NULL::integer, NULL::integer, NULL::integer"

#define OKR_THINGS                                                                                 \
    "SELECT q.version, q.name AS text, q.state AS quarter_state,"                                  \
    "  NULL::integer AS project_state, NULL::integer AS result,"                                   \
    "  q.state = " SQL_QUARTER_STATE_CLOSED " AS ended FROM quarter q"                             \
    " WHERE $1::text = 'quarter' AND q.name = $2::text"                                            \
    " UNION ALL SELECT o.version, o.text, " NO_STATE ", o.dropped FROM objective o"                \
    " WHERE $1 = 'objective' AND o.id = $4::bigint"                                                \
    " UNION ALL SELECT k.version, k.text, " NO_STATE ", k.dropped FROM key_result k"               \
    " WHERE $1 = 'kr' AND k.id = $4"                                                               \
    " UNION ALL SELECT r.version, r.text, " NO_STATE ", r.dropped FROM roadmap_item r"             \
    " WHERE $1 = 'roadmap' AND r.id = $4"

#define PROJECT_THINGS                                                                             \
    "SELECT p.version, p.name, NULL, p.state, NULL, p.state >= " SQL_PROJECT_STATE_COMPLETED       \
    " FROM project p WHERE $1 = 'project' AND p.id = $4"                                           \
    " UNION ALL SELECT coalesce(d.version, 0), p.name, NULL, p.state, NULL, NULL FROM project p"   \
    " LEFT JOIN side_decision d ON d.project_id = p.id AND d.month = $5::date"                     \
    " WHERE $1 = 'side-review' AND p.id = $4"                                                      \
    " UNION ALL SELECT b.version, b.task_name, " NO_STATE ", NULL FROM plan_source s"              \
    " JOIN plan_known_task t ON t.source_id = s.id AND t.uid = $4"                                 \
    " JOIN plan_binding b ON b.source_id = s.id AND b.task_key = t.key"                            \
    " WHERE $1 = 'binding' AND s.name = $2"

#define WEEK_THINGS                                                                                \
    "SELECT g.version, g.text, NULL, NULL, g.result, g.dropped FROM goal g"                        \
    " WHERE $1 = 'goal' AND g.id = $4"                                                             \
    " UNION ALL SELECT e.version, e.text, " NO_STATE ", NULL FROM entry e"                         \
    " WHERE $1 = 'entry' AND e.id = $4"                                                            \
    " UNION ALL SELECT d.version, coalesce(d.subject, d.key), " NO_STATE                           \
    ", d.closed_at IS NOT NULL"                                                                    \
    " FROM docket_decision d WHERE $1 = 'docket' AND d.week = $5 AND d.key = $3::text"             \
    " UNION ALL SELECT e.version, $2, " NO_STATE ", e.signed_at IS NOT NULL FROM evaluation e"     \
    " WHERE $1 = 'evaluation' AND e.month = $5"                                                    \
    " UNION ALL SELECT a.version, a.text, " NO_STATE ", a.outcome IS NOT NULL"                     \
    " FROM evaluation_action a WHERE $1 = 'action' AND a.id = $4"

#define PEOPLE_THINGS                                                                              \
    "SELECT m.version, m.name, " NO_STATE ", NOT m.active FROM member m"                           \
    " WHERE $1 = 'member' AND m.handle = $2"                                                       \
    " UNION ALL SELECT s.version, NULL, " NO_STATE ", NULL FROM settings s WHERE $1 = 'settings'"

STATEMENT(thing_get, MAYBE, "tttla", ROW_LETTERS(THING_ROW),
          "SELECT " ROW_COLUMNS(THING_ROW) " FROM (" OKR_THINGS " UNION ALL " PROJECT_THINGS
                                           " UNION ALL " WEEK_THINGS " UNION ALL " PEOPLE_THINGS
                                           ") t");

static void bind_name(struct query *q, const struct thing_name *name)
{
    bind_text(q, name->kind);
    bind_text(q, name->name);
    bind_text(q, name->key);
    bind_i64(q, name->id);
    bind_opt_date(q, name->has_day, name->day);
}

struct asked thing_ask(struct call *call, const struct thing_name *name)
{
    struct query *q = call_ask(call, &thing_get);
    bind_name(q, name);
    return q->asked;
}

Okr__Thing *thing_row(struct call *call, struct asked asked)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return NULL;
    Okr__Thing *thing = NEW(call, Okr__Thing, OKR__THING__INIT);
    thing_take(&row, thing);
    return thing;
}

// ---- what is unfinished ------------------------------------------------------------------------

// A branch gives kind, thing, an order within the kind, how many days and of how much percent; $6
// is today. The numbers of the kinds are okr.v1.UnfinishedKind's.
#define OPEN_WEEKS(of)                                                                             \
    "SELECT DISTINCT " SQL_UNFINISHED_KIND_OPEN_WEEK ", 'P-' || p.id || ' ' || week_name(g.week)," \
    "  g.week - DATE '1970-01-01', NULL::integer, NULL::double precision"                          \
    " FROM project p JOIN goal g ON g.project_id = p.id AND NOT g.dropped AND g.week <= $6::date"  \
    " WHERE " of " AND p.state = " SQL_PROJECT_STATE_ACCEPTED                                      \
    "  AND NOT EXISTS (SELECT FROM week_report r WHERE r.project_id = p.id AND r.week = g.week)"

#define OF_QUARTER                                                                                 \
    "SELECT CASE p.state WHEN " SQL_PROJECT_STATE_PROPOSED                                         \
    "  THEN " SQL_UNFINISHED_KIND_UNDECIDED_PROJECT " ELSE " SQL_UNFINISHED_KIND_OPEN_PROJECT      \
    "  END AS kind, 'P-' || p.id AS thing, p.rank AS place, NULL::integer AS days,"                \
    "  NULL::double precision AS percent"                                                          \
    " FROM project p JOIN quarter q ON q.name = p.quarter"                                         \
    " WHERE $1::text = 'quarter' AND p.quarter = $2::text"                                         \
    "  AND (p.state = " SQL_PROJECT_STATE_PROPOSED "   OR p.state = " SQL_PROJECT_STATE_ACCEPTED   \
    " AND q.state = " SQL_QUARTER_STATE_OPEN ")"                                                   \
    " UNION ALL SELECT " SQL_UNFINISHED_KIND_UNDECLARED_KR ", 'KR-' || k.id, k.rank, NULL, NULL"   \
    " FROM objective o JOIN key_result k ON k.objective_id = o.id AND NOT k.dropped"               \
    " WHERE $1 = 'quarter' AND o.quarter = $2 AND NOT o.dropped"                                   \
    "  AND (SELECT s.project_ids FROM sufficiency s WHERE s.kr_id = k.id"                          \
    "   ORDER BY s.number DESC LIMIT 1) IS DISTINCT FROM " KEY_RESULT_PROJECT_SET                  \
    " UNION ALL " OPEN_WEEKS(                                                                      \
        "$1 = 'quarter' AND p.quarter = $2") " UNION ALL "                                         \
                                             "SELECT " SQL_UNFINISHED_KIND_UNSIGNED_MONTH          \
                                             ", to_char(m.day, 'YYYY-MM'),"                        \
                                             "  m.day::date - DATE '1970-01-01', NULL, NULL FROM " \
                                             "quarter q"                                           \
                                             " CROSS JOIN LATERAL generate_series(q.first_day, "   \
                                             "q.last_day, interval '1 month') m(day)"              \
                                             " WHERE $1 = 'quarter' AND q.name = $2 AND q.state "  \
                                             "= " SQL_QUARTER_STATE_OPEN                           \
                                             "  AND NOT EXISTS (SELECT FROM evaluation e WHERE "   \
                                             "e.month = m.day::date"                               \
                                             "   AND e.signed_at IS NOT NULL)"                     \
                                             " UNION ALL SELECT " SQL_UNFINISHED_KIND_DAYS_AHEAD   \
                                             ", NULL, 0, d.days, NULL FROM quarter q"              \
                                             " CROSS JOIN LATERAL (SELECT CASE q.state "           \
                                             "WHEN " SQL_QUARTER_STATE_DRAFT                       \
                                             "  THEN q.first_day - $6 "                            \
                                             "WHEN " SQL_QUARTER_STATE_OPEN                        \
                                             " THEN q.last_day - $6 END AS days) d"                \
                                             " WHERE $1 = 'quarter' AND q.name = $2 AND d.days > " \
                                             "0"

#define OF_PROJECT                                                                                 \
    OPEN_WEEKS("$1 = 'project' AND p.id = $4::bigint")                                             \
    " UNION ALL SELECT " SQL_UNFINISHED_KIND_OPEN_GOAL ", 'G-' || g.id, g.id, NULL, NULL"          \
    " FROM goal g WHERE $1 = 'project' AND g.project_id = $4 AND NOT g.dropped"                    \
    "  AND g.result IS NULL"                                                                       \
    " UNION ALL SELECT " SQL_UNFINISHED_KIND_OPEN_TASK ", NULL, 0, sum(x.unfinished)::integer,"    \
    "  CASE WHEN sum(x.planned_work) > 0 THEN 100 * sum(x.earned_work) / sum(x.planned_work)"      \
    "  ELSE sum(x.sum_percent) / nullif(sum(x.tasks), 0) END"                                      \
    " FROM plan_progress x WHERE $1 = 'project' AND x.project_id = $4"                             \
    " HAVING sum(x.unfinished) > 0"

#define OF_OTHERS                                                                                  \
    "SELECT " SQL_UNFINISHED_KIND_SERVED_BY ", 'P-' || p.id, p.rank, NULL, NULL"                   \
    " FROM project_kr x JOIN project p ON p.id = x.project_id"                                     \
    " WHERE $1 = 'kr' AND x.kr_id = $4 AND p.state <= " SQL_PROJECT_STATE_ACCEPTED                 \
    " UNION ALL SELECT " SQL_UNFINISHED_KIND_STANDING_KR ", 'KR-' || k.id, k.rank, NULL, NULL"     \
    " FROM key_result k WHERE $1 = 'objective' AND k.objective_id = $4 AND NOT k.dropped"          \
    " UNION ALL SELECT " SQL_UNFINISHED_KIND_LED_PROJECT ", 'P-' || p.id, p.rank, NULL, NULL"      \
    " FROM member m JOIN project p ON p.lead_id = m.id"                                            \
    " WHERE $1 = 'member' AND m.handle = $2 AND p.state = " SQL_PROJECT_STATE_ACCEPTED             \
    " UNION ALL SELECT " SQL_UNFINISHED_KIND_UNMEASURED_KR ", 'KR-' || k.id, k.rank, NULL, NULL"   \
    " FROM evaluation e JOIN objective o ON o.quarter = e.quarter AND NOT o.dropped"               \
    " JOIN key_result k ON k.objective_id = o.id AND NOT k.dropped"                                \
    " WHERE $1 = 'evaluation' AND e.month = $5::date"                                              \
    "  AND NOT EXISTS (SELECT FROM measurement v WHERE v.kr_id = k.id AND v.day > e.month"         \
    "   AND v.day <= (e.month + interval '1 month')::date)"

#define UNFINISHED_ROW(FIRST, NEXT)                                                                \
    FIRST(i32, kind, "u.kind")                                                                     \
    NEXT(i32, count, "coalesce(max(u.days), count(*)::integer)")                                   \
    NEXT(texts, things,                                                                            \
         "(array_agg(u.thing ORDER BY u.place) FILTER (WHERE u.thing IS NOT NULL))[1:5]")          \
    NEXT(double, percent, "max(u.percent)")
static MESSAGE_READER(unfinished_take, Okr__Unfinished, UNFINISHED_ROW);

STATEMENT(thing_unfinished, MANY, "tttlaa", ROW_LETTERS(UNFINISHED_ROW),
          "SELECT " ROW_COLUMNS(
              UNFINISHED_ROW) " FROM (" OF_QUARTER " UNION ALL " OF_PROJECT " UNION ALL " OF_OTHERS
                              ") u WHERE $3::text IS NOT NULL GROUP BY u.kind ORDER BY u.kind");

struct asked thing_unfinished_ask(struct call *call, const struct thing_name *name)
{
    struct query *q = call_ask(call, &thing_unfinished);
    bind_name(q, name);
    bind_date(q, name->today);
    return q->asked;
}

MESSAGE_LIST(thing_unfinished_rows, Okr__Unfinished, OKR__UNFINISHED__INIT, unfinished_take);
