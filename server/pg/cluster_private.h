/* What the cluster*.c files share and nobody else sees. */
#ifndef OKR_SERVER_PG_CLUSTER_PRIVATE_H
#define OKR_SERVER_PG_CLUSTER_PRIVATE_H

#include "server/pg/cluster.h"

#include <stddef.h>

/* A socket's path has at most 107 bytes (sockaddr_un): "<dir>/run/.s.PGSQL.5432". */
#define CLUSTER_DIR_MAX (107 - (int)sizeof("/run/.s.PGSQL.5432") + 1)
#define CLUSTER_PATH 512
#define CLUSTER_ADMIN "okrd_admin"

struct cluster {
    struct cluster_options options;
    char dir[CLUSTER_DIR_MAX + 1]; /* resolved: no link in it */
    char data[CLUSTER_DIR_MAX + 16];
    char run[CLUSTER_DIR_MAX + 16];
    char log[CLUSTER_DIR_MAX + 16];
    char bin[256];
    char os_user[64];
    char conninfo[2][256];
    char ended[64]; /* how the last postmaster ended */
    int lock_fd;
    int pidfd;
    pid_t pid;         /* 0: down */
    bool child;        /* whether it is ours to reap */
    pid_t stale_pid;   /* another process that has a dead postmaster's pid, else 0 */
    int64_t log_start; /* where postgres.log stood when we last started something */
};

/* What postmaster.pid says. */
struct cluster_pidfile {
    pid_t pid;
    char status[16]; /* "starting", "stopping", "ready"; "" if not written yet */
};

bool cluster_fail(struct cluster_error *error, enum cluster_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void cluster_say(const struct cluster *cluster, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* cluster_dir.c: the directory, who uses it, its lock. */
bool cluster_find_user(struct cluster *cluster, struct cluster_error *error);
bool cluster_open_dir(struct cluster *cluster, struct cluster_error *error);
bool cluster_make_run_dir(const struct cluster *cluster, struct cluster_error *error);
bool cluster_take_lock(struct cluster *cluster, struct cluster_error *error);
void cluster_hand_over_lock(struct cluster *cluster);

/* cluster_setup.c: from nothing to a configured data directory. */
bool cluster_find_binaries(struct cluster *cluster, struct cluster_error *error);
bool cluster_has_data(const struct cluster *cluster);
void cluster_remove_leftovers(const struct cluster *cluster);
bool cluster_make_data(struct cluster *cluster, struct cluster_error *error);
bool cluster_write_local_conf(const struct cluster *cluster, struct cluster_error *error);
bool cluster_make_roles(const struct cluster *cluster, struct cluster_error *error);

/* cluster_reserve.c: room on the disk to start with when it is full. */
void cluster_keep_reserve(const struct cluster *cluster);
void cluster_spend_reserve(const struct cluster *cluster);

/* cluster_process.c: processes, their pids and what they logged. */
pid_t cluster_run(struct cluster *cluster, char *const argv[], int death_signal,
                  struct cluster_error *error);
void cluster_last_complaint(const struct cluster *cluster, char *ret_text, size_t size);
bool cluster_read_pidfile(const struct cluster *cluster, struct cluster_pidfile *ret_file);
bool cluster_same_directory(const char *path, const char *other);
bool cluster_is_its_postmaster(const struct cluster *cluster, pid_t pid);
bool cluster_watch(struct cluster *cluster, pid_t pid, bool child);
void cluster_signal(const struct cluster *cluster, int signal_number);
void cluster_sleep(const struct cluster *cluster, int milliseconds);
int64_t cluster_now_ms(void);

#endif
