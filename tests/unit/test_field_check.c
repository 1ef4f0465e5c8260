// Every option of the contract on a field of a request does what it says: for each one a value that
// passes, and one that is refused with the field's path and the right reason. The messages are
// filled and broken along the table, so that a new option is looked at too; that the table says
// what the .proto says is looked at for one field of each kind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/arena.h"
#include "common/field_check.h"
#include "common/field_format.h"
#include "okr/all.h"
#include "okr/methods.h"

typedef ProtobufCFieldDescriptor field_desc;

static struct arena *arena;
static const ProtobufCMessage *whole; // the request that is being looked at
static const struct rpc_method *method;
static int tried, refused_once;

// ---- what the walk reports ---------------------------------------------------------------------

struct seen {
    int n;
    char path[200];
    Okr__Reason reason;
    char arg[100];
};

static void see(void *ctx, const char *path, Okr__Reason reason, const char *arg)
{
    struct seen *seen = ctx;
    seen->n++;
    snprintf(seen->path, sizeof seen->path, "%s", path);
    seen->reason = reason;
    snprintf(seen->arg, sizeof seen->arg, "%s", arg ? arg : "");
}

static void assert_passes(const char *path, const char *what)
{
    struct seen seen = {0};
    field_check(method->check, whole, see, &seen);
    if (seen.n > 0)
        fail_msg("%s: %s %s: refused: %s %d %s", method->name, path, what, seen.path,
                 (int)seen.reason, seen.arg);
}

static void assert_refused(const char *path, const char *what, Okr__Reason reason)
{
    struct seen seen = {0};
    field_check(method->check, whole, see, &seen);
    if (seen.n != 1 || strcmp(seen.path, path) != 0 || seen.reason != reason)
        fail_msg("%s: %s %s: %d violations, %s %d", method->name, path, what, seen.n, seen.path,
                 (int)seen.reason);
    refused_once++;
}

// ---- values that pass --------------------------------------------------------------------------

static const char *const passing[] = {
    [OKR__FORMAT__FORMAT_UNSPECIFIED] = "x",
    [OKR__FORMAT__FORMAT_DAY] = "2021-02-08",
    [OKR__FORMAT__FORMAT_WEEK] = "2021-W06",
    [OKR__FORMAT__FORMAT_MONTH] = "2021-02",
    [OKR__FORMAT__FORMAT_QUARTER] = "2021Q1",
    [OKR__FORMAT__FORMAT_HANDLE] = "kim",
    [OKR__FORMAT__FORMAT_ROLE] = "pl",
    [OKR__FORMAT__FORMAT_SOURCE] = "program",
    [OKR__FORMAT__FORMAT_CLOCK] = "2021-02-08T08:00:00",
    [OKR__FORMAT__FORMAT_SHA256] =
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
};

static char *text_of(size_t characters)
{
    char *text = arena_alloc(arena, characters * 3 + 1);
    for (size_t i = 0; i < characters; i++)
        memcpy(text + i * 3, "\xE3\x81\x82", 3);
    text[characters * 3] = '\0';
    return text;
}

// The n-th of texts that differ, in the form that is asked for.
static char *text_number(Okr__Format format, size_t n)
{
    char *text = arena_alloc(arena, 80);
    if (format == OKR__FORMAT__FORMAT_UNSPECIFIED || format == OKR__FORMAT__FORMAT_SOURCE)
        snprintf(text, 80, "x%zu", n);
    else
        snprintf(text, 80, "%s", passing[format]);
    return text;
}

static size_t size_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    default:
        return 4;
    }
}

static void write_integer(const field_desc *field, void *at, int64_t value)
{
    if (field->type == PROTOBUF_C_TYPE_INT64)
        *(int64_t *)at = value;
    else
        *(int32_t *)at = (int32_t)value;
}

static ProtobufCMessage *fill(const ProtobufCMessageDescriptor *type,
                              const struct message_check *check);

static void write_value(const field_desc *field, const struct field_check *c, void *at, size_t n)
{
    static uint8_t zeroes[64];
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        *(char **)at = text_number(c->format, n);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){c->bytes, zeroes};
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)at = fill(field->descriptor, c->inner);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *)at = 1;
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)at = 1;
        break;
    default:
        write_integer(field, at, c->has_least ? c->least + (int64_t)n : 1 + (int64_t)n);
    }
}

