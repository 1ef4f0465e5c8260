// The reader's parts by themselves: filter, encodings' names, shapes, UIDs, numbers.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "client/plan_sync/mspdi/charset.h"
#include "client/plan_sync/mspdi/error.h"
#include "client/plan_sync/mspdi/filter.h"
#include "client/plan_sync/mspdi/scalars.h"
#include "client/plan_sync/mspdi/tree.h"
#include "client/plan_sync/mspdi/uids.h"

// Filters `in` in pieces of `piece` bytes.
static size_t filter(const char *in, size_t len, size_t piece, char *out, uint64_t *dropped)
{
    struct mspdi_filter f = {0};
    size_t n = 0;
    for (size_t at = 0; at < len; at += piece) {
        char buf[256 + MSPDI_FILTER_HOLD];
        size_t part = len - at < piece ? len - at : piece;
        memcpy(buf, in + at, part);
        part = mspdi_filter_run(&f, buf, part);
        memcpy(out + n, buf, part);
        n += part;
    }
    n += mspdi_filter_end(&f, out + n);
    *dropped = f.dropped;
    return n;
}

static void test_filter_drops_only_what_is_forbidden(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
        uint64_t dropped;
    } cases[] = {
        {"plain\t\r\n", "plain\t\r\n", 0},
        {"a\x01\x1F"
         "b",
         "ab", 2},
        {"&#3;&#x3;&#0;x", "x", 3},
        {"&#9;&#10;&#x0d;&#65;&amp;&#x1F600;", "&#9;&#10;&#x0d;&#65;&amp;&#x1F600;", 0},
        {"&#xFFFE;&#xD800;&#1114112;&#x110000;&#99999999999999999999;", "", 5},
        {"&#;&#x;&#xg;&#3", "&#;&#x;&#xg;&#3", 0},
        {"&&#3;&#&#3;", "&&#", 2},
        {"&#\x01"
         "3;",
         "&#3;", 1},
        {"\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD", "\xEF\xBF\xBD", 2},
        {"\xEF&#3;\xEF\xBF", "\xEF\xEF\xBF", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t piece = 1; piece < 20; piece++) {
            char out[256];
            uint64_t dropped;
            size_t n = filter(cases[i].in, strlen(cases[i].in), piece, out, &dropped);
            assert_int_equal(n, strlen(cases[i].out));
            assert_memory_equal(out, cases[i].out, n);
            assert_int_equal(dropped, cases[i].dropped);
        }
    }
}

static void test_long_reference_passes(void **state)
{
    (void)state;
    char in[200] = "&#";
    char out[400];
    uint64_t dropped;
    memset(in + 2, '0', 150);
    strcpy(in + 152, "3;");
    assert_int_equal(filter(in, strlen(in), 100, out, &dropped), strlen(in));
    assert_memory_equal(in, out, strlen(in));
}

static void assert_charset(const char *name, const char *iconv)
{
    assert_string_equal(mspdi_charset_find(name).iconv, iconv);
}

static void test_charsets(void **state)
{
    (void)state;
    assert_charset("utf-8", "");
    assert_charset("", "");
    assert_charset("Shift_JIS", "SHIFT_JIS");
    assert_true(mspdi_charset_find("shift-jis").jis_ascii);
    assert_string_equal(mspdi_charset_find("gb2312").wider, "GB18030");
    assert_charset("windows-1251", "CP1251");
    assert_charset("Cp1252", "CP1252");
    assert_charset("iso_8859-15", "ISO-8859-15");
    assert_true(mspdi_charset_find("UTF-16").wide_units);
    // Not on the list: plain bytes for expat to judge.
    assert_charset("windows-12", "");
    assert_charset("iso-8859-12", "");
    assert_charset("ISO-2022-CN-EXT", "");
    assert_charset("a-name-that-is-much-longer-than-any-encoding-has", "");
    assert_true(mspdi_charset_find("").known && mspdi_charset_find("EUC-JP").known);
    assert_true(mspdi_charset_find("CP1250").known && mspdi_charset_find("utf-8").known);
    assert_false(mspdi_charset_find("UTF-7").known || mspdi_charset_find("CP1").known);
}

