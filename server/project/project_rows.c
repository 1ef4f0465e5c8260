// The read side of projects: one statement a look-up, rows into messages. Writing is
// project_write.c. It knows tables, not rules.
#include "server/project/project_rows.h"

STATEMENT(project_get, MANY, "l", PROJECT_LETTERS,
          "SELECT " PROJECT_COLUMNS " FROM " PROJECT_FROM " WHERE p.id = $1");

STATEMENT(project_list, MANY, "tiil", PROJECT_LETTERS,
          "SELECT " PROJECT_COLUMNS " FROM " PROJECT_FROM " WHERE p.quarter = $1"
          " AND ($2::integer IS NULL OR p.kind = $2)"
          " AND ($3::integer IS NULL OR p.state = $3)"
          " AND ($4::bigint IS NULL OR p.lead_id = $4 OR EXISTS (SELECT FROM project_member x"
          "      WHERE x.project_id = p.id AND x.member_id = $4))"
          " ORDER BY p.kind, NOT (" PROJECT_RANKED "), p.rank, p.id");

STATEMENT(
    project_get_for_change, MANY, "ll", PROJECT_LETTERS "ibbL",
    "SELECT " PROJECT_COLUMNS ", q.state,"
    " p.proposed_by = $2 OR coalesce(p.lead_id = $2, false)"
    "     OR EXISTS (SELECT FROM project_member x WHERE x.project_id = p.id AND x.member_id = $2),"
    " EXISTS (SELECT FROM project_kr x JOIN key_result k ON k.id = x.kr_id"
    "         WHERE x.project_id = p.id AND NOT k.dropped),"
    " ARRAY(SELECT b.id FROM project b WHERE b.quarter = p.quarter AND b.kind = p.kind"
    "       AND b.state <= 3 ORDER BY b.rank, b.id)"
    " FROM " PROJECT_FROM " JOIN quarter q ON q.name = p.quarter WHERE p.id = $1");

STATEMENT(project_order, MANY, "ti", "L",
          "SELECT ARRAY(SELECT p.id FROM project p"
          " WHERE p.quarter = $1 AND p.kind = $2 AND " PROJECT_RANKED " ORDER BY p.rank, p.id)");

STATEMENT(project_displaceable, MANY, "lL", "L",
          "SELECT ARRAY(SELECT b.id FROM project p JOIN project b ON b.quarter = p.quarter"
          " WHERE p.id = $1 AND b.id = ANY($2::bigint[]) AND b.id <> p.id AND b.state = 2)");

STATEMENT(project_comments, MANY, "l", "llttz",
          "SELECT c.id, c.project_id, c.text, m.handle, c.written_at"
          " FROM project_comment c JOIN member m ON m.id = c.author"
          " WHERE c.project_id = $1 ORDER BY c.id");

STATEMENT(project_decisions, MANY, "l", "llitbLztb",
          "SELECT d.id, d.project_id, d.decision, d.reason, d.urgent, d.displaces, d.decided_at,"
          " m.handle, d.after_open FROM project_decision d JOIN member m ON m.id = d.decided_by"
          " WHERE d.project_id = $1 ORDER BY d.id");

// As MS Project shows a summary with an open milestone.
static const double OPEN_MOST = 99;

Okr__Progress *progress_from_sums(struct call *call, int32_t tasks, double planned, double actual,
                                  double earned, double sum_percent, int32_t baseline_tasks,
                                  int32_t unfinished)
{
    if (tasks <= 0)
        return NULL;
    Okr__Progress *progress = NEW(call, Okr__Progress, OKR__PROGRESS__INIT);
    if (planned > 0) {
        SET(progress, percent, 100 * earned / planned);
    } else {
        SET(progress, percent, sum_percent / tasks);
        SET(progress, by_mean, true);
    }
    SET(progress, unfinished, unfinished);
    if (unfinished > 0 && progress->percent > OPEN_MOST)
        progress->percent = OPEN_MOST;
    SET(progress, planned_work, planned);
    SET(progress, actual_work, actual);
    SET(progress, earned_work, earned);
    SET(progress, tasks, tasks);
    if (baseline_tasks == 0)
        SET(progress, without_baseline, true);
    return progress;
}

static Okr__Progress *progress_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Progress *progress = progress_from_sums(
        call, row_i32(rows, row, 16), row_double(rows, row, 17), row_double(rows, row, 18),
        row_double(rows, row, 19), row_double(rows, row, 20), row_i32(rows, row, 21),
        row_i32(rows, row, 24));
    if (progress != NULL) {
        progress->finish = row_text(rows, row, 22);
        progress->status_date = row_text(rows, row, 23);
    }
    return progress;
}

