// Building a docket: the rounds that it takes, and how its lines and the decisions become the
// reply. What makes a line stands in docket_week.c and docket_plan.c.
#include "server/monday/docket.h"
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "server/monday/docket_private.h"
#include "server/monday/docket_rules.h"
#include "server/worktime/due_day.h"
#include "server/week/week.h"
#include "server/week/goal_rows.h"
#include "server/worktime/holiday_rows.h"

enum {
    ROWS_PROJECTS,
    ROWS_WEEKS,
    ROWS_GOALS,
    ROWS_MISSED,
    ROWS_URGENT,
    ROWS_FOLLOW_UPS,
    ROWS_DECISIONS,
    ROWS_COMMENTS,
    ROWS_HOLIDAYS,
    ROWS_SOURCES,
};

// ---- lines ------------------------------------------------------------------------------------

const struct docket_project *docket_project(const struct docket_build *build, int64_t id)
{
    for (size_t i = 0; i < build->n_projects; i++)
        if (build->projects[i].id == id)
            return &build->projects[i];
    return NULL;
}

static bool make_room(struct call *call, struct docket_build *build)
{
    if (build->n_built < build->room)
        return true;
    size_t room = build->room ? 2 * build->room : 64;
    struct docket_built *built = NEW_ARRAY(call, struct docket_built, room);
    if (arena_exhausted(call->arena))
        return false;
    if (build->n_built)
        memcpy(built, build->built, build->n_built * sizeof *built);
    build->built = built;
    build->room = room;
    return true;
}

Okr__DocketLine *docket_add(struct call *call, Okr__DocketKind kind, int64_t project_id,
                            const char *subject, const char *key)
{
    struct docket_build *build = call->state;
    Okr__DocketLine *line = NEW(call, Okr__DocketLine, OKR__DOCKET_LINE__INIT);
    const struct docket_project *project = docket_project(build, project_id);
    if (!make_room(call, build))
        return line;
    build->built[build->n_built] = (struct docket_built){
        .line = line,
        .place = project ? (size_t)(project - build->projects) : build->n_projects,
        .sequence = build->n_built,
    };
    build->n_built++;
    line->key = call_printf(call, "%s", key);
    SET(line, kind, kind);
    if (project_id)
        SET(line, project_id, project_id);
    if (project)
        subject = project->name;
    if (!subject)
        subject = thing_label(call, "P", project_id);
    line->subject = call_printf(call, "%s", subject);
    return line;
}

