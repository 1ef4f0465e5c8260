// The okrd that is measured: the built program on a private cluster in a directory of the bench's
// own, started as anybody would start it. It knows nothing of what is in the database.
#ifndef OKR_TESTS_BENCH_SUBJECT_H
#define OKR_TESTS_BENCH_SUBJECT_H

#include <libpq-fe.h>
#include <sys/types.h>

struct subject {
    int program;         // descriptor of okrd
    char *dir, *address; // okrd's directory; "ipc://…"
    char *pg_dir;        // where PostgreSQL's socket lies
    char *pgbench;       // path, of the cluster's version
    pid_t pid, postmaster;
};

// `program` stays the caller's, `dir` too; it must be empty. Waits until okrd answers, with room
// for MOST_CLIENTS sessions beside okrd's. Dies when that does not come about.
void subject_start(struct subject *ret, int program, const char *dir);
void subject_stop(struct subject *subject);

// The code by which the first admin is claimed; the caller frees it.
char *subject_claim_code(const struct subject *subject);
// okrd_owner, okrd_admin or okrd_app; database okrd. Dies when it cannot be reached.
PGconn *subject_connect(const struct subject *subject, const char *role);
void subject_execute(PGconn *conn, const char *sql);
// The one value of the one row; the caller frees it.
char *subject_ask(PGconn *conn, const char *sql);

#endif
