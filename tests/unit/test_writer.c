// The writer against a scripted server: what is told of a change when COMMIT succeeds, fails,
// warns, stays silent or is cut off, before and after; groups, repeats, and who owns the head row.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "server/pg/writer.h"
#include "tests/support/libpq/fake.h"

STATEMENT(test_change, NONE, "", "", "UPDATE something SET n = 1");
STATEMENT(test_other, NONE, "", "", "UPDATE something SET n = 2");
STATEMENT(test_look_up, MANY, "", "y", "SELECT key FROM log");
STATEMENT(test_record, NONE, "l", "", "INSERT INTO log SELECT $1");
STATEMENT(test_head, ONE, "", "lyz", "SELECT revision, hash, at FROM head");
STATEMENT(test_hash_at, MAYBE, "l", "y", "SELECT hash FROM log WHERE revision = $1");
STATEMENT(test_members, MANY, "", "l", "SELECT id FROM member");

#define ZEROES "0000000000000000000000000000000000000000000000000000000000000000"
#define ONES "0101010101010101010101010101010101010101010101010101010101010101"
// At the end of each script: our epoch is 7, the last revision is 41.
#define USUAL                                                                                      \
    {.on = "writer_sql_take_over", .rows = "7", .always = true},                                   \
        {.on = "test_head", .rows = "41|" ZEROES "|0", .always = true},                            \
        {.on = "test_hash_at", .rows = ZEROES, .always = true},                                    \
    {                                                                                              \
        0                                                                                          \
    }

enum { CHANGES_MOST = 8, TICKS_MOST = 300, COMMIT_LIMIT_MS = 310000 };

struct change {
    struct job job;
    struct query query, *queries[1];
    char outcome[32];
};

static struct loop *loop;
static struct endpoint *endpoint;
static struct arena *arena;
static struct writer *writer;
static struct change changes[CHANGES_MOST];
static int made, finished, taken, forgotten, refused, ticks;
static bool (*until)(void);
static const struct fake_step usual[] = {USUAL};

// ---- what a change is -------------------------------------------------------------------------

static void answered(struct job *job)
{
    struct change *change = (struct change *)job;
    job->done = true;
    job->succeeded = !job->error;
    snprintf(change->outcome, sizeof change->outcome, "%s",
             job->error ? PQresultErrorField(job->error, PG_DIAG_SQLSTATE) : "done");
}

static void failed(struct job *job, enum job_failure why)
{
    static const char *const words[] = {"down", "unknown", "too large", "unsound"};
    struct change *change = (struct change *)job;
    job->done = true;
    job->succeeded = false;
    snprintf(change->outcome, sizeof change->outcome, "%s", words[why]);
}

static void finish(struct job *job)
{
    (void)job;
    finished++;
}

static const struct job_kind kind = {answered, failed, finish};

static struct change *submit(const struct statement *statement, bool shares)
{
    struct change *change = &changes[made++];
    *change = (struct change){.job = {.kind = &kind,
                                      .arena = arena,
                                      .n_queries = 1,
                                      .shares = shares,
                                      .key = {(uint8_t)made}},
                              .query = {.statement = statement, .arena = arena}};
    change->queries[0] = &change->query;
    change->job.queries = change->queries;
    writer_submit(writer, &change->job);
    return change;
}

// ---- the log and the memory -------------------------------------------------------------------

static struct query *look_up(struct arena *a, struct job *const *jobs, size_t n)
{
    (void)jobs, (void)n;
    return query_new(a, &test_look_up);
}

static bool found(struct job *job, const struct rows *rows, int row)
{
    struct row at = rows_at(rows, row);
    struct bytes key = take_bytes(&at);
    if (memcmp(key.data, job->key, 1) != 0)
        return false;
    job->done = job->succeeded = true;
    snprintf(((struct change *)job)->outcome, sizeof changes->outcome, "repeated");
    return true;
}

static struct query *record(struct arena *a, struct job *const *jobs, size_t n, struct head *head)
{
    struct query *query = query_new(a, &test_record);
    for (size_t i = 0; i < n; i++)
        head->revision += jobs[i]->succeeded;
    bind_i64(query, head->revision);
    return query;
}

static bool take_members(void *ctx, const struct rows *rows)
{
    (void)ctx, (void)rows;
    taken++;
    return true;
}

static void forget_members(void *ctx)
{
    (void)ctx;
    forgotten++;
}

static void on_refused(void *ctx, const char *why)
{
    (void)ctx, (void)why;
    refused++;
}

// ---- running ----------------------------------------------------------------------------------

