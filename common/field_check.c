// The walk over an unpacked message, along the table: what the table does not name is not looked
// at.
#include "common/field_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "common/field_format.h"

enum { PATH_BYTES = 512 };

// Where the walk stands: a field, or an element of one. Written out only for a report.
struct place {
    const struct place *up;
    const ProtobufCFieldDescriptor *field;
    bool listed;
    size_t index;
};

struct walk {
    check_report *report;
    void *ctx;
};

static void walk(const struct walk *w, const struct message_check *check,
                 const ProtobufCMessage *message, const struct place *up);

static size_t write_path(const struct place *at, char *buf)
{
    size_t len = at->up ? write_path(at->up, buf) : 0;
    int n = snprintf(buf + len, PATH_BYTES - len, "%s%s", len ? "." : "", at->field->name);
    len += (size_t)n < PATH_BYTES - len ? (size_t)n : PATH_BYTES - len - 1;
    if (at->listed) {
        n = snprintf(buf + len, PATH_BYTES - len, "[%zu]", at->index);
        len += (size_t)n < PATH_BYTES - len ? (size_t)n : PATH_BYTES - len - 1;
    }
    return len;
}

static void report(const struct walk *w, const struct place *at, Okr__Reason reason,
                   const char *arg)
{
    char path[PATH_BYTES];
    write_path(at, path);
    w->report(w->ctx, path, reason, arg);
}

static void report_limit(const struct walk *w, const struct place *at, Okr__Reason reason,
                         uint32_t limit)
{
    char arg[16];
    snprintf(arg, sizeof arg, "%" PRIu32, limit);
    report(w, at, reason, arg);
}

static void report_missing(const struct walk *w, const struct place *at)
{
    bool why =
        strcmp(at->field->name, "reason") == 0; // asked for in one way, wherever it is missing
    report(w, at, why ? OKR__REASON__REASON_REASON_REQUIRED : OKR__REASON__REASON_REQUIRED, NULL);
}

void field_range(const struct field_check *check, char buf[FIELD_RANGE_SIZE])
{
    if (check->has_least && check->has_most)
        snprintf(buf, FIELD_RANGE_SIZE, "%" PRId64 " .. %" PRId64, check->least, check->most);
    else if (check->has_least || check->has_most)
        snprintf(buf, FIELD_RANGE_SIZE, "%s %" PRId64,
                 check->has_least ? ">=" : "<=", check->has_least ? check->least : check->most);
    else
        buf[0] = '\0';
}

static void report_range(const struct walk *w, const struct field_check *check,
                         const struct place *at)
{
    char range[FIELD_RANGE_SIZE];
    field_range(check, range);
    report(w, at, OKR__REASON__REASON_BAD_VALUE, range);
}

// ---- values -----------------------------------------------------------------------------------

static void judge_text(const struct walk *w, const struct field_check *check,
                       const struct place *at, const char *text)
{
    if ((check->required || check->filled) && text_is_blank(text)) {
        report_missing(w, at);
    } else if (check->characters && text_characters(text) > check->characters) {
        report_limit(w, at, OKR__REASON__REASON_TOO_LONG, check->characters);
    } else if (!format_fits(check->format, text)) {
        Okr__Reason reason = format_reason(check->format);
        report(w, at, reason,
               reason == OKR__REASON__REASON_BAD_VALUE ? format_form(check->format) : text);
    }
}

static void judge_integer(const struct walk *w, const struct field_check *check,
                          const struct place *at, int64_t value)
{
    if (check->id && value <= 0)
        report_missing(w, at);
    else if ((check->has_least && value < check->least) || (check->has_most && value > check->most))
        report_range(w, check, at);
}

static void judge_number(const struct walk *w, const struct field_check *check,
                         const struct place *at, double value)
{
    bool inside = (!check->has_least || value >= (double)check->least) &&
                  (!check->has_most || value <= (double)check->most);
    if (!inside) // a NaN is not inside either
        report_range(w, check, at);
    else if (!format_fits_number(check->format, value))
        report(w, at, format_reason(check->format), format_form(check->format));
}

static void judge_bytes(const struct walk *w, const struct field_check *check,
                        const struct place *at, size_t len)
{
    char arg[24];
    if (!check->bytes || len == check->bytes)
        return;
    snprintf(arg, sizeof arg, "%" PRIu32 " bytes", check->bytes);
    report(w, at, OKR__REASON__REASON_BAD_VALUE, arg);
}

