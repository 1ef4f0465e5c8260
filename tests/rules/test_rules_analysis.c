// The rules of plan against baseline over a real okrd (R31, R32). The figures of the demo's plan
// are compared with a small computation of this file's own, which counts minutes one by one and
// shares nothing with the server's. Each test has a plan of its own.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "client/plan_sync/push/push.h"
#include "tests/support/dated_plan.h"

#define QUARTER "2026Q4"
#define TEXT(text) ((char *)(uintptr_t)(text))
#define NEAR(a, b) near((a), (b), #a, __LINE__)

static struct okrd *server;
static int64_t kr;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2026-10-30T18:30:00+09:00");
    fixture_people(server);
    fixture_quarter(server, QUARTER);
    int64_t objective = fixture_objective(server, QUARTER, "Customers find their next deal");
    kr = fixture_kr(server, objective, "Search answers fast");
    fixture_open(server, QUARTER);
    fixture_clear();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server = okrd_stop(server);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    fixture_clear();
    return 0;
}

static void near(double a, double b, const char *what, int line)
{
    if (!(fabs(a - b) <= 1e-6 * (1 + fabs(b))))
        fail_msg("line %d: %s is %.9g, not %.9g", line, what, a, b);
}

static int64_t project(const char *name)
{
    return fixture_project(server, QUARTER, name, kr, "ann", NULL);
}

// ---- asking -----------------------------------------------------------------------------------

static const Okr__EarnedValue *earned_value(int64_t project_id)
{
    Okr__GetEarnedValueRequest request = OKR__GET_EARNED_VALUE_REQUEST__INIT;
    request.quarter = TEXT(QUARTER);
    request.has_project_id = true;
    request.project_id = project_id;
    const Okr__EarnedValueList *list =
        must(server, "eve", RPC_PLAN_ANALYSIS_GET_EARNED_VALUE, &request);
    assert_int_equal(list->n_projects, 1);
    return list->projects[0];
}

static bool has_gap(const Okr__EarnedValue *value, Okr__EvGap gap)
{
    for (size_t i = 0; i < value->n_gaps; i++)
        if (value->gaps[i] == gap)
            return true;
    return false;
}
#define GAP(name) OKR__EV_GAP__EV_GAP_##name

// ---- R31: the demo's plan, counted minute by minute -------------------------------------------

static int64_t minute_of(const char *text)
{
    struct tm tm = {0};
    assert_non_null(strptime(text, "%Y-%m-%dT%H:%M:%S", &tm));
    return timegm(&tm) / 60;
}

// Monday to Friday 9–12 and 13–18, but for the plan's three holidays.
static bool is_worked(int64_t minute)
{
    static const char *const holidays[] = {"2026-10-12", "2026-11-03", "2026-11-23"};
    time_t seconds = (time_t)minute * 60;
    struct tm tm;
    char day[11];
    gmtime_r(&seconds, &tm);
    strftime(day, sizeof day, "%Y-%m-%d", &tm);
    for (size_t i = 0; i < 3; i++)
        if (strcmp(day, holidays[i]) == 0)
            return false;
    return tm.tm_wday >= 1 && tm.tm_wday <= 5 &&
           ((tm.tm_hour >= 9 && tm.tm_hour < 12) || (tm.tm_hour >= 13 && tm.tm_hour < 18));
}

static double worked(int64_t from, int64_t to)
{
    double sum = 0;
    for (int64_t minute = from; minute < to; minute++)
        sum += is_worked(minute);
    return sum;
}

struct leaf {
    int64_t from, to; // baseline, in minutes
    double work, actual, percent;
};

// "PT40H30M0S" → 2430
static double duration_of(const char *text)
{
    double hours = 0, minutes = 0;
    assert_true(sscanf(text, "PT%lfH%lfM", &hours, &minutes) >= 1);
    return hours * 60 + minutes;
}

// The text of the first such element in [at, end); its end tag is not looked for.
static const char *element(const char *at, const char *end, const char *name)
{
    static char value[64];
    char tag[64];
    snprintf(tag, sizeof tag, "<%s>", name);
    const char *found = strstr(at, tag);
    if (!found || found >= end)
        return "";
    size_t n = strcspn(found += strlen(tag), "<");
    snprintf(value, sizeof value, "%.*s", (int)n, found);
    return value;
}

