// PostgreSQL servers of a test's own: made, copied, started, killed, frozen, promoted.
#include "tests/fault/postgres.h"
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "server/privilege.h"
#include "tests/fault/fault.h"

enum { READY_MS = 30000, PROCESSES = 64 };
#define BIN "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void run(const char *format, ...)
{
    char command[2000];
    va_list args;
    va_start(args, format);
    vsnprintf(command, sizeof command, format, args);
    va_end(args);
    run_as_service(command);
}

struct postgres *postgres_new(const char *base, const char *name)
{
    struct postgres *p = calloc(1, sizeof *p);
    char listen[140], target[140];
    if (!p)
        abort();
    snprintf(p->name, sizeof p->name, "%s", name);
    snprintf(p->dir, sizeof p->dir, "%.80s/%s", base, name);
    snprintf(p->via, sizeof p->via, "%s/via", p->dir);
    if (mkdir(p->dir, 0777) != 0 || chmod(p->dir, 0777) != 0 || mkdir(p->via, 0755) != 0)
        fail_msg("%s cannot be made", p->dir);
    run("mkdir %s/run", p->dir);
    snprintf(listen, sizeof listen, "unix:%s/.s.PGSQL.5432", p->via);
    snprintf(target, sizeof target, "unix:%s/run/.s.PGSQL.5432", p->dir);
    p->proxy = proxy_new(listen, target);
    return p;
}

struct postgres *postgres_free(struct postgres *p)
{
    if (!p)
        return NULL;
    postgres_kill(p);
    proxy_free(p->proxy);
    free(p);
    return NULL;
}

static void configure(const struct postgres *p)
{
    run("cat >>%s/data/postgresql.conf <<EOF\n"
        "listen_addresses = ''\nunix_socket_directories = '%s/run'\nshared_buffers = 32MB\n"
        "wal_retrieve_retry_interval = 200ms\nwal_receiver_timeout = 3s\nwal_sender_timeout = 3s\n"
        "synchronous_commit = on\nsynchronous_standby_names = ''\nEOF\n",
        p->dir, p->dir);
}

void postgres_init(struct postgres *p)
{
    run("umask 077; " BIN "/initdb -D %s/data -U boss -A trust -E UTF8 --locale=C.UTF-8 >%s/initdb"
        " 2>&1",
        p->dir, p->dir);
    configure(p);
    postgres_start(p);
    run(BIN "/createdb -h %s/run -U boss okrd", p->dir);
}

PGconn *postgres_connect(const struct postgres *p)
{
    char conninfo[200];
    snprintf(conninfo, sizeof conninfo, "host=%s/run dbname=postgres user=boss connect_timeout=5",
             p->dir);
    return PQconnectdb(conninfo);
}

void postgres_do(const struct postgres *p, const char *sql)
{
    PGconn *conn = postgres_connect(p);
    PGresult *r = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s: %s", p->name, sql, PQerrorMessage(conn));
    PQclear(r);
    PQfinish(conn);
}

static bool answers(const struct postgres *p)
{
    PGconn *conn = postgres_connect(p);
    bool ok = PQstatus(conn) == CONNECTION_OK;
    PQfinish(conn);
    return ok;
}

// Ends with us, however we end.
static pid_t launch(const struct postgres *p)
{
    char program[400], data[120], log[120];
    snprintf(log, sizeof log, "%s/log", p->dir);
    snprintf(data, sizeof data, "%s/data", p->dir);
    snprintf(program, sizeof program, "exec " BIN "/postgres -D %s >>%s 2>&1", data, log);
    pid_t pid = fork();
    if (pid == 0) {
        struct privilege_error error;
        setpgid(0, 0);
        close_range(3, ~0U, 0);
        if (privilege_drop(NULL, &error) && prctl(PR_SET_PDEATHSIG, SIGQUIT) == 0)
            execl("/bin/sh", "sh", "-c", program, (char *)NULL);
        _exit(127);
    }
    return pid;
}

void postgres_start(struct postgres *p)
{
    p->pid = launch(p);
    proxy_heal(p->proxy);
    for (int64_t until = now_ms() + READY_MS; now_ms() < until; pause_ms(20)) {
        if (answers(p))
            return;
        if (waitpid(p->pid, NULL, WNOHANG) == p->pid) // its last life is not quite over
            p->pid = launch(p);
    }
    fail_msg("PostgreSQL %s does not start (%s/log)", p->name, p->dir);
}

// ---- A standby ----------------------------------------------------------------------------------

void postgres_follow(struct postgres *p, struct postgres *primary)
{
    char sql[300];
    postgres_kill(p);
    run("rm -rf %s/data; " BIN "/pg_basebackup -D %s/data -h %s/run -U boss -c fast -X stream -R",
        p->dir, p->dir, primary->dir);
    configure(p);
    run("echo \"primary_conninfo = 'host=%s user=boss application_name=%s'\""
        " >>%s/data/postgresql.auto.conf",
        primary->via, p->name, p->dir);
    postgres_start(p);
    snprintf(sql, sizeof sql, "ALTER SYSTEM SET synchronous_standby_names = '%s'", p->name);
    postgres_do(primary, sql);
    postgres_do(primary, "SELECT pg_reload_conf()");
    for (int64_t until = now_ms() + READY_MS; now_ms() < until; pause_ms(20)) {
        PGconn *conn = postgres_connect(primary);
        PGresult *r = PQexec(conn, "SELECT FROM pg_stat_replication WHERE sync_state = 'sync'");
        int waits_for = PQntuples(r);
        PQclear(r);
        PQfinish(conn);
        if (waits_for > 0)
            return;
    }
    fail_msg("PostgreSQL %s does not follow", p->name);
}

// It has no standby of its own yet, and waits for none.
void postgres_promote(struct postgres *p)
{
    postgres_do(p, "SELECT pg_promote(true, 30)");
}

// ---- As a machine would go ----------------------------------------------------------------------

static int children(pid_t pid, pid_t *out)
{
    char path[64];
    int n = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    FILE *file = fopen(path, "re");
    while (file && n < PROCESSES && fscanf(file, "%d", &out[n]) == 1)
        n++;
    if (file)
        fclose(file);
    return n;
}

void postgres_freeze(struct postgres *p)
{
    pid_t pids[PROCESSES];
    if (p->pid <= 0 || kill(p->pid, SIGSTOP) != 0)
        return;
    for (int n = children(p->pid, pids); n > 0; n--)
        kill(pids[n - 1], SIGSTOP);
}

void postgres_kill(struct postgres *p)
{
    pid_t pids[PROCESSES];
    if (p->pid <= 0)
        return;
    proxy_rule(p->proxy, &(struct proxy_rule){.fault = PROXY_REFUSE, .lasting = true});
    kill(p->pid, SIGSTOP); // it has no more children than these
    for (int n = children(p->pid, pids); n > 0; n--)
        kill(pids[n - 1], SIGKILL);
    kill(p->pid, SIGKILL);
    waitpid(p->pid, NULL, 0);
    p->pid = 0;
}
