// The rules of weekly goals as a practice on trial (R41), over a running okrd. It begins on Monday
// of 2021-W06, ten in the morning in Tokyo; one test after the other moves on to 2021-W07.
#include <libpq-fe.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/dated_plan.h"

#define TEXT(literal) ((char *)(uintptr_t)(literal))

static struct okrd *okrd;
static int64_t search, queue, silent;

static int setup(void **state)
{
    (void)state;
    okrd = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(okrd);
    fixture_quarter(okrd, "2021Q1");
    int64_t kr = fixture_kr(okrd, fixture_objective(okrd, "2021Q1", "Grow"), "100 users");
    search = fixture_project(okrd, "2021Q1", "Search", kr, "ann", "eve");
    queue = fixture_project(okrd, "2021Q1", "Support queue", 0, "bob", "kim");
    silent = fixture_project(okrd, "2021Q1", "Silent", 0, "bob", NULL);
    fixture_open(okrd, "2021Q1");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    fixture_clear();
    return 0;
}

// --- Requests

static int64_t version_of(int64_t project)
{
    Okr__GetProjectRequest request = OKR__GET_PROJECT_REQUEST__INIT;
    request.has_id = true;
    request.id = project;
    return ((const Okr__Project *)must(okrd, "kim", RPC_PROJECT_GET_PROJECT, &request))->version;
}

static Okr__SetGoalsPracticeRequest practice(int64_t project, bool on)
{
    Okr__SetGoalsPracticeRequest request = OKR__SET_GOALS_PRACTICE_REQUEST__INIT;
    request.has_project_id = request.has_version = request.has_on = true;
    request.project_id = project;
    request.version = version_of(project);
    request.on = on;
    request.reason = TEXT("weeks do not fit a queue");
    return request;
}

static const Okr__GoalsPractice *set_practice(int64_t project, bool on)
{
    Okr__SetGoalsPracticeRequest request = practice(project, on);
    return must(okrd, "dev", RPC_INSIGHT_SET_GOALS_PRACTICE, &request);
}

static const Okr__TrialReport *report(void)
{
    Okr__GetTrialRequest request = OKR__GET_TRIAL_REQUEST__INIT;
    request.quarter = TEXT("2021Q1");
    return must(okrd, "kim", RPC_INSIGHT_GET_TRIAL, &request);
}

static const Okr__TrialLine *line(int64_t project)
{
    const Okr__TrialReport *trial = report();
    for (size_t i = 0; i < trial->n_projects; i++)
        if (trial->projects[i]->project_id == project)
            return trial->projects[i];
    fail_msg("P-%lld is not in the report", (long long)project);
    return NULL;
}

static void assert_near(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-6))
        fail_msg("%g, expected %g", value, expected);
}

// --- The setting

// Broken when the practice is off for a project that nobody decided about.
static void r41_the_practice_is_on_for_every_project(void **state)
{
    (void)state;
    assert_true(line(search)->goals_on);
    assert_true(line(queue)->goals_on);
    assert_true(line(silent)->goals_on);
}

