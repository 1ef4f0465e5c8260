// Statements that gather a month's evidence. Each is one pass over what the quarter has.
#include "server/month/evaluation_input_rows.h"

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

STATEMENT(evaluation_lines, MANY, "t", "lltaattiddd",
          LINE "SELECT l.of_id, k.id, q.name, q.first_day, q.last_day, k.text, k.unit, k.kind,"
               " k.start_value, k.target_value, k.noise_percent"
               " FROM line l JOIN key_result k ON k.id = l.kr_id"
               " JOIN objective o ON o.id = k.objective_id JOIN quarter q ON q.name = o.quarter"
               " ORDER BY l.place, l.depth");

void input_lines_ask(struct call *call, const char *quarter)
{
    bind_text(call_ask(call, &evaluation_lines), quarter);
}

struct input_line input_line_row(struct call *call, const struct rows *rows, int row)
{
    Okr__SnapshotKr *kr = NEW(call, Okr__SnapshotKr, OKR__SNAPSHOT_KR__INIT);
    SET(kr, id, row_i64(rows, row, 1));
    kr->quarter = row_text(rows, row, 2);
    kr->first_day = row_date_text(rows, row, 3);
    kr->last_day = row_date_text(rows, row, 4);
    kr->text = row_text(rows, row, 5);
    kr->unit = row_text(rows, row, 6);
    SET(kr, kind, (Okr__KrKind)row_i32(rows, row, 7));
    SET(kr, start, row_double(rows, row, 8));
    SET(kr, target, row_double(rows, row, 9));
    SET(kr, noise_percent, row_double(rows, row, 10));
    return (struct input_line){row_i64(rows, row, 0), kr};
}

STATEMENT(evaluation_values, MANY, "ta", "lllad",
          LINE "SELECT l.of_id, m.id, m.kr_id, m.day, m.value FROM line l"
               " JOIN measurement m ON m.kr_id = l.kr_id WHERE m.day <= $2"
               " AND NOT EXISTS (SELECT FROM measurement c WHERE c.corrects = m.id)"
               " ORDER BY l.of_id, m.day, m.id");

void input_values_ask(struct call *call, const char *quarter, int32_t last)
{
    struct query *q = call_ask(call, &evaluation_values);
    bind_text(q, quarter);
    bind_date(q, last);
}

Okr__SnapshotValue *input_value_row(struct call *call, const struct rows *rows, int row,
                                    int64_t *ret_of)
{
    Okr__SnapshotValue *value = NEW(call, Okr__SnapshotValue, OKR__SNAPSHOT_VALUE__INIT);
    *ret_of = row_i64(rows, row, 0);
    SET(value, id, row_i64(rows, row, 1));
    SET(value, kr_id, row_i64(rows, row, 2));
    value->day = row_date_text(rows, row, 3);
    SET(value, value, row_double(rows, row, 4));
    return value;
}

STATEMENT(evaluation_factors, MANY, "taa", "lllatt",
          LINE "SELECT l.of_id, f.id, f.kr_id, f.day, f.text, m.handle FROM line l"
               " JOIN external_factor f ON f.kr_id = l.kr_id JOIN member m ON m.id = f.author"
               " WHERE f.day BETWEEN $2 AND $3 ORDER BY l.of_id, f.day, f.id");

void input_factors_ask(struct call *call, const char *quarter, int32_t first, int32_t last)
{
    struct query *q = call_ask(call, &evaluation_factors);
    bind_text(q, quarter);
    bind_date(q, first);
    bind_date(q, last);
}

Okr__ExternalFactor *input_factor_row(struct call *call, const struct rows *rows, int row,
                                      int64_t *ret_of)
{
    Okr__ExternalFactor *factor = NEW(call, Okr__ExternalFactor, OKR__EXTERNAL_FACTOR__INIT);
    *ret_of = row_i64(rows, row, 0);
    SET(factor, id, row_i64(rows, row, 1));
    SET(factor, kr_id, row_i64(rows, row, 2));
    factor->day = row_date_text(rows, row, 3);
    factor->text = row_text(rows, row, 4);
    factor->author = row_text(rows, row, 5);
    return factor;
}

