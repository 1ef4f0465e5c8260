// A statement: static SQL with the types of its parameters and columns, prepared once a connection.
// Values travel in PostgreSQL's binary format. This file must not know calls or connections.
#ifndef OKR_SERVER_PG_STATEMENT_H
#define OKR_SERVER_PG_STATEMENT_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"

// One letter a parameter or column:
//   l bigint   i integer   t text   b boolean   d double precision   y bytea   j json or jsonb
//   a date (days since 1970-01-01)   z timestamptz (microseconds since 1970-01-01 UTC)
//   L bigint[]   I integer[]   T text[]   D double precision[]   Y bytea[]   Z timestamptz[]
// Any value may be NULL.
struct statement {
    const char *name;
    const char *params;
    const char *columns; // "" when it returns no rows
    const char *sql;
};

// Defines a statement of this file and enters it into the table of all statements, so that each
// connection prepares it and a test can compare it with the schema.
//     STATEMENT(goal_get, "l", "lltt", "SELECT id, version, text, reason FROM goal WHERE id = $1");
#define STATEMENT(id, params_, columns_, sql_)                                                     \
    static const struct statement id = {#id, params_, columns_, sql_};                             \
    static const struct statement *const id##_entry                                                \
        __attribute__((used, section("okr_statements"))) = &id

// All statements of the program, in link order.
const struct statement *const *statement_table(size_t *ret_count);

// A statement with its parameters bound, ready to be sent. Lives in a call's arena.
enum { QUERY_MAX_PARAMS = 24 };
struct query {
    const struct statement *statement;
    struct arena *arena;
    int n;                                // bound so far
    bool failed;                          // a wrong type, too many, or out of arena
    const char *values[QUERY_MAX_PARAMS]; // NULL: SQL NULL
    int lengths[QUERY_MAX_PARAMS];
    struct query *next;
};

struct query *query_new(struct arena *arena, const struct statement *statement);

// Bind the next parameter. A type that differs from the statement's letter marks the query as
// failed (answered INTERNAL; a test of each handler finds it). Text and bytes are not copied: they
// must live as long as the arena. NULL text binds SQL NULL.
void bind_i64(struct query *q, int64_t value);                  // l
void bind_i32(struct query *q, int32_t value);                  // i
void bind_text(struct query *q, const char *value);             // t, j
void bind_bool(struct query *q, bool value);                    // b
void bind_double(struct query *q, double value);                // d
void bind_bytes(struct query *q, const void *data, size_t len); // y
void bind_date(struct query *q, int32_t days);                  // a
void bind_time(struct query *q, int64_t us);                    // z
void bind_null(struct query *q);                                // any
void bind_opt_i64(struct query *q, bool has, int64_t value);
void bind_opt_i32(struct query *q, bool has, int32_t value);
void bind_opt_bool(struct query *q, bool has, bool value);
void bind_opt_double(struct query *q, bool has, double value);
void bind_opt_date(struct query *q, bool has, int32_t days);
void bind_i64_array(struct query *q, const int64_t *values, size_t n); // L
void bind_i32_array(struct query *q, const int32_t *values, size_t n); // I
void bind_text_array(struct query *q, char *const *values,
                     size_t n); // T; NULL elements are SQL NULL
void bind_double_array(struct query *q, const double *values, size_t n); // D
struct bytes {
    const void *data; // NULL: SQL NULL
    size_t len;
};
void bind_bytes_array(struct query *q, const struct bytes *values, size_t n); // Y
void bind_time_array(struct query *q, const int64_t *us, size_t n);           // Z

// The rows that a query returned. Valid only inside the continuation that was given them; texts and
// arrays are copied into the arena.
struct rows {
    const PGresult *result;
    const struct statement *statement;
    struct arena *arena;
};
int rows_count(const struct rows *rows);
int rows_affected(const struct rows *rows); // of INSERT, UPDATE, DELETE
bool row_null(const struct rows *rows, int row, int column);
// For NULL: 0, false, NULL, an empty array.
int64_t row_i64(const struct rows *rows, int row, int column);
int32_t row_i32(const struct rows *rows, int row, int column);
bool row_bool(const struct rows *rows, int row, int column);
double row_double(const struct rows *rows, int row, int column);
int32_t row_date(const struct rows *rows, int row, int column); // days since 1970-01-01
int64_t row_time(const struct rows *rows, int row, int column); // microseconds since 1970-01-01 UTC
char *row_text(const struct rows *rows, int row, int column);   // t and j; NUL-terminated copy
struct bytes row_bytes(const struct rows *rows, int row, int column);
size_t row_i64_array(const struct rows *rows, int row, int column, int64_t **ret_values);
size_t row_text_array(const struct rows *rows, int row, int column, char ***ret_values);

// As message fields want them, in the arena: "2021-02-08", "2021-02-08T01:02:03Z", "2021-W06"; NULL
// for NULL.
char *row_date_text(const struct rows *rows, int row, int column);
char *row_time_text(const struct rows *rows, int row, int column);
char *row_week_text(const struct rows *rows, int row, int column);

#endif
