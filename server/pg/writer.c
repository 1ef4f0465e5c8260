#include "server/pg/writer.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "common/log.h"
#include "server/people/directory.h"
#include "server/clock.h"
#include "server/pg/record.h"

STATEMENT(writer_begin, NONE, "", "", "BEGIN");
STATEMENT(writer_commit, NONE, "", "", "COMMIT");
STATEMENT(writer_rollback, NONE, "", "", "ROLLBACK");
STATEMENT(writer_lock, MANY, "", "b", "SELECT pg_try_advisory_lock(1869313636)"); // "okrd"
STATEMENT(writer_head, MANY, "", "ly", "SELECT revision, hash FROM head");
STATEMENT(
    writer_find_requests, MANY, "Y", "yyly",
    "SELECT request_id, request_hash, revision, reply FROM audit WHERE request_id = ANY ($1)");
enum { GROUP_MAX = RECORD_MAX, MAX_RELOAD = 16, LOCK_WAIT_MS = 5000 };

enum state { STATE_IDLE, STATE_ROUND, STATE_COMMIT, STATE_ROLLBACK, STATE_LOAD, STATE_RELOAD };

enum index {
    INDEX_BEGIN = -1,
    INDEX_LOOKUP = -2,
    INDEX_RECORD = -3,
    INDEX_COMMIT = -4,
    INDEX_ROLLBACK = -5,
    INDEX_LOCK = -6,
    INDEX_HEAD = -7,
    INDEX_SYNC = -8,
    INDEX_DIRECTORY = 1000
};

struct writer {
    struct writer_options options;
    struct link *link;
    enum state state;
    bool loaded, refused;
    bool stale;                       // to be loaded again before anything is written
    struct call_route *first, **last; // waiting
    size_t waiting;
    struct call_route *group[GROUP_MAX]; // in the transaction that is under way
    size_t n;
    struct arena *arena; // the frame's own values
    PGresult *lookup, *lock, *head, *frame_error, *directory[MAX_RELOAD];
    bool committed, ended;     // COMMIT was answered: well, or at all
    struct head head_at, next; // as committed, and with what is being committed
};

static int64_t committed_revision;

int64_t server_revision(void)
{
    return committed_revision;
}

// The queue.

static void push_back(struct writer *w, struct call_route *r)
{
    r->next = NULL;
    *w->last = r;
    w->last = &r->next;
    w->waiting++;
}

static void push_front(struct writer *w, struct call_route *r)
{
    r->outcome = OUTCOME_OPEN;
    if (!(r->next = w->first))
        w->last = &r->next;
    w->first = r;
    w->waiting++;
}

static void take(struct writer *w, struct call_route **at)
{
    struct call_route *r = *at;
    if (!(*at = r->next))
        w->last = at;
    r->next = NULL;
    r->outcome = OUTCOME_RUNNING;
    w->group[w->n++] = r;
    w->waiting--;
}

static bool may_share(const struct call_route *r)
{
    return r->handler->grouped && !r->alone;
}

// The first call, and if it may share its transaction, all others that may.
static void take_group(struct writer *w)
{
    bool share = may_share(w->first);
    take(w, &w->first);
    for (struct call_route **at = &w->first; share && *at && w->n < GROUP_MAX;) {
        if (may_share(*at))
            take(w, at);
        else
            at = &(*at)->next;
    }
}

// Sending.

// False: the connection is given up, and with it the whole group (on_lost): look at no call of it.
static bool send(struct writer *w, const struct query *q, void *owner, int index)
{
    bool sent = q && link_query(w->link, q, owner, index);
    if (!sent)
        link_break(w->link, "a statement cannot be sent");
    return sent;
}

static void send_plain(struct writer *w, const struct statement *statement, int index)
{
    struct query q = {.statement = statement};
    send(w, &q, NULL, index);
}

static void send_sync(struct writer *w, enum state next)
{
    if (!link_is_up(w->link))
        return;
    w->state = next;
    if (!link_sync(w->link, NULL, INDEX_SYNC))
        link_break(w->link, "a statement cannot be sent");
    link_flush(w->link);
}

