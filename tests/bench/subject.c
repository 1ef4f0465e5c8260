#include "tests/bench/subject.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common/rpc_client.h"
#include "okr/v1/server.pb-c.h"
#include "tests/bench/bench.h"

#define CLOCK "2021-02-08T10:00:00+09:00"
enum { START_SECONDS = 60 };

// Ends with us, however we end.
static void become_okrd(const struct subject *s, char *log)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    setpgid(0, 0);
    int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
        _exit(126);
    char *argv[] = {(char *)(uintptr_t) "okrd",
                    (char *)(uintptr_t) "serve",
                    (char *)(uintptr_t) "--dir",
                    s->dir,
                    (char *)(uintptr_t) "--listen",
                    s->address,
                    (char *)(uintptr_t) "--clock",
                    (char *)(uintptr_t)CLOCK,
                    NULL};
    fexecve(s->program, argv, environ);
    _exit(127);
}

static bool answers(const struct subject *s)
{
    const char *error = NULL;
    struct rpc_options options = {.address = s->address, .deadline_ms = 300};
    struct rpc_client *client = rpc_client_new(&options, &error);
    Okr__GetServerInfoRequest request = OKR__GET_SERVER_INFO_REQUEST__INIT;
    struct rpc_result result = {0};
    if (client)
        rpc_call(client, RPC_SERVER_GET_SERVER_INFO, &request.base, &result);
    bool ok = client && result.status->code == OKR__CODE__CODE_OK;
    rpc_result_clear(&result);
    rpc_client_free(client);
    return ok;
}

static void find_postmaster(struct subject *s)
{
    char *path = text_of("%s/cluster/data/postmaster.pid", s->dir);
    char *pid = read_text(path);
    if (!pid)
        die("%s: %m", path);
    s->postmaster = (pid_t)atoi(pid);
    free(pid);
    free(path);
}

static void start(struct subject *s)
{
    char *log = text_of("%s.log", s->dir);
    s->pid = fork();
    if (s->pid == 0)
        become_okrd(s, log);
    double until = seconds_now() + (double)START_SECONDS;
    while (!answers(s)) {
        bool ended = waitpid(s->pid, NULL, WNOHANG) != 0;
        if (!ended && seconds_now() < until)
            continue;
        char *said = read_text(log);
        die("okrd does not %s:\n%s", ended ? "start" : "answer", said ? said : "");
    }
    find_postmaster(s);
    free(log);
}

static void find_pgbench(struct subject *s)
{
    char *path = text_of("%s/cluster/data/PG_VERSION", s->dir);
    char *version = read_text(path);
    s->pgbench = text_of("/usr/lib/postgresql/%d/bin/pgbench", version ? atoi(version) : 0);
    if (access(s->pgbench, X_OK) != 0)
        die("%s: %m (Debian has it in the package of the server, postgresql-%d)", s->pgbench,
            version ? atoi(version) : 0);
    free(version);
    free(path);
}

void subject_start(struct subject *ret, int program, const char *dir)
{
    *ret = (struct subject){.program = program};
    ret->dir = text_of("%s/okrd", dir);
    ret->address = text_of("ipc://%s/okrd.sock", dir);
    ret->pg_dir = text_of("%s/cluster/run", ret->dir);
    start(ret);
    find_pgbench(ret);
    PGconn *admin = subject_connect(ret, "okrd_admin");
    char *sql = text_of("ALTER SYSTEM SET max_connections = %d", MOST_CLIENTS + 20);
    subject_execute(admin, sql);
    PQfinish(admin);
    free(sql);
    subject_stop(ret);
    start(ret);
}

void subject_stop(struct subject *s)
{
    if (s->pid > 0 && kill(s->pid, SIGTERM) == 0)
        waitpid(s->pid, NULL, 0);
    s->pid = 0;
}

char *subject_claim_code(const struct subject *s)
{
    char *path = text_of("%s/first-admin-code", s->dir);
    char *code = read_text(path);
    if (!code)
        die("%s: %m", path);
    code[strcspn(code, "\n")] = '\0';
    free(path);
    return code;
}

PGconn *subject_connect(const struct subject *s, const char *role)
{
    const char *keys[] = {"host", "port", "dbname", "user", NULL};
    const char *values[] = {s->pg_dir, "5432", "okrd", role, NULL};
    PGconn *conn = PQconnectdbParams(keys, values, 0);
    if (PQstatus(conn) != CONNECTION_OK)
        die("%s", PQerrorMessage(conn));
    return conn;
}

void subject_execute(PGconn *conn, const char *sql)
{
    PGresult *r = PQexec(conn, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        die("%s\n%s", sql, PQerrorMessage(conn));
    PQclear(r);
}

char *subject_ask(PGconn *conn, const char *sql)
{
    PGresult *r = PQexec(conn, sql);
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1)
        die("%s\n%s", sql, PQerrorMessage(conn));
    char *value = text_of("%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return value;
}
