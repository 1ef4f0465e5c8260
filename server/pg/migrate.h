/* The schema's migrations: forward only, one file one transaction, each recorded with its SHA-256.
 * The list is embedded in the binary (server/pg/embed.cmake); the caller brings the connection. It
 * knows nothing of what the files create. */
#ifndef OKR_SERVER_PG_MIGRATE_H
#define OKR_SERVER_PG_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>

#include <libpq-fe.h>

#include "server/pg/row.h"

struct migration {
    const char *name; /* NNNN_slug.sql; a list starts at 0001 and has no gap */
    const char *sql;  /* the file's bytes and a NUL behind them */
    size_t size;      /* in bytes, without that NUL */
};

/* What migrations/ held when this binary was built, in order. */
extern const struct migration migrations_embedded[];
extern const size_t migrations_embedded_count;

enum migrate_fault {
    MIGRATE_DATABASE, /* the connection or a statement of the runner failed */
    MIGRATE_BAD_LIST, /* the list itself: a bad name, a gap, a NUL byte */
    MIGRATE_PENDING,  /* verify only: migrations of the list are not applied yet */
    MIGRATE_CHANGED,  /* an applied file has another text or name in the list */
    MIGRATE_MISSING,  /* an earlier one is not recorded although a later one is */
    MIGRATE_NEWER,    /* the database knows a migration that the list does not */
    MIGRATE_FAILED    /* a file's SQL failed, or it ended its transaction; see the message */
};

struct migrate_error {
    enum migrate_fault fault;
    char message[768]; /* for the operator: names the file, without a newline */
};

typedef void migrate_say(void *context, const char *line);

/* Applies what is missing, in order, over `owner`: a connection outside a transaction, as the role
 * that owns (or may create) everything. Each file runs in one transaction with its record in
 * public.schema_migration; on an error the files before it stay applied. A session advisory lock
 * lets runs wait for each other. Settings made on the connection are reset.
 *
 * What the app role may do is the files' to say (GRANT); the runner only lets app_role (NULL: no
 * one) read the record, so that it can verify. `say` may be NULL. */
bool migrate_run(PGconn *owner, const struct migration *list, size_t count, const char *app_role,
                 migrate_say *say, void *say_context, struct migrate_error *error);

/* Checks that exactly the list is applied; changes nothing. The app role may ask. */
bool migrate_verify(PGconn *conn, const struct migration *list, size_t count,
                    struct migrate_error *error);

/* The same, from the rows of this statement. */
extern const struct statement migrate_recorded;
bool migrate_check(const struct rows *recorded, const struct migration *list, size_t count,
                   struct migrate_error *error);

#endif
