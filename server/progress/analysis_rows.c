// Statements of the analysis of plans, each above the function that binds it.
#include "server/progress/analysis_rows.h"

STATEMENT(
    analysis_sources, MANY, "tl", "ltllll",
    "SELECT s.id, s.name, v.id, (SELECT p.id FROM plan_version p WHERE p.source_id = s.id "
    "  AND p.number < v.number ORDER BY p.number DESC LIMIT 1), c.id, c.number "
    "FROM plan_source s JOIN plan_version v ON v.source_id = s.id "
    " AND CASE WHEN $2::bigint IS NULL THEN v.id = s.published_version ELSE v.number = $2 END "
    "LEFT JOIN plan_baseline_choice b ON b.source_id = s.id "
    "LEFT JOIN plan_version c ON c.source_id = b.source_id AND c.number = b.number "
    "WHERE $1::text IS NULL OR s.name = $1 ORDER BY s.name");

void analysis_sources_ask(struct call *call, const char *source, bool has_number, int64_t number)
{
    struct query *q = call_ask(call, &analysis_sources);
    bind_text(q, source);
    bind_opt_i64(q, has_number, number);
}

struct analysis_source analysis_source_row(const struct rows *rows, int row)
{
    return (struct analysis_source){
        .id = row_i64(rows, row, 0),
        .name = row_text(rows, row, 1),
        .version_id = row_i64(rows, row, 2),
        .previous_id = row_i64(rows, row, 3),
        .stand_in_id = row_i64(rows, row, 4),
        .stand_in_number = row_i64(rows, row, 5),
    };
}

STATEMENT(analysis_projects, MANY, "tl", "ltia",
          "SELECT p.id, p.name, p.state, q.last_day FROM project p "
          "JOIN quarter q ON q.name = p.quarter WHERE p.quarter = $1 AND p.state IN (2, 3) "
          "AND ($2::bigint = 0 OR p.id = $2) ORDER BY p.kind, p.rank, p.id");

void analysis_projects_ask(struct call *call, const char *quarter, int64_t project_id)
{
    struct query *q = call_ask(call, &analysis_projects);
    bind_text(q, quarter);
    bind_i64(q, project_id);
}

struct analysis_project analysis_project_row(const struct rows *rows, int row)
{
    return (struct analysis_project){
        .id = row_i64(rows, row, 0),
        .name = row_text(rows, row, 1),
        .completed = row_i32(rows, row, 2) == OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED,
        .quarter_last_day = row_date(rows, row, 3),
    };
}

STATEMENT(analysis_goals, MANY, "tl", "llai",
          "SELECT g.project_id, g.id, g.week, g.result FROM goal g "
          "JOIN project p ON p.id = g.project_id WHERE p.quarter = $1 AND p.state IN (2, 3) "
          "AND ($2::bigint = 0 OR p.id = $2) AND NOT g.dropped "
          "ORDER BY g.project_id, g.week, g.position, g.id");

void analysis_goals_ask(struct call *call, const char *quarter, int64_t project_id)
{
    struct query *q = call_ask(call, &analysis_goals);
    bind_text(q, quarter);
    bind_i64(q, project_id);
}

struct analysis_goal analysis_goal_row(const struct rows *rows, int row)
{
    return (struct analysis_goal){
        .project_id = row_i64(rows, row, 0),
        .id = row_i64(rows, row, 1),
        .monday = row_date(rows, row, 2),
        .result = row_i32(rows, row, 3),
    };
}
