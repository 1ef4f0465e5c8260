// What the child says goes into two files in memory, which the parent reads when it has ended: no
// pipe can fill up, and nothing is read while it works. The parent has no threads (it makes no
// calls), so that a fork is safe.
#include "client/plan_sync/run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <libintl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "client/plan_sync/file/convert.h"
#include "client/plan_sync/file/foreign.h"
#include "client/plan_sync/file/shown.h"
#include "client/plan_sync/push/push.h"
#include "client/plan_sync/push/refusal.h"
#include "common/text.h"
#include "okr/v1/server.pb-c.h"

#define _(s) gettext(s)

enum {
    EXIT_UNREADABLE = 100, // beside those of common/exit_code.h: nothing of these was asked
    EXIT_FOREIGN = 101,
    EXIT_NO_TOKEN = 102,
    OUT_MOST = 64 * 1024,
};

// ---- in the child -----------------------------------------------------------------------------

static void on_terminate(int signal)
{
    (void)signal;
    convert_kill();
    _exit(EXIT_OTHER);
}

static void settle_signals(pid_t parent)
{
    sigset_t none;
    struct sigaction action = {.sa_handler = on_terminate};
    sigaction(SIGTERM, &action, NULL);
    action.sa_handler = SIG_IGN; // a terminal's ^C is for the parent, which waits for us
    sigaction(SIGINT, &action, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (getppid() != parent)
        _exit(EXIT_OTHER);
}

static int can_be_read(const char *path, FILE *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        int error = errno;
        shown_print(err, path);
        fprintf(err, ": %s\n", strerror(error));
        return EXIT_UNREADABLE;
    }
    close(fd);
    return EXIT_DONE;
}

static int probe(struct rpc_client *client, FILE *err)
{
    Okr__GetServerInfoRequest request = OKR__GET_SERVER_INFO_REQUEST__INIT;
    struct rpc_result result;
    rpc_call(client, RPC_SERVER_GET_SERVER_INFO, &request.base, &result);
    int code = refusal_exit_code(&result);
    if (code != EXIT_DONE)
        refusal_print(err, &result);
    rpc_result_clear(&result);
    return code;
}

static int push(const struct run_upload *upload, const char *path, FILE *out, FILE *err)
{
    struct rpc_client *client = NULL;
    int code = connect_account(&upload->account, err, &client);
    if (code != EXIT_DONE)
        return EXIT_NO_TOKEN;
    if (upload->probe)
        code = probe(client, err);
    if (code == EXIT_DONE) {
        struct push_job job = {
            .path = path,
            .name = upload->path,
            .source = upload->source,
            .unattended = true,
            .json = true,
            .out = out,
            .err = err,
            .client = client,
        };
        code = push_file(&job);
    }
    return code; // the process ends now, and the client with it
}

static int convert_and_push(const struct run_upload *upload, FILE *out, FILE *err)
{
    int code = can_be_read(upload->path, err);
    const struct foreign *foreign = code == EXIT_DONE ? foreign_find(upload->path) : NULL;
    if (code != EXIT_DONE || !foreign)
        return code != EXIT_DONE ? code : push(upload, upload->path, out, err);
    if (!upload->convert[0]) {
        foreign_print(err, upload->path, foreign);
        return EXIT_FOREIGN; // and stays so until it is another file
    }
    struct convert_job job = {
        .command = upload->convert,
        .path = upload->path,
        .time_ms = upload->convert_ms,
        .bytes = CONVERT_BYTES_MOST,
        .err = err,
    };
    char path[CONVERT_PATH_SIZE];
    int fd;
    code = convert_run(&job, &fd, path);
    return code == EXIT_DONE ? push(upload, path, out, err) : EXIT_UNREADABLE;
}

static void become(const struct run_upload *upload, pid_t parent, int out_fd, int err_fd)
{
    settle_signals(parent);
    FILE *out = fdopen(out_fd, "w"), *err = fdopen(err_fd, "w");
    if (!out || !err)
        _exit(EXIT_OTHER);
    int code = convert_and_push(upload, out, err);
    fflush(out);
    fflush(err);
    _exit(code);
}

// ---- in the parent ----------------------------------------------------------------------------

static void close_all(struct run_child *child)
{
    int *const fds[] = {&child->out, &child->err, &child->process};
    for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
    }
    *child = (struct run_child){0};
}

