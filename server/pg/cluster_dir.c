/* The private cluster's directory: whether it is usable and ours, and the lock that one okrd holds
 * on it for its life, over a re-exec too. It knows nothing of PostgreSQL but the names and
 * characters that it cannot take. */
#include "server/pg/cluster_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LOCK_ENV "OKRD_CLUSTER_LOCK" /* "<descriptor>:<pid of the postmaster>" */

/* An owner that was just killed may hold the lock a moment longer. */
#define LOCK_WAIT_MS 500

static bool check_own_dir(const char *path, struct cluster_error *error)
{
    struct stat status;
    if (mkdir(path, 0700) < 0 && errno != EEXIST) {
        return cluster_fail(error, CLUSTER_BAD_DIR, "cannot make the directory %s: %s", path,
                            strerror(errno));
    }
    if (lstat(path, &status) < 0 || !S_ISDIR(status.st_mode)) {
        return cluster_fail(error, CLUSTER_BAD_DIR, "%s is not a directory", path);
    }
    return status.st_uid == geteuid() ||
           cluster_fail(error, CLUSTER_BAD_DIR, "%s belongs to user id %u, and okrd runs as %u",
                        path, (unsigned)status.st_uid, (unsigned)geteuid());
}

/* The path goes into a connection string, PostgreSQL's configuration and a socket's address. */
static bool check_path(struct cluster *cluster, const char *real, struct cluster_error *error)
{
    size_t length = strlen(real);
    if (length > CLUSTER_DIR_MAX) {
        return cluster_fail(error, CLUSTER_BAD_DIR,
                            "%s is too long for the socket in it (%zu bytes, at most %d); "
                            "choose a shorter one with %s",
                            real, length, CLUSTER_DIR_MAX, cluster->options.dir_option);
    }
    for (const char *at = real; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || strchr("'\"\\,", *at) != NULL) {
            return cluster_fail(error, CLUSTER_BAD_DIR,
                                "%s has a quote, comma, backslash or control character in it; "
                                "choose another one with %s",
                                real, cluster->options.dir_option);
        }
    }
    memcpy(cluster->dir, real, length + 1);
    snprintf(cluster->data, sizeof cluster->data, "%s/data", cluster->dir);
    snprintf(cluster->run, sizeof cluster->run, "%s/run", cluster->dir);
    snprintf(cluster->log, sizeof cluster->log, "%s/postgres.log", cluster->dir);
    return true;
}

bool cluster_find_user(struct cluster *cluster, struct cluster_error *error)
{
    if (geteuid() == 0) {
        return cluster_fail(error, CLUSTER_FAILED, "PostgreSQL does not run as root");
    }
    const struct passwd *entry = getpwuid(geteuid());
    if (entry == NULL || strlen(entry->pw_name) >= sizeof cluster->os_user ||
        strpbrk(entry->pw_name, "\"\\/") != NULL) {
        return cluster_fail(error, CLUSTER_FAILED,
                            "user id %u has no account that PostgreSQL's peer authentication can "
                            "name",
                            (unsigned)geteuid());
    }
    snprintf(cluster->os_user, sizeof cluster->os_user, "%s", entry->pw_name);
    return true;
}

bool cluster_open_dir(struct cluster *cluster, struct cluster_error *error)
{
    char real[PATH_MAX];
    const char *dir = cluster->options.dir;
    if (dir == NULL || dir[0] != '/') {
        return cluster_fail(error, CLUSTER_BAD_DIR, "%s must be an absolute path",
                            cluster->options.dir_option);
    }
    if (!check_own_dir(dir, error)) {
        return false;
    }
    if (realpath(dir, real) == NULL) {
        return cluster_fail(error, CLUSTER_BAD_DIR, "%s: %s", dir, strerror(errno));
    }
    return check_path(cluster, real, error);
}

bool cluster_make_run_dir(const struct cluster *cluster, struct cluster_error *error)
{
    if (!check_own_dir(cluster->run, error)) {
        return false;
    }
    return chmod(cluster->run, 0700) == 0 ||
           cluster_fail(error, CLUSTER_BAD_DIR, "%s: %s", cluster->run, strerror(errno));
}

/* The descriptor that cluster_close left for us before exec, if it is this directory's lock; -1. */
static int inherited_lock(const char *path)
{
    struct stat ours;
    struct stat there;
    int fd = -1;
    int pid = 0;
    const char *text = getenv(LOCK_ENV);
    if (text == NULL || sscanf(text, "%d:%d", &fd, &pid) != 2 || fd < 3 || fstat(fd, &ours) < 0 ||
        stat(path, &there) < 0 || ours.st_dev != there.st_dev || ours.st_ino != there.st_ino ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        return -1;
    }
    unsetenv(LOCK_ENV);
    if (pid > 0) {
        /* It may have ended around the exec; nobody else would reap it. */
        waitpid(pid, NULL, WNOHANG);
    }
    return fd;
}

static bool refuse_locked(const struct cluster *cluster, struct cluster_error *error)
{
    char owner[32] = "";
    ssize_t length = pread(cluster->lock_fd, owner, sizeof owner - 1, 0);
    owner[length > 0 ? (size_t)length : 0] = '\0';
    owner[strcspn(owner, "\n")] = '\0';
    return cluster_fail(error, CLUSTER_LOCKED, "%s is in use by %s%s", cluster->dir,
                        owner[0] != '\0' ? "okrd, process " : "another okrd", owner);
}

bool cluster_take_lock(struct cluster *cluster, struct cluster_error *error)
{
    char path[CLUSTER_PATH];
    char owner[32];
    snprintf(path, sizeof path, "%s/lock", cluster->dir);
    cluster->lock_fd = inherited_lock(path);
    if (cluster->lock_fd < 0) {
        cluster->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    }
    if (cluster->lock_fd < 0) {
        return cluster_fail(error, CLUSTER_BAD_DIR, "%s: %s", path, strerror(errno));
    }
    int64_t until = cluster_now_ms() + LOCK_WAIT_MS;
    while (flock(cluster->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || cluster_now_ms() >= until) {
            return refuse_locked(cluster, error);
        }
        cluster_sleep(cluster, 20);
    }
    int length = snprintf(owner, sizeof owner, "%d\n", (int)getpid());
    return (ftruncate(cluster->lock_fd, 0) == 0 &&
            pwrite(cluster->lock_fd, owner, (size_t)length, 0) == length) ||
           cluster_fail(error, CLUSTER_FAILED, "%s: %s", path, strerror(errno));
}

/* Leaves the lock open for the program that this process is about to become. */
void cluster_hand_over_lock(struct cluster *cluster)
{
    char text[40];
    if (fcntl(cluster->lock_fd, F_SETFD, 0) == 0) {
        snprintf(text, sizeof text, "%d:%d", cluster->lock_fd, (int)cluster->pid);
        setenv(LOCK_ENV, text, 1);
        cluster->lock_fd = -1;
    }
}
