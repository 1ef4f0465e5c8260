// The walk before unpacking: what it reports and where, what it calls malformed, and that it never
// lets through what protobuf-c would read differently. Ends with a little fuzzing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/check.h"
#include "okr/v1/policy.pb-c.h"
#include "okr/v1/plan.pb-c.h"

struct seen {
    int count;
    Okr__Reason reason;
    char path[256];
    char arg[32];
};

// Keeps the first violation, counts all.
static void note(void *ctx, const char *path, Okr__Reason reason, const char *arg)
{
    struct seen *seen = ctx;
    if (seen->count++ > 0)
        return;
    seen->reason = reason;
    snprintf(seen->path, sizeof seen->path, "%s", path);
    snprintf(seen->arg, sizeof seen->arg, "%s", arg ? arg : "-");
}

#define WALK(type, bytes, seen)                                                                    \
    check_wire_strings((const uint8_t *)(bytes), sizeof(bytes) - 1, &okr__##type##__descriptor,    \
                       note, memset(seen, 0, sizeof *(seen)))

static void assert_seen(const struct seen *seen, const char *path, Okr__Reason reason,
                        const char *arg)
{
    assert_int_equal(seen->count, 1);
    assert_string_equal(seen->path, path);
    assert_int_equal(seen->reason, reason);
    assert_string_equal(seen->arg, arg);
}

static void test_good(void **state)
{
    (void)state;
    struct seen seen;
    assert_true(WALK(request, "", &seen));
    assert_true(check_wire_strings(NULL, 0, &okr__request__descriptor, note, &seen));
    assert_true(
        WALK(request, "\x0a\x0bokr.v1.X/Y\n\x12\x06\xe9\x80\xb1\xe6\xac\xa1\x20\x80\x01", &seen));
    assert_int_equal(seen.count, 0);
    assert_true(
        check_wire_strings((const uint8_t *)"\x0a\x01z", 3, &okr__request__descriptor, NULL, NULL));
}

static void test_bad_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"\x80",
                                      "\xc3",
                                      "\xc0\xaf",
                                      "\xe0\x80\xaf",
                                      "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf8\x88\x80\x80",
                                      "\xe3\x81",
                                      "\x1b[2J",
                                      "\x7f",
                                      "\xc2\x85",
                                      "a\r",
                                      "\xf0\x80\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(check_text(bad[i], strlen(bad[i])));
    assert_false(check_text("a\0b", 3));
    assert_true(check_utf8("a\0b\x1b", 4));
    assert_true(check_text("a\n\tb\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf\xef\xbf\xbd", 15));

    struct seen seen;
    assert_true(WALK(request,
                     "\x0a\x07"
                     "adm\0xyz",
                     &seen));
    assert_seen(&seen, "method", OKR__REASON__REASON_BAD_TEXT, "-");
    assert_true(WALK(request, "\x3a\x00\x3a\x04\x12\x02x\xff", &seen)); // the second of two
    assert_seen(&seen, "metadata[1].value", OKR__REASON__REASON_BAD_TEXT, "-");
    assert_true(WALK(request, "\x1a\x02\xff\x00", &seen)); // bytes may be anything
    assert_int_equal(seen.count, 0);
    assert_false(check_wire_strings((const uint8_t *)"\x0a\x01\xff", 3, &okr__request__descriptor,
                                    NULL, NULL)); // nobody to tell
}

