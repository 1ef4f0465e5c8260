// A plan's file on its way: its name as it is shown, a converter that is given it, and its rows on
// the disk meanwhile.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include "client/plan_sync/file/convert.h"
#include "client/plan_sync/file/shown.h"
#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/push/spool.h"
#include "common/exit_code.h"

static void assert_shown(const char *name, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    shown_print(to, name);
    fclose(to);
    assert_string_equal(text, expected);
    free(text);
}

// A name that moves the cursor, hides itself or ends the line is written out.
static void names_are_shown_and_not_obeyed(void **state)
{
    (void)state;
    assert_shown("計画 2026 é.xml", "計画 2026 é.xml");
    assert_shown("a\033[2Jb\nc.xml", "a\\x1B[2Jb\\x0Ac.xml");
    assert_shown("x\xE2\x80\xAEy", "x\\xE2\\x80\\xAEy"); // right-to-left override
    assert_shown("\xE2\x80\x8B", "\\xE2\\x80\\x8B");     // zero width space
    assert_shown("\xFF.xml", "\\xFF.xml");
}

// ---- converters -------------------------------------------------------------------------------

static int convert(const char *command, const char *path, int64_t time_ms, char output[256],
                   char errors[512])
{
    FILE *err = tmpfile();
    struct convert_job job = {
        .command = command, .path = path, .time_ms = time_ms, .bytes = 1 << 20, .err = err};
    char name[CONVERT_PATH_SIZE];
    int fd = -1, code = convert_run(&job, &fd, name);
    memset(output, 0, 256);
    memset(errors, 0, 512);
    if (fd >= 0) {
        assert_true(pread(fd, output, 255, 0) >= 0);
        close(fd);
    }
    rewind(err);
    assert_true(fread(errors, 1, 511, err) < 512);
    fclose(err);
    return code;
}

// A name is never an option of the converter's.
static void a_converter_sees_no_name_that_is_an_option(void **state)
{
    char output[256], errors[512];
    (void)state;
    assert_int_equal(convert("printf %s \"$1\"", "-rf.mpp", 10000, output, errors), EXIT_DONE);
    assert_string_equal(output, "./-rf.mpp");
    assert_int_equal(convert("printf %s \"$1\"", "/a/-b.mpp", 10000, output, errors), EXIT_DONE);
    assert_string_equal(output, "/a/-b.mpp");
}

static void nothing(int signal)
{
    (void)signal;
}

// Signals that come oftener than the time is long do not lengthen it.
static void a_converter_has_its_time_and_no_more(void **state)
{
    const struct itimerval often = {{0, 50000}, {0, 50000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = nothing}, old;
    char output[256], errors[512];
    (void)state;
    sigaction(SIGALRM, &action, &old);
    setitimer(ITIMER_REAL, &often, NULL);
    int code = convert("sleep 100 & wait; echo late", "a\nb.mpp", 300, output, errors);
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &old, NULL);
    assert_int_equal(code, EXIT_USAGE);
    assert_non_null(strstr(errors, "a\\x0Ab.mpp: the converter did not end in time"));
}

// ---- the spool --------------------------------------------------------------------------------

struct heap {
    char *text;
    size_t size;
    FILE *to;
};

static bool add(void *ctx, const ProtobufCMessage *row)
{
    struct heap *heap = ctx;
    uint8_t packed[65536];
    size_t n = protobuf_c_message_pack(row, packed);
    assert_true(n < sizeof packed);
    fprintf(heap->to, "%s %zu ", row->descriptor->short_name, n);
    return fwrite(packed, 1, n, heap->to) == n;
}

static bool add_task(void *ctx, const Okr__PlanTask *row)
{
    return add(ctx, &row->base);
}

static bool add_resource(void *ctx, const Okr__PlanResource *row)
{
    return add(ctx, &row->base);
}

static bool add_assignment(void *ctx, const Okr__PlanAssignment *row)
{
    return add(ctx, &row->base);
}

static bool add_calendar(void *ctx, const Okr__PlanCalendar *row)
{
    return add(ctx, &row->base);
}

static struct mspdi_sink sink_of(struct heap *heap)
{
    heap->to = open_memstream(&heap->text, &heap->size);
    return (struct mspdi_sink){.ctx = heap,
                               .task = add_task,
                               .resource = add_resource,
                               .assignment = add_assignment,
                               .calendar = add_calendar};
}

// What comes back is what the reader said, in its order.
static void rows_come_back_from_the_spool_as_they_were(void **state)
{
    const char *file = SOURCE_DIR "/tests/demo/program-2026q4.xml";
    struct heap read = {0}, kept = {0};
    struct mspdi_sink to_heap = sink_of(&read), again = sink_of(&kept);
    struct push_spool spool;
    struct mspdi_plan plan = {0};
    struct mspdi_error error;
    (void)state;
    assert_true(mspdi_read_path(file, NULL, &to_heap, &plan, &error));
    mspdi_plan_clear(&plan);
    assert_true(push_spool_begin(&spool));
    struct mspdi_sink to_spool = push_spool_sink(&spool);
    assert_true(mspdi_read_path(file, NULL, &to_spool, &plan, &error));
    mspdi_plan_clear(&plan);
    assert_true(push_spool_read(&spool, &again, NULL, NULL));
    fclose(read.to);
    fclose(kept.to);
    assert_true(read.size > 1000);
    assert_int_equal(read.size, kept.size);
    assert_memory_equal(read.text, kept.text, read.size);
    to_spool.restart(to_spool.ctx); // all of it is void
    assert_true(push_spool_read(&spool, &again, NULL, NULL));
    push_spool_end(&spool);
    free(read.text);
    free(kept.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_shown_and_not_obeyed),
        cmocka_unit_test(a_converter_sees_no_name_that_is_an_option),
        cmocka_unit_test(a_converter_has_its_time_and_no_more),
        cmocka_unit_test(rows_come_back_from_the_spool_as_they_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
