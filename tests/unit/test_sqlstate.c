// What PostgreSQL's errors become for a caller: by the constraint's name if it is known, else by
// the class of the SQLSTATE.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "server/call/sqlstate.h"
#include "tests/support/libpq/fake.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return arena ? 0 : -1;
}

static int end(void **state)
{
    arena = arena_free(arena);
    return fake_ended(state);
}

static struct call failed(const char *error)
{
    struct call call = {.arena = arena, .status = OKR__STATUS__INIT};
    PGresult *result = fake_error(error);
    sqlstate_fail(&call, result);
    PQclear(result);
    assert_true(call.done);
    return call;
}

static void becomes(const char *error, Okr__Code code, Okr__Reason reason)
{
    struct call call = failed(error);
    assert_int_equal(call.status.code, code);
    assert_int_equal(call.status.reason, reason);
    assert_int_equal(call.status.n_violations, 0);
}

static void the_longest_known_beginning_counts(void **state)
{
    (void)state;
    becomes("23505: there", OKR__CODE__CODE_ALREADY_EXISTS, OKR__REASON__REASON_EXISTS);
    becomes("23502: null", OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_VALUE);
    becomes("22003: too big", OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_BAD_VALUE);
    becomes("53100: disk full", OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_DISK_FULL);
    becomes("57014: canceled", OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_DEADLINE);
    becomes("57P01: going down", OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN);
    becomes("40001: serialization", OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN);
}

// Nobody's input: our own fault.
static void what_is_not_known_is_internal(void **state)
{
    (void)state;
    becomes("42703: no such column", OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL);
    becomes("XX000: odd", OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL);
}

static void a_known_constraint_names_the_field(void **state)
{
    (void)state;
    struct call call = failed("23505 member_handle_key: there");
    assert_int_equal(call.status.code, OKR__CODE__CODE_ALREADY_EXISTS);
    assert_int_equal(call.status.n_violations, 1);
    assert_string_equal(call.status.violations[0]->field, "handle");
    assert_int_equal(call.status.violations[0]->reason, OKR__REASON__REASON_EXISTS);
}

// That it was granted to oneself is no word about a field.
static void a_known_constraint_may_be_of_no_field(void **state)
{
    (void)state;
    becomes("23514 member_role_self: self", OKR__CODE__CODE_PERMISSION_DENIED,
            OKR__REASON__REASON_SELF_GRANT);
}

static void another_constraint_goes_by_its_state(void **state)
{
    (void)state;
    becomes("23514 some_other_check: no", OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_BAD_VALUE);
}

int main(void)
{
#define SQLSTATE_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        SQLSTATE_TEST(the_longest_known_beginning_counts),
        SQLSTATE_TEST(what_is_not_known_is_internal),
        SQLSTATE_TEST(a_known_constraint_names_the_field),
        SQLSTATE_TEST(a_known_constraint_may_be_of_no_field),
        SQLSTATE_TEST(another_constraint_goes_by_its_state),
    };
    return cmocka_run_group_tests_name("sqlstate", tests, NULL, NULL);
}