static void *slot(const ProtobufCMessage *message, size_t offset)
{
    return (char *)(uintptr_t)message + offset;
}

static void write_list(ProtobufCMessage *message, const field_desc *field,
                       const struct field_check *c, size_t n)
{
    size_t size = size_of(field->type);
    char *items = arena_alloc(arena, n * size + 1);
    for (size_t i = 0; i < n; i++)
        write_value(field, c, items + i * size, i);
    *(size_t *)slot(message, field->quantifier_offset) = n;
    *(char **)slot(message, field->offset) = items;
}

static ProtobufCMessage *fill(const ProtobufCMessageDescriptor *type,
                              const struct message_check *check)
{
    ProtobufCMessage *message = arena_alloc(arena, type->sizeof_message);
    protobuf_c_message_init(type, message);
    for (size_t i = 0; check && i < check->n_fields; i++) {
        const struct field_check *c = &check->fields[i];
        const field_desc *field = protobuf_c_message_descriptor_get_field(type, c->number);
        assert_non_null(field);
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            write_list(message, field, c, 1);
            continue;
        }
        if (field->quantifier_offset)
            *(protobuf_c_boolean *)slot(message, field->quantifier_offset) = 1;
        write_value(field, c, slot(message, field->offset), 0);
    }
    return message;
}

// ---- one option at a time ----------------------------------------------------------------------

// Where an option is tried: a field, or the first element of a list.
struct spot {
    const field_desc *field;
    const struct field_check *c;
    ProtobufCMessage *message;
    void *value;
    char path[160];
};

static void try_text(struct spot *s)
{
    char **at = s->value, *fine = *at;
    static char blank[] = " \xE3\x80\x80", odd[] = "No such form!";
    bool why = strcmp(s->field->name, "reason") == 0;
    if (s->c->required || s->c->filled) {
        *at = blank;
        assert_refused(s->path, "blank",
                       why ? OKR__REASON__REASON_REASON_REQUIRED : OKR__REASON__REASON_REQUIRED);
        tried++;
    }
    if (s->c->characters) {
        *at = text_of(s->c->characters);
        assert_passes(s->path, "as long as it may be");
        *at = text_of(s->c->characters + 1);
        assert_refused(s->path, "too long", OKR__REASON__REASON_TOO_LONG);
        tried++;
    }
    if (s->c->format) {
        *at = odd;
        assert_refused(s->path, "of no form", format_reason(s->c->format));
        tried++;
    }
    *at = fine;
}

static void try_integer(struct spot *s)
{
    if (s->c->id) {
        write_integer(s->field, s->value, 0);
        assert_refused(s->path, "0", OKR__REASON__REASON_REQUIRED);
        write_integer(s->field, s->value, 1);
        assert_passes(s->path, "1");
        tried++;
    }
    if (s->c->has_least) {
        write_integer(s->field, s->value, s->c->least - 1);
        assert_refused(s->path, "below", OKR__REASON__REASON_BAD_VALUE);
        tried++;
    }
    if (s->c->has_most) {
        write_integer(s->field, s->value, s->c->most);
        assert_passes(s->path, "the most");
        write_integer(s->field, s->value, s->c->most + 1);
        assert_refused(s->path, "above", OKR__REASON__REASON_BAD_VALUE);
        tried++;
    }
    write_value(s->field, s->c, s->value, 0);
}

static void try_number(struct spot *s)
{
    double *at = s->value;
    const double above = s->c->has_most ? (double)s->c->most + 0.5 : INFINITY;
    const double below = s->c->has_least ? (double)s->c->least - 0.5 : -INFINITY;
    const double bad[] = {above, below, (double)NAN};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        *at = bad[i];
        assert_refused(s->path, "no such number", OKR__REASON__REASON_BAD_VALUE);
    }
    if (s->c->format == OKR__FORMAT__FORMAT_AMOUNT) {
        *at = 1e18;
        assert_passes(s->path, "1e18");
        *at = -2e18;
        assert_refused(s->path, "-2e18", OKR__REASON__REASON_BAD_VALUE);
    }
    *at = 1;
    tried++;
}

