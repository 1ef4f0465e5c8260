// Expected misses and days in words: which limit, by which measure, and the year where it is not
// this one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "client/cli/core/show.h"
#include "client/cli/report/miss.h"

#define TEXT(text) ((char *)(uintptr_t)(text))
#define WITNESS(name) OKR__MISS_WITNESS__MISS_WITNESS_##name
#define LIMIT(name) OKR__MISS_LIMIT__MISS_LIMIT_##name

static struct cli cli;

static int start(void **state)
{
    (void)state;
    cli = (struct cli){.arena = arena_new(1 << 20), .today = "2026-12-29"};
    return cli.arena ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    cli.arena = arena_free(cli.arena);
    return 0;
}

static Okr__ExpectedMiss a_miss(Okr__MissWitness witness, Okr__MissLimit limit, const char *due,
                                const char *at)
{
    Okr__ExpectedMiss miss = OKR__EXPECTED_MISS__INIT;
    miss.has_witness = miss.has_limit = 1;
    miss.witness = witness;
    miss.limit = limit;
    miss.due = TEXT(due);
    miss.at = TEXT(at);
    return miss;
}

static void another_year_is_shown(void **state)
{
    (void)state;
    assert_string_equal(show_day(&cli, "2026-09-03T17:00:00"), "9/3");
    assert_string_equal(show_day(&cli, "2032-09-03T17:00:00"), "2032/9/3");
    assert_string_equal(show_day(&cli, "2025-12-31"), "2025/12/31");
    assert_string_equal(show_days(&cli, "2026-12-28", "2027-01-03"), "12/28–2027/1/3");
    assert_string_equal(show_week(&cli, "2027-W01"),
                        "2027-W01 (1/4–1/10)"); // its name has the year
    assert_string_equal(show_instant(&cli, "2026-10-12T08:00:00"), "10/12 08:00");
}

// Broken when two instants of one day read alike, or a day is told as an instant.
static void a_limit_is_told_by_what_misses_it(void **state)
{
    (void)state;
    Okr__ExpectedMiss miss =
        a_miss(WITNESS(PLAN), LIMIT(BASELINE), "2026-10-12T08:00:00", "2026-10-12T17:00:00");
    assert_string_equal(miss_words(&cli, &miss),
                        "by the plan it ends 10/12 17:00 (the baseline says 10/12 08:00)");
    miss = a_miss(WITNESS(PACE), LIMIT(QUARTER), "2026-12-31", "2032-09-03T11:00:00");
    assert_string_equal(miss_words(&cli, &miss),
                        "at this pace it ends 2032/9/3 (the quarter ends 12/31)");
    miss = a_miss(WITNESS(NOTHING_EARNED), LIMIT(BASELINE), "2026-12-11T17:00:00", NULL);
    assert_string_equal(
        miss_words(&cli, &miss),
        "work was due and nothing is done, so there is no pace (the baseline says 12/11)");
}

// As the docket keeps them, and as it kept them before.
static void a_dockets_line_reads_the_same(void **state)
{
    (void)state;
    assert_string_equal(
        miss_words_of_docket(&cli, "PLAN 2026-10-12T17:00:00 > BASELINE 2026-10-12T08:00:00 | "
                                   "OPEN_MILESTONE 2026-12-28T17:00:00 > MILESTONE "
                                   "2026-12-14T17:00:00 2 3 Ready to ship"),
        "the milestone Ready to ship (task 3) and 1 more was due 12/14, and on 12/28 it is open; "
        "by the plan it ends 10/12 17:00 (the baseline says 10/12 08:00)");
    assert_string_equal(
        miss_words_of_docket(&cli, "NOTHING_EARNED - > BASELINE 2026-12-11T17:00:00"),
        "work was due and nothing is done, so there is no pace (the baseline says 12/11)");
    assert_string_equal(miss_words_of_docket(&cli, "2021-03-20 > 2021-03-12"),
                        "will end on 2021-03-20 by the plan or at this pace; due by 2021-03-12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_year_is_shown, start, stop),
        cmocka_unit_test_setup_teardown(a_limit_is_told_by_what_misses_it, start, stop),
        cmocka_unit_test_setup_teardown(a_dockets_line_reads_the_same, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
