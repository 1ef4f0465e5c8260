// The rules of plan against plan over a real okrd (R9, R28): what changed between any two versions,
// and that delays and changes of plan are two things. Each test has a plan of its own.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/dated_plan.h"

#define QUARTER "2026Q4"
#define KIND(name) OKR__PLAN_CHANGE_KIND__PLAN_CHANGE_KIND_##name
#define TEXT(text) ((char *)(uintptr_t)(text))

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

static int64_t project(const char *name)
{
    return fixture_project(server, QUARTER, name, kr, "ann", NULL);
}

static const Okr__PlanDiff *diff(const char *source, int64_t from, int64_t to)
{
    Okr__DiffVersionsRequest request = OKR__DIFF_VERSIONS_REQUEST__INIT;
    request.source = TEXT(source);
    request.has_from_number = from != 0;
    request.from_number = from;
    request.has_to_number = to != 0;
    request.to_number = to;
    return must(server, "eve", RPC_PLAN_ANALYSIS_DIFF_VERSIONS, &request);
}

// The one change of this task and kind; NULL: there is none.
static const Okr__PlanChange *change(const Okr__PlanDiff *list, int64_t uid,
                                     Okr__PlanChangeKind kind)
{
    const Okr__PlanChange *found = NULL;
    for (size_t i = 0; i < list->n_changes; i++)
        if (list->changes[i]->task_uid == uid && list->changes[i]->kind == kind) {
            assert_null(found);
            found = list->changes[i];
        }
    return found;
}

static Okr__ExplainChangeRequest explanation(const char *source, int64_t number, int64_t uid,
                                             Okr__PlanChangeKind kind, const char *reason)
{
    Okr__ExplainChangeRequest request = OKR__EXPLAIN_CHANGE_REQUEST__INIT;
    request.source = TEXT(source);
    request.has_number = request.has_task_uid = request.has_kind = true;
    request.number = number;
    request.task_uid = uid;
    request.kind = kind;
    request.reason = TEXT(reason);
    return request;
}

// ---- R9, R28 ---------------------------------------------------------------------------------

static const struct dated_task before[] = {
    {1, PLAN_NO_PARENT, "Search", "2026-10-19T08:00:00", "2026-11-06T17:00:00", 0, 30, NULL, NULL,
     0},
    {2, 1, "Index", "2026-10-19T08:00:00", "2026-10-30T17:00:00", 4800, 40, NULL, NULL, 1},
    {3, 1, "Switch", "2026-11-02T08:00:00", "2026-11-06T17:00:00", 2400, 0, NULL, NULL, 1},
    {4, 1, "Docs", "2026-10-19T08:00:00", "2026-10-23T17:00:00", 480, 100, NULL, NULL, 0},
};
// A week on: the index is behind and ends later; the switch is put off by decision, to another
// person and with more work; the docs are gone, a test is new.
static const struct dated_task after[] = {
    {1, PLAN_NO_PARENT, "Search", "2026-10-19T08:00:00", "2026-11-13T17:00:00", 0, 40, NULL, NULL,
     0},
    {2, 1, "Index", "2026-10-19T08:00:00", "2026-11-03T17:00:00", 4800, 70, NULL, NULL, 1},
    {3, 1, "Switch-over", "2026-11-09T08:00:00", "2026-11-13T17:00:00", 2700, 0, NULL, NULL, 2},
    {5, PLAN_NO_PARENT, "Load test", "2026-11-09T08:00:00", "2026-11-13T17:00:00", 600, 0, NULL,
     NULL, 0},
};

// Broken when a delay shows as a change of plan, a change of plan as a delay, or either has no date
// and no actor.
static void r9_a_slip_and_a_change_of_plan_are_two_things(void **state)
{
    (void)state;
    dated_publish(server, "slip", "2026-10-23T17:00:00", before, 4);
    dated_publish(server, "slip", "2026-10-30T17:00:00", after, 4);
    const Okr__PlanDiff *list = diff("slip", 0, 0);
    assert_int_equal(list->from_number, 1);
    assert_int_equal(list->to_number, 2);
    assert_string_equal(list->published_by, "pm");
    assert_int_equal(strncmp(list->published_at, "2026-10-30T09:", 14), 0);

    const Okr__PlanChange *slipped = change(list, 2, KIND(SLIPPED));
    assert_non_null(slipped);
    assert_null(change(list, 2, KIND(REPLANNED)));
    assert_string_equal(slipped->task_name, "Index");
    assert_int_equal(slipped->working_days, 2);
    assert_string_equal(slipped->before, "2026-10-19T08:00:00/2026-10-30T17:00:00");
    assert_string_equal(slipped->after, "2026-10-19T08:00:00/2026-11-03T17:00:00");
    assert_null(slipped->reason);

    const Okr__PlanChange *replanned = change(list, 3, KIND(REPLANNED));
    assert_non_null(replanned);
    assert_null(change(list, 3, KIND(SLIPPED)));
    assert_int_equal(replanned->working_days, 5);
    // the summary row follows its children
    assert_null(change(list, 1, KIND(SLIPPED)));
    assert_null(change(list, 1, KIND(REPLANNED)));
}

