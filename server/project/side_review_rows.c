// Statements of the side review, each above the function that binds it.
#include "server/project/side_review_rows.h"
#include "server/project/project_rows.h"

// $1 quarter, $2 month, $3 when it ends.
#define DECIDED_ROW(FIRST, NEXT)                                                                   \
    FIRST(i32, decision, "sd.decision")                                                            \
    NEXT(text, reason, "sd.reason")                                                                \
    NEXT(i32, rank, "sd.rank")                                                                     \
    NEXT(stamp, decided_at, "sd.decided_at")                                                       \
    NEXT(text, decided_by, "decider.handle")                                                       \
    NEXT(i64, version, "coalesce(sd.version, 0)")
static MESSAGE_READER(decided_take, Okr__SideReviewLine, DECIDED_ROW);
#define SIDE_LINE_LETTERS PROJECT_LETTERS ROW_LETTERS(DECIDED_ROW) "b"
#define SIDE_LINE_COLUMNS                                                                          \
    PROJECT_COLUMNS ", " ROW_COLUMNS(DECIDED_ROW) ", " SIDE_LISTED_BEFORE("$3")
#define SIDE_LINE_FROM                                                                             \
    PROJECT_FROM " LEFT JOIN side_decision sd ON sd.project_id = p.id AND sd.month = $2"           \
                 " LEFT JOIN member decider ON decider.id = sd.decided_by"                         \
                 " WHERE p.quarter = $1 AND p.kind = " SQL_PROJECT_KIND_SIDE ""

STATEMENT(side_lines, MANY, "taz", SIDE_LINE_LETTERS,
          "SELECT " SIDE_LINE_COLUMNS " FROM " SIDE_LINE_FROM
          " ORDER BY CASE p.state WHEN " SQL_PROJECT_STATE_ACCEPTED
          " THEN 0 WHEN " SQL_PROJECT_STATE_PROPOSED " THEN 1 ELSE 2 END, p.rank, p.id");
STATEMENT(side_line_get, MAYBE, "tazl", SIDE_LINE_LETTERS,
          "SELECT " SIDE_LINE_COLUMNS " FROM " SIDE_LINE_FROM " AND p.id = $4");

static struct query *ask_lines(struct call *call, const struct statement *statement,
                               const struct side_month *month)
{
    struct query *q = call_ask(call, statement);
    bind_text(q, month->quarter);
    bind_date(q, month->first);
    bind_time(q, month->ends_at);
    return q;
}

struct asked side_lines_ask(struct call *call, const struct side_month *month)
{
    return ask_lines(call, &side_lines, month)->asked;
}

struct asked side_line_ask(struct call *call, const struct side_month *month, int64_t project_id)
{
    struct query *q = ask_lines(call, &side_line_get, month);
    bind_i64(q, project_id);
    return q->asked;
}

struct side_line side_line_row(struct call *call, struct row *row)
{
    Okr__SideReviewLine *line = NEW(call, Okr__SideReviewLine, OKR__SIDE_REVIEW_LINE__INIT);
    line->project = project_row(call, row, NULL);
    decided_take(row, line);
    return (struct side_line){.line = line, .listed = take_bool(row)};
}

Okr__SideReviewLine *side_line_read(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? side_line_row(call, &row).line : NULL;
}

STATEMENT(side_decision_set, NONE, "alitizl", "",
          "INSERT INTO side_decision (month, project_id, decision, reason, rank, first_at,"
          " decided_at, decided_by) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)"
          " ON CONFLICT (month, project_id) DO UPDATE SET decision = $3, reason = $4, rank = $5,"
          " decided_at = $6, decided_by = $7, version = side_decision.version + 1");

void side_decision_ask_set(struct call *call, const struct side_month *month, int64_t project_id,
                           const Okr__DecideSideRequest *request)
{
    struct query *q = call_ask(call, &side_decision_set);
    bind_date(q, month->first);
    bind_i64(q, project_id);
    bind_i32(q, (int32_t)request->decision);
    bind_text(q, request->reason);
    bind_opt_i32(q, request->has_rank, request->rank);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
}

#define DISPLACEMENT_ROW(FIRST, NEXT)                                                              \
    FIRST(i64, project_id, "d.project_id")                                                         \
    NEXT(i64s, displaces, "d.displaces")                                                           \
    NEXT(text, reason, "d.reason")                                                                 \
    NEXT(stamp, decided_at, "d.decided_at")                                                        \
    NEXT(text, decided_by, "m.handle")
static MESSAGE_READER(displacement_take, Okr__Displacement, DISPLACEMENT_ROW);
MESSAGE_LIST(side_displacements, Okr__Displacement, OKR__DISPLACEMENT__INIT, displacement_take);

STATEMENT(side_displacements_of, MANY, "tzz", ROW_LETTERS(DISPLACEMENT_ROW),
          "SELECT " ROW_COLUMNS(
              DISPLACEMENT_ROW) " FROM project_decision d JOIN project p ON p.id = d.project_id"
                                " JOIN member m ON m.id = d.decided_by"
                                " WHERE p.quarter = $1 AND p.kind = " SQL_PROJECT_KIND_SIDE
                                " AND d.urgent"
                                " AND d.decided_at >= $2 AND d.decided_at < $3 ORDER BY d.id");

struct asked side_displacements_ask(struct call *call, const struct side_month *month)
{
    struct query *q = call_ask(call, &side_displacements_of);
    bind_text(q, month->quarter);
    bind_time(q, month->begins_at);
    bind_time(q, month->ends_at);
    return q->asked;
}

#define COMMENT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "c.id")                                                                         \
    NEXT(text, text, "c.text")                                                                     \
    NEXT(text, author, "m.handle")                                                                 \
    NEXT(stamp, written_at, "c.written_at")
static MESSAGE_READER(comment_take, Okr__SideComment, COMMENT_ROW);
MESSAGE_LIST(side_comments, Okr__SideComment, OKR__SIDE_COMMENT__INIT, comment_take);

STATEMENT(side_comments_of, MANY, "a", ROW_LETTERS(COMMENT_ROW),
          "SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM side_comment c JOIN member m ON m.id = "
                                             "c.author WHERE c.month = $1 ORDER BY c.id");

struct asked side_comments_ask(struct call *call, const struct side_month *month)
{
    struct query *q = call_ask(call, &side_comments_of);
    bind_date(q, month->first);
    return q->asked;
}

STATEMENT(side_comment_add, ONE, "atlz", ROW_LETTERS(COMMENT_ROW),
          "WITH c AS (INSERT INTO side_comment (month, text, author, written_at)"
          " VALUES ($1, $2, $3, $4) RETURNING *)"
          " SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM c JOIN member m ON m.id = c.author");

struct asked side_comment_ask_add(struct call *call, const struct side_month *month,
                                  const char *text)
{
    struct query *q = call_ask(call, &side_comment_add);
    bind_date(q, month->first);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
    return q->asked;
}
