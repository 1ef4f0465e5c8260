// The lane against a scripted server: what becomes of jobs when a statement fails, the connection
// is cut in the middle of a batch, or the answer is not in time. Over a real one: test_lane.c.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "server/pg/lane.h"
#include "tests/support/libpq/fake.h"

STATEMENT(test_read, MANY, "", "l", "SELECT 1");
STATEMENT(test_bad, MANY, "", "l", "SELECT 2");
STATEMENT(test_preface, MANY, "", "l", "SELECT 3");

enum { READS_MOST = 80, TICKS_MOST = 300, LIMIT_MS = 5000 };

struct reading {
    struct job job;
    struct query query, *queries[2];
    int rounds; // left to ask
    char outcome[16];
};

static struct loop *loop;
static struct endpoint *endpoint;
static struct arena *arena;
static struct lane *lane;
static struct reading reads[READS_MOST];
static int made, finished, ticks;
static struct fake_step nothing[1];

static void answered(struct job *job)
{
    struct reading *reading = (struct reading *)job;
    job->done = job->error || --reading->rounds == 0;
    snprintf(reading->outcome, sizeof reading->outcome, "%s",
             job->error ? PQresultErrorField(job->error, PG_DIAG_SQLSTATE) : "done");
    job_clear_results(job);
}

static void failed(struct job *job, enum job_failure why)
{
    struct reading *reading = (struct reading *)job;
    job->done = true;
    snprintf(reading->outcome, sizeof reading->outcome, "%s", why == JOB_DOWN ? "down" : "?");
}

static void finish(struct job *job)
{
    (void)job;
    finished++;
}

static struct reading *submit(const struct statement *statement, int rounds)
{
    static const struct job_kind kind = {answered, failed, finish};
    struct reading *reading = &reads[made++];
    *reading = (struct reading){.job = {.kind = &kind, .arena = arena, .n_queries = 1},
                                .query = {.statement = statement, .arena = arena},
                                .rounds = rounds};
    reading->queries[0] = &reading->query;
    reading->job.queries = reading->queries;
    lane_submit(lane, &reading->job);
    return reading;
}

static void on_tick(void *ctx)
{
    (void)ctx;
    lane_tick(lane);
    lane_flush(lane);
    bool settled = made ? finished == made : lane_is_up(lane);
    if (settled || ++ticks > TICKS_MOST)
        loop_stop(loop);
}

static void run(void)
{
    ticks = 0;
    loop_run(loop);
}

static void begin(const struct fake_step *script)
{
    char error[256];
    made = finished = 0;
    fake_play(nothing);
    arena = arena_new(1 << 20);
    loop = loop_new();
    loop_on_tick(loop, on_tick, NULL);
    endpoint = endpoint_new("", error, sizeof error);
    struct lane_options options = {
        .name = "test", .endpoint = endpoint, .loop = loop, .limit_ms = LIMIT_MS};
    lane = lane_open(&options);
    run();
    assert_true(lane_is_up(lane));
    fake_play(script);
}

static int end(void **state)
{
    fake_played();
    lane = lane_close(lane);
    endpoint = endpoint_free(endpoint);
    loop = loop_free(loop);
    arena = arena_free(arena);
    return fake_ended(state);
}

static void goes_on(void)
{
    made = finished = 0;
    run();
    assert_true(lane_is_up(lane));
    struct reading *next = submit(&test_read, 1);
    run();
    assert_string_equal(next->outcome, "done");
}

static void what_waits_goes_as_one_batch(void **state)
{
    (void)state;
    begin(nothing);
    for (int i = 0; i < 3; i++)
        submit(&test_read, 1);
    run();
    assert_string_equal(fake_sent(), "test_read test_read test_read SYNC");
}

// Not more than two batches are on their way, and none is larger than it may be.
static void many_go_as_several_batches(void **state)
{
    (void)state;
    begin(nothing);
    for (int i = 0; i < READS_MOST; i++)
        submit(&test_read, 1);
    run();
    for (int i = 0; i < READS_MOST; i++)
        assert_string_equal(reads[i].outcome, "done");
    assert_int_equal(fake_count(FAKE_SYNC), 3);
}

static void one_that_fails_takes_nobody_with_it(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_bad", .error = "22012: by zero"}, {0}};
    begin(script);
    struct reading *before = submit(&test_read, 1), *bad = submit(&test_bad, 1),
                   *behind = submit(&test_read, 1);
    run();
    assert_string_equal(before->outcome, "done");
    assert_string_equal(bad->outcome, "22012");
    assert_string_equal(behind->outcome, "done");
    assert_string_equal(fake_sent(), "test_read test_bad test_read SYNC test_read SYNC");
}

static void a_second_round_goes_with_the_next_batch(void **state)
{
    (void)state;
    begin(nothing);
    struct reading *twice = submit(&test_read, 2);
    run();
    assert_string_equal(twice->outcome, "done");
    assert_string_equal(fake_sent(), "test_read SYNC test_read SYNC");
}

static void a_cut_fails_what_was_not_answered(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_bad", .then = FAKE_CUT}, {0}};
    begin(script);
    struct reading *before = submit(&test_read, 1), *cut = submit(&test_bad, 1),
                   *behind = submit(&test_read, 1);
    run();
    assert_string_equal(before->outcome, "done");
    assert_string_equal(cut->outcome, "down");
    assert_string_equal(behind->outcome, "down");
    goes_on();
}

static void what_comes_while_it_is_down_fails_at_once(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_bad", .then = FAKE_CUT}, {0}};
    begin(script);
    submit(&test_bad, 1);
    run();
    assert_false(lane_is_up(lane));
    struct reading *late = submit(&test_read, 1);
    assert_string_equal(late->outcome, "down");
    assert_int_equal(finished, 2);
    goes_on();
}

static void an_answer_that_is_not_in_time_is_none(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_bad", .then = FAKE_SILENT}, {0}};
    begin(script);
    struct reading *slow = submit(&test_bad, 1);
    lane_flush(lane);
    fake_forward(LIMIT_MS);
    run();
    assert_string_equal(slow->outcome, "down");
    goes_on();
}

// It is sent before each round, and its rows are nobody's.
static void a_preface_goes_first(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_preface", .rows = "7"}, {0}};
    begin(script);
    struct query preface = {.statement = &test_preface, .arena = arena};
    struct reading *reading = &reads[0];
    submit(&test_read, 1)->job.preface = &preface;
    run();
    assert_string_equal(reading->outcome, "done");
    assert_string_equal(fake_sent(), "test_preface test_read SYNC");
}

int main(void)
{
#define LANE_TEST(name) cmocka_unit_test_teardown(name, end)
    const struct CMUnitTest tests[] = {
        LANE_TEST(what_waits_goes_as_one_batch),
        LANE_TEST(many_go_as_several_batches),
        LANE_TEST(one_that_fails_takes_nobody_with_it),
        LANE_TEST(a_second_round_goes_with_the_next_batch),
        LANE_TEST(a_cut_fails_what_was_not_answered),
        LANE_TEST(what_comes_while_it_is_down_fails_at_once),
        LANE_TEST(an_answer_that_is_not_in_time_is_none),
        LANE_TEST(a_preface_goes_first),
    };
    return cmocka_run_group_tests_name("lane_script", tests, NULL, NULL);
}
