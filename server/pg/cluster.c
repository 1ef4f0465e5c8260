/* The private cluster's life: the way from whatever stands in its directory to a postmaster that
 * serves, and back. The directory and its lock are in cluster_dir.c, how processes are handled in
 * cluster_process.c, what is written into a new cluster in cluster_setup.c. */
#include "server/pg/cluster.h"
#include "server/pg/cluster_private.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

/* In milliseconds. A postmaster that calls itself ready and does not answer for SILENT_MS is not
 * ours to reach; old backends delay a start after a crash by ORPHANS_MS at most. */
enum {
    SETTLE_MS = 100,
    SILENT_MS = 10000,
    ORPHANS_MS = 15000,
    INT_WAIT_MS = 30000,
    QUIT_WAIT_MS = 15000,
    SAY_EVERY_MS = 5000
};

bool cluster_fail(struct cluster_error *error, enum cluster_fault fault, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    size_t length = strlen(error->message);
    while (length > 0 && error->message[length - 1] == '\n') {
        error->message[--length] = '\0';
    }
    error->fault = fault;
    return false;
}

void cluster_say(const struct cluster *cluster, const char *format, ...)
{
    char line[CLUSTER_PATH];
    va_list args;
    if (cluster->options.say == NULL) {
        return;
    }
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    cluster->options.say(cluster->options.say_context, line);
}

static PGPing ping(const struct cluster *cluster)
{
    const char *keys[] = {"host", "port", "dbname", "user", "connect_timeout", NULL};
    const char *values[] = {cluster->run, "5432", "postgres", CLUSTER_ADMIN, "2", NULL};
    return PQpingParams(keys, values, 0);
}

enum cluster_state cluster_state(struct cluster *cluster)
{
    struct cluster_pidfile file;
    if (cluster_reap(cluster)) {
        return CLUSTER_DOWN;
    }
    if (!cluster_read_pidfile(cluster, &file) || file.pid != cluster->pid) {
        return CLUSTER_STARTING;
    }
    if (strcmp(file.status, "stopping") == 0) {
        return CLUSTER_STOPPING;
    }
    if (strcmp(file.status, "ready") != 0) {
        return CLUSTER_STARTING;
    }
    return ping(cluster) == PQPING_OK ? CLUSTER_READY : CLUSTER_STARTING;
}

/* Waits until it serves (true) or has ended (false, with no error set). However long a recovery
 * takes it is waited for; a postmaster that does not answer here although it is ready is not. */
static bool wait_ready(struct cluster *cluster, bool *ret_silent)
{
    int64_t start = cluster_now_ms();
    int64_t next_say = start + 1000;
    int64_t refused = start;
    *ret_silent = false;
    for (enum cluster_state state; (state = cluster_state(cluster)) != CLUSTER_READY;) {
        int64_t now = cluster_now_ms();
        struct cluster_pidfile file;
        if (state == CLUSTER_DOWN) {
            return false;
        }
        if (!cluster_read_pidfile(cluster, &file) || strcmp(file.status, "ready") != 0 ||
            ping(cluster) == PQPING_REJECT) {
            refused = now;
        } else if (now - refused > SILENT_MS) {
            *ret_silent = true;
            return false;
        }
        if (now >= next_say) {
            cluster_say(cluster, "PostgreSQL is %s; waiting for %d s so far",
                        state == CLUSTER_STOPPING ? "shutting down" : "starting up",
                        (int)((now - start) / 1000));
            next_say = now + SAY_EVERY_MS;
        }
        cluster_sleep(cluster, 5);
    }
    return true;
}

static bool fail_silent(const struct cluster *cluster, struct cluster_error *error)
{
    return cluster_fail(error, CLUSTER_FAILED,
                        "PostgreSQL (process %d) runs on %s but does not answer in %s; stop it "
                        "first: %s/pg_ctl -D %s stop",
                        (int)cluster->pid, cluster->data, cluster->run, cluster->bin,
                        cluster->data);
}

/* Looks whether a postmaster lives on the data and takes it. False only on an error; whether there
 * is one now shows in cluster->pid. One that is shutting down (its okrd was killed) is waited out.
 */
