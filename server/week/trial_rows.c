// Statements of the trial, each above the function that binds it.
#include "server/week/trial_rows.h"
#include "okr/sql.h"

STATEMENT(trial_asked, MAYBE, "l", "b", "SELECT " GOALS_ASKED " FROM project p WHERE p.id = $1");

struct asked trial_asked_ask(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &trial_asked);
    bind_i64(q, project_id);
    return q->asked;
}

bool trial_asked_row(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) && take_bool(&row);
}

STATEMENT(trial_practice_set, NONE, "lbtzl", "",
          "WITH counted AS (UPDATE project SET version = version + 1 WHERE id = $1)"
          " INSERT INTO goals_practice (project_id, asked, reason, decided_at, decided_by)"
          " VALUES ($1, $2, $3, $4, $5)");

void trial_practice_ask_set(struct call *call, int64_t project_id, bool asked, const char *reason)
{
    struct query *q = call_ask(call, &trial_practice_set);
    bind_i64(q, project_id);
    bind_bool(q, asked);
    bind_text(q, reason);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

// How many of the project's people have this role.
#define WITH_ROLE(role)                                                                            \
    "(SELECT count(*)::integer FROM member m WHERE (m.id = p.lead_id OR EXISTS (SELECT"            \
    "  FROM project_member x WHERE x.project_id = p.id AND x.member_id = m.id))"                   \
    "  AND EXISTS (SELECT FROM member_role mr JOIN role r ON r.name = mr.role"                     \
    "   WHERE mr.member_id = m.id AND r.rights_of = " role "))"
#define TRIAL_PROJECT_ROW(FIRST, NEXT)                                                             \
    FIRST(i64, id, "p.id")                                                                         \
    NEXT(text, name, "p.name")                                                                     \
    NEXT(bool, asked, GOALS_ASKED)                                                                 \
    NEXT(opt_date, first,                                                                          \
         "(SELECT min(g.week) FROM goal g WHERE g.project_id = p.id AND NOT g.dropped)")           \
    NEXT(i32, engineers, WITH_ROLE(SQL_ROLE_ENGINEER))                                             \
    NEXT(i32, interns, WITH_ROLE(SQL_ROLE_INTERN))
STRUCT_READER(trial_project_take, struct trial_project, TRIAL_PROJECT_ROW);

#define ACCEPTED_OR_COMPLETED                                                                      \
    "p.state IN (" SQL_PROJECT_STATE_ACCEPTED ", " SQL_PROJECT_STATE_COMPLETED ")"

STATEMENT(trial_projects, MANY, "t", ROW_LETTERS(TRIAL_PROJECT_ROW),
          "SELECT " ROW_COLUMNS(TRIAL_PROJECT_ROW) " FROM project p WHERE p.quarter = $1"
                                                   " AND " ACCEPTED_OR_COMPLETED
                                                   " ORDER BY p.kind, p.rank, p.id");

struct asked trial_projects_ask(struct call *call, const char *quarter)
{
    struct query *q = call_ask(call, &trial_projects);
    bind_text(q, quarter);
    return q->asked;
}

#define TRIAL_SOURCE_ROW(FIRST, NEXT)                                                              \
    FIRST(i64, source_id, "s.id")                                                                  \
    NEXT(i64, version_id, "s.published_version")
STRUCT_READER(trial_source_take, struct trial_source, TRIAL_SOURCE_ROW);

STATEMENT(
    trial_sources, MANY, "", ROW_LETTERS(TRIAL_SOURCE_ROW),
    "SELECT " ROW_COLUMNS(TRIAL_SOURCE_ROW) " FROM plan_source s"
                                            " WHERE s.published_version IS NOT NULL ORDER BY s.id");

struct asked trial_sources_ask(struct call *call)
{
    return call_ask(call, &trial_sources)->asked;
}

#define TRIAL_MOVE_ROW(FIRST, NEXT)                                                                \
    FIRST(i64, project_id, "p.id")                                                                 \
    NEXT(i64, source_id, "v.source_id")                                                            \
    NEXT(i64, number, "v.number")                                                                  \
    NEXT(time, published_at, "v.published_at")                                                     \
    NEXT(text, before, "o.finish")                                                                 \
    NEXT(text, after, "n.finish")                                                                  \
    NEXT(bool, finished, "coalesce(n.percent_complete, 0) >= 100")                                 \
    NEXT(i64, tasks, "count(*)::bigint")
STRUCT_READER(trial_move_take, struct trial_move, TRIAL_MOVE_ROW);

STATEMENT(
    trial_moves, MANY, "tzz", ROW_LETTERS(TRIAL_MOVE_ROW),
    "SELECT " ROW_COLUMNS(
        TRIAL_MOVE_ROW) " FROM plan_version v JOIN LATERAL (SELECT b.id FROM plan_version b"
                        "  WHERE b.source_id = v.source_id AND b.number < v.number"
                        "  ORDER BY b.number DESC LIMIT 1) earlier ON true"
                        " JOIN task_project tp ON tp.source_id = v.source_id AND tp.leaf"
                        " JOIN project p ON p.id = tp.project_id AND p.quarter = $1 "
                        "AND " ACCEPTED_OR_COMPLETED
                        " JOIN plan_task o ON o.version_id = earlier.id AND o.key = tp.task_key"
                        " JOIN plan_task n ON n.version_id = v.id AND n.key = tp.task_key"
                        " WHERE v.published_at >= $2 AND v.published_at < $3 AND o.active AND "
                        "n.active"
                        " AND NOT o.is_null AND NOT n.is_null AND o.finish IS NOT NULL AND "
                        "n.finish IS NOT NULL"
                        " AND coalesce(o.percent_complete, 0) < 100"
                        " GROUP BY p.id, v.id, v.source_id, v.number, v.published_at, o.finish, "
                        "n.finish,"
                        " finished"
                        " ORDER BY p.id, v.published_at, v.id, o.finish, n.finish, finished");

struct asked trial_moves_ask(struct call *call, const char *quarter, int64_t from, int64_t until)
{
    struct query *q = call_ask(call, &trial_moves);
    bind_text(q, quarter);
    bind_time(q, from);
    bind_time(q, until);
    return q->asked;
}
