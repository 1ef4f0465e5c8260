/* Runs and verifies migrations over a blocking connection, at startup only. It compares three
 * things: the list, the record in the database, and their SHA-256 sums; where they disagree about
 * the past it refuses and names the file. It knows nothing of what the files create. */
#include "server/pg/migrate.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Any constant will do, as long as every okrd uses the same: the bytes of "okrdmigr". */
#define LOCK_KEY "8028636536375961458"

const struct statement migrate_recorded = {
    "migrate_recorded", SHAPE_MANY, "", "itt",
    "SELECT number, name, encode(sha256, 'hex') FROM public.schema_migration ORDER BY number"};
static const struct statement *const migrate_recorded_entry
    __attribute__((used, section("okr_statements"))) = &migrate_recorded;

#define HASH_HEX (crypto_hash_sha256_BYTES * 2 + 1)

struct run {
    PGconn *conn;
    const struct migration *list;
    size_t count;
    const char *app_role;
    migrate_say *say;
    void *say_context;
    struct migrate_error *error;
};

__attribute__((format(printf, 3, 4))) static bool
fail(struct migrate_error *error, enum migrate_fault fault, const char *format, ...)
{
    char text[sizeof error->message];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* libpq's messages end in a newline and may hold more. */
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n') {
        text[--length] = '\0';
    }
    for (char *at = text; (at = strchr(at, '\n')) != NULL;) {
        *at = ' ';
    }
    error->fault = fault;
    memcpy(error->message, text, sizeof text);
    return false;
}

__attribute__((format(printf, 2, 3))) static void say(const struct run *run, const char *format,
                                                      ...)
{
    char line[256];
    va_list args;
    if (run->say == NULL) {
        return;
    }
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    run->say(run->say_context, line);
}

static void hash_hex(const struct migration *migration, char ret_hex[static HASH_HEX])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)migration->sql, migration->size);
    sodium_bin2hex(ret_hex, HASH_HEX, hash, sizeof hash);
}

/* The number that a name opens with, or -1 unless it is NNNN_slug.sql. */
static int name_number(const char *name)
{
    size_t length = strlen(name);
    if (length < 10 || length > 100 || strspn(name, "0123456789") != 4 || name[4] != '_' ||
        strcmp(name + length - 4, ".sql") != 0) {
        return -1;
    }
    size_t slug = strspn(name + 5, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return slug == length - 9 ? atoi(name) : -1;
}

static bool check_list(const struct run *run)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct migration *at = &run->list[i];
        int number = name_number(at->name);
        if (number < 0) {
            return fail(run->error, MIGRATE_BAD_LIST,
                        "migration \"%s\": the name must be NNNN_slug.sql", at->name);
        }
        if (number != (int)i + 1) {
            return fail(run->error, MIGRATE_BAD_LIST,
                        "migration %04zu is missing: %s stands in its place", i + 1, at->name);
        }
        if (memchr(at->sql, '\0', at->size) != NULL) {
            return fail(run->error, MIGRATE_BAD_LIST, "%s holds a NUL byte", at->name);
        }
    }
    return true;
}

/* Runs one statement of the runner's own; NULL with the error set on failure. */
static PGresult *ask(const struct run *run, const char *sql, int count, const char *const *values)
{
    PGresult *result = PQexecParams(run->conn, sql, count, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        return result;
    }
    PQclear(result);
    fail(run->error, MIGRATE_DATABASE, "the database refused: %s", PQerrorMessage(run->conn));
    return NULL;
}

static bool tell(const struct run *run, const char *sql, int count, const char *const *values)
{
    PGresult *result = ask(run, sql, count, values);
    PQclear(result);
    return result != NULL;
}

/* Asks a yes-or-no question; -1 with the error set on failure. */
static int ask_bool(const struct run *run, const char *sql)
{
    PGresult *result = ask(run, sql, 0, NULL);
    int answer = result == NULL ? -1 : PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return answer;
}

static bool compare_one(const struct run *run, size_t index, int number, const char *name,
                        const char *hash)
{
    char expected[HASH_HEX];
    if (number > (int)run->count) {
        return fail(run->error, MIGRATE_NEWER,
                    "the database has %s, which this okrd does not know (its last is %s): "
                    "a newer okrd migrated it, run that one",
                    name, run->count > 0 ? run->list[run->count - 1].name : "none");
    }
    if (number != (int)index + 1) {
        return fail(run->error, MIGRATE_MISSING,
                    "%s is not recorded in the database, but the later %s is",
                    run->list[index].name, name);
    }
    if (strcmp(name, run->list[index].name) != 0) {
        return fail(run->error, MIGRATE_CHANGED, "%s was applied under the name %s",
                    run->list[index].name, name);
    }
    hash_hex(&run->list[index], expected);
    return strcmp(hash, expected) == 0 ||
           fail(run->error, MIGRATE_CHANGED,
                "%s was changed after it was applied (SHA-256 %.12s... then, %.12s... now): "
                "restore the file and put the change into a new one",
                name, hash, expected);
}

