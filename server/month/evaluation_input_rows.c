// Statements that gather a month's evidence. Each is one pass over what the quarter has.
#include "server/month/evaluation_input_rows.h"
#include "okr/sql.h"

// $1 is the quarter.
#define LINE                                                                                       \
    "WITH RECURSIVE line AS (SELECT k.id AS of_id, k.id AS kr_id, 0 AS depth, o.product, k.text,"  \
    "  k.unit, q.first_day, row_number() OVER (ORDER BY o.rank, o.id, k.rank, k.id) AS place"      \
    " FROM quarter q JOIN objective o ON o.quarter = q.name AND NOT o.dropped"                     \
    "  JOIN key_result k ON k.objective_id = o.id AND NOT k.dropped WHERE q.name = $1"             \
    " UNION ALL SELECT l.of_id, before.id, l.depth + 1, l.product, l.text, l.unit, q.first_day,"   \
    "  l.place FROM line l JOIN quarter q ON q.last_day = l.first_day - 1"                         \
    " CROSS JOIN LATERAL (SELECT k.id FROM objective o JOIN key_result k ON k.objective_id = o.id" \
    "  WHERE o.quarter = q.name AND NOT o.dropped AND NOT k.dropped AND o.product = l.product"     \
    "  AND k.text = l.text AND k.unit = l.unit ORDER BY o.rank, k.rank, k.id LIMIT 1) before"      \
    " WHERE l.depth < 8) "

_Static_assert(EVALUATION_QUARTERS_BACK == 8, "the statement says how far back");

#define LINE_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, id, "k.id")                                                                         \
    NEXT(text, quarter, "q.name")                                                                  \
    NEXT(day, first_day, "q.first_day")                                                            \
    NEXT(day, last_day, "q.last_day")                                                              \
    NEXT(text, text, "k.text")                                                                     \
    NEXT(text, unit, "k.unit")                                                                     \
    NEXT(i32, kind, "k.kind")                                                                      \
    NEXT(double, start, "k.start_value")                                                           \
    NEXT(double, target, "k.target_value")                                                         \
    NEXT(double, noise_percent, "k.noise_percent")
static MESSAGE_READER(line_take, Okr__SnapshotKr, LINE_ROW);

STATEMENT(
    evaluation_lines, MANY, "t", "l" ROW_LETTERS(LINE_ROW),
    LINE "SELECT l.of_id, " ROW_COLUMNS(
        LINE_ROW) " FROM line l JOIN key_result k ON k.id = l.kr_id"
                  " JOIN objective o ON o.id = k.objective_id JOIN quarter q ON q.name = o.quarter"
                  " ORDER BY l.place, l.depth");

struct asked input_lines_ask(struct call *call, const char *quarter)
{
    struct query *q = call_ask(call, &evaluation_lines);
    bind_text(q, quarter);
    return q->asked;
}

struct input_line input_line_row(struct call *call, struct row *row)
{
    struct input_line line = {.of = take_i64(row)};
    line.kr = NEW(call, Okr__SnapshotKr, OKR__SNAPSHOT_KR__INIT);
    line_take(row, line.kr);
    return line;
}

#define VALUE_ROW(FIRST, NEXT)                                                                     \
    FIRST(i64, id, "m.id")                                                                         \
    NEXT(i64, kr_id, "m.kr_id")                                                                    \
    NEXT(day, day, "m.day")                                                                        \
    NEXT(double, value, "m.value")
static MESSAGE_READER(value_take, Okr__SnapshotValue, VALUE_ROW);

STATEMENT(evaluation_values, MANY, "ta", "l" ROW_LETTERS(VALUE_ROW),
          LINE "SELECT l.of_id, " ROW_COLUMNS(
              VALUE_ROW) " FROM line l"
                         " JOIN measurement m ON m.kr_id = l.kr_id WHERE m.day <= $2"
                         " AND NOT EXISTS (SELECT FROM measurement c WHERE c.corrects = m.id)"
                         " ORDER BY l.of_id, m.day, m.id");

struct asked input_values_ask(struct call *call, const char *quarter, int32_t last)
{
    struct query *q = call_ask(call, &evaluation_values);
    bind_text(q, quarter);
    bind_date(q, last);
    return q->asked;
}

Okr__SnapshotValue *input_value_row(struct call *call, struct row *row, int64_t *ret_of)
{
    Okr__SnapshotValue *value = NEW(call, Okr__SnapshotValue, OKR__SNAPSHOT_VALUE__INIT);
    *ret_of = take_i64(row);
    value_take(row, value);
    return value;
}

#define FACTOR_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, id, "f.id")                                                                         \
    NEXT(i64, kr_id, "f.kr_id")                                                                    \
    NEXT(day, day, "f.day")                                                                        \
    NEXT(text, text, "f.text")                                                                     \
    NEXT(text, author, "m.handle")
static MESSAGE_READER(factor_take, Okr__ExternalFactor, FACTOR_ROW);

STATEMENT(
    evaluation_factors, MANY, "taa", "l" ROW_LETTERS(FACTOR_ROW),
    LINE "SELECT l.of_id, " ROW_COLUMNS(
        FACTOR_ROW) " FROM line l"
                    " JOIN external_factor f ON f.kr_id = l.kr_id JOIN member m ON m.id = f.author"
                    " WHERE f.day BETWEEN $2 AND $3 ORDER BY l.of_id, f.day, f.id");

struct asked input_factors_ask(struct call *call, const char *quarter, int32_t first, int32_t last)
{
    struct query *q = call_ask(call, &evaluation_factors);
    bind_text(q, quarter);
    bind_date(q, first);
    bind_date(q, last);
    return q->asked;
}

