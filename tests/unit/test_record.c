// What the log says of changes: each has the next revision, and its time is never before that of
// the one before it, whatever the clock did.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <endian.h>
#include <sodium.h>
#include <string.h>
#include "server/call/record.h"
#include "server/call/route.h"

enum { CHANGES = 3, TIMES = 1 };

static const struct job_kind kind = {.answered = route_answered, .failed = route_failed};
static const int64_t us_1970_to_2000 = INT64_C(946684800000000);

static void add(struct call_route *r, struct arena *arena, int64_t now)
{
    static const Okr__ServerInfo reply = OKR__SERVER_INFO__INIT;
    static const Okr__GetServerInfoRequest request = OKR__GET_SERVER_INFO_REQUEST__INIT;
    route_init(r, arena, &kind);
    r->call.id = RPC_QUARTER_CREATE_QUARTER;
    r->call.request = &request.base;
    r->call.now = now;
    call_reply(&r->call, &reply.base);
    route_asked(r);
}

// The n-th of an array of times as it is sent: 20 bytes of header, then 4 of length and 8 each.
static int64_t time_sent(const struct query *q, int n)
{
    uint64_t value;
    memcpy(&value, q->values[TIMES] + 20 + n * 12 + 4, sizeof value);
    return (int64_t)be64toh(value) + us_1970_to_2000;
}

static void the_clock_goes_back_and_the_log_does_not(void **state)
{
    (void)state;
    static struct call_route routes[CHANGES];
    static const int64_t clock[CHANGES] = {500, 200, 600}, at[CHANGES] = {500, 500, 600};
    struct arena *arena = arena_new(4 << 20);
    struct job *jobs[CHANGES];
    struct head head = {.revision = 7, .at = 300};
    for (int i = 0; i < CHANGES; i++) {
        add(&routes[i], arena, clock[i]);
        jobs[i] = &routes[i].job;
    }
    struct query *q = record_log.record(arena, jobs, CHANGES, &head);
    assert_non_null(q);
    for (int i = 0; i < CHANGES; i++) {
        assert_int_equal(time_sent(q, i), at[i]);
        assert_int_equal(routes[i].seen_revision, 8 + i);
    }
    assert_int_equal(head.at, 600);
    assert_int_equal(head.revision, 10);

    add(&routes[0], arena, 100); // in the next group, too
    record_log.record(arena, jobs, 1, &head);
    assert_int_equal(head.at, 600);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_goes_back_and_the_log_does_not),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