// protobuf-c keeps every integer in 32 or 64 bits, unsigned ones too.
static int64_t integer_at(ProtobufCType type, const void *at)
{
    switch (type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return *(const int64_t *)at;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return *(const uint32_t *)at;
    default:
        return *(const int32_t *)at;
    }
}

static void judge_value(const struct walk *w, const struct field_check *check,
                        const struct place *here, const void *at)
{
    switch (here->field->type) {
    case PROTOBUF_C_TYPE_STRING:
        judge_text(w, check, here, *(char *const *)at);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        judge_bytes(w, check, here, ((const ProtobufCBinaryData *)at)->len);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        if (check->inner)
            walk(w, check->inner, *(const ProtobufCMessage *const *)at, here);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        judge_number(w, check, here, *(const double *)at);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        if ((check->required || check->filled) && integer_at(PROTOBUF_C_TYPE_ENUM, at) == 0)
            report_missing(w, here);
        break;
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_FLOAT:
        break;
    default:
        judge_integer(w, check, here, integer_at(here->field->type, at));
    }
}

// ---- lists ------------------------------------------------------------------------------------

static size_t size_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    default:
        return 4;
    }
}

// Texts and numbers: the build refuses `unique` on anything else.
static void judge_unique(const struct walk *w, const struct place *here, const char *items)
{
    bool texts = here->field->type == PROTOBUF_C_TYPE_STRING;
    size_t size = size_of(here->field->type);
    const char *item = items + here->index * size;
    for (const char *other = items; other < item; other += size) {
        bool same = texts ? strcmp(*(char *const *)(const void *)other,
                                   *(char *const *)(const void *)item) == 0
                          : memcmp(other, item, size) == 0;
        if (same) {
            report(w, here, OKR__REASON__REASON_DUPLICATE,
                   texts ? *(char *const *)(const void *)item : NULL);
            return;
        }
    }
}

static void judge_list(const struct walk *w, const struct field_check *check, struct place here,
                       const ProtobufCMessage *message)
{
    const char *base = (const char *)message;
    size_t n = *(const size_t *)(const void *)(base + here.field->quantifier_offset);
    const char *items = *(char *const *)(const void *)(base + here.field->offset);
    size_t size = size_of(here.field->type);
    if (check->required && n == 0)
        report_missing(w, &here);
    if (check->items && n > check->items) {
        report_limit(w, &here, OKR__REASON__REASON_TOO_MANY, check->items);
        return;
    }
    here.listed = true;
    for (here.index = 0; here.index < n; here.index++) {
        judge_value(w, check, &here, items + here.index * size);
        if (check->unique)
            judge_unique(w, &here, items);
    }
}

// ---- messages ---------------------------------------------------------------------------------

// protobuf-c: texts and messages are there when their pointer is, the others when has_ says so.
static bool is_given(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const char *base = (const char *)message;
    if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        return *(void *const *)(const void *)(base + field->offset) != NULL;
    return *(const protobuf_c_boolean *)(const void *)(base + field->quantifier_offset) != 0;
}

static void walk(const struct walk *w, const struct message_check *check,
                 const ProtobufCMessage *message, const struct place *up)
{
    for (size_t i = 0; i < check->n_fields; i++) {
        const struct field_check *c = &check->fields[i];
        struct place here = {
            .up = up,
            .field = protobuf_c_message_descriptor_get_field(message->descriptor, c->number),
        };
        if (here.field->label == PROTOBUF_C_LABEL_REPEATED)
            judge_list(w, c, here, message);
        else if (is_given(message, here.field))
            judge_value(w, c, &here, (const char *)message + here.field->offset);
        else if (c->required)
            report_missing(w, &here);
    }
}

void field_check(const struct message_check *check, const ProtobufCMessage *message,
                 check_report *report_to, void *ctx)
{
    if (check)
        walk(&(struct walk){report_to, ctx}, check, message, NULL);
}

const struct field_check *field_check_of(const struct message_check *check, uint32_t number)
{
    for (size_t i = 0; check && i < check->n_fields; i++)
        if (check->fields[i].number == number)
            return &check->fields[i];
    return NULL;
}

const struct field_check *field_check_find(const struct message_check *check,
                                           const ProtobufCMessageDescriptor *type, const char *path)
{
    char name[64];
    size_t length = strcspn(path, ".");
    if (length >= sizeof name)
        return NULL;
    memcpy(name, path, length);
    name[length] = '\0';
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(type, name);
    const struct field_check *found = field ? field_check_of(check, field->id) : NULL;
    if (!found || !path[length])
        return found;
    return field_check_find(found->inner, field->descriptor, path + length + 1);
}
