// The queue, and the events of the connection; see the header.
#include "server/pg/writer_private.h"
#include <stdlib.h>
#include <string.h>
#include "server/clock.h"
#include "server/bug.h"

enum {
    ARENA_CAP = 64 << 20,
    ROUND_MS = 75000,   // beyond the session's statement_timeout
    COMMIT_MS = 310000, // a copy may be waited for: longer than any call waits
    LOAD_MS = 15000,
    TAKE_OVER_AGAIN_MS = 1000,
};

STATEMENT(writer_sql_begin, NONE, "", "", "BEGIN");
STATEMENT(writer_sql_rollback, NONE, "", "", "ROLLBACK");

// Sending.

bool writer_send(struct writer *w, const struct query *q, struct job *owner, int index)
{
    bool sent = q && link_query(w->link, q, owner, index);
    if (!sent)
        link_break(w->link, "a statement cannot be sent");
    return sent;
}

void writer_send_plain(struct writer *w, const struct statement *statement, int index)
{
    struct query q = {.statement = statement};
    writer_send(w, &q, NULL, index);
}

void writer_send_sync(struct writer *w, enum writer_state next)
{
    if (!link_is_up(w->link))
        return;
    w->state = next;
    int64_t limit = next == STATE_ROUND ? ROUND_MS : next == STATE_COMMIT ? COMMIT_MS : LOAD_MS;
    if (!link_sync(w->link, NULL, INDEX_SYNC, limit))
        link_break(w->link, "a statement cannot be sent");
    link_flush(w->link);
}

void writer_begin(struct writer *w)
{
    writer_send_plain(w, &writer_sql_begin, INDEX_PLAIN);
}

void writer_roll_back(struct writer *w)
{
    writer_send_plain(w, &writer_sql_rollback, INDEX_PLAIN);
    writer_send_sync(w, STATE_ROLLBACK);
}

// Outcomes.

void writer_finish(struct writer *w, struct job *job)
{
    job_clear_results(job);
    job_index_remove(&w->index, job);
    job->kind->finished(job);
}

void writer_fail_all(struct writer *w, enum job_failure why)
{
    for (size_t i = 0; i < w->n; i++)
        w->group[i]->kind->failed(w->group[i], why);
    writer_finish_all(w);
}

// A job that is finished may bring in the next one at once.
void writer_finish_all(struct writer *w)
{
    struct job *group[WRITER_GROUP];
    size_t n = w->n;
    memcpy(group, w->group, n * sizeof *group);
    w->n = 0;
    for (size_t i = 0; i < n; i++)
        writer_finish(w, group[i]);
}

void writer_clear_frame(struct writer *w)
{
    PGresult **results[] = {&w->look_up, &w->head, &w->own, &w->taken, &w->frame_error};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        PQclear(*results[i]);
        *results[i] = NULL;
    }
    for (int i = 0; i < WRITER_MEMORY; i++) {
        PQclear(w->memory[i]);
        w->memory[i] = NULL;
    }
    w->committed = w->ended = false;
}

// The connection's events.

static void on_sync(struct writer *w)
{
    switch (w->state) {
    case STATE_ROUND:
        writer_round_answered(w);
        break;
    case STATE_COMMIT:
        writer_commit_answered(w);
        break;
    case STATE_ROLLBACK:
        w->state = STATE_IDLE;
        writer_clear_frame(w);
        if (w->stale)
            writer_load(w);
        break;
    case STATE_TAKE_OVER:
        writer_taken_over(w);
        break;
    case STATE_LOAD:
        writer_load_answered(w);
        break;
    case STATE_RELOAD:
        writer_reload_answered(w);
        break;
    case STATE_AWAY:
    case STATE_IDLE:
        break;
    }
    writer_kick(w); // what waited does not wait for the next turn or tick
}

static PGresult **place_of(struct writer *w, int index)
{
    switch (index) {
    case INDEX_LOOK_UP:
        return &w->look_up;
    case INDEX_HEAD:
        return &w->head;
    case INDEX_OWN:
        return &w->own;
    case INDEX_EPOCH:
        return &w->taken;
    default:
        return index >= INDEX_MEMORY ? &w->memory[index - INDEX_MEMORY] : NULL;
    }
}