static void on_tick(void *ctx)
{
    (void)ctx;
    writer_tick(writer);
    writer_kick(writer);
    if (until() || ++ticks > TICKS_MOST)
        loop_stop(loop);
}

static void run_until(bool (*condition)(void))
{
    until = condition;
    ticks = 0;
    loop_run(loop);
}

static bool all_finished(void)
{
    return finished == made;
}

static bool is_up(void)
{
    return writer_is_up(writer);
}

static bool is_refused(void)
{
    return refused > 0;
}

static bool is_asked(void)
{
    return fake_count("test_change") > 0;
}

static bool is_committing(void)
{
    return fake_count("test_record") > 0; // COMMIT comes with it
}

// Connected and loaded; then the script begins.
static void begin(const struct fake_step *script)
{
    static const struct writer_log log = {look_up, found, record, &test_head, &test_hash_at};
    static const struct statement *const members[] = {&test_members};
    static const struct writer_memory memory = {members, 1, take_members, forget_members};
    char error[256];
    made = finished = forgotten = refused = 0;
    fake_play(usual);
    arena = arena_new(1 << 20);
    loop = loop_new();
    loop_on_tick(loop, on_tick, NULL);
    endpoint = endpoint_new("", error, sizeof error);
    struct writer_options options = {.name = "test",
                                     .endpoint = endpoint,
                                     .loop = loop,
                                     .log = &log,
                                     .memory = &memory,
                                     .refused = on_refused};
    writer = writer_open(&options);
    run_until(is_up);
    assert_true(writer_is_up(writer));
    assert_int_equal(writer_revision(writer), 41);
    taken = 0;
    fake_play(script);
}

static int end(void **state)
{
    fake_played();
    writer = writer_close(writer);
    endpoint = endpoint_free(endpoint);
    loop = loop_free(loop);
    arena = arena_free(arena);
    return fake_ended(state);
}

static void goes_on_with(const char *outcome, int64_t revision)
{
    run_until(is_up);
    assert_true(writer_is_up(writer));
    struct change *next = submit(&test_other, true);
    run_until(all_finished);
    assert_string_equal(next->outcome, outcome);
    assert_int_equal(writer_revision(writer), revision);
}

// ---- what goes well ---------------------------------------------------------------------------

static void a_change_is_told_when_its_commit_was_answered(void **state)
{
    (void)state;
    begin(usual);
    struct change *change = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(change->outcome, "done");
    assert_string_equal(fake_sent(), "writer_sql_begin test_look_up test_change SYNC "
                                     "test_record writer_sql_advance writer_sql_commit SYNC");
    assert_int_equal(writer_revision(writer), 42);
    assert_true(writer_idle(writer));
}

static void those_that_wait_together_share_a_commit(void **state)
{
    (void)state;
    begin(usual);
    for (int i = 0; i < 3; i++)
        submit(&test_change, true);
    run_until(all_finished);
    assert_int_equal(fake_count("writer_sql_commit"), 1);
    assert_int_equal(writer_revision(writer), 44);
}

// Those that may not share run alone, and the others do not wait for them together.
static void one_that_shares_with_nobody_has_a_commit_of_its_own(void **state)
{
    (void)state;
    begin(usual);
    submit(&test_change, true);
    submit(&test_other, false);
    submit(&test_change, true);
    run_until(all_finished);
    assert_int_equal(fake_count("writer_sql_commit"), 2);
    assert_int_equal(writer_revision(writer), 44);
}

static void one_that_fails_undoes_its_group_and_each_runs_again_alone(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_other", .error = "23505 some_key: there"},
        {.on = "test_other", .error = "23505 some_key: there"},
        USUAL};
    begin(script);
    struct change *first = submit(&test_change, true), *bad = submit(&test_other, true),
                  *last = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(first->outcome, "done");
    assert_string_equal(bad->outcome, "23505");
    assert_string_equal(last->outcome, "done");
    assert_int_equal(fake_count("writer_sql_commit"), 2);
    assert_int_equal(writer_revision(writer), 43);
}

// ---- around COMMIT ----------------------------------------------------------------------------

// Nothing was to be committed yet: the caller may try again without a doubt.
static void a_cut_before_commit_changes_nothing(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_change", .then = FAKE_CUT}, USUAL};
    begin(script);
    struct change *change = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(change->outcome, "down");
    assert_int_equal(fake_count("writer_sql_commit"), 0);
    goes_on_with("done", 42);
}

