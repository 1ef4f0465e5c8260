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
#include "tests/support/filled.h"

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

static char *text_of(size_t characters)
{
    char *text = arena_alloc(arena, characters * 3 + 1);
    for (size_t i = 0; i < characters; i++)
        memcpy(text + i * 3, "\xE3\x81\x82", 3);
    text[characters * 3] = '\0';
    return text;
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
        filled_integer(s->field, s->value, 0);
        assert_refused(s->path, "0", OKR__REASON__REASON_REQUIRED);
        filled_integer(s->field, s->value, 1);
        assert_passes(s->path, "1");
        tried++;
    }
    if (s->c->has_least) {
        filled_integer(s->field, s->value, s->c->least - 1);
        assert_refused(s->path, "below", OKR__REASON__REASON_BAD_VALUE);
        tried++;
    }
    if (s->c->has_most) {
        filled_integer(s->field, s->value, s->c->most);
        assert_passes(s->path, "the most");
        filled_integer(s->field, s->value, s->c->most + 1);
        assert_refused(s->path, "above", OKR__REASON__REASON_BAD_VALUE);
        tried++;
    }
    filled_value(arena, s->field, s->c, s->value, 0);
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
        filled_integer(s->field, s->value, 0);
        assert_refused(s->path, "unspecified", OKR__REASON__REASON_REQUIRED);
        filled_integer(s->field, s->value, 1);
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
    protobuf_c_boolean *has = filled_slot(s->message, s->field->quantifier_offset);
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
        filled_list(arena, s->message, s->field, s->c, s->c->items);
        assert_passes(list, "as many as there may be");
        filled_list(arena, s->message, s->field, s->c, s->c->items + 1);
        assert_refused(list, "too many", OKR__REASON__REASON_TOO_MANY);
        tried++;
    }
    filled_list(arena, s->message, s->field, s->c, 0);
    if (s->c->required)
        assert_refused(list, "empty", OKR__REASON__REASON_REQUIRED);
    else
        assert_passes(list, "empty");
    tried += s->c->required;
    if (s->c->unique) {
        filled_list(arena, s->message, s->field, s->c, 2);
        char *items = *(char **)filled_slot(s->message, s->field->offset);
        memcpy(items + filled_size(s->field->type), items, filled_size(s->field->type));
        snprintf(s->path, sizeof s->path, "%.150s[1]", list);
        assert_refused(s->path, "twice", OKR__REASON__REASON_DUPLICATE);
        tried++;
    }
    filled_list(arena, s->message, s->field, s->c, 1);
    s->value = *(char **)filled_slot(s->message, s->field->offset);
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
        struct spot s = {field, c, message, filled_slot(message, field->offset), ""};
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
        ProtobufCMessage *request = filled_new(arena, method->request, method->check);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_refuses_what_it_is_there_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
