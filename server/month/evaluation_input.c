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

enum {
    PARTS = SNAPSHOT_TASKS | SNAPSHOT_ASSIGNMENTS | SNAPSHOT_RESOURCES | SNAPSHOT_BASELINE_PHASES |
            SNAPSHOT_WORK_PHASES,
};

struct gathering {
    void *state; // the method's own
    void (*then)(struct call *, Okr__EvaluationSnapshot *);
    int32_t month;
    struct asked lines, values, factors, projects, krs, revision, versions;
    struct snapshots_asked plans;
    Okr__EvaluationSnapshot *snapshot;
    int64_t *version_ids; // a pair a plan: the version, and what stands in for its baseline or 0
    size_t n_plans;
};

// ---- the lines --------------------------------------------------------------------------------

static Okr__SnapshotLine *new_line(struct call *call, const struct gathering *g)
{
    Okr__SnapshotLine *line = NEW(call, Okr__SnapshotLine, OKR__SNAPSHOT_LINE__INIT);
    line->krs = NEW_ARRAY(call, Okr__SnapshotKr *, EVALUATION_QUARTERS_BACK + 1);
    line->values = NEW_ARRAY(call, Okr__SnapshotValue *, (size_t)asked_count(call, g->values));
    line->factors = NEW_ARRAY(call, Okr__ExternalFactor *, (size_t)asked_count(call, g->factors));
    line->project_ids = NEW_ARRAY(call, int64_t, (size_t)asked_count(call, g->projects));
    return line;
}

static void read_lines(struct call *call, const struct gathering *g,
                       Okr__EvaluationSnapshot *snapshot)
{
    size_t most = (size_t)asked_count(call, g->lines);
    snapshot->lines = NEW_ARRAY(call, Okr__SnapshotLine *, most);
    for (struct row row = asked_begin(call, g->lines); row_next(&row);) {
        struct input_line read = input_line_row(call, &row);
        if (read.kr->id == read.of)
            snapshot->lines[snapshot->n_lines++] = new_line(call, g);
        Okr__SnapshotLine *line = snapshot->lines[snapshot->n_lines - 1];
        line->krs[line->n_krs++] = read.kr;
    }
}

static Okr__SnapshotLine *line_of(const Okr__EvaluationSnapshot *snapshot, int64_t kr_id)
{
    for (size_t i = 0; i < snapshot->n_lines; i++)
        if (snapshot->lines[i]->krs[0]->id == kr_id)
            return snapshot->lines[i];
    return NULL;
}

static void read_values(struct call *call, const struct gathering *g,
                        const Okr__EvaluationSnapshot *snapshot)
{
    int64_t of;
    for (struct row row = asked_begin(call, g->values); row_next(&row);) {
        Okr__SnapshotValue *value = input_value_row(call, &row, &of);
        Okr__SnapshotLine *line = line_of(snapshot, of);
        if (line)
            line->values[line->n_values++] = value;
    }
    for (struct row row = asked_begin(call, g->factors); row_next(&row);) {
        Okr__ExternalFactor *factor = input_factor_row(call, &row, &of);
        Okr__SnapshotLine *line = line_of(snapshot, of);
        if (line)
            line->factors[line->n_factors++] = factor;
    }
}

static void read_sufficiency(struct call *call, const struct gathering *g,
                             const Okr__EvaluationSnapshot *snapshot)
{
    Okr__KeyResult **krs;
    size_t n = key_result_list(call, g->krs, &krs);
    for (size_t i = 0; i < n; i++) {
        Okr__SnapshotLine *line = line_of(snapshot, krs[i]->id);
        if (line)
            line->sufficiency = krs[i]->sufficiency;
    }
}

static void read_projects(struct call *call, const struct gathering *g,
                          Okr__EvaluationSnapshot *snapshot)
{
    size_t most = (size_t)asked_count(call, g->projects);
    snapshot->projects = NEW_ARRAY(call, Okr__SnapshotProject *, most);
    for (struct row row = asked_begin(call, g->projects); row_next(&row);) {
        int64_t *kr_ids;
        size_t n;
        Okr__SnapshotProject *project = input_project_row(call, &row, &kr_ids, &n);
        snapshot->projects[snapshot->n_projects++] = project;
        for (size_t k = 0; k < n; k++) {
            Okr__SnapshotLine *line = line_of(snapshot, kr_ids[k]);
            if (line)
                line->project_ids[line->n_project_ids++] = project->id;
        }
    }
}

static Okr__EvaluationSnapshot *read_snapshot(struct call *call, const struct gathering *g)
{
    const struct evaluation_call *evaluation = g->state;
    Okr__EvaluationSnapshot *snapshot =
        NEW(call, Okr__EvaluationSnapshot, OKR__EVALUATION_SNAPSHOT__INIT);
    SET(snapshot, format, 1);
    snapshot->month = call_printf(call, "%s", evaluation->name);
    snapshot->quarter = evaluation->quarter->name;
    SET(snapshot, review_months, call->settings->review_months);
    SET(snapshot, attained_percent, verdict_attained_percent);
    SET(snapshot, revision, asked_i64(call, g->revision));
    read_lines(call, g, snapshot);
    read_values(call, g, snapshot);
    read_sufficiency(call, g, snapshot);
    read_projects(call, g, snapshot);
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
    const struct plan_snapshot *snapshots = plan_snapshots_rows(call, &g->plans, &n);
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
    g->version_ids = NEW_ARRAY(call, int64_t, 2 * (size_t)asked_count(call, g->versions));
    for (struct row row = asked_begin(call, g->versions); row_next(&row); g->n_plans++) {
        struct input_version version;
        input_version_take(&row, &version);
        g->version_ids[2 * g->n_plans] = version.id;
        g->version_ids[2 * g->n_plans + 1] = version.stand_in;
    }
}

static void gather_rows(struct call *call)
{
    struct gathering *g = call->state;
    int64_t *ids;
    g->snapshot = read_snapshot(call, g);
    read_versions(call, g);
    size_t n = distinct_ids(call, g, &ids);
    if (n > 0 && g->snapshot->n_projects > 0) {
        g->plans = plan_snapshots_ask(call, ids, n, PARTS, 0);
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
    g->lines = input_lines_ask(call, quarter);
    g->values = input_values_ask(call, quarter, next);
    int32_t review_months = call->settings->review_months;
    g->factors =
        input_factors_ask(call, quarter, month_of(evaluation->month, 1 - review_months), next - 1);
    g->projects =
        input_projects_ask(call, quarter, local_to_us(next, 0), evaluation->month, next - 1);
    g->krs = key_result_list_ask(call, quarter, false);
    g->revision = input_revision_ask(call);
    g->versions = input_versions_ask(call, next - 1);
    call->then = gather_rows;
}
