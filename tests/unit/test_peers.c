// Who is connected: found by the number that nng gives, each alone, until it goes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "server/rpc/peers.h"

static struct peers *peers;

static void event(uint32_t id, bool gone)
{
    struct peer_event e = {.gone = gone, .peer = {.id = id}};
    peers_event(peers, &e);
}

static void each_is_found_until_it_goes(void **state)
{
    (void)state;
    peers = peers_new();
    event(5, false);
    event(5 + 1024, false); // the same bucket
    event(5 + 2048, false);
    assert_int_equal(peers_count(peers), 3);
    peers_find(peers, 5 + 1024)->in_flight = 2;
    event(5 + 2048, true);
    assert_null(peers_find(peers, 5 + 2048));
    assert_int_equal(peers_find(peers, 5)->in_flight, 0);
    assert_int_equal(peers_find(peers, 5 + 1024)->in_flight, 2);
    event(5, true);
    event(5 + 1024, true);
    assert_int_equal(peers_count(peers), 0);
    peers = peers_free(peers);
}

// nng may tell of the going of one that it refused, whose coming was never told.
static void the_going_of_a_stranger_is_nothing(void **state)
{
    (void)state;
    peers = peers_new();
    event(7, true);
    assert_int_equal(peers_count(peers), 0);
    event(8, false);
    event(7, true);
    assert_int_equal(peers_count(peers), 1);
    assert_non_null(peers_find(peers, 8));
    peers = peers_free(peers); // with one in it
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_found_until_it_goes),
        cmocka_unit_test(the_going_of_a_stranger_is_nothing),
    };
    return cmocka_run_group_tests_name("peers", tests, NULL, NULL);
}
