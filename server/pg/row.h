// What a query was answered, read row by row and column by column: a cursor takes one value after
// the other, in the statement's order. A row type is one list of its columns, from which its SQL,
// its letters and its reader are made; so nobody counts columns. Taking a value of another type
// than the statement's letter says, or not all of a row, is a fault of the program: it is logged,
// and `broken` is set, which fails the call. Must not know calls or connections.
#ifndef OKR_SERVER_PG_ROW_H
#define OKR_SERVER_PG_ROW_H

#include <libpq-fe.h>
#include "server/pg/query.h"

// Valid only inside the continuation that was given them; texts and arrays are copied into the
// arena.
struct rows {
    const PGresult *result;
    const struct statement *statement;
    struct arena *arena;
    bool *broken; // may be NULL
};
int rows_count(const struct rows *rows);
int rows_affected(const struct rows *rows); // of INSERT, UPDATE, DELETE

// A cursor: on a row, and before the column that is taken next.
struct row {
    const struct rows *rows;
    int index;
    int column;
};
// Before the first row: row_next() goes to it. False: there is none left.
struct row rows_begin(const struct rows *rows);
bool row_next(struct row *row);
// On a row; the index is one of rows_count().
struct row rows_at(const struct rows *rows, int index);

bool next_is_null(const struct row *row);
// For NULL: 0, false, NULL, an empty array.
int64_t take_i64(struct row *row);                       // l
int32_t take_i32(struct row *row);                       // i
bool take_bool(struct row *row);                         // b
double take_double(struct row *row);                     // d
int32_t take_date(struct row *row);                      // a: days since 1970-01-01
int64_t take_time(struct row *row);                      // z: microseconds since 1970-01-01 UTC
char *take_text(struct row *row);                        // t
char *take_json(struct row *row);                        // j
struct bytes take_bytes(struct row *row);                // y
size_t take_i64s(struct row *row, int64_t **ret_values); // L
size_t take_texts(struct row *row, char ***ret_values);  // T
// As message fields want them: "2021-02-08", "2021-W06", "2021-02-08T01:02:03Z".
char *take_day(struct row *row);   // a
char *take_week(struct row *row);  // a
char *take_stamp(struct row *row); // z
// Valid as long as the rows; t. Saves the copy of what is parsed at once.
const char *take_text_in_place(struct row *row);
void take_nothing(struct row *row); // any: goes on to the next column
void row_skip(struct row *row);     // the rest of the row is not wanted

/* A row type is a list of its columns, the first one apart:
 *     #define ENTRY_ROW(FIRST, NEXT)          \
 *         FIRST(i64, id, "e.id")              \
 *         NEXT(week, week, "e.week")          \
 *         NEXT(text, author, "m.handle")
 *     #define ENTRY_COLUMNS ROW_COLUMNS(ENTRY_ROW)
 *     #define ENTRY_LETTERS ROW_LETTERS(ENTRY_ROW)
 * A kind is the name of a take function: i64 i32 bool double date time text json bytes i64s texts
 * day week stamp; opt_i64, opt_i32, opt_double, opt_date, opt_time for a field with a has_ beside
 * it (of a message every number has one); flag: a bool of a message that is absent where it is
 * false. The columns bear the fields' names. */
#define ROW_COLUMNS(list) list(ROW_COLUMN_FIRST_, ROW_COLUMN_NEXT_)
#define ROW_COLUMN_FIRST_(kind, field, sql) sql " AS \"" #field "\""
#define ROW_COLUMN_NEXT_(kind, field, sql) ", " sql " AS \"" #field "\""

#define ROW_LETTERS(list) list(ROW_LETTER_, ROW_LETTER_)
#define ROW_LETTER_(kind, field, sql) ROW_LETTER_##kind
#define ROW_LETTER_i64 "l"
#define ROW_LETTER_i32 "i"
#define ROW_LETTER_bool "b"
#define ROW_LETTER_flag "b"
#define ROW_LETTER_double "d"
#define ROW_LETTER_date "a"
#define ROW_LETTER_day "a"
#define ROW_LETTER_week "a"
#define ROW_LETTER_time "z"
#define ROW_LETTER_stamp "z"
#define ROW_LETTER_text "t"
#define ROW_LETTER_json "j"
#define ROW_LETTER_bytes "y"
#define ROW_LETTER_i64s "L"
#define ROW_LETTER_texts "T"
#define ROW_LETTER_opt_i64 "l"
#define ROW_LETTER_opt_i32 "i"
#define ROW_LETTER_opt_double "d"
#define ROW_LETTER_opt_date "a"
#define ROW_LETTER_opt_time "z"