// The state that the last decision left it in; a re-scoping (5) leaves it as it is.
STATEMENT(evaluation_projects, MANY, "tzaa", "ltiLiii",
          "SELECT p.id, p.name, was.state,"
          " ARRAY(SELECT x.kr_id FROM project_kr x WHERE x.project_id = p.id ORDER BY x.kr_id),"
          " coalesce(goals.total, 0), coalesce(goals.achieved, 0), coalesce(goals.missed, 0)"
          " FROM project p"
          " JOIN LATERAL (SELECT CASE d.decision WHEN 1 THEN 2 WHEN 2 THEN 4 WHEN 3 THEN 5"
          "   WHEN 4 THEN 3 ELSE 2 END AS state FROM project_decision d"
          "  WHERE d.project_id = p.id AND d.decision <> 5 AND d.decided_at < $2"
          "  ORDER BY d.id DESC LIMIT 1) was ON true"
          " LEFT JOIN (SELECT g.project_id, count(*)::integer AS total,"
          "   (count(*) FILTER (WHERE g.result = 1))::integer AS achieved,"
          "   (count(*) FILTER (WHERE g.result = 2))::integer AS missed"
          "  FROM goal g WHERE NOT g.dropped AND g.week BETWEEN $3::date - 3 AND $4::date - 3"
          "  GROUP BY g.project_id) goals ON goals.project_id = p.id"
          " WHERE p.quarter = $1 AND p.kind = 1 AND was.state IN (2, 3) ORDER BY p.rank, p.id");

void input_projects_ask(struct call *call, const char *quarter, int64_t end, int32_t first,
                        int32_t last)
{
    struct query *q = call_ask(call, &evaluation_projects);
    bind_text(q, quarter);
    bind_time(q, end);
    bind_date(q, first);
    bind_date(q, last);
}

Okr__SnapshotProject *input_project_row(struct call *call, const struct rows *rows, int row,
                                        int64_t **ret_kr_ids, size_t *ret_n)
{
    Okr__SnapshotProject *project = NEW(call, Okr__SnapshotProject, OKR__SNAPSHOT_PROJECT__INIT);
    SET(project, id, row_i64(rows, row, 0));
    project->name = row_text(rows, row, 1);
    SET(project, state, (Okr__ProjectState)row_i32(rows, row, 2));
    *ret_n = row_i64_array(rows, row, 3, ret_kr_ids);
    SET(project, goals, row_i32(rows, row, 4));
    SET(project, goals_achieved, row_i32(rows, row, 5));
    SET(project, goals_missed, row_i32(rows, row, 6));
    SET(project, tasks, 0);
    SET(project, assigned_tasks, 0);
    return project;
}

// A date-time is text YYYY-MM-DDTHH:MM:SS, which sorts as time does.
#define STATUS "left(coalesce(v.header->>'statusDate', v.header->>'lastSaved'), 10)"
STATEMENT(evaluation_versions, MANY, "a", "ll",
          "SELECT DISTINCT ON (v.source_id) v.id, c.id FROM plan_version v"
          " LEFT JOIN plan_baseline_choice b ON b.source_id = v.source_id"
          " LEFT JOIN plan_version c ON c.source_id = b.source_id AND c.number = b.number"
          " WHERE v.published_at IS NOT NULL AND " STATUS " <= $1::date::text"
          " ORDER BY v.source_id, " STATUS " DESC, v.number DESC");

void input_versions_ask(struct call *call, int32_t last)
{
    bind_date(call_ask(call, &evaluation_versions), last);
}

STATEMENT(evaluation_revision, MANY, "", "l", "SELECT revision FROM head");

void input_revision_ask(struct call *call)
{
    call_ask(call, &evaluation_revision);
}