static void try_bytes(struct spot *s)
{
    ProtobufCBinaryData *at = s->value;
    at->len = s->c->bytes - 1;
    assert_refused(s->path, "a byte short", OKR__REASON__REASON_BAD_VALUE);
    at->len = s->c->bytes + 1;
    assert_refused(s->path, "a byte long", OKR__REASON__REASON_BAD_VALUE);
    at->len = s->c->bytes;
    tried++;
}

static void try_fields(ProtobufCMessage *message, const struct message_check *check,
                       const char *path);

static void try_value(struct spot *s)
{
    switch (s->field->type) {
    case PROTOBUF_C_TYPE_STRING:
        try_text(s);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        try_bytes(s);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        try_number(s);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        if (s->c->inner)
            try_fields(*(ProtobufCMessage **)s->value, s->c->inner, s->path);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        write_integer(s->field, s->value, 0);
        assert_refused(s->path, "unspecified", OKR__REASON__REASON_REQUIRED);
        write_integer(s->field, s->value, 1);
        tried++;
        break;
    case PROTOBUF_C_TYPE_BOOL:
        break;
    default:
        try_integer(s);
    }
}

// Absent: refused where the field is required, and only there.
static void try_absent(struct spot *s)
{
    bool pointer =
        s->field->type == PROTOBUF_C_TYPE_STRING || s->field->type == PROTOBUF_C_TYPE_MESSAGE;
    bool why = strcmp(s->field->name, "reason") == 0;
    void *kept = pointer ? *(void **)s->value : NULL;
    protobuf_c_boolean *has = slot(s->message, s->field->quantifier_offset);
    if (pointer)
        *(void **)s->value = NULL;
    else
        *has = 0;
    if (s->c->required)
        assert_refused(s->path, "absent",
                       why ? OKR__REASON__REASON_REASON_REQUIRED : OKR__REASON__REASON_REQUIRED);
    else
        assert_passes(s->path, "absent");
    if (pointer)
        *(void **)s->value = kept;
    else
        *has = 1;
    tried += s->c->required;
}

static void try_list(struct spot *s)
{
    char list[160];
    snprintf(list, sizeof list, "%s", s->path);
    if (s->c->items) {
        write_list(s->message, s->field, s->c, s->c->items);
        assert_passes(list, "as many as there may be");
        write_list(s->message, s->field, s->c, s->c->items + 1);
        assert_refused(list, "too many", OKR__REASON__REASON_TOO_MANY);
        tried++;
    }
    write_list(s->message, s->field, s->c, 0);
    if (s->c->required)
        assert_refused(list, "empty", OKR__REASON__REASON_REQUIRED);
    else
        assert_passes(list, "empty");
    tried += s->c->required;
    if (s->c->unique) {
        write_list(s->message, s->field, s->c, 2);
        char *items = *(char **)slot(s->message, s->field->offset);
        memcpy(items + size_of(s->field->type), items, size_of(s->field->type));
        snprintf(s->path, sizeof s->path, "%.150s[1]", list);
        assert_refused(s->path, "twice", OKR__REASON__REASON_DUPLICATE);
        tried++;
    }
    write_list(s->message, s->field, s->c, 1);
    s->value = *(char **)slot(s->message, s->field->offset);
    snprintf(s->path, sizeof s->path, "%.150s[0]", list);
    try_value(s);
}

static void try_fields(ProtobufCMessage *message, const struct message_check *check,
                       const char *path)
{
    for (size_t i = 0; i < check->n_fields; i++) {
        const struct field_check *c = &check->fields[i];
        const field_desc *field =
            protobuf_c_message_descriptor_get_field(message->descriptor, c->number);
        struct spot s = {field, c, message, slot(message, field->offset), ""};
        snprintf(s.path, sizeof s.path, "%.80s%s%.70s", path, *path ? "." : "", field->name);
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            try_list(&s);
            continue;
        }
        try_absent(&s);
        try_value(&s);
    }
}