/* Compares the record with the list. ret_applied is how many of the list are applied. */
static bool compare(const struct run *run, size_t *ret_applied)
{
    PGresult *rows = ask(run, migrate_recorded.sql, 0, NULL);
    if (rows == NULL) {
        return false;
    }
    size_t count = (size_t)PQntuples(rows);
    bool same = true;
    for (size_t i = 0; i < count && same; i++) {
        same = compare_one(run, i, atoi(PQgetvalue(rows, (int)i, 0)), PQgetvalue(rows, (int)i, 1),
                           PQgetvalue(rows, (int)i, 2));
    }
    PQclear(rows);
    if (same) {
        *ret_applied = count;
    }
    return same;
}

/* Reads one command's results to the end. A file must neither end its transaction nor copy, which
 * would wait for data that nobody sends. */
static bool drain(const struct run *run, const char *name)
{
    bool fine = true;
    for (PGresult *result; (result = PQgetResult(run->conn)) != NULL; PQclear(result)) {
        ExecStatusType status = PQresultStatus(result);
        if (!fine) {
            continue;
        }
        if (status == PGRES_COPY_IN) {
            PQputCopyEnd(run->conn, "not in a migration");
        }
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
            fine = fail(run->error, MIGRATE_FAILED, "%s: COPY has no place in a migration", name);
            PQclear(result);
            break;
        }
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            fine = fail(run->error, MIGRATE_FAILED, "%s: %s", name, PQresultErrorMessage(result));
        }
    }
    return fine;
}