static void send_lookup(struct writer *w)
{
    struct bytes ids[GROUP_MAX];
    for (size_t i = 0; i < w->n; i++)
        ids[i] = (struct bytes){w->group[i]->request_id, REQUEST_ID_BYTES};
    struct query *q = query_new(w->arena, &writer_find_requests);
    bind_bytes_array(q, ids, w->n);
    send(w, q, NULL, INDEX_LOOKUP);
}

static void send_round(struct writer *w)
{
    for (size_t i = 0; i < w->n; i++)
        for (int k = 0; k < w->group[i]->call.n_queries; k++)
            if (!send(w, w->group[i]->call.queries[k], w->group[i], k))
                return;
    send_sync(w, STATE_ROUND);
}

static void begin(struct writer *w)
{
    arena_reset(w->arena);
    take_group(w);
    send_plain(w, &writer_begin, INDEX_BEGIN);
    if (w->options.audited)
        send_lookup(w);
    send_round(w);
}

static void roll_back(struct writer *w)
{
    send_plain(w, &writer_rollback, INDEX_ROLLBACK);
    send_sync(w, STATE_ROLLBACK);
}

// Outcomes.

static void reset_outcome(struct call_route *r)
{
    r->call.done = false;
    r->call.reply = NULL;
    r->stored = (struct bytes){NULL, 0};
    r->seen_revision = 0;
    r->call.status = (Okr__Status)OKR__STATUS__INIT;
}

static void finish(struct writer *w, struct call_route *r)
{
    route_clear_results(r);
    w->options.finished(w->options.ctx, r);
}

static void fail_all(struct writer *w, Okr__Code code, Okr__Reason reason)
{
    size_t n = w->n;
    w->n = 0;
    for (size_t i = 0; i < n; i++) {
        reset_outcome(w->group[i]);
        call_fail(&w->group[i]->call, code, reason, NULL);
        finish(w, w->group[i]);
    }
}

static void finish_all(struct writer *w)
{
    size_t n = w->n;
    w->n = 0;
    for (size_t i = 0; i < n; i++)
        finish(w, w->group[i]);
}

static void clear_frame(struct writer *w)
{
    PQclear(w->lookup);
    PQclear(w->lock);
    PQclear(w->head);
    PQclear(w->frame_error);
    w->lookup = w->lock = w->head = w->frame_error = NULL;
    for (int i = 0; i < MAX_RELOAD; i++) {
        PQclear(w->directory[i]);
        w->directory[i] = NULL;
    }
    w->committed = w->ended = false;
}

// The transaction did not work out as a group: nothing of it stays, its calls go back and run
// again.
static void put_back(struct writer *w, bool alone)
{
    for (size_t i = w->n; i > 0; i--) {
        struct call_route *r = w->group[i - 1];
        route_clear_results(r);
        r->alone |= alone;
        push_front(w, r);
    }
    w->n = 0;
}

// Repeated requests.

static void answer_repeated(struct writer *w, struct call_route *r, const struct rows *rows,
                            int row)
{
    struct bytes hash = row_bytes(rows, row, 1);
    if (hash.len != REQUEST_HASH_BYTES || memcmp(hash.data, r->request_hash, hash.len) != 0)
        call_fail(&r->call, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_REQUEST_ID_REUSED,
                  NULL);
    r->seen_revision = row_i64(rows, row, 2);
    struct rows own = *rows;
    own.arena = r->call.arena;
    r->stored = row_bytes(&own, row, 3);
    if (!r->stored.data)
        call_fail(&r->call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE,
                  NULL);
    r->repeated = !r->call.done;
    finish(w, r);
}

