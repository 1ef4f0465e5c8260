// Kept replies: found again by the same question at the same revision, and by no other.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "server/call/kept.h"

static struct kept *kept;

static int begin(void **state)
{
    (void)state;
    kept = kept_new();
    return kept ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    kept = kept_free(kept);
    return 0;
}

static struct bytes bytes(const char *text)
{
    return (struct bytes){(uint8_t *)(uintptr_t)text, strlen(text)};
}

static struct kept_key key(int method, int32_t day, const char *body)
{
    return (struct kept_key){.method = method, .day = day, .body = bytes(body)};
}

static void assert_kept(struct kept_key asked, int64_t revision, const char *expected)
{
    struct bytes found = kept_get(kept, &asked, revision);
    if (!expected) {
        assert_null(found.data);
        return;
    }
    assert_non_null(found.data);
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.data, expected, found.len);
}

static void only_the_same_question_finds_it(void **state)
{
    (void)state;
    struct kept_key asked = key(1, 100, "board");
    assert_kept(asked, 7, NULL);
    kept_put(kept, &asked, 7, bytes("reply"));
    assert_kept(asked, 7, "reply");
    assert_kept(key(2, 100, "board"), 7, NULL);
    assert_kept(key(1, 101, "board"), 7, NULL);
    assert_kept(key(1, 100, "boar"), 7, NULL);
    assert_kept(key(1, 100, ""), 7, NULL);
}

// A reader must not see what was before a change, nor what comes after it.
static void it_is_good_for_its_revision_alone(void **state)
{
    (void)state;
    struct kept_key asked = key(1, 100, "board");
    kept_put(kept, &asked, 7, bytes("reply"));
    assert_kept(asked, 6, NULL);
    assert_kept(asked, 8, NULL);
    kept_put(kept, &asked, 8, bytes("a longer reply than that"));
    assert_kept(asked, 8, "a longer reply than that");
    assert_kept(asked, 7, NULL);
    kept_put(kept, &asked, 9, bytes("short"));
    assert_kept(asked, 9, "short");
}

static void an_empty_reply_to_an_empty_question_is_one(void **state)
{
    (void)state;
    struct kept_key asked = key(3, 0, "");
    kept_put(kept, &asked, 1, (struct bytes){NULL, 0});
    assert_kept(asked, 1, "");
}

static void what_is_too_long_is_not_kept(void **state)
{
    (void)state;
    static char body[300], reply[(1 << 20) + 2];
    memset(body, 'b', sizeof body - 1);
    memset(reply, 'r', sizeof reply - 1);
    struct kept_key wide = key(1, 0, body), fine = key(1, 0, "fine");
    kept_put(kept, &wide, 1, bytes("reply"));
    assert_kept(wide, 1, NULL);
    kept_put(kept, &fine, 1, bytes(reply));
    assert_kept(fine, 1, NULL);
    kept_put(kept, &fine, 1, bytes(reply + 1));
    assert_kept(fine, 1, reply + 1);
}

// More questions than there is room for: each finds its own reply or none.
static void a_newer_one_takes_an_older_ones_place(void **state)
{
    (void)state;
    char body[24];
    int found = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < 5000; i++) {
            snprintf(body, sizeof body, "body %d", i);
            struct kept_key asked = key(1, 0, body);
            if (pass == 0)
                kept_put(kept, &asked, 1, bytes(body));
            else if (kept_get(kept, &asked, 1).data && ++found)
                assert_kept(asked, 1, body);
        }
    assert_in_range(found, 1, 1024);
}

int main(void)
{
#define KEPT_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        KEPT_TEST(only_the_same_question_finds_it),
        KEPT_TEST(it_is_good_for_its_revision_alone),
        KEPT_TEST(an_empty_reply_to_an_empty_question_is_one),
        KEPT_TEST(what_is_too_long_is_not_kept),
        KEPT_TEST(a_newer_one_takes_an_older_ones_place),
    };
    return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
