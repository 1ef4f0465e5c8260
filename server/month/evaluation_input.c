// A month's snapshot, filled with all that its verdicts are computed from (R43). What a figure
// means for a verdict is evaluate.c's.
#include "common/calendar.h"
#include "server/call/handler.h"
#include "server/month/evaluation.h"
#include "server/month/evaluation_plan.h"
#include "server/call/guard.h"
#include "server/month/verdict.h"
#include "server/month/evaluation_input_rows.h"
#include "server/quarter/key_result_rows.h"
#include "server/plan/plan_snapshot_rows.h"

enum { LINES, VALUES, FACTORS, PROJECTS, KRS, REVISION, VERSIONS };
enum {
    PARTS = SNAPSHOT_TASKS | SNAPSHOT_ASSIGNMENTS | SNAPSHOT_RESOURCES | SNAPSHOT_BASELINE_PHASES |
            SNAPSHOT_WORK_PHASES,
};

struct gathering {
    void *state; // the method's own
    void (*then)(struct call *, Okr__EvaluationSnapshot *);
    int32_t month;
    Okr__EvaluationSnapshot *snapshot;
    int64_t *version_ids; // a pair a plan: the version, and what stands in for its baseline or 0
    size_t n_plans;
};

// ---- the lines --------------------------------------------------------------------------------

static Okr__SnapshotLine *new_line(struct call *call, const struct rows *projects)
{
    Okr__SnapshotLine *line = NEW(call, Okr__SnapshotLine, OKR__SNAPSHOT_LINE__INIT);
    line->krs = NEW_ARRAY(call, Okr__SnapshotKr *, EVALUATION_QUARTERS_BACK + 1);
    line->values = NEW_ARRAY(call, Okr__SnapshotValue *, (size_t)rows_count(&call->rows[VALUES]));
    line->factors =
        NEW_ARRAY(call, Okr__ExternalFactor *, (size_t)rows_count(&call->rows[FACTORS]));
    line->project_ids = NEW_ARRAY(call, int64_t, (size_t)rows_count(projects));
    return line;
}

static void read_lines(struct call *call, Okr__EvaluationSnapshot *snapshot)
{
    const struct rows *rows = &call->rows[LINES];
    int count = rows_count(rows);
    snapshot->lines = NEW_ARRAY(call, Okr__SnapshotLine *, (size_t)count);
    for (int i = 0; i < count; i++) {
        struct input_line row = input_line_row(call, rows, i);
        if (row.kr->id == row.of)
            snapshot->lines[snapshot->n_lines++] = new_line(call, &call->rows[PROJECTS]);
        Okr__SnapshotLine *line = snapshot->lines[snapshot->n_lines - 1];
        line->krs[line->n_krs++] = row.kr;
    }
}

static Okr__SnapshotLine *line_of(const Okr__EvaluationSnapshot *snapshot, int64_t kr_id)
{
    for (size_t i = 0; i < snapshot->n_lines; i++)
        if (snapshot->lines[i]->krs[0]->id == kr_id)
            return snapshot->lines[i];
    return NULL;
}

static void read_values(struct call *call, const Okr__EvaluationSnapshot *snapshot)
{
    int64_t of;
    for (int i = 0; i < rows_count(&call->rows[VALUES]); i++) {
        Okr__SnapshotValue *value = input_value_row(call, &call->rows[VALUES], i, &of);
        Okr__SnapshotLine *line = line_of(snapshot, of);
        if (line)
            line->values[line->n_values++] = value;
    }
    for (int i = 0; i < rows_count(&call->rows[FACTORS]); i++) {
        Okr__ExternalFactor *factor = input_factor_row(call, &call->rows[FACTORS], i, &of);
        Okr__SnapshotLine *line = line_of(snapshot, of);
        if (line)
            line->factors[line->n_factors++] = factor;
    }
}

static void read_sufficiency(struct call *call, const Okr__EvaluationSnapshot *snapshot)
{
    for (struct row row = asked_begin(call, asked_nth(call, KRS)); row_next(&row);) {
        const Okr__KeyResult *kr = key_result_row(call, &row);
        Okr__SnapshotLine *line = line_of(snapshot, kr->id);
        if (line)
            line->sufficiency = kr->sufficiency;
    }
}

static void read_projects(struct call *call, Okr__EvaluationSnapshot *snapshot)
{
    const struct rows *rows = &call->rows[PROJECTS];
    int count = rows_count(rows);
    snapshot->projects = NEW_ARRAY(call, Okr__SnapshotProject *, (size_t)count);
    for (int i = 0; i < count; i++) {
        int64_t *kr_ids;
        size_t n;
        Okr__SnapshotProject *project = input_project_row(call, rows, i, &kr_ids, &n);
        snapshot->projects[snapshot->n_projects++] = project;
        for (size_t k = 0; k < n; k++) {
            Okr__SnapshotLine *line = line_of(snapshot, kr_ids[k]);
            if (line)
                line->project_ids[line->n_project_ids++] = project->id;
        }
    }
}

