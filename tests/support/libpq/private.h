// What the scripted server (server.c), its connections (conn.c) and its results (result.c) share.
#ifndef OKR_TESTS_SUPPORT_LIBPQ_PRIVATE_H
#define OKR_TESTS_SUPPORT_LIBPQ_PRIVATE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include "server/pg/statement.h"
#include "tests/support/libpq/fake.h"

// What the server has been sent and has not looked at.
struct request {
    enum request_kind { REQUEST_PREPARE, REQUEST_QUERY, REQUEST_SYNC } kind;
    const struct statement *statement; // NULL: SQL of no statement
    char sql[96];                      // its beginning
};

// What comes back: a result, NULL after a query's last, or a notice. The socket only shows that
// there is something.
struct reply {
    PGresult *result;
    bool notice;
};

enum { REQUESTS_MOST = 2048, REPLIES_MOST = 8192 };

struct pg_conn {
    ConnStatusType status;
    int client, server; // the ends of its socket; server -1: cut
    int polled;
    bool pipeline, nonblocking, silent, skips;
    char error[256];
    PQnoticeReceiver receiver;
    void *receiver_ctx;
    struct request requests[REQUESTS_MOST]; // a ring each
    size_t first_request, n_requests;
    struct reply replies[REPLIES_MOST];
    size_t first_reply, n_replies, arrived; // arrived: of them, what the client has read
    size_t owed;                            // queries and syncs without their last reply
    struct pg_conn *next;
};

extern struct pg_conn *fake_connections;

// The server's side.
const struct fake_step *fake_meets(const char *on, const char *sql); // uses it up; NULL: none
void fake_note(const char *name);
void fake_serve(struct pg_conn *conn); // all that it was sent
void fake_cut_one(struct pg_conn *conn);
bool fake_holds(void);

// Results.
PGresult *fake_result(ExecStatusType status);
PGresult *fake_command(const char *sql, const char *tag);
PGresult *fake_notice(const char *message);
PGresult *fake_rows(const struct statement *statement, const char *rows);
extern int fake_results; // not cleared

#endif