// Broken when somebody else turns it off, without a reason, over another's change, or twice.
static void r41_the_dev_lead_decides_with_a_reason(void **state)
{
    (void)state;
    static const char *const others[] = {"pdm", "pm", "bob", "kim", "bi", "admin"};
    Okr__SetGoalsPracticeRequest off = practice(queue, false);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        okrd_refused(okrd, others[i], RPC_INSIGHT_SET_GOALS_PRACTICE, &off,
                     OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    off.reason = TEXT(" ");
    refused(okrd, "dev", RPC_INSIGHT_SET_GOALS_PRACTICE, &off, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_REASON_REQUIRED);
    off = practice(queue, false);
    off.version++;
    refused(okrd, "dev", RPC_INSIGHT_SET_GOALS_PRACTICE, &off, OKR__CODE__CODE_ABORTED,
            OKR__REASON__REASON_VERSION_CONFLICT);
    assert_true(line(queue)->goals_on);
    int64_t before = version_of(queue);
    const Okr__GoalsPractice *done = set_practice(queue, false);
    assert_false(done->on);
    assert_int_equal(done->version, before + 1);
    assert_int_equal(version_of(queue), before + 1);
    assert_false(line(queue)->goals_on);
    assert_true(line(silent)->goals_on);
    off = practice(queue, false);
    refused(okrd, "dev", RPC_INSIGHT_SET_GOALS_PRACTICE, &off, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_WRONG_STATE);
}

// Broken when it is not kept who decided, when, and why.
static void r41_the_decision_is_kept(void **state)
{
    (void)state;
    PGconn *database = okrd_database(okrd, OKRD_APP);
    PGresult *rows =
        PQexec(database, "SELECT g.project_id, g.asked, g.reason, m.handle"
                         " FROM goals_practice g JOIN member m ON m.id = g.decided_by");
    assert_int_equal(PQntuples(rows), 1);
    assert_string_equal(PQgetvalue(rows, 0, 1), "f");
    assert_string_equal(PQgetvalue(rows, 0, 2), "weeks do not fit a queue");
    assert_string_equal(PQgetvalue(rows, 0, 3), "dev");
    PQclear(rows);
    PQfinish(database);
}

// --- The report. Two versions before the first weekly goal, one since.

#define MON(day) "2021-02-" day "T08:00:00"
#define EVE(day) "2021-02-" day "T17:00:00"
static const struct dated_task first[] = {
    {1, PLAN_NO_PARENT, "Search", MON("08"), EVE("19"), 0, 0, NULL, NULL, 0},
    {2, 1, "Index", MON("08"), EVE("12"), 2400, 0, NULL, NULL, 1},
    {3, 1, "Query", MON("15"), EVE("19"), 2400, 0, NULL, NULL, 1},
    {4, 1, "Spike", MON("08"), EVE("11"), 1920, 0, NULL, NULL, 1},
    {5, PLAN_NO_PARENT, "Of nobody", MON("08"), EVE("12"), 480, 0, NULL, NULL, 1},
};
// The index is three working days later, the spike done two earlier; the query stays. What belongs
// to no project does not count.
static const struct dated_task second[] = {
    {1, PLAN_NO_PARENT, "Search", MON("08"), EVE("19"), 0, 0, NULL, NULL, 0},
    {2, 1, "Index", MON("08"), EVE("17"), 2400, 50, NULL, NULL, 1},
    {3, 1, "Query", MON("15"), EVE("19"), 2400, 0, NULL, NULL, 1},
    {4, 1, "Spike", MON("08"), EVE("09"), 1920, 100, NULL, NULL, 1},
    {5, PLAN_NO_PARENT, "Of nobody", MON("08"), EVE("26"), 480, 0, NULL, NULL, 1},
};
// The index is done a day later; the spike was done already, and its finish counts no more.
static const struct dated_task third[] = {
    {1, PLAN_NO_PARENT, "Search", MON("08"), EVE("19"), 0, 0, NULL, NULL, 0},
    {2, 1, "Index", MON("08"), EVE("18"), 2400, 100, NULL, NULL, 1},
    {3, 1, "Query", MON("15"), EVE("19"), 2400, 0, NULL, NULL, 1},
    {4, 1, "Spike", MON("08"), EVE("25"), 1920, 100, NULL, NULL, 1},
    {5, PLAN_NO_PARENT, "Of nobody", MON("08"), EVE("26"), 480, 0, NULL, NULL, 1},
};

// Broken when a version falls on the wrong side of the first goal, a figure takes finished or
// foreign tasks, calendar days or another sign, or nothing is told as if it were none.
static void r41_slip_and_forecast_error_before_and_since(void **state)
{
    (void)state;
    dated_publish(okrd, "program", NULL, first, 5);
    fixture_bind(okrd, "program", 1, search);
    dated_publish(okrd, "program", NULL, second, 5);
    okrd_restart_at(okrd, "2021-02-16T10:00:00+09:00");
    fixture_goal(okrd, "ann", search, "2021-W07", "The index answers");
    const Okr__TrialLine *at = line(search);
    assert_int_equal(at->versions_before, 1);
    assert_int_equal(at->versions_after, 0);
    assert_near(at->slip_days_before, (3.0 + 0 - 2) / 3);
    assert_near(at->forecast_error_before, 2);
    assert_false(at->has_slip_days_after);
    assert_false(at->has_forecast_error_after);
    dated_publish(okrd, "program", NULL, third, 5);
    at = line(search);
    assert_int_equal(at->versions_before, 1);
    assert_int_equal(at->versions_after, 1);
    assert_near(at->slip_days_before, (3.0 + 0 - 2) / 3);
    assert_near(at->slip_days_after, 0.5);
    assert_near(at->forecast_error_after, 1);
    assert_false(line(silent)->has_slip_days_before);
}

// Broken when the mix is left out or counts the wrong ones, or the report names a person.
static void r41_the_mix_is_told_in_numbers_and_nobody_is_named(void **state)
{
    (void)state;
    static const char *const people[] = {"ann", "bob", "eve", "kim", "dev", "Ann", "Bob"};
    uint8_t packed[4096];
    assert_int_equal(line(search)->engineers, 1);
    assert_int_equal(line(search)->interns, 0);
    assert_int_equal(line(queue)->engineers, 0);
    assert_int_equal(line(queue)->interns, 1);
    const Okr__TrialReport *trial = report();
    assert_true(okr__trial_report__get_packed_size(trial) < sizeof packed);
    size_t size = okr__trial_report__pack(trial, packed);
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        assert_null(memmem(packed, size, people[i], strlen(people[i])));
}

// --- Off: nothing is asked for. It is Tuesday of W07; W06 fell due on Friday.

static const Okr__ProjectWeek *listed(int64_t project, const char *week)
{
    Okr__ListWeeksRequest request = OKR__LIST_WEEKS_REQUEST__INIT;
    request.week = TEXT(week);
    const Okr__WeekList *weeks = must(okrd, "kim", RPC_WEEK_LIST_WEEKS, &request);
    for (size_t i = 0; i < weeks->n_weeks; i++)
        if (weeks->weeks[i]->project_id == project)
            return weeks->weeks[i];
    return NULL;
}

static bool on_docket(int64_t project)
{
    Okr__GetDocketRequest request = OKR__GET_DOCKET_REQUEST__INIT;
    request.week = TEXT("2021-W07");
    const Okr__Docket *docket = must(okrd, "kim", RPC_MONDAY_GET_DOCKET, &request);
    for (size_t i = 0; i < docket->n_lines; i++)
        if (docket->lines[i]->kind == OKR__DOCKET_KIND__DOCKET_KIND_WEEK_MISSING &&
            docket->lines[i]->project_id == project)
            return true;
    return false;
}

// Broken when a project that is not asked is in the list, missing, or on the Monday docket; or one
// that is asked no longer is.
static void r41_off_is_not_in_the_list_nor_on_the_docket(void **state)
{
    (void)state;
    assert_null(listed(queue, "2021-W06"));
    assert_int_equal(fixture_week(okrd, queue, "2021-W06")->timeliness,
                     OKR__TIMELINESS__TIMELINESS_NOT_DUE);
    assert_false(on_docket(queue));
    assert_int_equal(listed(silent, "2021-W06")->timeliness, OKR__TIMELINESS__TIMELINESS_MISSING);
    assert_true(on_docket(silent));
}

static int32_t weekly_missing(void)
{
    Okr__GetAdherenceRequest request = OKR__GET_ADHERENCE_REQUEST__INIT;
    request.quarter = TEXT("2021Q1");
    const Okr__Adherence *adherence = must(okrd, "kim", RPC_INSIGHT_GET_ADHERENCE, &request);
    for (size_t i = 0; i < adherence->n_lines; i++)
        if (strcmp(adherence->lines[i]->process, "weekly-goals") == 0)
            return adherence->lines[i]->missing;
    return -1;
}

// W06 of Search and of Silent. Broken when adherence asks for what the practice does not.
static void r41_off_is_not_missing_in_adherence(void **state)
{
    (void)state;
    assert_int_equal(weekly_missing(), 2);
}

static bool is_gap(int64_t project)
{
    Okr__GetCoverageRequest request = OKR__GET_COVERAGE_REQUEST__INIT;
    request.quarter = TEXT("2021Q1");
    const Okr__Coverage *coverage = must(okrd, "kim", RPC_INSIGHT_GET_COVERAGE, &request);
    for (size_t i = 0; i < coverage->n_gaps; i++)
        if (coverage->gaps[i]->kind == OKR__GAP_KIND__GAP_KIND_PROJECT_WITHOUT_GOAL &&
            coverage->gaps[i]->id == project)
            return true;
    return false;
}

// Broken when goals cannot be written, or a week that is left open counts as missing or stands in
// the way of the next one; and when being off is a gap of coverage.
static void r41_off_goals_may_be_written_and_need_no_closing(void **state)
{
    (void)state;
    fixture_goal(okrd, "bob", queue, "2021-W06", "Answer within a day");
    assert_int_equal(listed(queue, "2021-W06")->timeliness, OKR__TIMELINESS__TIMELINESS_NOT_DUE);
    assert_false(on_docket(queue));
    assert_false(is_gap(queue)); // begun: there was a goal; this week there is none
    fixture_goal(okrd, "bob", queue, "2021-W07", "Answer within an hour");
    Okr__Goal *goal = fixture_week(okrd, queue, "2021-W07")->goals[0];
    Okr__SetResultRequest result = OKR__SET_RESULT_REQUEST__INIT;
    Okr__SetResultRequest *results[] = {&result};
    result.has_id = result.has_version = result.has_result = true;
    result.id = goal->id;
    result.version = goal->version;
    result.result = OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
    Okr__CloseWeekRequest closing = OKR__CLOSE_WEEK_REQUEST__INIT;
    closing.has_project_id = true;
    closing.project_id = queue;
    closing.week = TEXT("2021-W07");
    closing.n_results = 1;
    closing.results = results;
    must(okrd, "bob", RPC_WEEK_CLOSE_WEEK, &closing);
}

// Broken when weeks that ended while it was off become missing afterwards, or the running one is
// not asked for again.
static void r41_on_again_asks_from_this_week_on(void **state)
{
    (void)state;
    set_practice(queue, true);
    assert_true(line(queue)->goals_on);
    assert_int_equal(listed(queue, "2021-W06")->timeliness, OKR__TIMELINESS__TIMELINESS_NOT_DUE);
    assert_int_equal(weekly_missing(), 2);
    okrd_restart_at(okrd, "2021-02-27T10:00:00+09:00");
    assert_int_equal(listed(queue, "2021-W08")->timeliness, OKR__TIMELINESS__TIMELINESS_MISSING);
    assert_true(is_gap(queue));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r41_the_practice_is_on_for_every_project),
        cmocka_unit_test(r41_the_dev_lead_decides_with_a_reason),
        cmocka_unit_test(r41_the_decision_is_kept),
        cmocka_unit_test(r41_slip_and_forecast_error_before_and_since),
        cmocka_unit_test(r41_the_mix_is_told_in_numbers_and_nobody_is_named),
        cmocka_unit_test(r41_off_is_not_in_the_list_nor_on_the_docket),
        cmocka_unit_test(r41_off_is_not_missing_in_adherence),
        cmocka_unit_test(r41_off_goals_may_be_written_and_need_no_closing),
        cmocka_unit_test(r41_on_again_asks_from_this_week_on),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
