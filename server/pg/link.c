#include "server/pg/link.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include "common/log.h"
#include "server/clock.h"

enum { RETRY_MS = 200 };

struct expected {
    void *owner;
    int index;
    bool sync;
    bool answered;
};

struct link {
    struct link_options options;
    char *conninfo;
    PGconn *conn;
    bool up, wants_write, warned, quiet;
    int64_t next_try_ms;
    struct expected *ring; // what was sent and not answered, in order
    size_t ring_size, first, count;
};

static Oid type_oid(char letter)
{
    switch (letter) {
    case 'l':
        return 20;
    case 'i':
        return 23;
    case 't':
        return 25;
    case 'b':
        return 16;
    case 'd':
        return 701;
    case 'y':
        return 17;
    case 'a':
        return 1082;
    case 'z':
        return 1184;
    case 'L':
        return 1016;
    case 'I':
        return 1007;
    case 'T':
        return 1009;
    case 'D':
        return 1022;
    case 'Y':
        return 1001;
    case 'Z':
        return 1185;
    default:
        return 0; // json, jsonb: inferred
    }
}

static void notice(void *ctx, const PGresult *result)
{
    struct link *link = ctx;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "WARNING") == 0) {
        link->warned = true;
        log_warn("%s: %s", link->options.name, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    }
}

static bool prepare(PGconn *conn, const struct statement *s)
{
    Oid types[QUERY_MAX_PARAMS];
    int n = (int)strlen(s->params);
    for (int i = 0; i < n; i++)
        types[i] = type_oid(s->params[i]);
    return PQsendPrepare(conn, s->name, s->sql, n, types) == 1;
}

// All statements down one pipeline, one sync.
static bool prepare_all(struct link *link)
{
    if (link->options.unprepared)
        return PQenterPipelineMode(link->conn) == 1;
    size_t n, bad = 0;
    const struct statement *const *table = statement_table(&n);
    bool sent = PQenterPipelineMode(link->conn) == 1;
    for (size_t i = 0; sent && i < n; i++)
        sent = prepare(link->conn, table[i]);
    if (!sent || !PQpipelineSync(link->conn))
        return false;
    for (size_t i = 0; i < n; i++) {
        PGresult *r = PQgetResult(link->conn);
        if (PQresultStatus(r) != PGRES_COMMAND_OK && !bad++)
            log_error("%s: statement %s: %s", link->options.name, table[i]->name,
                      PQresultErrorMessage(r));
        PQclear(r);
        PQclear(PQgetResult(link->conn)); // the end of this one
    }
    PGresult *sync = PQgetResult(link->conn);
    bool ok = PQresultStatus(sync) == PGRES_PIPELINE_SYNC;
    PQclear(sync);
    return ok && bad == 0;
}

// What each connection is to be like, whatever the database's defaults.
static bool run_plain(PGconn *conn, const char *sql)
{
    PGresult *r = PQexec(conn, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return ok;
}

static bool settle(const struct link *link)
{
    return run_plain(link->conn, "SET statement_timeout = '60s'; SET jit = off; SET "
                                 "random_page_cost = 1.1; SET timezone = 'UTC';"
                                 " SET client_encoding = 'UTF8'; SET datestyle = 'ISO'") &&
           (!link->options.session || run_plain(link->conn, link->options.session));
}

static void on_socket(void *ctx, uint32_t events);

static bool connect_now(struct link *link, char *error, size_t error_size)
{
    // Two seconds, PostgreSQL's least, unless the caller says otherwise: the loop stands still
    // meanwhile.
    const char *const keys[] = {"connect_timeout", "dbname", NULL};
    const char *const values[] = {"2", link->conninfo, NULL};
    link->conn = PQconnectdbParams(keys, values, 1);
    bool ok = PQstatus(link->conn) == CONNECTION_OK;
    if (ok) {
        PQsetNoticeReceiver(link->conn, notice, link);
        ok = settle(link) && prepare_all(link) && PQsetnonblocking(link->conn, 1) == 0 &&
             loop_watch(link->options.loop, PQsocket(link->conn), EPOLLIN, on_socket, link);
    }
    if (!ok) {
        snprintf(error, error_size, "%s", PQerrorMessage(link->conn));
        PQfinish(link->conn);
        link->conn = NULL;
        return false;
    }
    link->up = true;
    link->wants_write = false;
    return true;
}

struct link *link_open(const struct link_options *options, char *error, size_t error_size)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return NULL;
    link->options = *options;
    link->conninfo = strdup(options->conninfo);
    link->ring_size = 1024;
    link->ring = calloc(link->ring_size, sizeof *link->ring);
    if (!link->conninfo || !link->ring || !connect_now(link, error, error_size))
        return link_close(link);
    return link;
}

struct link *link_close(struct link *link)
{
    if (!link)
        return NULL;
    if (link->conn) {
        loop_unwatch(link->options.loop, PQsocket(link->conn));
        PQfinish(link->conn);
    }
    free(link->conninfo);
    free(link->ring);
    free(link);
    return NULL;
}

bool link_is_up(const struct link *link)
{
    return link->up;
}

