// The canonical JSON mapping: what is written, what is read, that one undoes the other, and that
// nonsense is refused with a path and without a leak (run it under AddressSanitizer).
#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/arena.h"
#include "common/json.h"
#include "okr/v1/policy.pb-c.h"
#include "okr/v1/envelope.pb-c.h"
#include "okr/v1/plan.pb-c.h"

// What the contract has no example of, as protoc-c lays it out.
struct sample {
    ProtobufCMessage base;
    protobuf_c_boolean has_f, has_u64, has_u32;
    float f;
    uint64_t u64;
    uint32_t u32;
    size_t n_reals;
    double *reals;
    uint32_t choice_case;
    union {
        char *text;
        int32_t number;
    };
};

#define FIELD(NAME, ID, LABEL, TYPE, QUANTIFIER, FLAGS)                                            \
    {                                                                                              \
        .name = #NAME, .id = (ID), .label = PROTOBUF_C_LABEL_##LABEL,                              \
        .type = PROTOBUF_C_TYPE_##TYPE, .quantifier_offset = offsetof(struct sample, QUANTIFIER),  \
        .offset = offsetof(struct sample, NAME), .flags = (FLAGS)                                  \
    }
static const ProtobufCFieldDescriptor sample_fields[] = {
    FIELD(f, 1, OPTIONAL, FLOAT, has_f, 0),
    FIELD(u64, 2, OPTIONAL, UINT64, has_u64, 0),
    FIELD(u32, 3, OPTIONAL, FIXED32, has_u32, 0),
    FIELD(reals, 4, REPEATED, DOUBLE, n_reals, 0),
    FIELD(text, 5, OPTIONAL, STRING, choice_case, PROTOBUF_C_FIELD_FLAG_ONEOF),
    FIELD(number, 6, OPTIONAL, SINT32, choice_case, PROTOBUF_C_FIELD_FLAG_ONEOF)};
static const ProtobufCIntRange sample_ranges[] = {{1, 0}, {0, 6}};
static const ProtobufCMessageDescriptor sample_type;

static void sample_init(ProtobufCMessage *message)
{
    *(struct sample *)message = (struct sample){.base = {.descriptor = &sample_type}};
}

static const ProtobufCMessageDescriptor sample_type = {
    .magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
    .name = "Sample",
    .sizeof_message = sizeof(struct sample),
    .n_fields = 6,
    .fields = sample_fields,
    .n_field_ranges = 1,
    .field_ranges = sample_ranges,
    .message_init = sample_init,
};

// Reads, writes, compares; the message is freed.
static void assert_becomes(const ProtobufCMessageDescriptor *type, const char *text,
                           const char *expected)
{
    char error[200];
    ProtobufCMessage *message = json_to_message(type, text, NULL, error, sizeof error);
    if (!message)
        fail_msg("%s: %s", text, error);
    char *back = json_from_message(message, false);
    assert_string_equal(back, expected);
    free(back);
    protobuf_c_message_free_unpacked(message, NULL);
}

static void assert_same(const ProtobufCMessageDescriptor *type, const char *text)
{
    assert_becomes(type, text, text);
}

static void assert_refused(const ProtobufCMessageDescriptor *type, const char *text,
                           const char *expected)
{
    char error[200] = "";
    assert_null(json_to_message(type, text, NULL, error, sizeof error));
    assert_string_equal(error, expected);
    assert_null(json_to_message(type, text, NULL, NULL, 0));
}

static void test_write(void **state)
{
    (void)state;
    Okr__PlanBaseline baseline = OKR__PLAN_BASELINE__INIT;
    Okr__PlanBaseline *baselines[] = {&baseline};
    Okr__PlanTask task = OKR__PLAN_TASK__INIT;
    baseline.has_number = 1; // set to its zero is set
    baseline.has_work = 1;
    baseline.work = 0.1;
    task.has_uid = 1;
    task.uid = INT64_MIN;
    task.name = "a\"\\\n\x01\x7f週";
    task.has_null = 1;
    task.n_baselines = 1;
    task.baselines = baselines;
    char *text = json_from_message(&task.base, false);
    assert_string_equal(text, "{\"uid\":\"-9223372036854775808\","
                              "\"name\":\"a\\\"\\\\\\n\\u0001\\u007f週\",\"null\":false,"
                              "\"baselines\":[{\"number\":0,\"work\":0.1}]}");
    free(text);
    task = (Okr__PlanTask)OKR__PLAN_TASK__INIT;
    task.wbs = "1\xff.2\xe3\x81";
    text = json_from_message(&task.base, true);
    assert_string_equal(text, "{\n  \"wbs\": \"1\xef\xbf\xbd.2\xef\xbf\xbd\xef\xbf\xbd\"\n}");
    free(text);
}

