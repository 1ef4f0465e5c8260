// The links of the audit log's chain: a known one, and that nothing in a row can change unseen.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sodium.h>
#include <string.h>
#include "server/audit/audit_rows.h"

static const uint8_t request_id[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static uint8_t request_hash[32];

static struct audit_entry entry(void)
{
    memset(request_hash, 7, sizeof request_hash);
    return (struct audit_entry){
        .revision = 1,
        .at = INT64_C(1612746000000000),
        .actor = "alice",
        .role = "pl",
        .method = "okr.v1.WeekService/AddGoal",
        .resource = "goal/12",
        .after = "{\"id\":\"12\",\"text\":\"週\"}",
        .request_id = request_id,
        .request_hash = request_hash,
        .reply = {"reply", 5},
    };
}

static void hash_of(const struct audit_entry *e, uint8_t out[32])
{
    uint8_t prev[32];
    audit_genesis(prev);
    audit_hash(e, prev, out);
}

// Computed by another program from the definition in the header: logs that exist stay verifiable.
static void test_known(void **state)
{
    (void)state;
    struct audit_entry e = entry();
    uint8_t hash[32];
    char hex[65];
    audit_genesis(hash);
    sodium_bin2hex(hex, sizeof hex, hash, 32);
    assert_string_equal(hex, "92a3d4b8296f9c049828bfd55113438eecb552a767f62f5b329aa841e96e93d2");
    hash_of(&e, hash);
    sodium_bin2hex(hex, sizeof hex, hash, 32);
    assert_string_equal(hex, "c6941e2d54d159a7ad90531d2b1d400656999dcf23167276f9005d724f6259b8");
}

static void assert_differs(const struct audit_entry *changed)
{
    struct audit_entry e = entry();
    uint8_t was[32], is[32];
    hash_of(&e, was);
    hash_of(changed, is);
    assert_memory_not_equal(was, is, 32);
}

#define DIFFERS(field, ...)                                                                        \
    do {                                                                                           \
        struct audit_entry e = entry();                                                            \
        e.field = __VA_ARGS__;                                                                     \
        assert_differs(&e);                                                                        \
    } while (0)

static void test_every_field_counts(void **state)
{
    (void)state;
    static const uint8_t other_id[16], other_hash[32];
    DIFFERS(revision, 2);
    DIFFERS(at, 0);
    DIFFERS(actor, "bob");
    DIFFERS(actor, NULL);
    DIFFERS(role, "");
    DIFFERS(role, NULL);
    DIFFERS(agent, "");
    DIFFERS(method, "okr.v1.WeekService/EditGoal");
    DIFFERS(resource, "goal/13");
    DIFFERS(before, "");
    DIFFERS(after, "{\"id\": \"12\",\"text\":\"週\"}");
    DIFFERS(request_id, other_id);
    DIFFERS(request_hash, other_hash);
    DIFFERS(reply, (struct bytes){"replx", 5});
    DIFFERS(reply, (struct bytes){NULL, 0});
}

static void test_neighbours_do_not_trade_bytes(void **state)
{
    (void)state;
    struct audit_entry e = entry(), f = entry();
    uint8_t one[32], two[32];
    e.actor = "ab", e.role = "c";
    f.actor = "a", f.role = "bc";
    hash_of(&e, one);
    hash_of(&f, two);
    assert_memory_not_equal(one, two, 32);
    e.actor = NULL, e.role = "x";
    f.actor = "x", f.role = NULL;
    hash_of(&e, one);
    hash_of(&f, two);
    assert_memory_not_equal(one, two, 32);
}

static void test_previous_link_counts(void **state)
{
    (void)state;
    struct audit_entry e = entry();
    uint8_t prev[32] = {0}, one[32], two[32];
    audit_hash(&e, prev, one);
    prev[31] = 1;
    audit_hash(&e, prev, two);
    assert_memory_not_equal(one, two, 32);
    memset(prev, 0, sizeof prev);
    audit_hash(&e, prev, prev); // out may be prev
    assert_memory_equal(one, prev, 32);
}

static void test_reply_by_its_sum(void **state)
{
    (void)state;
    struct audit_entry e = entry();
    uint8_t sum[32], one[32], two[32];
    crypto_hash_sha256(sum, (const uint8_t *)"reply", 5);
    hash_of(&e, one);
    e.reply = (struct bytes){NULL, 0};
    e.reply_hash = sum;
    hash_of(&e, two);
    assert_memory_equal(one, two, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_every_field_counts),
        cmocka_unit_test(test_neighbours_do_not_trade_bytes),
        cmocka_unit_test(test_previous_link_counts),
        cmocka_unit_test(test_reply_by_its_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
