// Parked calls: which is woken by a revision, by its deadline, by all, and in which order.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "server/rpc/park.h"

static struct park *park;

static int begin(void **state)
{
    (void)state;
    park = park_new();
    return park ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    park = park_free(park);
    return 0;
}

// Waits beyond the revision, at most until the instant.
static void add(uint32_t peer, int64_t up_to, int64_t deadline_ms)
{
    uint8_t reply[] = "nothing";
    struct parked entry = {.peer = peer,
                           .up_to = up_to,
                           .deadline_ms = deadline_ms,
                           .otherwise = {reply, sizeof reply}};
    assert_true(park_add(park, &entry));
    memset(reply, 'x', sizeof reply); // it is copied
}

static int64_t history; // that is now; those that are added belong to 0

// The next one's peer; 0: none.
static uint32_t take(int64_t revision, int64_t now_ms, bool all)
{
    struct parked *entry = park_take(park, revision, history, now_ms, all);
    uint32_t peer = entry ? entry->peer : 0;
    if (entry)
        assert_string_equal((const char *)entry->otherwise.data, "nothing");
    parked_free(entry);
    return peer;
}

static void a_revision_wakes_those_that_wait_for_it_first_come_first(void **state)
{
    (void)state;
    add(1, 10, 1000);
    add(2, 11, 1000);
    add(3, 10, 1000);
    assert_int_equal(take(10, 0, false), 0); // committed before they asked
    assert_int_equal(take(11, 0, false), 1);
    assert_int_equal(take(11, 0, false), 3);
    assert_int_equal(take(11, 0, false), 0);
    assert_int_equal(park_count(park), 1);
    assert_int_equal(take(12, 0, false), 2);
}

static void a_deadline_wakes_the_late_one(void **state)
{
    (void)state;
    add(1, 10, 1000);
    add(2, 10, 500);
    assert_int_equal(take(10, 499, false), 0);
    assert_int_equal(take(10, 500, false), 2);
    assert_int_equal(take(10, 999, false), 0);
    assert_int_equal(take(10, 1000, false), 1);
}

static void all_are_woken_at_the_end(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= 3; i++)
        add(i, 10, 1000);
    for (uint32_t i = 1; i <= 3; i++)
        assert_int_equal(take(0, 0, true), i);
    assert_int_equal(take(0, 0, true), 0);
    add(4, 10, 1000); // behind the last that was taken
    assert_int_equal(take(11, 0, false), 4);
}

static void another_history_wakes_all(void **state)
{
    (void)state;
    add(1, 10, 1000);
    add(2, 20, 1000);
    history = 1;
    assert_int_equal(take(5, 0, false), 1);
    assert_int_equal(take(5, 0, false), 2);
    history = 0;
}

int main(void)
{
#define PARK_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        PARK_TEST(a_revision_wakes_those_that_wait_for_it_first_come_first),
        PARK_TEST(another_history_wakes_all),
        PARK_TEST(a_deadline_wakes_the_late_one),
        PARK_TEST(all_are_woken_at_the_end),
    };
    return cmocka_run_group_tests_name("park", tests, NULL, NULL);
}