static void test_pretty(void **state)
{
    (void)state;
    static const char text[] = "{\n  \"sources\": [\n    \"a\",\n    \"b\"\n  ],\n"
                               "  \"tokenHash\": \"AP8=\",\n  \"validDays\": 7\n}";
    ProtobufCMessage *message =
        json_to_message(&okr__delegate_agent_request__descriptor, text, NULL, NULL, 0);
    char *back = json_from_message(message, true);
    assert_string_equal(back, text);
    free(back);
    protobuf_c_message_free_unpacked(message, NULL);
    Okr__ListAgentsRequest empty = OKR__LIST_AGENTS_REQUEST__INIT;
    back = json_from_message(&empty.base, true);
    assert_string_equal(back, "{}");
    free(back);
}

static void test_names(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *type = &okr__plan_resource__descriptor;
    assert_same(type, "{\"maxUnits\":1,\"baseline0Work\":2.5}");
    assert_becomes(type, "{\"max_units\":1.0,\"baseline0_work\":\"2.5\"}",
                   "{\"maxUnits\":1,\"baseline0Work\":2.5}");
    assert_becomes(type, "{\"name\":null,\"uid\":5}", "{\"uid\":\"5\"}");
    assert_refused(type, "{\"max_units\":1,\"maxUnits\":2}", "given twice: \"max_units\"");
    assert_refused(type, "{\"MaxUnits\":1}", "unknown name \"MaxUnits\"");
    assert_refused(type, "{\"maxUnit\":1}", "unknown name \"maxUnit\"");
    assert_refused(type, "{\"max__units\":1}", "unknown name \"max__units\"");
    assert_refused(type, "{\"\\u001b[2J\":1}", "unknown name \"(not printable)\"");
    assert_refused(&okr__push_chunk_request__descriptor,
                   "{\"tasks\":[{},{\"baselines\":[{\"x\":1}]}]}",
                   "tasks[1].baselines[0]: unknown name \"x\"");
    assert_refused(&okr__push_chunk_request__descriptor, "{\"tasks\":[{\"predecessors\":{}}]}",
                   "tasks[0].predecessors[0]: not an array");
}

static void test_integers(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *type = &okr__plan_baseline__descriptor;
    assert_becomes(type, "{\"number\":\"2147483647\"}", "{\"number\":2147483647}");
    assert_becomes(type, "{\"number\":-2147483648}", "{\"number\":-2147483648}");
    assert_becomes(type, "{\"number\":1e3}", "{\"number\":1000}");
    assert_becomes(type, "{\"number\":-0.0}", "{\"number\":0}");
    assert_refused(type, "{\"number\":2147483648}", "number: the integer is out of range");
    assert_refused(type, "{\"number\":-2147483649}", "number: the integer is out of range");
    static const char *const bad[] = {"1.5",      "\"\"",  "\"1x\"", "\" 1\"", "\"+1\"",
                                      "\"0x10\"", "true",  "\"01\"", "[]",     "\"-\"",
                                      "\"1.0\"",  "1e300", "{}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "{\"number\":%s}", bad[i]);
        assert_refused(type, text, "number: not an integer");
    }
    type = &okr__plan_task__descriptor;
    assert_same(type, "{\"uid\":\"9223372036854775807\"}");
    assert_same(type, "{\"uid\":\"-9223372036854775808\",\"resourceUids\":[\"0\",\"-1\"]}");
    assert_becomes(type, "{\"uid\":9223372036854775807}", "{\"uid\":\"9223372036854775807\"}");
    assert_refused(type, "{\"uid\":\"9223372036854775808\"}", "uid: the integer is out of range");
    assert_refused(type, "{\"uid\":\"99999999999999999999\"}", "uid: not an integer");
    assert_same(&sample_type, "{\"u64\":\"18446744073709551615\",\"u32\":4294967295}");
    assert_refused(&sample_type, "{\"u64\":-1}", "u64: the integer is out of range");
    assert_refused(&sample_type, "{\"u32\":4294967296}", "u32: the integer is out of range");
}

