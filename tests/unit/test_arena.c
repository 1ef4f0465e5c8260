// The request's memory: alignment, the cap and its flag, reset, and use as protobuf-c's allocator.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/arena.h"
#include "okr/v1/envelope.pb-c.h"

static void test_alignment(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    char *last = NULL;
    for (size_t size = 0; size < 300; size++) {
        char *p = arena_alloc(a, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        assert_ptr_not_equal(p, last);
        memset(p, 0xa5, size);
        last = p;
    }
    arena_free(a);
}

static void test_cap(void **state)
{
    (void)state;
    struct arena *a = arena_new(64);
    assert_non_null(arena_alloc(a, 33));
    assert_int_equal(arena_used(a), 48);
    assert_false(arena_exhausted(a));
    assert_null(arena_alloc(a, 17));
    assert_true(arena_exhausted(a));
    assert_non_null(arena_alloc(a, 16)); // what fits is still served, the flag stays
    assert_true(arena_exhausted(a));
    arena_reset(a);
    assert_false(arena_exhausted(a));
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, 64));
    assert_null(arena_alloc(a, SIZE_MAX));
    arena_free(a);
}

static void test_zeroed(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 16);
    memset(arena_alloc(a, 256), 0xff, 256);
    arena_reset(a);
    unsigned char *p = arena_calloc(a, 16, 16);
    for (int i = 0; i < 256; i++)
        assert_int_equal(p[i], 0);
    assert_null(arena_calloc(a, SIZE_MAX / 2, 3));
    assert_true(arena_exhausted(a));
    arena_free(a);
}

static void test_copies(void **state)
{
    (void)state;
    struct arena *a = arena_new(4096);
    assert_null(arena_strdup(a, NULL));
    assert_null(arena_strndup(a, NULL, 3));
    assert_null(arena_memdup(a, NULL, 3));
    assert_false(arena_exhausted(a));
    assert_string_equal(arena_strdup(a, "週次目標"), "週次目標");
    assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(a, "ab", 30), "ab");
    assert_memory_equal(arena_memdup(a, "a\0b", 3), "a\0b", 3);
    assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    assert_null(arena_printf(a, "%5000d", 1));
    assert_true(arena_exhausted(a));
    arena_free(a);
}

// Many sizes over many blocks: nothing overlaps, and a reset gives everything back.
static void test_blocks(void **state)
{
    (void)state;
    struct arena *a = arena_new(8 << 20);
    enum { COUNT = 600 };
    unsigned char *p[COUNT];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            size_t size = i * 37 % 9000 + 1;
            p[i] = arena_alloc(a, size);
            assert_non_null(p[i]);
            memset(p[i], (int)(i & 0xff), size);
        }
        for (size_t i = 0; i < COUNT; i++) {
            size_t size = i * 37 % 9000 + 1;
            assert_int_equal(p[i][0], i & 0xff);
            assert_int_equal(p[i][size - 1], i & 0xff);
        }
        arena_reset(a);
    }
    assert_null(arena_free(a));
    assert_null(arena_free(NULL));
}

static void test_allocator(void **state)
{
    (void)state;
    Okr__Status status = OKR__STATUS__INIT;
    char *args[] = {"one", "two"};
    uint8_t buf[64];
    status.message = "out of luck";
    status.args = args;
    status.n_args = 2;
    size_t len = okr__status__pack(&status, buf);

    struct arena *a = arena_new(4096);
    Okr__Status *copy = okr__status__unpack(arena_allocator(a), len, buf);
    assert_non_null(copy);
    assert_string_equal(copy->args[1], "two");
    okr__status__free_unpacked(copy, arena_allocator(a)); // allowed, and does nothing
    arena_free(a);

    a = arena_new(64);
    assert_null(okr__status__unpack(arena_allocator(a), len, buf));
    assert_true(arena_exhausted(a));
    arena_reset(a);
    assert_null(okr__status__unpack(arena_allocator(a), 1, (const uint8_t *)"\x0b"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alignment), cmocka_unit_test(test_cap),
        cmocka_unit_test(test_zeroed),    cmocka_unit_test(test_copies),
        cmocka_unit_test(test_blocks),    cmocka_unit_test(test_allocator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
