// Bytes go astray between the parts: client and okrd, okrd and PostgreSQL. Above all silence, in
// each phase of a round: nobody says that the connection is dead, and a new one would work at once.
// Other calls are answered meanwhile, okrd serves again by itself, and what clients saw is what is
// there. SILENCES: how often all of it (1); SEED: of what the clients choose.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fault/stage.h"

enum { DEADLINE_MS = 2000, FAULT_MS = 800, MET_MS = 10000 };

static struct stage *stage;
static struct daemon front; // okrd as its clients reach it
static struct proxy *unix_front, *tcp_front;

// ---- Silence ------------------------------------------------------------------------------------

#define MARKER(bytes) .marker = bytes, .marker_len = sizeof bytes - 1

// Statements are bound by their names; a name stands between the portal's, which is empty, and 0.
static const struct phase {
    const char *name;
    bool anew; // the connections are lost first: it happens while okrd connects
    struct proxy_rule rule;
} phases[] = {
    {"connect", true, {.from = PROXY_CLIENT, .after = 1, .withhold = true}},
    {"session", true, {MARKER("set_config("), .withhold = true}},
    {"prepare", true, {MARKER("\0SELECT "), .withhold = true}},
    {"prepared", true, {.from = PROXY_SERVER, .after = 3000, .withhold = true}},
    {"begin", false, {MARKER("\0writer_sql_begin\0"), .withhold = true}},
    {"change", false, {MARKER("\0goal_set_text\0"), .withhold = true}},
    {"commit", false, {MARKER("\0writer_sql_commit\0"), .withhold = true}},
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

// Whatever it says: that the database is away is an answer, too.
static bool is_answered(void)
{
    struct envelope e = {.id = RPC_SERVER_GET_SERVER_INFO};
    Okr__Reply *reply = wire_call(stage->okrd, true, &e, STAGE_PATIENCE_MS);
    if (reply)
        okr__reply__free_unpacked(reply, NULL);
    return reply != NULL;
}

// The longest that another call waited meanwhile.
static int longest_wait(int until_met_ms)
{
    int longest = 0;
    for (int64_t until = now_ms() + until_met_ms; now_ms() < until; pause_ms(20)) {
        int64_t start = now_ms();
        assert_true(is_answered());
        int took = (int)(now_ms() - start);
        longest = took > longest ? took : longest;
    }
    return longest;
}

static void fall_silent(const struct phase *phase)
{
    struct proxy_rule rule = phase->rule;
    rule.fault = PROXY_HOLE;
    proxy_rule(stage->primary->proxy, &rule);
    if (phase->anew)
        proxy_drop(stage->primary->proxy);
    if (!proxy_await(stage->primary->proxy, MET_MS))
        fail_msg("%s: the phase does not come", phase->name);
    int waited = longest_wait(FAULT_MS), ms = FAULT_MS + stage_serves(stage);
    print_message("          silent during %-10s changes again after %5d ms; others waited %d ms\n",
                  phase->name, ms, waited);
    proxy_heal(stage->primary->proxy);
    proxy_drop(stage->primary->proxy); // what was silent is gone for good
    stage_serves(stage);
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
    assert_true(proxy_met(a));
    assert_true(is_answered()); // beside the go-between
    proxy_heal(a);
    if (b)
        proxy_heal(b);
    print_message("          %-26s before %-10s changes %d ms after it\n", t->name, where,
                  stage_serves(stage));
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
        trouble(&troubles[i % TROUBLES], stage->primary->proxy, NULL, "PostgreSQL");
}

static void what_clients_saw_is_what_is_there(void **state)
{
    (void)state;
    assert_int_equal(stage_end(stage, NULL, 0), 0);
}

// ---- The parts ----------------------------------------------------------------------------------

static void make_front(void)
{
    char listen[140], target[140];
    front = *stage->okrd;
    snprintf(front.socket, sizeof front.socket, "%s/front.sock", stage->okrd->base);
    front.port = stage->okrd->port + 1;
    snprintf(listen, sizeof listen, "unix:%s", front.socket);
    snprintf(target, sizeof target, "unix:%s", stage->okrd->socket);
    unix_front = proxy_new(listen, target);
    snprintf(listen, sizeof listen, "tcp:%d", front.port);
    snprintf(target, sizeof target, "tcp:%d", stage->okrd->port);
    tcp_front = proxy_new(listen, target);
}

static int start(void **state)
{
    (void)state;
    stage = stage_new(1, NULL);
    make_front();
    const struct load_options clients = {.daemon = &front,
                                         .writers = 4,
                                         .readers = 2,
                                         .watchers = 1,
                                         .plans = true,
                                         .probes = true,
                                         .deadline_ms = DEADLINE_MS,
                                         .pace_ms = 5};
    stage_begin(stage, &clients);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    proxy_free(unix_front);
    proxy_free(tcp_front);
    stage = stage_free(stage);
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
    return cmocka_run_group_tests(tests, start, stop);
}