static void unknown_after(const struct fake_step *script)
{
    begin(script);
    struct change *one = submit(&test_change, true), *two = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(one->outcome, "unknown");
    assert_string_equal(two->outcome, "unknown");
    assert_int_equal(fake_count("test_change"), 2); // and nobody tries again by himself
    goes_on_with("done", 42);
}

static void a_cut_in_place_of_commits_answer_leaves_it_unknown(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "writer_sql_commit", .then = FAKE_CUT}, USUAL};
    unknown_after(script);
}

static void a_cut_behind_commits_answer_leaves_it_unknown(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "writer_sql_commit", .then = FAKE_CUT_AFTER},
                                              USUAL};
    unknown_after(script);
}

static void a_session_that_is_ended_at_commit_leaves_it_unknown(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = FAKE_SYNC},
        {.on = FAKE_SYNC, .error = "57P01: terminating connection", .then = FAKE_CUT_AFTER},
        USUAL};
    unknown_after(script);
}

// PostgreSQL answers COMMIT with success and a warning when it gave up waiting for its copy.
static void a_warning_at_commit_leaves_it_unknown(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_commit",
         .warning = "canceling wait for synchronous replication due to user request"},
        USUAL};
    unknown_after(script);
    assert_true(fake_count(FAKE_CONNECT) > 0); // what the head row says was read anew
}

static void a_warning_before_commit_is_no_doubt(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_change", .warning = "something else"},
                                              USUAL};
    begin(script);
    struct change *change = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(change->outcome, "done");
}

static void silence_at_commit_is_unknown_after_a_while(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "writer_sql_commit", .then = FAKE_SILENT},
                                              USUAL};
    begin(script);
    struct change *change = submit(&test_change, true);
    run_until(is_committing);
    fake_forward(COMMIT_LIMIT_MS - 2000);
    ticks = TICKS_MOST - 5;
    until = all_finished;
    loop_run(loop);
    assert_string_equal(change->outcome, "done"); // as far as its own round goes, but not told yet
    assert_int_equal(finished, 0);
    fake_forward(2000);
    run_until(all_finished);
    assert_string_equal(change->outcome, "unknown");
    goes_on_with("done", 42);
}

// A constraint that is looked at when the transaction commits.
static void an_error_at_commit_is_the_changes_own(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_commit", .error = "23503 late_key: not there"}, USUAL};
    begin(script);
    struct change *change = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(change->outcome, "23503");
    goes_on_with("done", 42);
}

static void a_commit_that_rolls_back_changes_nothing(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "writer_sql_commit", .tag = "ROLLBACK"},
                                              USUAL};
    begin(script);
    struct change *change = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(change->outcome, "down");
    goes_on_with("done", 42);
}

// ---- repeats ----------------------------------------------------------------------------------

// It is told from the log, and nothing of it is carried out again; the others of its group are.
static void a_repeat_is_told_what_the_log_says(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_look_up", .rows = "01"}, USUAL};
    begin(script);
    struct change *repeat = submit(&test_change, true), *fresh = submit(&test_other, true);
    run_until(all_finished);
    assert_string_equal(repeat->outcome, "repeated");
    assert_string_equal(fresh->outcome, "done");
    assert_int_equal(fake_count("test_record"), 1);
    assert_int_equal(fake_count("writer_sql_commit"), 1);
    assert_int_equal(writer_revision(writer), 42);
}

// ---- the head row -----------------------------------------------------------------------------

static void a_head_row_that_is_not_as_it_was_is_read_again(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_advance", .error = "23502 @head: null value"},
        {.on = "test_head", .rows = "50|" ZEROES "|0"},
        USUAL};
    begin(script);
    struct change *change = submit(&test_change, true);
    run_until(all_finished);
    assert_string_equal(change->outcome, "down");
    goes_on_with("done", 51);
}

static void a_writer_that_was_followed_by_another_writes_no_more(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_advance", .error = "23502 @head: null value"},
        {.on = "writer_sql_take_over", .rows = "8"},
        USUAL};
    begin(script);
    submit(&test_change, true);
    run_until(is_refused);
    assert_int_equal(refused, 1);
    assert_false(writer_is_up(writer));
    fake_play(usual);
    submit(&test_change, true);
    ticks = TICKS_MOST - 60; // some tries to take over
    until = all_finished;
    loop_run(loop);
    assert_int_equal(fake_count("test_change"), 0);
    assert_true(writer_withdraw(writer, &changes[1].job));
}

