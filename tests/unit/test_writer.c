// The writer against a scripted server: what a job is told when something goes wrong at each step
// of its transaction, what it finds of itself in the log, and whose the head row is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "server/pg/writer.h"
#include "tests/support/libpq/fake.h"

STATEMENT(test_look_up, MANY, "", "t", "SELECT test_look_up");
STATEMENT(test_record, NONE, "", "", "INSERT test_record");
STATEMENT(test_head, ONE, "", "lyz", "SELECT test_head");
STATEMENT(test_hash_at, MAYBE, "l", "y", "SELECT test_hash_at");
STATEMENT(test_change, NONE, "", "", "UPDATE test_change");
STATEMENT(test_other, NONE, "", "", "UPDATE test_other");
STATEMENT(test_members, MANY, "", "t", "SELECT test_members");

#define HASH "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define OTHER_HASH "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define OURS                                                                                       \
    {                                                                                              \
        .on = "writer_sql_take_over", .rows = "100", .always = true                                \
    }
#define HEAD                                                                                       \
    {                                                                                              \
        .on = "test_head", .rows = "7|" HASH "|0", .always = true                                  \
    }
#define MEMBERS                                                                                    \
    {                                                                                              \
        .on = "test_members", .rows = "ada", .always = true                                        \
    }

enum { TICKS_MOST = 250, A_WHILE_MS = 400000, JOBS = 4 };

static struct loop *loop;
static struct endpoint *endpoint;
static struct writer *writer;
static struct arena *arena;
static struct job jobs[JOBS];
static struct query *queries[JOBS][1];
static char told[256]; // of each job, in order
static int finished, expected, ticks;
static bool refused, known_only;
static int taken, forgotten;

// ---- Jobs and their log -------------------------------------------------------------------------

static char name_of(const struct job *job)
{
    return (char)('a' + (job - jobs));
}

static void tell(const struct job *job, const char *what)
{
    size_t length = strlen(told);
    snprintf(told + length, sizeof told - length, "%s%c:%s", length ? " " : "", name_of(job), what);
}

static void answered(struct job *job)
{
    job->done = true;
    job->succeeded = !job->error;
    if (job->error)
        tell(job, PQresultErrorField(job->error, PG_DIAG_SQLSTATE));
}

static void failed(struct job *job, enum job_failure why)
{
    static const char *const words[] = {[JOB_DOWN] = "down",
                                        [JOB_UNKNOWN] = "unknown",
                                        [JOB_TOO_LARGE] = "large",
                                        [JOB_UNSOUND] = "unsound"};
    job->done = true;
    job->succeeded = false;
    tell(job, words[why]);
}

static void on_finished(struct job *job)
{
    if (job->succeeded)
        tell(job, "done");
    finished++;
}

static const struct job_kind kind = {
    .answered = answered, .failed = failed, .finished = on_finished};

static struct query *look_up(struct arena *in, struct job *const *group, size_t n)
{
    (void)group, (void)n;
    return query_new(in, &test_look_up);
}

static bool found(struct job *job, const struct rows *rows, int row)
{
    struct row at = rows_at(rows, row);
    const char *name = take_text(&at);
    if (name[0] != name_of(job))
        return false;
    job->done = true;
    tell(job, "found");
    return true;
}

static struct query *record(struct arena *in, struct job *const *group, size_t n, struct head *head)
{
    for (size_t i = 0; i < n; i++)
        head->revision += group[i]->succeeded;
    return query_new(in, &test_record);
}

static const struct writer_log log_of_test = {.look_up = look_up,
                                              .found = found,
                                              .record = record,
                                              .head = &test_head,
                                              .hash_at = &test_hash_at};

static bool take(void *ctx, const struct rows *rows)
{
    (void)ctx;
    taken++;
    return rows_count(&rows[0]) == 1;
}

static void forget(void *ctx)
{
    (void)ctx;
    forgotten++;
}

static void on_refused(void *ctx, const char *why)
{
    (void)ctx;
    assert_string_equal(why, "another okrd has taken over this database");
    refused = true;
}

// ---- Beginning and end --------------------------------------------------------------------------

static bool reached(void)
{
    if (expected < 0)
        return refused || (known_only ? writer_knows(writer) : writer_is_up(writer));
    return finished >= expected;
}

static void on_tick(void *ctx)
{
    (void)ctx;
    writer_tick(writer);
    writer_kick(writer);
    if (reached() || ++ticks > TICKS_MOST)
        loop_stop(loop);
}

static void run(int n)
{
    expected = n;
    ticks = 0;
    loop_run(loop);
    assert_true(reached());
}

static void run_until_up(void)
{
    run(-1);
}

