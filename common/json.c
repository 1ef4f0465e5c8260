// Writing: a walk over the message into one growing buffer.
#include "common/json.h"

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "common/json_scalar.h"

struct out {
    char *text;
    size_t len;
    size_t size;
    unsigned level;
    bool pretty;
    bool failed;
};

static void write_message(struct out *o, const ProtobufCMessage *message);

// Room for `more` bytes and a NUL; NULL, and nothing more is written, when there is none.
static char *room(struct out *o, size_t more)
{
    if (o->failed || more > SIZE_MAX / 4 - o->len) {
        o->failed = true;
        return NULL;
    }
    if (o->len + more + 1 > o->size) {
        size_t size = (o->len + more + 1) * 2;
        char *text = realloc(o->text, size);
        if (!text) {
            o->failed = true;
            return NULL;
        }
        o->text = text;
        o->size = size;
    }
    return o->text + o->len;
}

static void put(struct out *o, const char *data, size_t len)
{
    char *p = room(o, len);
    if (!p)
        return;
    memcpy(p, data, len);
    o->len += len;
}

static void puts_out(struct out *o, const char *text)
{
    put(o, text, strlen(text));
}

__attribute__((format(printf, 2, 3))) static void putf(struct out *o, const char *fmt, ...)
{
    char buf[64];
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(buf, sizeof buf, fmt, args);
    va_end(args);
    if (len < 0 || len >= (int)sizeof buf)
        o->failed = true;
    else
        put(o, buf, (size_t)len);
}

static void new_line(struct out *o)
{
    if (!o->pretty)
        return;
    puts_out(o, "\n");
    for (unsigned i = 0; i < o->level; i++)
        puts_out(o, "  ");
}

static void write_escape(struct out *o, int32_t point)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *hit = strchr(from, point);
    if (hit)
        putf(o, "\\%c", to[hit - from]);
    else
        putf(o, "\\u%04x", (unsigned)point);
}

// JSON is UTF-8 (RFC 8259, 8.1): bytes that are none become U+FFFD.
static void write_string(struct out *o, const char *text)
{
    const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)text;
    puts_out(o, "\"");
    while (*s) {
        utf8proc_int32_t point;
        utf8proc_ssize_t n = utf8proc_iterate(s, -1, &point);
        if (n <= 0)
            puts_out(o, "\xef\xbf\xbd");
        else if (point < 0x20 || point == '"' || point == '\\' || point == 0x7f)
            write_escape(o, point);
        else
            put(o, (const char *)s, (size_t)n);
        s += n > 0 ? n : 1;
    }
    puts_out(o, "\"");
}

static void write_bytes(struct out *o, const ProtobufCBinaryData *bytes)
{
    puts_out(o, "\"");
    size_t size = sodium_base64_encoded_len(bytes->len, sodium_base64_VARIANT_ORIGINAL);
    char *p = room(o, size);
    if (p && bytes->len > 0) {
        sodium_bin2base64(p, size, bytes->data, bytes->len, sodium_base64_VARIANT_ORIGINAL);
        o->len += size - 1;
    }
    puts_out(o, "\"");
}

// printf writes the locale's decimal point; JSON has only one.
static void put_number(struct out *o, const char *number)
{
    const char *point = localeconv()->decimal_point;
    const char *hit = *point ? strstr(number, point) : NULL;
    if (!hit) {
        puts_out(o, number);
        return;
    }
    put(o, number, (size_t)(hit - number));
    puts_out(o, ".");
    puts_out(o, hit + strlen(point));
}

// A number of at most DBL_DIG (FLT_DIG) digits survives the way through its type, so the search
// starts there; only subnormal numbers have fewer digits to give.
static void write_real(struct out *o, double value, bool is_float)
{
    char buf[40];
    if (isnan(value) || isinf(value)) {
        puts_out(o, isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
        return;
    }
    if (fpclassify(value) == FP_ZERO) {
        puts_out(o, signbit(value) ? "-0.0" : "0"); // "-0" would be read as an integer
        return;
    }
    bool subnormal = fabs(value) < (is_float ? (double)FLT_MIN : DBL_MIN);
    int digits = subnormal ? 1 : is_float ? FLT_DIG : DBL_DIG;
    int most = is_float ? FLT_DECIMAL_DIG : DBL_DECIMAL_DIG;
    for (; digits <= most; digits++) {
        snprintf(buf, sizeof buf, "%.*g", digits, value);
        double back = is_float ? (double)strtof(buf, NULL) : strtod(buf, NULL);
        if (memcmp(&back, &value, sizeof back) == 0)
            break;
    }
    put_number(o, buf);
}

static void write_enum(struct out *o, const ProtobufCEnumDescriptor *type, int value)
{
    const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);
    if (known)
        write_string(o, known->name);
    else
        putf(o, "%d", value);
}