static bool transaction_id(const struct run *run, char ret_id[static 32])
{
    PGresult *result = ask(run, "SELECT pg_current_xact_id()::text", 0, NULL);
    if (result != NULL) {
        snprintf(ret_id, 32, "%s", PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    return result != NULL;
}

static bool run_file(const struct run *run, const struct migration *file)
{
    char before[32];
    char after[32] = "";
    if (!transaction_id(run, before)) {
        return false;
    }
    if (PQsendQuery(run->conn, file->sql) == 0) {
        return fail(run->error, MIGRATE_DATABASE, "%s: %s", file->name, PQerrorMessage(run->conn));
    }
    if (!drain(run, file->name)) {
        return false;
    }
    if (PQtransactionStatus(run->conn) != PQTRANS_INTRANS || !transaction_id(run, after) ||
        strcmp(before, after) != 0) {
        return fail(run->error, MIGRATE_FAILED,
                    "%s ends its transaction itself (COMMIT or ROLLBACK); what it did before "
                    "may have stayed",
                    file->name);
    }
    return true;
}

static bool record(const struct run *run, const struct migration *file, size_t number)
{
    char digits[24];
    char hex[HASH_HEX];
    const char *values[] = {digits, file->name, hex};
    snprintf(digits, sizeof digits, "%zu", number);
    hash_hex(file, hex);
    return tell(run,
                "INSERT INTO public.schema_migration (number, name, sha256)"
                " VALUES ($1::integer, $2, decode($3, 'hex'))",
                3, values);
}

static bool apply_one(const struct run *run, size_t index)
{
    const struct migration *file = &run->list[index];
    say(run, "applying %s", file->name);
    /* RESET ALL: a file must not see what an earlier one SET, for on another day it ran alone. */
    bool applied = tell(run, "RESET ALL", 0, NULL) && tell(run, "BEGIN", 0, NULL) &&
                   tell(run, "SET LOCAL client_min_messages = warning", 0, NULL) &&
                   run_file(run, file) && record(run, file, index + 1) &&
                   tell(run, "COMMIT", 0, NULL);
    if (!applied && PQtransactionStatus(run->conn) != PQTRANS_IDLE) {
        PQclear(PQexec(run->conn, "ROLLBACK"));
    }
    return applied;
}

static bool make_record_table(const struct run *run)
{
    return tell(run, "SET client_min_messages = warning", 0, NULL) &&
           tell(run,
                "CREATE TABLE IF NOT EXISTS public.schema_migration ("
                " number integer PRIMARY KEY CHECK (number > 0),"
                " name text NOT NULL,"
                " sha256 bytea NOT NULL CHECK (length(sha256) = 32),"
                " applied_at timestamptz NOT NULL DEFAULT now())",
                0, NULL);
}

/* Lets the app role verify; nothing more, what it may do is the files' to say. After them, for
 * one of them may have made the role. */
static bool open_record(const struct run *run)
{
    const char *values[] = {run->app_role};
    if (run->app_role == NULL) {
        return true;
    }
    bool done = tell(run, "BEGIN", 0, NULL) &&
                tell(run, "SELECT set_config('okrd.app_role', $1, true)", 1, values) &&
                tell(run,
                     "DO $$ DECLARE app text := current_setting('okrd.app_role'); BEGIN"
                     " IF NOT has_table_privilege(app, 'public.schema_migration', 'SELECT') THEN"
                     "  EXECUTE format('GRANT SELECT ON public.schema_migration TO %I', app);"
                     " END IF; "
                     " IF NOT has_schema_privilege(app, 'public', 'USAGE') THEN"
                     "  EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', app);"
                     " END IF; END $$",
                     0, NULL) &&
                tell(run, "COMMIT", 0, NULL);
    if (!done) {
        PQclear(PQexec(run->conn, "ROLLBACK"));
    }
    return done;
}

static bool lock(const struct run *run)
{
    int taken = ask_bool(run, "SELECT pg_try_advisory_lock(" LOCK_KEY ")");
    if (taken == 0) {
        say(run, "another okrd is migrating this database; waiting for it");
        return tell(run, "SELECT pg_advisory_lock(" LOCK_KEY ")", 0, NULL);
    }
    return taken == 1;
}

static bool check_database(const struct run *run)
{
    if (PQstatus(run->conn) != CONNECTION_OK) {
        return fail(run->error, MIGRATE_DATABASE, "no connection: %s", PQerrorMessage(run->conn));
    }
    if (PQtransactionStatus(run->conn) != PQTRANS_IDLE) {
        return fail(run->error, MIGRATE_DATABASE, "the connection is busy with a transaction");
    }
    if (PQserverVersion(run->conn) < 140000) {
        return fail(run->error, MIGRATE_DATABASE, "okrd needs PostgreSQL 14 or newer, this is %s",
                    PQparameterStatus(run->conn, "server_version"));
    }
    const char *encoding = PQparameterStatus(run->conn, "server_encoding");
    return (encoding != NULL && strcmp(encoding, "UTF8") == 0) ||
           fail(run->error, MIGRATE_DATABASE, "the database's encoding must be UTF8, not %s",
                encoding != NULL ? encoding : "unknown");
}

static bool apply_missing(const struct run *run)
{
    size_t applied = 0;
    if (!make_record_table(run) || !compare(run, &applied)) {
        return false;
    }
    size_t before = applied;
    while (applied < run->count && apply_one(run, applied)) {
        applied++;
    }
    if (applied > before) {
        say(run, "%zu migration%s applied; the schema is at %s", applied - before,
            applied - before == 1 ? "" : "s", run->list[applied - 1].name);
    }
    return applied == run->count && open_record(run);
}

static void pass_notice(void *context, const char *message)
{
    say(context, "%.*s", (int)strcspn(message, "\n"), message);
}

bool migrate_run(PGconn *owner, const struct migration *list, size_t count, const char *app_role,
                 migrate_say *say_line, void *say_context, struct migrate_error *error)
{
    struct run run = {owner, list, count, app_role, say_line, say_context, error};
    if (sodium_init() < 0) {
        return fail(error, MIGRATE_BAD_LIST, "libsodium does not start");
    }
    if (!check_list(&run) || !check_database(&run)) {
        return false;
    }
    PQnoticeProcessor previous = PQsetNoticeProcessor(owner, NULL, NULL);
    PQsetNoticeProcessor(owner, pass_notice, &run);
    bool done = lock(&run);
    if (done) {
        done = apply_missing(&run);
        PQclear(PQexec(owner, "RESET ALL"));
        PQclear(PQexec(owner, "SELECT pg_advisory_unlock(" LOCK_KEY ")"));
    }
    PQsetNoticeProcessor(owner, previous, NULL);
    return done;
}

static bool is_complete(const struct run *run, size_t applied)
{
    return applied == run->count || fail(run->error, MIGRATE_PENDING,
                                         "%s is not applied yet (%zu of %zu are): run okrd migrate",
                                         run->list[applied].name, applied, run->count);
}

bool migrate_verify(PGconn *conn, const struct migration *list, size_t count,
                    struct migrate_error *error)
{
    struct run run = {.conn = conn, .list = list, .count = count, .error = error};
    size_t applied = 0;
    if (sodium_init() < 0) {
        return fail(error, MIGRATE_BAD_LIST, "libsodium does not start");
    }
    if (!check_list(&run) || !check_database(&run)) {
        return false;
    }
    int present = ask_bool(&run, "SELECT to_regclass('public.schema_migration') IS NOT NULL");
    if (present < 0 || (present == 1 && !compare(&run, &applied))) {
        return false;
    }
    return is_complete(&run, applied);
}

bool migrate_check(const struct rows *recorded, const struct migration *list, size_t count,
                   struct migrate_error *error)
{
    struct run run = {.list = list, .count = count, .error = error};
    size_t applied = (size_t)rows_count(recorded);
    for (int i = 0; i < (int)applied; i++) {
        struct row row = rows_at(recorded, i);
        int number = take_i32(&row);
        const char *name = take_text(&row), *hash = take_text(&row);
        if (!compare_one(&run, (size_t)i, number, name ? name : "", hash ? hash : "")) {
            return false;
        }
    }
    return is_complete(&run, applied);
}
