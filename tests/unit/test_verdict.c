// The table of R45 over every combination of what goes into it, and the edges of the noise band.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "server/month/verdict.h"

#define INCREASE OKR__KR_KIND__KR_KIND_INCREASE_TO
#define DECREASE OKR__KR_KIND__KR_KIND_DECREASE_TO
#define AT_LEAST OKR__KR_KIND__KR_KIND_KEEP_AT_LEAST
#define AT_MOST OKR__KR_KIND__KR_KIND_KEEP_AT_MOST
#define MOVED OKR__MOVEMENT__MOVEMENT_MOVED
#define NOT_MOVED OKR__MOVEMENT__MOVEMENT_NOT_MOVED
#define AWAY OKR__MOVEMENT__MOVEMENT_AWAY
#define UNKNOWN OKR__MOVEMENT__MOVEMENT_UNKNOWN
#define KEPT OKR__MOVEMENT__MOVEMENT_KEPT
#define ON_TRACK OKR__VERDICT__VERDICT_ON_TRACK
#define CONTINUE OKR__VERDICT__VERDICT_CONTINUE
#define REVIEW OKR__VERDICT__VERDICT_REVIEW_OKR_AND_PLAN
#define EXECUTION OKR__VERDICT__VERDICT_EXECUTION
#define BEHIND OKR__VERDICT__VERDICT_EXECUTION_BEHIND
#define INSUFFICIENT OKR__VERDICT__VERDICT_INSUFFICIENT_DATA
#define BREAKDOWN OKR__VERDICT__VERDICT_BREAKDOWN

// ---- the table --------------------------------------------------------------------------------

