/* okrd's private PostgreSQL cluster: made on first use, started, watched, adopted after a re-exec,
 * stopped. Reached only through a socket in a directory that is closed to others, by peer
 * authentication. It knows nothing of the schema, and never unlinks postmaster.pid or kills a
 * postmaster with SIGKILL.
 *
 * Under its directory: data/ (PGDATA), run/ (the socket), lock (held for the life of the process),
 * postgres.log. The postmaster is our child and shuts down (SIGINT) when we die, however we do.
 * The kernel counts the *thread* that started it as its parent: call everything here from the main
 * thread, and exec from there as well. Everything blocks unless it says otherwise. */
#ifndef OKR_SERVER_PG_CLUSTER_H
#define OKR_SERVER_PG_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cluster;

struct cluster_options {
    const char *dir;        /* absolute; made with 0700 if it is missing and its parent is there */
    const char *dir_option; /* what sets it, for messages; NULL: "--data-dir" */
    const char *bin_root;   /* holds N/bin/postgres; NULL: "/usr/lib/postgresql" */
    void (*say)(void *context, const char *line); /* progress; NULL: silence */
    void *say_context;
};

enum cluster_fault {
    CLUSTER_FAILED,  /* anything else; the message says what */
    CLUSTER_BAD_DIR, /* not usable: relative, too long, someone else's, odd characters */
    CLUSTER_LOCKED,  /* another okrd has it; the message names its pid */
    CLUSTER_VERSION  /* no PostgreSQL that fits is installed; the message says which to install */
};

struct cluster_error {
    enum cluster_fault fault;
    char message[768]; /* for the operator, without a newline */
};

enum cluster_state {
    CLUSTER_DOWN,     /* the postmaster is gone: cluster_restart */
    CLUSTER_STARTING, /* recovering, or not answering yet */
    CLUSTER_STOPPING, /* told to shut down */
    CLUSTER_READY
};

enum cluster_role {
    CLUSTER_OWNER, /* okrd_owner: owns the database okrd and migrates it */
    CLUSTER_APP    /* okrd_app: serves; may do what the owner granted */
};

/* Takes the lock, makes the cluster if there is none, adopts a live postmaster on it or starts
 * one, and waits until it answers and has the roles and the database. Needs an unprivileged user.
 * The caller ends with cluster_close. NULL on failure, with nothing left running that this call
 * started. */
struct cluster *cluster_start(const struct cluster_options *options, struct cluster_error *error);

/* A libpq connection string for one of the roles; lives as long as the cluster. */
const char *cluster_conninfo(const struct cluster *cluster, enum cluster_role role);

/* The postmaster's pid, 0 if there is none. */
pid_t cluster_pid(const struct cluster *cluster);

/* A pidfd that becomes readable when the postmaster ends (for the loop's epoll), whether it is our
 * child or not; -1 if it is down. Owned by the cluster and another one after each restart. */
int cluster_pidfd(const struct cluster *cluster);

/* Whether the postmaster has ended; takes its exit status if so. Does not block. Cheap enough for
 * every SIGCHLD, and true until the restart. */
bool cluster_reap(struct cluster *cluster);

/* How it is now. Makes a connection at most, so it blocks for a moment; for polling after
 * cluster_spawn. */
enum cluster_state cluster_state(struct cluster *cluster);

/* Brings a dead postmaster back and waits until it is ready; true at once if it is not dead. */
bool cluster_restart(struct cluster *cluster, struct cluster_error *error);

/* The same without waiting: only starts the process; then poll cluster_state. After a crash a
 * first try may end at once because an old backend still lives: try again for some seconds. */
bool cluster_spawn(struct cluster *cluster, struct cluster_error *error);

/* Shuts the postmaster down: SIGINT (sessions are ended, a checkpoint is written), after 30 s
 * SIGQUIT, after 15 s more it fails. True if it is down already. */
bool cluster_stop(struct cluster *cluster, struct cluster_error *error);

/* Forgets the cluster and frees it; NULL is fine. A running postmaster runs on, and the lock stays
 * ours: its descriptor is left open over exec and named in OKRD_CLUSTER_LOCK, where the next
 * cluster_start of this process finds it. After cluster_stop the lock is given up. Returns NULL. */
struct cluster *cluster_close(struct cluster *cluster);

/* Free disk space for the data, in bytes, as an unprivileged process may use it; -1 unknown. */
int64_t cluster_free_bytes(const struct cluster *cluster);

#endif