static bool adopt(struct cluster *cluster, struct cluster_error *error)
{
    struct cluster_pidfile file;
    bool silent = false;
    if (!cluster_read_pidfile(cluster, &file)) {
        return true;
    }
    pid_t reaped = waitpid(file.pid, NULL, WNOHANG);
    if (reaped == file.pid || !cluster_is_its_postmaster(cluster, file.pid) ||
        !cluster_watch(cluster, file.pid, reaped == 0)) {
        return true;
    }
    if (!cluster->child) {
        /* Its okrd may have died just now: the lock is free a moment before the signal is sent. */
        cluster_sleep(cluster, SETTLE_MS);
    }
    if (wait_ready(cluster, &silent)) {
        cluster_say(cluster, "took over the running PostgreSQL, process %d", (int)cluster->pid);
    }
    return !silent || fail_silent(cluster, error);
}

/* The pid in postmaster.pid, if it is some other process's by now; else 0. */
static pid_t find_stale_pid(const struct cluster *cluster)
{
    struct cluster_pidfile file;
    bool stale = cluster_read_pidfile(cluster, &file) && kill(file.pid, 0) == 0 &&
                 !cluster_is_its_postmaster(cluster, file.pid);
    return stale ? file.pid : 0;
}

bool cluster_spawn(struct cluster *cluster, struct cluster_error *error)
{
    char program[CLUSTER_PATH];
    if (!cluster_reap(cluster)) {
        return true;
    }
    snprintf(program, sizeof program, "%s/postgres", cluster->bin);
    /* On the command line, where no ALTER SYSTEM reaches: an acknowledged change is on disk. */
    char *argv[] = {program,    "-D", cluster->data,         "-c",
                    "fsync=on", "-c", "full_page_writes=on", NULL};
    cluster_spend_reserve(cluster);
    if (!cluster_write_local_conf(cluster, error)) {
        return false;
    }
    cluster->stale_pid = find_stale_pid(cluster);
    pid_t child = cluster_run(cluster, argv, SIGINT, error);
    if (child < 0) {
        return false;
    }
    if (!cluster_watch(cluster, child, true)) {
        kill(child, SIGINT);
        return cluster_fail(error, CLUSTER_FAILED, "pidfd_open: %s", strerror(errno));
    }
    return true;
}

/* A killed postmaster's backends hold its shared memory until they notice; while they do, a new
 * one ends at once and leaves the old postmaster.pid where it is. */
static bool spawn_and_wait(struct cluster *cluster, struct cluster_error *error)
{
    struct cluster_pidfile file;
    char why[400];
    bool silent = false;
    int64_t until = cluster_now_ms() + ORPHANS_MS;
    for (;;) {
        if (!cluster_spawn(cluster, error)) {
            return false;
        }
        if (wait_ready(cluster, &silent)) {
            return true;
        }
        if (silent) {
            return fail_silent(cluster, error);
        }
        if (!cluster_read_pidfile(cluster, &file) || cluster_now_ms() > until) {
            break;
        }
        cluster_sleep(cluster, 200);
    }
    cluster_last_complaint(cluster, why, sizeof why);
    return cluster_fail(error, CLUSTER_FAILED, "PostgreSQL %s: %s", cluster->ended, why);
}

bool cluster_restart(struct cluster *cluster, struct cluster_error *error)
{
    if (!cluster_reap(cluster)) {
        return true;
    }
    int64_t start = cluster_now_ms();
    if (!adopt(cluster, error)) {
        return false;
    }
    if (cluster->pid != 0) {
        return true;
    }
    if (!spawn_and_wait(cluster, error)) {
        return false;
    }
    cluster_say(cluster, "PostgreSQL is up after %d ms, process %d",
                (int)(cluster_now_ms() - start), (int)cluster->pid);
    return true;
}

