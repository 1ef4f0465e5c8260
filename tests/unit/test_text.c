// Columns, cuts and sanitising. The widths were compared once with what tmux 3.3a shows.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/check.h"
#include "common/text.h"

static const struct {
    const char *text;
    int narrow, wide;
} widths[] = {
    {"", 0, 0},
    {"abc", 3, 3},
    {"週次目標", 8, 8},
    {"ﾊﾞｯｸﾞ", 5, 5},    // half-width, the sound marks in columns of their own
    {"か\u3099", 2, 2}, // full-width kana, combining sound mark
    {"e\u0301", 1, 1},  // combining accent
    {"○×△", 3, 6},      // ambiguous
    {"Ω№Ж─", 4, 8},     // Greek, numero, Cyrillic, box drawing
    {"…", 1, 2},
    {"\U0001f600", 2, 2},
    {"\U0001f468\u200d\U0001f469\u200d\U0001f467", 2, 2}, // a family, joined
    {"\U0001f44d\U0001f3fd", 2, 2},                       // with a skin tone
    {"\u2764\ufe0f", 2, 2},                               // text character in emoji style
    {"\U0001f1ef\U0001f1f5", 2, 2},                       // a flag: two regional indicators
    {"\U0001f1ef\U0001f1f5\U0001f1fa\U0001f1f8", 4, 4},
    {"\u1112\u1161\u11ab", 2, 2}, // Hangul syllable in three parts
    {"\xff"
     "a",
     2, 2},
    {"a\x1b\xc2\x85", 3, 3},
    {"\u0301", 0, 0},
    {"\u3000", 2, 2},
};

static void test_width(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        int narrow = text_width(widths[i].text, false), wide = text_width(widths[i].text, true);
        if (narrow != widths[i].narrow || wide != widths[i].wide)
            fail_msg("\"%s\" is %d or %d", widths[i].text, narrow, wide);
    }
}

static void test_cut(void **state)
{
    (void)state;
    assert_int_equal(text_cut("abc", 2, false), 2);
    assert_int_equal(text_cut("abc", 9, false), 3);
    assert_int_equal(text_cut("週次", 3, false), 3); // half of a character never
    assert_int_equal(text_cut("週次", 4, false), 6);
    assert_int_equal(text_cut("○○", 2, false), 6);
    assert_int_equal(text_cut("○○", 2, true), 3);
    assert_int_equal(text_cut("e\u0301x", 1, false), 3); // the accent belongs to the e
    assert_int_equal(text_cut("\U0001f468\u200d\U0001f469x", 2, false), 11);
    assert_int_equal(text_cut("\U0001f468\u200d\U0001f469x", 1, false), 0);
    assert_int_equal(text_cut("abc", 0, false), 0);
    assert_int_equal(text_cut("abc", -1, false), 0);
}

static void assert_sanitized(const char *text, const char *expected)
{
    char buf[64];
    snprintf(buf, sizeof buf, "%s", text);
    text_sanitize(buf);
    assert_string_equal(buf, expected);
}

static void test_sanitize(void **state)
{
    (void)state;
    assert_sanitized("週次 ok", "週次 ok");
    assert_sanitized("\x1b[31mred\x1b[0m", "?[31mred?[0m");
    assert_sanitized("a\nb\tc\r", "a b c?");
    assert_sanitized("x\xc2\x9b"
                     "2J",
                     "x?2J"); // CSI in one character
    assert_sanitized("a\u202eb\u2066c\u2069\u2028", "a?b?c??");
    assert_sanitized("\x7f\xff\xe3\x81", "????");
    assert_sanitized("\xc0\x9b\xed\xa0\x80", "?????");
    assert_sanitized("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469");
}

// Whatever comes in: the result is clean and not longer, and a cut fits.
static void test_random(void **state)
{
    (void)state;
    srand(3);
    for (int i = 0; i < 20000; i++) {
        char text[24];
        size_t len = (size_t)rand() % sizeof text;
        for (size_t k = 0; k < len; k++)
            text[k] = (char)(rand() % 255 + 1);
        char *copy = malloc(len + 1); // exact, so that a sanitizer sees a step too far
        assert_non_null(copy);
        memcpy(copy, text, len);
        copy[len] = '\0';
        assert_true(text_cut(copy, 5, true) <= len);
        text_sanitize(copy);
        assert_true(strlen(copy) <= len && check_text(copy, strlen(copy)));
        assert_null(strpbrk(copy, "\n\t"));
        size_t cut = text_cut(copy, 7, false);
        copy[cut] = '\0';
        assert_true(text_width(copy, false) <= 7);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_sanitize),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
