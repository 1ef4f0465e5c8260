// Lines of a docket that come from plans: what changed and what slipped in the week before,
// projects that are expected to miss, people with more planned than they have time for. The figures
// are those of plan_diff.h and analysis.h; nothing is computed here.
#include <string.h>
#include "common/text.h"
#include "server/monday/docket_private.h"
#include "server/monday/docket_rules.h"
#include "server/plan/plan_diff.h"
#include "server/plan/plan_status.h"
#include "server/week/week.h"

#define KIND(name) OKR__DOCKET_KIND__DOCKET_KIND_##name
#define CHANGE(name) OKR__PLAN_CHANGE_KIND__PLAN_CHANGE_KIND_##name

enum { DIFF_PARTS = SNAPSHOT_TASKS | SNAPSHOT_ASSIGNMENTS | SNAPSHOT_RESOURCES };

// ---- changes and slips ------------------------------------------------------------------------

bool docket_has_changes(const struct docket_build *build)
{
    return build->n_sources > 0;
}

void docket_ask_changes(struct call *call)
{
    struct docket_build *build = call->state;
    int64_t *ids = NEW_ARRAY(call, int64_t, 2 * build->n_sources);
    for (size_t i = 0; i < build->n_sources; i++) {
        ids[2 * i] = build->sources[i].older;
        ids[2 * i + 1] = build->sources[i].newer;
    }
    build->snapshots = plan_snapshots_ask(call, ids, 2 * build->n_sources, DIFF_PARTS, 0);
}

static const struct plan_snapshot *snapshot_of(const struct plan_snapshot *snapshots, size_t n,
                                               int64_t version_id)
{
    for (size_t i = 0; i < n; i++)
        if (snapshots[i].version_id == version_id)
            return &snapshots[i];
    return NULL;
}

// A name, and a place in the outline, ask for no decision.
static Okr__DocketKind kind_of(const Okr__PlanChange *change)
{
    switch (change->kind) {
    case CHANGE(SLIPPED):
        return KIND(SLIP);
    case CHANGE(RENAMED):
    case CHANGE(MOVED):
        return KIND(UNSPECIFIED);
    default:
        return KIND(PLAN_CHANGE);
    }
}

static Okr__DocketLine *line_with(const struct docket_build *build, const char *key)
{
    for (size_t i = 0; i < build->n_built; i++)
        if (strcmp(build->built[i].line->key, key) == 0)
            return build->built[i].line;
    return NULL;
}

// One line for all changes of a project (or of what belongs to none) in a source, slips apart.
static void count_change(struct call *call, const struct docket_source *source,
                         const Okr__PlanChange *change)
{
    Okr__DocketKind kind = kind_of(change);
    const char *word = kind == KIND(SLIP) ? "slip" : "plan-change";
    int64_t project = change->has_project_id ? change->project_id : 0;
    if (kind == KIND(UNSPECIFIED))
        return;
    const char *key = project
                          ? call_printf(call, "%s/%s/%lld", word, source->name, (long long)project)
                          : call_printf(call, "%s/%s", word, source->name);
    Okr__DocketLine *line = line_with(call->state, key);
    if (!line) {
        line = docket_add(call, kind, project, project ? NULL : source->name, key);
        line->detail =
            call_printf(call, "%s %lld..%lld", source->name, (long long)source->older_number,
                        (long long)source->newer_number);
    }
    SET(line, count, line->count + 1);
    if (kind == KIND(SLIP) && change->working_days > line->days)
        SET(line, days, change->working_days);
}

static void add_changes_of(struct call *call, const struct docket_source *source,
                           const struct plan_snapshot *older, const struct plan_snapshot *newer)
{
    size_t n;
    struct plan_diff diff = {.older = older, .newer = newer};
    diff.time = working_time_of_plan(call->arena, newer->version->header, newer->calendars,
                                     newer->n_calendars);
    diff.has_status = plan_status(newer->version->header, &diff.status) != 0;
    Okr__PlanChange **changes = diff.time ? plan_diff_changes(call->arena, &diff, &n) : NULL;
    for (size_t i = 0; changes && i < n; i++)
        count_change(call, source, changes[i]);
}

