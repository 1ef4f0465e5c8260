// Every statement of the program against the schema that the migrations make: PostgreSQL describes
// the prepared statement, and its parameters and columns must be those that the letters promise.
// A private cluster in a temporary directory; started as root the program drops root first.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libpq-fe.h>
#include "server/pg/query.h"
#include "server/pg/statement.h"
#include "tests/support/database.h"

static PGconn *conn; // as the role that serves: what it may not touch it cannot even prepare

static int start(void **state)
{
    if (database_start(state) != 0)
        return -1;
    conn = PQconnectdb(database_conninfo(CLUSTER_APP));
    return PQstatus(conn) == CONNECTION_OK ? 0 : -1;
}

static int stop(void **state)
{
    PQfinish(conn);
    return database_stop(state);
}

// The types that a letter stands for (statement.h); PostgreSQL's own numbers, which never change.
static bool fits(char letter, Oid type)
{
    static const struct {
        char letter;
        Oid type;
    } table[] = {{'l', 20},   {'i', 23},   {'t', 25},   {'b', 16},   {'d', 701},  {'y', 17},
                 {'j', 114},  {'j', 3802}, {'a', 1082}, {'z', 1184}, {'L', 1016}, {'I', 1007},
                 {'T', 1009}, {'D', 1022}, {'Y', 1001}, {'Z', 1185}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].letter == letter && table[i].type == type)
            return true;
    return false;
}

static int compare(const struct statement *s, const char *what, const char *letters, int n,
                   Oid (*type_of)(const PGresult *, int), const PGresult *description)
{
    int wrong = (size_t)n != strlen(letters);
    if (wrong)
        print_error("%s: %d %s, the letters are \"%s\"\n", s->name, n, what, letters);
    for (int i = 0; !wrong && i < n; i++) {
        Oid type = type_of(description, i);
        if (fits(letters[i], type))
            continue;
        print_error("%s: of the %s number %d has type %u, its letter is '%c'\n", s->name, what,
                    i + 1, (unsigned)type, letters[i]);
        wrong++;
    }
    return wrong;
}

// Prepared without types, so that PostgreSQL infers them from the text alone.
static int check(const struct statement *s)
{
    PGresult *prepared = PQprepare(conn, s->name, s->sql, 0, NULL);
    PGresult *description = PQdescribePrepared(conn, s->name);
    int wrong = 0;
    if (PQresultStatus(prepared) != PGRES_COMMAND_OK) {
        print_error("%s: %s", s->name, PQresultErrorMessage(prepared));
        wrong++;
    } else {
        wrong +=
            compare(s, "parameters", s->params, PQnparams(description), PQparamtype, description);
        wrong += compare(s, "columns", s->columns, PQnfields(description), PQftype, description);
    }
    PQclear(prepared);
    PQclear(description);
    return wrong;
}

static bool has(const char *name)
{
    size_t n;
    const struct statement *const *table = statement_table(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(table[i]->name, name) == 0)
            return true;
    return false;
}

static void each_statement_is_as_its_letters_say(void **state)
{
    (void)state;
    size_t n;
    int wrong = 0;
    const struct statement *const *table = statement_table(&n);
    // Linked whole: what no handler calls is there as well.
    assert_true(has("writer_sql_begin") && has("record_audit") && has("audit_oldest"));
    for (size_t i = 0; i < n; i++)
        wrong += check(table[i]);
    print_message("          %zu statements\n", n);
    assert_int_equal(wrong, 0);
}

static bool writes(const struct statement *s)
{
    static const char *const words[] = {"INSERT ", "UPDATE ", "DELETE "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(s->sql, words[i]))
            return true;
    return false;
}

// A view has no key that other columns could depend on, for one: GROUP BY names them all.
static void what_reads_can_read_the_past(void **state)
{
    (void)state;
    size_t n;
    int wrong = 0;
    const struct statement *const *table = statement_table(&n);
    PQclear(PQexec(conn, "SET search_path = as_of, public"));
    for (size_t i = 0; i < n; i++) {
        if (writes(table[i]))
            continue;
        PGresult *prepared = PQprepare(conn, "", table[i]->sql, 0, NULL);
        if (PQresultStatus(prepared) != PGRES_COMMAND_OK) {
            print_error("%s: %s", table[i]->name, PQresultErrorMessage(prepared));
            wrong++;
        }
        PQclear(prepared);
    }
    PQclear(PQexec(conn, "RESET search_path"));
    assert_int_equal(wrong, 0);
}

static void no_two_statements_share_a_name(void **state)
{
    (void)state;
    size_t n;
    const struct statement *const *table = statement_table(&n);
    for (size_t i = 0; i < n; i++) {
        assert_true(strlen(table[i]->params) <= QUERY_MAX_PARAMS);
        for (size_t k = i + 1; k < n; k++)
            assert_string_not_equal(table[i]->name, table[k]->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_statement_is_as_its_letters_say),
        cmocka_unit_test(what_reads_can_read_the_past),
        cmocka_unit_test(no_two_statements_share_a_name),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
