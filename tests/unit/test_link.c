// The link against a scripted server: what is sent comes back in order, an error skips what stands
// behind it, a lost connection is told once and comes back, a warning is not overlooked.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "server/pg/link.h"
#include "tests/support/libpq/fake.h"

STATEMENT(test_one, ONE, "", "l", "SELECT 1");
STATEMENT(test_two, ONE, "", "l", "SELECT 2");
STATEMENT(test_change, NONE, "", "", "UPDATE something SET n = 1");

enum { TICKS_MOST = 250, LIMIT_MS = 10000 };
static const int SYNC = 99;

static struct loop *loop;
static struct endpoint *endpoint;
static struct link *link;
static char seen[32768]; // what the link told, in order
static int told, expected, ticks;
static struct fake_step nothing[1];

static void see(const char *what)
{
    size_t length = strlen(seen);
    snprintf(seen + length, sizeof seen - length, "%s%s", length ? " " : "", what);
    told++;
}

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    (void)ctx, (void)owner;
    char text[64];
    const char *status = "sync";
    if (result)
        status = PQresultStatus(result) == PGRES_PIPELINE_ABORTED ? "skipped"
                 : PQresultStatus(result) == PGRES_FATAL_ERROR
                     ? PQresultErrorField(result, PG_DIAG_SQLSTATE)
                     : "ok";
    assert_true((result == NULL) == (index == SYNC));
    snprintf(text, sizeof text, index == SYNC ? "%s" : "%s:%d", status, index);
    PQclear(result);
    see(text);
}

static void on_lost(void *ctx)
{
    (void)ctx;
    see("lost");
}

static void on_ready(void *ctx)
{
    (void)ctx;
    see("ready");
}

static void on_tick(void *ctx)
{
    (void)ctx;
    link_tick(link);
    if (told >= expected || ++ticks > TICKS_MOST)
        loop_stop(loop);
}

// Until so many things were told, or for a while.
static void run(int n)
{
    expected = n;
    ticks = 0;
    if (told < n)
        loop_run(loop);
}

static void begin(const struct fake_step *script)
{
    char error[256];
    fake_play(script);
    endpoint = endpoint_new("", error, sizeof error);
    assert_non_null(endpoint);
    loop = loop_new();
    loop_on_tick(loop, on_tick, NULL);
    struct link_options options = {.name = "test",
                                   .endpoint = endpoint,
                                   .loop = loop,
                                   .result = on_result,
                                   .lost = on_lost,
                                   .ready = on_ready};
    seen[0] = '\0';
    told = 0;
    link = link_open(&options);
    run(1);
    assert_string_equal(seen, "ready");
    seen[0] = '\0';
    told = 0;
}

static int end(void **state)
{
    fake_played();
    link = link_close(link);
    endpoint = endpoint_free(endpoint);
    loop = loop_free(loop);
    return fake_ended(state);
}

static void ask(const struct statement *statement, int index)
{
    struct query query = {.statement = statement};
    assert_true(link_query(link, &query, NULL, index));
}

static void sync_and_flush(void)
{
    assert_true(link_sync(link, NULL, SYNC, LIMIT_MS));
    link_flush(link);
}

static void answers_come_in_the_order_of_the_questions(void **state)
{
    (void)state;
    begin(nothing);
    ask(&test_one, 1);
    ask(&test_change, 2);
    assert_true(link_sync(link, NULL, SYNC, LIMIT_MS));
    ask(&test_two, 3);
    sync_and_flush();
    run(5);
    assert_string_equal(seen, "ok:1 ok:2 sync ok:3 sync");
    assert_string_equal(fake_sent(), "CONNECT SYNC test_one test_change SYNC test_two SYNC");
}

static void an_error_skips_what_stands_behind_it_up_to_the_sync(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_change", .error = "23505: there"}, {0}};
    begin(script);
    ask(&test_one, 1);
    ask(&test_change, 2);
    ask(&test_two, 3);
    sync_and_flush();
    ask(&test_two, 4);
    sync_and_flush();
    run(6);
    assert_string_equal(seen, "ok:1 23505:2 skipped:3 sync ok:4 sync");
}

// What was answered before the cut is told, and of the rest nothing, not even after the return.
static void a_cut_is_told_once_and_the_link_comes_back(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_change", .then = FAKE_CUT}, {0}};
    begin(script);
    ask(&test_one, 1);
    ask(&test_change, 2);
    ask(&test_two, 3);
    sync_and_flush();
    run(2);
    assert_string_equal(seen, "ok:1 lost");
    assert_false(link_is_up(link));
    assert_false(link_query(link, &(struct query){.statement = &test_one}, NULL, 1));
    assert_false(link_sync(link, NULL, SYNC, LIMIT_MS));
    run(3);
    assert_true(link_is_up(link));
    ask(&test_two, 4);
    sync_and_flush();
    run(5);
    assert_string_equal(seen, "ok:1 lost ready ok:4 sync");
}

static void an_answer_counts_although_the_connection_ends_behind_it(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_change", .then = FAKE_CUT_AFTER}, {0}};
    begin(script);
    ask(&test_change, 1);
    sync_and_flush();
    run(2);
    assert_string_equal(seen, "ok:1 lost");
}