static void assert_sorted(const struct mspdi_shape *shape)
{
    for (size_t i = 0; i < shape->n_kids; i++) {
        const struct mspdi_shape *kid = &shape->kids[i];
        if (i > 0)
            assert_true(strcmp(shape->kids[i - 1].tag, kid->tag) < 0);
        assert_ptr_equal(mspdi_shape_kid(shape, kid->tag), kid);
        assert_true((kid->kind == MSPDI_SCALAR) == (kid->kids == NULL));
        assert_sorted(kid);
    }
}

static void test_shapes_are_sorted(void **state)
{
    (void)state;
    assert_sorted(&mspdi_project_shape);
    assert_null(mspdi_shape_kid(&mspdi_project_shape, "Views"));
}

static void test_uids(void **state)
{
    (void)state;
    struct mspdi_uids m = {0};
    bool is_new;
    assert_false(mspdi_uids_has(&m, 0));
    for (int64_t i = -5000; i < 5000; i++) {
        int64_t *value = mspdi_uids_put(&m, i * 1000003, i, &is_new);
        assert_true(value && is_new && *value == i);
    }
    for (int64_t i = -5000; i < 5000; i++) {
        int64_t *value = mspdi_uids_put(&m, i * 1000003, 0, &is_new);
        assert_true(value && !is_new && *value == i);
    }
    assert_false(mspdi_uids_has(&m, 7));
    assert_true(mspdi_uids_has(&m, 0));
    mspdi_uids_clear(&m);
}

// One value under a tag that a task has.
struct value_fixture {
    struct mspdi_warnings warnings;
    struct mspdi_context c;
    struct mspdi_node *node;
};

static void set_value(struct value_fixture *v, const char *value)
{
    const struct mspdi_shape *kid = mspdi_shape_kid(v->node->shape, "Work");
    *mspdi_node_slot(v->node, kid) = arena_strdup(v->c.arena, value);
}

static int setup_value(void **state)
{
    struct value_fixture *v = calloc(1, sizeof *v);
    v->c.arena = arena_new(1 << 20);
    v->c.warnings = &v->warnings;
    v->c.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    const struct mspdi_shape *tasks = mspdi_shape_kid(&mspdi_project_shape, "Tasks");
    v->node = mspdi_node_new(v->c.arena, mspdi_shape_kid(tasks, "Task"), NULL);
    *state = v;
    return 0;
}

static int teardown_value(void **state)
{
    struct value_fixture *v = *state;
    arena_free(v->c.arena);
    freelocale(v->c.c_locale);
    free(v);
    return 0;
}

