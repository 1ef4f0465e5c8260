// Reading: jansson parses the text, a walk over its tree fills the message. The message is one that
// protobuf-c can free at every moment, so a failure half-way leaks nothing.
#include "common/json.h"

#include <float.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/check.h"
#include "common/json_scalar.h"

enum { DEEPEST = 64, PATH_SIZE = 256, KEY_SIZE = 128 };

// What rounds to a float: FLT_MAX and not quite half a step more.
static const double float_limit = 0x1.fffffefffffffp127;

struct frame {
    const struct frame *parent;
    const ProtobufCFieldDescriptor *field;
    size_t index;
    unsigned depth;
};

struct reader {
    ProtobufCAllocator *allocator;
    char *error;
    size_t error_len;
    const struct frame *at; // the field being read
};

static ProtobufCMessage *read_message(struct reader *r, const ProtobufCMessageDescriptor *type,
                                      json_t *object);

static void *system_alloc(void *data, size_t size)
{
    (void)data;
    return malloc(size);
}

static void system_free(void *data, void *pointer)
{
    (void)data;
    free(pointer);
}

static ProtobufCAllocator system_allocator = {.alloc = system_alloc, .free = system_free};

static size_t append_path(char *buf, size_t len, const struct frame *f)
{
    if (!f)
        return len;
    if (f->parent)
        len = append_path(buf, len, f->parent);
    if (len >= PATH_SIZE)
        return len;
    int n =
        f->field->label == PROTOBUF_C_LABEL_REPEATED
            ? snprintf(buf + len, PATH_SIZE - len, "%s%s[%zu]", f->parent ? "." : "",
                       f->field->name, f->index)
            : snprintf(buf + len, PATH_SIZE - len, "%s%s", f->parent ? "." : "", f->field->name);
    return len + (n > 0 ? (size_t)n : 0);
}

// Keeps "path: message" and is false, so that a caller can return it.
__attribute__((format(printf, 2, 3))) static bool fail(struct reader *r, const char *fmt, ...)
{
    char path[PATH_SIZE] = "", message[PATH_SIZE];
    va_list args;
    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    append_path(path, 0, r->at);
    if (r->error && r->error_len > 0)
        snprintf(r->error, r->error_len, "%s%s%s", path, *path ? ": " : "", message);
    return false;
}

static void *take(struct reader *r, size_t size)
{
    void *p = r->allocator->alloc(r->allocator->allocator_data, size ? size : 1);
    if (p)
        memset(p, 0, size);
    else
        fail(r, "out of memory");
    return p;
}

static void give_back(struct reader *r, void *p)
{
    r->allocator->free(r->allocator->allocator_data, p);
}

static bool read_signed(struct reader *r, json_t *value, int64_t most, int64_t *ret)
{
    bool negative;
    uint64_t size;
    if (!json_get_integer(value, &negative, &size))
        return fail(r, "not an integer");
    if (size > (uint64_t)most + negative)
        return fail(r, "the integer is out of range");
    *ret = negative ? -(int64_t)(size - 1) - 1 : (int64_t)size;
    return true;
}

static bool read_unsigned(struct reader *r, json_t *value, uint64_t most, uint64_t *ret)
{
    bool negative;
    if (!json_get_integer(value, &negative, ret))
        return fail(r, "not an integer");
    if (negative || *ret > most)
        return fail(r, "the integer is out of range");
    return true;
}

static bool read_real(struct reader *r, json_t *value, double most, double *ret)
{
    if (!json_get_real(value, ret))
        return fail(r, "not a number");
    if (!isinf(*ret) && fabs(*ret) > most)
        return fail(r, "the number is out of range");
    return true;
}

static bool read_enum(struct reader *r, const ProtobufCEnumDescriptor *type, json_t *value,
                      int *ret)
{
    const ProtobufCEnumValue *known;
    int64_t number;
    if (json_is_string(value)) {
        known = protobuf_c_enum_descriptor_get_value_by_name(type, json_string_value(value));
    } else {
        if (!read_signed(r, value, INT32_MAX, &number))
            return false;
        known = protobuf_c_enum_descriptor_get_value(type, (int)number);
    }
    if (!known)
        return fail(r, "no value of %s", type->short_name);
    *ret = known->value;
    return true;
}

static bool read_string(struct reader *r, json_t *value, char **ret)
{
    if (!json_is_string(value))
        return fail(r, "not a string");
    size_t size = json_string_length(value) + 1;
    char *copy = take(r, size);
    if (!copy)
        return false;
    memcpy(copy, json_string_value(value), size);
    *ret = copy;
    return true;
}

static bool read_bytes(struct reader *r, json_t *value, ProtobufCBinaryData *ret)
{
    if (!json_is_string(value))
        return fail(r, "not a string of base64");
    size_t len = json_string_length(value);
    size_t size = len / 4 * 3 + 3;
    uint8_t *data = take(r, size);
    if (!data)
        return false;
    if (!json_decode_base64(json_string_value(value), len, data, size, &ret->len)) {
        ret->len = 0;
        give_back(r, data);
        return fail(r, "not base64");
    }
    ret->data = data;
    return true;
}