static void begin(const struct fake_step *script)
{
    static const struct statement *const statements[] = {&test_members};
    static const struct writer_memory memory = {statements, 1, take, forget};
    char error[256];
    fake_play(script);
    loop = loop_new();
    loop_on_tick(loop, on_tick, NULL);
    endpoint = endpoint_new("", error, sizeof error);
    arena = arena_new(1 << 20);
    struct writer_options options = {.name = "writer",
                                     .endpoint = endpoint,
                                     .loop = loop,
                                     .log = &log_of_test,
                                     .memory = &memory,
                                     .refused = on_refused};
    told[0] = '\0';
    finished = taken = forgotten = 0;
    refused = known_only = false;
    writer = writer_open(&options);
}

static int end(void **state)
{
    fake_played();
    for (int i = 0; i < JOBS; i++)
        job_clear_results(&jobs[i]);
    writer = writer_close(writer);
    endpoint = endpoint_free(endpoint);
    loop = loop_free(loop);
    arena = arena_free(arena);
    return fake_ended(state);
}

static struct job *add(int i, const struct statement *statement, bool shares)
{
    struct job *job = &jobs[i];
    queries[i][0] = query_new(arena, statement);
    *job = (struct job){.kind = &kind,
                        .arena = arena,
                        .queries = queries[i],
                        .n_queries = 1,
                        .key = {(uint8_t)i},
                        .shares = shares};
    writer_submit(writer, job);
    return job;
}

// ---- COMMIT -------------------------------------------------------------------------------------

static void a_change_is_told_after_its_commit(void **state)
{
    (void)state;
    static const struct fake_step script[] = {OURS, HEAD, MEMBERS, {0}};
    begin(script);
    run_until_up();
    assert_int_equal(writer_revision(writer), 7);
    fake_play(script);
    add(0, &test_change, true);
    add(1, &test_change, true);
    run(2);
    assert_string_equal(told, "a:done b:done");
    assert_int_equal(writer_revision(writer), 9);
    assert_string_equal(fake_sent(), "writer_sql_begin test_look_up test_change test_change SYNC "
                                     "test_record writer_sql_advance writer_sql_commit SYNC");
}

// What every way of losing COMMIT comes to, and that the next change works.
static void lose_commit(const struct fake_step *script, const char *outcome)
{
    begin(script);
    run_until_up();
    add(0, &test_change, true);
    run(1);
    assert_string_equal(told, outcome);
    run_until_up();
    add(1, &test_change, true);
    run(2);
    assert_non_null(strstr(told, "b:done"));
}

static void a_cut_at_commit_leaves_it_open(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_commit", .then = FAKE_CUT}, OURS, HEAD, MEMBERS, {0}};
    lose_commit(script, "a:unknown");
}

static void a_warning_at_commit_leaves_it_open(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_commit", .warning = "canceling wait for synchronous replication"},
        OURS,
        HEAD,
        MEMBERS,
        {0}};
    lose_commit(script, "a:unknown");
}

static void a_rollback_in_the_place_of_commit_is_none(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_commit", .tag = "ROLLBACK"}, OURS, HEAD, MEMBERS, {0}};
    lose_commit(script, "a:down");
}

static void a_cut_before_commit_is_known(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_change", .then = FAKE_CUT}, OURS, HEAD, MEMBERS, {0}};
    lose_commit(script, "a:down");
}

// Broken when a round, or a COMMIT, is waited for without end.
static void silence_has_an_end(void **state)
{
    (void)state;
    static const struct fake_step at_change[] = {
        {.on = "test_change", .then = FAKE_SILENT}, OURS, HEAD, MEMBERS, {0}};
    static const struct fake_step at_commit[] = {
        {.on = "writer_sql_commit", .then = FAKE_SILENT}, OURS, HEAD, MEMBERS, {0}};
    for (int i = 0; i < 2; i++) {
        begin(i ? at_commit : at_change);
        run_until_up();
        add(0, &test_change, true);
        ticks = TICKS_MOST - 5;
        expected = 1;
        loop_run(loop);
        assert_string_equal(told, "");
        fake_forward(A_WHILE_MS);
        run(1);
        assert_string_equal(told, i ? "a:unknown" : "a:down");
        run_until_up();
        if (i == 0)
            end(state);
    }
}

// ---- Groups, and what was carried out before ----------------------------------------------------

static void one_that_fails_does_not_take_the_others_with_it(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_other", .error = "23505: there", .always = true}, OURS, HEAD, MEMBERS, {0}};
    begin(script);
    run_until_up();
    add(0, &test_change, true);
    add(1, &test_other, true);
    add(2, &test_change, true);
    run(3);
    assert_string_equal(told, "a:done b:23505 c:done");
    assert_int_equal(writer_revision(writer), 9);
}

static void what_was_carried_out_is_found_and_the_others_run(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_look_up", .rows = "b"}, OURS, HEAD, MEMBERS, {0}};
    begin(script);
    run_until_up();
    for (int i = 0; i < 3; i++)
        add(i, &test_change, true);
    assert_ptr_equal(writer_find(writer, jobs[1].key), &jobs[1]);
    run(3);
    assert_string_equal(told, "b:found a:done c:done");
    assert_null(writer_find(writer, jobs[1].key));
    assert_int_equal(writer_revision(writer), 9);
}

