// Results of the scripted server: made from a script's words, read by libpq's functions.
#include "tests/support/libpq/private.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cell {
    char *data; // NULL: no value
    int length;
};

struct pg_result {
    ExecStatusType status;
    char tag[32], state[6], constraint[64], table[64], message[256];
    const char *severity;
    int n_rows, n_columns;
    struct cell *cells;
};

int fake_results;

PGresult *fake_result(ExecStatusType status)
{
    PGresult *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    r->status = status;
    fake_results++;
    return r;
}

PGresult *fake_command(const char *sql, const char *tag)
{
    PGresult *r = fake_result(PGRES_COMMAND_OK);
    size_t word = strcspn(sql, " ;");
    snprintf(r->tag, sizeof r->tag, "%.*s", tag ? (int)strlen(tag) : (int)word, tag ? tag : sql);
    return r;
}

PGresult *fake_error(const char *error)
{
    PGresult *r = fake_result(PGRES_FATAL_ERROR);
    const char *message = strstr(error, ": ");
    assert_non_null(message);
    sscanf(error, "%5[^ :] %63[^:@]", r->state, r->constraint);
    const char *table = strchr(error, '@');
    if (table && table < message)
        snprintf(r->table, sizeof r->table, "%.*s", (int)(message - table - 1), table + 1);
    snprintf(r->message, sizeof r->message, "%s", message + 2);
    r->severity = "ERROR";
    return r;
}

PGresult *fake_notice(const char *message)
{
    PGresult *r = fake_result(PGRES_NONFATAL_ERROR);
    snprintf(r->state, sizeof r->state, "01000");
    snprintf(r->message, sizeof r->message, "%s", message);
    r->severity = "WARNING";
    return r;
}

// Rows.

static void set(struct cell *cell, const void *data, size_t length)
{
    cell->data = malloc(length + 1);
    if (!cell->data)
        abort();
    memcpy(cell->data, data, length);
    cell->data[length] = '\0';
    cell->length = (int)length;
}

static void set_hexadecimal(struct cell *cell, const char *text, size_t length)
{
    char bytes[512];
    assert_true(length / 2 <= sizeof bytes);
    for (size_t i = 0; i + 1 < length; i += 2)
        sscanf(text + i, "%2hhx", (unsigned char *)&bytes[i / 2]);
    set(cell, bytes, length / 2);
}

// In PostgreSQL's binary format; instants count from the year 2000.
static void set_number(struct cell *cell, char letter, const char *text)
{
    static const int64_t epoch_us = INT64_C(946684800000000), epoch_days = 10957;
    int64_t value = strtoll(text, NULL, 10);
    value -= letter == 'z' ? epoch_us : letter == 'a' ? epoch_days : 0;
    uint64_t eight = htobe64((uint64_t)value);
    uint32_t four = htobe32((uint32_t)value);
    if (strchr("lz", letter))
        set(cell, &eight, sizeof eight);
    else
        set(cell, &four, sizeof four);
}

static void set_cell(struct cell *cell, char letter, const char *text, size_t length)
{
    if (length == 1 && *text == '~')
        return;
    if (strchr("tj", letter))
        set(cell, text, length);
    else if (letter == 'y')
        set_hexadecimal(cell, text, length);
    else if (letter == 'b')
        set(cell, *text == 't' ? "\1" : "\0", 1);
    else if (strchr("liza", letter))
        set_number(cell, letter, text);
    else
        fail_msg("no script has a column of type %c", letter);
}

static int count_lines(const char *rows)
{
    int n = *rows != '\0';
    for (; *rows; rows++)
        n += *rows == '\n';
    return n;
}

PGresult *fake_rows(const struct statement *statement, const char *rows)
{
    const char *columns = statement ? statement->columns : *rows ? "t" : "";
    PGresult *r = fake_result(PGRES_TUPLES_OK);
    r->n_columns = (int)strlen(columns);
    r->n_rows = count_lines(rows);
    r->cells = calloc((size_t)(r->n_rows * r->n_columns) + 1, sizeof *r->cells);
    if (!r->cells)
        abort();
    for (int i = 0; i < r->n_rows * r->n_columns; i++) {
        size_t length = strcspn(rows, "|\n");
        set_cell(&r->cells[i], columns[i % r->n_columns], rows, length);
        rows += length;
        assert_int_equal(*rows, (i + 1) % r->n_columns             ? '|'
                                : i + 1 < r->n_rows * r->n_columns ? '\n'
                                                                   : '\0');
        rows += *rows != '\0';
    }
    return r;
}

// libpq's functions; NULL is no result, as there.

void PQclear(PGresult *r)
{
    if (!r)
        return;
    for (int i = 0; r->cells && i < r->n_rows * r->n_columns; i++)
        free(r->cells[i].data);
    free(r->cells);
    free(r);
    fake_results--;
}

ExecStatusType PQresultStatus(const PGresult *r)
{
    return r ? r->status : PGRES_FATAL_ERROR;
}

char *PQresultErrorMessage(const PGresult *r)
{
    return (char *)(uintptr_t)(r ? r->message : "");
}

char *PQresultErrorField(const PGresult *r, int field)
{
    const char *text = NULL;
    if (!r || !r->severity)
        return NULL;
    if (field == PG_DIAG_SQLSTATE)
        text = r->state;
    else if (field == PG_DIAG_MESSAGE_PRIMARY)
        text = r->message;
    else if (field == PG_DIAG_SEVERITY || field == PG_DIAG_SEVERITY_NONLOCALIZED)
        text = r->severity;
    else if (field == PG_DIAG_CONSTRAINT_NAME && r->constraint[0])
        text = r->constraint;
    else if (field == PG_DIAG_TABLE_NAME && r->table[0])
        text = r->table;
    return (char *)(uintptr_t)text;
}

char *PQcmdStatus(PGresult *r)
{
    return r ? r->tag : NULL;
}

char *PQcmdTuples(PGresult *r)
{
    const char *number = r ? strrchr(r->tag, ' ') : NULL;
    return (char *)(uintptr_t)(number ? number + 1 : "");
}

int PQntuples(const PGresult *r)
{
    return r ? r->n_rows : 0;
}

int PQnfields(const PGresult *r)
{
    return r ? r->n_columns : 0;
}

Oid PQftype(const PGresult *r, int column)
{
    (void)r, (void)column;
    return 25; // text: only jsonb is read in another way
}

static const struct cell *cell_of(const PGresult *r, int row, int column)
{
    static const struct cell none;
    bool inside = r && row >= 0 && row < r->n_rows && column >= 0 && column < r->n_columns;
    return inside ? &r->cells[row * r->n_columns + column] : &none;
}

int PQgetisnull(const PGresult *r, int row, int column)
{
    return cell_of(r, row, column)->data == NULL;
}

int PQgetlength(const PGresult *r, int row, int column)
{
    return cell_of(r, row, column)->length;
}

char *PQgetvalue(const PGresult *r, int row, int column)
{
    const struct cell *cell = cell_of(r, row, column);
    return (char *)(uintptr_t)(cell->data ? cell->data : "");
}
