// What is said about projects, and what was decided on them: statements and rows. It knows tables,
// not rules.
#include "server/project/project_rows.h"

#define COMMENT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, id, "c.id")                                                                         \
    NEXT(i64, project_id, "c.project_id")                                                          \
    NEXT(text, text, "c.text")                                                                     \
    NEXT(text, author, "m.handle")                                                                 \
    NEXT(stamp, written_at, "c.written_at")
static MESSAGE_READER(comment_take, Okr__ProjectComment, COMMENT_ROW);
MESSAGE_LIST(project_comments, Okr__ProjectComment, OKR__PROJECT_COMMENT__INIT, comment_take);

STATEMENT(
    project_comments_of, MANY, "l", ROW_LETTERS(COMMENT_ROW),
    "SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM project_comment c JOIN member m ON m.id = c.author"
                                       " WHERE c.project_id = $1 ORDER BY c.id");

struct asked project_comments_ask(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &project_comments_of);
    bind_i64(q, project_id);
    return q->asked;
}

STATEMENT(project_comment_add, ONE, "ltlz", ROW_LETTERS(COMMENT_ROW),
          "WITH c AS (INSERT INTO project_comment (project_id, text, author, written_at)"
          " VALUES ($1, $2, $3, $4) RETURNING *)"
          " SELECT " ROW_COLUMNS(COMMENT_ROW) " FROM c JOIN member m ON m.id = c.author");

struct asked project_comment_insert(struct call *call, int64_t project_id, const char *text)
{
    struct query *q = call_ask(call, &project_comment_add);
    bind_i64(q, project_id);
    bind_text(q, text);
    bind_i64(q, call->actor.member_id);
    bind_time(q, call->now);
    return q->asked;
}

#define DECISION_ROW(FIRST, NEXT)                                                                  \
    FIRST(i64, id, "d.id")                                                                         \
    NEXT(i64, project_id, "d.project_id")                                                          \
    NEXT(i32, decision, "d.decision")                                                              \
    NEXT(text, reason, "d.reason")                                                                 \
    NEXT(flag, urgent, "d.urgent")                                                                 \
    NEXT(i64s, displaces, "d.displaces")                                                           \
    NEXT(stamp, decided_at, "d.decided_at")                                                        \
    NEXT(text, decided_by, "m.handle")                                                             \
    NEXT(flag, after_open, "d.after_open")
static MESSAGE_READER(decision_take, Okr__ProjectDecision, DECISION_ROW);
MESSAGE_LIST(project_decisions, Okr__ProjectDecision, OKR__PROJECT_DECISION__INIT, decision_take);

STATEMENT(project_decisions_of, MANY, "l", ROW_LETTERS(DECISION_ROW),
          "SELECT " ROW_COLUMNS(
              DECISION_ROW) " FROM project_decision d JOIN member m ON m.id = d.decided_by"
                            " WHERE d.project_id = $1 ORDER BY d.id");

struct asked project_decisions_ask(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &project_decisions_of);
    bind_i64(q, project_id);
    return q->asked;
}

STATEMENT(quarter_changes, MANY, "t", ROW_LETTERS(DECISION_ROW),
          "SELECT " ROW_COLUMNS(
              DECISION_ROW) " FROM project p JOIN project_decision d ON d.project_id = p.id"
                            " JOIN member m ON m.id = d.decided_by"
                            " WHERE p.quarter = $1 AND d.after_open ORDER BY d.id");

struct asked quarter_changes_ask(struct call *call, const char *quarter)
{
    struct query *q = call_ask(call, &quarter_changes);
    bind_text(q, quarter);
    return q->asked;
}

STATEMENT(
    project_decision_add, NONE, "litbLzlb", "",
    "INSERT INTO project_decision (project_id, decision, reason, urgent, displaces, decided_at,"
    " decided_by, after_open) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

void project_decision_insert(struct call *call, const Okr__ProjectDecision *decision)
{
    struct query *q = call_ask(call, &project_decision_add);
    bind_i64(q, decision->project_id);
    bind_i32(q, (int32_t)decision->decision);
    bind_text(q, decision->reason);
    bind_bool(q, decision->urgent);
    bind_i64_array(q, decision->displaces, decision->n_displaces);
    bind_time(q, call->now);
    bind_i64(q, call->actor.member_id);
    bind_bool(q, decision->after_open);
}