static void a_session_that_is_ended_in_place_of_the_sync_is_lost(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = FAKE_SYNC}, // of the preparing
        {.on = FAKE_SYNC, .error = "57P01: terminating connection", .then = FAKE_CUT_AFTER},
        {0}};
    begin(script);
    ask(&test_one, 1);
    sync_and_flush();
    run(2);
    assert_string_equal(seen, "ok:1 lost");
}

static void an_idle_connection_that_goes_is_noticed(void **state)
{
    (void)state;
    begin(nothing);
    fake_cut();
    run(2);
    assert_string_equal(seen, "lost ready");
}

// Refused, gone at once, one that has another schema, and then the right one.
static void a_server_that_is_away_is_tried_again(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = FAKE_CONNECT},
        {.on = FAKE_PREPARE "test_one"},
        {.on = FAKE_CONNECT, .error = "57P03: the database system is starting up"},
        {.on = FAKE_CONNECT, .then = FAKE_CUT},
        {.on = FAKE_CONNECT},
        {.on = FAKE_PREPARE "test_one", .error = "42P01: there is no such table"},
        {0}};
    begin(script);
    fake_cut();
    run(2);
    assert_string_equal(seen, "lost ready");
    assert_string_equal(fake_sent(), "CONNECT SYNC CONNECT CONNECT CONNECT SYNC CONNECT SYNC");
}

static void a_warning_is_kept_until_it_is_asked_for(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_change", .warning = "canceling wait for synchronous replication"}, {0}};
    begin(script);
    assert_false(link_warned(link));
    ask(&test_change, 1);
    sync_and_flush();
    run(2);
    assert_string_equal(seen, "ok:1 sync");
    assert_true(link_warned(link));
    assert_false(link_warned(link));
}

static void a_full_socket_is_waited_for(void **state)
{
    (void)state;
    begin(nothing);
    fake_hold(3); // the sync's own attempt, the flush, and once more
    ask(&test_one, 1);
    sync_and_flush();
    assert_int_equal(fake_count("test_one"), 0);
    run(2);
    assert_string_equal(seen, "ok:1 sync");
}

static void silence_is_no_answer(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_one", .then = FAKE_SILENT}, {0}};
    begin(script);
    ask(&test_one, 1);
    sync_and_flush();
    expected = 1;
    ticks = TICKS_MOST - 5;
    loop_run(loop);
    assert_string_equal(seen, "");
    fake_speak();
    run(2);
    assert_string_equal(seen, "ok:1 sync");
}

static void an_answer_that_does_not_come_in_time_is_a_loss(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_one", .then = FAKE_SILENT}, {0}};
    begin(script);
    ask(&test_one, 1);
    sync_and_flush();
    fake_forward(LIMIT_MS - 1000);
    assert_in_range(link_silent_ms(link), LIMIT_MS - 1000, LIMIT_MS);
    link_tick(link);
    assert_true(link_is_up(link));
    fake_forward(1000);
    run(2);
    assert_string_equal(seen, "lost ready");
}

static void a_connect_without_an_answer_is_given_up(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = FAKE_CONNECT}, {.on = FAKE_CONNECT, .then = FAKE_SILENT}, {0}};
    begin(script);
    fake_cut();
    run(1);
    for (int i = 0; i < 50 && fake_count(FAKE_CONNECT) < 2; i++) {
        ticks = TICKS_MOST - 1;
        expected = 2;
        loop_run(loop);
    }
    assert_false(link_is_up(link));
    fake_forward(2000);
    run(2);
    assert_string_equal(seen, "lost ready");
    assert_int_equal(fake_count(FAKE_CONNECT), 3);
}

// More than there was room for at first, twice, so that the ring has turned when it grows.
static void as_much_may_be_on_its_way_as_is_asked(void **state)
{
    (void)state;
    begin(nothing);
    for (int turn = 1; turn <= 2; turn++) {
        int n = turn == 1 ? 900 : 1500;
        seen[0] = '\0';
        told = 0;
        for (int i = 0; i < n; i++)
            ask(&test_one, i % 90);
        sync_and_flush();
        run(n + 1);
        assert_int_equal(told, n + 1);
        assert_string_equal(seen + strlen(seen) - 4, "sync");
    }
}

int main(void)
{
#define LINK_TEST(name) cmocka_unit_test_teardown(name, end)
    const struct CMUnitTest tests[] = {
        LINK_TEST(answers_come_in_the_order_of_the_questions),
        LINK_TEST(an_error_skips_what_stands_behind_it_up_to_the_sync),
        LINK_TEST(a_cut_is_told_once_and_the_link_comes_back),
        LINK_TEST(an_answer_counts_although_the_connection_ends_behind_it),
        LINK_TEST(a_session_that_is_ended_in_place_of_the_sync_is_lost),
        LINK_TEST(an_idle_connection_that_goes_is_noticed),
        LINK_TEST(a_server_that_is_away_is_tried_again),
        LINK_TEST(a_warning_is_kept_until_it_is_asked_for),
        LINK_TEST(a_full_socket_is_waited_for),
        LINK_TEST(silence_is_no_answer),
        LINK_TEST(an_answer_that_does_not_come_in_time_is_a_loss),
        LINK_TEST(a_connect_without_an_answer_is_given_up),
        LINK_TEST(as_much_may_be_on_its_way_as_is_asked),
    };
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