// Written by hand, one row a combination of movement and execution. `late`: not moved for N months
// or more; `gap`: a breakdown gap where nothing was left undone.
static const struct {
    Okr__Movement movement;
    enum verdict_answer executed;
    Okr__Verdict plain, late, gap, late_gap;
} table[] = {
    {MOVED, VERDICT_YES, ON_TRACK, ON_TRACK, ON_TRACK, ON_TRACK},
    {KEPT, VERDICT_YES, ON_TRACK, ON_TRACK, ON_TRACK, ON_TRACK},
    {NOT_MOVED, VERDICT_YES, CONTINUE, REVIEW, CONTINUE, REVIEW},
    {AWAY, VERDICT_YES, CONTINUE, REVIEW, CONTINUE, REVIEW},
    {MOVED, VERDICT_NO, BEHIND, BEHIND, BEHIND, BEHIND},
    {KEPT, VERDICT_NO, BEHIND, BEHIND, BEHIND, BEHIND},
    {NOT_MOVED, VERDICT_NO, EXECUTION, EXECUTION, BREAKDOWN, BREAKDOWN},
    {AWAY, VERDICT_NO, EXECUTION, EXECUTION, BREAKDOWN, BREAKDOWN},
    {MOVED, VERDICT_CANNOT_TELL, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {KEPT, VERDICT_CANNOT_TELL, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {NOT_MOVED, VERDICT_CANNOT_TELL, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {AWAY, VERDICT_CANNOT_TELL, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {MOVED, VERDICT_NO_WORK, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {KEPT, VERDICT_NO_WORK, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {NOT_MOVED, VERDICT_NO_WORK, BREAKDOWN, BREAKDOWN, BREAKDOWN, BREAKDOWN},
    {AWAY, VERDICT_NO_WORK, BREAKDOWN, BREAKDOWN, BREAKDOWN, BREAKDOWN},
    {UNKNOWN, VERDICT_NO_WORK, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {UNKNOWN, VERDICT_YES, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {UNKNOWN, VERDICT_NO, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
    {UNKNOWN, VERDICT_CANNOT_TELL, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT, INSUFFICIENT},
};
enum { ROWS = sizeof table / sizeof *table };

static Okr__Verdict expected(size_t row, int months, int review, bool gap, bool undone)
{
    bool late = months >= review;
    bool turns = gap && !undone; // only where nothing was left undone
    if (late)
        return turns ? table[row].late_gap : table[row].late;
    return turns ? table[row].gap : table[row].plain;
}

// Broken when any combination of movement, execution, months, gap and undone work is answered by
// another row than the operating model's.
static void r45_every_combination(void **state)
{
    (void)state;
    assert_int_equal(ROWS, 5 * 4);
    for (size_t row = 0; row < ROWS; row++)
        for (int review = 1; review <= 4; review++)
            for (int months = 0; months <= 6; months++)
                for (int bits = 0; bits < 4; bits++) {
                    struct verdict_facts facts = {
                        .movement = table[row].movement,
                        .executed = table[row].executed,
                        .months_unmoved = months,
                        .review_months = review,
                        .breakdown_gap = bits & 1,
                        .left_undone = bits & 2,
                    };
                    Okr__Verdict want =
                        expected(row, months, review, facts.breakdown_gap, facts.left_undone);
                    if (verdict_of(&facts) != want)
                        fail_msg("row %zu, %d of %d months, gap %d, undone %d: %d, not %d", row,
                                 months, review, facts.breakdown_gap, facts.left_undone,
                                 (int)verdict_of(&facts), (int)want);
                }
    struct verdict_facts nothing = {.executed = VERDICT_YES};
    assert_int_equal(verdict_of(&nothing), INSUFFICIENT); // a movement that nobody set
}

// ---- movement ---------------------------------------------------------------------------------

static Okr__Movement moved(Okr__KrKind kind, double start, double target, double before, double now)
{
    return verdict_movement(kind, target, verdict_noise_band(kind, start, target, 5), before, now);
}

// Broken when the band is not of the way from start to target, or its edge counts as movement.
static void r46_beyond_the_noise_band(void **state)
{
    (void)state;
    assert_int_equal(moved(INCREASE, 100, 200, 120, 125), NOT_MOVED);
    assert_int_equal(moved(INCREASE, 100, 200, 120, 125.01), MOVED);
    assert_int_equal(moved(INCREASE, 100, 200, 120, 115), NOT_MOVED);
    assert_int_equal(moved(INCREASE, 100, 200, 120, 114.99), AWAY);
    assert_int_equal(moved(DECREASE, 900, 300, 860, 830), NOT_MOVED);
    assert_int_equal(moved(DECREASE, 900, 300, 860, 829), MOVED);
    assert_int_equal(moved(DECREASE, 900, 300, 860, 891), AWAY);
    // The edge in numbers that floating point does not hold.
    assert_int_equal(moved(INCREASE, 2.0, 3.5, 2.0, 2.075), NOT_MOVED);
    assert_int_equal(moved(INCREASE, 0, 0.1, 0.1, 0.105), NOT_MOVED);
    assert_int_equal(moved(INCREASE, 2.0, 3.5, 2.0, 2.0751), MOVED);
    assert_int_equal(moved(INCREASE, -200, -100, -180, -174), MOVED);
    assert_int_equal(moved(DECREASE, -100, -200, -180, -174), AWAY);
    // Without a band every change is one.
    assert_int_equal(verdict_movement(INCREASE, 200, 0, 120, 120), NOT_MOVED);
    assert_int_equal(verdict_movement(INCREASE, 200, 0, 120, 120.001), MOVED);
    assert_int_equal(verdict_movement(INCREASE, 200, 0, 120, 119.999), AWAY);
}

// Broken when a KR to keep that is kept has to move, or its band depends on its start.
static void r46_what_is_to_be_kept(void **state)
{
    (void)state;
    assert_float_equal(verdict_noise_band(AT_LEAST, 50, 100, 5), 5, 1e-12);
    assert_float_equal(verdict_noise_band(AT_MOST, 0, -40, 10), 4, 1e-12);
    assert_int_equal(moved(AT_LEAST, 0, 100, 130, 101), KEPT);
    assert_int_equal(moved(AT_LEAST, 0, 100, 100, 100), KEPT);
    assert_int_equal(moved(AT_LEAST, 0, 100, 80, 84), NOT_MOVED);
    assert_int_equal(moved(AT_LEAST, 0, 100, 80, 86), MOVED);
    assert_int_equal(moved(AT_LEAST, 0, 100, 99, 90), AWAY);
    assert_int_equal(moved(AT_MOST, 0, 100, 90, 100), KEPT);
    assert_int_equal(moved(AT_MOST, 0, 100, 110, 104), MOVED);
    assert_int_equal(moved(AT_MOST, 0, 100, 104, 110), AWAY);
    assert_true(verdict_counts_as_moved(KEPT) && verdict_counts_as_moved(MOVED));
    assert_false(verdict_counts_as_moved(AWAY) || verdict_counts_as_moved(NOT_MOVED));
    assert_false(verdict_counts_as_moved(UNKNOWN));
}

// ---- execution --------------------------------------------------------------------------------

// Broken when one project that is behind is averaged away, or a missing baseline passes for either.
static void r45_executed(void **state)
{
    (void)state;
    for (size_t attained = 0; attained < 3; attained++)
        for (int bits = 0; bits < 8; bits++) {
            struct verdict_work work = {.attained = attained,
                                        .behind = bits & 1,
                                        .unplanned = (bits & 2) != 0,
                                        .unknown = (bits & 4) != 0};
            enum verdict_answer want = VERDICT_YES;
            if (bits & 4)
                want = VERDICT_CANNOT_TELL;
            if (bits & 3)
                want = VERDICT_NO;
            if (attained == 0 && bits == 0)
                want = VERDICT_NO_WORK;
            assert_int_equal(verdict_executed(&work), want);
        }
}

// ---- limits -----------------------------------------------------------------------------------

// Broken when five points make a chart, or the limits are not mean ± 2.66 × mean moving range.
static void limits_from_six_points_on(void **state)
{
    (void)state;
    const double values[] = {10, 12, 11, 13, 12, 14, 30};
    struct verdict_limits limits = {.mean = -1};
    assert_false(verdict_limits_of(values, 5, &limits));
    assert_float_equal(limits.mean, -1, 0);
    assert_true(verdict_limits_of(values, 6, &limits));
    assert_float_equal(limits.mean, 12, 1e-12);
    assert_true(fabs(limits.upper - 16.256) < 1e-12);
    assert_true(fabs(limits.lower - 7.744) < 1e-12);
    assert_false(limits.signal);
    const double jump[] = {10, 10, 10, 10, 10, 10, 10, 10, 20};
    assert_true(verdict_limits_of(jump, 9, &limits));
    assert_true(limits.signal);
    const double huge[] = {1e308, -1e308, 1e308, -1e308, 1e308, -1e308};
    assert_false(verdict_limits_of(huge, 6, &limits));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r45_every_combination),     cmocka_unit_test(r46_beyond_the_noise_band),
        cmocka_unit_test(r46_what_is_to_be_kept),    cmocka_unit_test(r45_executed),
        cmocka_unit_test(limits_from_six_points_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
