// The rules of what is measured and declared about key results, over a real okrd (R14, R16, R18,
// R42). Each test has a quarter of its own.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/okr_fixture.h"

static Okr__RecordMeasurementRequest measured(int64_t kr_id, const char *day, double value)
{
    Okr__RecordMeasurementRequest request = OKR__RECORD_MEASUREMENT_REQUEST__INIT;
    request.has_kr_id = request.has_value = true;
    request.kr_id = kr_id;
    request.day = (char *)day;
    request.value = value;
    return request;
}

static int64_t measure(int64_t kr_id, const char *day, double value)
{
    Okr__RecordMeasurementRequest request = measured(kr_id, day, value);
    Okr__Measurement *m = okrd_must(okr_server, "bi", RPC_QUARTER_RECORD_MEASUREMENT, &request);
    int64_t id = m->id;
    FREE(m);
    return id;
}

// --- Attainment

// Broken when the wrong way does not show as below zero, or the right one is capped.
static void r14_attainment_is_signed(void **state)
{
    (void)state;
    int64_t id = okr_quarter_with_kr("2023Q2");
    Okr__KeyResult *kr = okr_kr_get(id);
    assert_false(kr->has_attainment_percent);
    FREE(kr);
    const double values[][2] = {{150, 50}, {70, -30}, {230, 130}};
    for (size_t i = 0; i < 3; i++) {
        measure(id, "2021-01-31", values[i][0]);
        kr = okr_kr_get(id);
        assert_true(kr->has_attainment_percent);
        assert_float_equal(kr->attainment_percent, values[i][1], 1e-9);
        FREE(kr);
    }
}

// Broken when completing a key result's projects changes its attainment.
static void r16_attainment_does_not_come_from_projects(void **state)
{
    (void)state;
    int64_t id = okr_quarter_with_kr("2023Q4");
    Okr__Project *project = okr_linked_accepted("2023Q4", &id, 1);
    project = okr_decided(project, OKR__DECISION__DECISION_COMPLETE, NULL);
    Okr__KeyResult *kr = okr_kr_get(id);
    assert_false(kr->has_attainment_percent);
    assert_int_equal(kr->n_project_ids, 1);
    FREE(kr);
    measure(id, "2021-02-01", 110);
    project = okr_decided(project, OKR__DECISION__DECISION_REOPEN, NULL);
    kr = okr_kr_get(id);
    assert_float_equal(kr->attainment_percent, 10, 1e-9);
    FREE(kr);
    FREE(project);
}

// --- Sufficiency

static Okr__Sufficiency *declare(int64_t kr_id)
{
    Okr__DeclareSufficiencyRequest request = OKR__DECLARE_SUFFICIENCY_REQUEST__INIT;
    request.has_kr_id = true;
    request.kr_id = kr_id;
    request.note = "all that we owe";
    return okrd_must(okr_server, "lead", RPC_QUARTER_DECLARE_SUFFICIENCY, &request);
}

static bool declared_is_stale(int64_t kr_id, int32_t number)
{
    Okr__KeyResult *kr = okr_kr_get(kr_id);
    assert_non_null(kr->sufficiency);
    assert_int_equal(kr->sufficiency->number, number);
    bool stale = kr->sufficiency->stale;
    FREE(kr);
    return stale;
}