// What can be read is safe behind a commit of ours that was waited for, and only there.
static void a_take_over_that_nobody_waited_for_is_none(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "writer_sql_end", .warning = "canceling wait for synchronous replication"}, USUAL};
    begin(script);
    fake_cut();
    goes_on_with("done", 42);
    assert_int_equal(fake_count(FAKE_CONNECT), 2);
}

// A server that stands in for one that had it may have lost what was the last revision.
static void a_lost_revision_begins_another_history(void **state)
{
    (void)state;
    static const struct fake_step script[] = {
        {.on = "test_hash_at", .rows = ONES}, {.on = "test_head", .rows = "40|" ONES "|0"}, USUAL};
    begin(script);
    assert_int_equal(writer_history(writer), 0);
    fake_cut();
    goes_on_with("done", 41);
    assert_int_equal(writer_history(writer), 1);
}

// ---- what is kept in memory -------------------------------------------------------------------

static void what_changes_the_members_is_told_when_they_were_read_again(void **state)
{
    (void)state;
    begin(usual);
    submit(&test_change, true)->job.reloads = true;
    run_until(all_finished);
    assert_string_equal(changes[0].outcome, "done");
    assert_int_equal(taken, 1);
    assert_int_equal(fake_count("test_members"), 1);
    assert_int_equal(forgotten, 0);
}

// It was committed, and that is told; but nobody goes by members that may be wrong.
static void members_that_cannot_be_read_again_are_forgotten(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_members", .then = FAKE_CUT}, USUAL};
    begin(script);
    submit(&test_change, true)->job.reloads = true;
    run_until(all_finished);
    assert_string_equal(changes[0].outcome, "done");
    assert_int_equal(forgotten, 1);
    assert_false(writer_knows(writer));
    run_until(is_up);
    assert_int_equal(taken, 1);
}

// ---- the queue --------------------------------------------------------------------------------

static void only_what_was_not_begun_can_be_withdrawn(void **state)
{
    (void)state;
    static const struct fake_step script[] = {{.on = "test_change", .then = FAKE_SILENT}, USUAL};
    begin(script);
    struct change *begun = submit(&test_change, true);
    run_until(is_asked);
    struct change *waits = submit(&test_other, true);
    assert_ptr_equal(writer_find(writer, begun->job.key), &begun->job);
    assert_ptr_equal(writer_find(writer, waits->job.key), &waits->job);
    assert_false(writer_withdraw(writer, &begun->job));
    assert_true(writer_withdraw(writer, &waits->job));
    assert_false(writer_withdraw(writer, &waits->job));
    assert_null(writer_find(writer, waits->job.key));
    made--; // it is nobody's any more
    fake_speak();
    run_until(all_finished);
    assert_string_equal(begun->outcome, "done");
    assert_int_equal(fake_count("test_other"), 0);
}

int main(void)
{
#define WRITER_TEST(name) cmocka_unit_test_teardown(name, end)
    const struct CMUnitTest tests[] = {
        WRITER_TEST(a_change_is_told_when_its_commit_was_answered),
        WRITER_TEST(those_that_wait_together_share_a_commit),
        WRITER_TEST(one_that_shares_with_nobody_has_a_commit_of_its_own),
        WRITER_TEST(one_that_fails_undoes_its_group_and_each_runs_again_alone),
        WRITER_TEST(a_cut_before_commit_changes_nothing),
        WRITER_TEST(a_cut_in_place_of_commits_answer_leaves_it_unknown),
        WRITER_TEST(a_cut_behind_commits_answer_leaves_it_unknown),
        WRITER_TEST(a_session_that_is_ended_at_commit_leaves_it_unknown),
        WRITER_TEST(a_warning_at_commit_leaves_it_unknown),
        WRITER_TEST(a_warning_before_commit_is_no_doubt),
        WRITER_TEST(silence_at_commit_is_unknown_after_a_while),
        WRITER_TEST(an_error_at_commit_is_the_changes_own),
        WRITER_TEST(a_commit_that_rolls_back_changes_nothing),
        WRITER_TEST(a_repeat_is_told_what_the_log_says),
        WRITER_TEST(a_head_row_that_is_not_as_it_was_is_read_again),
        WRITER_TEST(a_writer_that_was_followed_by_another_writes_no_more),
        WRITER_TEST(a_take_over_that_nobody_waited_for_is_none),
        WRITER_TEST(a_lost_revision_begins_another_history),
        WRITER_TEST(what_changes_the_members_is_told_when_they_were_read_again),
        WRITER_TEST(members_that_cannot_be_read_again_are_forgotten),
        WRITER_TEST(only_what_was_not_begun_can_be_withdrawn),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
