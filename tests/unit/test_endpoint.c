// Where a database is: what a conninfo names, one after the other, and who answered last.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "server/pg/endpoint.h"

static struct endpoint *endpoint;

static int begin(void **state)
{
    (void)state;
    static const char *const libpqs_own[] = {"PGHOST", "PGHOSTADDR", "PGPORT"};
    for (size_t i = 0; i < sizeof libpqs_own / sizeof *libpqs_own; i++)
        unsetenv(libpqs_own[i]);
    return 0;
}

static int end(void **state)
{
    (void)state;
    endpoint = endpoint_free(endpoint);
    return 0;
}

// Names may take a moment; addresses and sockets none.
static void find(const char *conninfo)
{
    char error[256] = "";
    endpoint = endpoint_new(conninfo, error, sizeof error);
    assert_string_equal(error, "");
    for (int i = 0; i < 500 && !endpoint_resolve(endpoint); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10 * 1000 * 1000}, NULL);
    assert_true(endpoint_resolve(endpoint));
    assert_string_equal(endpoint_conninfo(endpoint), conninfo);
}

// "host address port" of a candidate, - for what the conninfo says itself.
static void assert_candidate(size_t at, const char *expected)
{
    char text[256];
    struct candidate c = endpoint_candidate(endpoint, at);
    snprintf(text, sizeof text, "%s %s %s", c.host ? c.host : "-", c.address ? c.address : "-",
             c.port ? c.port : "-");
    assert_string_equal(text, expected);
}

static void a_socket_is_one_candidate(void **state)
{
    (void)state;
    find("host=/run/okrd port=5433 dbname=okrd");
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_candidate(0, "/run/okrd - 5433");
}

static void without_a_host_libpq_decides(void **state)
{
    (void)state;
    find("dbname=okrd");
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_null(endpoint_candidate(endpoint, 0).address);
}

static void hosts_and_ports_are_paired(void **state)
{
    (void)state;
    find("host=/a,127.0.0.2,/c port=5433,5434,5435");
    assert_int_equal(endpoint_count(endpoint), 3);
    assert_candidate(0, "/a - 5433");
    assert_candidate(1, "127.0.0.2 - 5434");
    assert_candidate(2, "/c - 5435");
}

static void one_port_is_for_all(void **state)
{
    (void)state;
    find("host=/a,/b port=5433");
    assert_candidate(0, "/a - 5433");
    assert_candidate(1, "/b - 5433");
}

static void an_address_needs_no_look_up(void **state)
{
    (void)state;
    find("host=db.sample.invalid hostaddr=127.0.0.3 port=1");
    assert_int_equal(endpoint_count(endpoint), 1);
    assert_candidate(0, "db.sample.invalid 127.0.0.3 1");
}

static void a_name_is_looked_up(void **state)
{
    (void)state;
    find("host=localhost port=2");
    assert_true(endpoint_count(endpoint) >= 1);
    assert_string_equal(endpoint_candidate(endpoint, 0).host, "localhost");
    assert_non_null(endpoint_candidate(endpoint, 0).address);
}

// The others keep their order behind it.
static void who_answered_last_comes_first(void **state)
{
    (void)state;
    find("host=/a,/b,/c port=1");
    endpoint_answered(endpoint, 2);
    assert_candidate(0, "/c - 1");
    assert_candidate(1, "/a - 1");
    assert_candidate(2, "/b - 1");
    endpoint_answered(endpoint, 0);
    assert_candidate(0, "/c - 1");
    endpoint_answered(endpoint, 2);
    assert_candidate(0, "/b - 1");
    assert_candidate(1, "/a - 1");
    assert_candidate(2, "/c - 1");
}

static void a_malformed_conninfo_is_said_to_be(void **state)
{
    (void)state;
    char error[256] = "";
    assert_null(endpoint_new("hots=/a", error, sizeof error));
    assert_non_null(strstr(error, "hots"));
}

int main(void)
{
#define ENDPOINT_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        ENDPOINT_TEST(a_socket_is_one_candidate),
        ENDPOINT_TEST(without_a_host_libpq_decides),
        ENDPOINT_TEST(hosts_and_ports_are_paired),
        ENDPOINT_TEST(one_port_is_for_all),
        ENDPOINT_TEST(an_address_needs_no_look_up),
        ENDPOINT_TEST(a_name_is_looked_up),
        ENDPOINT_TEST(who_answered_last_comes_first),
        ENDPOINT_TEST(a_malformed_conninfo_is_said_to_be),
    };
    return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
