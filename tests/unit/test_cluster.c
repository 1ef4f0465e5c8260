/* The private cluster against real processes: an "owner" is this program run again, which starts
 * the cluster and can be killed, told to re-exec itself (SIGUSR1) or to stop (SIGTERM). Started as
 * root the program drops root first. Whatever a test leaves running the teardown stops. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "server/privilege.h"
#include "tests/support/scratch.h"
#include "server/pg/cluster.h"

static char base[SCRATCH_PATH];
static char dir[96];
static int exe = -1;
static char exe_text[16];

struct owner {
    pid_t pid;
    FILE *output;
    pid_t postmaster;
    char line[1024];
};

static struct owner current; /* the one that the teardown has to end */
static struct cluster *ours;
static pid_t sleeper;

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void say_line(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "    %s\n", line);
}

static struct cluster *start(const char *where, struct cluster_error *error)
{
    struct cluster_options options = {.dir = where, .say = say_line};
    return cluster_start(&options, error);
}

static void start_ours(void)
{
    struct cluster_error error;
    ours = start(dir, &error);
    if (ours == NULL) {
        fail_msg("%s", error.message);
    }
}

static void stop_ours(void)
{
    struct cluster_error error;
    if (!cluster_stop(ours, &error)) {
        fail_msg("%s", error.message);
    }
    ours = cluster_close(ours);
}

/* The owner's side. */

static int be_owner(const char *where)
{
    struct cluster_error error;
    sigset_t wanted;
    int got = 0;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigaddset(&wanted, SIGTERM);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    struct cluster *cluster = start(where, &error);
    if (cluster == NULL) {
        printf("failed %d %s\n", (int)error.fault, error.message);
        return 1;
    }
    printf("ready %d\n", (int)cluster_pid(cluster));
    fflush(stdout);
    sigwait(&wanted, &got);
    if (got == SIGUSR1) {
        extern char **environ;
        char name[] = "test_cluster";
        char verb[] = "owner";
        char path[96];
        snprintf(path, sizeof path, "%s", where);
        char *argv[] = {name, verb, path, exe_text, NULL};
        cluster_close(cluster);
        fexecve(exe, argv, environ);
        printf("failed 0 fexecve: %s\n", strerror(errno));
        return 1;
    }
    bool stopped = cluster_stop(cluster, &error);
    cluster_close(cluster);
    return stopped ? 0 : 1;
}

/* The tests' side of it. */

static void owner_spawn(const char *where)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        extern char **environ;
        char name[] = "test_cluster";
        char verb[] = "owner";
        char path[96];
        snprintf(path, sizeof path, "%s", where);
        char *argv[] = {name, verb, path, exe_text, NULL};
        dup2(ends[1], 1);
        fcntl(exe, F_SETFD, 0);
        fexecve(exe, argv, environ);
        _exit(127);
    }
    close(ends[1]);
    current.pid = child;
    current.output = fdopen(ends[0], "re");
    assert_non_null(current.output);
}

static void owner_await_ready(void)
{
    int pid = 0;
    struct pollfd ready = {.fd = fileno(current.output), .events = POLLIN};
    assert_int_equal(poll(&ready, 1, 60000), 1);
    assert_non_null(fgets(current.line, sizeof current.line, current.output));
    if (sscanf(current.line, "ready %d", &pid) != 1) {
        fail_msg("%s", current.line);
    }
    current.postmaster = pid;
}

static int owner_wait(void)
{
    int status = 0;
    assert_int_equal(waitpid(current.pid, &status, 0), current.pid);
    current.pid = 0;
    fclose(current.output);
    current.output = NULL;
    return status;
}

static void owner_kill(void)
{
    kill(current.pid, SIGKILL);
    owner_wait();
}

