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

static void take_decisions(struct call *call)
{
    struct docket_build *build = call->state;
    struct asked asked = build->asked.decisions;
    build->decided = NEW_ARRAY(call, Okr__DocketLine *, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        struct docket_decided decided = docket_decided_row(call, &row);
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

static void take_projects(struct call *call)
{
    struct docket_build *build = call->state;
    struct asked asked = build->asked.projects;
    build->projects = NEW_ARRAY(call, struct docket_project, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);)
        docket_project_take(&row, &build->projects[build->n_projects++]);
}

static void take_sources(struct call *call)
{
    struct docket_build *build = call->state;
    struct asked asked = build->asked.sources;
    build->sources = NEW_ARRAY(call, struct docket_source, (size_t)asked_count(call, asked));
    for (struct row row = asked_begin(call, asked); row_next(&row);) {
        docket_source_take(&row, &build->sources[build->n_sources]);
        if (build->sources[build->n_sources].older)
            build->n_sources++;
    }
}

static void take_due_day(struct call *call)
{
    struct docket_build *build = call->state;
    size_t n;
    int32_t *holidays = holidays_days(call, build->asked.holidays, &n);
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
        docket_add_changes(call);
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
    struct docket_build *build = call->state;
    const struct docket_asked *asked = &build->asked;
    Okr__Docket *reply = build->docket.reply;
    take_projects(call);
    take_decisions(call);
    reply->n_comments = docket_comments(call, asked->comments, &reply->comments);
    take_due_day(call);
    take_sources(call);
    docket_add_runs(call, asked->missed);
    docket_add_missing(call, asked->weeks, asked->goals);
    docket_add_urgent(call, asked->urgent);
    docket_add_follow_ups(call, asked->follow_ups);
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
    build->asked = (struct docket_asked){
        .projects = docket_projects_ask(call, monday),
        .weeks = week_list_ask(call, monday - 7, false),
        .goals = goal_ask_week(call, monday - 7),
        .missed = docket_missed_ask(call, monday),
        .urgent = docket_urgent_ask(call, build->since, build->until),
        .follow_ups = docket_follow_ups_ask(call, monday),
        .decisions = docket_decisions_ask(call, monday),
        .comments = docket_comments_ask(call, monday),
        .holidays =
            holidays_ask(call, years_first_day(monday), years_last_day(monday + DUE_HOLIDAY_DAYS)),
        .sources = docket_sources_ask(call, build->since, build->until),
    };
    call->then = week_answered;
}

Okr__DocketLine *docket_line(const struct docket *docket, const char *key)
{
    for (size_t i = 0; i < docket->reply->n_lines; i++)
        if (strcmp(docket->reply->lines[i]->key, key) == 0)
            return docket->reply->lines[i];
    return NULL;
}
