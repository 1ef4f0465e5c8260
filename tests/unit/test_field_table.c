// The table of checks says what the .proto says, for a field of each kind; and what the walk tells
// of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "common/field_check.h"
#include "okr/all.h"
#include "okr/methods.h"

struct seen {
    int n;
    char path[200];
    Okr__Reason reason;
    char arg[100];
};

static void see(void *ctx, const char *path, Okr__Reason reason, const char *arg)
{
    struct seen *seen = ctx;
    seen->n++;
    snprintf(seen->path, sizeof seen->path, "%s", path);
    seen->reason = reason;
    snprintf(seen->arg, sizeof seen->arg, "%s", arg ? arg : "");
}

// Several violations come together, in the order of the fields.
static void violations_collect(void **state)
{
    (void)state;
    Okr__CloseWeekRequest request = OKR__CLOSE_WEEK_REQUEST__INIT;
    Okr__SetResultRequest result = OKR__SET_RESULT_REQUEST__INIT;
    Okr__SetResultRequest *results[] = {&result, &result};
    Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
    Okr__NewGoal *goals[] = {&goal};
    request.week = (char *)(uintptr_t) "2021-W54";
    request.results = results;
    request.n_results = 2;
    request.next_goals = goals;
    request.n_next_goals = 1;
    struct seen seen = {0};
    field_check(rpc_methods[RPC_WEEK_CLOSE_WEEK].check, &request.base, see, &seen);
    assert_int_equal(seen.n, 9); // project_id, week, 2 × (id, version, result), text
    assert_string_equal(seen.path, "next_goals[0].text");
}

static const struct field_check *row(enum rpc_id id, uint32_t number)
{
    const struct field_check *c = field_check_of(rpc_methods[id].check, number);
    assert_non_null(c);
    return c;
}

static void the_table_says_what_the_contract_says(void **state)
{
    (void)state;
    assert_true(row(RPC_WEEK_SET_RESULT, 1)->required && row(RPC_WEEK_SET_RESULT, 1)->id);
    assert_int_equal(row(RPC_WEEK_DROP_GOAL, 3)->characters, 2000);
    assert_int_equal(row(RPC_WEEK_CLOSE_WEEK, 3)->items, 50);
    assert_false(row(RPC_WEEK_CLOSE_WEEK, 3)->required);
    assert_int_equal(row(RPC_WEEK_CLOSE_WEEK, 2)->format, OKR__FORMAT__FORMAT_WEEK);
    assert_true(row(RPC_QUARTER_UPDATE_OBJECTIVE, 3)->filled);
    assert_true(row(RPC_PROJECT_DECIDE, 6)->unique);
    assert_int_equal(row(RPC_SERVER_LOGIN, 3)->bytes, 32);
    assert_int_equal(row(RPC_MONDAY_LIST_HOLIDAYS, 1)->least, 2000);
    assert_int_equal(row(RPC_MONDAY_LIST_HOLIDAYS, 1)->most, 2100);
    const struct message_check *add = row(RPC_QUARTER_ADD_KEY_RESULT, 1)->inner;
    const struct message_check *update = row(RPC_QUARTER_UPDATE_KEY_RESULT, 1)->inner;
    assert_true(field_check_of(add, 3)->required && !field_check_of(add, 1)->required);
    assert_true(!field_check_of(update, 3)->required && field_check_of(update, 1)->required);
}

// A limit is told as people write it.
static void a_range_is_told(void **state)
{
    (void)state;
    char range[FIELD_RANGE_SIZE];
    const struct message_check *load = rpc_methods[RPC_PLAN_ANALYSIS_GET_LOAD].check;
    field_range(field_check_of(load, 2), range);
    assert_string_equal(range, "1 .. 26");
    const struct message_check *add = rpc_methods[RPC_QUARTER_ADD_OBJECTIVE].check;
    field_range(field_check_of(add, 4), range);
    assert_string_equal(range, ">= 1");
    field_range(field_check_of(add, 2), range);
    assert_string_equal(range, "");
    assert_null(field_check_of(add, 99));
}

// By its path, into messages that a request holds.
static void a_check_is_found_by_its_path(void **state)
{
    (void)state;
    const struct rpc_method *add = &rpc_methods[RPC_QUARTER_ADD_KEY_RESULT];
    assert_int_equal(field_check_find(add->check, add->request, "kr.unit")->characters, 200);
    assert_int_equal(field_check_find(add->check, add->request, "kr.departments")->items, 100);
    assert_null(field_check_find(add->check, add->request, "kr.nothing"));
    assert_null(field_check_find(add->check, add->request, "nothing.unit"));
    assert_null(field_check_find(NULL, add->request, "kr"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(violations_collect),
        cmocka_unit_test(the_table_says_what_the_contract_says),
        cmocka_unit_test(a_range_is_told),
        cmocka_unit_test(a_check_is_found_by_its_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
