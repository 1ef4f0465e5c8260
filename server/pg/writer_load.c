// Taking the head row over, and reading what is kept in memory. Taking over is also a commit that
// is waited for like any other, before anything is served from this server: a row that can be read
// there is not yet safe (its COMMIT may have waited for a copy in vain, before a crash or a
// cancel); behind a commit of ours it is. Where nothing can be written (a full disk, a server that
// is a copy) it is read all the same, and taking over is tried again.
#include "server/pg/writer_private.h"
#include <string.h>
#include "common/log.h"
#include "server/bug.h"
#include "server/clock.h"

// The session of an okrd that was killed, or that waits for a copy that is gone, holds the head row
// for as long as it likes. Not that of one that came after us.
STATEMENT(writer_sql_end_others, MANY, "lb", "b",
          "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a, public.head h"
          " WHERE a.datname = current_database() AND a.usename = current_user"
          " AND a.application_name = current_setting('application_name')"
          " AND a.pid <> pg_backend_pid() AND (h.epoch <= $1 OR $2)");
STATEMENT(writer_sql_take_over, ONE, "lb", "l",
          "UPDATE head SET epoch = greatest(epoch + $2::boolean::integer, $1) RETURNING epoch");
STATEMENT(writer_sql_begin_read, NONE, "", "", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
STATEMENT(writer_sql_end, NONE, "", "", "COMMIT");

static void send_bound(struct writer *w, const struct statement *statement, int index)
{
    bool first = w->epoch == 0;
    struct query *q = query_new(w->arena, statement);
    if (q) {
        bind_i64(q, first ? clock_now() : w->epoch);
        bind_bool(q, first);
    }
    writer_send(w, q, NULL, index);
}

static void take_over(struct writer *w)
{
    writer_begin(w);
    link_warned(w->link);
    send_bound(w, &writer_sql_end_others, INDEX_PLAIN);
    send_bound(w, &writer_sql_take_over, INDEX_EPOCH);
    writer_send_plain(w, &writer_sql_end, INDEX_COMMIT);
    writer_send_sync(w, STATE_TAKE_OVER);
}

static void send_memory(struct writer *w, enum writer_state next)
{
    const struct writer_memory *memory = w->options.memory;
    for (size_t i = 0; memory && i < memory->count && i < WRITER_MEMORY; i++)
        writer_send_plain(w, memory->statements[i], INDEX_MEMORY + (int)i);
    writer_send_plain(w, &writer_sql_end, INDEX_PLAIN);
    writer_send_sync(w, next);
}

static void read_all(struct writer *w)
{
    const struct writer_log *log = w->options.log;
    struct query *own = query_new(w->arena, log->hash_at);
    if (own)
        bind_i64(own, w->head_at.revision);
    writer_send_plain(w, &writer_sql_begin_read, INDEX_PLAIN);
    writer_send_plain(w, log->head, INDEX_HEAD);
    writer_send(w, own, NULL, INDEX_OWN);
    send_memory(w, STATE_LOAD);
}

void writer_load(struct writer *w)
{
    w->stale = false;
    arena_reset(w->arena);
    if (BUG(retry_answered_from_what_is_not_safe) && w->options.log && w->epoch) {
        w->owner = true;
        read_all(w);
        return;
    }
    if (w->options.log) {
        take_over(w);
        return;
    }
    w->known = w->owner = true;
    w->state = STATE_IDLE;
}

// Whose head row is it? A greater epoch is one that came after us.
static void judge_epoch(struct writer *w)
{
    struct rows rows = {w->taken, &writer_sql_take_over, w->arena};
    struct row row = rows_at(&rows, 0);
    int64_t epoch = take_i64(&row);
    w->fenced = w->epoch != 0 && epoch > w->epoch;
    w->owner = !w->fenced;
    if (w->fenced)
        w->options.refused(w->options.ctx, "another okrd has taken over this database");
    else
        w->epoch = epoch;
}

void writer_taken_over(struct writer *w)
{
    bool was_owner = w->owner || w->epoch == 0;
    if (link_warned(w->link)) { // the wait was cancelled
        link_break(w->link, "a warning during COMMIT");
        return;
    }
    if (w->committed && !w->frame_error && w->taken && PQntuples(w->taken) == 1)
        judge_epoch(w);
    else
        w->owner = false;
    if (!w->owner && was_owner && !w->fenced)
        log_error("%s: nothing can be written: %s", w->options.name,
                  w->frame_error ? PQresultErrorField(w->frame_error, PG_DIAG_MESSAGE_PRIMARY)
                                 : "the transaction did not commit");
    writer_clear_frame(w);
    read_all(w);
}

static bool take_memory(struct writer *w)
{
    const struct writer_memory *memory = w->options.memory;
    struct rows rows[WRITER_MEMORY];
    for (size_t i = 0; memory && i < memory->count; i++) {
        if (!w->memory[i])
            return false;
        rows[i] = (struct rows){w->memory[i], memory->statements[i], w->arena};
    }
    return !memory || memory->take(w->options.ctx, rows);
}

// Is what was the last revision still in the log as it was?
static bool goes_on(const struct writer *w)
{
    if (!w->head_known || w->head_at.revision == 0)
        return true;
    struct rows rows = {w->own, w->options.log->hash_at, w->arena};
    struct bytes hash = {NULL, 0};
    if (w->own && rows_count(&rows) == 1) {
        struct row row = rows_at(&rows, 0);
        hash = take_bytes(&row);
    }
    return hash.len == HEAD_HASH_BYTES && memcmp(hash.data, w->head_at.hash, hash.len) == 0;
}

static bool take_head(struct writer *w)
{
    struct rows rows = {w->head, w->options.log->head, w->arena};
    if (!w->head || rows_count(&rows) != 1)
        return false;
    struct row row = rows_at(&rows, 0);
    int64_t revision = take_i64(&row);
    struct bytes hash = take_bytes(&row);
    int64_t at = take_time(&row);
    if (hash.len != HEAD_HASH_BYTES)
        return false;
    if (!goes_on(w)) {
        w->history++;
        log_warn("%s: revision %lld is not what it was: the database has lost it", w->options.name,
                 (long long)w->head_at.revision);
    }
    w->head_at = (struct head){.revision = revision, .at = at};
    memcpy(w->head_at.hash, hash.data, HEAD_HASH_BYTES);
    w->head_known = true;
    return true;
}

void writer_load_answered(struct writer *w)
{
    w->known = !w->frame_error && take_memory(w) && take_head(w);
    w->state = STATE_IDLE;
    writer_clear_frame(w);
    if (!w->known)
        link_break(w->link, "head row or members cannot be read");
}

void writer_reload(struct writer *w)
{
    writer_send_plain(w, &writer_sql_begin_read, INDEX_PLAIN);
    send_memory(w, STATE_RELOAD);
}

// Rights that may have been taken away must not go on: without what is now in the database nothing
// is served until it was read.
void writer_reload_answered(struct writer *w)
{
    bool ok = !w->frame_error && take_memory(w);
    if (!ok)
        w->options.memory->forget(w->options.ctx);
    w->head_at = w->next;
    w->state = STATE_IDLE;
    writer_clear_frame(w);
    writer_finish_all(w);
    if (!ok)
        link_break(w->link, "members cannot be read again");
}
