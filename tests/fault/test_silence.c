// Bytes go astray between the parts: client and okrd, okrd and PostgreSQL. Above all silence, in
// each phase of a round: nobody says that the connection is dead, and a new one would work at once.
// Other calls are answered meanwhile, okrd serves again by itself, and what clients saw is what is
// there. SILENCES: how often all of it (1); SEED: of what the clients choose.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <cmocka.h>
#include "tests/fault/load.h"
#include "tests/fault/postgres.h"

enum { PATIENCE_MS = 30000, DEADLINE_MS = 2000, FAULT_MS = 800, MET_MS = 10000 };

static struct daemon *okrd, front; // front: okrd as its clients reach it
static struct world world;
static struct postgres *postgres;
static struct proxy *unix_front, *tcp_front;
static struct history *history;
static struct load *load;

// ---- Silence ------------------------------------------------------------------------------------

#define MARKER(bytes) .marker = bytes, .marker_len = sizeof bytes - 1

// Statements are bound by their names; a name stands between the portal's, which is empty, and 0.
static const struct phase {
    const char *name;
    bool anew; // the connections are lost first: it happens while okrd connects
    struct proxy_rule rule;
} phases[] = {
    {"connect", true, {.from = PROXY_CLIENT, .after = 1, .withhold = true}},
    {"session", true, {MARKER("SET "), .withhold = true}},
    {"prepare", true, {MARKER("\0SELECT "), .withhold = true}},
    {"prepared", true, {.from = PROXY_SERVER, .after = 3000, .withhold = true}},
    {"begin", false, {MARKER("\0writer_begin\0"), .withhold = true}},
    {"change", false, {MARKER("\0goal_edit\0"), .withhold = true}},
    {"commit", false, {MARKER("\0writer_commit\0"), .withhold = true}},
    {"committed",
     false,
     {.from = PROXY_SERVER,
      MARKER("\x0b"
             "COMMIT\0"),
      .withhold = true}},
    {"read", false, {MARKER("\0goal_two_weeks\0"), .withhold = true}},
    {"rows", false, {.from = PROXY_SERVER, .after = 200, .withhold = true}},
};
enum { PHASES = sizeof phases / sizeof *phases };

// The longest that a call which needs no database waited meanwhile.
static int longest_wait(int until_met_ms)
{
    int longest = 0;
    for (int64_t until = now_ms() + until_met_ms; now_ms() < until; pause_ms(20)) {
        int64_t start = now_ms();
        assert_true(is_served(okrd, true, PATIENCE_MS));
        int took = (int)(now_ms() - start);
        longest = took > longest ? took : longest;
    }
    return longest;
}

static void fall_silent(const struct phase *phase)
{
    struct proxy_rule rule = phase->rule;
    rule.fault = PROXY_HOLE;
    proxy_rule(postgres->proxy, &rule);
    if (phase->anew)
        proxy_drop(postgres->proxy);
    if (!proxy_await(postgres->proxy, MET_MS))
        fail_msg("%s: the phase does not come", phase->name);
    int waited = longest_wait(FAULT_MS), ms = load_serves(load, PATIENCE_MS);
    print_message("          silent during %-10s changes again after %5d ms; others waited %d ms\n",
                  phase->name, ms < 0 ? ms : ms + FAULT_MS, waited);
    if (ms < 0)
        daemon_log_show(okrd);
    assert_true(ms >= 0);
    proxy_heal(postgres->proxy);
    proxy_drop(postgres->proxy); // what was silent is gone for good
    assert_true(load_serves(load, PATIENCE_MS) >= 0);
}

static void silent_in_each_phase(void **state)
{
    (void)state;
    for (int i = 0; i < setting("SILENCES", 1) * PHASES; i++)
        fall_silent(&phases[i % PHASES]);
}

// ---- Everything else ----------------------------------------------------------------------------

static const struct trouble {
    const char *name;
    struct proxy_rule rule;
} troubles[] = {
    {"delay", {.fault = PROXY_DELAY, .ms = 100}},
    {"a byte a second", {.fault = PROXY_TRICKLE, .ms = 1000}},
    {"cut after 1000 bytes", {.fault = PROXY_CUT, .after = 1000}},
    {"reset in an answer",
     {.fault = PROXY_RESET, .from = PROXY_SERVER, .after = 100, .withhold = true}},
    {"half-closed by the client", {.fault = PROXY_HALF, .from = PROXY_CLIENT}},
    {"half-closed by the server", {.fault = PROXY_HALF, .from = PROXY_SERVER}},
    {"black hole", {.fault = PROXY_HOLE}},
    {"refused", {.fault = PROXY_REFUSE}},
};
enum { TROUBLES = sizeof troubles / sizeof *troubles };

