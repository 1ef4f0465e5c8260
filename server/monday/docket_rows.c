// Statements of the Monday docket, each above the function that binds it.
#include "server/monday/docket_rows.h"
#include "common/calendar.h"
#include "okr/sql.h"

// $1 since, $2 until.
#define SOURCE_ROW(FIRST, NEXT)                                                                    \
    FIRST(text, name, "s.name")                                                                    \
    NEXT(i64, newer, "n.id")                                                                       \
    NEXT(i64, older, "o.id")                                                                       \
    NEXT(i64, newer_number, "n.number")                                                            \
    NEXT(i64, older_number, "o.number")
STRUCT_READER(docket_source_take, struct docket_source, SOURCE_ROW);

STATEMENT(
    docket_sources, MANY, "zz", ROW_LETTERS(SOURCE_ROW),
    "SELECT " ROW_COLUMNS(SOURCE_ROW) " FROM plan_source s"
                                      " JOIN LATERAL (SELECT v.id, v.number FROM plan_version v "
                                      "WHERE v.source_id = s.id"
                                      "  AND v.published_at >= $1 AND v.published_at < $2 ORDER BY "
                                      "v.number DESC LIMIT 1) n"
                                      "  ON true"
                                      " LEFT JOIN LATERAL (SELECT v.id, v.number FROM plan_version "
                                      "v WHERE v.source_id = s.id"
                                      "  AND v.number < n.number ORDER BY v.published_at < $1 DESC,"
                                      "  CASE WHEN v.published_at < $1 THEN -v.number ELSE "
                                      "v.number END LIMIT 1) o ON true"
                                      " ORDER BY s.name");

struct asked docket_sources_ask(struct call *call, int64_t since, int64_t until)
{
    struct query *q = call_ask(call, &docket_sources);
    bind_time(q, since);
    bind_time(q, until);
    return q->asked;
}

// The quarter before counts too: its projects' tasks may still be in the plan.
#define PROJECT_LINE_ROW(FIRST, NEXT)                                                              \
    FIRST(i64, id, "p.id")                                                                         \
    NEXT(text, name, "p.name")                                                                     \
    NEXT(bool, accepted, "p.state = " SQL_PROJECT_STATE_ACCEPTED)
STRUCT_READER(docket_project_take, struct docket_project, PROJECT_LINE_ROW);

STATEMENT(
    docket_projects, MANY, "a", ROW_LETTERS(PROJECT_LINE_ROW),
    "SELECT " ROW_COLUMNS(
        PROJECT_LINE_ROW) " FROM project p JOIN quarter q ON q.name = p.quarter"
                          " WHERE q.first_day <= $1::date + 6 AND q.last_day >= $1::date - 100"
                          " ORDER BY q.first_day DESC, p.kind, p.rank, p.id");

struct asked docket_projects_ask(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &docket_projects);
    bind_date(q, monday);
    return q->asked;
}

// Weeks as days since 1970-01-01.
STATEMENT(docket_missed, MANY, "a", "lL",
          "SELECT p.id, array_agg(DISTINCT -(g.week - date '1970-01-01')::bigint"
          "  ORDER BY -(g.week - date '1970-01-01')::bigint)"
          " FROM project p JOIN goal g ON g.project_id = p.id"
          " WHERE p.state = " SQL_PROJECT_STATE_ACCEPTED " AND g.result = " SQL_GOAL_RESULT_MISSED
          " AND NOT g.dropped AND g.week < $1::date"
          " AND g.week >= $1::date - 7 * 53 GROUP BY p.id ORDER BY p.id");

struct asked docket_missed_ask(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &docket_missed);
    bind_date(q, monday);
    return q->asked;
}

struct docket_missed docket_missed_row(struct call *call, struct row *row)
{
    int64_t *days;
    struct docket_missed missed = {.project_id = take_i64(row)};
    missed.n = take_i64s(row, &days);
    missed.mondays = NEW_ARRAY(call, int32_t, missed.n);
    for (size_t i = 0; i < missed.n; i++)
        missed.mondays[i] = (int32_t)-days[i];
    return missed;
}

#define URGENT_ROW(FIRST, NEXT)                                                                    \
    FIRST(i64, project_id, "d.project_id")                                                         \
    NEXT(i64s, displaces, "d.displaces")
STRUCT_READER(docket_urgent_take, struct docket_urgent, URGENT_ROW);

STATEMENT(docket_urgent, MANY, "zz", ROW_LETTERS(URGENT_ROW),
          "SELECT DISTINCT ON (d.project_id) " ROW_COLUMNS(
              URGENT_ROW) " FROM project_decision d"
                          " WHERE d.urgent AND d.decision = " SQL_DECISION_ACCEPT
                          " AND d.decided_at >= $1 AND d.decided_at < $2"
                          " ORDER BY d.project_id, d.id DESC");

