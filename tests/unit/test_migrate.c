/* The migration runner against a real private cluster, with scratch migrations, and embed.cmake
 * with bytes that CMake and C like to stumble over. Started as root it drops root first. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "server/privilege.h"
#include "tests/support/scratch.h"
#include "server/pg/cluster.h"
#include "server/pg/migrate.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SQL(name, text)                                                                            \
    {                                                                                              \
        name, text, sizeof(text) - 1                                                               \
    }

static char base[SCRATCH_PATH];
static struct cluster *cluster;
static PGconn *owner;
static PGconn *app;
static char said[2048];

static const struct migration good[] = {
    SQL("0001_init.sql", "CREATE TABLE plan (id integer PRIMARY KEY, note text);\n"
                         "CREATE TABLE audit (id serial PRIMARY KEY);\n"
                         "GRANT SELECT, UPDATE ON plan TO okrd_app;\n"
                         "SET search_path = pg_catalog;\n"),
    SQL("0002_more.sql", "CREATE SCHEMA extra; CREATE TABLE extra.thing (n integer);"
                         "ALTER TABLE plan ADD COLUMN more text;"),
    SQL("0003_last.sql", "INSERT INTO plan VALUES (1, 'it''s; \"here\" [x] \\n')"),
};

static void say(void *context, const char *line)
{
    (void)context;
    size_t length = strlen(said);
    snprintf(said + length, sizeof said - length, "%s\n", line);
}

static void assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", text, part);
    }
}

static void tell(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
}

static void ask(PGconn *conn, const char *sql, const char *expected)
{
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    assert_string_equal(PQgetvalue(result, 0, 0), expected);
    PQclear(result);
}

static void migrate(const struct migration *list, size_t count)
{
    struct migrate_error error;
    if (!migrate_run(owner, list, count, "okrd_app", say, NULL, &error)) {
        fail_msg("%s", error.message);
    }
}

static void refuse(const struct migration *list, size_t count, enum migrate_fault fault,
                   const char *part)
{
    struct migrate_error error;
    assert_false(migrate_run(owner, list, count, "okrd_app", say, NULL, &error));
    assert_has(error.message, part);
    assert_int_equal(error.fault, fault);
    assert_null(strchr(error.message, '\n'));
    assert_int_equal(PQtransactionStatus(owner), PQTRANS_IDLE);
    ask(owner, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", "0");
}

static void refuse_verify(const struct migration *list, size_t count, enum migrate_fault fault,
                          const char *part)
{
    struct migrate_error error;
    assert_false(migrate_verify(app, list, count, &error));
    assert_has(error.message, part);
    assert_int_equal(error.fault, fault);
}

static int start_empty(void **state)
{
    (void)state;
    said[0] = '\0';
    tell(owner, "SET client_min_messages = warning");
    tell(owner, "DROP SCHEMA IF EXISTS extra CASCADE; DROP OWNED BY okrd_owner CASCADE");
    return 0;
}

static void test_fresh_then_again(void **state)
{
    struct migrate_error error;
    (void)state;
    refuse_verify(good, COUNT(good), MIGRATE_PENDING, "0001_init.sql");
    migrate(good, 1);
    refuse_verify(good, COUNT(good), MIGRATE_PENDING, "0002_more.sql is not applied yet (1 of 3");
    migrate(good, COUNT(good));
    assert_has(said, "applying 0003_last.sql");
    assert_has(said, "2 migrations applied");
    assert_true(migrate_verify(app, good, COUNT(good), &error));
    said[0] = '\0';
    migrate(good, COUNT(good));
    assert_string_equal(said, "");
    ask(owner, "SELECT string_agg(name, ' ' ORDER BY number) FROM schema_migration",
        "0001_init.sql 0002_more.sql 0003_last.sql");
    ask(owner,
        "SELECT bool_and(sha256 = sha256('CREATE SCHEMA extra; CREATE TABLE extra.thing"
        " (n integer);ALTER TABLE plan ADD COLUMN more text;')) FROM schema_migration"
        " WHERE number = 2",
        "t");
    ask(owner, "SELECT note FROM plan", "it's; \"here\" [x] \\n");
}

static void test_app_role(void **state)
{
    (void)state;
    migrate(good, COUNT(good));
    tell(app, "UPDATE plan SET note = 'x'");
    ask(app, "SELECT has_table_privilege('plan', 'INSERT, DELETE')", "f");
    ask(app, "SELECT has_table_privilege('audit', 'SELECT, INSERT, UPDATE, DELETE')", "f");
    ask(app, "SELECT has_table_privilege('schema_migration', 'SELECT')", "t");
    ask(app, "SELECT has_table_privilege('schema_migration', 'INSERT, UPDATE, DELETE')", "f");
    ask(app, "SELECT has_schema_privilege('public', 'CREATE')", "f");
}

static void test_changed(void **state)
{
    struct migration list[] = {good[0], SQL("0002_more.sql", "SELECT 1"), good[2]};
    struct migration renamed[] = {good[0], good[1], good[2]};
    (void)state;
    migrate(good, COUNT(good));
    refuse(list, COUNT(list), MIGRATE_CHANGED, "0002_more.sql was changed");
    refuse_verify(list, COUNT(list), MIGRATE_CHANGED, "0002_more.sql was changed");
    renamed[1].name = "0002_other.sql";
    refuse(renamed, 3, MIGRATE_CHANGED, "0002_other.sql was applied under the name 0002_more.sql");
}

static void test_newer_and_missing(void **state)
{
    (void)state;
    migrate(good, COUNT(good));
    refuse(good, 2, MIGRATE_NEWER, "0003_last.sql");
    refuse_verify(good, 2, MIGRATE_NEWER, "0003_last.sql");
    refuse_verify(good, 0, MIGRATE_NEWER, "0001_init.sql");
    tell(owner, "DELETE FROM schema_migration WHERE number = 2");
    refuse(good, COUNT(good), MIGRATE_MISSING, "0002_more.sql is not recorded");
    refuse_verify(good, COUNT(good), MIGRATE_MISSING, "0002_more.sql");
}

static void test_bad_lists(void **state)
{
    struct migration gap[] = {good[0], good[2]};
    struct migration late[] = {good[1]};
    struct migration twice[] = {good[0], good[0]};
    struct migration name[] = {SQL("0001-init.sql", "SELECT 1")};
    struct migration nul[] = {SQL("0001_nul.sql", "SELECT 1;\0DROP TABLE plan")};
    (void)state;
    refuse(gap, 2, MIGRATE_BAD_LIST, "migration 0002 is missing: 0003_last.sql");
    refuse(late, 1, MIGRATE_BAD_LIST, "migration 0001 is missing");
    refuse(twice, 2, MIGRATE_BAD_LIST, "0001_init.sql stands in its place");
    refuse(name, 1, MIGRATE_BAD_LIST, "0001-init.sql");
    refuse(nul, 1, MIGRATE_BAD_LIST, "NUL");
}

static void test_failing_file_leaves_nothing(void **state)
{
    struct migration list[] = {good[0], SQL("0002_bad.sql", "CREATE TABLE half (n integer);"
                                                            "SELECT * FROM nowhere;")};
    (void)state;
    refuse(list, 2, MIGRATE_FAILED, "0002_bad.sql: ERROR:  relation \"nowhere\"");
    ask(owner, "SELECT to_regclass('half') IS NULL", "t");
    ask(owner, "SELECT max(number) FROM schema_migration", "1");
    migrate(good, COUNT(good));
}

static void test_file_that_leaves_its_transaction(void **state)
{
    struct migration commit[] = {SQL("0001_commit.sql", "SELECT 1; COMMIT; BEGIN; SELECT 2")};
    struct migration end[] = {SQL("0001_end.sql", "ROLLBACK")};
    struct migration in[] = {SQL("0001_in.sql", "COPY pg_temp.x FROM STDIN")};
    struct migration out[] = {SQL("0001_out.sql", "COPY (SELECT 1) TO STDOUT")};
    struct migration real_in[] = {
        SQL("0001_real_in.sql", "CREATE TABLE c (n integer); COPY c FROM STDIN; SELECT 1")};
    (void)state;
    refuse(commit, 1, MIGRATE_FAILED, "0001_commit.sql ends its transaction");
    refuse(end, 1, MIGRATE_FAILED, "0001_end.sql ends its transaction");
    refuse(in, 1, MIGRATE_FAILED, "0001_in.sql");
    refuse(out, 1, MIGRATE_FAILED, "COPY has no place");
    refuse(real_in, 1, MIGRATE_FAILED, "COPY has no place");
    ask(owner, "SELECT count(*) FROM schema_migration", "0");
}

static void test_two_at_once(void **state)
{
    static const struct migration slow[] = {
        SQL("0001_slow.sql", "CREATE TABLE slow (n integer); SELECT pg_sleep(0.4)"),
        SQL("0002_slow.sql", "INSERT INTO slow VALUES (1); SELECT pg_sleep(0.2)"),
    };
    pid_t children[3];
    (void)state;
    for (size_t i = 0; i < COUNT(children); i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            struct migrate_error error;
            PGconn *conn = PQconnectdb(cluster_conninfo(cluster, CLUSTER_OWNER));
            bool done = migrate_run(conn, slow, 2, NULL, NULL, NULL, &error);
            if (!done) {
                fprintf(stderr, "%s\n", error.message);
            }
            PQfinish(conn);
            _exit(done ? 0 : 1);
        }
    }
    for (size_t i = 0; i < COUNT(children); i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    ask(owner, "SELECT count(*) FROM slow", "1");
}

/* embed.cmake: what a small program built from its output writes is what went in. */