static void give_up(struct link *link, const char *why)
{
    if (!link->up)
        return;
    link->quiet = !why;
    if (why)
        log_warn("%s: connection lost: %s", link->options.name, why);
    link->up = false;
    loop_unwatch(link->options.loop, PQsocket(link->conn));
    PQfinish(link->conn);
    link->conn = NULL;
    link->count = 0;
    link->next_try_ms = clock_monotonic_ms() + RETRY_MS;
    link->options.lost(link->options.ctx);
}

static void lose(struct link *link)
{
    if (link->up)
        give_up(link, PQerrorMessage(link->conn));
}

void link_break(struct link *link, const char *why)
{
    give_up(link, why);
}

void link_tick(struct link *link)
{
    if (link->up || clock_monotonic_ms() < link->next_try_ms)
        return;
    char error[256];
    if (connect_now(link, error, sizeof error)) {
        if (!link->quiet)
            log_info("%s: connected again", link->options.name);
        link->options.ready(link->options.ctx);
    }
    link->next_try_ms = clock_monotonic_ms() + RETRY_MS;
}

static bool expect(struct link *link, void *owner, int index, bool sync)
{
    if (link->count == link->ring_size) {
        struct expected *bigger = calloc(link->ring_size * 2, sizeof *bigger);
        if (!bigger)
            return false;
        for (size_t i = 0; i < link->count; i++)
            bigger[i] = link->ring[(link->first + i) % link->ring_size];
        free(link->ring);
        link->ring = bigger;
        link->first = 0;
        link->ring_size *= 2;
    }
    link->ring[(link->first + link->count++) % link->ring_size] =
        (struct expected){.owner = owner, .index = index, .sync = sync};
    return true;
}

static bool send_unprepared(struct link *link, const struct query *q, const int *formats)
{
    Oid types[QUERY_MAX_PARAMS];
    for (int i = 0; i < q->n; i++)
        types[i] = type_oid(q->statement->params[i]);
    return PQsendQueryParams(link->conn, q->statement->sql, q->n, types, q->values, q->lengths,
                             formats, 1) == 1;
}

bool link_query(struct link *link, const struct query *q, void *owner, int index)
{
    int formats[QUERY_MAX_PARAMS];
    for (int i = 0; i < q->n; i++)
        formats[i] = q->statement->params[i] != 't' && q->statement->params[i] != 'j';
    if (!link->up || !expect(link, owner, index, false))
        return false;
    if (link->options.unprepared)
        return send_unprepared(link, q, formats);
    return PQsendQueryPrepared(link->conn, q->statement->name, q->n, q->values, q->lengths, formats,
                               1) == 1;
}

bool link_sync(struct link *link, void *owner, int index)
{
    return link->up && expect(link, owner, index, true) && PQpipelineSync(link->conn) == 1;
}

void link_flush(struct link *link)
{
    if (!link->up)
        return;
    int rv = PQflush(link->conn);
    if (rv < 0) {
        lose(link);
        return;
    }
    if ((rv == 1) != link->wants_write) {
        link->wants_write = rv == 1;
        loop_change(link->options.loop, PQsocket(link->conn),
                    EPOLLIN | (link->wants_write ? (uint32_t)EPOLLOUT : 0));
    }
}

bool link_warned(struct link *link)
{
    bool warned = link->warned;
    link->warned = false;
    return warned;
}

static struct expected pop(struct link *link)
{
    struct expected e = link->ring[link->first];
    link->first = (link->first + 1) % link->ring_size;
    link->count--;
    return e;
}

// Hands out all results that have arrived. A query's results are ended by NULL; a sync stands
// alone.
static void deliver(struct link *link)
{
    int empty = 0; // NULLs in a row that end nothing: the connection has no more to say
    while (link->up && link->count && empty < 3 && !PQisBusy(link->conn)) {
        PGresult *r = PQgetResult(link->conn);
        struct expected *front = &link->ring[link->first];
        if (!r) {
            empty = front->answered ? 0 : empty + 1;
            if (front->answered)
                pop(link);
            continue;
        }
        empty = 0;
        if (front->sync && PQresultStatus(r) != PGRES_PIPELINE_SYNC) {
            give_up(link, PQresultErrorMessage(r)); // the session was ended in between
            PQclear(r);
        } else if (front->sync) {
            struct expected e = pop(link);
            PQclear(r);
            link->options.result(link->options.ctx, e.owner, e.index, NULL);
        } else if (!front->answered) {
            front->answered = true;
            link->options.result(link->options.ctx, front->owner, front->index, r);
        } else {
            PQclear(r);
        }
    }
}

static void on_socket(void *ctx, uint32_t events)
{
    struct link *link = ctx;
    if (events & EPOLLOUT)
        link_flush(link);
    if (link->up && (events & ~(uint32_t)EPOLLOUT)) {
        bool alive = PQconsumeInput(link->conn) == 1;
        deliver(link);
        if (!alive || (link->up && PQstatus(link->conn) != CONNECTION_OK))
            lose(link);
    }
    link_flush(link);
}

void link_wait(struct link *link)
{
    link_flush(link);
    while (link->up && link->count) {
        struct pollfd p = {PQsocket(link->conn),
                           (short)(POLLIN | (link->wants_write ? POLLOUT : 0)), 0};
        poll(&p, 1, 1000);
        on_socket(link, EPOLLIN | EPOLLOUT);
    }
}
