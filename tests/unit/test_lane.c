// The lane for reads over a real private cluster: calls that wait together go as one batch, and
// neither a statement that fails nor a lost connection is answered to the wrong call. Started as
// root it drops root first.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "server/call/route.h"
#include "server/pg/lane.h"
#include "tests/support/database.h"

STATEMENT(test_divide, MANY, "l", "l", "SELECT 1000 / $1");
STATEMENT(test_transaction, MANY, "", "l", "SELECT (extract(epoch FROM now()) * 1000000)::bigint");
STATEMENT(test_end_session, MANY, "", "b", "SELECT pg_terminate_backend(pg_backend_pid())");

enum { MOST = 100 };

static struct loop *loop;
static struct endpoint *endpoint;
static struct lane *lane;
static struct call_route *routes[MOST];
static int made, answered;
static int64_t values[MOST]; // what each call read; -1: it failed
static Okr__ServerInfo reply = OKR__SERVER_INFO__INIT;

static void finished(struct job *job)
{
    struct call_route *r = route_of(job);
    assert_true(r->call.done);
    for (int i = 0; i < made; i++)
        if (routes[i] == r && r->call.status.code != OKR__CODE__CODE_OK)
            values[i] = -1;
    if (++answered == made)
        loop_stop(loop);
}

static const struct job_kind kind = {
    .answered = route_answered, .failed = route_failed, .finished = finished};

static void give_up(void *ctx)
{
    int *ticks = ctx;
    lane_tick(lane);
    if (lane_is_up(lane) && !made)
        loop_stop(loop);
    if (++*ticks > 10000 / LOOP_TICK_MS)
        loop_stop(loop);
}

static void take_value(struct call *call)
{
    *(int64_t *)call->state = asked_i64(call, asked_only(call));
    call_reply(call, &reply.base);
}

static struct asked second; // of the round of two

static void take_second(struct call *call)
{
    int64_t last = asked_count(call, second) == 1 ? asked_i64(call, second) : -2;
    *(int64_t *)call->state += last;
    call_reply(call, &reply.base);
}

static void ask_again(struct call *call)
{
    *(int64_t *)call->state = asked_i64(call, asked_only(call));
    bind_i64(call_ask(call, &test_divide), 1);
    struct query *q = call_ask(call, &test_divide);
    bind_i64(q, 500);
    second = q->asked;
    call->then = take_second;
}

static struct call *add_call(void (*then)(struct call *))
{
    struct arena *arena = arena_new(1 << 20);
    struct call_route *r = arena_calloc(arena, 1, sizeof *r);
    assert_true(made < MOST);
    route_init(r, arena, &kind);
    r->call.state = &values[made];
    r->call.then = then;
    values[made] = 0;
    routes[made++] = r;
    return &r->call;
}

static void add_division(int64_t divisor)
{
    bind_i64(call_ask(add_call(take_value), &test_divide), divisor);
}

// All at once, as a busy turn of the loop has them.
static void run_all(void)
{
    for (int i = 0; i < made; i++) {
        route_asked(routes[i]);
        lane_submit(lane, &routes[i]->job);
    }
    lane_flush(lane);
    if (answered < made)
        loop_run(loop);
    assert_int_equal(answered, made);
}

static int open_lane(void **state)
{
    static int ticks;
    char error[256];
    (void)state;
    ticks = made = answered = 0;
    loop = loop_new();
    endpoint = endpoint_new(database_conninfo(CLUSTER_APP), error, sizeof error);
    if (!endpoint)
        fail_msg("%s", error);
    struct lane_options options = {
        .name = "test", .endpoint = endpoint, .loop = loop, .limit_ms = 10000};
    lane = lane_open(&options);
    assert_non_null(lane);
    loop_on_tick(loop, give_up, &ticks);
    loop_run(loop); // until it is connected
    assert_true(lane_is_up(lane));
    return 0;
}

static int close_lane(void **state)
{
    (void)state;
    lane = lane_close(lane);
    endpoint = endpoint_free(endpoint);
    loop = loop_free(loop);
    for (int i = 0; i < made; i++) {
        job_clear_results(&routes[i]->job);
        arena_free(routes[i]->call.arena);
    }
    return 0;
}

// Broken when an answer goes to another call, or one more than a batch holds is forgotten.
static void test_each_gets_its_own(void **state)
{
    (void)state;
    for (int i = 1; i <= 90; i++)
        add_division(i);
    run_all();
    for (int i = 0; i < made; i++)
        assert_int_equal(values[i], 1000 / (i + 1));
}

// Broken when those behind a statement that failed fail, too, or never get an answer.
static void test_a_failure_is_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        add_division(i % 10 == 3 ? 0 : i + 1);
    run_all();
    for (int i = 0; i < made; i++)
        assert_int_equal(values[i], i % 10 == 3 ? -1 : 1000 / (i + 1));
}

// Broken when calls that wait together are carried out one transaction each.
static void test_a_batch_is_one_transaction(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++)
        call_ask(add_call(take_value), &test_transaction);
    run_all();
    for (int i = 1; i < made; i++)
        assert_true(values[i] == values[0]);
}

// Broken when a call that asks again is lost, or gets its first answer twice.
static void test_second_round(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++)
        bind_i64(call_ask(add_call(ask_again), &test_divide), 10);
    run_all();
    for (int i = 0; i < made; i++)
        assert_int_equal(values[i], 102);
}

// Broken when a lost connection leaves calls without an answer, or takes back one that was given.
static void test_lost_connection(void **state)
{
    (void)state;
    add_division(8);
    call_ask(add_call(take_value), &test_end_session);
    for (int i = 0; i < 70; i++)
        add_division(4);
    run_all();
    for (int i = 2; i < made; i++) {
        assert_int_equal(values[i], -1);
        assert_int_equal(routes[i]->call.status.code, OKR__CODE__CODE_UNAVAILABLE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_gets_its_own, open_lane, close_lane),
        cmocka_unit_test_setup_teardown(test_a_failure_is_its_own, open_lane, close_lane),
        cmocka_unit_test_setup_teardown(test_a_batch_is_one_transaction, open_lane, close_lane),
        cmocka_unit_test_setup_teardown(test_second_round, open_lane, close_lane),
        cmocka_unit_test_setup_teardown(test_lost_connection, open_lane, close_lane),
    };
    return cmocka_run_group_tests_name("lane", tests, database_start, database_stop);
}
