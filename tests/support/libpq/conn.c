// Connections to the scripted server, by libpq's functions.
#include "tests/support/libpq/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool lose(PGconn *conn, const char *why)
{
    snprintf(conn->error, sizeof conn->error, "%s\n", why);
    conn->status = CONNECTION_BAD;
    return false;
}

// Connecting. What the script says of it shows where libpq would see it: when it polls.

static PGconn *begin(void)
{
    int ends[2];
    PGconn *conn = calloc(1, sizeof *conn);
    if (!conn || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        abort();
    conn->client = ends[0];
    conn->server = ends[1];
    conn->status = CONNECTION_STARTED;
    conn->next = fake_connections;
    fake_connections = conn;
    return conn;
}

static void reach(PGconn *conn)
{
    fake_note(FAKE_CONNECT);
    const struct fake_step *step = fake_meets(FAKE_CONNECT, NULL);
    conn->silent = step && step->then == FAKE_SILENT;
    if (step && step->error)
        lose(conn, strstr(step->error, ": ") + 2);
    else if (step && step->then == FAKE_CUT)
        fake_cut_one(conn);
    else if (!conn->silent && write(conn->server, "", 1) != 1)
        lose(conn, strerror(errno));
}

PGconn *PQconnectStartParams(const char *const *keys, const char *const *values, int expand)
{
    (void)keys, (void)values, (void)expand;
    return begin();
}

PostgresPollingStatusType PQconnectPoll(PGconn *conn)
{
    char greeting;
    if (!conn->polled++)
        reach(conn);
    ssize_t n = conn->status == CONNECTION_BAD ? 0 : read(conn->client, &greeting, 1);
    if (n < 0 && errno == EAGAIN)
        return PGRES_POLLING_READING;
    if (n == 1) {
        conn->status = CONNECTION_OK;
        return PGRES_POLLING_OK;
    }
    if (conn->status != CONNECTION_BAD)
        lose(conn, "server closed the connection unexpectedly");
    return PGRES_POLLING_FAILED;
}

PGconn *PQconnectdbParams(const char *const *keys, const char *const *values, int expand)
{
    PGconn *conn = PQconnectStartParams(keys, values, expand);
    if (PQconnectPoll(conn) == PGRES_POLLING_READING)
        fail_msg("a connect that blocks would wait for ever");
    return conn;
}

ConnStatusType PQstatus(const PGconn *conn)
{
    return conn ? conn->status : CONNECTION_BAD;
}

int PQsocket(const PGconn *conn)
{
    return conn ? conn->client : -1;
}

char *PQerrorMessage(const PGconn *conn)
{
    return (char *)(uintptr_t)(conn ? conn->error : "");
}

void PQfinish(PGconn *conn)
{
    if (!conn)
        return;
    struct pg_conn **at = &fake_connections;
    while (*at != conn)
        at = &(*at)->next;
    *at = conn->next;
    for (size_t i = 0; i < conn->n_replies; i++)
        PQclear(conn->replies[(conn->first_reply + i) % REPLIES_MOST].result);
    fake_cut_one(conn);
    close(conn->client);
    free(conn);
}

PQnoticeReceiver PQsetNoticeReceiver(PGconn *conn, PQnoticeReceiver receiver, void *ctx)
{
    PQnoticeReceiver before = conn->receiver;
    conn->receiver = receiver;
    conn->receiver_ctx = ctx;
    return before;
}

int PQsetnonblocking(PGconn *conn, int on)
{
    conn->nonblocking = on;
    return 0;
}

int PQenterPipelineMode(PGconn *conn)
{
    conn->pipeline = true;
    return conn->status == CONNECTION_OK;
}

// Sending: it lies in the client's memory until it is flushed.

static const struct statement *find(const char *name, const char *sql)
{
    size_t n;
    const struct statement *const *table = statement_table(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(name ? name : sql, name ? table[i]->name : table[i]->sql) == 0)
            return table[i];
    return NULL;
}

static int enqueue(PGconn *conn, enum request_kind kind, const char *name, const char *sql)
{
    if (conn->status != CONNECTION_OK)
        return 0;
    if (conn->n_requests == REQUESTS_MOST)
        fail_msg("too much is sent at once");
    struct request *r = &conn->requests[(conn->first_request + conn->n_requests++) % REQUESTS_MOST];
    *r = (struct request){.kind = kind};
    if (name || sql)
        r->statement = find(name, sql);
    if (name && !r->statement)
        fail_msg("%s: no such statement", name);
    snprintf(r->sql, sizeof r->sql, "%s", r->statement ? r->statement->sql : sql ? sql : "");
    conn->owed++;
    return 1;
}

int PQsendPrepare(PGconn *conn, const char *name, const char *sql, int n, const Oid *types)
{
    (void)sql, (void)n, (void)types;
    return enqueue(conn, REQUEST_PREPARE, name, NULL);
}

int PQsendQueryPrepared(PGconn *conn, const char *name, int n, const char *const *values,
                        const int *lengths, const int *formats, int result_format)
{
    (void)n, (void)values, (void)lengths, (void)formats, (void)result_format;
    return enqueue(conn, REQUEST_QUERY, name, NULL);
}

int PQsendQueryParams(PGconn *conn, const char *sql, int n, const Oid *types,
                      const char *const *values, const int *lengths, const int *formats,
                      int result_format)
{
    (void)n, (void)types, (void)values, (void)lengths, (void)formats, (void)result_format;
    return enqueue(conn, REQUEST_QUERY, NULL, sql);
}

int PQpipelineSync(PGconn *conn)
{
    int sent = enqueue(conn, REQUEST_SYNC, NULL, NULL);
    return sent && PQflush(conn) >= 0;
}

// That the server has gone shows when the client reads, not here.
int PQflush(PGconn *conn)
{
    if (conn->status != CONNECTION_OK)
        return -1;
    if (fake_holds())
        return 1;
    fake_serve(conn);
    return 0;
}

// Receiving.

int PQconsumeInput(PGconn *conn)
{
    char bytes[256];
    bool any = false;
    ssize_t n;
    while ((n = read(conn->client, bytes, sizeof bytes)) > 0)
        any = true;
    conn->arrived = conn->n_replies;
    if (n == 0 && !any)
        return lose(conn, "server closed the connection unexpectedly");
    return 1;
}

static struct reply take(PGconn *conn)
{
    struct reply reply = conn->replies[conn->first_reply];
    conn->first_reply = (conn->first_reply + 1) % REPLIES_MOST;
    conn->n_replies--;
    conn->arrived--;
    return reply;
}

static void take_notices(PGconn *conn)
{
    while (conn->arrived && conn->replies[conn->first_reply].notice) {
        struct reply reply = take(conn);
        if (conn->receiver)
            conn->receiver(conn->receiver_ctx, reply.result);
        PQclear(reply.result);
    }
}

int PQisBusy(PGconn *conn)
{
    take_notices(conn);
    return conn->owed && !conn->arrived;
}

PGresult *PQgetResult(PGconn *conn)
{
    if (conn->owed && !conn->arrived && !conn->nonblocking) {
        fake_serve(conn);
        PQconsumeInput(conn);
    }
    take_notices(conn);
    if (!conn->arrived)
        return NULL;
    PGresult *result = take(conn).result;
    if (!result || PQresultStatus(result) == PGRES_PIPELINE_SYNC)
        conn->owed--;
    return result;
}

PGresult *PQexec(PGconn *conn, const char *sql)
{
    enqueue(conn, REQUEST_QUERY, NULL, sql);
    fake_serve(conn);
    PGresult *result = NULL, *next;
    PQconsumeInput(conn);
    while ((next = PQgetResult(conn))) {
        PQclear(result);
        result = next;
    }
    return result;
}