// The rows below the summary row with this UID, up to the next one of its level.
static size_t read_leaves(const char *text, const char *uid, struct leaf *leaves, size_t most)
{
    size_t n = 0;
    bool inside = false;
    for (const char *at = text; (at = strstr(at, "<Task>")); at++) {
        const char *end = strstr(at, "</Task>");
        if (strcmp(element(at, end, "OutlineLevel"), "2") != 0)
            inside = strcmp(element(at, end, "UID"), uid) == 0;
        else if (inside) {
            const char *baseline = strstr(at, "<Baseline>");
            assert_true(n < most && baseline && baseline < end);
            leaves[n].percent = atof(element(at, end, "PercentComplete"));
            leaves[n].actual = duration_of(element(at, end, "ActualWork"));
            leaves[n].from = minute_of(element(baseline, end, "Start"));
            leaves[n].to = minute_of(element(baseline, end, "Finish"));
            leaves[n++].work = duration_of(element(baseline, end, "Work"));
        }
    }
    return n;
}

static double planned_by(const struct leaf *leaves, size_t n, int64_t minute)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double whole = worked(leaves[i].from, leaves[i].to);
        if (minute >= leaves[i].to)
            sum += leaves[i].work;
        else if (minute > leaves[i].from && whole > 0)
            sum += leaves[i].work * worked(leaves[i].from, minute) / whole;
    }
    return sum;
}

// Lipke's ES: the working days whose end has a planned value that is earned, and a part of the
// next. If nothing was planned in the last of these days, the day of them that is nearest to `at`.
static double schedule_of(const struct leaf *leaves, size_t n, int64_t begin, double earned,
                          double at)
{
    double days = 0, planned = 0, level = 0;
    for (int64_t day = begin / 1440;; day++) {
        int64_t evening = day * 1440 + 18 * 60;
        if (worked(evening - 60, evening) == 0)
            continue;
        double then = planned_by(leaves, n, evening);
        if (then > earned && earned > planned)
            return days + (earned - planned) / (then - planned);
        if (then > earned)
            return fmin(fmax(at, level), days);
        days++;
        level = then > planned ? days : level;
        planned = then;
        assert_true(days < 100);
    }
}