static Okr__EvaluationSnapshot *read_snapshot(struct call *call,
                                              const struct evaluation_call *evaluation)
{
    Okr__EvaluationSnapshot *snapshot =
        NEW(call, Okr__EvaluationSnapshot, OKR__EVALUATION_SNAPSHOT__INIT);
    SET(snapshot, format, 1);
    snapshot->month = call_printf(call, "%s", evaluation->name);
    snapshot->quarter = evaluation->quarter->name;
    SET(snapshot, review_months, call->settings->review_months);
    SET(snapshot, attained_percent, verdict_attained_percent);
    SET(snapshot, revision, row_i64(&call->rows[REVISION], 0, 0));
    read_lines(call, snapshot);
    read_values(call, snapshot);
    read_sufficiency(call, snapshot);
    read_projects(call, snapshot);
    return snapshot;
}

// ---- the rounds -------------------------------------------------------------------------------

static void gathered(struct call *call, struct gathering *g)
{
    call->state = g->state;
    g->then(call, g->snapshot);
}

static const struct plan_snapshot *with_id(const struct plan_snapshot *snapshots, size_t n,
                                           int64_t version_id)
{
    for (size_t i = 0; i < n; i++)
        if (snapshots[i].version_id == version_id)
            return &snapshots[i];
    return NULL;
}

static void gather_plans(struct call *call)
{
    struct gathering *g = call->state;
    size_t n, kept = 0;
    const struct plan_snapshot *snapshots = plan_snapshots_rows(call, 0, PARTS, &n);
    struct evaluated_plan *plans = NEW_ARRAY(call, struct evaluated_plan, g->n_plans);
    for (size_t i = 0; i < g->n_plans; i++) {
        plans[kept].now = with_id(snapshots, n, g->version_ids[2 * i]);
        plans[kept].stand_in = with_id(snapshots, n, g->version_ids[2 * i + 1]);
        kept += plans[kept].now != NULL;
    }
    evaluation_plan(call->arena, g->snapshot, plans, kept, g->month);
    gathered(call, g);
}

// The ids of all versions that are wanted, each once, for a reading of them all.
static size_t distinct_ids(struct call *call, const struct gathering *g, int64_t **ret)
{
    int64_t *ids = NEW_ARRAY(call, int64_t, 2 * g->n_plans);
    size_t n = 0;
    for (size_t i = 0; i < 2 * g->n_plans; i++)
        if (g->version_ids[i] > 0 && !guard_has_id(ids, n, g->version_ids[i]))
            ids[n++] = g->version_ids[i];
    *ret = ids;
    return n;
}

static void read_versions(struct call *call, struct gathering *g)
{
    const struct rows *rows = &call->rows[VERSIONS];
    g->n_plans = (size_t)rows_count(rows);
    g->version_ids = NEW_ARRAY(call, int64_t, 2 * g->n_plans);
    for (size_t i = 0; i < 2 * g->n_plans; i++)
        g->version_ids[i] = row_i64(rows, (int)(i / 2), (int)(i % 2));
}

static void gather_rows(struct call *call)
{
    struct gathering *g = call->state;
    int64_t *ids;
    g->snapshot = read_snapshot(call, g->state);
    read_versions(call, g);
    size_t n = distinct_ids(call, g, &ids);
    if (n > 0 && g->snapshot->n_projects > 0) {
        plan_snapshots_ask(call, ids, n, PARTS, 0);
        call->then = gather_plans;
        return;
    }
    evaluation_plan(call->arena, g->snapshot, NULL, 0, g->month);
    gathered(call, g);
}

void evaluation_gather(struct call *call, const struct evaluation_call *evaluation,
                       void (*then)(struct call *, Okr__EvaluationSnapshot *))
{
    struct gathering *g = NEW_ARRAY(call, struct gathering, 1);
    const char *quarter = evaluation->quarter->name;
    int32_t next = month_of(evaluation->month, 1);
    *g = (struct gathering){.state = call->state, .then = then, .month = evaluation->month};
    call->state = g;
    input_lines_ask(call, quarter);
    input_values_ask(call, quarter, next);
    int32_t review_months = call->settings->review_months;
    input_factors_ask(call, quarter, month_of(evaluation->month, 1 - review_months), next - 1);
    input_projects_ask(call, quarter, local_to_us(next, 0), evaluation->month, next - 1);
    key_result_list_ask(call, quarter, false);
    input_revision_ask(call);
    input_versions_ask(call, next - 1);
    call->then = gather_rows;
}
