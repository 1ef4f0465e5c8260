// Statements of the analysis of plans, each above the function that binds it.
#include "server/progress/analysis_rows.h"
#include "okr/sql.h"

#define SOURCE_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, id, "s.id")                                                                         \
    NEXT(text, name, "s.name")                                                                     \
    NEXT(i64, version_id, "v.id")                                                                  \
    NEXT(i64, previous_id,                                                                         \
         "(SELECT p.id FROM plan_version p WHERE p.source_id = s.id "                              \
         "  AND p.number < v.number ORDER BY p.number DESC LIMIT 1)")                              \
    NEXT(i64, stand_in_id, "c.id")                                                                 \
    NEXT(i64, stand_in_number, "c.number")
STRUCT_READER(analysis_source_take, struct analysis_source, SOURCE_ROW);

STATEMENT(
    analysis_sources, MANY, "tl", ROW_LETTERS(SOURCE_ROW),
    "SELECT " ROW_COLUMNS(
        SOURCE_ROW) " FROM plan_source s JOIN plan_version v ON v.source_id = s.id "
                    " AND CASE WHEN $2::bigint IS NULL THEN v.id = s.published_version ELSE "
                    "v.number = $2 END "
                    "LEFT JOIN plan_baseline_choice b ON b.source_id = s.id "
                    "LEFT JOIN plan_version c ON c.source_id = b.source_id AND c.number = b.number "
                    "WHERE $1::text IS NULL OR s.name = $1 ORDER BY s.name");

struct asked analysis_sources_ask(struct call *call, const char *source, bool has_number,
                                  int64_t number)
{
    struct query *q = call_ask(call, &analysis_sources);
    bind_text(q, source);
    bind_opt_i64(q, has_number, number);
    return q->asked;
}

#define ACCEPTED_OR_COMPLETED                                                                      \
    "p.state IN (" SQL_PROJECT_STATE_ACCEPTED ", " SQL_PROJECT_STATE_COMPLETED ")"
#define PROJECT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "p.id")                                                                         \
    NEXT(text, name, "p.name")                                                                     \
    NEXT(bool, completed, "p.state = " SQL_PROJECT_STATE_COMPLETED)                                \
    NEXT(date, quarter_last_day, "q.last_day")
STRUCT_READER(analysis_project_take, struct analysis_project, PROJECT_ROW);

STATEMENT(analysis_projects, MANY, "tl", ROW_LETTERS(PROJECT_ROW),
          "SELECT " ROW_COLUMNS(
              PROJECT_ROW) " FROM project p "
                           "JOIN quarter q ON q.name = p.quarter WHERE p.quarter = $1 "
                           "AND " ACCEPTED_OR_COMPLETED " "
                           "AND ($2::bigint = 0 OR p.id = $2) ORDER BY p.kind, p.rank, p.id");

struct asked analysis_projects_ask(struct call *call, const char *quarter, int64_t project_id)
{
    struct query *q = call_ask(call, &analysis_projects);
    bind_text(q, quarter);
    bind_i64(q, project_id);
    return q->asked;
}

#define GOAL_ROW(FIRST, NEXT)                                                                      \
    FIRST(i64, project_id, "g.project_id")                                                         \
    NEXT(i64, id, "g.id")                                                                          \
    NEXT(date, monday, "g.week")                                                                   \
    NEXT(i32, result, "g.result")
STRUCT_READER(analysis_goal_take, struct analysis_goal, GOAL_ROW);

STATEMENT(analysis_goals, MANY, "tl", ROW_LETTERS(GOAL_ROW),
          "SELECT " ROW_COLUMNS(GOAL_ROW) " FROM goal g "
                                          "JOIN project p ON p.id = g.project_id WHERE p.quarter = "
                                          "$1 AND " ACCEPTED_OR_COMPLETED " "
                                          "AND ($2::bigint = 0 OR p.id = $2) AND NOT g.dropped "
                                          "ORDER BY g.project_id, g.week, g.position, g.id");

struct asked analysis_goals_ask(struct call *call, const char *quarter, int64_t project_id)
{
    struct query *q = call_ask(call, &analysis_goals);
    bind_text(q, quarter);
    bind_i64(q, project_id);
    return q->asked;
}
