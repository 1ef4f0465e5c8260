// Things of any kind as people write them, for okr trace and okr why.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "client/cli/core/thing.h"

static struct cli cli;

static int setup(void **state)
{
    (void)state;
    cli.arena = arena_new(1 << 20);
    return cli.arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(cli.arena);
    return 0;
}

static void assert_id(const char *word, Okr__TraceKind kind, int64_t id)
{
    Okr__TraceRequest request = OKR__TRACE_REQUEST__INIT;
    if (!thing_read(&cli, word, &request))
        fail_msg("%s is not read", word);
    assert_true(request.has_kind && request.has_id);
    assert_int_equal(request.kind, kind);
    assert_int_equal(request.id, id);
}

static void test_ids(void **state)
{
    (void)state;
    assert_id("R-1", OKR__TRACE_KIND__TRACE_KIND_ROADMAP, 1);
    assert_id("o12", OKR__TRACE_KIND__TRACE_KIND_OBJECTIVE, 12);
    assert_id("kr-3", OKR__TRACE_KIND__TRACE_KIND_KR, 3);
    assert_id("P-4", OKR__TRACE_KIND__TRACE_KIND_PROJECT, 4);
    assert_id("Ｇ－５", OKR__TRACE_KIND__TRACE_KIND_GOAL, 5);
}

static void test_tasks(void **state)
{
    (void)state;
    Okr__TraceRequest request = OKR__TRACE_REQUEST__INIT;
    assert_id("program#0", OKR__TRACE_KIND__TRACE_KIND_TASK, 0);
    assert_true(thing_read(&cli, "plan.2021#5", &request));
    assert_string_equal(request.source, "plan.2021");
    assert_int_equal(request.id, 5);
    assert_false(request.has_resource_uid);
    assert_true(thing_read(&cli, "program#5@2", &request));
    assert_int_equal(request.kind, OKR__TRACE_KIND__TRACE_KIND_ASSIGNMENT);
    assert_true(request.has_resource_uid);
    assert_int_equal(request.resource_uid, 2);
}

// A number alone is the id of anything: it is not guessed.
static void test_anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const words[] = {"12",         "X-1",  "P-",       "P-0",
                                        "",           "#5",   "program#", "program#x",
                                        "program#5@", "P-1x", "KR1R",     "program#5@x"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        Okr__TraceRequest request = OKR__TRACE_REQUEST__INIT;
        if (thing_read(&cli, words[i], &request))
            fail_msg("\"%s\" is taken for a thing", words[i]);
    }
}

static void test_what_is_shown_can_be_typed(void **state)
{
    (void)state;
    static const char *const words[] = {"R-1", "O-2",       "KR-3",       "P-4",
                                        "G-5", "program#6", "program#6@7"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        Okr__TraceRequest request = OKR__TRACE_REQUEST__INIT;
        Okr__TraceNode node = OKR__TRACE_NODE__INIT;
        assert_true(thing_read(&cli, words[i], &request));
        node.kind = request.kind;
        node.id = request.id;
        node.source = request.source;
        node.resource_uid = request.resource_uid;
        assert_string_equal(thing_id(&cli, &node), words[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_tasks),
        cmocka_unit_test(test_anything_else_is_refused),
        cmocka_unit_test(test_what_is_shown_can_be_typed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
