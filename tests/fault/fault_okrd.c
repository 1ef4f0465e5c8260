// okrd as a process: started, waited for, killed, looked into.
#include "tests/fault/fault.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>
#include "server/privilege.h"
#include "tests/support/template.h"

enum { READY_MS = 60000 };

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void pause_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    while (nanosleep(&t, &t) != 0)
        continue;
}

int setting(const char *name, int otherwise)
{
    const char *text = getenv(name);
    return text && atoi(text) > 0 ? atoi(text) : otherwise;
}

static struct privilege_user service_user(void)
{
    struct privilege_user user;
    struct privilege_error error;
    if (!privilege_find_user(NULL, &user, &error))
        fail_msg("%s", error.message);
    return user;
}

// A port that was free a moment ago.
static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        abort();
    close(fd);
    return ntohs(address.sin_port);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

// Is told the pid of each okrd that is started, 0 at an orderly end. When the test program ends
// without that, it ends the okrd (the cluster follows) and removes the directory.
static void guard(int told, const char *base)
{
    pid_t pid = 0;
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    for (pid_t next; read(told, &next, sizeof next) == (ssize_t)sizeof next; pid = next)
        if (next == 0)
            _exit(0);
    if (pid > 0 && kill(pid, SIGTERM) == 0)
        pause_ms(3000);
    if (pid > 0 && kill(pid, SIGKILL) == 0)
        pause_ms(3000);
    nftw(base, remove_one, 32, FTW_DEPTH | FTW_PHYS);
    _exit(0);
}

static int start_guardian(const char *base)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        setsid();
        close_range(1, 2, 0); // whoever waits for the test's output does not wait for us
        guard(ends[0], base);
    }
    close(ends[0]);
    return ends[1];
}

static void tell_guardian(const struct daemon *d, pid_t pid)
{
    ssize_t ignored = write(d->guardian, &pid, sizeof pid);
    (void)ignored;
}

struct daemon *daemon_new(void)
{
    struct daemon *d = calloc(1, sizeof *d);
    if (!d || sodium_init() < 0)
        abort();
    strcpy(d->base, "/tmp/okrd-fault-XXXXXX");
    if (!mkdtemp(d->base) || chmod(d->base, 0755) != 0)
        abort();
    d->guardian = start_guardian(d->base);
    snprintf(d->dir, sizeof d->dir, "%s/s", d->base);
    snprintf(d->log, sizeof d->log, "%s/log", d->base);
    snprintf(d->socket, sizeof d->socket, "%s/okrd.sock", d->dir);
    snprintf(d->ipc, sizeof d->ipc, "ipc://%s", d->socket);
    d->port = free_port();
    snprintf(d->tcp, sizeof d->tcp, "tcp://127.0.0.1:%d", d->port);
    return d;
}

pid_t run_program(const char *log, int descriptors, char *const argv[])
{
    struct rlimit few = {(rlim_t)descriptors, (rlim_t)descriptors};
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    pid_t pid = fork();
    if (pid < 0)
        abort();
    if (pid == 0) {
        dup2(fd, 1);
        dup2(fd, 2);
        if (descriptors)
            setrlimit(RLIMIT_NOFILE, &few);
        execv(argv[0], argv);
        _exit(127);
    }
    close(fd);
    return pid;
}

// On a disk, unlike the other tests' clusters, so that PostgreSQL writes to it as it does for
// people.
static void give_cluster(const struct daemon *d)
{
    struct privilege_error error;
    if (access(d->dir, F_OK) == 0)
        return;
    if (!privilege_prepare_dir(d->dir, NULL, 0755, &error))
        fail_msg("%s", error.message);
    template_copy(d->dir);
}

void daemon_launch(struct daemon *d)
{
    char shipped[] = BIN_DIR "/okrd", serve[] = "serve", dir[] = "--dir", listen_to[] = "--listen",
         database[] = "--database";
    char *argv[] = {d->program ? (char *)(uintptr_t)d->program : shipped,
                    serve,
                    dir,
                    d->dir,
                    listen_to,
                    d->ipc,
                    listen_to,
                    d->tcp,
                    d->database ? database : NULL,
                    (char *)(uintptr_t)d->database,
                    NULL};
    if (!d->database)
        give_cluster(d);
    d->pid = run_program(d->log, d->descriptors, argv);
    tell_guardian(d, d->pid);
}

void daemon_migrate(const struct daemon *d, const char *as_owner)
{
    char program[] = BIN_DIR "/okrd", command[] = "migrate", option[] = "--database";
    char *argv[] = {program, command, option, (char *)(uintptr_t)as_owner, NULL};
    int status = -1;
    pid_t pid = run_program(d->log, 0, argv);
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("%s cannot be migrated", as_owner);
}

static bool process_runs(pid_t pid)
{
    siginfo_t info = {0};
    return pid > 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
}