static void put_file(const char *name, const void *bytes, size_t size)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", base, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static int embed(const char *files)
{
    char command[1024];
    snprintf(command, sizeof command,
             "cd %s && cmake -D OUT=%s/embedded.c '-DFILES=%s' -P %s/server/pg/embed.cmake"
             " >%s/cmake.log 2>&1",
             base, base, files, SOURCE_DIR, base);
    return system(command);
}

static void build_and_compare(const char *expected, size_t size)
{
    static const char program[] =
        "#include <stdio.h>\n#include \"server/pg/migrate.h\"\n"
        "int main(void) { for (size_t i = 0; i < migrations_embedded_count; i++) {\n"
        "printf(\"%s %zu %d\\n\", migrations_embedded[i].name, migrations_embedded[i].size,\n"
        "migrations_embedded[i].sql[migrations_embedded[i].size]);\n"
        "fwrite(migrations_embedded[i].sql, 1, migrations_embedded[i].size, stdout); } }\n";
    char command[1024];
    char *output = test_malloc(size + 1);
    put_file("program.c", program, sizeof program - 1);
    snprintf(command, sizeof command,
             "cd %s && cc -Wall -Wextra -Werror -I%s -I$(pg_config --includedir 2>/dev/null ||"
             " echo /usr/include/postgresql) program.c embedded.c -o program && ./program >output",
             base, SOURCE_DIR);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof command, "%s/output", base);
    FILE *file = fopen(command, "re");
    assert_non_null(file);
    assert_int_equal(fread(output, 1, size + 1, file), size);
    fclose(file);
    assert_memory_equal(output, expected, size);
    test_free(output);
}

