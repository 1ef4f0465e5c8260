// The converter is a process group of its own, so that a shell's children end with it. What it says
// on stderr is kept in a file without a name, too; its last line is what people are told.
#include "client/plan_sync/file/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "client/plan_sync/file/private_file.h"
#include "client/plan_sync/file/shown.h"
#include "common/exit_code.h"
#include "common/text.h"

#define _(s) gettext(s)

enum { LINE_SIZE = 300 };

static volatile sig_atomic_t running; // the converter's process group

void convert_kill(void)
{
    pid_t group = (pid_t)running;
    if (group > 0)
        kill(-group, SIGKILL);
}

static int failed(const struct convert_job *job, const char *what, const char *detail)
{
    shown_print(job->err, job->path);
    fprintf(job->err, ": %s%s%s\n", what, detail && detail[0] ? ": " : "", detail ? detail : "");
    return EXIT_USAGE;
}

// ---- the process ------------------------------------------------------------------------------

static void limit_output(uint64_t bytes)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_max < bytes)
        return;
    limit.rlim_cur = limit.rlim_max = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static void become(const struct convert_job *job, int out, int err)
{
    int null = open("/dev/null", O_RDONLY);
    sigset_t none;
    sigemptyset(&none);
    setpgid(0, 0);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit_output(job->bytes);
    unsetenv("OKR_TOKEN"); // nothing that it needs
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(err, STDERR_FILENO) < 0)
        _exit(126);
    char path[PATH_MAX]; // a name that begins with '-' is no option
    if (snprintf(path, sizeof(path), "%s%s", job->path[0] == '-' ? "./" : "", job->path) >=
        (int)sizeof(path))
        _exit(126);
    execl("/bin/sh", "sh", "-c", job->command, "sh", path, (char *)NULL);
    _exit(127);
}

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// False when the time was up. A signal does not begin it anew.
static bool wait_for(int process, int64_t time_ms)
{
    struct pollfd poller = {.fd = process, .events = POLLIN};
    int64_t until = now_ms() + time_ms;
    for (;;) {
        int64_t left = until - now_ms();
        int n = poll(&poller, 1, left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);
        if (n > 0 || (n == 0 && left <= 0))
            return n > 0;
        if (n < 0 && errno != EINTR)
            return false;
    }
}

enum { NOT_STARTED = -2, NOT_IN_TIME = -1 };

// The status of wait(), or one of these.
static int run(const struct convert_job *job, int out, int err)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        return NOT_STARTED;
    if (pid == 0)
        become(job, out, err);
    setpgid(pid, pid); // whichever of the two is first
    running = pid;
    int process = pidfd_open(pid, 0);
    bool ended = process >= 0 && wait_for(process, job->time_ms);
    int status = 0;
    convert_kill(); // it, or what it left behind
    running = 0;
    waitpid(pid, &status, 0);
    if (process < 0)
        return NOT_STARTED;
    close(process);
    return ended ? status : NOT_IN_TIME;
}

// ---- the outcome ------------------------------------------------------------------------------

static void last_line(int fd, char ret[LINE_SIZE])
{
    char text[4096];
    off_t size = lseek(fd, 0, SEEK_END);
    off_t start = size > (off_t)sizeof(text) - 1 ? size - (off_t)sizeof(text) + 1 : 0;
    ssize_t n = pread(fd, text, sizeof(text) - 1, start);
    n = n > 0 ? n : 0;
    while (n > 0 && strchr("\r\n \t", text[n - 1]))
        n--;
    text[n] = '\0';
    const char *newline = strrchr(text, '\n');
    snprintf(ret, LINE_SIZE, "%.*s", LINE_SIZE - 1, newline ? newline + 1 : text);
    text_sanitize(ret);
}

static int judge(const struct convert_job *job, int status, int out, int err)
{
    char line[LINE_SIZE], what[LINE_SIZE];
    struct stat stat;
    last_line(err, line);
    if (status == NOT_STARTED)
        return failed(job, _("the converter cannot be started"), strerror(errno));
    if (status == NOT_IN_TIME)
        return failed(job, _("the converter did not end in time and was killed"), line);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ)
        return failed(job, _("the converter wrote too much"), line);
    if (WIFSIGNALED(status))
        snprintf(what, sizeof(what), _("the converter was ended by signal %d"), WTERMSIG(status));
    else
        snprintf(what, sizeof(what), _("the converter failed with exit code %d"),
                 WEXITSTATUS(status));
    if (status != 0)
        return failed(job, what, line);
    if (fstat(out, &stat) != 0 || stat.st_size == 0)
        return failed(job, _("the converter wrote nothing"), line);
    return EXIT_DONE;
}

int convert_run(const struct convert_job *job, int *ret_fd, char ret_path[CONVERT_PATH_SIZE])
{
    int out = private_file();
    int err = out >= 0 ? private_file() : -1;
    int code = EXIT_OTHER;
    if (err < 0)
        fprintf(job->err, "okr-plan-sync: %s: %s\n", _("no temporary file can be made"),
                strerror(errno));
    else
        code = judge(job, run(job, out, err), out, err);
    if (err >= 0)
        close(err);
    if (code != EXIT_DONE) {
        if (out >= 0)
            close(out);
        return code;
    }
    snprintf(ret_path, CONVERT_PATH_SIZE, "/proc/self/fd/%d", out);
    *ret_fd = out;
    return EXIT_DONE;
}