static void on_frame(struct writer *w, int index, PGresult *result)
{
    PGresult **place = place_of(w, index);
    w->committed |= index == INDEX_COMMIT && strcmp(PQcmdStatus(result), "COMMIT") == 0;
    PQclear(place ? *place : result);
    if (place)
        *place = result;
}

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    struct writer *w = ctx;
    struct job *job = owner;
    if (index == INDEX_SYNC) {
        on_sync(w);
        return;
    }
    ExecStatusType status = PQresultStatus(result);
    PGresult **error = job ? &job->error : &w->frame_error;
    w->ended |=
        index == INDEX_COMMIT && (status == PGRES_COMMAND_OK || status == PGRES_FATAL_ERROR);
    if (status == PGRES_FATAL_ERROR && !*error)
        *error = result;
    else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        PQclear(result);
    else if (job)
        job->results[index] = result;
    else
        on_frame(w, index, result);
}

// What was committed and waits for its reload is answered as it is; of what was being committed the
// outcome is not known.
static void on_lost(void *ctx)
{
    struct writer *w = ctx;
    enum writer_state was = w->state;
    if (BUG(unknown_said_to_be_refused) && was == STATE_COMMIT)
        was = STATE_ROUND;
    w->state = STATE_AWAY;
    w->known = false;
    writer_clear_frame(w);
    if (was == STATE_RELOAD) {
        w->options.memory->forget(w->options.ctx);
        writer_finish_all(w);
    } else
        writer_fail_all(w, was == STATE_COMMIT ? JOB_UNKNOWN : JOB_DOWN);
}

static void on_ready(void *ctx)
{
    struct writer *w = ctx;
    w->next_take_over_ms = 0;
    writer_load(w);
}

// Its life.

struct writer *writer_open(const struct writer_options *options)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w || !(w->arena = arena_new(ARENA_CAP)))
        return writer_close(w);
    w->options = *options;
    struct link_options link = {
        .name = options->name,
        .endpoint = options->endpoint,
        .loop = options->loop,
        .result = on_result,
        .lost = on_lost,
        .ready = on_ready,
        .ctx = w,
        .refused = options->refused,
        .refused_ctx = options->ctx,
    };
    w->link = link_open(&link);
    return w->link ? w : writer_close(w);
}

struct writer *writer_close(struct writer *w)
{
    if (!w)
        return NULL;
    link_close(w->link);
    writer_clear_frame(w);
    arena_free(w->arena);
    free(w);
    return NULL;
}

void writer_submit(struct writer *w, struct job *job)
{
    if (!job_sound(job)) {
        job->kind->finished(job);
        return;
    }
    job_push(&w->waiting, job);
    job_index_add(&w->index, job);
}

struct job *writer_find(const struct writer *w, const uint8_t key[JOB_KEY_BYTES])
{
    return job_index_find(&w->index, key);
}

bool writer_withdraw(struct writer *w, struct job *job)
{
    if (job->queue != &w->waiting)
        return false;
    job_remove(&w->waiting, job);
    job_index_remove(&w->index, job);
    return true;
}

bool writer_idle(const struct writer *w)
{
    return w->n == 0 && !w->waiting.first;
}

bool writer_knows(const struct writer *w)
{
    return w->known && !w->fenced && link_is_up(w->link);
}

bool writer_is_up(const struct writer *w)
{
    return writer_knows(w) && w->owner;
}

void writer_tick(struct writer *w)
{
    link_tick(w->link);
    int64_t now = clock_monotonic_ms();
    if (w->state == STATE_IDLE && !w->owner && !w->fenced && now >= w->next_take_over_ms) {
        w->next_take_over_ms = now + TAKE_OVER_AGAIN_MS;
        writer_load(w);
    }
}

void writer_kick(struct writer *w)
{
    if (w->state == STATE_IDLE && w->waiting.first && writer_is_up(w))
        writer_start_group(w);
}

struct link *writer_link(const struct writer *w)
{
    return w->link;
}

int64_t writer_revision(const struct writer *w)
{
    return w->head_at.revision;
}

int64_t writer_history(const struct writer *w)
{
    return w->history;
}
