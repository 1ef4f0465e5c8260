// The walk over the wire form. Where it splits bytes into fields it is exactly as strict as
// protobuf-c 1.4 or stricter, so that what was checked is what will be unpacked.
#include "common/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

enum {
    TAG_BYTES = 5,
    LENGTH_BYTES = 5,
    VARINT_BYTES = 10,
    LARGEST_FIELD = (1 << 29) - 1,
    PATH_BYTES = 512,
};

struct cursor {
    const uint8_t *at;
    const uint8_t *end;
};

// One message on the way down. The path is only written out when there is something to report.
struct frame {
    const struct frame *parent;
    const ProtobufCMessageDescriptor *type;
    const ProtobufCFieldDescriptor *field; // being read, NULL when unknown
    uint32_t number;
    uint32_t index;
    unsigned depth;
};

struct walk {
    const struct check_options *options;
    check_report *report;
    void *ctx;
    unsigned reports;
    bool stop;
};

static bool read_message(struct walk *w, struct cursor c, const ProtobufCMessageDescriptor *type,
                         const struct frame *parent);

static void append(char *buf, size_t *len, const char *fmt, const char *name, uint32_t number)
{
    if (*len >= PATH_BYTES - 1)
        return;
    int n = name ? snprintf(buf + *len, PATH_BYTES - *len, "%s%s", fmt, name)
                 : snprintf(buf + *len, PATH_BYTES - *len, "%s%" PRIu32, fmt, number);
    *len += n > 0 ? (size_t)n : 0;
}

static void append_path(char *buf, size_t *len, const struct frame *f)
{
    if (f->parent)
        append_path(buf, len, f->parent);
    const char *dot = f->parent ? "." : "";
    append(buf, len, dot, f->field ? f->field->name : NULL, f->number);
    if (f->field && f->field->label == PROTOBUF_C_LABEL_REPEATED) {
        append(buf, len, "[", NULL, f->index);
        append(buf, len, "]", "", 0);
    }
}

static void violation(struct walk *w, const struct frame *f, Okr__Reason reason, const char *arg)
{
    char path[PATH_BYTES] = "";
    size_t len = 0;
    w->reports++;
    if (!w->report || w->reports >= CHECK_REPORTS)
        w->stop = true;
    if (!w->report)
        return;
    append_path(path, &len, f);
    w->report(w->ctx, path, reason, arg);
}

static void violation_number(struct walk *w, const struct frame *f, Okr__Reason reason, int64_t n)
{
    char arg[24];
    snprintf(arg, sizeof arg, "%" PRId64, n);
    violation(w, f, reason, arg);
}

// A base-128 varint of at most `most` bytes; bits beyond 64 are dropped, as protobuf-c does.
static bool read_varint(struct cursor *c, unsigned most, uint64_t *ret_value)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < most && c->at < c->end; i++) {
        uint8_t byte = *c->at++;
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *ret_value = value;
            return true;
        }
    }
    return false;
}

static bool read_span(struct cursor *c, size_t len, struct cursor *ret_span)
{
    if (len > (size_t)(c->end - c->at))
        return false;
    *ret_span = (struct cursor){c->at, c->at + len};
    c->at += len;
    return true;
}

static bool read_prefixed(struct cursor *c, struct cursor *ret_span)
{
    uint64_t len;
    return read_varint(c, LENGTH_BYTES, &len) && len <= INT32_MAX &&
           read_span(c, (size_t)len, ret_span);
}

static bool read_tag(struct cursor *c, uint32_t *ret_number, unsigned *ret_wire)
{
    uint64_t tag;
    if (!read_varint(c, TAG_BYTES, &tag) || tag >> 3 == 0 || tag >> 3 > LARGEST_FIELD)
        return false;
    *ret_number = (uint32_t)(tag >> 3);
    *ret_wire = (unsigned)(tag & 7);
    return true;
}

// Groups end here: wire types 3 and 4 are none that anybody sends any more, and protobuf-c cannot
// read them either.
static bool skip(struct cursor *c, unsigned wire)
{
    struct cursor span;
    uint64_t value;
    switch (wire) {
    case WIRE_VARINT:
        return read_varint(c, VARINT_BYTES, &value);
    case WIRE_64:
        return read_span(c, 8, &span);
    case WIRE_32:
        return read_span(c, 4, &span);
    case WIRE_BYTES:
        return read_prefixed(c, &span);
    default:
        return false;
    }
}

static unsigned wire_of(ProtobufCType type)
{
    switch (type) {
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return WIRE_32;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return WIRE_64;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return WIRE_BYTES;
    default:
        return WIRE_VARINT;
    }
}

static bool check_scalar(struct walk *w, struct cursor *c, const struct frame *f)
{
    uint64_t value;
    if (f->field->type != PROTOBUF_C_TYPE_ENUM)
        return skip(c, wire_of(f->field->type));
    if (!read_varint(c, VARINT_BYTES, &value))
        return false;
    int32_t number = (int32_t)(uint32_t)value;
    if (!protobuf_c_enum_descriptor_get_value(f->field->descriptor, number))
        violation_number(w, f, OKR__REASON__REASON_BAD_ENUM, number);
    return true;
}