// Answers the calls that were carried out before; true if there was one.
static bool find_repeated(struct writer *w)
{
    struct rows rows = {w->lookup, &writer_find_requests, w->arena, NULL};
    int found = w->lookup ? rows_count(&rows) : 0;
    for (int row = 0; row < found; row++) {
        struct bytes id = row_bytes(&rows, row, 0);
        for (size_t i = 0; i < w->n; i++) {
            struct call_route *r = w->group[i];
            if (id.len != REQUEST_ID_BYTES || memcmp(id.data, r->request_id, id.len) != 0)
                continue;
            w->group[i] = w->group[--w->n];
            answer_repeated(w, r, &rows, row);
            break;
        }
    }
    return found > 0;
}

// Recording.

static bool succeeded(const struct call_route *r)
{
    return r->call.done && r->call.status.code == OKR__CODE__CODE_OK;
}

// Sends the audit rows and the head row of all that succeeded. False when the arena is used up;
// nothing was sent then.
static bool record(struct writer *w)
{
    struct record *rec = record_new(w->arena);
    w->next = w->head_at;
    for (size_t i = 0; rec && i < w->n; i++)
        if (succeeded(w->group[i]))
            record_call(rec, w->group[i], &w->next);
    struct query *rows = rec ? record_rows(rec) : NULL;
    struct query *head = rec ? record_head(rec, &w->head_at, &w->next) : NULL;
    if (!rows || !head)
        return false;
    send(w, rows, NULL, INDEX_RECORD);
    send(w, head, NULL, INDEX_RECORD);
    return true;
}

static void commit(struct writer *w)
{
    if (w->options.audited && !record(w)) {
        fail_all(w, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE);
        roll_back(w);
        return;
    }
    link_warned(w->link);
    send_plain(w, &writer_commit, INDEX_COMMIT);
    send_sync(w, STATE_COMMIT);
}

// What the answers of a round lead to.

static void round_answered(struct writer *w)
{
    bool failed = w->frame_error != NULL;
    for (size_t i = 0; i < w->n; i++)
        failed |= w->group[i]->error != NULL;
    bool shared = w->n > 1;
    if (find_repeated(w)) {
        put_back(w, false);
        roll_back(w);
        return;
    }
    PQclear(w->lookup);
    w->lookup = NULL;
    if (w->frame_error) {
        fail_all(w, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN);
        roll_back(w);
        return;
    }
    if (failed && shared) {
        put_back(w, true);
        roll_back(w);
        return;
    }
    bool any = false, asks = false;
    for (size_t i = 0; i < w->n; i++) {
        route_continue(w->group[i]);
        any |= succeeded(w->group[i]);
        asks |= !w->group[i]->call.done;
    }
    if (asks) {
        send_round(w); // only calls that are alone have several rounds
    } else if (any) {
        commit(w);
    } else {
        finish_all(w);
        roll_back(w);
    }
}

static void send_directory(struct writer *w, enum state next)
{
    for (size_t i = 0; i < directory_statement_count && i < MAX_RELOAD; i++)
        send_plain(w, directory_statements[i], INDEX_DIRECTORY + (int)i);
    send_sync(w, next);
}

// Not committed, or not surely so. Of a single change the error is worded: a constraint that is
// looked at when the transaction commits. An error before that is the audit's or the head row's:
// the transaction is still open, and perhaps the head row is not what we take it for.
static void commit_failed(struct writer *w, bool warned)
{
    bool open = w->frame_error && !w->ended;
    w->state = STATE_IDLE;
    if (w->n == 1 && w->frame_error && !warned) {
        struct call_route *r = w->group[0];
        reset_outcome(r);
        r->error = w->frame_error;
        w->frame_error = NULL;
        route_continue(r);
        finish_all(w);
    } else {
        fail_all(w, OKR__CODE__CODE_UNAVAILABLE,
                 warned ? OKR__REASON__REASON_OUTCOME_UNKNOWN : OKR__REASON__REASON_DATABASE_DOWN);
    }
    if (warned)
        link_break(w->link, "a warning during COMMIT"); // what the head row says now has to be read
    else if (open) {
        w->stale = true;
        roll_back(w);
    }
}

static bool touches_directory(const struct writer *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->group[i]->handler->directory)
            return true;
    return false;
}

