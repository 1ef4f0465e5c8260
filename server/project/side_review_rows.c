// Statements of the side review, each above the function that binds it.
#include "server/project/side_review_rows.h"
#include "server/project/project_rows.h"

// $1 quarter, $2 month, $3 when it ends.
#define SIDE_LINE_LETTERS PROJECT_LETTERS "itiztlb"
#define SIDE_LINE_COLUMNS                                                                          \
    PROJECT_COLUMNS                                                                                \
    ", sd.decision, sd.reason, sd.rank, sd.decided_at, decider.handle, sd.version,"                \
    " " SIDE_LISTED_BEFORE("$3")
#define SIDE_LINE_FROM                                                                             \
    PROJECT_FROM " LEFT JOIN side_decision sd ON sd.project_id = p.id AND sd.month = $2"           \
                 " LEFT JOIN member decider ON decider.id = sd.decided_by"                         \
                 " WHERE p.quarter = $1 AND p.kind = 2"

STATEMENT(side_lines, MANY, "taz", SIDE_LINE_LETTERS,
          "SELECT " SIDE_LINE_COLUMNS " FROM " SIDE_LINE_FROM
          " ORDER BY CASE p.state WHEN 2 THEN 0 WHEN 1 THEN 1 ELSE 2 END, p.rank, p.id");
STATEMENT(side_line_get, MANY, "tazl", SIDE_LINE_LETTERS,
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

void side_lines_ask(struct call *call, const struct side_month *month)
{
    ask_lines(call, &side_lines, month);
}

void side_line_ask(struct call *call, const struct side_month *month, int64_t project_id)
{
    bind_i64(ask_lines(call, &side_line_get, month), project_id);
}

struct side_line side_line_row(struct call *call, const struct rows *rows, int row)
{
    const int at = PROJECT_N_COLUMNS;
    Okr__SideReviewLine *line = NEW(call, Okr__SideReviewLine, OKR__SIDE_REVIEW_LINE__INIT);
    line->project = project_row(call, rows, row);
    SET(line, version, row_i64(rows, row, at + 5));
    if (!row_null(rows, row, at)) {
        SET(line, decision, (Okr__SideDecision)row_i32(rows, row, at));
        line->reason = row_text(rows, row, at + 1);
        line->decided_at = row_time_text(rows, row, at + 3);
        line->decided_by = row_text(rows, row, at + 4);
    }
    if (!row_null(rows, row, at + 2))
        SET(line, rank, row_i32(rows, row, at + 2));
    return (struct side_line){.line = line, .listed = row_bool(rows, row, at + 6)};
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

STATEMENT(side_displacements, MANY, "tzz", "lLtzt",
          "SELECT d.project_id, d.displaces, d.reason, d.decided_at, m.handle"
          " FROM project_decision d JOIN project p ON p.id = d.project_id"
          " JOIN member m ON m.id = d.decided_by"
          " WHERE p.quarter = $1 AND p.kind = 2 AND d.urgent"
          " AND d.decided_at >= $2 AND d.decided_at < $3 ORDER BY d.id");

void side_displacements_ask(struct call *call, const struct side_month *month)
{
    struct query *q = call_ask(call, &side_displacements);
    bind_text(q, month->quarter);
    bind_time(q, month->begins_at);
    bind_time(q, month->ends_at);
}

Okr__Displacement *side_displacement_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Displacement *displacement = NEW(call, Okr__Displacement, OKR__DISPLACEMENT__INIT);
    SET(displacement, project_id, row_i64(rows, row, 0));
    displacement->n_displaces = row_i64_array(rows, row, 1, &displacement->displaces);
    displacement->reason = row_text(rows, row, 2);
    displacement->decided_at = row_time_text(rows, row, 3);
    displacement->decided_by = row_text(rows, row, 4);
    return displacement;
}

STATEMENT(side_comments, MANY, "a", "lttz",
          "SELECT c.id, c.text, m.handle, c.written_at FROM side_comment c"
          " JOIN member m ON m.id = c.author WHERE c.month = $1 ORDER BY c.id");
STATEMENT(side_comment_add, MANY, "atlz", "lttz",
          "WITH c AS (INSERT INTO side_comment (month, text, author, written_at)"
          " VALUES ($1, $2, $3, $4) RETURNING *)"
          " SELECT c.id, c.text, m.handle, c.written_at FROM c JOIN member m ON m.id = c.author");

void side_comments_ask(struct call *call, const struct side_month *month)
{
    bind_date(call_ask(call, &side_comments), month->first);
}

void side_comment_ask_add(struct call *call, const struct side_month *month, const char *text)
{
    struct query *q = call_ask(call, &side_comment_add);
    bind_date(q, month->first);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
}

Okr__SideComment *side_comment_row(struct call *call, const struct rows *rows, int row)
{
    Okr__SideComment *comment = NEW(call, Okr__SideComment, OKR__SIDE_COMMENT__INIT);
    SET(comment, id, row_i64(rows, row, 0));
    comment->text = row_text(rows, row, 1);
    comment->author = row_text(rows, row, 2);
    comment->written_at = row_time_text(rows, row, 3);
    return comment;
}
