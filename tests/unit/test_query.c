// Binding: each value as PostgreSQL's binary format has it (array_send, timestamptz_send, …), and
// one of another type than the statement says is a fault that stays.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "server/pg/query.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return arena ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static struct query *query(struct statement *statement, const char *params)
{
    *statement = (struct statement){.name = "test", .params = params, .columns = "", .sql = ""};
    return query_new(arena, statement);
}

// The last value that was bound, in hexadecimal.
static void assert_bound(const struct query *q, const char *expected)
{
    char text[256] = "";
    const char *value = q->values[q->n - 1];
    assert_false(q->failed);
    for (int i = 0; value && i < q->lengths[q->n - 1]; i++)
        snprintf(text + 2 * i, 3, "%02x", (unsigned char)value[i]);
    assert_string_equal(value ? text : "NULL", expected);
}

static void numbers_are_big_endian(void **state)
{
    (void)state;
    struct statement s;
    struct query *q = query(&s, "libd");
    bind_i64(q, -2);
    assert_bound(q, "fffffffffffffffe");
    bind_i32(q, 258);
    assert_bound(q, "00000102");
    bind_bool(q, true);
    assert_bound(q, "01");
    bind_double(q, -1.5);
    assert_bound(q, "bff8000000000000");
}

// From 2000-01-01 on, in days and microseconds.
static void days_and_instants_count_from_2000(void **state)
{
    (void)state;
    struct statement s;
    struct query *q = query(&s, "aaz");
    bind_date(q, 10957);
    assert_bound(q, "00000000");
    bind_date(q, 0); // 1970-01-01
    assert_bound(q, "ffffd533");
    bind_time(q, INT64_C(946684800000001));
    assert_bound(q, "0000000000000001");
}

static void texts_and_bytes_go_as_they_are(void **state)
{
    (void)state;
    struct statement s;
    struct query *q = query(&s, "tty");
    bind_text(q, "ok");
    assert_bound(q, "6f6b");
    bind_text(q, "");
    assert_bound(q, "");
    bind_bytes(q, "a\0b", 3);
    assert_bound(q, "610062");
}

static void what_is_absent_is_null(void **state)
{
    (void)state;
    struct statement s;
    struct query *q = query(&s, "tyll");
    bind_text(q, NULL);
    assert_bound(q, "NULL");
    bind_bytes(q, NULL, 0);
    assert_bound(q, "NULL");
    bind_opt_i64(q, false, 7);
    assert_bound(q, "NULL");
    bind_opt_i64(q, true, 7);
    assert_bound(q, "0000000000000007");
}

// Dimensions, whether there are NULLs, type; then count and lower bound; then length and value.
static void arrays_have_a_header(void **state)
{
    (void)state;
    struct statement s;
    struct query *q = query(&s, "LTL");
    bind_i64_array(q, (int64_t[]){5}, 1);
    assert_bound(q, "000000010000000000000014"
                    "0000000100000001"
                    "000000080000000000000005");
    char *texts[] = {(char *)(uintptr_t) "a", (char *)(uintptr_t) ""};
    bind_text_array(q, texts, 2);
    assert_bound(q, "000000010000000000000019"
                    "0000000200000001"
                    "0000000161"
                    "00000000");
    bind_i64_array(q, NULL, 0);
    assert_bound(q, "000000000000000000000014");
}

static void another_type_is_a_fault_that_stays(void **state)
{
    (void)state;
    struct statement s;
    struct query *q = query(&s, "lt");
    bind_i32(q, 1);
    assert_true(q->failed);
    assert_int_equal(q->n, 0);
    bind_i64(q, 1);
    assert_true(q->failed);
}

static void one_too_many_is_a_fault(void **state)
{
    (void)state;
    struct statement s;
    struct query *q = query(&s, "l");
    bind_i64(q, 1);
    assert_false(q->failed);
    bind_i64(q, 2);
    assert_true(q->failed);
}

int main(void)
{
#define QUERY_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        QUERY_TEST(numbers_are_big_endian),         QUERY_TEST(days_and_instants_count_from_2000),
        QUERY_TEST(texts_and_bytes_go_as_they_are), QUERY_TEST(what_is_absent_is_null),
        QUERY_TEST(arrays_have_a_header),           QUERY_TEST(another_type_is_a_fault_that_stays),
        QUERY_TEST(one_too_many_is_a_fault),
    };
    return cmocka_run_group_tests_name("query", tests, NULL, NULL);
}
