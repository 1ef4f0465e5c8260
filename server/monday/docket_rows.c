// Statements of the Monday docket, each above the function that binds it.
#include "server/monday/docket_rows.h"
#include "common/calendar.h"

// $1 since, $2 until.
STATEMENT(docket_sources, MANY, "zz", "tllll",
          "SELECT s.name, n.id, o.id, n.number, o.number FROM plan_source s"
          " JOIN LATERAL (SELECT v.id, v.number FROM plan_version v WHERE v.source_id = s.id"
          "  AND v.published_at >= $1 AND v.published_at < $2 ORDER BY v.number DESC LIMIT 1) n"
          "  ON true"
          " LEFT JOIN LATERAL (SELECT v.id, v.number FROM plan_version v WHERE v.source_id = s.id"
          "  AND v.number < n.number ORDER BY v.published_at < $1 DESC,"
          "  CASE WHEN v.published_at < $1 THEN -v.number ELSE v.number END LIMIT 1) o ON true"
          " ORDER BY s.name");

void docket_sources_ask(struct call *call, int64_t since, int64_t until)
{
    struct query *q = call_ask(call, &docket_sources);
    bind_time(q, since);
    bind_time(q, until);
}

struct docket_source docket_source_row(const struct rows *rows, int row)
{
    return (struct docket_source){
        .name = row_text(rows, row, 0),
        .newer = row_i64(rows, row, 1),
        .older = row_i64(rows, row, 2),
        .newer_number = row_i64(rows, row, 3),
        .older_number = row_i64(rows, row, 4),
    };
}

// The quarter before counts too: its projects' tasks may still be in the plan.
STATEMENT(docket_projects, MANY, "a", "ltb",
          "SELECT p.id, p.name, p.state = 2 FROM project p JOIN quarter q ON q.name = p.quarter"
          " WHERE q.first_day <= $1::date + 6 AND q.last_day >= $1::date - 100"
          " ORDER BY q.first_day DESC, p.kind, p.rank, p.id");

void docket_projects_ask(struct call *call, int32_t monday)
{
    bind_date(call_ask(call, &docket_projects), monday);
}

struct docket_project docket_project_row(const struct rows *rows, int row)
{
    return (struct docket_project){row_i64(rows, row, 0), row_text(rows, row, 1),
                                   row_bool(rows, row, 2)};
}

// Weeks as days since 1970-01-01. 2 is okr.v1.PROJECT_STATE_ACCEPTED and GOAL_RESULT_MISSED.
STATEMENT(docket_missed, MANY, "a", "lL",
          "SELECT p.id, array_agg(DISTINCT -(g.week - date '1970-01-01')::bigint"
          "  ORDER BY -(g.week - date '1970-01-01')::bigint)"
          " FROM project p JOIN goal g ON g.project_id = p.id"
          " WHERE p.state = 2 AND g.result = 2 AND NOT g.dropped AND g.week < $1::date"
          " AND g.week >= $1::date - 7 * 53 GROUP BY p.id ORDER BY p.id");

void docket_missed_ask(struct call *call, int32_t monday)
{
    bind_date(call_ask(call, &docket_missed), monday);
}

struct docket_missed docket_missed_row(struct call *call, const struct rows *rows, int row)
{
    int64_t *days;
    struct docket_missed missed = {.project_id = row_i64(rows, row, 0)};
    missed.n = row_i64_array(rows, row, 1, &days);
    missed.mondays = NEW_ARRAY(call, int32_t, missed.n);
    for (size_t i = 0; i < missed.n; i++)
        missed.mondays[i] = (int32_t)-days[i];
    return missed;
}

// 1 is okr.v1.DECISION_ACCEPT.
STATEMENT(docket_urgent, MANY, "zz", "lL",
          "SELECT DISTINCT ON (d.project_id) d.project_id, d.displaces FROM project_decision d"
          " WHERE d.urgent AND d.decision = 1 AND d.decided_at >= $1 AND d.decided_at < $2"
          " ORDER BY d.project_id, d.id DESC");

void docket_urgent_ask(struct call *call, int64_t since, int64_t until)
{
    struct query *q = call_ask(call, &docket_urgent);
    bind_time(q, since);
    bind_time(q, until);
}

struct docket_urgent docket_urgent_row(const struct rows *rows, int row)
{
    struct docket_urgent urgent = {.project_id = row_i64(rows, row, 0)};
    urgent.n = row_i64_array(rows, row, 1, &urgent.displaces);
    return urgent;
}

#define DECIDED_LETTERS "latilttiitztlatztii"
#define DECIDED                                                                                    \
    "SELECT d.id, d.week, d.key, d.kind, d.project_id, d.subject, d.detail, d.count, d.decision,"  \
    " d.reason, d.decided_at, m.handle, d.version, d.follow_up_week, d.follow_up, d.closed_at,"    \
    " d.outcome, d.days, d.open_left FROM docket_decision d JOIN member m ON m.id = d.decided_by "

STATEMENT(docket_decisions, MANY, "a", DECIDED_LETTERS, DECIDED "WHERE d.week = $1 ORDER BY d.id");

void docket_decisions_ask(struct call *call, int32_t monday)
{
    bind_date(call_ask(call, &docket_decisions), monday);
}

STATEMENT(docket_decision, MANY, "at", DECIDED_LETTERS, DECIDED "WHERE d.week = $1 AND d.key = $2");

void docket_decision_ask(struct call *call, int32_t monday, const char *key)
{
    struct query *q = call_ask(call, &docket_decision);
    bind_date(q, monday);
    bind_text(q, key);
}

