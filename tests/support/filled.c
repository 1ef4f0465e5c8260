// A request that its check passes, filled along the table: every field that anything is asked of.
#include "tests/support/filled.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef ProtobufCFieldDescriptor field_desc;

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

// The n-th of texts that differ, in the form that is asked for.
static char *text_number(struct arena *arena, Okr__Format format, size_t n)
{
    char *text = arena_alloc(arena, 80);
    if (format == OKR__FORMAT__FORMAT_UNSPECIFIED || format == OKR__FORMAT__FORMAT_SOURCE)
        snprintf(text, 80, "x%zu", n);
    else
        snprintf(text, 80, "%s", passing[format]);
    return text;
}

size_t filled_size(ProtobufCType type)
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

void filled_integer(const field_desc *field, void *at, int64_t value)
{
    if (field->type == PROTOBUF_C_TYPE_INT64)
        *(int64_t *)at = value;
    else
        *(int32_t *)at = (int32_t)value;
}

void filled_value(struct arena *arena, const field_desc *field, const struct field_check *c,
                  void *at, size_t n)
{
    static uint8_t zeroes[64];
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        *(char **)at = text_number(arena, c->format, n);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){c->bytes, zeroes};
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)at = filled_new(arena, field->descriptor, c->inner);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *)at = 1;
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)at = 1;
        break;
    default:
        filled_integer(field, at, c->has_least ? c->least + (int64_t)n : 1 + (int64_t)n);
    }
}

void *filled_slot(const ProtobufCMessage *message, size_t offset)
{
    return (char *)(uintptr_t)message + offset;
}

void filled_list(struct arena *arena, ProtobufCMessage *message, const field_desc *field,
                 const struct field_check *c, size_t n)
{
    size_t size = filled_size(field->type);
    char *items = arena_alloc(arena, n * size + 1);
    for (size_t i = 0; i < n; i++)
        filled_value(arena, field, c, items + i * size, i);
    *(size_t *)filled_slot(message, field->quantifier_offset) = n;
    *(char **)filled_slot(message, field->offset) = items;
}

ProtobufCMessage *filled_new(struct arena *arena, const ProtobufCMessageDescriptor *type,
                             const struct message_check *check)
{
    ProtobufCMessage *message = arena_alloc(arena, type->sizeof_message);
    protobuf_c_message_init(type, message);
    for (size_t i = 0; check && i < check->n_fields; i++) {
        const struct field_check *c = &check->fields[i];
        const field_desc *field = protobuf_c_message_descriptor_get_field(type, c->number);
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            filled_list(arena, message, field, c, 1);
            continue;
        }
        if (field->quantifier_offset)
            *(protobuf_c_boolean *)filled_slot(message, field->quantifier_offset) = 1;
        filled_value(arena, field, c, filled_slot(message, field->offset), 0);
    }
    return message;
}
