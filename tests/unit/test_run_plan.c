// When a plan of `run` is read, said to be gone, or left alone, as a table of what is seen and
// when; and how long it waits between tries.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "client/plan_sync/run/plan.h"

static const struct run_pace pace = {.quiet_ms = 5000, .gone_ms = 60000};

static uint32_t least(uint32_t bound)
{
    (void)bound;
    return 0;
}

static uint32_t most(uint32_t bound)
{
    return bound - 1;
}

static struct run_seen file(int64_t content)
{
    return (struct run_seen){
        .sight = RUN_PRESENT,
        .stamp = {.device = 1, .inode = 2, .size = 3, .mtime_ns = content, .ctime_ns = content}};
}

static const struct run_seen absent = {.sight = RUN_ABSENT}, hidden = {.sight = RUN_HIDDEN};

static enum run_act act(const struct run_plan *plan, int64_t now, int64_t *at)
{
    int64_t ignored;
    return run_plan_next(plan, &pace, now, at ? at : &ignored);
}

static void look(struct run_plan *plan, struct run_seen seen, int64_t now)
{
    run_plan_look(plan, &seen, now);
}

// The plan's file, which is `content`, was tried with this outcome.
static bool done(struct run_plan *plan, int64_t content, struct run_seen after,
                 enum run_outcome outcome, const char *error, int64_t now)
{
    struct run_seen before = file(content);
    return run_plan_done(plan, &before.stamp, &after, outcome, error, now, least);
}

// ---- quiet ------------------------------------------------------------------------------------

// Broken when a file is read while it changes, or a change does not begin the wait anew.
static void a_file_has_to_be_quiet(void **state)
{
    (void)state;
    struct run_plan plan = {0};
    int64_t at;
    look(&plan, file(1), 1000);
    assert_int_equal(act(&plan, 1000, &at), RUN_WAIT);
    assert_int_equal(at, 6000);
    look(&plan, file(2), 5999);
    assert_int_equal(act(&plan, 6000, &at), RUN_WAIT);
    assert_int_equal(at, 10999);
    look(&plan, file(2), 9000);
    assert_int_equal(act(&plan, 10998, NULL), RUN_WAIT);
    assert_int_equal(act(&plan, 10999, NULL), RUN_PUSH);
}

// Each part of a stamp can be the only one that changes.
static void every_part_of_a_stamp_counts(void **state)
{
    (void)state;
    const struct run_stamp a = {1, 2, 3, 4, 5};
    const struct run_stamp others[] = {
        {9, 2, 3, 4, 5}, {1, 9, 3, 4, 5}, {1, 2, 9, 4, 5}, {1, 2, 3, 9, 5}, {1, 2, 3, 4, 9},
    };
    assert_true(run_stamp_equal(&a, &a));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(run_stamp_equal(&a, &others[i]));
}

// ---- after a try ------------------------------------------------------------------------------