static void check_string(struct walk *w, struct cursor span, const struct frame *f)
{
    size_t len = (size_t)(span.end - span.at);
    bool is_text = f->field->type == PROTOBUF_C_TYPE_STRING;
    size_t limit = is_text ? w->options->text_bytes : w->options->bytes_bytes;
    if (len > limit)
        violation_number(w, f, OKR__REASON__REASON_TOO_LONG, (int64_t)limit);
    else if (is_text && !check_text((const char *)span.at, len))
        violation(w, f, OKR__REASON__REASON_BAD_TEXT, NULL);
}

// Counts an element of a repeated field. False once the field has too many; that is said once.
static bool count_element(struct walk *w, struct frame *f, uint32_t *count)
{
    f->index = (*count)++;
    if (f->index == w->options->elements)
        violation_number(w, f, OKR__REASON__REASON_TOO_MANY, (int64_t)w->options->elements);
    return f->index < w->options->elements;
}

static bool read_packed(struct walk *w, struct cursor span, struct frame *f, uint32_t *count)
{
    while (span.at < span.end && !w->stop) {
        bool wanted = count_element(w, f, count);
        if (!(wanted ? check_scalar(w, &span, f) : skip(&span, wire_of(f->field->type))))
            return false;
    }
    return true;
}

static bool read_field(struct walk *w, struct cursor *c, struct frame *f, unsigned wire,
                       uint32_t *count)
{
    unsigned natural = wire_of(f->field->type);
    bool repeated = f->field->label == PROTOBUF_C_LABEL_REPEATED;
    struct cursor span;
    if (repeated && wire == WIRE_BYTES && natural != WIRE_BYTES)
        return read_prefixed(c, &span) && read_packed(w, span, f, count);
    if (wire != natural)
        return false;
    if (repeated && !count_element(w, f, count))
        return skip(c, wire);
    if (natural != WIRE_BYTES)
        return check_scalar(w, c, f);
    if (!read_prefixed(c, &span))
        return false;
    if (f->field->type == PROTOBUF_C_TYPE_MESSAGE)
        return read_message(w, span, f->field->descriptor, f);
    check_string(w, span, f);
    return true;
}

static bool read_message(struct walk *w, struct cursor c, const ProtobufCMessageDescriptor *type,
                         const struct frame *parent)
{
    uint32_t counts[CHECK_FIELDS];
    struct frame f = {.parent = parent, .type = type, .depth = parent ? parent->depth + 1 : 1};
    if (f.depth > CHECK_DEPTH || type->n_fields > CHECK_FIELDS)
        return false;
    memset(counts, 0, type->n_fields * sizeof counts[0]);
    while (c.at < c.end && !w->stop) {
        unsigned wire;
        if (!read_tag(&c, &f.number, &wire))
            return false;
        f.field = protobuf_c_message_descriptor_get_field(type, f.number);
        if (f.field) {
            if (!read_field(w, &c, &f, wire, &counts[f.field - type->fields]))
                return false;
            continue;
        }
        if (!skip(&c, wire))
            return false;
        if (w->options->strict)
            violation_number(w, &f, OKR__REASON__REASON_UNKNOWN_FIELD, f.number);
    }
    return true;
}

bool check_wire(const uint8_t *data, size_t len, const ProtobufCMessageDescriptor *type,
                const struct check_options *options, check_report *report, void *ctx)
{
    struct walk w = {.options = options, .report = report, .ctx = ctx};
    struct cursor c = {data, data ? data + len : data};
    if (!read_message(&w, c, type, NULL))
        return false;
    return report || w.reports == 0;
}

bool check_wire_strings(const uint8_t *data, size_t len, const ProtobufCMessageDescriptor *type,
                        check_report *report, void *ctx)
{
    static const struct check_options options = {.text_bytes = CHECK_TEXT_BYTES,
                                                 .bytes_bytes = CHECK_BYTES_BYTES,
                                                 .elements = CHECK_ELEMENTS,
                                                 .strict = true};
    return check_wire(data, len, type, &options, report, ctx);
}

static size_t depth_below(const ProtobufCMessageDescriptor *type, const struct frame *parent)
{
    size_t deepest = 0;
    for (const struct frame *f = parent; f; f = f->parent)
        if (f->type == type)
            return SIZE_MAX;
    struct frame here = {.parent = parent, .type = type};
    for (unsigned i = 0; i < type->n_fields; i++) {
        if (type->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        size_t depth = depth_below(type->fields[i].descriptor, &here);
        if (depth == SIZE_MAX)
            return SIZE_MAX;
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

size_t check_descriptor_depth(const ProtobufCMessageDescriptor *type)
{
    return depth_below(type, NULL);
}

// Length of the sequence at `s`, 0 when it is none, and its code point. RFC 3629, section 4.
static size_t decode_utf8(const unsigned char *s, size_t len, uint32_t *ret_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc0 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (n == 0 || n > len || s[0] > 0xf4)
        return 0;
    uint32_t point = n == 1 ? s[0] : s[0] & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (s[i] & 0x3f);
    }
    if (point < smallest[n] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    *ret_point = point;
    return n;
}

static bool is_control(uint32_t point)
{
    return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point <= 0x9f);
}

static bool scan_text(const char *text, size_t len, bool allow_control)
{
    const unsigned char *s = (const unsigned char *)text;
    for (size_t i = 0, n; i < len; i += n) {
        uint32_t point;
        n = decode_utf8(s + i, len - i, &point);
        if (n == 0 || (!allow_control && is_control(point)))
            return false;
    }
    return true;
}

bool check_utf8(const char *text, size_t len)
{
    return scan_text(text, len, true);
}

bool check_text(const char *text, size_t len)
{
    return scan_text(text, len, false);
}
