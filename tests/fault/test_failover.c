// Two PostgreSQL servers, one waiting for the other at each commit, and the primary goes: killed,
// frozen, cut off, or after its standby. The standby is promoted, okrd finds it, and what was
// acknowledged is there. FAILOVERS: how often (2); WAY: only this one (1 to 4).
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/fault/stage.h"

enum { FAILOVERS = 2, DEADLINE_MS = 1000, WAIT_IN_VAIN_MS = 2500 };

static struct stage *stage;

// ---- Ways to go ---------------------------------------------------------------------------------

static void primary_is_killed(void)
{
    postgres_kill(stage->primary);
}

static void primary_freezes(void)
{
    postgres_freeze(stage->primary);
}

static void primary_is_cut_off(void)
{
    proxy_rule(stage->primary->proxy, &(struct proxy_rule){.fault = PROXY_HOLE, .lasting = true});
}

// Commits wait in vain. The primary crashes, comes back and shows what nobody else has; then it is
// gone for good.
static void standby_is_killed_first(void)
{
    postgres_kill(stage->standby);
    pause_ms(WAIT_IN_VAIN_MS);
    postgres_kill(stage->primary);
    postgres_start(stage->primary);
    pause_ms(WAIT_IN_VAIN_MS);
    postgres_kill(stage->primary);
    postgres_start(stage->standby);
}

static const struct way {
    const char *name;
    void (*go)(void);
} ways[] = {
    {"primary killed", primary_is_killed},
    {"standby killed first", standby_is_killed_first},
    {"primary frozen", primary_freezes},
    {"primary cut off", primary_is_cut_off},
};
enum { WAYS = sizeof ways / sizeof *ways, WAY_STANDBY_FIRST = 2 };

static const struct load_options crowd = {.writers = 4,
                                          .readers = 2,
                                          .watchers = 1,
                                          .plans = true,
                                          .probes = true,
                                          .deadline_ms = DEADLINE_MS,
                                          .pace_ms = 5};

// ---- The tests ----------------------------------------------------------------------------------

static void fail_over(const struct load_options *clients, int rounds, int only)
{
    stage_begin(stage, clients);
    for (int i = 0; i < rounds; i++) {
        const struct way *way = &ways[only ? only - 1 : i % WAYS];
        pause_ms(500);
        way->go();
        stage_promote(stage);
        print_message("          %2d %-20s changes again %d ms after the promotion\n", i + 1,
                      way->name, stage_serves(stage));
        stage_mend(stage);
    }
    assert_int_equal(stage_end(stage, NULL, 0), 0);
    if (rounds > 3)
        print_message(
            "          none of %d failovers lost anything: with 95 %% confidence fewer than "
            "%.2f of all would (3/N)\n",
            rounds, 3.0 / rounds);
}

static void what_was_acknowledged_outlives_the_primary(void **state)
{
    (void)state;
    fail_over(&crowd, setting("FAILOVERS", FAILOVERS), setting("WAY", 0));
}

// One client alone: its retry is the first thing that a server is asked which came back with what
// nobody else has.
static void a_retry_rests_on_nothing_that_can_be_lost(void **state)
{
    (void)state;
    const struct load_options lone = {.writers = 1, .deadline_ms = DEADLINE_MS, .pace_ms = 5};
    fail_over(&lone, (setting("FAILOVERS", FAILOVERS) + WAYS - 1) / WAYS, WAY_STANDBY_FIRST);
}

// Two on one database: the later one takes over while the first one serves. Its clients go on
// there, and ask it again what the first one has answered.
static void another_okrd_goes_on_where_the_first_one_was(void **state)
{
    (void)state;
    struct daemon *other = daemon_new();
    other->database = stage->conninfo;
    stage_begin(stage, &crowd);
    pause_ms(500);
    daemon_start(other);
    pause_ms(200); // they still ask the first one
    load_turn(stage->load, other);
    print_message("          another okrd: changes again after %d ms\n", stage_serves(stage));
    pause_ms(500);
    assert_int_equal(stage_end(stage, NULL, 0), 0);
    daemon_free(other);
}

static int start(void **state)
{
    (void)state;
    stage = stage_new(2, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    stage = stage_free(stage);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_outlives_the_primary),
        cmocka_unit_test(a_retry_rests_on_nothing_that_can_be_lost),
        cmocka_unit_test(another_okrd_goes_on_where_the_first_one_was),
    };
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, start, stop);
}
