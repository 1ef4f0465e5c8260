// The rules of adherence (R7, R10, R11, R24, R34, R39, R42) over a running okrd: one quarter whose
// clock is moved on from one act to the next, and what is told of it in its ninth week.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/week_fixture.h"

static struct okrd *okrd;
static int64_t linked, side, kr_in_time, kr_late;

#define TEXT(literal) ((char *)(uintptr_t)(literal))

// --- The acts

static void at(const char *clock)
{
    okrd_restart_at(okrd, clock);
}

// With one goal, which is achieved, and one for the week after.
static void close_week(const char *week)
{
    const Okr__Goal *goal = fixture_week(okrd, linked, week)->goals[0];
    Okr__SetResultRequest result = OKR__SET_RESULT_REQUEST__INIT;
    Okr__SetResultRequest *results[] = {&result};
    Okr__NewGoal next = OKR__NEW_GOAL__INIT;
    Okr__NewGoal *next_goals[] = {&next};
    next.text = TEXT("Go on");
    result.has_id = result.has_version = result.has_result = true;
    result.id = goal->id;
    result.version = goal->version;
    result.result = OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
    Okr__CloseWeekRequest request = OKR__CLOSE_WEEK_REQUEST__INIT;
    request.has_project_id = true;
    request.project_id = linked;
    request.week = TEXT(week);
    request.results = results;
    request.n_results = 1;
    request.next_goals = next_goals;
    request.n_next_goals = 1;
    must(okrd, "ann", RPC_WEEK_CLOSE_WEEK, &request);
}

static void decide_docket_line(const char *key)
{
    Okr__DecideLineRequest request = OKR__DECIDE_LINE_REQUEST__INIT;
    request.key = TEXT(key);
    request.has_decision = true;
    request.decision = OKR__DOCKET_DECISION__DOCKET_DECISION_NO_CHANGE;
    request.reason = TEXT("as planned");
    must(okrd, "pm", RPC_MONDAY_DECIDE_LINE, &request);
}

// All of this week's docket.
static void review_monday(void)
{
    Okr__GetDocketRequest get = OKR__GET_DOCKET_REQUEST__INIT;
    const Okr__Docket *docket = must(okrd, "pm", RPC_MONDAY_GET_DOCKET, &get);
    for (size_t i = 0; i < docket->n_lines; i++)
        decide_docket_line(docket->lines[i]->key);
    if (docket->n_lines == 0)
        decide_docket_line("");
}

static void review_side(const char *month)
{
    Okr__DecideSideRequest request = OKR__DECIDE_SIDE_REQUEST__INIT;
    request.month = TEXT(month);
    request.has_project_id = request.has_decision = true;
    request.project_id = side;
    request.decision = OKR__SIDE_DECISION__SIDE_DECISION_KEEP;
    request.reason = TEXT("still wanted");
    must(okrd, "dev", RPC_REVIEW_DECIDE_SIDE, &request);
}

static void measure(int64_t kr, const char *day)
{
    Okr__RecordMeasurementRequest request = OKR__RECORD_MEASUREMENT_REQUEST__INIT;
    request.has_kr_id = request.has_value = true;
    request.kr_id = kr;
    request.day = TEXT(day);
    request.value = 10;
    must(okrd, "bi", RPC_QUARTER_RECORD_MEASUREMENT, &request);
}

static void prepare_quarter(void)
{
    fixture_people(okrd);
    fixture_quarter(okrd, "2021Q1");
    fixture_quarter(okrd, "2021Q2");
    int64_t objective = fixture_objective(okrd, "2021Q1", "New users stay");
    kr_in_time = fixture_kr(okrd, objective, "more users");
    kr_late = fixture_kr(okrd, objective, "more visits");
    linked = fixture_project(okrd, "2021Q1", "linked", kr_in_time, "ann", NULL);
    side = fixture_project(okrd, "2021Q1", "side", 0, "bob", NULL);
    fixture_open(okrd, "2021Q1");
}

static int setup(void **state)
{
    (void)state;
    okrd = okrd_start("2020-12-20T10:00:00+09:00");
    prepare_quarter();
    at("2021-01-04T10:00:00+09:00");
    review_monday();
    at("2021-01-08T17:00:00+09:00"); // Friday, an hour before the week is due
    fixture_goal(okrd, "ann", linked, "2021-W01", "Draw");
    close_week("2021-W01");
    at("2021-01-12T10:00:00+09:00"); // Tuesday; the Monday is a holiday
    review_monday();
    at("2021-01-16T10:00:00+09:00"); // Saturday
    close_week("2021-W02");
    at("2021-01-20T10:00:00+09:00"); // Wednesday
    review_monday();
    review_side("2021-01");
    at("2021-02-01T10:00:00+09:00");
    measure(kr_in_time, "2021-01-31");
    at("2021-02-03T10:00:00+09:00");
    measure(kr_late, "2021-02-01");
    at("2021-03-02T10:00:00+09:00");
    review_side("2021-02");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    fixture_clear();
    return 0;
}