// The reader of a struct: void name(struct row *row, type *ret), static for one file's use. (The
// declaration at the end takes the semicolon.)
#define STRUCT_READER(name, type, list)                                                            \
    void name(struct row *row, type *ret)                                                          \
    {                                                                                              \
        list(STRUCT_FIELD_, STRUCT_FIELD_)                                                         \
    }                                                                                              \
    struct row
#define STRUCT_FIELD_(kind, field, sql) STRUCT_##kind(field)
#define STRUCT_i64(field) ret->field = take_i64(row);
#define STRUCT_i32(field) ret->field = (__typeof__(ret->field))take_i32(row); /* or an enum */
#define STRUCT_bool(field) ret->field = take_bool(row);
#define STRUCT_double(field) ret->field = take_double(row);
#define STRUCT_date(field) ret->field = take_date(row);
#define STRUCT_day(field) ret->field = take_day(row);
#define STRUCT_week(field) ret->field = take_week(row);
#define STRUCT_time(field) ret->field = take_time(row);
#define STRUCT_stamp(field) ret->field = take_stamp(row);
#define STRUCT_text(field) ret->field = take_text(row);
#define STRUCT_json(field) ret->field = take_json(row);
#define STRUCT_bytes(field) ret->field = take_bytes(row);
#define STRUCT_i64s(field) ret->n_##field = take_i64s(row, &ret->field);
#define STRUCT_texts(field) ret->n_##field = take_texts(row, &ret->field);
#define STRUCT_opt_(field, take)                                                                   \
    ret->has_##field = !next_is_null(row);                                                         \
    ret->field = take(row);
#define STRUCT_opt_i64(field) STRUCT_opt_(field, take_i64)
#define STRUCT_opt_i32(field)                                                                      \
    ret->has_##field = !next_is_null(row);                                                         \
    STRUCT_i32(field)
#define STRUCT_opt_double(field) STRUCT_opt_(field, take_double)
#define STRUCT_opt_date(field) STRUCT_opt_(field, take_date)
#define STRUCT_opt_time(field) STRUCT_opt_(field, take_time)

// The same of a message (proto2: what is NULL is absent): void name(struct row *row, type *ret).
#define MESSAGE_READER(name, type, list)                                                           \
    void name(struct row *row, type *ret)                                                          \
    {                                                                                              \
        list(MESSAGE_FIELD_, MESSAGE_FIELD_)                                                       \
    }                                                                                              \
    struct row
#define MESSAGE_FIELD_(kind, field, sql) MESSAGE_##kind(field)
#define MESSAGE_i64(field) STRUCT_opt_(field, take_i64)
#define MESSAGE_i32(field) STRUCT_opt_i32(field)
#define MESSAGE_bool(field) STRUCT_opt_(field, take_bool)
#define MESSAGE_flag(field) ret->has_##field = ret->field = take_bool(row);
#define MESSAGE_double(field) STRUCT_opt_(field, take_double)
#define MESSAGE_day(field) ret->field = take_day(row);
#define MESSAGE_week(field) ret->field = take_week(row);
#define MESSAGE_stamp(field) ret->field = take_stamp(row);
#define MESSAGE_text(field) ret->field = take_text(row);
#define MESSAGE_json(field) ret->field = take_json(row);
#define MESSAGE_i64s(field) ret->n_##field = take_i64s(row, &ret->field);
#define MESSAGE_texts(field) ret->n_##field = take_texts(row, &ret->field);

// Until each room reads by its row types: by numbers. A wrong type is loud here, too.
bool row_null(const struct rows *rows, int row, int column);
int64_t row_i64(const struct rows *rows, int row, int column);
int32_t row_i32(const struct rows *rows, int row, int column);
bool row_bool(const struct rows *rows, int row, int column);
double row_double(const struct rows *rows, int row, int column);
int32_t row_date(const struct rows *rows, int row, int column);
int64_t row_time(const struct rows *rows, int row, int column);
char *row_text(const struct rows *rows, int row, int column); // t or j
struct bytes row_bytes(const struct rows *rows, int row, int column);
size_t row_i64_array(const struct rows *rows, int row, int column, int64_t **ret_values);
size_t row_text_array(const struct rows *rows, int row, int column, char ***ret_values);
char *row_date_text(const struct rows *rows, int row, int column);
char *row_time_text(const struct rows *rows, int row, int column);
char *row_week_text(const struct rows *rows, int row, int column);

#endif