bool daemon_wait(const struct daemon *d, int ms)
{
    for (int64_t until = now_ms() + ms; now_ms() < until && process_runs(d->pid); pause_ms(20))
        if (is_served(d, true, 1000))
            return true;
    return false;
}

void daemon_start(struct daemon *d)
{
    daemon_launch(d);
    if (daemon_wait(d, READY_MS))
        return;
    daemon_log_show(d);
    fail_msg("okrd does not serve");
}

int daemon_await(struct daemon *d, int ms)
{
    int status = -1;
    for (int64_t until = now_ms() + ms; d->pid > 0; pause_ms(5)) {
        if (waitpid(d->pid, &status, WNOHANG) == d->pid) {
            d->pid = 0;
            return status;
        }
        if (now_ms() > until)
            return -1;
    }
    return status;
}

void daemon_kill(struct daemon *d)
{
    if (d->pid > 0 && kill(d->pid, SIGKILL) == 0)
        daemon_await(d, 10000);
}

struct daemon *daemon_free(struct daemon *d)
{
    if (!d)
        return NULL;
    pid_t postmaster = daemon_postmaster(d);
    if (d->pid > 0) {
        kill(d->pid, SIGCONT);
        kill(d->pid, SIGTERM);
        if (daemon_await(d, 20000) == -1)
            daemon_kill(d);
    }
    for (int i = 0; postmaster > 0 && kill(postmaster, 0) == 0 && i < 400; i++)
        pause_ms(25);
    if (!getenv("KEEP"))
        nftw(d->base, remove_one, 32, FTW_DEPTH | FTW_PHYS);
    tell_guardian(d, 0);
    close(d->guardian);
    free(d);
    return NULL;
}

int daemon_log_count(const struct daemon *d, const char *text)
{
    char line[2048];
    int count = 0;
    FILE *file = fopen(d->log, "re");
    while (file && fgets(line, sizeof line, file))
        count += strstr(line, text) != NULL;
    if (file)
        fclose(file);
    return count;
}

void daemon_log_show(const struct daemon *d)
{
    char text[6000];
    FILE *file = fopen(d->log, "re");
    if (!file)
        return;
    fseek(file, 0, SEEK_END);
    long size = ftell(file), most = (long)sizeof text - 1;
    fseek(file, size > most ? size - most : 0, SEEK_SET);
    text[fread(text, 1, (size_t)most, file)] = '\0';
    fclose(file);
    fprintf(stderr, "---- end of okrd's log\n%s----\n", text);
}

int daemon_descriptors(const struct daemon *d)
{
    char path[64];
    int count = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)d->pid);
    DIR *dir = opendir(path);
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

long daemon_resident_kb(const struct daemon *d)
{
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)d->pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmRSS: %ld", &kb) == 1)
            break;
    if (file)
        fclose(file);
    return kb;
}

pid_t daemon_postmaster(const struct daemon *d)
{
    char path[160];
    int pid = 0;
    snprintf(path, sizeof path, "%s/cluster/data/postmaster.pid", d->dir);
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%d", &pid) != 1)
        pid = 0;
    if (file)
        fclose(file);
    return pid > 0 ? pid : 0;
}

// Peer authentication looks at the effective user of the moment.
PGconn *daemon_db(const struct daemon *d)
{
    char conninfo[256];
    snprintf(conninfo, sizeof conninfo,
             "host='%s/cluster/run' port=5432 dbname=okrd user=okrd_admin connect_timeout=5",
             d->dir);
    bool root = geteuid() == 0;
    if (root && seteuid(service_user().uid) != 0)
        abort();
    PGconn *conn = PQconnectdb(conninfo);
    if (root && seteuid(0) != 0)
        abort();
    if (PQstatus(conn) == CONNECTION_OK)
        return conn;
    PQfinish(conn);
    return NULL;
}

int64_t daemon_ask(const struct daemon *d, const char *sql)
{
    PGconn *conn = daemon_db(d);
    PGresult *r = PQexec(conn, sql);
    bool ok = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1;
    int64_t value = ok ? strtoll(PQgetvalue(r, 0, 0), NULL, 10) : 0;
    if (!ok)
        fprintf(stderr, "%s: %s\n", sql, PQresultErrorMessage(r));
    PQclear(r);
    PQfinish(conn);
    if (!ok)
        fail_msg("the database does not answer");
    return value;
}

pid_t daemon_writer_backend(const struct daemon *d)
{
    return (pid_t)daemon_ask(d, "SELECT coalesce(max(pid), 0) FROM pg_stat_activity "
                                "WHERE application_name = 'okrd writer'");
}

void run_as_service(const char *command)
{
    struct privilege_user user = service_user();
    pid_t pid = fork();
    if (pid == 0) {
        struct privilege_error error;
        if (privilege_drop(NULL, &error))
            execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        fail_msg("as %s: %s", user.name, command);
}