static void commit_answered(struct writer *w)
{
    bool warned = link_warned(w->link);
    if (!w->committed || w->frame_error || warned) {
        commit_failed(w, warned);
        return;
    }
    if (w->options.audited) {
        w->head_at = w->next;
        committed_revision = w->head_at.revision;
    }
    if (touches_directory(w)) {
        send_directory(w, STATE_RELOAD);
        return;
    }
    w->state = STATE_IDLE;
    finish_all(w);
}

static bool directory_answered(struct writer *w)
{
    struct rows rows[MAX_RELOAD];
    for (size_t i = 0; i < directory_statement_count; i++) {
        if (!w->directory[i])
            return false;
        rows[i] = (struct rows){w->directory[i], directory_statements[i], w->arena, NULL};
    }
    struct directory *fresh = directory_build(rows);
    if (!fresh)
        return false;
    server_directory_set(fresh);
    clock_set_zone(directory_settings(fresh)->time_zone);
    return true;
}

// Rights that may have been taken away must not go on: without the new directory nothing is served
// until it was loaded.
static void reloaded(struct writer *w, bool ok)
{
    w->state = STATE_IDLE;
    clear_frame(w);
    finish_all(w);
    if (ok)
        return;
    log_error("%s: members cannot be read again", w->options.name);
    link_break(w->link, NULL);
}

static void load_answered(struct writer *w)
{
    struct rows lock = {w->lock, &writer_lock, w->arena},
                head = {w->head, &writer_head, w->arena, NULL};
    bool ok = w->lock && w->head && row_bool(&lock, 0, 0) && rows_count(&head) == 1 &&
              directory_answered(w);
    if (!ok) {
        if (!w->refused)
            log_error("%s: %s", w->options.name,
                      w->lock && !row_bool(&lock, 0, 0) ? "another okrd serves this database"
                                                        : "head row or members cannot be read");
        w->refused = true; // said once
        link_break(w->link, NULL);
        return;
    }
    struct bytes hash = row_bytes(&head, 0, 1);
    w->head_at.revision = committed_revision = row_i64(&head, 0, 0);
    memcpy(w->head_at.hash, hash.data, sizeof w->head_at.hash);
    w->loaded = true;
    w->refused = false;
    w->state = STATE_IDLE;
}

static void send_load(struct writer *w)
{
    w->stale = false;
    arena_reset(w->arena);
    if (!w->options.audited) {
        w->loaded = true;
        w->state = STATE_IDLE;
        return;
    }
    send_plain(w, &writer_lock, INDEX_LOCK);
    send_plain(w, &writer_head, INDEX_HEAD);
    send_directory(w, STATE_LOAD);
}

// The connection's events.

static void on_sync(struct writer *w)
{
    switch (w->state) {
    case STATE_ROUND:
        round_answered(w);
        break;
    case STATE_COMMIT:
        commit_answered(w);
        clear_frame(w);
        break;
    case STATE_ROLLBACK:
        w->state = STATE_IDLE;
        clear_frame(w);
        if (w->stale)
            send_load(w);
        break;
    case STATE_LOAD:
        load_answered(w);
        clear_frame(w);
        break;
    case STATE_RELOAD:
        reloaded(w, directory_answered(w));
        break;
    case STATE_IDLE:
        break;
    }
    writer_kick(w); // what waited does not wait for the next turn or tick
}

static void keep(PGresult **place, PGresult *result)
{
    PQclear(*place);
    *place = result;
}