static void write_value(struct out *o, const ProtobufCFieldDescriptor *field, const void *member)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        putf(o, "%" PRId32, *(const int32_t *)member);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        putf(o, "%" PRIu32, *(const uint32_t *)member);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        putf(o, "\"%" PRId64 "\"", *(const int64_t *)member);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        putf(o, "\"%" PRIu64 "\"", *(const uint64_t *)member);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        write_real(o, (double)*(const float *)member, true);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        write_real(o, *(const double *)member, false);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        puts_out(o, *(const protobuf_c_boolean *)member ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        write_enum(o, field->descriptor, *(const int *)member);
        break;
    case PROTOBUF_C_TYPE_STRING:
        write_string(o, *(char *const *)member ? *(char *const *)member : "");
        break;
    case PROTOBUF_C_TYPE_BYTES:
        write_bytes(o, member);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        write_message(o, *(ProtobufCMessage *const *)member);
        break;
    }
}

// proto3's plain fields have no presence: one that is zero or empty counts as not set.
static bool is_nonzero(const ProtobufCFieldDescriptor *field, const void *member)
{
    static const unsigned char zero[8];
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return *(char *const *)member && **(char *const *)member;
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return ((const ProtobufCBinaryData *)member)->len > 0;
    return memcmp(member, zero, json_element_size(field->type)) != 0;
}

static bool is_set(const ProtobufCFieldDescriptor *field, const char *base)
{
    const void *member = base + field->offset;
    const void *quantifier = base + field->quantifier_offset;
    bool is_pointer =
        field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)quantifier > 0;
    if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)quantifier == field->id;
    if (is_pointer && (!*(void *const *)member || *(void *const *)member == field->default_value))
        return field->label == PROTOBUF_C_LABEL_REQUIRED && *(void *const *)member;
    if (field->label == PROTOBUF_C_LABEL_OPTIONAL)
        return is_pointer || *(const protobuf_c_boolean *)quantifier;
    return field->label == PROTOBUF_C_LABEL_REQUIRED || is_nonzero(field, member);
}

static void write_array(struct out *o, const ProtobufCFieldDescriptor *field, const char *base)
{
    size_t count = *(const size_t *)(const void *)(base + field->quantifier_offset);
    const char *elements = *(const char *const *)(const void *)(base + field->offset);
    size_t size = json_element_size(field->type);
    puts_out(o, "[");
    o->level++;
    for (size_t i = 0; i < count && !o->failed; i++) {
        if (i > 0)
            puts_out(o, ",");
        new_line(o);
        write_value(o, field, elements + i * size);
    }
    o->level--;
    new_line(o);
    puts_out(o, "]");
}

static void write_name(struct out *o, const char *name)
{
    bool upper = false;
    puts_out(o, "\"");
    for (; *name; name++) {
        char c = *name;
        if (c != '_') {
            c = (char)(upper && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
            put(o, &c, 1);
        }
        upper = c == '_';
    }
    puts_out(o, o->pretty ? "\": " : "\":");
}

static void write_message(struct out *o, const ProtobufCMessage *message)
{
    const char *base = (const char *)message;
    bool any = false;
    puts_out(o, "{");
    o->level++;
    for (unsigned i = 0; i < message->descriptor->n_fields && !o->failed; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (!is_set(field, base))
            continue;
        if (any)
            puts_out(o, ",");
        any = true;
        new_line(o);
        write_name(o, field->name);
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            write_array(o, field, base);
        else
            write_value(o, field, base + field->offset);
    }
    o->level--;
    if (any)
        new_line(o);
    puts_out(o, "}");
}

char *json_from_message(const ProtobufCMessage *message, bool pretty)
{
    struct out o = {.pretty = pretty};
    write_message(&o, message);
    if (o.failed) {
        free(o.text);
        return NULL;
    }
    o.text[o.len] = '\0';
    return o.text;
}