struct asked docket_urgent_ask(struct call *call, int64_t since, int64_t until)
{
    struct query *q = call_ask(call, &docket_urgent);
    bind_time(q, since);
    bind_time(q, until);
    return q->asked;
}

#define LINE_ROW(FIRST, NEXT)                                                                      \
    FIRST(text, key, "d.key")                                                                      \
    NEXT(i32, kind, "d.kind")                                                                      \
    NEXT(i64, project_id, "d.project_id")                                                          \
    NEXT(text, subject, "d.subject")                                                               \
    NEXT(text, detail, "d.detail")                                                                 \
    NEXT(i32, count, "d.count")                                                                    \
    NEXT(i32, decision, "d.decision")                                                              \
    NEXT(text, reason, "d.reason")                                                                 \
    NEXT(stamp, decided_at, "d.decided_at")                                                        \
    NEXT(text, decided_by, "m.handle")                                                             \
    NEXT(i64, version, "d.version")                                                                \
    NEXT(week, follow_up_week, "d.follow_up_week")                                                 \
    NEXT(text, follow_up, "d.follow_up")                                                           \
    NEXT(stamp, follow_up_closed_at, "d.closed_at")                                                \
    NEXT(text, outcome, "d.outcome")                                                               \
    NEXT(i32, days, "d.days")
#define DECIDED_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "d.id")                                                                         \
    NEXT(week, week, "d.week")                                                                     \
    NEXT(time, at, "d.decided_at")                                                                 \
    NEXT(i32, open_left, "d.open_left")
static MESSAGE_READER(line_take, Okr__DocketLine, LINE_ROW);
static STRUCT_READER(decided_take, struct docket_decided, DECIDED_ROW);
#define DECIDED_LETTERS ROW_LETTERS(LINE_ROW) ROW_LETTERS(DECIDED_ROW)
#define DECIDED                                                                                    \
    "SELECT " ROW_COLUMNS(LINE_ROW) ", " ROW_COLUMNS(                                              \
        DECIDED_ROW) " FROM docket_decision d JOIN member m ON m.id = d.decided_by "

STATEMENT(docket_decisions, MANY, "a", DECIDED_LETTERS, DECIDED "WHERE d.week = $1 ORDER BY d.id");

struct asked docket_decisions_ask(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &docket_decisions);
    bind_date(q, monday);
    return q->asked;
}

STATEMENT(docket_decision, MAYBE, "at", DECIDED_LETTERS,
          DECIDED "WHERE d.week = $1 AND d.key = $2");

struct asked docket_decision_ask(struct call *call, int32_t monday, const char *key)
{
    struct query *q = call_ask(call, &docket_decision);
    bind_date(q, monday);
    bind_text(q, key);
    return q->asked;
}

STATEMENT(docket_follow_ups, MANY, "a", DECIDED_LETTERS,
          DECIDED "WHERE d.week < $1 AND d.follow_up_week <= $1 AND d.closed_at IS NULL"
                  " AND d.follow_up IS NOT NULL ORDER BY d.id");

struct asked docket_follow_ups_ask(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &docket_follow_ups);
    bind_date(q, monday);
    return q->asked;
}

struct docket_decided docket_decided_row(struct call *call, struct row *row)
{
    struct docket_decided decided = {.line = NEW(call, Okr__DocketLine, OKR__DOCKET_LINE__INIT)};
    line_take(row, decided.line);
    decided_take(row, &decided);
    return decided;
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

#define COMMENT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "c.id")                                                                         \
    NEXT(text, key, "c.key")                                                                       \
    NEXT(text, text, "c.text")                                                                     \
    NEXT(text, author, "m.handle")                                                                 \
    NEXT(stamp, written_at, "c.written_at")
static MESSAGE_READER(comment_take, Okr__DocketComment, COMMENT_ROW);
MESSAGE_LIST(docket_comments, Okr__DocketComment, OKR__DOCKET_COMMENT__INIT, comment_take);

STATEMENT(docket_comments_of, MANY, "a", ROW_LETTERS(COMMENT_ROW),
          "SELECT " ROW_COLUMNS(
              COMMENT_ROW) " FROM docket_comment c"
                           " JOIN member m ON m.id = c.author WHERE c.week = $1 ORDER BY c.id");

struct asked docket_comments_ask(struct call *call, int32_t monday)
{
    struct query *q = call_ask(call, &docket_comments_of);
    bind_date(q, monday);
    return q->asked;
}

STATEMENT(docket_comment_add, ONE, "attlz", ROW_LETTERS(COMMENT_ROW),
          "WITH c AS (INSERT INTO docket_comment (week, key, text, author, written_at)"
          "  VALUES ($1, $2, $3, $4, $5) RETURNING *)"
          " SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM c JOIN member m ON m.id = c.author");

struct asked docket_comment_insert(struct call *call, int32_t monday, const char *key,
                                   const char *text)
{
    struct query *q = call_ask(call, &docket_comment_add);
    bind_date(q, monday);
    bind_text(q, key);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
    return q->asked;
}