static void on_frame(struct writer *w, int index, PGresult *result)
{
    if (index >= INDEX_DIRECTORY)
        keep(&w->directory[index - INDEX_DIRECTORY], result);
    else if (index == INDEX_LOOKUP)
        keep(&w->lookup, result);
    else if (index == INDEX_LOCK)
        keep(&w->lock, result);
    else if (index == INDEX_HEAD)
        keep(&w->head, result);
    else {
        w->committed |= index == INDEX_COMMIT && strcmp(PQcmdStatus(result), "COMMIT") == 0;
        PQclear(result);
    }
}

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    struct writer *w = ctx;
    struct call_route *r = owner;
    if (index == INDEX_SYNC) {
        on_sync(w);
        return;
    }
    ExecStatusType status = PQresultStatus(result);
    PGresult **error = r ? &r->error : &w->frame_error;
    w->ended |=
        index == INDEX_COMMIT && (status == PGRES_COMMAND_OK || status == PGRES_FATAL_ERROR);
    if (status == PGRES_FATAL_ERROR && !*error)
        *error = result;
    else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        PQclear(result);
    else if (r)
        r->results[index] = result;
    else
        on_frame(w, index, result);
}

static void on_lost(void *ctx)
{
    struct writer *w = ctx;
    enum state was = w->state;
    w->state = STATE_LOAD; // until it is back
    w->loaded = false;
    clear_frame(w);
    if (was == STATE_COMMIT)
        fail_all(w, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_OUTCOME_UNKNOWN);
    else if (was == STATE_RELOAD)
        finish_all(w);
    else
        fail_all(w, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN);
}

static void on_ready(void *ctx)
{
    send_load(ctx);
}

// The session of an okrd that was killed, or that began anew, holds the database for a moment
// longer.
static void wait_for_lock(struct writer *w)
{
    const struct timespec pause = {.tv_nsec = 50 * 1000000};
    int64_t until = clock_monotonic_ms() + LOCK_WAIT_MS;
    while (!w->loaded && clock_monotonic_ms() < until) {
        nanosleep(&pause, NULL);
        link_tick(w->link);
        link_wait(w->link);
    }
}

struct writer *writer_open(const struct writer_options *options, char *error, size_t error_size)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w || !(w->arena = arena_new(64 << 20)))
        return writer_close(w);
    w->options = *options;
    w->last = &w->first;
    struct link_options link = {
        .name = options->name,
        .conninfo = options->conninfo,
        .loop = options->loop,
        .result = on_result,
        .lost = on_lost,
        .ready = on_ready,
        .ctx = w,
    };
    w->link = link_open(&link, error, error_size);
    if (!w->link)
        return writer_close(w);
    send_load(w);
    link_wait(w->link);
    wait_for_lock(w);
    if (!w->loaded) {
        snprintf(error, error_size, "another okrd serves this database, or its schema is not ours");
        return writer_close(w);
    }
    return w;
}

struct writer *writer_close(struct writer *w)
{
    if (!w)
        return NULL;
    link_close(w->link);
    clear_frame(w);
    arena_free(w->arena);
    free(w);
    return NULL;
}

void writer_submit(struct writer *w, struct call_route *r)
{
    if (route_queries_sound(r))
        push_back(w, r);
    else
        w->options.finished(w->options.ctx, r);
}

struct call_route *writer_find(struct writer *w, const uint8_t id[REQUEST_ID_BYTES])
{
    for (size_t i = 0; i < w->n; i++)
        if (memcmp(w->group[i]->request_id, id, REQUEST_ID_BYTES) == 0)
            return w->group[i];
    for (struct call_route *r = w->first; r; r = r->next)
        if (memcmp(r->request_id, id, REQUEST_ID_BYTES) == 0)
            return r;
    return NULL;
}

bool writer_withdraw(struct writer *w, struct call_route *route)
{
    for (struct call_route **at = &w->first; *at; at = &(*at)->next) {
        if (*at != route)
            continue;
        if (!(*at = route->next))
            w->last = at;
        w->waiting--;
        return true;
    }
    return false;
}

bool writer_idle(const struct writer *w)
{
    return w->n == 0 && !w->first;
}

bool writer_is_up(const struct writer *w)
{
    return w->loaded && link_is_up(w->link);
}

void writer_tick(struct writer *w)
{
    link_tick(w->link);
}

void writer_kick(struct writer *w)
{
    if (w->state == STATE_IDLE && w->first && writer_is_up(w))
        begin(w);
}
