// A connection in use: what is sent, what is expected, what came; see the header.
#include "server/pg/link_private.h"
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include "common/log.h"
#include "server/clock.h"
#include "server/bug.h"

Oid link_type(char letter)
{
    static const struct {
        char letter;
        Oid oid;
    } types[] = {{'l', 20},   {'i', 23},   {'t', 25},   {'b', 16},   {'d', 701},
                 {'y', 17},   {'a', 1082}, {'z', 1184}, {'L', 1016}, {'I', 1007},
                 {'T', 1009}, {'D', 1022}, {'Y', 1001}, {'Z', 1185}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].letter == letter)
            return types[i].oid;
    return 0; // json, jsonb: inferred
}

struct link *link_open(const struct link_options *options)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return NULL;
    link->options = *options;
    link->ring_size = 1024;
    link->ring = calloc(link->ring_size, sizeof *link->ring);
    if (!link->ring)
        return link_close(link);
    link_tick(link);
    return link;
}

struct link *link_close(struct link *link)
{
    if (!link)
        return NULL;
    link_drop(link);
    free(link->ring);
    free(link);
    return NULL;
}

void link_drop(struct link *link)
{
    if (link->conn) {
        loop_unwatch(link->options.loop, PQsocket(link->conn));
        PQfinish(link->conn);
    }
    link->conn = NULL;
    link->generation++;
    link->count = 0;
    link->state = LINK_DOWN;
}

bool link_is_up(const struct link *link)
{
    return link->state == LINK_UP;
}

// Losing it.

static void give_up(struct link *link, const char *why)
{
    if (link->state != LINK_UP) {
        if (link->conn)
            link_attempt_failed(link, why ? why : PQerrorMessage(link->conn));
        return;
    }
    if (why)
        log_warn("%s: connection lost: %s", link->options.name, why);
    link->quiet = true;
    link->next_try_ms = 0;
    link_drop(link);
    link->options.lost(link->options.ctx);
}

void link_break(struct link *link, const char *why)
{
    if (link->state == LINK_UP)
        give_up(link, why);
}

static void lose(struct link *link)
{
    give_up(link, PQerrorMessage(link->conn));
}

// Limits.

static struct expected *front(const struct link *link)
{
    return &link->ring[link->first];
}

static bool is_overdue(const struct link *link, int64_t now)
{
    for (size_t i = 0; i < link->count; i++) {
        const struct expected *e = &link->ring[(link->first + i) % link->ring_size];
        if (e->sync)
            return now - link->heard_ms >= e->limit_ms;
    }
    return false;
}

void link_tick(struct link *link)
{
    if (link->state != LINK_UP)
        link_connect_tick(link);
    else if (is_overdue(link, clock_monotonic_ms()))
        give_up(link, "no answer in time");
}

int64_t link_silent_ms(const struct link *link)
{
    return link->state == LINK_UP && link->count ? clock_monotonic_ms() - link->heard_ms : 0;
}

const char *link_session(const struct link *link)
{
    return link->state == LINK_UP ? link->session : "";
}

// Sending.

bool link_expect(struct link *link, void *owner, int index, int64_t limit_ms)
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
    if (!link->count)
        link->heard_ms = clock_monotonic_ms();
    link->ring[(link->first + link->count++) % link->ring_size] = (struct expected){
        .owner = owner, .index = index, .sync = limit_ms != 0, .limit_ms = limit_ms};
    return true;
}

static bool send_unprepared(struct link *link, const struct query *q, const int *formats)
{
    Oid types[QUERY_MAX_PARAMS];
    for (int i = 0; i < q->n; i++)
        types[i] = link_type(q->statement->params[i]);
    return PQsendQueryParams(link->conn, q->statement->sql, q->n, types, q->values, q->lengths,
                             formats, 1) == 1;
}

bool link_query(struct link *link, const struct query *q, void *owner, int index)
{
    int formats[QUERY_MAX_PARAMS];
    for (int i = 0; i < q->n; i++)
        formats[i] = q->statement->params[i] != 't' && q->statement->params[i] != 'j';
    if (link->state != LINK_UP || !link_expect(link, owner, index, 0))
        return false;
    if (link->options.unprepared)
        return send_unprepared(link, q, formats);
    return PQsendQueryPrepared(link->conn, q->statement->name, q->n, q->values, q->lengths, formats,
                               1) == 1;
}

bool link_sync(struct link *link, void *owner, int index, int64_t limit_ms)
{
    return link->state == LINK_UP && link_expect(link, owner, index, limit_ms) &&
           PQpipelineSync(link->conn) == 1;
}

void link_flush(struct link *link)
{
    if (link->state < LINK_PREPARING)
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
    bool warned = link->warned && !BUG(notice_at_commit_ignored);
    link->warned = false;
    return warned;
}

// Receiving.

static struct expected pop(struct link *link)
{
    struct expected e = *front(link);
    link->first = (link->first + 1) % link->ring_size;
    link->count--;
    return e;
}

static void hand_out(struct link *link, const struct expected *e, PGresult *result)
{
    if (link->state == LINK_PREPARING)
        link_prepared(link, e->index, result);
    else
        link->options.result(link->options.ctx, e->owner, e->index, result);
}

// A query's results are ended by NULL; a sync stands alone. False: nothing more is to be had.
static bool take(struct link *link, PGresult *r)
{
    struct expected *first = front(link);
    if (!r) {
        if (first->answered)
            pop(link);
        return true;
    }
    if (first->sync && PQresultStatus(r) != PGRES_PIPELINE_SYNC) {
        give_up(link, PQresultErrorMessage(r)); // the session was ended in between
        PQclear(r);
        return false;
    }
    if (first->sync) {
        struct expected e = pop(link);
        PQclear(r);
        hand_out(link, &e, NULL);
    } else if (!first->answered) {
        first->answered = true;
        struct expected e = *first;
        hand_out(link, &e, r);
    } else {
        PQclear(r);
    }
    return true;
}

// Hands out all results that have arrived.
static void deliver(struct link *link)
{
    unsigned generation = link->generation;
    int empty = 0; // NULLs in a row that end nothing: the connection has no more to say
    while (link->generation == generation && link->count && empty < 3 && !PQisBusy(link->conn)) {
        bool answered = front(link)->answered;
        PGresult *r = PQgetResult(link->conn);
        empty = r || answered ? 0 : empty + 1;
        if (!take(link, r))
            return;
    }
}

void link_on_socket(void *ctx, uint32_t events)
{
    struct link *link = ctx;
    if (link->state == LINK_CONNECTING) {
        link_connect_step(link);
        return;
    }
    if (events & EPOLLOUT)
        link_flush(link);
    unsigned generation = link->generation;
    if (link->conn && (events & ~(uint32_t)EPOLLOUT)) {
        bool alive = PQconsumeInput(link->conn) == 1;
        link->heard_ms = clock_monotonic_ms();
        deliver(link);
        if (link->generation == generation && (!alive || PQstatus(link->conn) != CONNECTION_OK))
            lose(link);
    }
    link_flush(link);
}