/* Anything but its own postmaster gets no signal: the pid comes from this test's directory. */
static void stop_leftover(const char *where)
{
    char path[160];
    char target[160] = "";
    char data[160];
    int pid = 0;
    snprintf(path, sizeof path, "%s/data/postmaster.pid", where);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return;
    }
    if (fscanf(file, "%d", &pid) != 1) {
        pid = 0;
    }
    fclose(file);
    snprintf(data, sizeof data, "%s/data", where);
    snprintf(path, sizeof path, "/proc/%d/cwd", pid);
    if (pid > 0 && readlink(path, target, sizeof target - 1) > 0 && strcmp(target, data) == 0) {
        kill(pid, SIGQUIT);
        for (int i = 0; i < 100 && kill(pid, 0) == 0; i++) {
            waitpid(pid, NULL, WNOHANG);
            usleep(100000);
        }
    }
}

static int clean_up(void **state)
{
    struct cluster_error error;
    (void)state;
    if (current.pid > 0) {
        owner_kill();
    }
    if (sleeper > 0) {
        kill(sleeper, SIGKILL);
        waitpid(sleeper, NULL, 0);
        sleeper = 0;
    }
    if (ours != NULL) {
        cluster_stop(ours, &error);
        ours = cluster_close(ours);
    }
    unsetenv("OKRD_CLUSTER_LOCK");
    return 0;
}

static PGconn *connect_as(enum cluster_role role)
{
    PGconn *conn = PQconnectdb(cluster_conninfo(ours, role));
    if (PQstatus(conn) != CONNECTION_OK) {
        fail_msg("%s", PQerrorMessage(conn));
    }
    return conn;
}

/* As user okrd_admin or whoever, over the socket, whoever runs the cluster. */
static PGconn *connect_to(const char *user, const char *database)
{
    char conninfo[256];
    snprintf(conninfo, sizeof conninfo, "host=%s/run port=5432 user=%s dbname=%s", dir, user,
             database);
    return PQconnectdb(conninfo);
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

static void tell(PGconn *conn, const char *sql)
{
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(conn));
    }
    PQclear(result);
}

static bool exists(const char *format, const char *where)
{
    char path[160];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", where, format);
    return lstat(path, &status) == 0;
}

static void test_first_start(void **state)
{
    char path[160];
    struct stat status;
    (void)state;
    snprintf(path, sizeof path, "%s/data.new.999999", dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/data.new.999999/PG_VERSION", dir);
    close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));

    int64_t begun = now_ms();
    start_ours();
    print_message("[ TIMING   ] first start, with initdb: %d ms\n", (int)(now_ms() - begun));
    assert_false(exists("data.new.999999", dir));
    snprintf(path, sizeof path, "%s/run", dir);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_true(cluster_free_bytes(ours) > 0);
    assert_true(exists("reserve", dir));
    assert_int_equal(cluster_state(ours), CLUSTER_READY);
    assert_false(cluster_reap(ours));
    stop_ours();
    assert_false(exists("data/postmaster.pid", dir));
}

static void test_roles_and_settings(void **state)
{
    (void)state;
    int64_t begun = now_ms();
    start_ours();
    print_message("[ TIMING   ] later start: %d ms\n", (int)(now_ms() - begun));
    PGconn *owner = connect_as(CLUSTER_OWNER);
    ask(owner, "SELECT current_user", "okrd_owner");
    ask(owner, "SHOW listen_addresses", "");
    ask(owner, "SHOW fsync", "on");
    ask(owner, "SHOW data_checksums", "on");
    ask(owner, "SHOW server_encoding", "UTF8");
    ask(owner, "SHOW max_connections", "50");
    ask(owner, "SELECT count(*) FROM pg_roles WHERE rolsuper AND rolname LIKE 'okrd%'", "1");
    tell(owner, "CREATE EXTENSION pg_trgm");
    tell(owner, "CREATE TABLE kept (n integer)");
    PGconn *app = connect_as(CLUSTER_APP);
    ask(app, "SELECT current_user", "okrd_app");
    PGresult *refused = PQexec(app, "SELECT * FROM kept");
    assert_int_equal(PQresultStatus(refused), PGRES_FATAL_ERROR);
    PQclear(refused);
    PQfinish(app);
    PQfinish(owner);
    PGconn *stranger = connect_to("postgres", "okrd");
    assert_int_equal(PQstatus(stranger), CONNECTION_BAD);
    PQfinish(stranger);
    stop_ours();
}

