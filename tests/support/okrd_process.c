// The process of a test's server: its folder, start, restart, end, and the guardian.
#include "tests/support/okrd_private.h"
#include "tests/support/template.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_SECONDS = 60, STOP_SECONDS = 60, NAPS = 100 /* a second */ };

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000 * 1000 * 1000 / NAPS}, NULL);
}

static int64_t seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

void okrd_show_log(const struct okrd *okrd)
{
    FILE *in = fopen(okrd->log, "r");
    char line[1024];
    while (in && fgets(line, sizeof line, in))
        print_error("okrd: %s", line);
    if (in)
        fclose(in);
}

static void fail_with_log(const struct okrd *okrd, const char *what)
{
    okrd_show_log(okrd);
    fail_msg("okrd %s", what);
}

// ---- the guardian -----------------------------------------------------------------------------

// Hears pids until the test program's end of the pipe is gone; then ends the last one, if it is
// still there, and removes the folder. Only calls that are safe after a fork from a program with
// threads.
static void guard(int pipe_end, const char *folder)
{
    pid_t pid = 0, heard;
    setsid();
    while (read(pipe_end, &heard, sizeof heard) == (ssize_t)sizeof heard)
        pid = heard;
    for (int i = 0; pid > 0 && i < STOP_SECONDS * NAPS && kill(pid, i ? 0 : SIGTERM) == 0; i++)
        nap();
    if (pid > 0)
        kill(pid, SIGKILL);
    execl("/bin/rm", "rm", "-rf", folder, (char *)NULL);
    _exit(1);
}

static void start_guardian(struct okrd *okrd)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail_msg("no pipe");
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[1]);
        guard(ends[0], okrd->folder);
    }
    close(ends[0]);
    okrd->guardian_pid = pid;
    okrd->guardian = ends[1];
}

static void tell_guardian(const struct okrd *okrd)
{
    if (write(okrd->guardian, &okrd->pid, sizeof okrd->pid) != (ssize_t)sizeof okrd->pid)
        print_error("the guardian is gone\n");
}

// ---- start ------------------------------------------------------------------------------------

// As root okrd becomes another user, who needs a folder of his own to write into.
static void make_folder(struct okrd *okrd)
{
    scratch_make(okrd->folder, "test");
    snprintf(okrd->dir, sizeof okrd->dir, "%s/d", okrd->folder);
    snprintf(okrd->log, sizeof okrd->log, "%s/okrd.log", okrd->folder);
    snprintf(okrd->address, sizeof okrd->address, "ipc://%s/okrd.sock", okrd->dir);
    const struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : getpwuid(geteuid());
    if (!user)
        fail_msg("there is no user to run okrd as");
    snprintf(okrd->user, sizeof okrd->user, "%s", user->pw_name);
    okrd->uid = user->pw_uid;
    if (mkdir(okrd->dir, 0755) != 0 || chown(okrd->dir, user->pw_uid, user->pw_gid) != 0)
        fail_msg("%s: %s", okrd->dir, strerror(errno));
}

// A port that was free a moment ago.
static void choose_port(struct okrd *okrd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 &&
                getsockname(fd, (struct sockaddr *)&address, &size) == 0;
    close(fd);
    if (!good)
        fail_msg("no port on the loopback interface");
    snprintf(okrd->tcp_address, sizeof okrd->tcp_address, "tcp://127.0.0.1:%u",
             (unsigned)ntohs(address.sin_port));
}

static int spawn(struct okrd *okrd, char *const *argv)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, okrd->log, O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int error = posix_spawn(&okrd->pid, argv[0], &files, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return error;
}

static void spawn_okrd(struct okrd *okrd)
{
    char *argv[16];
    const char *const always[] = {BIN_DIR "/okrd", "serve",       "--dir",    okrd->dir,
                                  "--listen",      okrd->address, "--listen", okrd->tcp_address};
    size_t n = 0;
    for (; n < sizeof always / sizeof *always; n++)
        argv[n] = (char *)(uintptr_t)always[n];
    if (okrd->clock[0]) {
        argv[n++] = (char *)(uintptr_t) "--clock";
        argv[n++] = okrd->clock;
    }
    if (geteuid() == 0) {
        argv[n++] = (char *)(uintptr_t) "--user";
        argv[n++] = okrd->user;
    }
    argv[n] = NULL;
    unlink(okrd->address + strlen("ipc://")); // of one that was killed
    int error = spawn(okrd, argv);
    if (error)
        fail_msg("%s cannot be started: %s", argv[0], strerror(error));
    tell_guardian(okrd);
}

// Before the socket is there each question would be a client that waits in vain.
static bool is_listening(const struct okrd *okrd)
{
    return access(okrd->address + strlen("ipc://"), F_OK) == 0;
}