Okr__ExternalFactor *input_factor_row(struct call *call, struct row *row, int64_t *ret_of)
{
    Okr__ExternalFactor *factor = NEW(call, Okr__ExternalFactor, OKR__EXTERNAL_FACTOR__INIT);
    *ret_of = take_i64(row);
    factor_take(row, factor);
    return factor;
}

#define PROJECT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "p.id")                                                                         \
    NEXT(text, name, "p.name")                                                                     \
    NEXT(i32, state, "was.state")                                                                  \
    NEXT(i32, goals, "coalesce(goals.total, 0)")                                                   \
    NEXT(i32, goals_achieved, "coalesce(goals.achieved, 0)")                                       \
    NEXT(i32, goals_missed, "coalesce(goals.missed, 0)")
static MESSAGE_READER(project_take, Okr__SnapshotProject, PROJECT_ROW);

// The state that the last decision left it in; a re-scoping leaves it as it is.
#define TURN(decision, state) " WHEN " decision " THEN " state
#define UNDER_WAY SQL_PROJECT_STATE_ACCEPTED ", " SQL_PROJECT_STATE_COMPLETED
STATEMENT(
    evaluation_projects, MANY, "tzaa", ROW_LETTERS(PROJECT_ROW) "L",
    "SELECT " ROW_COLUMNS(
        PROJECT_ROW) ","
                     " ARRAY(SELECT x.kr_id FROM project_kr x WHERE x.project_id = p.id ORDER BY "
                     "x.kr_id)"
                     " FROM project p"
                     " JOIN LATERAL (SELECT CASE d.decision" TURN(
                         SQL_DECISION_ACCEPT,
                         SQL_PROJECT_STATE_ACCEPTED) TURN(SQL_DECISION_REJECT,
                                                          SQL_PROJECT_STATE_REJECTED)
                         TURN(SQL_DECISION_DROP, SQL_PROJECT_STATE_DROPPED) TURN(
                             SQL_DECISION_COMPLETE,
                             SQL_PROJECT_STATE_COMPLETED) " ELSE " SQL_PROJECT_STATE_ACCEPTED
                                                          " END AS state FROM project_decision d"
                                                          "  WHERE d.project_id = p.id AND "
                                                          "d.decision <> " SQL_DECISION_RESCOPE
                                                          "  AND d.decided_at < $2 ORDER BY d.id "
                                                          "DESC LIMIT 1) was ON true"
                                                          " LEFT JOIN (SELECT g.project_id, "
                                                          "count(*)::integer AS total,"
                                                          "   (count(*) FILTER (WHERE g.result "
                                                          "= " SQL_GOAL_RESULT_ACHIEVED
                                                          "))::integer AS achieved,"
                                                          "   (count(*) FILTER (WHERE g.result "
                                                          "= " SQL_GOAL_RESULT_MISSED
                                                          "))::integer AS missed"
                                                          "  FROM goal g WHERE NOT g.dropped AND "
                                                          "g.week BETWEEN $3::date - 3 AND "
                                                          "$4::date - 3"
                                                          "  GROUP BY g.project_id) goals ON "
                                                          "goals.project_id = p.id"
                                                          " WHERE p.quarter = $1 AND p.kind "
                                                          "= " SQL_PROJECT_KIND_LINKED
                                                          " AND was.state IN (" UNDER_WAY
                                                          ") ORDER BY p.rank, p.id");

struct asked input_projects_ask(struct call *call, const char *quarter, int64_t end, int32_t first,
                                int32_t last)
{
    struct query *q = call_ask(call, &evaluation_projects);
    bind_text(q, quarter);
    bind_time(q, end);
    bind_date(q, first);
    bind_date(q, last);
    return q->asked;
}

Okr__SnapshotProject *input_project_row(struct call *call, struct row *row, int64_t **ret_kr_ids,
                                        size_t *ret_n)
{
    Okr__SnapshotProject *project = NEW(call, Okr__SnapshotProject, OKR__SNAPSHOT_PROJECT__INIT);
    project_take(row, project);
    *ret_n = take_i64s(row, ret_kr_ids);
    SET(project, tasks, 0);
    SET(project, assigned_tasks, 0);
    return project;
}

// A date-time is text YYYY-MM-DDTHH:MM:SS, which sorts as time does.
#define STATUS "left(coalesce(v.header->>'statusDate', v.header->>'lastSaved'), 10)"
#define VERSION_ROW(FIRST, NEXT) FIRST(i64, id, "v.id") NEXT(i64, stand_in, "c.id")
STRUCT_READER(input_version_take, struct input_version, VERSION_ROW);

STATEMENT(evaluation_versions, MANY, "a", ROW_LETTERS(VERSION_ROW),
          "SELECT DISTINCT ON (v.source_id) " ROW_COLUMNS(
              VERSION_ROW) " FROM plan_version v"
                           " LEFT JOIN plan_baseline_choice b ON b.source_id = v.source_id"
                           " LEFT JOIN plan_version c ON c.source_id = b.source_id AND c.number = "
                           "b.number"
                           " WHERE v.published_at IS NOT NULL AND " STATUS " <= $1::date::text"
                           " ORDER BY v.source_id, " STATUS " DESC, v.number DESC");

struct asked input_versions_ask(struct call *call, int32_t last)
{
    struct query *q = call_ask(call, &evaluation_versions);
    bind_date(q, last);
    return q->asked;
}

STATEMENT(evaluation_revision, ONE, "", "l", "SELECT revision FROM head");

struct asked input_revision_ask(struct call *call)
{
    return call_ask(call, &evaluation_revision)->asked;
}
