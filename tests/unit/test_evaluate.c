// Verdicts from a snapshot alone: how months are counted, which value stands for a month's end, and
// what the evidence says.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "server/month/evaluate.h"

enum { MOST = 32 };

// A KR from 0 to 100 with a band of 5, in 2021Q1, carried on from 2020Q4 and 2020Q3.
static struct world {
    struct call call;
    Okr__EvaluationSnapshot snapshot;
    Okr__SnapshotLine line, *lines[1];
    Okr__SnapshotKr krs[3], *kr_list[3];
    Okr__SnapshotValue values[MOST], *value_list[MOST];
    Okr__SnapshotProject project, *projects[1];
    int64_t project_ids[1];
    Okr__Sufficiency declared;
} w;

static char *text(const char *s)
{
    return (char *)(uintptr_t)s;
}

static void add_kr(size_t i, const char *quarter, const char *first, const char *last)
{
    Okr__SnapshotKr *kr = w.kr_list[i] = &w.krs[i];
    okr__snapshot_kr__init(kr);
    kr->id = (int64_t)i + 1;
    kr->quarter = text(quarter);
    kr->first_day = text(first);
    kr->last_day = text(last);
    kr->kind = OKR__KR_KIND__KR_KIND_INCREASE_TO;
    kr->target = 100;
    kr->noise_percent = 5;
}

static int start(void **state)
{
    (void)state;
    memset(&w, 0, sizeof w);
    w.call.arena = arena_new(1 << 20);
    okr__evaluation_snapshot__init(&w.snapshot);
    okr__snapshot_line__init(&w.line);
    okr__snapshot_project__init(&w.project);
    okr__sufficiency__init(&w.declared);
    add_kr(0, "2021Q1", "2021-01-01", "2021-03-31");
    add_kr(1, "2020Q4", "2020-10-01", "2020-12-31");
    add_kr(2, "2020Q3", "2020-07-01", "2020-09-30");
    w.project.id = w.project_ids[0] = 7;
    w.project.state = OKR__PROJECT_STATE__PROJECT_STATE_COMPLETED;
    w.projects[0] = &w.project;
    w.lines[0] = &w.line;
    w.line = (Okr__SnapshotLine){.base = w.line.base,
                                 .n_krs = 3,
                                 .krs = w.kr_list,
                                 .values = w.value_list,
                                 .n_project_ids = 1,
                                 .project_ids = w.project_ids,
                                 .sufficiency = &w.declared};
    w.snapshot.month = text("2021-01");
    w.snapshot.review_months = 3;
    w.snapshot.attained_percent = 95;
    w.snapshot.n_lines = w.snapshot.n_projects = 1;
    w.snapshot.lines = w.lines;
    w.snapshot.projects = w.projects;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    w.call.arena = arena_free(w.call.arena);
    return 0;
}

static void value(const char *day, double figure)
{
    Okr__SnapshotValue *at = w.value_list[w.line.n_values] = &w.values[w.line.n_values];
    w.line.n_values++;
    okr__snapshot_value__init(at);
    at->id = (int64_t)w.line.n_values;
    at->day = text(day);
    at->value = figure;
}

static const Okr__KrEvaluation *result(void)
{
    const Okr__EvaluationVerdicts *verdicts = evaluate(&w.call, &w.snapshot);
    assert_int_equal(verdicts->n_krs, 1);
    return verdicts->krs[0];
}

// The value of the first day of the next month is the month's last one; that of the second is not.
static void the_value_at_a_months_end(void **state)
{
    (void)state;
    value("2021-01-01", 10);
    value("2021-02-01", 30);
    value("2021-02-02", 90);
    assert_float_equal(result()->value_before, 10, 0);
    assert_float_equal(result()->value, 30, 0);
    w.snapshot.month = text("2021-02");
    assert_float_equal(result()->value_before, 30, 0);
    assert_float_equal(result()->value, 90, 0);
    w.snapshot.month = text("2021-03");
    assert_false(result()->has_value);
    assert_int_equal(result()->movement, OKR__MOVEMENT__MOVEMENT_UNKNOWN);
    assert_false(result()->has_months_unmoved);
}

