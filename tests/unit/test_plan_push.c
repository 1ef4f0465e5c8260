// The push against a server that plays okrd's part: what it does when the file changes before its
// rows are published, and that a big plan goes in chunks of bounded size, in order.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/plan_sync/push/push.h"
#include "client/plan_sync/push/rows.h"
#include "client/plan_sync/push/refusal.h"
#include "okr/methods.h"
#include "common/rpc_method.h"
#include "tests/unit/cli_fake_server.h"

static char path[64];

struct play {
    int changes; // so many times the file is another one once the upload is begun
    bool is_published;
    int calls, begun, aborted, published;
    int64_t sequence;
    size_t tasks;
    size_t most_rows, most_bytes;
};

static void write_plan(int tasks, const char *name)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("<Project><Tasks>\n", file);
    for (int i = 1; i <= tasks; i++)
        fprintf(file, "<Task><UID>%d</UID><Name>%s %d</Name><Work>PT8H0M0S</Work></Task>\n", i,
                name, i);
    fputs("</Tasks></Project>\n", file);
    fclose(file);
}

static bool is(const Okr__Request *request, enum rpc_id id)
{
    return strcmp(request->method, rpc_methods[id].name) == 0;
}

static void begin(struct play *play, struct fake_reply *reply)
{
    Okr__BeginPushReply body = OKR__BEGIN_PUSH_REPLY__INIT;
    Okr__PlanVersion current = OKR__PLAN_VERSION__INIT;
    if (play->is_published) {
        current.source = (char *)(uintptr_t) "plan";
        body.current = &current;
        body.has_unchanged = body.unchanged = true;
    }
    body.has_upload_id = 1;
    body.upload_id = ++play->begun;
    fake_body(reply, &body.base);
    play->sequence = 0;
    play->tasks = 0;
    if (play->changes > 0)
        write_plan(3, play->changes-- % 2 ? "Changed" : "Changed again");
}

static void take_chunk(struct play *play, const Okr__Request *request, struct fake_reply *reply)
{
    Okr__PushChunkRequest *chunk =
        okr__push_chunk_request__unpack(NULL, request->body.len, request->body.data);
    assert_non_null(chunk);
    assert_int_equal(chunk->upload_id, play->begun);
    assert_int_equal(chunk->sequence, ++play->sequence);
    play->tasks += chunk->n_tasks;
    if (chunk->n_tasks > play->most_rows)
        play->most_rows = chunk->n_tasks;
    if (request->body.len > play->most_bytes)
        play->most_bytes = request->body.len;
    Okr__PushChunkReply body = OKR__PUSH_CHUNK_REPLY__INIT;
    body.has_next_sequence = 1;
    body.next_sequence = play->sequence + 1;
    fake_body(reply, &body.base);
    okr__push_chunk_request__free_unpacked(chunk, NULL);
}

static enum fake_action answer(const Okr__Request *request, struct fake_reply *reply, void *context)
{
    struct play *play = context;
    play->calls++;
    if (is(request, RPC_PLAN_BEGIN_PUSH)) {
        begin(play, reply);
    } else if (is(request, RPC_PLAN_PUSH_CHUNK)) {
        take_chunk(play, request, reply);
    } else if (is(request, RPC_PLAN_ABORT_PUSH)) {
        play->aborted++;
    } else {
        Okr__PlanVersion version = OKR__PLAN_VERSION__INIT;
        version.source = (char *)(uintptr_t) "plan";
        version.has_number = 1;
        version.number = 1;
        fake_body(reply, &version.base);
        play->published++;
    }
    return FAKE_ANSWER;
}

// Pushes `path` to a server that plays like this; returns the exit code.
static int push(struct play *play)
{
    struct fake_server fake;
    fake_start(&fake, answer, play);
    struct rpc_options options = {.address = fake.address, .deadline_ms = 10000};
    const char *error = NULL;
    FILE *null = fopen("/dev/null", "w");
    struct push_job job = {
        .path = path,
        .source = "plan",
        .out = null,
        .err = null,
        .client = rpc_client_new(&options, &error),
    };
    assert_non_null(job.client);
    int code = push_file(&job);
    rpc_client_free(job.client);
    fclose(null);
    fake_stop(&fake);
    return code;
}

// Broken when what was read is published although there is something newer.
static void a_file_that_changes_is_read_anew(void **state)
{
    (void)state;
    struct play play = {.changes = 1};
    write_plan(2, "First");
    assert_int_equal(push(&play), EXIT_DONE);
    assert_int_equal(play.begun, 2);
    assert_int_equal(play.aborted, 1);
    assert_int_equal(play.published, 1);
    assert_int_equal(play.tasks, 3);
}

// Broken when a file that keeps changing is published all the same, or tried for ever.
static void a_file_that_keeps_changing_is_given_up(void **state)
{
    (void)state;
    struct play play = {.changes = 100};
    write_plan(2, "First");
    assert_int_equal(push(&play), EXIT_OTHER);
    assert_int_equal(play.begun, 3);
    assert_int_equal(play.aborted, 3);
    assert_int_equal(play.published, 0);
}

// Broken when a chunk outgrows what the server takes, or rows get lost between chunks.
static void a_big_plan_goes_in_chunks(void **state)
{
    (void)state;
    struct play play = {0};
    write_plan(1201, "Task");
    assert_int_equal(push(&play), EXIT_DONE);
    assert_int_equal(play.tasks, 1201);
    assert_int_equal(play.sequence, 3);
    assert_int_equal(play.most_rows, PUSH_CHUNK_ROWS);

    static char name[2048];
    memset(name, 'x', sizeof name - 1);
    play = (struct play){0};
    write_plan(400, name);
    assert_int_equal(push(&play), EXIT_DONE);
    assert_int_equal(play.tasks, 400);
    assert_true(play.most_bytes <= PUSH_CHUNK_BYTES + 4096);
    assert_true(play.sequence > 3);
}

// Broken when a file that says what is published costs more than one call.
static void an_unchanged_file_is_one_call(void **state)
{
    (void)state;
    struct play play = {.is_published = true};
    write_plan(1201, "Task");
    assert_int_equal(push(&play), EXIT_DONE);
    assert_int_equal(play.calls, 1);
}

static void a_source_is_named_after_its_file(void **state)
{
    (void)state;
    static const struct {
        const char *path, *name; // NULL: none
    } names[] = {
        {"plan.xml", "plan"},
        {"/a/b.c/Program Plan.XML", "program-plan"},
        {"2021_Q1.v2.xml", "2021_q1.v2"},
        {"--x--y--.xml", "x-y-"},
        {".hidden", "hidden"},
        {"\xe8\xa8\x88\xe7\x94\xbb.xml", NULL},
        {"---.xml", NULL},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[PUSH_SOURCE_SIZE];
        assert_int_equal(push_source_of(names[i].path, name), names[i].name != NULL);
        if (names[i].name)
            assert_string_equal(name, names[i].name);
    }
    char longest[200];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    char name[PUSH_SOURCE_SIZE];
    assert_true(push_source_of(longest, name));
    assert_int_equal(strlen(name), PUSH_SOURCE_SIZE - 1);
}

static int start(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/okr-plan-push-%ld.xml", (long)getpid());
    return 0;
}

static int stop(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_changes_is_read_anew),
        cmocka_unit_test(a_file_that_keeps_changing_is_given_up),
        cmocka_unit_test(a_big_plan_goes_in_chunks),
        cmocka_unit_test(an_unchanged_file_is_one_call),
        cmocka_unit_test(a_source_is_named_after_its_file),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
