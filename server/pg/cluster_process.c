/* The private cluster's processes: starting a PostgreSQL binary so that it cannot outlive or harm
 * us, recognising a postmaster, watching and signalling it through a pidfd, and finding its last
 * complaint in the log. It knows nothing of configuration or roles. */
#include "server/pg/cluster_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* At a start a log beyond this is kept as postgres.log.1. */
#define LOG_MAX (64 << 20)

int64_t cluster_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Ends early when the postmaster does. */
void cluster_sleep(const struct cluster *cluster, int milliseconds)
{
    struct pollfd ended = {.fd = cluster->pidfd, .events = POLLIN};
    poll(&ended, cluster->pidfd < 0 ? 0 : 1, milliseconds);
}

static int open_log(struct cluster *cluster, struct cluster_error *error)
{
    char older[CLUSTER_PATH];
    struct stat status;
    if (stat(cluster->log, &status) == 0 && status.st_size > LOG_MAX) {
        snprintf(older, sizeof older, "%s.1", cluster->log);
        rename(cluster->log, older);
    }
    int log = open(cluster->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log < 0) {
        cluster_fail(error, CLUSTER_FAILED, "%s: %s", cluster->log, strerror(errno));
        return -1;
    }
    cluster->log_start = lseek(log, 0, SEEK_END);
    return log;
}

/* In the child. Only async-signal-safe calls: a restart forks while nng's threads run. */
static void become(char *const argv[], char *const environment[], int log, int death_signal,
                   pid_t parent)
{
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++) {
        signal(number, SIG_DFL);
    }
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(077);
    setsid(); /* so that the terminal's Ctrl-C is for okrd alone */
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0 ||
        close_range(3, ~0U, 0) < 0 || prctl(PR_SET_PDEATHSIG, (long)death_signal) < 0) {
        _exit(126);
    }
    if (getppid() == parent) { /* else it died before the prctl could notice */
        execve(argv[0], argv, environment);
    }
    _exit(127);
}

/* Starts argv[0] with its output in the log and an environment of our making (the inherited one
 * might hold PG*, NOTIFY_SOCKET, a locale). -1 on failure. */
pid_t cluster_run(struct cluster *cluster, char *const argv[], int death_signal,
                  struct cluster_error *error)
{
    char path[] = "PATH=/usr/bin:/bin";
    char locale[] = "LC_ALL=C.UTF-8";
    char grandparent[40];
    /* PostgreSQL takes a live pid in postmaster.pid for a postmaster, except its parent's and the
     * one that pg_ctl passes here. We know that it is a stranger's; its other checks go on. */
    snprintf(grandparent, sizeof grandparent, "PG_GRANDPARENT_PID=%d", (int)cluster->stale_pid);
    char *environment[] = {path, locale, cluster->stale_pid != 0 ? grandparent : NULL, NULL};
    int log = open_log(cluster, error);
    if (log < 0) {
        return -1;
    }
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        become(argv, environment, log, death_signal, parent);
    }
    if (child < 0) {
        cluster_fail(error, CLUSTER_FAILED, "cannot start %s: %s", argv[0], strerror(errno));
    }
    close(log);
    return child;
}

/* The last line of the log, since the last start, that says what went wrong; else where to look. */
void cluster_last_complaint(const struct cluster *cluster, char *ret_text, size_t size)
{
    char line[1024];
    FILE *log = fopen(cluster->log, "re");
    snprintf(ret_text, size, "see %s", cluster->log);
    if (log == NULL || fseeko(log, (off_t)cluster->log_start, SEEK_SET) < 0) {
        if (log != NULL) {
            fclose(log);
        }
        return;
    }
    while (fgets(line, sizeof line, log) != NULL) {
        const char *start = strstr(line, "FATAL: ");
        start = start != NULL ? start : strstr(line, "PANIC: ");
        start = start != NULL ? start : strstr(line, "error: ");
        if (start != NULL) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(ret_text, size, "%s (more in %s)", start, cluster->log);
        }
    }
    fclose(log);
}

/* The format is PostgreSQL's (pidfile.h): the pid stands in line 1, the status in line 8. */
bool cluster_read_pidfile(const struct cluster *cluster, struct cluster_pidfile *ret_file)
{
    char path[CLUSTER_PATH];
    char line[1024];
    struct cluster_pidfile found = {0};
    snprintf(path, sizeof path, "%s/postmaster.pid", cluster->data);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    for (int number = 1; number <= 8 && fgets(line, sizeof line, file) != NULL; number++) {
        if (number == 1) {
            found.pid = (pid_t)labs(atol(line)); /* a standalone backend's is negative */
        } else if (number == 8) {
            line[strcspn(line, " \n")] = '\0';
            snprintf(found.status, sizeof found.status, "%.15s", line);
        }
    }
    fclose(file);
    if (found.pid <= 0) {
        return false;
    }
    *ret_file = found;
    return true;
}

bool cluster_same_directory(const char *path, const char *other)
{
    struct stat a;
    struct stat b;
    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* A postmaster works in its data directory; no stranger that got a dead one's pid does. */
bool cluster_is_its_postmaster(const struct cluster *cluster, pid_t pid)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/cwd", (int)pid);
    return cluster_same_directory(link, cluster->data);
}

/* Takes the process as the cluster's postmaster; false if there is no such process. */
bool cluster_watch(struct cluster *cluster, pid_t pid, bool child)
{
    int pidfd = pidfd_open(pid, 0);
    if (pidfd < 0) {
        return false;
    }
    cluster->pidfd = pidfd;
    cluster->pid = pid;
    cluster->child = child;
    return true;
}

void cluster_signal(const struct cluster *cluster, int signal_number)
{
    if (cluster->pidfd >= 0) {
        pidfd_send_signal(cluster->pidfd, signal_number, NULL, 0);
    }
}

static void describe_end(struct cluster *cluster, bool known, int status)
{
    if (known && WIFSIGNALED(status)) {
        snprintf(cluster->ended, sizeof cluster->ended, "was killed by signal %d",
                 WTERMSIG(status));
    } else if (known) {
        snprintf(cluster->ended, sizeof cluster->ended, "ended with code %d", WEXITSTATUS(status));
    } else {
        snprintf(cluster->ended, sizeof cluster->ended, "ended");
    }
}

bool cluster_reap(struct cluster *cluster)
{
    int status = 0;
    pid_t reaped = 0;
    if (cluster->pid == 0) {
        return true;
    }
    if (cluster->child) {
        reaped = waitpid(cluster->pid, &status, WNOHANG);
        if (reaped == 0 || (reaped < 0 && errno == EINTR)) {
            return false;
        }
    } else {
        struct pollfd ended = {.fd = cluster->pidfd, .events = POLLIN};
        if (poll(&ended, 1, 0) != 1) {
            return false;
        }
    }
    describe_end(cluster, reaped > 0, status);
    close(cluster->pidfd);
    cluster->pidfd = -1;
    cluster->pid = 0;
    return true;
}