static void what_waits_can_be_taken_back(void **state)
{
    (void)state;
    static const struct fake_step script[] = {OURS, HEAD, MEMBERS, {0}};
    begin(script);
    run_until_up();
    add(0, &test_change, true);
    struct job *second = add(1, &test_change, true);
    assert_true(writer_withdraw(writer, second));
    assert_false(writer_withdraw(writer, second));
    run(1);
    assert_string_equal(told, "a:done");
    assert_int_equal(fake_count("test_change"), 1);
}

// ---- Whose the head row is ----------------------------------------------------------------------

static void who_was_followed_by_another_writes_nothing(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_take_over", .rows = "100"},
        {.on = "writer_sql_advance", .error = "23502: null value"},
        {.on = "writer_sql_take_over", .rows = "101", .always = true},
        HEAD,
        MEMBERS,
        {0}};
    begin(script);
    run_until_up();
    add(0, &test_change, true);
    run(1);
    assert_string_equal(told, "a:23502");
    run_until_up();
    assert_true(refused);
    assert_false(writer_is_up(writer));
    add(1, &test_change, true);
    assert_int_equal(fake_count("test_change"), 1);
    assert_true(writer_withdraw(writer, &jobs[1]));
}

static void where_nothing_can_be_written_it_is_read(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_take_over", .error = "53100: no space left"}, OURS, HEAD, MEMBERS, {0}};
    begin(script);
    known_only = true;
    run_until_up();
    assert_false(writer_is_up(writer));
    known_only = false;
    fake_forward(2000);
    run_until_up();
}

// The wait for a copy was cancelled: what can be read there may be nowhere else.
static void nothing_is_served_before_a_commit_was_waited_for(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_end", .warning = "canceling wait for synchronous replication"},
        {.on = "writer_sql_end", .then = FAKE_SILENT},
        OURS,
        HEAD,
        MEMBERS,
        {0}};
    begin(script);
    ticks = TICKS_MOST - 30;
    expected = -1;
    known_only = true;
    loop_run(loop);
    assert_false(writer_knows(writer));
    assert_int_equal(taken, 0);
    fake_speak();
    run_until_up();
    assert_int_equal(taken, 1);
}

// ---- What is kept in memory ---------------------------------------------------------------------

static void what_cannot_be_read_again_is_forgotten(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_members", .rows = "ada"},
        {.on = "test_members", .error = "57014: canceling statement"},
        OURS,
        HEAD,
        MEMBERS,
        {0}};
    begin(script);
    run_until_up();
    add(0, &test_change, false)->reloads = true;
    run(1);
    assert_string_equal(told, "a:done"); // it is committed, whatever came then
    assert_int_equal(forgotten, 1);
    assert_false(writer_knows(writer));
    run_until_up();
    assert_int_equal(taken, 2);
}

static void a_history_that_was_lost_is_noticed(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_hash_at", .rows = OTHER_HASH}, // nobody asks for it yet
        {.on = "test_hash_at", .rows = HASH},
        {.on = "test_hash_at", .rows = OTHER_HASH},
        OURS,
        HEAD,
        MEMBERS,
        {0}};
    begin(script);
    run_until_up();
    assert_int_equal(writer_history(writer), 0);
    for (int i = 0; i < 2; i++) {
        fake_cut();
        ticks = TICKS_MOST - 5;
        expected = 1;
        loop_run(loop);
        run_until_up();
        assert_int_equal(writer_history(writer), i);
    }
}

int main(void)
{
#define WRITER_TEST(name) cmocka_unit_test_teardown(name, end)
    const struct CMUnitTest tests[] = {
        WRITER_TEST(a_change_is_told_after_its_commit),
        WRITER_TEST(a_cut_at_commit_leaves_it_open),
        WRITER_TEST(a_warning_at_commit_leaves_it_open),
        WRITER_TEST(a_rollback_in_the_place_of_commit_is_none),
        WRITER_TEST(a_cut_before_commit_is_known),
        WRITER_TEST(silence_has_an_end),
        WRITER_TEST(one_that_fails_does_not_take_the_others_with_it),
        WRITER_TEST(what_was_carried_out_is_found_and_the_others_run),
        WRITER_TEST(what_waits_can_be_taken_back),
        WRITER_TEST(who_was_followed_by_another_writes_nothing),
        WRITER_TEST(where_nothing_can_be_written_it_is_read),
        WRITER_TEST(nothing_is_served_before_a_commit_was_waited_for),
        WRITER_TEST(what_cannot_be_read_again_is_forgotten),
        WRITER_TEST(a_history_that_was_lost_is_noticed),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