static void months_go_back_over_quarters(void **state)
{
    (void)state;
    static const char *const days[] = {"2020-06-30", "2020-07-31", "2020-08-31", "2020-09-30",
                                       "2020-10-31", "2020-11-30", "2020-12-31", "2021-01-31"};
    for (size_t i = 0; i < 8; i++)
        value(days[i], i % 2 ? 11 : 10);
    assert_int_equal(result()->months_unmoved, 7);
    assert_int_equal(result()->verdict, OKR__VERDICT__VERDICT_REVIEW_OKR_AND_PLAN);
    w.line.n_krs = 2; // not carried on from 2020Q3
    assert_int_equal(result()->months_unmoved, 4);
    w.krs[1].noise_percent = 0.5; // in that quarter a step of 1 was a movement: up in November
    assert_int_equal(result()->months_unmoved, 2);
    w.line.n_krs = 1;
    assert_int_equal(result()->months_unmoved, 1);
    assert_int_equal(result()->verdict, OKR__VERDICT__VERDICT_CONTINUE);
}

static void a_month_without_a_value_neither_counts_nor_ends(void **state)
{
    (void)state;
    value("2020-09-30", 10);
    value("2020-10-31", 11);
    value("2020-11-30", 10);
    value("2021-01-31", 11); // nothing in December
    assert_int_equal(result()->months_unmoved, 3);
}

static void a_slow_drift_ends_the_row(void **state)
{
    (void)state;
    value("2020-09-30", 10);
    value("2020-10-31", 13);
    value("2020-11-30", 16);
    value("2020-12-31", 19);
    value("2021-01-31", 22);
    assert_int_equal(result()->movement, OKR__MOVEMENT__MOVEMENT_NOT_MOVED);
    assert_int_equal(result()->months_unmoved, 1); // since November it is 6 up
    assert_int_equal(result()->verdict, OKR__VERDICT__VERDICT_CONTINUE);
}

static void away_counts_as_not_moved(void **state)
{
    (void)state;
    value("2020-11-30", 40);
    value("2020-12-31", 30);
    value("2021-01-31", 20);
    assert_int_equal(result()->movement, OKR__MOVEMENT__MOVEMENT_AWAY);
    assert_int_equal(result()->months_unmoved, 2);
}

static void limits_come_with_six_values(void **state)
{
    (void)state;
    static const char *const days[] = {"2020-08-31", "2020-09-30", "2020-10-31",
                                       "2020-11-30", "2020-12-31", "2021-01-31"};
    for (size_t i = 0; i < 5; i++)
        value(days[i], 10);
    assert_null(result()->limits);
    value(days[5], 60);
    const Okr__ProcessLimits *limits = result()->limits;
    assert_int_equal(limits->points, 6);
    assert_true(limits->signal);
}

static void attained_to_five_percent(void **state)
{
    (void)state;
    value("2020-12-31", 10);
    value("2021-01-31", 40);
    w.project.state = OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED;
    w.project.tasks = w.project.assigned_tasks = 1;
    assert_false(result()->has_executed); // no figures
    assert_int_equal(result()->verdict, OKR__VERDICT__VERDICT_INSUFFICIENT_DATA);
    w.project.has_pv = w.project.has_ev = 1;
    w.project.pv = 1000;
    w.project.ev = 950;
    assert_true(result()->executed);
    w.project.ev = 949;
    assert_false(result()->executed);
    assert_int_equal(result()->verdict, OKR__VERDICT__VERDICT_EXECUTION_BEHIND);
    w.project.pv = w.project.ev = 0; // nothing was due yet
    assert_true(result()->executed);
    w.project.assigned_tasks = 0;
    assert_true(result()->breakdown_gap);
    assert_true(result()->executed);
    w.line.n_project_ids = 0;
    assert_false(result()->has_executed);
    assert_int_equal(result()->verdict, OKR__VERDICT__VERDICT_INSUFFICIENT_DATA);
    w.values[1].value = 10;
    assert_int_equal(result()->verdict, OKR__VERDICT__VERDICT_BREAKDOWN);
}

// A snapshot that somebody tampered with is read without harm.
static void nonsense_is_survived(void **state)
{
    (void)state;
    value(NULL, 10);
    value("yesterday", 20);
    w.krs[0].first_day = NULL;
    w.krs[1].last_day = text("9999-12-31");
    w.krs[2].first_day = text("0001-01-01");
    w.project_ids[0] = 99;
    assert_int_equal(result()->movement, OKR__MOVEMENT__MOVEMENT_UNKNOWN);
    w.snapshot.month = text("2021-1");
    assert_int_equal(evaluate(&w.call, &w.snapshot)->n_krs, 0);
    w.snapshot.month = NULL;
    assert_int_equal(evaluate(&w.call, &w.snapshot)->n_krs, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_value_at_a_months_end),
        TEST(months_go_back_over_quarters),
        TEST(a_month_without_a_value_neither_counts_nor_ends),
        TEST(a_slow_drift_ends_the_row),
        TEST(away_counts_as_not_moved),
        TEST(limits_come_with_six_values),
        TEST(attained_to_five_percent),
        TEST(nonsense_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