static bool read_number(struct reader *r, ProtobufCType type, json_t *value, void *member)
{
    int64_t n = 0;
    uint64_t u = 0;
    double d = 0;
    bool good;
    switch (type) {
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        good = read_unsigned(r, value, UINT32_MAX, &u);
        *(uint32_t *)member = (uint32_t)u;
        return good;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        good = read_unsigned(r, value, UINT64_MAX, &u);
        *(uint64_t *)member = u;
        return good;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        good = read_signed(r, value, INT64_MAX, &n);
        *(int64_t *)member = n;
        return good;
    case PROTOBUF_C_TYPE_FLOAT:
        good = read_real(r, value, float_limit, &d);
        *(float *)member = good ? (float)d : 0.0F;
        return good;
    case PROTOBUF_C_TYPE_DOUBLE:
        good = read_real(r, value, DBL_MAX, &d);
        *(double *)member = d;
        return good;
    default:
        good = read_signed(r, value, INT32_MAX, &n);
        *(int32_t *)member = (int32_t)n;
        return good;
    }
}

static bool read_value(struct reader *r, const ProtobufCFieldDescriptor *field, json_t *value,
                       void *member)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_BOOL:
        if (!json_is_boolean(value))
            return fail(r, "not true or false");
        *(protobuf_c_boolean *)member = json_is_true(value);
        return true;
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(r, field->descriptor, value, member);
    case PROTOBUF_C_TYPE_STRING:
        return read_string(r, value, member);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(r, value, member);
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)member = read_message(r, field->descriptor, value);
        return *(ProtobufCMessage **)member != NULL;
    default:
        return read_number(r, field->type, value, member);
    }
}

// The count grows with each element that is whole, so that freeing never meets half of one.
static bool read_array(struct reader *r, struct frame *f, json_t *array, char *base)
{
    size_t *count = (size_t *)(void *)(base + f->field->quantifier_offset);
    size_t size = json_element_size(f->field->type);
    if (!json_is_array(array))
        return fail(r, "not an array");
    size_t total = json_array_size(array);
    if (total == 0)
        return true;
    char *elements = take(r, total * size);
    if (!elements)
        return false;
    *(void **)(void *)(base + f->field->offset) = elements;
    for (f->index = 0; f->index < total; f->index++) {
        if (!read_value(r, f->field, json_array_get(array, f->index), elements + f->index * size))
            return false;
        (*count)++;
    }
    return true;
}

static bool read_field(struct reader *r, struct frame *f, json_t *value, char *base)
{
    void *quantifier = base + f->field->quantifier_offset;
    bool is_oneof = f->field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
    if (f->field->label == PROTOBUF_C_LABEL_REPEATED)
        return read_array(r, f, value, base);
    if (is_oneof && *(uint32_t *)quantifier)
        return fail(r, "another field of the same choice is set");
    if (!read_value(r, f->field, value, base + f->field->offset))
        return false;
    if (is_oneof)
        *(uint32_t *)quantifier = f->field->id;
    else if (f->field->label == PROTOBUF_C_LABEL_OPTIONAL &&
             f->field->type != PROTOBUF_C_TYPE_STRING && f->field->type != PROTOBUF_C_TYPE_MESSAGE)
        *(protobuf_c_boolean *)quantifier = 1;
    return true;
}

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type,
                                                  const char *key)
{
    for (unsigned i = 0; i < type->n_fields; i++)
        if (json_is_name(type->fields[i].name, key))
            return &type->fields[i];
    return NULL;
}

static bool fail_key(struct reader *r, const char *what, const char *key)
{
    size_t len = strlen(key);
    bool printable = len < KEY_SIZE && check_text(key, len);
    return fail(r, "%s \"%s\"", what, printable ? key : "(not printable)");
}

static bool read_fields(struct reader *r, const ProtobufCMessageDescriptor *type, json_t *object,
                        ProtobufCMessage *message)
{
    const char *key;
    json_t *value;
    const struct frame *outer = r->at;
    json_object_foreach (object, key, value) {
        struct frame f = {.parent = outer, .depth = outer ? outer->depth + 1 : 1};
        f.field = find_field(type, key);
        if (!f.field)
            return fail_key(r, "unknown name", key);
        if (strcmp(key, f.field->name) && json_object_get(object, f.field->name))
            return fail_key(r, "given twice:", f.field->name);
        if (json_is_null(value))
            continue;
        r->at = &f;
        bool good = read_field(r, &f, value, (char *)message);
        r->at = outer;
        if (!good)
            return false;
    }
    return true;
}

static ProtobufCMessage *read_message(struct reader *r, const ProtobufCMessageDescriptor *type,
                                      json_t *object)
{
    if (!json_is_object(object)) {
        fail(r, "not an object");
        return NULL;
    }
    if (r->at && r->at->depth >= DEEPEST) {
        fail(r, "nested too deep");
        return NULL;
    }
    ProtobufCMessage *message = take(r, type->sizeof_message);
    if (!message)
        return NULL;
    protobuf_c_message_init(type, message);
    if (read_fields(r, type, object, message))
        return message;
    protobuf_c_message_free_unpacked(message, r->allocator);
    return NULL;
}

ProtobufCMessage *json_to_message(const ProtobufCMessageDescriptor *type, const char *text,
                                  ProtobufCAllocator *allocator, char *error, size_t error_len)
{
    struct reader r = {.allocator = allocator ? allocator : &system_allocator,
                       .error = error,
                       .error_len = error_len};
    json_error_t where;
    if (error && error_len > 0)
        *error = '\0';
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &where);
    if (!root) {
        fail(&r, "line %d, column %d: %s", where.line, where.column, where.text);
        return NULL;
    }
    ProtobufCMessage *message = read_message(&r, type, root);
    json_decref(root);
    return message;
}