bool run_child_start(struct run_child *child, const struct run_upload *upload)
{
    pid_t parent = getpid();
    *child = (struct run_child){
        .process = -1,
        .out = memfd_create("out", MFD_CLOEXEC),
        .err = memfd_create("err", MFD_CLOEXEC),
    };
    fflush(NULL);
    pid_t pid = child->out >= 0 && child->err >= 0 ? fork() : -1;
    if (pid == 0)
        become(upload, parent, child->out, child->err);
    child->pid = pid;
    child->process = pid > 0 ? pidfd_open(pid, 0) : -1;
    if (child->process >= 0)
        return true;
    int error = errno;
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    close_all(child);
    errno = error;
    return false;
}

void run_child_kill(const struct run_child *child, int signal)
{
    if (child->pid > 0)
        kill(child->pid, signal);
}

static enum run_outcome outcome_of(int code)
{
    switch (code) {
    case EXIT_DONE:
        return RUN_IN_STEP;
    case EXIT_USAGE:
    case EXIT_UNREADABLE:
        return RUN_UNREADABLE;
    case EXIT_NOT_LOGGED_IN:
    case EXIT_DENIED:
    case EXIT_NO_TOKEN:
        return RUN_DENIED;
    case EXIT_UNAVAILABLE:
        return RUN_UNAVAILABLE;
    case EXIT_WRONG_STATE:
    case EXIT_FOREIGN:
        return RUN_REFUSED;
    default:
        return RUN_FAILED;
    }
}

static bool was_answered(int code)
{
    return code == EXIT_DONE || code == EXIT_NOT_LOGGED_IN || code == EXIT_DENIED ||
           code == EXIT_CONFLICT || code == EXIT_NOT_FOUND || code == EXIT_WRONG_STATE;
}

static void read_all(int fd, char *ret, size_t size)
{
    ssize_t n = pread(fd, ret, size - 1, 0);
    ret[n > 0 ? n : 0] = '\0';
}

static void copy_text(const json_t *object, const char *key, char *ret, size_t size)
{
    const char *text = json_string_value(json_object_get(object, key));
    snprintf(ret, size, "%s", text ? text : "");
}

static int64_t number(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? strtoll(text, NULL, 10) : 0;
}

static void read_version(int fd, struct run_result *ret)
{
    char text[OUT_MOST];
    read_all(fd, text, sizeof(text));
    json_t *version = json_loads(text, 0, NULL);
    const json_t *totals = json_object_get(version, "totals");
    ret->version = number(version, "number");
    ret->unchanged = json_is_true(json_object_get(version, "unchanged"));
    copy_text(version, "publishedAt", ret->published_at, sizeof(ret->published_at));
    copy_text(version, "contentHash", ret->content_hash, sizeof(ret->content_hash));
    ret->tasks = number(totals, "tasks");
    ret->resources = number(totals, "resources");
    ret->assignments = number(totals, "assignments");
    json_decref(version);
}

// The last line is what the attempt failed for; those before are warnings.
static void take_error(struct run_result *ret)
{
    const char *program = "okr-plan-sync: ";
    char *end = ret->warnings + strlen(ret->warnings);
    while (end > ret->warnings && end[-1] == '\n')
        *--end = '\0';
    char *line = strrchr(ret->warnings, '\n');
    char *text = line ? line + 1 : ret->warnings;
    if (strncmp(text, program, strlen(program)) == 0)
        text += strlen(program);
    snprintf(ret->error, sizeof(ret->error), "%.*s", (int)sizeof(ret->error) - 1, text);
    text_sanitize(ret->error); // a character that was cut, too
    *(line ? line : ret->warnings) = '\0';
}

void run_child_end(struct run_child *child, struct run_result *ret)
{
    int status = 0;
    *ret = (struct run_result){0};
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    read_all(child->err, ret->warnings, sizeof(ret->warnings));
    ret->answered = WIFEXITED(status) && was_answered(WEXITSTATUS(status));
    ret->outcome = WIFEXITED(status) ? outcome_of(WEXITSTATUS(status)) : RUN_FAILED;
    if (ret->outcome == RUN_IN_STEP)
        read_version(child->out, ret);
    else
        take_error(ret);
    if (WIFSIGNALED(status))
        snprintf(ret->error, sizeof(ret->error), _("the upload was ended by signal %d"),
                 WTERMSIG(status));
    close_all(child);
}