static bool answers(const struct okrd *okrd)
{
    const struct rpc_options options = {.address = okrd->address, .deadline_ms = 500};
    const char *error = NULL;
    struct rpc_client *client = rpc_client_new(&options, &error);
    if (!client)
        return false;
    Okr__GetServerInfoRequest request = OKR__GET_SERVER_INFO_REQUEST__INIT;
    struct rpc_result result;
    rpc_call(client, RPC_SERVER_GET_SERVER_INFO, &request.base, &result);
    bool good = result.status->code == OKR__CODE__CODE_OK;
    rpc_result_clear(&result);
    rpc_client_free(client);
    return good;
}

void okrd_begin(struct okrd *okrd)
{
    spawn_okrd(okrd);
    int64_t until = seconds() + START_SECONDS;
    while (!is_listening(okrd) || !answers(okrd)) {
        if (waitpid(okrd->pid, NULL, WNOHANG) == okrd->pid) {
            okrd->pid = 0;
            tell_guardian(okrd);
            fail_with_log(okrd, "ended while it started");
        }
        if (seconds() >= until)
            fail_with_log(okrd, "does not answer");
        nap();
    }
}

static void read_code(const struct okrd *okrd, char *code, int size)
{
    char path[160];
    snprintf(path, sizeof path, "%s/first-admin-code", okrd->dir);
    FILE *in = fopen(path, "r");
    if (!in || !fgets(code, size, in))
        fail_with_log(okrd, "wrote no first-admin code");
    if (in)
        fclose(in);
    code[strcspn(code, "\n")] = '\0';
}

struct okrd *okrd_new(const char *clock)
{
    struct okrd *okrd = calloc(1, sizeof *okrd);
    if (!okrd)
        fail_msg("out of memory");
    snprintf(okrd->clock, sizeof okrd->clock, "%s", clock ? clock : "");
    make_folder(okrd);
    choose_port(okrd);
    start_guardian(okrd);
    return okrd;
}

struct okrd *okrd_start(const char *clock)
{
    char code[64] = "";
    struct okrd *okrd = okrd_new(clock);
    template_copy(okrd->dir);
    okrd_begin(okrd);
    read_code(okrd, code, sizeof code);
    okrd_claim(okrd, code);
    return okrd;
}

// ---- restart and end --------------------------------------------------------------------------

void okrd_end(struct okrd *okrd, int signal_number)
{
    int status = 0;
    bool ended = okrd->pid == 0;
    if (!ended)
        kill(okrd->pid, signal_number);
    for (int i = 0; !ended && i < STOP_SECONDS * NAPS; i++) {
        ended = waitpid(okrd->pid, &status, WNOHANG) == okrd->pid;
        if (!ended)
            nap();
    }
    if (!ended) {
        kill(okrd->pid, SIGKILL);
        waitpid(okrd->pid, &status, 0);
    }
    okrd->pid = 0;
    tell_guardian(okrd);
    if (signal_number == SIGTERM && status != 0)
        fail_with_log(okrd, "did not end well when it was told to");
}

void okrd_restart(struct okrd *okrd, bool with_kill)
{
    okrd_end(okrd, with_kill ? SIGKILL : SIGTERM);
    okrd_begin(okrd);
}

void okrd_restart_at(struct okrd *okrd, const char *clock)
{
    snprintf(okrd->clock, sizeof okrd->clock, "%s", clock);
    okrd_restart(okrd, false);
}

// The guardian removes the folder: closing the pipe is all it takes, and then to wait for it.
struct okrd *okrd_stop(struct okrd *okrd)
{
    if (!okrd)
        return NULL;
    okrd_forget_clients(okrd);
    okrd_end(okrd, SIGTERM);
    close(okrd->guardian);
    waitpid(okrd->guardian_pid, NULL, 0);
    free(okrd);
    return NULL;
}

// ---- what it is, and its database -------------------------------------------------------------

const char *okrd_address(const struct okrd *okrd)
{
    return okrd->address;
}

const char *okrd_tcp_address(const struct okrd *okrd)
{
    return okrd->tcp_address;
}

const char *okrd_dir(const struct okrd *okrd)
{
    return okrd->dir;
}

const char *okrd_log(const struct okrd *okrd)
{
    return okrd->log;
}

pid_t okrd_pid(const struct okrd *okrd)
{
    return okrd->pid;
}

static char *conninfo(const struct okrd *okrd, const char *role)
{
    char *text = NULL;
    if (asprintf(&text, "host=%s/cluster/run port=5432 dbname=okrd user=%s", okrd->dir, role) < 0)
        fail_msg("out of memory");
    return text;
}

char *okrd_conninfo(const struct okrd *okrd)
{
    return conninfo(okrd, "okrd_app");
}

// The cluster asks the kernel who the peer is, and lets only its own user in.
PGconn *okrd_database(const struct okrd *okrd, enum okrd_role role)
{
    static const char *const roles[] = {"okrd_app", "okrd_owner", "okrd_admin"};
    char *info = conninfo(okrd, roles[role]);
    uid_t self = geteuid();
    if (self != okrd->uid && seteuid(okrd->uid) != 0)
        fail_msg("cannot become %s", okrd->user);
    PGconn *conn = PQconnectdb(info);
    if (self != okrd->uid && seteuid(self) != 0)
        abort();
    free(info);
    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(conn));
    return conn;
}
