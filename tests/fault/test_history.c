// Recorded clients while okrd, its postmaster and its backends are killed; then what they saw is
// held against what the database holds (check.py). KILL_ROUNDS: how many kills; SEED: of what the
// clients choose and of what is killed.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "tests/fault/stage.h"

enum { ROUNDS = 10 };

static struct stage *stage;

static const struct load_options clients = {.writers = 5,
                                            .readers = 2,
                                            .watchers = 2,
                                            .plans = true,
                                            .probes = true,
                                            .deadline_ms = 4000,
                                            .pace_ms = 2};

// okrd is started again; PostgreSQL comes back by itself.
static void kill_okrd(void)
{
    daemon_kill(stage->okrd);
    daemon_start(stage->okrd);
}

// Who was there a moment ago may be gone after the last kill: then the next one.
static void kill_database(pid_t (*find)(const struct daemon *d))
{
    for (int i = 0; i < 100; i++) {
        pid_t victim = find(stage->okrd);
        if (victim > 1 && kill(victim, SIGKILL) == 0)
            return;
        pause_ms(50);
    }
    fail_msg("PostgreSQL is not to be found");
}

static void kill_one(unsigned *random)
{
    unsigned who = (unsigned)rand_r(random) % 10;
    if (who < 6)
        kill_okrd();
    else
        kill_database(who < 8 ? daemon_postmaster : daemon_writer_backend);
}

static void what_clients_saw_is_what_is_there(void **state)
{
    (void)state;
    int rounds = setting("KILL_ROUNDS", ROUNDS), longest = 0;
    stage_begin(stage, &clients);
    unsigned random = stage->seed;
    for (int i = 0; i < rounds; i++) {
        pause_ms(200 + rand_r(&random) % 300);
        kill_one(&random);
        int ms = stage_serves(stage);
        longest = ms > longest ? ms : longest;
    }
    print_message("          %d kills: changes again after at most %d ms\n", rounds, longest);
    assert_int_equal(stage_end(stage, NULL, 0), 0);
}

static int start(void **state)
{
    (void)state;
    stage = stage_new(0, NULL);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_clients_saw_is_what_is_there)};
    return cmocka_run_group_tests(tests, start, stop);
}
