// Attainment of a key result: each kind, both directions, the edges (R14).
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/quarter/attainment.h"

enum {
    INCREASE = OKR__KR_KIND__KR_KIND_INCREASE_TO,
    DECREASE = OKR__KR_KIND__KR_KIND_DECREASE_TO,
    AT_LEAST = OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST,
    AT_MOST = OKR__KR_KIND__KR_KIND_KEEP_AT_MOST,
};

static void is(int kind, double start, double target, double value, double expected)
{
    double percent = -12345;
    assert_true(attainment_percent((Okr__KrKind)kind, start, target, value, &percent));
    assert_float_equal(percent, expected, 1e-9);
}

static void is_not_known(int kind, double start, double target, double value)
{
    double percent = -12345;
    assert_false(attainment_percent((Okr__KrKind)kind, start, target, value, &percent));
    assert_true(percent == -12345);
}

static void kinds_that_move_are_signed_and_not_capped(void **state)
{
    (void)state;
    is(INCREASE, 100, 200, 100, 0);
    is(INCREASE, 100, 200, 150, 50);
    is(INCREASE, 100, 200, 230, 130);
    is(INCREASE, 100, 200, 80, -20);
    is(INCREASE, -50, 50, 0, 50);
    is(DECREASE, 8, 2, 8, 0);
    is(DECREASE, 8, 2, 5, 50);
    is(DECREASE, 8, 2, 1.4, 110);
    is(DECREASE, 8, 2, 9.5, -25);
}

static void kept_is_100_at_and_beyond_the_target(void **state)
{
    (void)state;
    is(AT_LEAST, 0, 99.9, 99.9, 100);
    is(AT_LEAST, 0, 99.9, 100, 100);
    is(AT_MOST, 0, 20, 20, 100);
    is(AT_MOST, 0, 20, 3, 100);
}

static void not_kept_falls_by_the_share_of_the_target(void **state)
{
    (void)state;
    is(AT_LEAST, 0, 80, 60, 75);
    is(AT_LEAST, 0, 80, -80, -100);
    is(AT_MOST, 0, 20, 25, 75);
    is(AT_MOST, 0, 20, 60, -100);
    is(AT_LEAST, 0, -10, -15, 50);
    is(AT_MOST, 0, -10, -5, 50);
}

static void a_kept_target_of_zero_is_all_or_nothing(void **state)
{
    (void)state;
    is(AT_MOST, 0, 0, 0, 100);
    is(AT_MOST, 0, 0, 3, 0);
    is(AT_LEAST, 0, 0, -0.5, 0);
}

static void no_answer_rather_than_one_that_is_not_finite(void **state)
{
    (void)state;
    is_not_known(INCREASE, 5, 5, 7);
    is_not_known(INCREASE, -DBL_MAX, DBL_MAX, DBL_MAX);
    is_not_known(INCREASE, 0, DBL_MIN, DBL_MAX);
    is_not_known(AT_MOST, 0, DBL_MIN, DBL_MAX);
    is_not_known(0, 0, 1, 1);
}

static void zero_has_no_sign(void **state)
{
    (void)state;
    double percent;
    assert_true(attainment_percent((Okr__KrKind)DECREASE, 8, 2, 8, &percent));
    assert_false(signbit(percent));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_that_move_are_signed_and_not_capped),
        cmocka_unit_test(kept_is_100_at_and_beyond_the_target),
        cmocka_unit_test(not_kept_falls_by_the_share_of_the_target),
        cmocka_unit_test(a_kept_target_of_zero_is_all_or_nothing),
        cmocka_unit_test(no_answer_rather_than_one_that_is_not_finite),
        cmocka_unit_test(zero_has_no_sign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