static int order(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int order_lines(const void *left, const void *right)
{
    const struct docket_built *a = left, *b = right;
    int by_kind = order((size_t)a->line->kind, (size_t)b->line->kind);
    int by_place = order(a->place, b->place);
    return by_kind ? by_kind : by_place ? by_place : order(a->sequence, b->sequence);
}

// ---- the reply --------------------------------------------------------------------------------

static void judge(struct call *call, struct docket_build *build)
{
    Okr__Docket *reply = build->docket.reply;
    const Okr__DocketLine *confirmed = build->docket.confirmed;
    const char *at;
    bool reviewed = docket_reviewed(reply->lines, reply->n_lines,
                                    confirmed ? confirmed->decided_at : NULL, &at);
    // What was left open then does not show any more.
    if (build->past && build->open_left > 0)
        reviewed = false;
    SET(reply, open, docket_open(reply->lines, reply->n_lines));
    SET(reply, reviewed, reviewed);
    if (confirmed)
        SET(reply, confirmed_version, confirmed->version);
    if (reviewed && at)
        reply->reviewed_at = call_printf(call, "%s", at);
}

static void finish(struct call *call)
{
    struct docket_build *build = call->state;
    Okr__Docket *reply = build->docket.reply;
    Okr__DocketLine **built = NEW_ARRAY(call, Okr__DocketLine *, build->n_built);
    if (build->n_built)
        qsort(build->built, build->n_built, sizeof *build->built, order_lines);
    for (size_t i = 0; i < build->n_built; i++)
        built[i] = build->built[i].line;
    reply->lines = docket_merge(call->arena, built, build->n_built, build->decided,
                                build->n_decided, build->past, &reply->n_lines);
    if (arena_exhausted(call->arena)) {
        call_fail(call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
        return;
    }
    judge(call, build);
    build->then(call);
}

static void take_decisions(struct call *call, const struct rows *rows)
{
    struct docket_build *build = call->state;
    build->decided = NEW_ARRAY(call, Okr__DocketLine *, (size_t)rows_count(rows));
    for (int i = 0; i < rows_count(rows); i++) {
        struct docket_decided decided = docket_decided_row(call, rows, i);
        if (decided.line->key[0])
            build->decided[build->n_decided++] = decided.line;
        else
            build->docket.confirmed = decided.line;
        if (decided.at >= build->last_at) {
            build->last_at = decided.at;
            build->open_left = decided.open_left;
        }
    }
}

static void take_comments(struct call *call, const struct rows *rows)
{
    struct docket_build *build = call->state;
    Okr__Docket *reply = build->docket.reply;
    reply->n_comments = (size_t)rows_count(rows);
    reply->comments = NEW_ARRAY(call, Okr__DocketComment *, reply->n_comments);
    for (size_t i = 0; i < reply->n_comments; i++)
        reply->comments[i] = docket_comment_row(call, rows, (int)i);
}

static void take_projects(struct call *call, const struct rows *rows)
{
    struct docket_build *build = call->state;
    build->n_projects = (size_t)rows_count(rows);
    build->projects = NEW_ARRAY(call, struct docket_project, build->n_projects);
    for (size_t i = 0; i < build->n_projects; i++)
        build->projects[i] = docket_project_row(rows, (int)i);
}

static void take_sources(struct call *call, const struct rows *rows)
{
    struct docket_build *build = call->state;
    build->sources = NEW_ARRAY(call, struct docket_source, (size_t)rows_count(rows));
    for (int i = 0; i < rows_count(rows); i++) {
        build->sources[build->n_sources] = docket_source_row(rows, i);
        if (build->sources[build->n_sources].older)
            build->n_sources++;
    }
}

static void take_due_day(struct call *call, const struct rows *rows)
{
    struct docket_build *build = call->state;
    size_t n;
    int32_t *holidays = holidays_days(call, rows, &n);
    char day[DATE_SIZE];
    int32_t due = monday_due_day(build->docket.monday, holidays, n);
    int unknown = year_without_holidays(build->docket.monday, due, holidays, n);
    date_format(due, day);
    if (unknown)
        SET(build->docket.reply, year_without_holidays, unknown);
    build->docket.reply->week = week_text(call, build->docket.monday);
    build->docket.reply->due_day = call_printf(call, "%s", day);
}

// ---- rounds -----------------------------------------------------------------------------------

static void expected_answered(struct call *call)
{
    docket_add_expected(call);
    if (!call->done)
        finish(call);
}

static void changes_answered(struct call *call)
{
    struct docket_build *build = call->state;
    if (docket_has_changes(build))
        docket_add_changes(call, build->past ? 0 : ANALYSIS_FIRST_QUERIES);
    if (call->done)
        return;
    if (build->past)
        finish(call);
    else if (analysis_ask_rows(call, build->analysis))
        call->then = expected_answered;
}

// The quarter that the Monday lies in, by the settings.
static const char *take_quarter(struct call *call, struct docket_build *build)
{
    int year, q, month = call->settings->fiscal_first_month;
    int32_t first;
    char name[QUARTER_SIZE];
    quarter_of(build->docket.monday, month, &year, &q);
    quarter_range(year, q, month, &first, &build->quarter_last);
    quarter_format(year, q, name);
    return call_printf(call, "%s", name);
}

static void ask_plans(struct call *call)
{
    struct docket_build *build = call->state;
    if (!build->past) {
        struct analysis_question *question = NEW_ARRAY(call, struct analysis_question, 1);
        question->wanted = ANALYSIS_EARNED_VALUE | ANALYSIS_LOAD;
        question->quarter = take_quarter(call, build);
        build->analysis = analysis_ask(call, question);
    }
    if (docket_has_changes(build))
        docket_ask_changes(call);
    if (build->past && !docket_has_changes(build))
        finish(call);
    else
        call->then = changes_answered;
}

static void week_answered(struct call *call)
{
    take_projects(call, &call->rows[ROWS_PROJECTS]);
    take_decisions(call, &call->rows[ROWS_DECISIONS]);
    take_comments(call, &call->rows[ROWS_COMMENTS]);
    take_due_day(call, &call->rows[ROWS_HOLIDAYS]);
    take_sources(call, &call->rows[ROWS_SOURCES]);
    docket_add_runs(call, &call->rows[ROWS_MISSED]);
    docket_add_missing(call, asked_nth(call, ROWS_WEEKS), asked_nth(call, ROWS_GOALS));
    docket_add_urgent(call, &call->rows[ROWS_URGENT]);
    docket_add_follow_ups(call, &call->rows[ROWS_FOLLOW_UPS]);
    ask_plans(call);
}

void docket_load(struct call *call, int32_t monday, void (*then)(struct call *))
{
    struct docket_build *build = NEW_ARRAY(call, struct docket_build, 1);
    build->docket.monday = monday;
    build->docket.reply = NEW(call, Okr__Docket, OKR__DOCKET__INIT);
    build->then = then;
    build->past = monday < week_of(call_today(call));
    build->since = local_to_us(monday - 7, 0);
    build->until = local_to_us(monday, 0);
    call->state = build;
    docket_projects_ask(call, monday);
    week_list_ask(call, monday - 7, false);
    goal_ask_week(call, monday - 7);
    docket_missed_ask(call, monday);
    docket_urgent_ask(call, build->since, build->until);
    docket_follow_ups_ask(call, monday);
    docket_decisions_ask(call, monday);
    docket_comments_ask(call, monday);
    holidays_ask(call, years_first_day(monday), years_last_day(monday + DUE_HOLIDAY_DAYS));
    docket_sources_ask(call, build->since, build->until);
    call->then = week_answered;
}

Okr__DocketLine *docket_line(const struct docket *docket, const char *key)
{
    for (size_t i = 0; i < docket->reply->n_lines; i++)
        if (strcmp(docket->reply->lines[i]->key, key) == 0)
            return docket->reply->lines[i];
    return NULL;
}