static void every_option_refuses_what_it_is_there_for(void **state)
{
    (void)state;
    int requests = 0;
    for (int id = 0; id < RPC_COUNT; id++) {
        method = &rpc_methods[id];
        if (!method->check)
            continue;
        arena = arena_new(64 << 20);
        ProtobufCMessage *request = fill(method->request, method->check);
        whole = request;
        assert_passes("", "filled");
        try_fields(request, method->check, "");
        assert_passes("", "as it was");
        arena_free(arena);
        requests++;
    }
    print_message("%d requests, %d options, %d refusals\n", requests, tried, refused_once);
    assert_true(requests > 100);
    assert_true(tried > 500);
}

// Several violations come together, in the order of the fields.
static void violations_collect(void **state)
{
    (void)state;
    Okr__CloseWeekRequest request = OKR__CLOSE_WEEK_REQUEST__INIT;
    Okr__SetResultRequest result = OKR__SET_RESULT_REQUEST__INIT;
    Okr__SetResultRequest *results[] = {&result, &result};
    Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
    Okr__NewGoal *goals[] = {&goal};
    request.week = (char *)(uintptr_t) "2021-W54";
    request.results = results;
    request.n_results = 2;
    request.next_goals = goals;
    request.n_next_goals = 1;
    struct seen seen = {0};
    field_check(rpc_methods[RPC_WEEK_CLOSE_WEEK].check, &request.base, see, &seen);
    assert_int_equal(seen.n, 9); // project_id, week, 2 × (id, version, result), text
    assert_string_equal(seen.path, "next_goals[0].text");
}

static const struct field_check *row(enum rpc_id id, uint32_t number)
{
    const struct field_check *c = field_check_of(rpc_methods[id].check, number);
    assert_non_null(c);
    return c;
}

static void the_table_says_what_the_contract_says(void **state)
{
    (void)state;
    assert_true(row(RPC_WEEK_SET_RESULT, 1)->required && row(RPC_WEEK_SET_RESULT, 1)->id);
    assert_int_equal(row(RPC_WEEK_DROP_GOAL, 3)->characters, 2000);
    assert_int_equal(row(RPC_WEEK_CLOSE_WEEK, 3)->items, 50);
    assert_false(row(RPC_WEEK_CLOSE_WEEK, 3)->required);
    assert_int_equal(row(RPC_WEEK_CLOSE_WEEK, 2)->format, OKR__FORMAT__FORMAT_WEEK);
    assert_true(row(RPC_QUARTER_UPDATE_OBJECTIVE, 3)->filled);
    assert_true(row(RPC_PROJECT_DECIDE, 6)->unique);
    assert_int_equal(row(RPC_SERVER_LOGIN, 3)->bytes, 32);
    assert_int_equal(row(RPC_MONDAY_LIST_HOLIDAYS, 1)->least, 2000);
    assert_int_equal(row(RPC_MONDAY_LIST_HOLIDAYS, 1)->most, 2100);
    const struct message_check *add = row(RPC_QUARTER_ADD_KEY_RESULT, 1)->inner;
    const struct message_check *update = row(RPC_QUARTER_UPDATE_KEY_RESULT, 1)->inner;
    assert_true(field_check_of(add, 3)->required && !field_check_of(add, 1)->required);
    assert_true(!field_check_of(update, 3)->required && field_check_of(update, 1)->required);
}

// A limit is told as people write it.
static void a_range_is_told(void **state)
{
    (void)state;
    char range[FIELD_RANGE_SIZE];
    const struct message_check *load = rpc_methods[RPC_PLAN_ANALYSIS_GET_LOAD].check;
    field_range(field_check_of(load, 2), range);
    assert_string_equal(range, "1 .. 26");
    const struct message_check *add = rpc_methods[RPC_QUARTER_ADD_OBJECTIVE].check;
    field_range(field_check_of(add, 4), range);
    assert_string_equal(range, ">= 1");
    field_range(field_check_of(add, 2), range);
    assert_string_equal(range, "");
    assert_null(field_check_of(add, 99));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_refuses_what_it_is_there_for),
        cmocka_unit_test(violations_collect),
        cmocka_unit_test(the_table_says_what_the_contract_says),
        cmocka_unit_test(a_range_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
