// Statements of the trial, each above the function that binds it.
#include "server/week/trial_rows.h"
#include "common/calendar.h"

STATEMENT(trial_asked, MANY, "l", "b", "SELECT " GOALS_ASKED " FROM project p WHERE p.id = $1");

void trial_asked_ask(struct call *call, int64_t project_id)
{
    bind_i64(call_ask(call, &trial_asked), project_id);
}

bool trial_asked_row(const struct rows *rows)
{
    return rows_count(rows) > 0 && row_bool(rows, 0, 0);
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

// 6 and 7 are okr.v1.ROLE_ENGINEER and ROLE_INTERN.
#define WITH_ROLE(role)                                                                            \
    "(SELECT count(*)::integer FROM member m WHERE (m.id = p.lead_id OR EXISTS (SELECT"            \
    "  FROM project_member x WHERE x.project_id = p.id AND x.member_id = m.id))"                   \
    "  AND EXISTS (SELECT FROM member_role mr JOIN role r ON r.name = mr.role"                     \
    "   WHERE mr.member_id = m.id AND r.rights_of = " role "))"

STATEMENT(trial_projects, MANY, "t", "ltbaii",
          "SELECT p.id, p.name, " GOALS_ASKED ","
          " (SELECT min(g.week) FROM goal g WHERE g.project_id = p.id AND NOT g.dropped),"
          " " WITH_ROLE("6") ", " WITH_ROLE(
              "7") " FROM project p"
                   " WHERE p.quarter = $1 AND p.state IN (2, 3) ORDER BY p.kind, p.rank, p.id");

void trial_projects_ask(struct call *call, const char *quarter)
{
    bind_text(call_ask(call, &trial_projects), quarter);
}

struct trial_project trial_project_row(const struct rows *rows, int row)
{
    bool has_first = !row_null(rows, row, 3);
    return (struct trial_project){
        .id = row_i64(rows, row, 0),
        .name = row_text(rows, row, 1),
        .asked = row_bool(rows, row, 2),
        .has_first = has_first,
        .first_at = has_first ? local_to_us(row_date(rows, row, 3), 0) : 0,
        .engineers = row_i32(rows, row, 4),
        .interns = row_i32(rows, row, 5),
    };
}

STATEMENT(trial_sources, MANY, "", "ll",
          "SELECT s.id, s.published_version FROM plan_source s"
          " WHERE s.published_version IS NOT NULL ORDER BY s.id");

void trial_sources_ask(struct call *call)
{
    call_ask(call, &trial_sources);
}

struct trial_source trial_source_row(const struct rows *rows, int row)
{
    return (struct trial_source){row_i64(rows, row, 0), row_i64(rows, row, 1)};
}

STATEMENT(trial_moves, MANY, "tzz", "lllzttbl",
          "SELECT p.id, v.source_id, v.number, v.published_at, o.finish, n.finish,"
          " coalesce(n.percent_complete, 0) >= 100 AS finished, count(*)::bigint"
          " FROM plan_version v JOIN LATERAL (SELECT b.id FROM plan_version b"
          "  WHERE b.source_id = v.source_id AND b.number < v.number"
          "  ORDER BY b.number DESC LIMIT 1) earlier ON true"
          " JOIN task_project tp ON tp.source_id = v.source_id AND tp.leaf"
          " JOIN project p ON p.id = tp.project_id AND p.quarter = $1 AND p.state IN (2, 3)"
          " JOIN plan_task o ON o.version_id = earlier.id AND o.key = tp.task_key"
          " JOIN plan_task n ON n.version_id = v.id AND n.key = tp.task_key"
          " WHERE v.published_at >= $2 AND v.published_at < $3 AND o.active AND n.active"
          " AND NOT o.is_null AND NOT n.is_null AND o.finish IS NOT NULL AND n.finish IS NOT NULL"
          " AND coalesce(o.percent_complete, 0) < 100"
          " GROUP BY p.id, v.id, v.source_id, v.number, v.published_at, o.finish, n.finish,"
          " finished"
          " ORDER BY p.id, v.published_at, v.id, o.finish, n.finish, finished");

void trial_moves_ask(struct call *call, const char *quarter, int64_t from, int64_t until)
{
    struct query *q = call_ask(call, &trial_moves);
    bind_text(q, quarter);
    bind_time(q, from);
    bind_time(q, until);
}

struct trial_move trial_move_row(const struct rows *rows, int row)
{
    return (struct trial_move){
        .project_id = row_i64(rows, row, 0),
        .source_id = row_i64(rows, row, 1),
        .number = row_i64(rows, row, 2),
        .published_at = row_time(rows, row, 3),
        .before = row_text(rows, row, 4),
        .after = row_text(rows, row, 5),
        .finished = row_bool(rows, row, 6),
        .tasks = row_i64(rows, row, 7),
    };
}