static void test_reals(void **state)
{
    (void)state;
    assert_same(&sample_type, "{\"f\":0.1,\"reals\":[0,-0.0,0.1,1e+300,5e-324,123456.789,"
                              "0.30000000000000004,1.7976931348623157e+308,"
                              "2.2250738585072014e-308,\"NaN\",\"Infinity\",\"-Infinity\"]}");
    assert_same(&sample_type, "{\"f\":3.4028235e+38}");
    assert_same(&sample_type, "{\"f\":1e-45}");
    assert_becomes(&sample_type, "{\"f\":\"-1E2\"}", "{\"f\":-100}");
    assert_refused(&sample_type, "{\"f\":3.5e38}", "f: the number is out of range");
    assert_refused(&sample_type, "{\"reals\":[1,\"1,5\"]}", "reals[1]: not a number");
    assert_refused(&sample_type, "{\"reals\":[\"nan\"]}", "reals[0]: not a number");
    assert_refused(&sample_type, "{\"reals\":[null]}", "reals[0]: not a number");
}

// Any double comes back bit by bit.
static void test_random_reals(void **state)
{
    (void)state;
    srand(7);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = 0;
        for (int k = 0; k < 5; k++)
            bits = bits << 15 ^ (uint64_t)rand();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isnan(value) || isinf(value))
            continue;
        Okr__PlanBaseline message = OKR__PLAN_BASELINE__INIT;
        message.has_cost = 1;
        message.cost = value;
        char *text = json_from_message(&message.base, false);
        ProtobufCMessage *back =
            json_to_message(&okr__plan_baseline__descriptor, text, NULL, NULL, 0);
        assert_non_null(back);
        assert_memory_equal(&((Okr__PlanBaseline *)back)->cost, &value, sizeof value);
        protobuf_c_message_free_unpacked(back, NULL);
        free(text);
    }
}

static void test_oneof(void **state)
{
    (void)state;
    assert_same(&sample_type, "{\"text\":\"\"}");
    assert_same(&sample_type, "{\"number\":0}");
    assert_refused(&sample_type, "{\"text\":\"a\",\"number\":1}",
                   "number: another field of the same choice is set");
}

static void test_enums(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *type = &okr__policy__descriptor;
    assert_same(type, "{\"allow\":[\"ROLE_PL\",\"ROLE_AGENT\"],\"effect\":\"EFFECT_READ\"}");
    assert_becomes(type, "{\"allow\":[5],\"members\":true}",
                   "{\"allow\":[\"ROLE_PL\"],\"members\":true}");
    assert_refused(type, "{\"allow\":[\"ROLE_PL\",\"role_pl\"]}", "allow[1]: no value of Role");
    assert_refused(type, "{\"effect\":99}", "effect: no value of Effect");
    assert_refused(type, "{\"members\":1}", "members: not true or false");
    Okr__Policy policy = OKR__POLICY__INIT;
    policy.has_effect = 1;
    policy.effect = (Okr__Effect)77; // from a newer server
    char *text = json_from_message(&policy.base, false);
    assert_string_equal(text, "{\"effect\":77}");
    free(text);
}

static void test_bytes(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *type = &okr__reply__descriptor;
    assert_same(type, "{\"body\":\"\"}");
    assert_same(type, "{\"body\":\"+/8=\"}");
    assert_becomes(type, "{\"body\":\"-_8\"}", "{\"body\":\"+/8=\"}");
    assert_same(type, "{\"body\":\"AAECAwQF\"}");
    assert_refused(type, "{\"body\":\"A\"}", "body: not base64");
    assert_refused(type, "{\"body\":\"AA==x\"}", "body: not base64");
    assert_refused(type, "{\"body\":1}", "body: not a string of base64");
}

