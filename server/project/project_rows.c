// The read side of projects: one statement a look-up, rows into messages. Writing is
// project_write_rows.c, discussion and decisions are project_note_rows.c. It knows tables, not
// rules.
#include "server/project/project_rows.h"

// As MS Project shows a summary with an open milestone (R21).
static const double OPEN_MOST = 99;

Okr__Progress *progress_from_sums(struct call *call, const struct progress_sums *sums)
{
    if (sums->tasks <= 0)
        return NULL;
    Okr__Progress *progress = NEW(call, Okr__Progress, OKR__PROGRESS__INIT);
    if (sums->planned_work > 0) {
        SET(progress, percent, 100 * sums->earned_work / sums->planned_work);
    } else {
        SET(progress, percent, sums->sum_percent / sums->tasks);
        SET(progress, by_mean, true);
    }
    SET(progress, unfinished, sums->unfinished);
    if (sums->unfinished > 0 && progress->percent > OPEN_MOST)
        progress->percent = OPEN_MOST;
    SET(progress, planned_work, sums->planned_work);
    SET(progress, actual_work, sums->actual_work);
    SET(progress, earned_work, sums->earned_work);
    SET(progress, tasks, sums->tasks);
    if (sums->baseline_tasks == 0)
        SET(progress, without_baseline, true);
    progress->finish = sums->finish;
    progress->status_date = sums->status_date;
    return progress;
}

static MESSAGE_READER(project_take, Okr__Project, PROJECT_ROW);
static STRUCT_READER(progress_take, struct progress_sums, PROGRESS_ROW);

Okr__Project *project_row(struct call *call, struct row *row, bool *ret_all_done)
{
    Okr__Project *project = NEW(call, Okr__Project, OKR__PROJECT__INIT);
    struct progress_sums sums;
    project_take(row, project);
    progress_take(row, &sums);
    project->progress = progress_from_sums(call, &sums);
    project->n_kr_ids = take_i64s(row, &project->kr_ids);
    project->n_members = take_texts(row, &project->members);
    if (ret_all_done)
        *ret_all_done = sums.has_unfinished && sums.unfinished == 0;
    return project;
}

STATEMENT(project_get, MAYBE, "l", PROJECT_LETTERS,
          "SELECT " PROJECT_COLUMNS " FROM " PROJECT_FROM " WHERE p.id = $1");

struct asked project_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &project_get);
    bind_i64(q, id);
    return q->asked;
}

Okr__Project *project_read(struct call *call, struct asked asked)
{
    struct row row;
    return asked_first(call, asked, &row) ? project_row(call, &row, NULL) : NULL;
}

STATEMENT(project_list_of, MANY, "tiil", PROJECT_LETTERS,
          "SELECT " PROJECT_COLUMNS " FROM " PROJECT_FROM " WHERE p.quarter = $1"
          " AND ($2::integer IS NULL OR p.kind = $2)"
          " AND ($3::integer IS NULL OR p.state = $3)"
          " AND ($4::bigint IS NULL OR p.lead_id = $4 OR EXISTS (SELECT FROM project_member x"
          "      WHERE x.project_id = p.id AND x.member_id = $4))"
          " ORDER BY p.kind, NOT (" PROJECT_RANKED "), p.rank, p.id");

struct asked project_list_ask(struct call *call, const char *quarter, int32_t kind, int32_t state,
                              int64_t member_id)
{
    struct query *q = call_ask(call, &project_list_of);
    bind_text(q, quarter);
    bind_opt_i32(q, kind != 0, kind);
    bind_opt_i32(q, state != 0, state);
    bind_opt_i64(q, member_id != 0, member_id);
    return q->asked;
}

size_t project_list(struct call *call, struct asked asked, Okr__Project ***ret)
{
    size_t n = 0;
    *ret = NEW_ARRAY(call, Okr__Project *, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);)
        (*ret)[n++] = project_row(call, &row, NULL);
    return n;
}

// A third of the time that as many look-ups a project take.
STATEMENT(quarter_projects, MANY, "ta", PROJECT_LETTERS "b",
          "WITH chosen AS MATERIALIZED (SELECT * FROM project WHERE quarter = $1),"
          " krs AS (SELECT x.project_id, array_agg(x.kr_id ORDER BY x.kr_id) AS ids"
          "  FROM project_kr x JOIN chosen c ON c.id = x.project_id GROUP BY x.project_id),"
          " team AS (SELECT x.project_id, array_agg(m.handle ORDER BY m.handle) AS handles"
          "  FROM project_member x JOIN chosen c ON c.id = x.project_id"
          "  JOIN member m ON m.id = x.member_id GROUP BY x.project_id),"
          " progress AS (SELECT g.project_id, sum(g.tasks)::integer AS tasks,"
          "  sum(g.planned_work) AS planned_work, sum(g.actual_work) AS actual_work,"
          "  sum(g.earned_work) AS earned_work, sum(g.sum_percent) AS sum_percent,"
          "  sum(g.baseline_tasks)::integer AS baseline_tasks, max(g.finish) AS finish,"
          "  min(g.status_date) AS status_date, sum(g.unfinished)::integer AS unfinished"
          "  FROM plan_progress g JOIN chosen c ON c.id = g.project_id GROUP BY g.project_id)"
          " SELECT " PROJECT_COLUMNS_OF(
              "krs.ids",
              "team.handles") ", r.project_id IS NOT NULL"
                              " FROM chosen p JOIN member proposer ON proposer.id = p.proposed_by"
                              " LEFT JOIN member lead ON lead.id = p.lead_id"
                              " LEFT JOIN krs ON krs.project_id = p.id LEFT JOIN team ON "
                              "team.project_id = p.id"
                              " LEFT JOIN progress ON progress.project_id = p.id"
                              " LEFT JOIN week_report r ON r.project_id = p.id AND r.week = $2"
                              " ORDER BY p.kind, p.rank, p.id");

