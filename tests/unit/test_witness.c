// The witness against a scripted server: a link that is owed an answer lives on while the server
// works for it, and is given up when the server does not know it, or has nothing to do for it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "server/pg/witness.h"
#include "tests/support/libpq/fake.h"

STATEMENT(test_slow, ONE, "", "l", "SELECT 1");

enum { TICKS_MOST = 100, SILENT_MS = 1000, LIMIT_MS = 60000 };
#define SESSION "12 345"
#define SETTLES                                                                                    \
    {                                                                                              \
        .on = "SELECT (SELECT pid", .rows = SESSION, .always = true                                \
    }
#define SLOW                                                                                       \
    {                                                                                              \
        .on = "test_slow", .then = FAKE_SILENT                                                     \
    }

static struct loop *loop;
static struct endpoint *endpoint;
static struct link *link;
static struct witness *witness;
static int answers, losses, readies, ticks;
static bool (*until)(void);

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    (void)ctx, (void)owner, (void)index;
    answers += result != NULL;
    PQclear(result);
}

static void on_lost(void *ctx)
{
    (void)ctx;
    losses++;
}

static void on_ready(void *ctx)
{
    (void)ctx;
    readies++;
}

static void on_tick(void *ctx)
{
    (void)ctx;
    link_tick(link);
    witness_tick(witness);
    if (until() || ++ticks > TICKS_MOST)
        loop_stop(loop);
}

static void run_until(bool (*condition)(void))
{
    until = condition;
    ticks = 0;
    loop_run(loop);
}

static bool is_up(void)
{
    return link_is_up(link);
}

static bool is_lost(void)
{
    return losses > 0;
}

static bool is_answered(void)
{
    return answers > 0;
}

static bool never(void)
{
    return false;
}

// A statement is under way, and the server says nothing.
static void begin(const struct fake_step *script)
{
    char error[256];
    answers = losses = readies = 0;
    fake_play(script);
    loop = loop_new();
    loop_on_tick(loop, on_tick, NULL);
    endpoint = endpoint_new("", error, sizeof error);
    struct link_options options = {.name = "test",
                                   .endpoint = endpoint,
                                   .loop = loop,
                                   .result = on_result,
                                   .lost = on_lost,
                                   .ready = on_ready};
    link = link_open(&options);
    witness = witness_new(endpoint, loop);
    witness_add(witness, link);
    run_until(is_up);
    assert_string_equal(link_session(link), SESSION);
    struct query query = {.statement = &test_slow};
    assert_true(link_query(link, &query, NULL, 0));
    assert_true(link_sync(link, NULL, 0, LIMIT_MS));
    link_flush(link);
}

static int end(void **state)
{
    fake_played();
    witness = witness_free(witness);
    link = link_close(link);
    endpoint = endpoint_free(endpoint);
    loop = loop_free(loop);
    return fake_ended(state);
}

static void a_moment_of_silence_calls_nobody(void **state)
{
    (void)state;
    static const struct fake_step script[] = {SETTLES, SLOW, {0}};
    begin(script);
    fake_forward(SILENT_MS / 2);
    ticks = TICKS_MOST - 3;
    until = never;
    loop_run(loop);
    assert_int_equal(fake_count("witness_sessions"), 0);
}

static void one_that_the_server_works_for_lives_on(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        SETTLES,
        SLOW,
        {.on = "witness_sessions", .rows = "9 9|t\n" SESSION "|f", .always = true},
        {0}};
    begin(script);
    fake_forward(SILENT_MS);
    run_until(is_lost);
    assert_int_equal(losses, 0);
    assert_true(fake_count("witness_sessions") > 0);
    fake_speak();
    run_until(is_answered);
    assert_int_equal(answers, 1);
}

static void is_given_up(const struct fake_step *script)
{
    begin(script);
    fake_forward(SILENT_MS);
    run_until(is_lost);
    assert_int_equal(losses, 1);
    run_until(is_up);
    assert_true(link_is_up(link));
    assert_int_equal(answers, 0);
}

static void one_that_the_server_does_not_know_is_given_up(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        SETTLES, SLOW, {.on = "witness_sessions", .rows = "9 9|f"}, {0}};
    is_given_up(script);
}

// The question, or its answer, was lost on the way.
static void one_that_is_idle_there_is_given_up(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        SETTLES, SLOW, {.on = "witness_sessions", .rows = SESSION "|t"}, {0}};
    is_given_up(script);
}

// Who cannot be asked proves nothing; it is asked again.
static void a_witness_that_gets_no_answer_judges_nobody(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        SETTLES,
        SLOW,
        {.on = "witness_sessions", .then = FAKE_CUT},
        {.on = "witness_sessions", .error = "57014: canceled"},
        {.on = "witness_sessions", .rows = SESSION "|f", .always = true},
        {0}};
    begin(script);
    for (int i = 0; i < 4; i++) {
        fake_forward(SILENT_MS);
        ticks = TICKS_MOST - 15;
        until = never;
        loop_run(loop);
    }
    assert_true(fake_count("witness_sessions") >= 3);
    assert_int_equal(losses, 0);
    assert_true(link_is_up(link));
}

int main(void)
{
#define WITNESS_TEST(name) cmocka_unit_test_teardown(name, end)
    const struct CMUnitTest tests[] = {
        WITNESS_TEST(a_moment_of_silence_calls_nobody),
        WITNESS_TEST(one_that_the_server_works_for_lives_on),
        WITNESS_TEST(one_that_the_server_does_not_know_is_given_up),
        WITNESS_TEST(one_that_is_idle_there_is_given_up),
        WITNESS_TEST(a_witness_that_gets_no_answer_judges_nobody),
    };
    return cmocka_run_group_tests_name("witness", tests, NULL, NULL);
}