void docket_add_changes(struct call *call)
{
    const struct docket_build *build = call->state;
    size_t n;
    struct plan_snapshot *snapshots = plan_snapshots_rows(call, &build->snapshots, &n);
    for (size_t i = 0; snapshots && i < build->n_sources; i++) {
        const struct docket_source *source = &build->sources[i];
        const struct plan_snapshot *older = snapshot_of(snapshots, n, source->older);
        const struct plan_snapshot *newer = snapshot_of(snapshots, n, source->newer);
        if (older && newer)
            add_changes_of(call, source, older, newer);
    }
}

// ---- expected misses --------------------------------------------------------------------------

static const char *word_of(const ProtobufCEnumDescriptor *type, int value, const char *prefix)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    return found ? found->name + strlen(prefix) : "?";
}

// "PACE 2026-12-15T17:00:00 > BASELINE 2026-12-11T17:00:00", and of tasks which one.
static const char *miss_text(struct call *call, const Okr__ExpectedMiss *miss)
{
    const char *text = call_printf(
        call, "%s %s > %s %s",
        word_of(&okr__miss_witness__descriptor, (int)miss->witness, "MISS_WITNESS_"),
        miss->at ? miss->at : "-",
        word_of(&okr__miss_limit__descriptor, (int)miss->limit, "MISS_LIMIT_"), miss->due);
    if (!miss->has_task_uid)
        return text;
    enum { NAME_BYTES = 80 };
    char *name = call_printf(call, "%s", miss->task_name);
    name[text_fit(name, NAME_BYTES)] = '\0';
    for (char *c = name; *c; c++)
        if (*c == '\n' || *c == '|')
            *c = ' ';
    return call_printf(call, "%s %d %lld %s", text, miss->count, (long long)miss->task_uid, name);
}

static void add_miss(struct call *call, const Okr__EarnedValue *value)
{
    const struct docket_project *project = docket_project(call->state, value->project_id);
    if (!value->expected_miss || !project || !project->accepted)
        return;
    const char *key = call_printf(call, "expected-miss/%lld", (long long)value->project_id);
    Okr__DocketLine *line =
        docket_add(call, KIND(EXPECTED_MISS), value->project_id, value->project_name, key);
    line->detail = call_printf(call, "%s", "");
    for (size_t i = 0; i < value->n_misses; i++)
        line->detail = call_printf(call, "%s%s%s", line->detail, *line->detail ? " | " : "",
                                   miss_text(call, value->misses[i]));
}

// ---- overload ---------------------------------------------------------------------------------

static int overloaded_weeks(const Okr__PersonLoad *person)
{
    int count = 0;
    for (size_t i = 0; i < person->n_weeks; i++)
        count += person->weeks[i]->overload != 0;
    return count;
}

// Somebody who stands in several rows or plans has one line.
static void add_overload(struct call *call, const Okr__PersonLoad *person)
{
    int count = overloaded_weeks(person);
    const char *key = person->member ? call_printf(call, "overload/%s", person->member)
                                     : call_printf(call, "overload/%s/%lld", person->source,
                                                   (long long)person->resource_uid);
    if (count == 0 || line_with(call->state, key))
        return;
    Okr__DocketLine *line = docket_add(call, KIND(OVERLOAD), 0, person->name, key);
    SET(line, count, count);
    line->detail = call_printf(call, "%s", "");
    for (size_t i = 0; i < person->n_weeks; i++) {
        const Okr__LoadWeek *week = person->weeks[i];
        if (week->overload)
            line->detail = call_printf(call, "%s%s%s %.0f/%.0f h", line->detail,
                                       *line->detail ? ", " : "", week->week,
                                       (week->planned + week->elsewhere) / 60, week->capacity / 60);
    }
}

void docket_add_expected(struct call *call)
{
    const struct docket_build *build = call->state;
    Okr__EarnedValue **values;
    Okr__PersonLoad **people;
    size_t n = analysis_earned_values(call, build->analysis, &values);
    for (size_t i = 0; i < n && !call->done; i++)
        add_miss(call, values[i]);
    n = call->done ? 0
                   : analysis_loads(call, build->analysis, build->docket.monday, DOCKET_WEEKS_AHEAD,
                                    &people);
    for (size_t i = 0; i < n && !call->done; i++)
        add_overload(call, people[i]);
}
