// Reading in PostgreSQL's binary format: big-endian numbers, dates and instants counted from
// 2000-01-01, arrays with a header (src/backend/utils/adt: array_recv, timestamptz_recv, …).
#include "server/pg/row.h"
#include <endian.h>
#include <string.h>
#include "common/calendar.h"
#include "common/log.h"
#include "server/pg/binary.h"

int rows_count(const struct rows *rows)
{
    return PQntuples(rows->result);
}

int rows_affected(const struct rows *rows)
{
    const char *text = PQcmdTuples((PGresult *)(uintptr_t)rows->result);
    int n = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        n = n * 10 + (*text - '0');
    return n;
}

static void broken(const struct row *row, const char *what)
{
    const struct rows *rows = row->rows;
    log_error("statement %s, column %d: %s", rows->statement ? rows->statement->name : "(none)",
              row->column + 1, what);
    if (rows->broken)
        *rows->broken = true;
}

// The cursor.

struct row rows_begin(const struct rows *rows)
{
    return (struct row){.rows = rows, .index = -1};
}

struct row rows_at(const struct rows *rows, int index)
{
    return (struct row){.rows = rows, .index = index};
}

bool row_next(struct row *row)
{
    bool whole = row->column == 0 || row->column == PQnfields(row->rows->result);
    if (row->index >= 0 && !whole)
        broken(row, "the row was not read to its end");
    row->index++;
    row->column = 0;
    return row->index < rows_count(row->rows);
}

bool next_is_null(const struct row *row)
{
    return PQgetisnull(row->rows->result, row->index, row->column);
}

void take_nothing(struct row *row)
{
    row->column++;
}

void row_skip(struct row *row)
{
    row->column = PQnfields(row->rows->result);
}

// The next value's bytes, and steps over it; NULL where it is SQL NULL. `letters`: what it may be.
static const char *take(struct row *row, const char *letters, size_t *ret_size)
{
    const struct rows *rows = row->rows;
    bool inside = row->index >= 0 && row->index < rows_count(rows) &&
                  row->column < (int)strlen(rows->statement->columns);
    if (!inside || !strchr(letters, rows->statement->columns[row->column])) {
        broken(row, inside ? "is not of the type that is read" : "is not there");
        row->column++;
        return NULL;
    }
    int column = row->column++;
    if (PQgetisnull(rows->result, row->index, column))
        return NULL;
    *ret_size = (size_t)PQgetlength(rows->result, row->index, column);
    return PQgetvalue(rows->result, row->index, column);
}

static const char *take_fixed(struct row *row, const char *letters, size_t size)
{
    size_t is = 0;
    const char *p = take(row, letters, &is);
    if (!p || is == size)
        return p;
    row->column--;
    broken(row, "has another size than its type");
    row->column++;
    return NULL;
}

// Values.

static uint64_t read_be64(const void *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return be64toh(v);
}

static uint32_t read_be32(const void *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return be32toh(v);
}

int64_t take_i64(struct row *row)
{
    const char *p = take_fixed(row, "l", 8);
    return p ? (int64_t)read_be64(p) : 0;
}

int32_t take_i32(struct row *row)
{
    const char *p = take_fixed(row, "i", 4);
    return p ? (int32_t)read_be32(p) : 0;
}

bool take_bool(struct row *row)
{
    const char *p = take_fixed(row, "b", 1);
    return p && *p;
}

double take_double(struct row *row)
{
    const char *p = take_fixed(row, "d", 8);
    uint64_t bits = p ? read_be64(p) : 0;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

int32_t take_date(struct row *row)
{
    const char *p = take_fixed(row, "a", 4);
    return p ? (int32_t)read_be32(p) + DAYS_1970_TO_2000 : 0;
}

int64_t take_time(struct row *row)
{
    const char *p = take_fixed(row, "z", 8);
    return p ? (int64_t)read_be64(p) + US_1970_TO_2000 : 0;
}

struct bytes take_bytes(struct row *row)
{
    struct bytes b = {NULL, 0};
    const char *p = take(row, "y", &b.len);
    b.data = p ? arena_memdup(row->rows->arena, p, b.len) : NULL;
    if (!b.data)
        b.len = 0;
    return b;
}

char *take_text(struct row *row)
{
    size_t len = 0;
    const char *p = take(row, "t", &len);
    return p ? arena_strndup(row->rows->arena, p, len) : NULL;
}

const char *take_text_in_place(struct row *row)
{
    size_t len = 0;
    return take(row, "t", &len); // libpq ends each value with a NUL
}

// jsonb's binary form begins with a version byte; json's does not.
char *take_json(struct row *row)
{
    enum { OID_JSONB = 3802 };
    size_t len = 0, skip = PQftype(row->rows->result, row->column) == OID_JSONB ? 1 : 0;
    const char *p = take(row, "j", &len);
    return p ? arena_strndup(row->rows->arena, p + skip, len - skip) : NULL;
}

// The element count of a one-dimensional array, and its first element.
static size_t take_array(struct row *row, const char *letter, const char **ret_at)
{
    size_t len = 0;
    const char *p = take(row, letter, &len);
    if (!p || len < 20 || read_be32(p) != 1)
        return 0;
    *ret_at = p + 20;
    return read_be32(p + 12);
}

size_t take_i64s(struct row *row, int64_t **ret_values)
{
    const char *p = NULL;
    size_t n = take_array(row, "L", &p);
    int64_t *values = arena_calloc(row->rows->arena, n + 1, sizeof *values);
    *ret_values = values;
    if (!values)
        return 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t len = read_be32(p);
        p += 4;
        values[i] = len == 8 ? (int64_t)read_be64(p) : 0;
        p += len == UINT32_MAX ? 0 : len;
    }
    return n;
}

size_t take_texts(struct row *row, char ***ret_values)
{
    const char *p = NULL;
    size_t n = take_array(row, "T", &p);
    char **values = arena_calloc(row->rows->arena, n + 1, sizeof *values);
    *ret_values = values;
    if (!values)
        return 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t len = read_be32(p);
        p += 4;
        if (len == UINT32_MAX)
            continue;
        values[i] = arena_strndup(row->rows->arena, p, len);
        p += len;
    }
    return n;
}

char *take_day(struct row *row)
{
    char text[DATE_SIZE];
    bool null = next_is_null(row);
    date_format(take_date(row), text);
    return null ? NULL : arena_strdup(row->rows->arena, text);
}

char *take_week(struct row *row)
{
    char text[WEEK_SIZE];
    bool null = next_is_null(row);
    week_format(take_date(row), text);
    return null ? NULL : arena_strdup(row->rows->arena, text);
}

char *take_stamp(struct row *row)
{
    char text[TIMESTAMP_SIZE];
    bool null = next_is_null(row);
    timestamp_format(take_time(row), text);
    return null ? NULL : arena_strdup(row->rows->arena, text);
}