static void test_second_starter_is_refused(void **state)
{
    struct cluster_error error;
    char pid[32];
    (void)state;
    owner_spawn(dir);
    owner_await_ready();
    assert_null(start(dir, &error));
    assert_int_equal(error.fault, CLUSTER_LOCKED);
    snprintf(pid, sizeof pid, "process %d", (int)current.pid);
    assert_non_null(strstr(error.message, pid));
    kill(current.pid, SIGTERM);
    assert_int_equal(owner_wait(), 0);
    assert_false(exists("data/postmaster.pid", dir));
}

static void test_owner_killed(void **state)
{
    char count[16];
    (void)state;
    owner_spawn(dir);
    owner_await_ready();
    for (int i = 1; i <= 5; i++) {
        PGconn *conn = connect_to("okrd_owner", "okrd");
        PGresult *result = PQexec(conn, "INSERT INTO kept VALUES (1)");
        assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
        PQclear(result);
        pid_t before = current.postmaster;
        int64_t begun = now_ms();
        owner_kill();
        owner_spawn(dir);
        owner_await_ready();
        int took = (int)(now_ms() - begun);
        print_message("[ TIMING   ] kill -9 of the owner to ready again: %d ms\n", took);
        assert_true(took < 20000);
        assert_int_not_equal(current.postmaster, before);
        PQfinish(conn);
        conn = connect_to("okrd_owner", "okrd");
        snprintf(count, sizeof count, "%d", i);
        ask(conn, "SELECT count(*) FROM kept", count);
        PQfinish(conn);
    }
    kill(current.pid, SIGTERM);
    assert_int_equal(owner_wait(), 0);
}

static void await_pidfd(void)
{
    struct pollfd ended = {.fd = cluster_pidfd(ours), .events = POLLIN};
    assert_int_equal(poll(&ended, 1, 10000), 1);
    assert_true(cluster_reap(ours));
    assert_int_equal(cluster_pid(ours), 0);
    assert_int_equal(cluster_pidfd(ours), -1);
    assert_int_equal(cluster_state(ours), CLUSTER_DOWN);
}

static void restart_ours(const char *what)
{
    struct cluster_error error;
    int64_t begun = now_ms();
    if (!cluster_restart(ours, &error)) {
        fail_msg("%s", error.message);
    }
    print_message("[ TIMING   ] restart after %s: %d ms\n", what, (int)(now_ms() - begun));
    assert_int_equal(cluster_state(ours), CLUSTER_READY);
}

static void test_postmaster_killed(void **state)
{
    (void)state;
    start_ours();
    PGconn *admin = connect_to("okrd_admin", "okrd");
    tell(admin, "ALTER SYSTEM SET fsync = off");
    PGconn *busy = connect_as(CLUSTER_OWNER);
    assert_int_equal(PQsendQuery(busy, "SELECT count(*) FROM generate_series(1, 10000000)"), 1);
    kill(cluster_pid(ours), SIGKILL);
    await_pidfd();
    assert_true(exists("data/postmaster.pid", dir));
    restart_ours("SIGKILL of the postmaster in a long query");
    PQfinish(busy);
    PQfinish(admin);
    admin = connect_to("okrd_admin", "okrd");
    ask(admin, "SHOW fsync", "on");
    tell(admin, "ALTER SYSTEM RESET fsync");
    PQfinish(admin);
    stop_ours();
}

