// The pure parts of the Monday docket: runs, what becomes of decided lines, reviewed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "common/calendar.h"
#include "server/monday/docket_rules.h"

static int32_t day(const char *text)
{
    int32_t days = 0;
    assert_true(date_parse(text, &days));
    return days;
}

static void test_run(void **state)
{
    (void)state;
    int32_t last = day("2021-02-08");
    int32_t weeks[] = {last, last - 7, last - 14, last - 28};
    assert_int_equal(docket_run(weeks, 4, last), 3);
    assert_int_equal(docket_run(weeks, 1, last), 1);
    assert_int_equal(docket_run(weeks, 4, last + 7), 0); // the last week was not missed
    assert_int_equal(docket_run(weeks, 4, last - 7), 2); // later ones do not count
    assert_int_equal(docket_run(weeks, 0, last), 0);
}

static Okr__DocketLine new_line(const char *key)
{
    Okr__DocketLine line = OKR__DOCKET_LINE__INIT;
    line.key = (char *)(uintptr_t)key;
    return line;
}

static Okr__DocketLine decided_line(const char *key, const char *at)
{
    Okr__DocketLine line = new_line(key);
    line.has_decision = line.has_version = 1;
    line.decision = OKR__DOCKET_DECISION__DOCKET_DECISION_OTHER;
    line.version = 3;
    line.decided_at = (char *)(uintptr_t)at;
    return line;
}

static void test_decisions_find_their_lines(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    Okr__DocketLine a = new_line("slip/1"), b = new_line("slip/2");
    Okr__DocketLine c = decided_line("slip/2", "2021-02-08T01:00:00Z");
    Okr__DocketLine d = decided_line("slip/3", "2021-02-08T02:00:00Z");
    Okr__DocketLine *built[] = {&a, &b}, *decided[] = {&c, &d};
    size_t n;
    Okr__DocketLine **lines = docket_merge(arena, built, 2, decided, 2, false, &n);
    assert_int_equal(n, 3);
    assert_ptr_equal(lines[0], &a);
    assert_false(lines[0]->has_decision);
    assert_true(lines[0]->has_version);
    assert_int_equal(lines[0]->version, 0);
    assert_ptr_equal(lines[1], &b);
    assert_int_equal(lines[1]->decision, OKR__DOCKET_DECISION__DOCKET_DECISION_OTHER);
    assert_int_equal(lines[1]->version, 3);
    assert_false(lines[1]->gone);
    assert_ptr_equal(lines[2], &d);
    assert_true(lines[2]->gone);
    assert_int_equal(docket_open(lines, n), 1);
    arena_free(arena);
}

static void test_lines_of_a_past_week_are_not_gone(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    Okr__DocketLine d = decided_line("overload/ann", "2021-02-08T02:00:00Z"), *decided[] = {&d};
    size_t n;
    Okr__DocketLine **lines = docket_merge(arena, NULL, 0, decided, 1, true, &n);
    assert_int_equal(n, 1);
    assert_false(lines[0]->gone);
    arena_free(arena);
}

static void test_reviewed(void **state)
{
    (void)state;
    Okr__DocketLine a = decided_line("slip/1", "2021-02-08T01:00:00Z"), open = new_line("slip/2");
    Okr__DocketLine b = decided_line("slip/3", "2021-02-08T03:00:00Z");
    Okr__DocketLine *done[] = {&b, &a}, *not_done[] = {&a, &open};
    const char *at = "x";
    assert_false(docket_reviewed(not_done, 2, NULL, &at));
    assert_null(at);
    assert_true(docket_reviewed(done, 2, NULL, &at));
    assert_string_equal(at, "2021-02-08T03:00:00Z");
    assert_false(docket_reviewed(NULL, 0, NULL, &at)); // nobody looked
    assert_true(docket_reviewed(NULL, 0, "2021-02-08T00:00:00Z", &at));
    assert_string_equal(at, "2021-02-08T00:00:00Z");
    // A confirmation that nothing has to change does not decide what came up after it.
    assert_false(docket_reviewed(not_done, 2, "2021-02-08T00:00:00Z", &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_decisions_find_their_lines),
        cmocka_unit_test(test_lines_of_a_past_week_are_not_gone),
        cmocka_unit_test(test_reviewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