struct asked quarter_projects_ask(struct call *call, const char *quarter, int32_t monday)
{
    struct query *q = call_ask(call, &quarter_projects);
    bind_text(q, quarter);
    bind_date(q, monday);
    return q->asked;
}

void quarter_project_row(struct call *call, struct row *row, struct quarter_project *ret)
{
    ret->project = project_row(call, row, &ret->all_done);
    ret->week_closed = take_bool(row);
}

#define CONTEXT_ROW(FIRST, NEXT)                                                                   \
    FIRST(i32, quarter_state, "q.state")                                                           \
    NEXT(bool, own,                                                                                \
         "p.proposed_by = $2 OR coalesce(p.lead_id = $2, false) OR EXISTS (SELECT"                 \
         " FROM project_member x WHERE x.project_id = p.id AND x.member_id = $2)")                 \
    NEXT(bool, has_live_kr,                                                                        \
         "EXISTS (SELECT FROM project_kr x JOIN key_result k ON k.id = x.kr_id"                    \
         " WHERE x.project_id = p.id AND NOT k.dropped)")                                          \
    NEXT(i64s, order,                                                                              \
         "ARRAY(SELECT b.id FROM project b WHERE b.quarter = p.quarter AND b.kind = p.kind"        \
         " AND b.state <= " SQL_PROJECT_STATE_COMPLETED " ORDER BY b.rank, b.id)")
static STRUCT_READER(context_take, struct project_context, CONTEXT_ROW);

STATEMENT(project_get_for_change, MAYBE, "ll", PROJECT_LETTERS ROW_LETTERS(CONTEXT_ROW),
          "SELECT " PROJECT_COLUMNS
          ", " ROW_COLUMNS(CONTEXT_ROW) " FROM " PROJECT_FROM
                                        " JOIN quarter q ON q.name = p.quarter WHERE p.id = $1");

struct asked project_change_ask(struct call *call, int64_t id)
{
    struct query *q = call_ask(call, &project_get_for_change);
    bind_i64(q, id);
    bind_i64(q, call->actor.member_id);
    return q->asked;
}

bool project_context_row(struct call *call, struct asked asked, struct project_context *ret)
{
    struct row row;
    if (!asked_first(call, asked, &row))
        return false;
    ret->project = project_row(call, &row, &ret->all_done);
    context_take(&row, ret);
    return true;
}

STATEMENT(project_order, ONE, "ti", "L",
          "SELECT ARRAY(SELECT p.id FROM project p"
          " WHERE p.quarter = $1 AND p.kind = $2 AND " PROJECT_RANKED " ORDER BY p.rank, p.id)");

struct asked project_order_ask(struct call *call, const char *quarter, int32_t kind)
{
    struct query *q = call_ask(call, &project_order);
    bind_text(q, quarter);
    bind_i32(q, kind);
    return q->asked;
}

STATEMENT(project_displaceable, ONE, "lL", "L",
          "SELECT ARRAY(SELECT b.id FROM project p JOIN project b ON b.quarter = p.quarter"
          " WHERE p.id = $1 AND b.id = ANY($2::bigint[]) AND b.id <> p.id"
          " AND b.state = " SQL_PROJECT_STATE_ACCEPTED ")");

struct asked project_displaceable_ask(struct call *call, int64_t id, const int64_t *ids, size_t n)
{
    struct query *q = call_ask(call, &project_displaceable);
    bind_i64(q, id);
    bind_i64_array(q, ids, n);
    return q->asked;
}

#define CARRIED_ROW(FIRST, NEXT)                                                                   \
    FIRST(i64, from, "n.carried_from")                                                             \
    NEXT(i64, to, "n.id")
struct carried {
    int64_t from, to;
};
static STRUCT_READER(carried_take, struct carried, CARRIED_ROW);

STATEMENT(quarter_carried, MANY, "t", ROW_LETTERS(CARRIED_ROW),
          "SELECT " ROW_COLUMNS(CARRIED_ROW) " FROM project p JOIN project n ON n.carried_from "
                                             "= p.id WHERE p.quarter = $1");
STATEMENT(project_carried, MAYBE, "l", ROW_LETTERS(CARRIED_ROW),
          "SELECT " ROW_COLUMNS(CARRIED_ROW) " FROM project n WHERE n.carried_from = $1");

struct asked quarter_carried_ask(struct call *call, const char *quarter)
{
    struct query *q = call_ask(call, &quarter_carried);
    bind_text(q, quarter);
    return q->asked;
}

struct asked project_carried_ask(struct call *call, int64_t project_id)
{
    struct query *q = call_ask(call, &project_carried);
    bind_i64(q, project_id);
    return q->asked;
}

int64_t project_carried_to(struct call *call, struct asked asked, int64_t project_id)
{
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        struct carried carried;
        carried_take(&row, &carried);
        if (carried.from == project_id)
            return carried.to;
    }
    return 0;
}