static void test_pid_recycled_by_a_stranger(void **state)
{
    char path[160];
    char rest[1024];
    (void)state;
    start_ours();
    kill(cluster_pid(ours), SIGKILL);
    await_pidfd();
    sleeper = fork();
    if (sleeper == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pause();
        _exit(0);
    }
    snprintf(path, sizeof path, "%s/data/postmaster.pid", dir);
    FILE *file = fopen(path, "r+e");
    assert_non_null(file);
    assert_non_null(fgets(rest, sizeof rest, file));
    size_t length = fread(rest, 1, sizeof rest, file);
    rewind(file);
    assert_int_equal(ftruncate(fileno(file), 0), 0);
    fprintf(file, "%d\n", (int)sleeper);
    fwrite(rest, 1, length, file);
    fclose(file);
    restart_ours("a crash whose pid another process got");
    assert_int_equal(kill(sleeper, 0), 0);
    stop_ours();
}

static void test_reexec_adopts(void **state)
{
    struct cluster_error error;
    (void)state;
    owner_spawn(dir);
    owner_await_ready();
    pid_t postmaster = current.postmaster;
    PGconn *session = connect_to("okrd_owner", "okrd");
    for (int i = 0; i < 3; i++) {
        int64_t begun = now_ms();
        kill(current.pid, SIGUSR1);
        owner_await_ready();
        print_message("[ TIMING   ] re-exec to ready: %d ms\n", (int)(now_ms() - begun));
        assert_int_equal(current.postmaster, postmaster);
        ask(session, "SELECT 1", "1");
        assert_null(start(dir, &error));
        assert_int_equal(error.fault, CLUSTER_LOCKED);
    }
    PQfinish(session);
    kill(current.pid, SIGTERM);
    assert_int_equal(owner_wait(), 0);
    assert_int_equal(kill(postmaster, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_false(exists("data/postmaster.pid", dir));
}

/* As a person would by hand: not our child, no death signal. */
static void start_by_hand(void)
{
    char command[512];
    snprintf(command, sizeof command,
             "bin=/usr/lib/postgresql/$(cat %s/data/PG_VERSION)/bin; "
             "$bin/pg_ctl -s -w -D %s/data -l %s/hand.log start",
             dir, dir, dir);
    assert_int_equal(system(command), 0);
}

static void test_foreign_postmaster_is_adopted(void **state)
{
    (void)state;
    start_by_hand();
    start_ours();
    pid_t foreign = cluster_pid(ours);
    assert_int_equal(waitpid(foreign, NULL, WNOHANG), -1);
    assert_false(cluster_reap(ours));
    PGconn *conn = connect_as(CLUSTER_APP);
    ask(conn, "SELECT current_user", "okrd_app");
    PQfinish(conn);
    stop_ours();
    assert_false(exists("data/postmaster.pid", dir));

    start_by_hand();
    start_ours();
    kill(cluster_pid(ours), SIGKILL);
    await_pidfd();
    restart_ours("SIGKILL of an adopted postmaster");
    assert_int_equal(waitpid(cluster_pid(ours), NULL, WNOHANG), 0);
    stop_ours();
}

static void test_initdb_cut_off(void **state)
{
    struct cluster_error error;
    char fresh[96];
    char leftover[64];
    (void)state;
    snprintf(fresh, sizeof fresh, "%s/cut", base);
    owner_spawn(fresh);
    snprintf(leftover, sizeof leftover, "data.new.%d", (int)current.pid);
    for (int i = 0; i < 500 && !exists(leftover, fresh); i++) {
        usleep(10000);
    }
    usleep(200000);
    assert_false(exists("data", fresh));
    owner_kill();
    ours = start(fresh, &error);
    if (ours == NULL) {
        fail_msg("%s", error.message);
    }
    assert_false(exists(leftover, fresh));
    PGconn *conn = connect_as(CLUSTER_APP);
    ask(conn, "SELECT current_user", "okrd_app");
    PQfinish(conn);
    stop_ours();
}

static void refused(struct cluster_options options, enum cluster_fault fault, const char *part)
{
    struct cluster_error error;
    struct cluster *cluster = cluster_start(&options, &error);
    if (cluster != NULL) {
        ours = cluster;
        fail_msg("%s was not refused", options.dir);
    }
    assert_int_equal(error.fault, fault);
    if (strstr(error.message, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", error.message, part);
    }
}

static void write_version(const char *where, const char *version)
{
    char path[160];
    assert_true(mkdir(where, 0700) == 0 || errno == EEXIST);
    snprintf(path, sizeof path, "%s/data", where);
    assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
    snprintf(path, sizeof path, "%s/data/PG_VERSION", where);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(version, file);
    fclose(file);
}

static void test_refusals(void **state)
{
    char path[200];
    char link[96];
    (void)state;
    refused((struct cluster_options){.dir = "relative"}, CLUSTER_BAD_DIR, "--data-dir");
    snprintf(path, sizeof path, "%s/%080d", base, 0);
    refused((struct cluster_options){.dir = path, .dir_option = "--trial"}, CLUSTER_BAD_DIR,
            "--trial");
    snprintf(path, sizeof path, "%s/it's", base);
    refused((struct cluster_options){.dir = path}, CLUSTER_BAD_DIR, "quote");
    snprintf(link, sizeof link, "%s/link", base);
    assert_int_equal(symlink(dir, link), 0);
    refused((struct cluster_options){.dir = link}, CLUSTER_BAD_DIR, "not a directory");
    refused((struct cluster_options){.dir = "/proc"}, CLUSTER_BAD_DIR, "belongs to user id 0");
    snprintf(path, sizeof path, "%s/none", base);
    refused((struct cluster_options){.dir = path, .bin_root = base}, CLUSTER_VERSION,
            "apt install postgresql");
    snprintf(path, sizeof path, "%s/future", base);
    write_version(path, "99\n");
    refused((struct cluster_options){.dir = path}, CLUSTER_VERSION, "apt install postgresql-99");
    write_version(path, "13\n");
    refused((struct cluster_options){.dir = path}, CLUSTER_VERSION, "okrd db move");
    write_version(path, "");
    refused((struct cluster_options){.dir = path}, CLUSTER_BAD_DIR, "no PostgreSQL cluster");
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static int remove_all(void **state)
{
    char fresh[96];
    (void)state;
    snprintf(fresh, sizeof fresh, "%s/cut", base);
    stop_leftover(dir);
    stop_leftover(fresh);
    return nftw(base, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv)
{
    struct privilege_error error;
    if (argc == 4 && strcmp(argv[1], "owner") == 0) {
        exe = atoi(argv[3]);
        snprintf(exe_text, sizeof exe_text, "%s", argv[3]);
        return be_owner(argv[2]);
    }
    scratch_make(base, "cluster");
    exe = privilege_keep_exe();
    if (exe < 0 || !privilege_prepare_dir(base, NULL, 0700, &error) ||
        !privilege_drop(NULL, &error)) {
        fprintf(stderr, "cannot prepare %s: %s\n", base, error.message);
        return 1;
    }
    snprintf(exe_text, sizeof exe_text, "%d", exe);
    snprintf(dir, sizeof dir, "%s/main", base);
    if (mkdir(dir, 0700) < 0) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_first_start, clean_up),
        cmocka_unit_test_teardown(test_roles_and_settings, clean_up),
        cmocka_unit_test_teardown(test_second_starter_is_refused, clean_up),
        cmocka_unit_test_teardown(test_owner_killed, clean_up),
        cmocka_unit_test_teardown(test_postmaster_killed, clean_up),
        cmocka_unit_test_teardown(test_pid_recycled_by_a_stranger, clean_up),
        cmocka_unit_test_teardown(test_reexec_adopts, clean_up),
        cmocka_unit_test_teardown(test_foreign_postmaster_is_adopted, clean_up),
        cmocka_unit_test_teardown(test_initdb_cut_off, clean_up),
        cmocka_unit_test_teardown(test_refusals, clean_up),
    };
    return cmocka_run_group_tests_name("cluster", tests, NULL, remove_all);
}