static char *demo_plan(void)
{
    FILE *file = fopen(SOURCE_DIR "/tests/demo/program-2026q4.xml", "r");
    static char text[256 * 1024];
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void compare_with_count(int64_t project_id, const char *uid)
{
    static struct leaf leaves[16];
    int64_t status = minute_of("2026-10-30T17:00:00"), begin = INT64_MAX, end = 0;
    double bac = 0, ev = 0, ac = 0;
    size_t n = read_leaves(demo_plan(), uid, leaves, 16);
    assert_true(n > 1);
    for (size_t i = 0; i < n; i++) {
        bac += leaves[i].work;
        ev += leaves[i].work * leaves[i].percent / 100;
        ac += leaves[i].actual;
        begin = leaves[i].from < begin ? leaves[i].from : begin;
        end = leaves[i].to > end ? leaves[i].to : end;
    }
    double pv = planned_by(leaves, n, status), at = worked(begin, status) / 480;
    double es = schedule_of(leaves, n, begin, ev, at);
    const Okr__EarnedValue *value = earned_value(project_id);
    assert_int_equal(value->n_gaps, has_gap(value, GAP(SPREAD_EVENLY)));
    assert_string_equal(value->status_date, "2026-10-30T17:00:00");
    NEAR(value->bac, bac);
    NEAR(value->pv, pv);
    NEAR(value->ev, ev);
    NEAR(value->ac, ac);
    NEAR(value->sv, ev - pv);
    NEAR(value->spi, ev / pv);
    NEAR(value->es, es);
    NEAR(value->at, at);
    NEAR(value->sv_t, es - at);
    NEAR(value->spi_t, es / at);
    assert_int_equal(minute_of(value->baseline_finish), end);
    double length = worked(begin, end) / (es / at);
    double pace = worked(begin, minute_of(value->pace_finish));
    assert_true(pace > length - 1.5 && pace < length + 1.5);
}

// Broken when the server's working time, its curve, its sums or its formulas are off.
static void r31_the_figures_of_the_demo_plan(void **state)
{
    (void)state;
    static const char *const uids[] = {"1", "8", "14", "19", "28", "38"};
    int64_t ids[6];
    struct push_job job = {.path = SOURCE_DIR "/tests/demo/program-2026q4.xml",
                           .source = "demo",
                           .out = fopen("/dev/null", "w"),
                           .err = stderr,
                           .client = okrd_client(server, "pm")};
    assert_int_equal(push_file(&job), 0);
    fclose(job.out);
    for (size_t i = 0; i < 6; i++) {
        ids[i] = project("One of the demo");
        fixture_bind(server, "demo", atoll(uids[i]), ids[i]);
    }
    for (size_t i = 0; i < 6; i++)
        compare_with_count(ids[i], uids[i]);
    // The first of them by hand: 272 hours; planned to be done are 40 + 40 + 80, and 70 % of 80
    // are.
    const Okr__EarnedValue *value = earned_value(ids[0]);
    NEAR(value->bac, 272 * 60);
    NEAR(value->pv, 160 * 60);
    NEAR(value->ev, 136 * 60);
    NEAR(value->spi, 0.85);
    NEAR(value->percent, 50);
    assert_string_equal(value->plan_finish, "2026-11-26T18:00:00");
}

// ---- R31: what is missing, and what stands in -------------------------------------------------

// Broken: a figure that cannot be told is 0, or the reply does not say what is missing for it.
static void r31_a_missing_figure_says_why(void **state)
{
    (void)state;
    static const struct dated_task rows[] = {
        {1, PLAN_NO_PARENT, "Later", "2026-11-02T08:00:00", "2026-11-06T17:00:00", 2400, 0,
         "2026-11-02T08:00:00", "2026-11-06T17:00:00", 0},
        {2, PLAN_NO_PARENT, "Stuck", "2026-10-26T08:00:00", "2026-11-06T17:00:00", 4800, 0,
         "2026-10-26T08:00:00", "2026-11-06T17:00:00", 0},
    };
    int64_t nothing = project("Without a plan"), later = project("Later"), stuck = project("Stuck");
    dated_publish(server, "gaps", "2026-10-30T17:00:00", rows, 2);
    fixture_bind(server, "gaps", 1, later);
    fixture_bind(server, "gaps", 2, stuck);
    const Okr__EarnedValue *value = earned_value(nothing);
    assert_true(has_gap(value, GAP(NO_TASKS)) && value->n_gaps == 1);
    assert_false(value->has_bac || value->has_spi || value->expected_miss);
    value = earned_value(later);
    assert_true(has_gap(value, GAP(NOT_STARTED)) && value->n_gaps == 1);
    assert_false(value->has_spi || value->has_spi_t || value->pace_finish);
    value = earned_value(stuck);
    assert_true(has_gap(value, GAP(NO_PROGRESS)) && has_gap(value, GAP(SPREAD_EVENLY)) &&
                value->n_gaps == 2);
    NEAR(value->spi, 0);
    assert_null(value->pace_finish);

    dated_publish(server, "gaps", NULL, rows, 2);
    value = earned_value(stuck);
    assert_true(has_gap(value, GAP(NO_STATUS_DATE)));
    assert_false(value->has_pv || value->has_spi || value->has_at);
    assert_true(value->has_bac && value->has_ev);
}

static Okr__UseBaselineRequest choice(const char *source, int64_t number)
{
    Okr__UseBaselineRequest request = OKR__USE_BASELINE_REQUEST__INIT;
    request.source = TEXT(source);
    request.has_number = true;
    request.number = number;
    return request;
}

// Without a baseline: what was planned a week ago, and what became of it.
static const struct dated_task bare_then[] = {
    {1, PLAN_NO_PARENT, "Search", "2026-10-19T08:00:00", "2026-11-06T17:00:00", 0, 30, NULL, NULL,
     0},
    {2, 1, "Index", "2026-10-19T08:00:00", "2026-10-30T17:00:00", 4800, 40, NULL, NULL, 0},
    {3, 1, "Switch", "2026-11-02T08:00:00", "2026-11-06T17:00:00", 2400, 0, NULL, NULL, 0},
    {4, 1, "Docs", "2026-10-19T08:00:00", "2026-10-23T17:00:00", 480, 100, NULL, NULL, 0},
};
static const struct dated_task bare_now[] = {
    {1, PLAN_NO_PARENT, "Search", "2026-10-19T08:00:00", "2026-11-13T17:00:00", 0, 40, NULL, NULL,
     0},
    {2, 1, "Index", "2026-10-19T08:00:00", "2026-11-03T17:00:00", 4800, 70, NULL, NULL, 0},
    {3, 1, "Switch", "2026-11-09T08:00:00", "2026-11-13T17:00:00", 2700, 0, NULL, NULL, 0},
};

// Broken when a plan without a baseline shows figures as if it had one, or none can be chosen; and
// when something can stand in for a baseline that is there.
static void r31_a_version_stands_in_for_a_missing_baseline(void **state)
{
    (void)state;
    int64_t search = project("Search without a baseline");
    dated_publish(server, "bare", "2026-10-23T17:00:00", bare_then, 4);
    dated_publish(server, "bare", "2026-10-30T17:00:00", bare_now, 3);
    fixture_bind(server, "bare", 1, search);
    const Okr__EarnedValue *value = earned_value(search);
    assert_true(has_gap(value, GAP(NO_BASELINE)));
    assert_false(value->has_bac || value->has_spi || value->has_baseline_number);

    Okr__UseBaselineRequest request = choice("bare", 1);
    const Okr__BaselineChoice *chosen =
        must(server, "pm", RPC_PLAN_ANALYSIS_USE_BASELINE, &request);
    assert_int_equal(chosen->number, 1);
    value = earned_value(search);
    assert_true(has_gap(value, GAP(NO_BASELINE)));
    assert_int_equal(value->baseline_number, 1);
    NEAR(value->bac, 7200); // Index 80 h, Switch 40 h; the docs are gone from the plan
    NEAR(value->pv, 4800);  // as version 1 has it
    NEAR(value->ev, 0.70 * 4800);
    assert_string_equal(value->baseline_finish, "2026-11-06T17:00:00");

    request = choice("bare", 9);
    const Okr__Status *status =
        refused(server, "pm", RPC_PLAN_ANALYSIS_USE_BASELINE, &request,
                OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOT_EXISTING);
    assert_string_equal(first_field(status), "number");
    request = choice("bare", 0);
    must(server, "pm", RPC_PLAN_ANALYSIS_USE_BASELINE, &request);
    assert_false(earned_value(search)->has_bac);

    // The plan gets its own: it counts, whatever was chosen before.
    static const struct dated_task own[] = {
        {2, PLAN_NO_PARENT, "Index", "2026-10-19T08:00:00", "2026-10-30T17:00:00", 4800, 50,
         "2026-10-26T08:00:00", "2026-11-06T17:00:00", 0},
    };
    request = choice("bare", 1);
    must(server, "pm", RPC_PLAN_ANALYSIS_USE_BASELINE, &request);
    dated_publish(server, "bare", "2026-10-30T17:00:00", own, 1);
    fixture_bind(server, "bare", 2, search);
    value = earned_value(search);
    assert_false(value->has_baseline_number || has_gap(value, GAP(NO_BASELINE)));
    NEAR(value->pv, 2400);
    refused(server, "pm", RPC_PLAN_ANALYSIS_USE_BASELINE, &request,
            OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_PLAN_HAS_BASELINE);
}

// ---- R31: two witnesses -----------------------------------------------------------------------

static struct dated_task one_task(int64_t percent)
{
    return (struct dated_task){1,
                               PLAN_NO_PARENT,
                               "Build",
                               "2026-10-19T08:00:00",
                               "2026-11-13T17:00:00",
                               9600,
                               percent,
                               "2026-10-19T08:00:00",
                               "2026-11-13T17:00:00",
                               0};
}

static void goal_with_result(int64_t project_id, const char *week, Okr__GoalResult result)
{
    const Okr__Goal *goal = fixture_goal(server, "ann", project_id, week, "Half of the index");
    Okr__SetResultRequest request = OKR__SET_RESULT_REQUEST__INIT;
    request.has_id = request.has_version = request.has_result = true;
    request.id = goal->id;
    request.version = goal->version;
    request.result = result;
    request.reason = result == OKR__GOAL_RESULT__GOAL_RESULT_MISSED ? TEXT("was away") : NULL;
    must(server, "ann", RPC_WEEK_SET_RESULT, &request);
}

// Two versions a week apart, the goal of that week, and what the comparison says of it.
static const Okr__EarnedValue *witnesses(const char *source, int64_t from, int64_t to,
                                         Okr__GoalResult result)
{
    int64_t id = project(source);
    struct dated_task row = one_task(from);
    dated_publish(server, source, "2026-10-23T17:00:00", &row, 1);
    row = one_task(to);
    dated_publish(server, source, "2026-10-30T17:00:00", &row, 1);
    fixture_bind(server, source, 1, id);
    goal_with_result(id, "2026-W44", result);
    return earned_value(id);
}

// Broken when progress is believed though the week's goals say otherwise, or the other way round.
static void r31_progress_has_two_witnesses(void **state)
{
    (void)state;
    const Okr__GoalResult achieved = OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
    const Okr__GoalResult missed = OKR__GOAL_RESULT__GOAL_RESULT_MISSED;
    const Okr__EarnedValue *value = witnesses("agree", 20, 45, achieved);
    assert_true(value->has_witnesses_disagree && !value->witnesses_disagree);
    NEAR(value->moved, 25);
    assert_string_equal(value->witness_from, "2026-W44");
    assert_string_equal(value->witness_to, "2026-W44");
    assert_int_equal(value->goals_achieved, 1);
    assert_int_equal(value->n_goal_ids, 1); // it names the goals behind it

    value = witnesses("moved", 20, 45, missed);
    assert_true(value->witnesses_disagree);
    assert_string_equal(value->disagreement, "moved-without-goal");
    assert_int_equal(value->goals_missed, 1);

    value = witnesses("stood", 20, 20, achieved);
    assert_true(value->witnesses_disagree);
    assert_string_equal(value->disagreement, "goal-without-move");

    value = witnesses("little", 20, 22, missed); // two points are no movement to speak of
    assert_false(value->witnesses_disagree);

    int64_t alone = project("Alone");
    struct dated_task row = one_task(30);
    dated_publish(server, "alone", "2026-10-30T17:00:00", &row, 1);
    fixture_bind(server, "alone", 1, alone);
    value = earned_value(alone);
    assert_false(value->has_witnesses_disagree || value->has_moved); // one version: nobody can tell
}

// ---- R32 --------------------------------------------------------------------------------------

// Broken when a miss is not expected until it has happened, or what is on its way is called one.
static void r32_a_miss_is_expected_before_it_happens(void **state)
{
    (void)state;
#define ON_BASELINE "2026-10-19T08:00:00", "2026-11-13T17:00:00"
    static const struct dated_task rows[] = {
        // half of four weeks are over, and half is done
        {1, PLAN_NO_PARENT, "On its way", ON_BASELINE, 9600, 50, ON_BASELINE, 0},
        // done as planned, but the plan now ends a day later
        {2, PLAN_NO_PARENT, "Planned late", "2026-10-19T08:00:00", "2026-11-16T17:00:00", 9600, 50,
         ON_BASELINE, 0},
        // the plan still says the 13th; at this pace it is not
        {3, PLAN_NO_PARENT, "Too slow", ON_BASELINE, 9600, 30, ON_BASELINE, 0},
        // late, but done
        {4, PLAN_NO_PARENT, "Done", "2026-10-19T08:00:00", "2026-10-30T17:00:00", 9600, 100,
         "2026-10-19T08:00:00", "2026-10-28T17:00:00", 0},
        // as its baseline has it, and that is past the quarter
        {5, PLAN_NO_PARENT, "Past the quarter", "2026-10-19T08:00:00", "2027-01-08T17:00:00", 9600,
         50, "2026-10-19T08:00:00", "2027-01-08T17:00:00", 0},
    };
    static const bool expected[] = {false, true, true, false, true};
    dated_publish(server, "miss", "2026-10-30T17:00:00", rows, 5);
    for (size_t i = 0; i < 5; i++) {
        int64_t id = project(rows[i].name);
        fixture_bind(server, "miss", rows[i].uid, id);
        const Okr__EarnedValue *value = earned_value(id);
        if (value->expected_miss != expected[i])
            fail_msg("%s: plan %s, pace %s", rows[i].name, value->plan_finish, value->pace_finish);
    }
}

static const Okr__PersonLoad *load_of(const Okr__LoadTable *table, const char *source, int64_t uid)
{
    for (size_t i = 0; i < table->n_people; i++)
        if (strcmp(table->people[i]->source, source) == 0 && table->people[i]->resource_uid == uid)
            return table->people[i];
    fail_msg("%s has no resource %lld", source, (long long)uid);
    return NULL;
}

// Broken when planned work is put into the wrong week, or more than a week holds is no overload.
static void r32_an_overloaded_assignee_is_seen(void **state)
{
    (void)state;
    static const struct dated_task rows[] = {
        {1, PLAN_NO_PARENT, "Two weeks", "2026-11-02T08:00:00", "2026-11-13T17:00:00", 4800, 0,
         NULL, NULL, 1},
        {2, PLAN_NO_PARENT, "On top", "2026-11-09T08:00:00", "2026-11-10T17:00:00", 480, 0, NULL,
         NULL, 1},
        {3, PLAN_NO_PARENT, "Light", "2026-11-09T08:00:00", "2026-11-13T17:00:00", 1200, 0, NULL,
         NULL, 2},
    };
    static const struct dated_task other[] = {
        {1, PLAN_NO_PARENT, "Elsewhere", "2026-11-09T08:00:00", "2026-11-13T17:00:00", 1800, 0,
         NULL, NULL, 1},
    };
    dated_publish(server, "load-a", "2026-10-30T17:00:00", rows, 3);
    dated_publish(server, "load-b", "2026-10-30T17:00:00", other, 1);
    fixture_map(server, "load-a", 2, "bob");
    fixture_map(server, "load-b", 1, "bob");
    Okr__GetLoadRequest request = OKR__GET_LOAD_REQUEST__INIT;
    request.from_week = TEXT("2026-W45");
    request.has_weeks = true;
    request.weeks = 3;
    const Okr__LoadTable *table = must(server, "eve", RPC_PLAN_ANALYSIS_GET_LOAD, &request);
    const Okr__PersonLoad *ann = load_of(table, "load-a", 1), *bob = load_of(table, "load-a", 2);
    assert_int_equal(ann->n_weeks, 3);
    assert_string_equal(ann->weeks[0]->week, "2026-W45");
    NEAR(ann->weeks[0]->planned, 2400);
    NEAR(ann->weeks[0]->capacity, 2400);
    assert_false(ann->weeks[0]->overload);
    NEAR(ann->weeks[1]->planned, 2880);
    assert_true(ann->weeks[1]->overload);
    NEAR(ann->weeks[2]->planned, 0);
    // Bob is in two plans: neither alone is too much for him.
    assert_string_equal(bob->member, "bob");
    NEAR(bob->weeks[1]->planned, 1200);
    NEAR(bob->weeks[1]->elsewhere, 1800);
    assert_true(bob->weeks[1]->overload);
    assert_true(load_of(table, "load-b", 1)->weeks[1]->overload);
    assert_false(bob->weeks[0]->overload);

    request.weeks = 27;
    const Okr__Status *status =
        refused(server, "eve", RPC_PLAN_ANALYSIS_GET_LOAD, &request,
                OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_VALUE);
    assert_string_equal(first_field(status), "weeks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(r31_the_figures_of_the_demo_plan, clear),
        cmocka_unit_test_teardown(r31_a_missing_figure_says_why, clear),
        cmocka_unit_test_teardown(r31_a_version_stands_in_for_a_missing_baseline, clear),
        cmocka_unit_test_teardown(r31_progress_has_two_witnesses, clear),
        cmocka_unit_test_teardown(r32_a_miss_is_expected_before_it_happens, clear),
        cmocka_unit_test_teardown(r32_an_overloaded_assignee_is_seen, clear),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