// Broken when a file is read again that was handled, not read though it failed for a reason that
// may pass, or tried without pause.
static void what_follows_a_try(void **state)
{
    (void)state;
    static const struct {
        enum run_outcome outcome;
        int64_t again_at; // with the least of chance; the try ended at 10,000
    } cases[] = {
        {RUN_IN_STEP, RUN_NEVER}, {RUN_REFUSED, RUN_NEVER}, {RUN_UNREADABLE, 12000},
        {RUN_DENIED, 40000},      {RUN_FAILED, 12000},      {RUN_UNAVAILABLE, 5000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_plan plan = {0};
        int64_t at;
        look(&plan, file(1), 0);
        done(&plan, 1, file(1), cases[i].outcome, "why", 10000);
        enum run_act next = act(&plan, 10000, &at);
        if (at != cases[i].again_at)
            fail_msg("%s: again at %lld", run_outcome_name(cases[i].outcome), (long long)at);
        assert_int_equal(next, at <= 10000 ? RUN_PUSH : RUN_WAIT);
        // whatever it was, another file is another try
        look(&plan, file(2), 20000);
        assert_int_equal(act(&plan, 24999, NULL), RUN_WAIT);
        assert_int_equal(act(&plan, 25000, NULL), RUN_PUSH);
    }
}

// Broken when a file that was replaced during the try counts as handled, or a part of a file that
// was being written is complained about.
static void a_file_that_moved_meanwhile_is_tried_again(void **state)
{
    (void)state;
    struct run_plan plan = {0};
    look(&plan, file(1), 0);
    assert_true(done(&plan, 1, file(2), RUN_IN_STEP, "", 10000));
    assert_int_equal(act(&plan, 14999, NULL), RUN_WAIT);
    assert_int_equal(act(&plan, 15000, NULL), RUN_PUSH);
    assert_false(done(&plan, 2, file(3), RUN_UNREADABLE, "cut short", 20000));
    assert_int_equal(plan.outcome, RUN_IN_STEP);
    assert_int_equal(act(&plan, 25000, NULL), RUN_PUSH);
    assert_false(done(&plan, 3, absent, RUN_UNREADABLE, "no such file", 30000));
}

// Broken when the same news is told at every try, or other news is not.
static void news_is_told_once(void **state)
{
    (void)state;
    struct run_plan plan = {0};
    look(&plan, file(1), 0);
    assert_false(done(&plan, 1, file(1), RUN_UNREADABLE, "a", 1)); // it may be in the making
    assert_true(done(&plan, 1, file(1), RUN_UNREADABLE, "a", 2));
    assert_false(done(&plan, 1, file(1), RUN_UNREADABLE, "a", 3));
    assert_true(done(&plan, 1, file(1), RUN_UNREADABLE, "b", 3));
    assert_false(done(&plan, 1, file(1), RUN_UNREADABLE, "b", 3));
    assert_true(done(&plan, 1, file(1), RUN_DENIED, "b", 4));
    assert_true(done(&plan, 1, file(1), RUN_REFUSED, "old", 5));
    look(&plan, file(2), 6);
    assert_true(done(&plan, 2, file(2), RUN_REFUSED, "old", 7)); // another file, the same answer
    assert_true(done(&plan, 2, file(2), RUN_IN_STEP, "", 8));
    assert_true(done(&plan, 2, file(2), RUN_IN_STEP, "", 9)); // it was asked for
}

static void a_new_token_or_setting_is_tried_at_once(void **state)
{
    (void)state;
    struct run_plan plan = {0};
    look(&plan, file(1), 0);
    done(&plan, 1, file(1), RUN_DENIED, "no", 10000);
    assert_int_equal(act(&plan, 10001, NULL), RUN_WAIT);
    run_plan_retry_denied(&plan);
    assert_int_equal(act(&plan, 10001, NULL), RUN_PUSH);
    done(&plan, 1, file(1), RUN_FAILED, "no", 10000);
    run_plan_retry_denied(&plan);
    assert_int_equal(act(&plan, 10001, NULL), RUN_WAIT);
    run_plan_retry(&plan);
    assert_int_equal(act(&plan, 10001, NULL), RUN_PUSH);
    done(&plan, 1, file(1), RUN_REFUSED, "no", 10000);
    run_plan_retry(&plan);
    assert_int_equal(act(&plan, 10001, NULL), RUN_PUSH);
    done(&plan, 1, file(1), RUN_IN_STEP, "", 10000);
    run_plan_retry(&plan);
    assert_int_equal(act(&plan, 10001, NULL), RUN_WAIT);
}

// ---- absence ----------------------------------------------------------------------------------

// Broken when a short absence, or a share that is not there, counts as a deletion; or one is told
// twice.
static void an_absence_is_told_once_and_late(void **state)
{
    (void)state;
    struct run_plan plan = {0};
    int64_t at;
    look(&plan, file(1), 0);
    done(&plan, 1, file(1), RUN_IN_STEP, "", 1);
    look(&plan, absent, 1000);
    assert_int_equal(act(&plan, 1000, &at), RUN_WAIT);
    assert_int_equal(at, 61000);
    look(&plan, file(1), 2000); // the very same: a share that was away for a moment
    assert_int_equal(act(&plan, 100000, &at), RUN_WAIT);
    assert_int_equal(at, RUN_NEVER);
    look(&plan, hidden, 3000);
    assert_int_equal(act(&plan, 1000000, &at), RUN_WAIT);
    look(&plan, absent, 4000);
    look(&plan, absent, 5000);
    assert_int_equal(act(&plan, 64000, NULL), RUN_SAY_GONE);
    plan.gone = true;
    assert_int_equal(act(&plan, 900000, &at), RUN_WAIT);
    assert_int_equal(at, RUN_NEVER);
    look(&plan, file(2), 1000000);
    look(&plan, absent, 1000001);
    assert_int_equal(act(&plan, 2000000, NULL), RUN_SAY_GONE); // gone once more
}

// ---- back-off ---------------------------------------------------------------------------------

// Broken when a wait is shorter than the first, longer than the most, does not grow, or overflows.
static void waits_grow_to_a_limit(void **state)
{
    (void)state;
    const struct run_backoff *b = &run_backoff_server;
    static const int64_t longest[] = {1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000};
    for (unsigned i = 0; i < sizeof longest / sizeof *longest; i++) {
        assert_int_equal(run_backoff_ms(b, i + 1, least), 1000);
        assert_int_equal(run_backoff_ms(b, i + 1, most), longest[i]);
    }
    assert_int_equal(run_backoff_ms(b, 10, most), 300000);
    assert_int_equal(run_backoff_ms(b, UINT32_MAX, most), 300000);
    assert_int_equal(run_backoff_ms(b, 0, most), 1000);
    assert_int_equal(run_backoff_ms(&run_backoff_denied, 1, most), 30000);
    assert_int_equal(run_backoff_ms(&run_backoff_file, 100, most), 900000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_has_to_be_quiet),
        cmocka_unit_test(every_part_of_a_stamp_counts),
        cmocka_unit_test(what_follows_a_try),
        cmocka_unit_test(a_file_that_moved_meanwhile_is_tried_again),
        cmocka_unit_test(news_is_told_once),
        cmocka_unit_test(a_new_token_or_setting_is_tried_at_once),
        cmocka_unit_test(an_absence_is_told_once_and_late),
        cmocka_unit_test(waits_grow_to_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
