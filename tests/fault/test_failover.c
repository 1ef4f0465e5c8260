// Two PostgreSQL servers, one waiting for the other at each commit, and the primary goes: killed,
// frozen, cut off, or after its standby. The standby is promoted, okrd finds it, and what was
// acknowledged is there. FAILOVERS: how often (4); SEED: of what the clients choose.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include "tests/fault/load.h"
#include "tests/fault/postgres.h"

enum { FAILOVERS = 4, PATIENCE_MS = 30000, DEADLINE_MS = 1000, WAIT_IN_VAIN_MS = 2500 };

static struct daemon *okrd;
static struct world world;
static struct postgres *primary, *standby;
static char conninfo[400];
static unsigned seed;

static void swap(void)
{
    struct postgres *old = primary;
    primary = standby;
    standby = old;
}

// ---- Ways to go ---------------------------------------------------------------------------------

static void primary_is_killed(struct load *load)
{
    (void)load;
    postgres_kill(primary);
    postgres_promote(standby);
}

static void primary_freezes(struct load *load)
{
    (void)load;
    postgres_freeze(primary);
    postgres_promote(standby);
}

static void primary_is_cut_off(struct load *load)
{
    (void)load;
    proxy_rule(primary->proxy, &(struct proxy_rule){.fault = PROXY_HOLE, .lasting = true});
    postgres_promote(standby);
}

// Commits wait in vain. The primary crashes, comes back and shows what nobody else has; then it is
// gone for good.
static void standby_is_killed_first(struct load *load)
{
    (void)load;
    postgres_kill(standby);
    pause_ms(WAIT_IN_VAIN_MS);
    postgres_kill(primary);
    postgres_start(primary);
    pause_ms(WAIT_IN_VAIN_MS);
    postgres_kill(primary);
    postgres_start(standby);
    postgres_promote(standby);
}

static const struct way {
    const char *name;
    void (*go)(struct load *load);
} ways[] = {
    {"primary killed", primary_is_killed},
    {"primary frozen", primary_freezes},
    {"primary cut off", primary_is_cut_off},
    {"standby killed first", standby_is_killed_first},
};
enum { WAYS = sizeof ways / sizeof *ways };

// The milliseconds from the promotion until a change is acknowledged again.
static int fail_over(struct load *load, const struct way *way)
{
    way->go(load);
    int ms = load_serves(load, PATIENCE_MS);
    if (ms < 0)
        daemon_log_show(okrd);
    assert_true(ms >= 0);
    swap();
    postgres_follow(standby, primary);
    return ms;
}

// ---- The test -----------------------------------------------------------------------------------

static void check(struct history *history)
{
    char as_boss[200];
    snprintf(as_boss, sizeof as_boss, "host=%s/run dbname=okrd user=boss", primary->dir);
    PGconn *conn = PQconnectdb(as_boss);
    history_dump(history, conn);
    PQfinish(conn);
    assert_int_equal(history_check(history, NULL, 0), 0);
}

// The crowd: all kinds of clients, all ways. Otherwise one client alone, whose retry is the first
// thing that a server is asked which came back with what nobody else has.
static struct load_options clients(struct history *history, bool crowd)
{
    return (struct load_options){.daemon = okrd,
                                 .world = &world,
                                 .history = history,
                                 .seed = seed,
                                 .writers = crowd ? 4 : 1,
                                 .readers = crowd ? 2 : 0,
                                 .watchers = crowd ? 1 : 0,
                                 .plans = crowd,
                                 .probes = crowd,
                                 .deadline_ms = DEADLINE_MS,
                                 .pace_ms = 5};
}

static void fail_over_and_over(bool crowd, int rounds)
{
    char path[96];
    int only = crowd ? setting("WAY", 0) : WAYS, longest[WAYS] = {0};
    snprintf(path, sizeof path, "%s/history-%d", okrd->base, crowd);
    struct history *history = history_new(path);
    struct load_options options = clients(history, crowd);
    print_message("          seed %u, %d failovers\n", seed, rounds);
    struct load *load = load_start(&options);
    for (int i = 0; i < rounds; i++) {
        int way = only ? only - 1 : i % WAYS;
        pause_ms(500);
        int ms = fail_over(load, &ways[way]);
        longest[way] = ms > longest[way] ? ms : longest[way];
        print_message("          %2d %-20s serves again %d ms after the promotion\n", i + 1,
                      ways[way].name, ms);
    }
    load_stop(load, PATIENCE_MS);
    load_replay(load);
    check(history);
    print_message("          none of %d failovers lost anything: with 95 %% confidence fewer than "
                  "%.2f of all (3/N)\n",
                  rounds, 3.0 / rounds);
    load_free(load);
    history_free(history);
}

static void what_was_acknowledged_outlives_the_primary(void **state)
{
    (void)state;
    fail_over_and_over(true, setting("FAILOVERS", FAILOVERS));
}

static void a_retry_rests_on_nothing_that_can_be_lost(void **state)
{
    (void)state;
    fail_over_and_over(false, (setting("FAILOVERS", FAILOVERS) + WAYS - 1) / WAYS);
}

static int start_all(void **state)
{
    (void)state;
    seed = (unsigned)setting("SEED", (int)(time(NULL) % 1000000));
    okrd = daemon_new();
    primary = postgres_new(okrd->base, "a");
    standby = postgres_new(okrd->base, "b");
    postgres_init(primary);
    snprintf(conninfo, sizeof conninfo, "host=%s/run dbname=okrd user=boss", primary->dir);
    daemon_migrate(okrd, conninfo);
    snprintf(conninfo, sizeof conninfo,
             "host=%s,%s dbname=okrd user=okrd_app target_session_attrs=read-write", primary->via,
             standby->via);
    postgres_follow(standby, primary);
    okrd->database = conninfo;
    daemon_start(okrd);
    world_make(okrd, &world);
    world_add_guest(okrd, &world);
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    primary = postgres_free(primary);
    standby = postgres_free(standby);
    okrd = daemon_free(okrd);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_outlives_the_primary),
        cmocka_unit_test(a_retry_rests_on_nothing_that_can_be_lost),
    };
    if (getenv("ONLY"))
        cmocka_set_test_filter(getenv("ONLY"));
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
