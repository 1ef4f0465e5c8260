// Makes the rows that a directory is built from, as PostgreSQL would send them (binary format),
// without a PostgreSQL: tables of text, turned by each statement's column letters. "-" is NULL.
#ifndef OKR_TESTS_UNIT_DIRECTORY_ROWS_H
#define OKR_TESTS_UNIT_DIRECTORY_ROWS_H

#include <endian.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "server/people/directory.h"

enum { FIXTURE_COLUMNS = 8 };

struct fixture {
    const char *const (*cells)[FIXTURE_COLUMNS];
    size_t count;
};

// text[] of one element: dimensions, flags, element type, length, lower bound, element.
static inline int put_text_array(char *out, const char *text)
{
    uint32_t head[6] = {htobe32(1), 0, htobe32(25), htobe32(1), htobe32(1), 0};
    head[5] = htobe32((uint32_t)strlen(text));
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, text, strlen(text));
    return (int)(sizeof head + strlen(text));
}

// `y` is the SHA-256 of the text, `z` microseconds since 1970.
static inline int put_cell(char *out, char letter, const char *text)
{
    uint64_t big = htobe64((uint64_t)(atoll(text) - (letter == 'z' ? 946684800000000LL : 0)));
    uint32_t small = htobe32((uint32_t)atoi(text));
    switch (letter) {
    case 'l':
    case 'z':
        memcpy(out, &big, 8);
        return 8;
    case 'i':
        memcpy(out, &small, 4);
        return 4;
    case 'b':
        out[0] = text[0] == 't';
        return 1;
    case 'y':
        crypto_hash_sha256((unsigned char *)out, (const unsigned char *)text, strlen(text));
        return 32;
    case 'T':
        return put_text_array(out, text);
    default:
        memcpy(out, text, strlen(text));
        return (int)strlen(text);
    }
}

static inline PGresult *fixture_result(const struct statement *statement, struct fixture fixture)
{
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    PGresAttDesc columns[FIXTURE_COLUMNS] = {0};
    char name[] = "column";
    int n = (int)strlen(statement->columns);
    for (int i = 0; i < n; i++) {
        columns[i].name = name;
        columns[i].format = 1;
    }
    PQsetResultAttrs(result, n, columns);
    for (size_t row = 0; row < fixture.count; row++)
        for (int i = 0; i < n; i++) {
            char value[256];
            const char *text = fixture.cells[row][i];
            int len = strcmp(text, "-") ? put_cell(value, statement->columns[i], text) : -1;
            PQsetvalue(result, (int)row, i, value, len);
        }
    return result;
}

// One fixture a statement. The rows are gone when this returns: the directory has its own memory.
static inline struct directory *fixture_directory(const struct fixture *fixtures)
{
    struct rows rows[16];
    struct arena *none = arena_new(1 << 16);
    for (size_t i = 0; i < directory_statement_count; i++)
        rows[i] = (struct rows){fixture_result(directory_statements[i], fixtures[i]),
                                directory_statements[i], none};
    struct directory *dir = directory_build(rows);
    for (size_t i = 0; i < directory_statement_count; i++)
        PQclear((PGresult *)(uintptr_t)rows[i].result);
    arena_free(none);
    return dir;
}

#define FIXTURE(cells)                                                                             \
    {                                                                                              \
        cells, sizeof(cells) / sizeof *(cells)                                                     \
    }

#endif