static void test_malformed(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "[]",
                                      "1",
                                      "{",
                                      "{}x",
                                      "{\"uid\":1,\"uid\":2}",
                                      "{\"name\":\"\\u0000\"}",
                                      "{\"name\":\"\xff\"}",
                                      "{\"name\":\"\\ud800\"}",
                                      "{'name':1}",
                                      "{\"uid\":01}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char error[100] = "";
        assert_null(
            json_to_message(&okr__plan_task__descriptor, bad[i], NULL, error, sizeof error));
        assert_true(error[0] != '\0');
    }
    assert_refused(&okr__plan_task__descriptor, "[]", "not an object");
    assert_refused(&okr__plan_task__descriptor, "{\"name\":5}", "name: not a string");
    assert_refused(&okr__push_chunk_request__descriptor, "{\"tasks\":[5]}",
                   "tasks[0]: not an object");
    char tiny[4];
    assert_null(json_to_message(&okr__plan_task__descriptor, "[]", NULL, tiny, sizeof tiny));
    assert_string_equal(tiny, "not");
}

static void test_arena(void **state)
{
    (void)state;
    static const char text[] = "{\"tasks\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}";
    for (size_t cap = 0; cap < 8192; cap += 16) {
        struct arena *a = arena_new(cap);
        char error[64];
        ProtobufCMessage *message = json_to_message(&okr__push_chunk_request__descriptor, text,
                                                    arena_allocator(a), error, sizeof error);
        assert_int_equal(message == NULL, arena_exhausted(a));
        if (!message)
            assert_non_null(strstr(error, "out of memory"));
        arena_free(a);
    }
}

// A locale with a decimal comma, where the machine has one.
static void test_locale(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
        skip();
    assert_same(&sample_type, "{\"f\":0.5,\"reals\":[1.25,\"NaN\"]}");
    assert_becomes(&sample_type, "{\"f\":\"0.5\"}", "{\"f\":0.5}");
    setlocale(LC_ALL, "C");
}

// Mutated texts: whatever is taken is written as text that is taken again and says the same.
static void test_fuzz(void **state)
{
    (void)state;
    static const char seed[] =
        "{\"tasks\":[{\"uid\":\"12\",\"name\":\"\\u9031\",\"work\":1.5e2,\"summary\":true,"
        "\"baselines\":[{\"number\":1,\"cost\":\"NaN\"}],\"resourceUids\":[1,\"2\"]}],"
        "\"upload_id\":7}";
    static const char letters[] = "{}[]\",:\\u0123456789.-+eEtruefalsn Ia_";
    const char *rounds = getenv("FUZZ_ROUNDS");
    long count = rounds ? atol(rounds) : 20000, taken = 0;
    srand(20210208);
    for (long i = 0; i < count; i++) {
        char text[sizeof seed];
        memcpy(text, seed, sizeof seed);
        for (int k = rand() % 3; k >= 0; k--)
            text[(size_t)rand() % (sizeof seed - 1)] =
                rand() % 4 ? letters[(size_t)rand() % (sizeof letters - 1)] : (char)rand();
        ProtobufCMessage *message =
            json_to_message(&okr__push_chunk_request__descriptor, text, NULL, NULL, 0);
        if (!message)
            continue;
        taken++;
        char *written = json_from_message(message, rand() % 2);
        ProtobufCMessage *again =
            json_to_message(&okr__push_chunk_request__descriptor, written, NULL, NULL, 0);
        assert_non_null(again);
        char *first = json_from_message(message, false), *second = json_from_message(again, false);
        assert_string_equal(first, second);
        free(first);
        free(second);
        free(written);
        protobuf_c_message_free_unpacked(message, NULL);
        protobuf_c_message_free_unpacked(again, NULL);
    }
    assert_true(taken > count / 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write), cmocka_unit_test(test_pretty),
        cmocka_unit_test(test_names), cmocka_unit_test(test_integers),
        cmocka_unit_test(test_reals), cmocka_unit_test(test_random_reals),
        cmocka_unit_test(test_oneof), cmocka_unit_test(test_enums),
        cmocka_unit_test(test_bytes), cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_arena), cmocka_unit_test(test_locale),
        cmocka_unit_test(test_fuzz),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