STATEMENT(docket_follow_ups, MANY, "a", DECIDED_LETTERS,
          DECIDED "WHERE d.week < $1 AND d.follow_up_week <= $1 AND d.closed_at IS NULL"
                  " AND d.follow_up IS NOT NULL ORDER BY d.id");

void docket_follow_ups_ask(struct call *call, int32_t monday)
{
    bind_date(call_ask(call, &docket_follow_ups), monday);
}

struct docket_decided docket_decided_row(struct call *call, const struct rows *rows, int row)
{
    Okr__DocketLine *line = NEW(call, Okr__DocketLine, OKR__DOCKET_LINE__INIT);
    line->key = row_text(rows, row, 2);
    if (!row_null(rows, row, 3))
        SET(line, kind, (Okr__DocketKind)row_i32(rows, row, 3));
    if (!row_null(rows, row, 4))
        SET(line, project_id, row_i64(rows, row, 4));
    line->subject = row_text(rows, row, 5);
    line->detail = row_text(rows, row, 6);
    if (!row_null(rows, row, 7))
        SET(line, count, row_i32(rows, row, 7));
    SET(line, decision, (Okr__DocketDecision)row_i32(rows, row, 8));
    line->reason = row_text(rows, row, 9);
    line->decided_at = row_time_text(rows, row, 10);
    line->decided_by = row_text(rows, row, 11);
    SET(line, version, row_i64(rows, row, 12));
    line->follow_up_week = row_week_text(rows, row, 13);
    line->follow_up = row_text(rows, row, 14);
    line->follow_up_closed_at = row_time_text(rows, row, 15);
    line->outcome = row_text(rows, row, 16);
    if (!row_null(rows, row, 17))
        SET(line, days, row_i32(rows, row, 17));
    return (struct docket_decided){
        .id = row_i64(rows, row, 0),
        .week = row_week_text(rows, row, 1),
        .at = row_time(rows, row, 10),
        .open_left = row_i32(rows, row, 18),
        .line = line,
    };
}

STATEMENT(docket_decide, NONE, "atilttiiitzltai", "",
          "INSERT INTO docket_decision (week, key, kind, project_id, subject, detail, count, days,"
          "  decision, reason, decided_at, decided_by, follow_up, follow_up_week, open_left)"
          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
          " ON CONFLICT (week, key) DO UPDATE SET kind = excluded.kind,"
          "  project_id = excluded.project_id, subject = excluded.subject,"
          "  detail = excluded.detail, count = excluded.count, days = excluded.days,"
          "  decision = excluded.decision, reason = excluded.reason,"
          "  decided_at = excluded.decided_at, decided_by = excluded.decided_by,"
          "  follow_up = excluded.follow_up, follow_up_week = excluded.follow_up_week,"
          "  open_left = excluded.open_left,"
          "  version = docket_decision.version + 1");

void docket_decide_ask(struct call *call, int32_t monday, const Okr__DocketLine *line,
                       int32_t open_left)
{
    int32_t follow_up_week = 0;
    bool follows = line->follow_up_week && week_parse(line->follow_up_week, &follow_up_week);
    struct query *q = call_ask(call, &docket_decide);
    bind_date(q, monday);
    bind_text(q, line->key);
    bind_opt_i32(q, line->has_kind, (int32_t)line->kind);
    bind_opt_i64(q, line->has_project_id, line->project_id);
    bind_text(q, line->subject);
    bind_text(q, line->detail);
    bind_opt_i32(q, line->has_count, line->count);
    bind_opt_i32(q, line->has_days, line->days);
    bind_i32(q, (int32_t)line->decision);
    bind_text(q, line->reason);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
    bind_text(q, line->follow_up);
    bind_opt_date(q, follows, follow_up_week);
    bind_i32(q, open_left);
}

STATEMENT(docket_close, NONE, "attzl", "",
          "UPDATE docket_decision SET outcome = $3, closed_at = $4, closed_by = $5,"
          " version = version + 1 WHERE week = $1 AND key = $2");

void docket_close_ask(struct call *call, int32_t monday, const char *key, const char *outcome)
{
    struct query *q = call_ask(call, &docket_close);
    bind_date(q, monday);
    bind_text(q, key);
    bind_text(q, outcome);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

#define COMMENT_LETTERS "ltttz"

STATEMENT(docket_comments, MANY, "a", COMMENT_LETTERS,
          "SELECT c.id, c.key, c.text, m.handle, c.written_at FROM docket_comment c"
          " JOIN member m ON m.id = c.author WHERE c.week = $1 ORDER BY c.id");

void docket_comments_ask(struct call *call, int32_t monday)
{
    bind_date(call_ask(call, &docket_comments), monday);
}

STATEMENT(docket_comment_add, MANY, "attlz", COMMENT_LETTERS,
          "WITH c AS (INSERT INTO docket_comment (week, key, text, author, written_at)"
          "  VALUES ($1, $2, $3, $4, $5) RETURNING *)"
          " SELECT c.id, c.key, c.text, m.handle, c.written_at FROM c"
          " JOIN member m ON m.id = c.author");

void docket_comment_insert(struct call *call, int32_t monday, const char *key, const char *text)
{
    struct query *q = call_ask(call, &docket_comment_add);
    bind_date(q, monday);
    bind_text(q, key);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
}

Okr__DocketComment *docket_comment_row(struct call *call, const struct rows *rows, int row)
{
    Okr__DocketComment *comment = NEW(call, Okr__DocketComment, OKR__DOCKET_COMMENT__INIT);
    SET(comment, id, row_i64(rows, row, 0));
    comment->key = row_text(rows, row, 1);
    comment->text = row_text(rows, row, 2);
    comment->author = row_text(rows, row, 3);
    comment->written_at = row_time_text(rows, row, 4);
    return comment;
}