static void test_durations(void **state)
{
    struct value_fixture *v = *state;
    static const struct {
        const char *text;
        double minutes;
    } good[] = {{"PT8H30M0S", 510},
                {" PT1H ", 60},
                {"PT-1293H0M0S", -1293 * 60},
                {"-PT1H", -60},
                {"PT2H0M0.15S", 120.0025},
                {"PT0H0M1S", 0.0167},
                {"P5D", 7200},
                {"P1Y1M1DT1H1M1S", 525600 + 43200 + 1440 + 61.0167},
                {"0", 0},
                {"PT-0H", 0}};
    static const char *const bad[] = {"PT",   "P",      "-P",     "8h",   "PT8",
                                      "P1H",  "PT1M1H", "PT1.5H", "P1DT", "+PT1H",
                                      "pt1h", "PT1H x", "PT1.S",  "00"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double minutes = 1e9;
        set_value(v, good[i].text);
        assert_true(mspdi_duration(&v->c, v->node, "Work", &minutes));
        assert_true(minutes == good[i].minutes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double minutes = 1e9;
        set_value(v, bad[i]);
        assert_false(mspdi_duration(&v->c, v->node, "Work", &minutes));
        assert_true(minutes == 1e9);
        assert_int_equal(v->warnings.by[MSPDI_TASKS][MSPDI_BAD_DURATION].count, i + 1);
    }
    set_value(v, " \t");
    double minutes;
    assert_false(mspdi_duration(&v->c, v->node, "Work", &minutes));
    assert_int_equal(v->warnings.by[MSPDI_TASKS][MSPDI_BAD_DURATION].count,
                     sizeof bad / sizeof *bad);
}

static void test_ints_and_numbers(void **state)
{
    struct value_fixture *v = *state;
    int64_t i;
    double d;
    set_value(v, "-9223372036854775808");
    assert_true(mspdi_int(&v->c, v->node, "Work", &i) && i == INT64_MIN);
    set_value(v, "9223372036854775808");
    assert_false(mspdi_int(&v->c, v->node, "Work", &i));
    set_value(v, "+12.00");
    assert_true(mspdi_int(&v->c, v->node, "Work", &i) && i == 12);
    set_value(v, "12.01");
    assert_false(mspdi_int(&v->c, v->node, "Work", &i));
    set_value(v, "12.00006");
    assert_true(mspdi_number(&v->c, v->node, "Work", &d) && d == 12.0001);
    set_value(v, "-.5e1");
    assert_true(mspdi_number(&v->c, v->node, "Work", &d) && d == -5);
    static const char *const bad[] = {"0x10", "nan", "inf", "1e999", "1,5", ".", "1e", "--1"};
    for (size_t n = 0; n < sizeof bad / sizeof *bad; n++) {
        set_value(v, bad[n]);
        assert_false(mspdi_number(&v->c, v->node, "Work", &d));
    }
}

static void test_datetimes(void **state)
{
    struct value_fixture *v = *state;
    static const char *const good[][2] = {
        {"2024-02-29T23:59:59", "2024-02-29T23:59:59"},
        {"2026-01-02", "2026-01-02T00:00:00"},
        {"2026-01-02T03:04", "2026-01-02T03:04:00"},
        {"2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05"},
        {"2026-01-02+0900", "2026-01-02T00:00:00"},
        {"1984-01-01T00:00:00", "1984-01-01T00:00:00"},
    };
    static const char *const bad[] = {"2026-02-29",
                                      "1900-02-29",
                                      "0000-01-01",
                                      "2026-13-01",
                                      "2026-01-02T24:00:00",
                                      "2026-01-02T03",
                                      "2026-01-02 03:04:05",
                                      "2026-01-02T03:04:05.",
                                      "2026-01-02T03:04:05Zx",
                                      "26-01-02"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        set_value(v, good[i][0]);
        assert_string_equal(mspdi_datetime(&v->c, v->node, "Work"), good[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        set_value(v, bad[i]);
        assert_null(mspdi_datetime(&v->c, v->node, "Work"));
    }
}

static void test_examples_end_at_a_character(void **state)
{
    (void)state;
    char to[8];
    mspdi_copy_chars(to, sizeof to, "日本語", strlen("日本語"), 40);
    assert_string_equal(to, "日本");
    mspdi_copy_chars(to, sizeof to, "abc", 3, 2);
    assert_string_equal(to, "ab");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter_drops_only_what_is_forbidden),
        cmocka_unit_test(test_long_reference_passes),
        cmocka_unit_test(test_charsets),
        cmocka_unit_test(test_shapes_are_sorted),
        cmocka_unit_test(test_uids),
        cmocka_unit_test_setup_teardown(test_durations, setup_value, teardown_value),
        cmocka_unit_test_setup_teardown(test_ints_and_numbers, setup_value, teardown_value),
        cmocka_unit_test_setup_teardown(test_datetimes, setup_value, teardown_value),
        cmocka_unit_test(test_examples_end_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
