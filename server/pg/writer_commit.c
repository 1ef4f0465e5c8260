// The end of a transaction: the log and the head row go with it, and its outcome is what COMMIT
// says, or unknown.
#include "server/pg/writer_private.h"
#include <string.h>
#include "server/bug.h"

STATEMENT(writer_sql_commit, NONE, "", "", "COMMIT");
// Fails where the head row is not what it is taken for, or another's.
STATEMENT(writer_sql_advance, NONE, "lyll", "",
          "UPDATE head SET revision = $1, hash = CASE WHEN revision = $3 AND epoch = $4 THEN "
          "$2::bytea END");

static bool record(struct writer *w)
{
    struct query *rows = w->options.log->record(w->arena, w->group, w->n, &w->next);
    struct query *head = query_new(w->arena, &writer_sql_advance);
    if (!rows || !head)
        return false;
    bind_i64(head, w->next.revision);
    bind_bytes(head, w->next.hash, HEAD_HASH_BYTES);
    bind_i64(head, w->head_at.revision);
    bind_i64(head, w->epoch);
    if (head->failed)
        return false;
    if (writer_send(w, rows, NULL, INDEX_PLAIN))
        writer_send(w, head, NULL, INDEX_PLAIN);
    return true;
}

void writer_commit(struct writer *w)
{
    w->next = w->head_at;
    if (w->options.log && !record(w)) {
        writer_fail_all(w, JOB_TOO_LARGE);
        writer_roll_back(w);
        return;
    }
    if (!link_is_up(w->link))
        return;
    link_warned(w->link);
    bool early = BUG(answer_before_commit) && !w->group[0]->reloads;
    bool lost = BUG(acknowledged_and_not_committed) && w->next.revision % 25 == 0;
    if (early || lost)
        writer_finish_all(w);
    if (lost) {
        link_break(w->link, "a bug was called up");
        return;
    }
    writer_send_plain(w, &writer_sql_commit, INDEX_COMMIT);
    writer_send_sync(w, STATE_COMMIT);
}

static bool is_of_head(const PGresult *error)
{
    const char *table = PQresultErrorField(error, PG_DIAG_TABLE_NAME);
    return table && strcmp(table, "head") == 0;
}

// Not committed, or not surely so. Of a single change the error is its own to word: a constraint
// that is looked at when the transaction commits. An error before that is the log's or the head
// row's: the transaction is still open, and perhaps the head row is not what we take it for.
static void commit_failed(struct writer *w, bool warned)
{
    bool open = w->frame_error && !w->ended;
    struct job *job = w->group[0];
    w->state = STATE_IDLE;
    if (w->n == 1 && w->frame_error && !warned && !is_of_head(w->frame_error)) {
        job->error = w->frame_error;
        w->frame_error = NULL;
        job->kind->answered(job);
        writer_finish_all(w);
    } else {
        writer_fail_all(w, warned ? JOB_UNKNOWN : JOB_DOWN);
    }
    writer_clear_frame(w);
    if (warned)
        link_break(w->link, "a warning during COMMIT"); // what the head row says now has to be read
    else if (open) {
        w->stale = true;
        writer_roll_back(w);
    }
}

static bool reloads(const struct writer *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->group[i]->reloads && w->group[i]->succeeded)
            return true;
    return false;
}

void writer_commit_answered(struct writer *w)
{
    bool warned = link_warned(w->link);
    if (!w->committed || w->frame_error || warned) {
        commit_failed(w, warned);
        return;
    }
    writer_clear_frame(w);
    if (w->options.memory && reloads(w)) {
        writer_reload(w); // the next revision is not told before what it changed is in memory
        return;
    }
    w->head_at = w->next;
    w->state = STATE_IDLE;
    writer_finish_all(w);
}