// Broken when the reason is lost, kept for another task, kind or version, or taken for what is not
// there.
static void r9_each_takes_a_reason(void **state)
{
    (void)state;
    dated_publish(server, "why", "2026-10-23T17:00:00", before, 4);
    dated_publish(server, "why", "2026-10-30T17:00:00", after, 4);
    Okr__ExplainChangeRequest request =
        explanation("why", 2, 2, KIND(SLIPPED), "The shards took longer 分割に時間がかかった");
    const Okr__PlanChange *explained =
        must(server, "pm", RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE, &request);
    assert_string_equal(explained->reason_by, "pm");
    assert_int_equal(explained->working_days, 2);

    const Okr__PlanDiff *list = diff("why", 0, 0);
    assert_string_equal(change(list, 2, KIND(SLIPPED))->reason, request.reason);
    assert_string_equal(change(list, 2, KIND(SLIPPED))->reason_by, "pm");
    assert_null(change(list, 3, KIND(REPLANNED))->reason);

    request.reason = TEXT("Two shards were broken");
    must(server, "pm", RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE, &request);
    assert_string_equal(change(diff("why", 0, 0), 2, KIND(SLIPPED))->reason, request.reason);

    request.kind = KIND(REPLANNED); // it was not
    const Okr__Status *status =
        refused(server, "pm", RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE, &request,
                OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOT_EXISTING);
    assert_string_equal(first_field(status), "task_uid");
    request.kind = KIND(SLIPPED);
    request.number = 1; // nothing came before it
    refused(server, "pm", RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE, &request,
            OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_NOT_EXISTING);
    request.number = 7;
    refused(server, "pm", RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
    request.number = 2;
    request.reason = TEXT(" ");
    refused(server, "pm", RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE, &request,
            OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_REASON_REQUIRED);
    request.reason = TEXT("for them");
    refused(server, "dev", RPC_PLAN_ANALYSIS_EXPLAIN_CHANGE, &request,
            OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED);

    // A version later the reason still belongs to the change that it explains.
    dated_publish(server, "why", "2026-10-30T17:00:00", after, 3);
    assert_null(change(diff("why", 0, 0), 2, KIND(SLIPPED)));
    assert_string_equal(change(diff("why", 1, 3), 2, KIND(SLIPPED))->reason,
                        "Two shards were broken");
}

// Broken when only neighbours can be compared, a kind of change is missing, or the order is the
// wrong way round.
static void r28_any_two_versions_are_compared(void **state)
{
    (void)state;
    int64_t search = project("Search renewal");
    dated_publish(server, "pairs", "2026-10-23T17:00:00", before, 4);
    dated_publish(server, "pairs", "2026-10-30T17:00:00", after, 4);
    dated_publish(server, "pairs", "2026-10-30T17:00:00", before, 4);
    fixture_bind(server, "pairs", 1, search);
    const Okr__PlanDiff *list = diff("pairs", 1, 2);
    assert_int_equal(list->n_changes, 7);
    assert_string_equal(change(list, 3, KIND(RENAMED))->before, "Switch");
    assert_string_equal(change(list, 3, KIND(RENAMED))->after, "Switch-over");
    assert_string_equal(change(list, 3, KIND(REASSIGNED))->before, "Ann");
    assert_string_equal(change(list, 3, KIND(REASSIGNED))->after, "Bob");
    assert_string_equal(change(list, 3, KIND(EFFORT))->before, "40");
    assert_string_equal(change(list, 3, KIND(EFFORT))->after, "45");
    assert_string_equal(change(list, 5, KIND(ADDED))->task_name, "Load test");
    assert_int_equal(list->changes[6]->kind, KIND(REMOVED)); // last, it has no row any more
    assert_int_equal(list->changes[6]->task_uid, 4);
    assert_int_equal(change(list, 3, KIND(EFFORT))->project_id, search);
    assert_false(change(list, 5, KIND(ADDED))->has_project_id);

    assert_int_equal(diff("pairs", 1, 3)->n_changes, 0);
    assert_int_equal(diff("pairs", 2, 2)->n_changes, 0);
    list = diff("pairs", 2, 0);
    assert_int_equal(list->to_number, 3);
    assert_non_null(change(list, 4, KIND(ADDED)));

    Okr__DiffVersionsRequest request = OKR__DIFF_VERSIONS_REQUEST__INIT;
    request.source = TEXT("pairs");
    request.has_from_number = request.has_to_number = request.has_project_id = true;
    request.from_number = 1;
    request.to_number = 2;
    request.project_id = search;
    list = must(server, "eve", RPC_PLAN_ANALYSIS_DIFF_VERSIONS, &request);
    assert_int_equal(list->n_changes, 6); // not the load test, which is nobody's
    request.from_number = 3;
    refused(server, "eve", RPC_PLAN_ANALYSIS_DIFF_VERSIONS, &request,
            OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_VALUE);
    request.from_number = 1;
    request.to_number = 9;
    refused(server, "eve", RPC_PLAN_ANALYSIS_DIFF_VERSIONS, &request, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
    list = diff("pairs", 0, 1); // the first changed nothing
    assert_false(list->has_from_number);
    assert_int_equal(list->n_changes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(r9_a_slip_and_a_change_of_plan_are_two_things, clear),
        cmocka_unit_test_teardown(r9_each_takes_a_reason, clear),
        cmocka_unit_test_teardown(r28_any_two_versions_are_compared, clear),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
