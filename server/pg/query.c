// Binding in PostgreSQL's binary format: big-endian numbers, dates and instants counted from
// 2000-01-01, arrays with a header (src/backend/utils/adt: array_send, timestamptz_send, …).
#include "server/pg/query.h"
#include <endian.h>
#include <string.h>
#include "server/pg/binary.h"

enum {
    OID_INT8 = 20,
    OID_INT4 = 23,
    OID_TEXT = 25,
    OID_FLOAT8 = 701,
    OID_BYTEA = 17,
    OID_TIMESTAMPTZ = 1184
};

struct query *query_new(struct arena *arena, const struct statement *statement)
{
    struct query *q = arena_calloc(arena, 1, sizeof *q);
    if (q) {
        q->arena = arena;
        q->statement = statement;
    }
    return q;
}

// The next parameter's place, if its declared type is one of `letters`; NULL marks the query.
static bool next_is(struct query *q, const char *letters)
{
    if (q->n >= QUERY_MAX_PARAMS || !q->statement->params[q->n] ||
        !strchr(letters, q->statement->params[q->n]))
        q->failed = true;
    return !q->failed;
}

static void bind_value(struct query *q, const char *letters, const void *data, size_t len)
{
    if (!next_is(q, letters))
        return;
    if (!data || len > INT32_MAX) {
        q->failed = true;
        return;
    }
    q->values[q->n] = data;
    q->lengths[q->n++] = (int)len;
}

static void bind_copy(struct query *q, const char *letters, const void *data, size_t len)
{
    bind_value(q, letters, arena_memdup(q->arena, data, len), len);
}

void bind_null(struct query *q)
{
    if (next_is(q, "litbdyjazLITDYZ"))
        q->values[q->n++] = NULL;
}

void bind_i64(struct query *q, int64_t value)
{
    uint64_t be = htobe64((uint64_t)value);
    bind_copy(q, "l", &be, sizeof be);
}

void bind_i32(struct query *q, int32_t value)
{
    uint32_t be = htobe32((uint32_t)value);
    bind_copy(q, "i", &be, sizeof be);
}

void bind_text(struct query *q, const char *value)
{
    if (value)
        bind_value(q, "tj", value, strlen(value));
    else if (next_is(q, "tj"))
        q->values[q->n++] = NULL;
}

void bind_bool(struct query *q, bool value)
{
    bind_value(q, "b", value ? "\1" : "\0", 1);
}

void bind_double(struct query *q, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = htobe64(bits);
    bind_copy(q, "d", &bits, sizeof bits);
}

void bind_bytes(struct query *q, const void *data, size_t len)
{
    if (data)
        bind_value(q, "y", data, len);
    else if (next_is(q, "y"))
        q->values[q->n++] = NULL;
}

void bind_date(struct query *q, int32_t days)
{
    uint32_t be = htobe32((uint32_t)(days - DAYS_1970_TO_2000));
    bind_copy(q, "a", &be, sizeof be);
}

void bind_time(struct query *q, int64_t us)
{
    uint64_t be = htobe64((uint64_t)(us - US_1970_TO_2000));
    bind_copy(q, "z", &be, sizeof be);
}

#define BIND_OPT(name, type)                                                                       \
    void bind_opt_##name(struct query *q, bool has, type value)                                    \
    {                                                                                              \
        if (has)                                                                                   \
            bind_##name(q, value);                                                                 \
        else                                                                                       \
            bind_null(q);                                                                          \
    }
BIND_OPT(i64, int64_t)
BIND_OPT(i32, int32_t)
BIND_OPT(bool, bool)
BIND_OPT(double, double)
BIND_OPT(date, int32_t)

// An array on its way into the arena: its header first, then one element after the other.
struct array_out {
    uint8_t *start, *at;
};

static void put_be32(struct array_out *out, uint32_t value)
{
    value = htobe32(value);
    memcpy(out->at, &value, sizeof value);
    out->at += sizeof value;
}

static void put_element(struct array_out *out, const void *data, size_t len)
{
    put_be32(out, data ? (uint32_t)len : UINT32_MAX);
    if (data && len)
        memcpy(out->at, data, len);
    out->at += data ? len : 0;
}

static void put_be64(struct array_out *out, uint64_t value)
{
    value = htobe64(value);
    put_element(out, &value, sizeof value);
}

static bool array_begin(struct query *q, struct array_out *out, uint32_t oid, size_t n,
                        size_t payload)
{
    out->start = out->at = n < INT32_MAX / 8 ? arena_alloc(q->arena, 20 + 4 * n + payload) : NULL;
    if (!out->start) {
        q->failed = true;
        return false;
    }
    put_be32(out, n ? 1 : 0); // dimensions
    put_be32(out, 0);
    put_be32(out, oid);
    if (n) {
        put_be32(out, (uint32_t)n);
        put_be32(out, 1); // lower bound
    }
    return true;
}

static void array_end(struct query *q, const char *letter, const struct array_out *out)
{
    bind_value(q, letter, out->start, (size_t)(out->at - out->start));
}

void bind_i64_array(struct query *q, const int64_t *values, size_t n)
{
    struct array_out out;
    if (!array_begin(q, &out, OID_INT8, n, 8 * n))
        return;
    for (size_t i = 0; i < n; i++)
        put_be64(&out, (uint64_t)values[i]);
    array_end(q, "L", &out);
}

void bind_time_array(struct query *q, const int64_t *us, size_t n)
{
    struct array_out out;
    if (!array_begin(q, &out, OID_TIMESTAMPTZ, n, 8 * n))
        return;
    for (size_t i = 0; i < n; i++)
        put_be64(&out, (uint64_t)(us[i] - US_1970_TO_2000));
    array_end(q, "Z", &out);
}

void bind_i32_array(struct query *q, const int32_t *values, size_t n)
{
    struct array_out out;
    if (!array_begin(q, &out, OID_INT4, n, 4 * n))
        return;
    for (size_t i = 0; i < n; i++) {
        uint32_t be = htobe32((uint32_t)values[i]);
        put_element(&out, &be, sizeof be);
    }
    array_end(q, "I", &out);
}

void bind_text_array(struct query *q, char *const *values, size_t n)
{
    struct array_out out;
    size_t payload = 0;
    for (size_t i = 0; i < n; i++)
        payload += values[i] ? strlen(values[i]) : 0;
    if (!array_begin(q, &out, OID_TEXT, n, payload))
        return;
    for (size_t i = 0; i < n; i++)
        put_element(&out, values[i], values[i] ? strlen(values[i]) : 0);
    if (!n || values)
        bind_value(q, "T", out.start, (size_t)(out.at - out.start));
}

void bind_bytes_array(struct query *q, const struct bytes *values, size_t n)
{
    struct array_out out;
    size_t payload = 0;
    for (size_t i = 0; i < n; i++)
        payload += values[i].data ? values[i].len : 0;
    if (!array_begin(q, &out, OID_BYTEA, n, payload))
        return;
    for (size_t i = 0; i < n; i++)
        put_element(&out, values[i].data, values[i].len);
    array_end(q, "Y", &out);
}
