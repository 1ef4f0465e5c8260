// PostgreSQL servers of a test's own, as a pair: a primary and a standby that it waits for, each
// behind a go-between (proxy.h) through which okrd and the other server reach it. They are killed,
// frozen, cut off and promoted as a machine would be. It knows nothing of okrd.
#ifndef OKR_TESTS_FAULT_POSTGRES_H
#define OKR_TESTS_FAULT_POSTGRES_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <sys/types.h>
#include "tests/fault/proxy.h"

struct postgres {
    char name[8];
    char dir[96];  // data, run (its socket), log
    char via[112]; // directory of the go-between's socket: a host for libpq
    pid_t pid;     // 0: not running
    struct proxy *proxy;
};

// A directory `base`/`name` and the go-between; no data yet. Fails the test when it cannot.
struct postgres *postgres_new(const char *base, const char *name);
struct postgres *postgres_free(struct postgres *p); // ends it
void postgres_init(struct postgres *p);             // an empty cluster with a database "okrd"
// Throws away what it has and makes it the standby of `primary`, from a copy; then starts it and
// lets the primary wait for it at each commit.
void postgres_follow(struct postgres *p, struct postgres *primary);
void postgres_start(struct postgres *p);  // and waits until it takes connections
void postgres_kill(struct postgres *p);   // all its processes at once, SIGKILL
void postgres_freeze(struct postgres *p); // SIGSTOP to all of them; postgres_kill ends it
void postgres_promote(struct postgres *p);
// As the superuser, beside the go-between. The caller ends with PQfinish.
PGconn *postgres_connect(const struct postgres *p);
void postgres_do(const struct postgres *p, const char *sql);

#endif
