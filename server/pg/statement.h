// A statement: static SQL with the types of its parameters and columns and the shape of its answer,
// prepared once a connection. Binding is query.h, reading row.h. It must not know calls or
// connections.
#ifndef OKR_SERVER_PG_STATEMENT_H
#define OKR_SERVER_PG_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

// How many rows answer it. An answer of another shape fails the call as INTERNAL.
enum statement_shape { SHAPE_NONE, SHAPE_ONE, SHAPE_MAYBE, SHAPE_MANY };

// One letter a parameter or column:
//   l bigint   i integer   t text   b boolean   d double precision   y bytea   j json or jsonb
//   a date (days since 1970-01-01)   z timestamptz (microseconds since 1970-01-01 UTC)
//   L bigint[]   I integer[]   T text[]   D double precision[]   Y bytea[]   Z timestamptz[]
// Any value may be NULL.
struct statement {
    const char *name;
    enum statement_shape shape;
    const char *params;
    const char *columns; // "" when it returns no rows
    const char *sql;
};

// Defines a statement of this file and enters it into the table of all statements, so that each
// connection prepares it and a test can compare it with the schema. Values travel in PostgreSQL's
// binary format.
//     STATEMENT(goal_get, MAYBE, "l", "lltt",
//               "SELECT id, version, text, reason FROM goal WHERE id = $1");
#define STATEMENT(id, shape_, params_, columns_, sql_)                                             \
    static const struct statement id = {#id, SHAPE_##shape_, params_, columns_, sql_};             \
    static const struct statement *const id##_entry                                                \
        __attribute__((used, section("okr_statements"))) = &id

// All statements of the program, in link order.
const struct statement *const *statement_table(size_t *ret_count);

// Whether an answer of so many rows is what the statement says of itself.
bool statement_fits(const struct statement *statement, int n_rows);

#endif