static void test_enum_and_unknown(void **state)
{
    (void)state;
    struct seen seen;
    assert_true(WALK(reply, "\x0a\x06\x2a\x04\x10\x29\x0a\x00", &seen));
    assert_int_equal(seen.count, 0);
    assert_true(WALK(reply, "\x0a\x05\x2a\x03\x10\xe7\x07", &seen));
    assert_seen(&seen, "status.violations[0].reason", OKR__REASON__REASON_BAD_ENUM, "999");
    assert_true(WALK(status, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", &seen));
    assert_seen(&seen, "code", OKR__REASON__REASON_BAD_ENUM, "-1");
    assert_true(WALK(reply, "\x0a\x05\x2a\x03\xf8\x01\x00", &seen));
    assert_seen(&seen, "status.violations[0].31", OKR__REASON__REASON_UNKNOWN_FIELD, "31");

    const struct check_options lax = {10, 10, 10, false};
    assert_true(check_wire((const uint8_t *)"\xf8\x01\x00", 3, &okr__reply__descriptor, &lax, note,
                           memset(&seen, 0, sizeof seen)));
    assert_int_equal(seen.count, 0);
}

// Packed enums are checked one by one, and counted.
static void test_packed(void **state)
{
    (void)state;
    struct seen seen;
    assert_true(WALK(policy, "\x0a\x02\x01\x02\x08\x03", &seen));
    assert_int_equal(seen.count, 0);
    assert_true(WALK(policy, "\x08\x01\x0a\x02\x01\x63", &seen));
    assert_seen(&seen, "allow[2]", OKR__REASON__REASON_BAD_ENUM, "99");
    assert_false(WALK(policy, "\x0a\x02\x01\x80", &seen));       // cut inside the pack
    assert_true(WALK(plan_task, "\xb2\x03\x02\x01\x02", &seen)); // int64 resource_uids
    assert_int_equal(seen.count, 0);
}

static void test_limits(void **state)
{
    (void)state;
    const struct check_options small = {4, 2, 3, true};
    struct seen seen = {0};
    static const char too_long[] = "\x0a\x04tttt\x0a\x05ttttt";
    assert_true(check_wire((const uint8_t *)too_long, sizeof too_long - 1,
                           &okr__request__descriptor, &small, note, &seen));
    assert_seen(&seen, "method", OKR__REASON__REASON_TOO_LONG, "4");
    memset(&seen, 0, sizeof seen);
    assert_true(check_wire((const uint8_t *)"\x1a\x03\0\0\0", 5, &okr__request__descriptor, &small,
                           note, &seen));
    assert_seen(&seen, "request_id", OKR__REASON__REASON_TOO_LONG, "2");
    memset(&seen, 0, sizeof seen);
    static const char many[] = "\x22\x01z\x22\x00\x22\x00\x22\x00\x22\x00";
    assert_true(check_wire((const uint8_t *)many, sizeof many - 1, &okr__status__descriptor, &small,
                           note, &seen));
    assert_seen(&seen, "args[3]", OKR__REASON__REASON_TOO_MANY, "3");
    memset(&seen, 0, sizeof seen);
    assert_true(check_wire((const uint8_t *)"\x0a\x05\1\1\1\1\1", 7, &okr__policy__descriptor,
                           &small, note, &seen));
    assert_seen(&seen, "allow[3]", OKR__REASON__REASON_TOO_MANY, "3");
}

static void test_reports_end(void **state)
{
    (void)state;
    static uint8_t bytes[4000];
    struct seen seen = {0};
    for (size_t i = 0; i < sizeof bytes; i += 2)
        memcpy(bytes + i, "\x78", 2); // field 15, varint 0
    assert_true(check_wire_strings(bytes, sizeof bytes, &okr__request__descriptor, note, &seen));
    assert_int_equal(seen.count, CHECK_REPORTS);
}

static void test_malformed(void **state)
{
    (void)state;
    struct seen seen;
    assert_false(WALK(request, "\x0a", &seen));                     // no length
    assert_false(WALK(request, "\x0a\x05t", &seen));                // cut short
    assert_false(WALK(request, "\x08\x00", &seen));                 // a string sent as a varint
    assert_false(WALK(request, "\x02\x00", &seen));                 // field 0
    assert_false(WALK(request, "\x80\x80\x80\x80\x80\x01", &seen)); // endless tag
    assert_false(WALK(request, "\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", &seen));
    assert_false(WALK(request, "\x0a\x80\x80\x80\x80\x80\x00", &seen)); // length of six bytes
    assert_false(WALK(request, "\x0a\xff\xff\xff\xff\x0f", &seen));
    assert_false(WALK(request, "\x79\x00", &seen)); // unknown, 8 bytes, cut
    assert_false(WALK(request, "\x7e\x00", &seen)); // wire type 6
}

// Neither we nor protobuf-c descend into groups or unknown fields, however deep they look.
static void test_nesting(void **state)
{
    (void)state;
    enum { DEEP = 30000 };
    static uint8_t bytes[DEEP];
    struct seen seen = {0};
    memset(bytes, 0x7b, sizeof bytes); // field 15, group start
    assert_false(check_wire_strings(bytes, sizeof bytes, &okr__request__descriptor, note, &seen));
    assert_null(okr__request__unpack(NULL, sizeof bytes, bytes));
    for (size_t i = 0, left = DEEP; i + 4 <= DEEP; i += 4) { // unknown field in unknown field …
        left -= 4;
        bytes[i] = 0x7a;
        bytes[i + 1] = (uint8_t)(left & 0x7f) | 0x80;
        bytes[i + 2] = (uint8_t)((left >> 7) & 0x7f) | 0x80;
        bytes[i + 3] = (uint8_t)(left >> 14);
    }
    assert_true(check_wire_strings(bytes, sizeof bytes, &okr__request__descriptor, note, &seen));
    assert_seen(&seen, "15", OKR__REASON__REASON_UNKNOWN_FIELD, "15");
    Okr__Request *request = okr__request__unpack(NULL, sizeof bytes, bytes);
    assert_non_null(request);
    assert_int_equal(request->base.n_unknown_fields, 1);
    okr__request__free_unpacked(request, NULL);
}

// A type that contains itself, which the contract never has: protoc-c would write this for
// message Loop { optional Loop again = 1; }.
static const ProtobufCMessageDescriptor loop_type;
static const ProtobufCFieldDescriptor loop_fields[] = {{.name = "again",
                                                        .id = 1,
                                                        .label = PROTOBUF_C_LABEL_OPTIONAL,
                                                        .type = PROTOBUF_C_TYPE_MESSAGE,
                                                        .descriptor = &loop_type}};
static const ProtobufCIntRange loop_ranges[] = {{1, 0}, {0, 1}};
static const ProtobufCMessageDescriptor loop_type = {.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
                                                     .name = "Loop",
                                                     .n_fields = 1,
                                                     .fields = loop_fields,
                                                     .n_field_ranges = 1,
                                                     .field_ranges = loop_ranges};

static void test_depth(void **state)
{
    (void)state;
    assert_int_equal(check_descriptor_depth(&okr__metadata__descriptor), 1);
    assert_int_equal(check_descriptor_depth(&okr__request__descriptor), 2);
    assert_int_equal(check_descriptor_depth(&okr__reply__descriptor), 3);
    assert_true(check_descriptor_depth(&loop_type) == SIZE_MAX);

    uint8_t bytes[2 * 20];
    for (int levels = 1; levels <= 20; levels++) {
        for (int i = 0; i < levels - 1; i++) {
            bytes[2 * i] = 0x0a;
            bytes[2 * i + 1] = (uint8_t)(2 * (levels - 2 - i));
        }
        size_t len = 2 * (size_t)(levels - 1);
        assert_int_equal(check_wire_strings(bytes, len, &loop_type, NULL, NULL),
                         levels <= CHECK_DEPTH);
    }
}

// What passes the walk unpacks, and packs to strings of the lengths that were walked.
static void fuzz_one(const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t len)
{
    struct seen seen = {0};
    uint8_t *exact = malloc(len ? len : 1); // so that a sanitizer sees a read beyond the end
    assert_non_null(exact);
    memcpy(exact, data, len);
    bool good = check_wire_strings(exact, len, type, note, &seen);
    ProtobufCMessage *message = protobuf_c_message_unpack(type, NULL, len, exact);
    if (good && seen.count == 0)
        assert_non_null(message);
    if (message)
        protobuf_c_message_free_unpacked(message, NULL);
    free(exact);
}

static void test_fuzz(void **state)
{
    (void)state;
    static const ProtobufCMessageDescriptor *const types[] = {
        &okr__request__descriptor, &okr__reply__descriptor, &okr__push_chunk_request__descriptor,
        &okr__policy__descriptor, &okr__plan_version__descriptor};
    static const char seed[] =
        "\x0a\x16\x08\x07\x10\x29\x1a\x02hi\x22\x01z\x2a\x03\x10\xe7\x07\x32"
        "\x02\x08\x01\x12\x03\x01\x02\x03\x38\x01\x42\x00\x49\0\0\0\0\0\0\0\0";
    const char *rounds = getenv("FUZZ_ROUNDS");
    long count = rounds ? atol(rounds) : 20000;
    srand(20210208);
    for (long i = 0; i < count; i++) {
        uint8_t data[96];
        size_t len = (size_t)rand() % sizeof data;
        for (size_t j = 0; j < len; j++)
            data[j] = (uint8_t)(rand() & (rand() % 3 ? 0x3f : 0xff));
        if (i % 2) {
            len = sizeof seed - 1;
            memcpy(data, seed, len);
            for (int k = 0; k < 3; k++)
                data[(size_t)rand() % len] = (uint8_t)rand();
        }
        fuzz_one(types[i % 5], data, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad_text),
        cmocka_unit_test(test_enum_and_unknown),
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_reports_end),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_nesting),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_fuzz),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