static void trouble(const struct trouble *t, struct proxy *a, struct proxy *b, const char *where)
{
    struct proxy_rule rule = t->rule;
    rule.lasting = true;
    proxy_rule(a, &rule);
    if (b)
        proxy_rule(b, &rule);
    pause_ms(FAULT_MS);
    assert_true(is_served(okrd, true, PATIENCE_MS)); // beside the go-between
    proxy_heal(a);
    if (b)
        proxy_heal(b);
    int ms = load_serves(load, PATIENCE_MS);
    print_message("          %-26s before %-10s changes %d ms after it\n", t->name, where, ms);
    assert_true(ms >= 0);
}

static void troubles_between_client_and_okrd(void **state)
{
    (void)state;
    for (int i = 0; i < setting("SILENCES", 1) * TROUBLES; i++)
        trouble(&troubles[i % TROUBLES], unix_front, tcp_front, "okrd");
}

static void troubles_between_okrd_and_postgresql(void **state)
{
    (void)state;
    for (int i = 0; i < setting("SILENCES", 1) * TROUBLES; i++)
        trouble(&troubles[i % TROUBLES], postgres->proxy, NULL, "PostgreSQL");
}

static void what_clients_saw_is_what_is_there(void **state)
{
    (void)state;
    char as_boss[200];
    load_stop(load, PATIENCE_MS);
    load_replay(load);
    snprintf(as_boss, sizeof as_boss, "host=%s/run dbname=okrd user=boss", postgres->dir);
    PGconn *conn = PQconnectdb(as_boss);
    history_dump(history, conn);
    PQfinish(conn);
    assert_int_equal(history_check(history, NULL, 0), 0);
}

// ---- The parts ----------------------------------------------------------------------------------

static void make_front(void)
{
    char listen[140], target[140];
    front = *okrd;
    snprintf(front.socket, sizeof front.socket, "%s/front.sock", okrd->base);
    front.port = okrd->port + 1;
    snprintf(listen, sizeof listen, "unix:%s", front.socket);
    snprintf(target, sizeof target, "unix:%s", okrd->socket);
    unix_front = proxy_new(listen, target);
    snprintf(listen, sizeof listen, "tcp:%d", front.port);
    snprintf(target, sizeof target, "tcp:%d", okrd->port);
    tcp_front = proxy_new(listen, target);
}

static void start_load(void)
{
    char path[96];
    unsigned seed = (unsigned)setting("SEED", (int)(time(NULL) % 1000000));
    snprintf(path, sizeof path, "%s/history", okrd->base);
    history = history_new(path);
    struct load_options options = {.daemon = &front,
                                   .world = &world,
                                   .history = history,
                                   .seed = seed,
                                   .writers = 4,
                                   .readers = 2,
                                   .watchers = 1,
                                   .plans = true,
                                   .probes = true,
                                   .deadline_ms = DEADLINE_MS,
                                   .pace_ms = 5};
    print_message("          seed %u\n", seed);
    load = load_start(&options);
}

static int start_all(void **state)
{
    (void)state;
    static char conninfo[200], as_boss[200];
    okrd = daemon_new();
    postgres = postgres_new(okrd->base, "a");
    postgres_init(postgres);
    snprintf(as_boss, sizeof as_boss, "host=%s/run dbname=okrd user=boss", postgres->dir);
    daemon_migrate(okrd, as_boss);
    snprintf(conninfo, sizeof conninfo, "host=%s dbname=okrd user=okrd_app", postgres->via);
    okrd->database = conninfo;
    daemon_start(okrd);
    world_make(okrd, &world);
    world_add_guest(okrd, &world);
    make_front();
    start_load();
    return 0;
}

static int stop_all(void **state)
{
    (void)state;
    load_free(load);
    history_free(history);
    proxy_free(unix_front);
    proxy_free(tcp_front);
    okrd = daemon_free(okrd);
    postgres = postgres_free(postgres);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silent_in_each_phase),
        cmocka_unit_test(troubles_between_client_and_okrd),
        cmocka_unit_test(troubles_between_okrd_and_postgresql),
        cmocka_unit_test(what_clients_saw_is_what_is_there),
    };
    return cmocka_run_group_tests(tests, start_all, stop_all);
}