// Broken when a changed set of projects does not ask for a new declaration, an old one is lost, or
// someone else declares.
static void r18_sufficiency_is_versioned_and_goes_stale(void **state)
{
    (void)state;
    int64_t kr = okr_quarter_with_kr("2024Q2");
    Okr__DeclareSufficiencyRequest request = OKR__DECLARE_SUFFICIENCY_REQUEST__INIT;
    request.has_kr_id = true;
    request.kr_id = kr;
    okrd_refused(okr_server, "pm", RPC_QUARTER_DECLARE_SUFFICIENCY, &request,
                 OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    Okr__Sufficiency *first = declare(kr);
    assert_int_equal(first->number, 1);
    assert_int_equal(first->n_project_ids, 0);
    assert_string_equal(first->declared_by, "lead");
    FREE(first);
    assert_false(declared_is_stale(kr, 1));

    Okr__Project *project = okr_propose("2024Q2", "faster index", &kr, 1);
    assert_false(declared_is_stale(kr, 1)); // nothing is decided yet
    project = okr_decided(project, OKR__DECISION__DECISION_ACCEPT, NULL);
    assert_true(declared_is_stale(kr, 1));
    Okr__Sufficiency *second = declare(kr);
    assert_int_equal(second->number, 2);
    assert_int_equal(second->n_project_ids, 1);
    assert_int_equal(second->project_ids[0], project->id);
    FREE(second);
    project = okr_decided(project, OKR__DECISION__DECISION_COMPLETE, NULL);
    assert_false(declared_is_stale(kr, 2));
    project = okr_decided(project, OKR__DECISION__DECISION_REOPEN, NULL);
    project = okr_decided(project, OKR__DECISION__DECISION_DROP, "too big");
    assert_true(declared_is_stale(kr, 2));
    FREE(project);

    Okr__ListSufficiencyRequest list = OKR__LIST_SUFFICIENCY_REQUEST__INIT;
    list.has_kr_id = true;
    list.kr_id = kr;
    Okr__SufficiencyList *all = okrd_must(okr_server, "eng", RPC_QUARTER_LIST_SUFFICIENCY, &list);
    assert_int_equal(all->n_declarations, 2);
    assert_int_equal(all->declarations[0]->number, 2);
    assert_int_equal(all->declarations[1]->number, 1);
    FREE(all);
}

// --- Measured values

// Broken when someone else measures, a value is dated ahead, or none may come in after the end.
static void r42_the_bi_engineer_measures(void **state)
{
    (void)state;
    int64_t kr = okr_quarter_with_kr("2024Q3");
    Okr__RecordMeasurementRequest request = measured(kr, NULL, 120);
    const char *const others[] = {"pdm", "lead", "pm", "eng"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        okrd_refused(okr_server, others[i], RPC_QUARTER_RECORD_MEASUREMENT, &request,
                     OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);
    request = measured(kr, "2021-02-09", 120);
    okr_violated("bi", RPC_QUARTER_RECORD_MEASUREMENT, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "day", OKR__REASON__REASON_BAD_VALUE);
    request = measured(kr, "2021-02-30", 120);
    okr_violated("bi", RPC_QUARTER_RECORD_MEASUREMENT, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "day", OKR__REASON__REASON_BAD_DATE);
    request = measured(kr, NULL, NAN);
    okr_violated("bi", RPC_QUARTER_RECORD_MEASUREMENT, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "value", OKR__REASON__REASON_BAD_VALUE);

    okr_quarter_turn(RPC_QUARTER_OPEN_QUARTER, "2024Q3", 1);
    okr_quarter_turn(RPC_QUARTER_CLOSE_QUARTER, "2024Q3", 2);
    request = measured(kr, NULL, 120);
    Okr__Measurement *m = okrd_must(okr_server, "bi", RPC_QUARTER_RECORD_MEASUREMENT, &request);
    assert_string_equal(m->day, "2021-02-08");
    assert_string_equal(m->recorded_by, "bi");
    FREE(m);
    measure(kr, "2021-01-31", 105); // an older day, recorded later
    Okr__KeyResult *after = okr_kr_get(kr);
    assert_float_equal(after->latest->value, 120, 0);
    FREE(after);
}

// Broken when a correction needs no reason, loses the old value, branches, or does not count.
static void r42_a_correction_is_a_new_entry(void **state)
{
    (void)state;
    int64_t kr = okr_quarter_with_kr("2024Q4");
    int64_t first = measure(kr, "2021-01-31", 140);
    Okr__CorrectMeasurementRequest request = OKR__CORRECT_MEASUREMENT_REQUEST__INIT;
    request.has_id = request.has_value = true;
    request.id = first;
    request.value = 130;
    okr_violated("bi", RPC_QUARTER_CORRECT_MEASUREMENT, &request, OKR__CODE__CODE_INVALID_ARGUMENT,
                 "reason", OKR__REASON__REASON_REASON_REQUIRED);
    request.reason = "bots counted";
    Okr__Measurement *second =
        okrd_must(okr_server, "bi", RPC_QUARTER_CORRECT_MEASUREMENT, &request);
    assert_string_equal(second->day, "2021-01-31");
    assert_int_equal(second->corrects, first);
    char name[32];
    snprintf(name, sizeof name, "M-%lld", (long long)second->id);
    okr_refused_with("bi", RPC_QUARTER_CORRECT_MEASUREMENT, &request,
                     OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS, name);

    Okr__ListMeasurementsRequest list = OKR__LIST_MEASUREMENTS_REQUEST__INIT;
    list.has_kr_id = true;
    list.kr_id = kr;
    Okr__MeasurementList *all = okrd_must(okr_server, "eng", RPC_QUARTER_LIST_MEASUREMENTS, &list);
    assert_int_equal(all->n_measurements, 2);
    assert_float_equal(all->measurements[0]->value, 140, 0);
    assert_int_equal(all->measurements[0]->corrected_by, second->id);
    assert_string_equal(all->measurements[1]->reason, "bots counted");
    FREE(all);
    FREE(second);
    Okr__KeyResult *after = okr_kr_get(kr);
    assert_float_equal(after->latest->value, 130, 0);
    assert_float_equal(after->attainment_percent, 30, 1e-9);
    FREE(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r14_attainment_is_signed),
        cmocka_unit_test(r16_attainment_does_not_come_from_projects),
        cmocka_unit_test(r18_sufficiency_is_versioned_and_goes_stale),
        cmocka_unit_test(r42_the_bi_engineer_measures),
        cmocka_unit_test(r42_a_correction_is_a_new_entry),
    };
    return cmocka_run_group_tests(tests, okr_start, okr_stop);
}