// --- What is told

static const Okr__AdherenceLine *line_of(const char *quarter, const char *process)
{
    Okr__GetAdherenceRequest request = OKR__GET_ADHERENCE_REQUEST__INIT;
    request.quarter = TEXT(quarter);
    const Okr__Adherence *adherence = must(okrd, "kim", RPC_INSIGHT_GET_ADHERENCE, &request);
    for (size_t i = 0; i < adherence->n_lines; i++)
        if (strcmp(adherence->lines[i]->process, process) == 0)
            return adherence->lines[i];
    fail_msg("no line of %s", process);
    return NULL;
}

static void line_is(const Okr__AdherenceLine *line, int on_time, int late, int missing)
{
    char told[64], expected[64];
    snprintf(told, sizeof told, "%d: %d %d %d", line->due, line->on_time, line->late,
             line->missing);
    snprintf(expected, sizeof expected, "%d: %d %d %d", on_time + late + missing, on_time, late,
             missing);
    assert_string_equal(told, expected);
}

// Broken when a late week passes for timely, a week without goals is not missed, or the running
// week counts before it is due. Two projects, eight weeks.
static void r10_r39_weekly_goals_in_time_late_and_missing(void **state)
{
    (void)state;
    const Okr__AdherenceLine *line = line_of("2021Q1", "weekly-goals");
    line_is(line, 1, 1, 14);
    assert_int_equal(line->n_periods_late, 1);
    assert_string_equal(line->periods_late[0], "2021-W02");
    assert_int_equal(line->n_periods_missing, 8); // W01 for the other project, each week once
    assert_string_equal(line->periods_missing[0], "2021-W01");
    assert_string_equal(line->periods_missing[7], "2021-W08");
}

// Broken when a holiday makes a review late, or Wednesday passes for Monday.
static void r10_r34_monday_reviews_and_the_holiday(void **state)
{
    (void)state;
    const Okr__AdherenceLine *line = line_of("2021Q1", "monday-review");
    line_is(line, 2, 1, 6);
    assert_string_equal(line->periods_late[0], "2021-W03");
    assert_string_equal(line->periods_missing[0], "2021-W04");
    assert_string_equal(line->periods_missing[5], "2021-W09");
}

// Broken when a month that was reviewed after its end passes for timely, or the running one is due.
static void r10_r24_side_reviews_by_month(void **state)
{
    (void)state;
    const Okr__AdherenceLine *line = line_of("2021Q1", "side-review");
    line_is(line, 1, 1, 0);
    assert_string_equal(line->periods_late[0], "2021-02");
}

// Broken when a value's date counts instead of when it was recorded, or a month without a value is
// not missed. Two key results, two months.
static void r10_r42_measurements_by_month(void **state)
{
    (void)state;
    const Okr__AdherenceLine *line = line_of("2021Q1", "measurement");
    line_is(line, 1, 1, 2);
    assert_string_equal(line->periods_late[0], "2021-01");
    assert_int_equal(line->n_periods_missing, 1);
    assert_string_equal(line->periods_missing[0], "2021-02");
}

// Broken when an evaluation that nobody signed is not missed, or one that is not due yet is.
static void r10_r49_evaluations_by_month(void **state)
{
    (void)state;
    const Okr__AdherenceLine *line = line_of("2021Q1", "evaluation");
    line_is(line, 0, 0, 1);
    assert_string_equal(line->periods_missing[0], "2021-01");
}

// Broken when a quarter that was never opened asks for anything.
static void r10_nothing_is_due_in_a_draft(void **state)
{
    (void)state;
    static const char *const processes[] = {"weekly-goals", "monday-review", "side-review",
                                            "measurement", "evaluation"};
    for (size_t i = 0; i < sizeof processes / sizeof *processes; i++)
        line_is(line_of("2021Q2", processes[i]), 0, 0, 0);
}

// Broken when adherence can name a person: no field of it is one.
static void r11_adherence_is_of_a_process_never_of_a_person(void **state)
{
    (void)state;
    static const char *const fields[] = {"process", "due",          "on_time",        "late",
                                         "missing", "periods_late", "periods_missing"};
    const ProtobufCMessageDescriptor *line = &okr__adherence_line__descriptor;
    assert_int_equal(line->n_fields, sizeof fields / sizeof *fields);
    for (unsigned i = 0; i < line->n_fields; i++)
        assert_string_equal(line->fields[i].name, fields[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r10_r39_weekly_goals_in_time_late_and_missing),
        cmocka_unit_test(r10_r34_monday_reviews_and_the_holiday),
        cmocka_unit_test(r10_r24_side_reviews_by_month),
        cmocka_unit_test(r10_r42_measurements_by_month),
        cmocka_unit_test(r10_r49_evaluations_by_month),
        cmocka_unit_test(r10_nothing_is_due_in_a_draft),
        cmocka_unit_test(r11_adherence_is_of_a_process_never_of_a_person),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
