// Recorded clients while okrd, its postmaster and its backends are killed; then what they saw is
// held against what the database holds (check.py). KILL_ROUNDS: how many kills; SEED: of what the
// clients choose and of what is killed.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include "tests/fault/load.h"

enum { ROUNDS = 10, PATIENCE_MS = 60000, DEADLINE_MS = 4000 };

static struct daemon *okrd;
static struct world world;

static void kill_one(unsigned *random)
{
    unsigned who = (unsigned)rand_r(random) % 10;
    if (who < 6) {
        daemon_kill(okrd);
        daemon_start(okrd);
        return;
    }
    pid_t victim = who < 8 ? daemon_postmaster(okrd) : daemon_writer_backend(okrd);
    assert_true(victim > 1);
    assert_int_equal(kill(victim, SIGKILL), 0);
}

static void what_clients_saw_is_what_is_there(void **state)
{
    (void)state;
    char path[96];
    int rounds = setting("KILL_ROUNDS", ROUNDS), longest = 0;
    unsigned seed = (unsigned)setting("SEED", (int)(time(NULL) % 1000000)), random = seed;
    snprintf(path, sizeof path, "%s/history", okrd->base);
    struct history *history = history_new(path);
    struct load_options options = {.daemon = okrd,
                                   .world = &world,
                                   .history = history,
                                   .seed = seed,
                                   .writers = 5,
                                   .readers = 2,
                                   .watchers = 2,
                                   .plans = true,
                                   .probes = true,
                                   .deadline_ms = DEADLINE_MS,
                                   .pace_ms = 2};
    print_message("          seed %u, %d kills\n", seed, rounds);
    struct load *load = load_start(&options);
    for (int i = 0; i < rounds; i++) {
        pause_ms(200 + rand_r(&random) % 300);
        kill_one(&random);
        int ms = load_serves(load, PATIENCE_MS);
        assert_true(ms >= 0);
        longest = ms > longest ? ms : longest;
    }
    load_stop(load, PATIENCE_MS);
    load_replay(load);
    PGconn *conn = daemon_db(okrd);
    history_dump(history, conn);
    PQfinish(conn);
    print_message("          served again after at most %d ms\n", longest);
    assert_int_equal(history_check(history, NULL, 0), 0);
    load_free(load);
    history_free(history);
}

static int start_okrd(void **state)
{
    (void)state;
    okrd = daemon_new();
    daemon_start(okrd);
    world_make(okrd, &world);
    world_add_guest(okrd, &world);
    return 0;
}

static int stop_okrd(void **state)
{
    (void)state;
    okrd = daemon_free(okrd);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_clients_saw_is_what_is_there)};
    return cmocka_run_group_tests(tests, start_okrd, stop_okrd);
}