static void test_embed(void **state)
{
    static const char nasty[] =
        "-- \"quotes\" 'single' \\backslash\\ a;b;;c [[x]] ]=] ${VAR} $ENV{P} "
        "@AT@ #hash ?\?= \xe7\x9b\xae\xe6\xa8\x99 \xff\xfe\r\n\t%d\n;";
    static char large[300000];
    char *expected = test_malloc(2 * sizeof large);
    (void)state;
    for (size_t i = 0; i < sizeof large; i++) {
        large[i] = (char)(i * 7 + i / 251);
    }
    put_file("0001_nasty.sql", nasty, sizeof nasty - 1);
    put_file("0002_empty.sql", "", 0);
    put_file("0010_large.sql", large, sizeof large);
    size_t at = (size_t)sprintf(expected, "0001_nasty.sql %zu 0\n", sizeof nasty - 1);
    memcpy(expected + at, nasty, sizeof nasty - 1);
    at += sizeof nasty - 1;
    at +=
        (size_t)sprintf(expected + at, "0002_empty.sql 0 0\n0010_large.sql %zu 0\n", sizeof large);
    memcpy(expected + at, large, sizeof large);
    at += sizeof large;
    assert_int_equal(embed("0010_large.sql;0002_empty.sql;0001_nasty.sql"), 0);
    build_and_compare(expected, at);
    assert_int_equal(embed(""), 0);
    build_and_compare("", 0);
    put_file("init.sql", "", 0);
    assert_int_not_equal(embed("init.sql"), 0);
    test_free(expected);
}

static int start_cluster(void **state)
{
    struct cluster_error error;
    char dir[96];
    (void)state;
    snprintf(dir, sizeof dir, "%s/cluster", base);
    cluster = cluster_start(&(struct cluster_options){.dir = dir}, &error);
    if (cluster == NULL) {
        fprintf(stderr, "%s\n", error.message);
        return -1;
    }
    owner = PQconnectdb(cluster_conninfo(cluster, CLUSTER_OWNER));
    app = PQconnectdb(cluster_conninfo(cluster, CLUSTER_APP));
    return PQstatus(owner) == CONNECTION_OK && PQstatus(app) == CONNECTION_OK ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static int stop_cluster(void **state)
{
    struct cluster_error error;
    (void)state;
    PQfinish(owner);
    PQfinish(app);
    bool stopped = cluster == NULL || cluster_stop(cluster, &error);
    cluster_close(cluster);
    return stopped ? nftw(base, remove_entry, 16, FTW_DEPTH | FTW_PHYS) : -1;
}

int main(void)
{
    struct privilege_error error;
    scratch_make(base, "migrate");
    if (!privilege_prepare_dir(base, NULL, 0700, &error) || !privilege_drop(NULL, &error)) {
        fprintf(stderr, "cannot prepare %s: %s\n", base, error.message);
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_fresh_then_again, start_empty),
        cmocka_unit_test_setup(test_app_role, start_empty),
        cmocka_unit_test_setup(test_changed, start_empty),
        cmocka_unit_test_setup(test_newer_and_missing, start_empty),
        cmocka_unit_test_setup(test_bad_lists, start_empty),
        cmocka_unit_test_setup(test_failing_file_leaves_nothing, start_empty),
        cmocka_unit_test_setup(test_file_that_leaves_its_transaction, start_empty),
        cmocka_unit_test_setup(test_two_at_once, start_empty),
        cmocka_unit_test(test_embed),
    };
    return cmocka_run_group_tests_name("migrate", tests, start_cluster, stop_cluster);
}