static bool bring_up(struct cluster *cluster, struct cluster_error *error)
{
    if (!cluster_find_user(cluster, error) || !cluster_open_dir(cluster, error) ||
        !cluster_take_lock(cluster, error) || !cluster_make_run_dir(cluster, error) ||
        !cluster_find_binaries(cluster, error)) {
        return false;
    }
    cluster_remove_leftovers(cluster);
    if (!cluster_has_data(cluster) && !cluster_make_data(cluster, error)) {
        return false;
    }
    return cluster_restart(cluster, error) && cluster_make_roles(cluster, error);
}

static void write_conninfo(struct cluster *cluster)
{
    static const char *const roles[] = {[CLUSTER_OWNER] = "okrd_owner", [CLUSTER_APP] = "okrd_app"};
    for (int i = 0; i < 2; i++) {
        snprintf(cluster->conninfo[i], sizeof cluster->conninfo[i],
                 "host='%s' port=5432 dbname=okrd user=%s application_name=okrd "
                 "client_encoding=UTF8",
                 cluster->run, roles[i]);
    }
}

static void forget(struct cluster *cluster)
{
    if (cluster->pidfd >= 0) {
        close(cluster->pidfd);
    }
    if (cluster->lock_fd >= 0) {
        close(cluster->lock_fd);
    }
    free(cluster);
}

struct cluster *cluster_start(const struct cluster_options *options, struct cluster_error *error)
{
    struct cluster_error ignored;
    struct cluster *cluster = calloc(1, sizeof *cluster);
    if (cluster == NULL) {
        cluster_fail(error, CLUSTER_FAILED, "out of memory");
        return NULL;
    }
    cluster->options = *options;
    cluster->lock_fd = -1;
    cluster->pidfd = -1;
    if (options->dir_option == NULL) {
        cluster->options.dir_option = "--data-dir";
    }
    if (options->bin_root == NULL) {
        cluster->options.bin_root = "/usr/lib/postgresql";
    }
    if (bring_up(cluster, error)) {
        cluster_keep_reserve(cluster);
        write_conninfo(cluster);
        return cluster;
    }
    if (cluster->pid != 0 && cluster->child) {
        cluster_stop(cluster, &ignored);
    }
    forget(cluster);
    return NULL;
}

const char *cluster_conninfo(const struct cluster *cluster, enum cluster_role role)
{
    return cluster->conninfo[role];
}

pid_t cluster_pid(const struct cluster *cluster)
{
    return cluster->pid;
}

int cluster_pidfd(const struct cluster *cluster)
{
    return cluster->pidfd;
}

static bool wait_end(struct cluster *cluster, int milliseconds)
{
    int64_t start = cluster_now_ms();
    int64_t next_say = start + 1000;
    while (!cluster_reap(cluster)) {
        int64_t now = cluster_now_ms();
        if (now - start >= milliseconds) {
            return false;
        }
        if (now >= next_say) {
            cluster_say(cluster, "PostgreSQL is shutting down; waiting for %d s so far",
                        (int)((now - start) / 1000));
            next_say = now + SAY_EVERY_MS;
        }
        cluster_sleep(cluster, 50);
    }
    return true;
}

bool cluster_stop(struct cluster *cluster, struct cluster_error *error)
{
    if (cluster_reap(cluster)) {
        return true;
    }
    cluster_signal(cluster, SIGINT);
    if (wait_end(cluster, INT_WAIT_MS)) {
        return true;
    }
    cluster_say(cluster, "PostgreSQL does not shut down; telling it to stop without a checkpoint");
    cluster_signal(cluster, SIGQUIT);
    return wait_end(cluster, QUIT_WAIT_MS) ||
           cluster_fail(error, CLUSTER_FAILED, "PostgreSQL (process %d) does not stop",
                        (int)cluster->pid);
}

struct cluster *cluster_close(struct cluster *cluster)
{
    if (cluster == NULL) {
        return NULL;
    }
    if (!cluster_reap(cluster)) {
        cluster_hand_over_lock(cluster);
    }
    forget(cluster);
    return NULL;
}

int64_t cluster_free_bytes(const struct cluster *cluster)
{
    struct statvfs status;
    if (statvfs(cluster->data, &status) < 0) {
        return -1;
    }
    return (int64_t)status.f_bavail * (int64_t)status.f_frsize;
}