Okr__Project *project_row(struct call *call, const struct rows *rows, int row)
{
    Okr__Project *project = NEW(call, Okr__Project, OKR__PROJECT__INIT);
    SET(project, id, row_i64(rows, row, 0));
    project->quarter = row_text(rows, row, 1);
    SET(project, kind, (Okr__ProjectKind)row_i32(rows, row, 2));
    project->name = row_text(rows, row, 3);
    project->description = row_text(rows, row, 4);
    SET(project, state, (Okr__ProjectState)row_i32(rows, row, 5));
    if (project->state <= OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED)
        SET(project, rank, row_i32(rows, row, 6));
    project->n_kr_ids = row_i64_array(rows, row, 7, &project->kr_ids);
    if (!row_null(rows, row, 8))
        SET(project, category, (Okr__SideCategory)row_i32(rows, row, 8));
    project->requester = row_text(rows, row, 9);
    project->lead = row_text(rows, row, 10);
    project->lead_name = row_text(rows, row, 11);
    project->n_members = row_text_array(rows, row, 12, &project->members);
    project->proposed_by = row_text(rows, row, 13);
    if (row_bool(rows, row, 14))
        SET(project, changed_after_open, true);
    SET(project, version, row_i64(rows, row, 15));
    project->progress = progress_row(call, rows, row);
    if (!row_null(rows, row, PROJECT_COLUMN_CARRIED_FROM))
        SET(project, carried_from, row_i64(rows, row, PROJECT_COLUMN_CARRIED_FROM));
    return project;
}

void project_ask(struct call *call, int64_t id)
{
    bind_i64(call_ask(call, &project_get), id);
}

void project_list_ask(struct call *call, const char *quarter, int32_t kind, int32_t state,
                      int64_t member_id)
{
    struct query *q = call_ask(call, &project_list);
    bind_text(q, quarter);
    bind_opt_i32(q, kind != 0, kind);
    bind_opt_i32(q, state != 0, state);
    bind_opt_i64(q, member_id != 0, member_id);
}

void project_change_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &project_get_for_change);
    bind_i64(q, id);
    bind_i64(q, call->actor.member_id);
}

bool project_context_row(struct call *call, const struct rows *rows, struct project_context *ret)
{
    if (rows_count(rows) == 0)
        return false;
    ret->project = project_row(call, rows, 0);
    ret->quarter_state = row_i32(rows, 0, PROJECT_N_COLUMNS);
    ret->own = row_bool(rows, 0, PROJECT_N_COLUMNS + 1);
    ret->has_live_kr = row_bool(rows, 0, PROJECT_N_COLUMNS + 2);
    ret->n_order = row_i64_array(rows, 0, PROJECT_N_COLUMNS + 3, &ret->order);
    return true;
}

void project_order_ask(struct call *call, const char *quarter, int32_t kind)
{
    struct query *q = call_ask(call, &project_order);
    bind_text(q, quarter);
    bind_i32(q, kind);
}

void project_displaceable_ask(struct call *call, int64_t id, const int64_t *ids, size_t n)
{
    struct query *q = call_ask(call, &project_displaceable);
    bind_i64(q, id);
    bind_i64_array(q, ids, n);
}

void project_comments_ask(struct call *call, int64_t project_id)
{
    bind_i64(call_ask(call, &project_comments), project_id);
}

Okr__ProjectComment *project_comment_row(struct call *call, const struct rows *rows, int row)
{
    Okr__ProjectComment *comment = NEW(call, Okr__ProjectComment, OKR__PROJECT_COMMENT__INIT);
    SET(comment, id, row_i64(rows, row, 0));
    SET(comment, project_id, row_i64(rows, row, 1));
    comment->text = row_text(rows, row, 2);
    comment->author = row_text(rows, row, 3);
    comment->written_at = row_time_text(rows, row, 4);
    return comment;
}

void project_decisions_ask(struct call *call, int64_t project_id)
{
    bind_i64(call_ask(call, &project_decisions), project_id);
}

Okr__ProjectDecision *project_decision_row(struct call *call, const struct rows *rows, int row)
{
    Okr__ProjectDecision *decision = NEW(call, Okr__ProjectDecision, OKR__PROJECT_DECISION__INIT);
    SET(decision, id, row_i64(rows, row, 0));
    SET(decision, project_id, row_i64(rows, row, 1));
    SET(decision, decision, (Okr__Decision)row_i32(rows, row, 2));
    decision->reason = row_text(rows, row, 3);
    if (row_bool(rows, row, 4))
        SET(decision, urgent, true);
    decision->n_displaces = row_i64_array(rows, row, 5, &decision->displaces);
    decision->decided_at = row_time_text(rows, row, 6);
    decision->decided_by = row_text(rows, row, 7);
    if (row_bool(rows, row, 8))
        SET(decision, after_open, true);
    return decision;
}
