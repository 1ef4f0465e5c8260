#include "server/pg/lane.h"
#include <stdlib.h>

// What stands between two syncs is one transaction, without BEGIN and COMMIT: all of a batch sees
// one state of the database, no older than when it was sent. A statement that fails takes those
// behind it in its batch with it; their jobs are asked again.
static const char for_reads[] =
    "SELECT set_config('default_transaction_isolation', 'repeatable read', false),"
    " set_config('default_transaction_read_only', 'on', false)";

// Two batches: one that PostgreSQL works on, one that it finds when it is done. More would only
// take jobs away from batches that can still grow.
enum { INDEX_SYNC = -1, INDEX_PREFACE = -2, BATCHES = 2, BATCH_JOBS = 32 };

struct lane {
    struct link *link;
    int64_t limit_ms;
    struct job_queue waiting, sent; // in the order they came, in the order they were sent
    int batches;                    // sent, their sync not answered
};

static void wait(struct lane *lane, struct job *job)
{
    job->skipped = false;
    job_push(&lane->waiting, job);
}

// The last result of its round is there: the job need not wait for its batch.
static void round_answered(struct lane *lane, struct job *job)
{
    job_remove(&lane->sent, job);
    if (job->skipped && !job->error) {
        job_clear_results(job);
        wait(lane, job);
        return;
    }
    job->kind->answered(job);
    if (!job->done && job_sound(job))
        wait(lane, job);
    else
        job->kind->finished(job);
}

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    struct lane *lane = ctx;
    struct job *job = owner;
    if (index == INDEX_SYNC) {
        lane->batches--;
        lane_flush(lane);
        return;
    }
    ExecStatusType status = PQresultStatus(result);
    job->skipped |= status == PGRES_PIPELINE_ABORTED;
    if (status == PGRES_FATAL_ERROR && !job->error)
        job->error = result;
    else if (index != INDEX_PREFACE && (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK))
        job->results[index] = result;
    else
        PQclear(result);
    if (index == job->n_queries - 1)
        round_answered(lane, job);
}

static void fail_queue(struct job_queue *queue)
{
    for (size_t n = queue->count; n > 0; n--) { // not what comes in meanwhile
        struct job *job = job_take(queue);
        job_clear_results(job);
        job->kind->failed(job, JOB_DOWN);
        job->kind->finished(job);
    }
}

static void on_lost(void *ctx)
{
    struct lane *lane = ctx;
    lane->batches = 0;
    fail_queue(&lane->sent);
    fail_queue(&lane->waiting);
}

struct lane *lane_open(const struct lane_options *options)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->limit_ms = options->limit_ms;
    struct link_options link = {
        .name = options->name,
        .endpoint = options->endpoint,
        .loop = options->loop,
        .session = {for_reads, options->session},
        .unprepared = options->unprepared,
        .result = on_result,
        .lost = on_lost,
        .ctx = lane,
        .refused = options->refused,
        .refused_ctx = options->ctx,
    };
    lane->link = link_open(&link);
    return lane->link ? lane : lane_close(lane);
}

struct lane *lane_close(struct lane *lane)
{
    if (lane)
        link_close(lane->link);
    free(lane);
    return NULL;
}

static bool send_job(struct lane *lane, struct job *job)
{
    job_push(&lane->sent, job);
    bool ok = !job->preface || link_query(lane->link, job->preface, job, INDEX_PREFACE);
    for (int i = 0; ok && i < job->n_queries; i++)
        ok = link_query(lane->link, job->queries[i], job, i);
    return ok;
}

static bool send_batch(struct lane *lane)
{
    bool ok = true;
    for (int i = 0; ok && lane->waiting.first && i < BATCH_JOBS; i++)
        ok = send_job(lane, job_take(&lane->waiting));
    lane->batches++;
    return ok && link_sync(lane->link, NULL, INDEX_SYNC, lane->limit_ms);
}

void lane_submit(struct lane *lane, struct job *job)
{
    bool sound = job_sound(job);
    if (sound && link_is_up(lane->link)) {
        wait(lane, job);
        return;
    }
    if (sound)
        job->kind->failed(job, JOB_DOWN);
    job->kind->finished(job);
}

bool lane_withdraw(struct lane *lane, struct job *job)
{
    bool waits = job->queue == &lane->waiting;
    if (waits)
        job_remove(&lane->waiting, job);
    return waits;
}

void lane_flush(struct lane *lane)
{
    while (link_is_up(lane->link) && lane->waiting.first && lane->batches < BATCHES)
        if (!send_batch(lane))
            link_break(lane->link, "a statement cannot be sent");
    link_flush(lane->link);
}

void lane_tick(struct lane *lane)
{
    link_tick(lane->link);
}

bool lane_is_up(const struct lane *lane)
{
    return link_is_up(lane->link);
}

void lane_break(struct lane *lane, const char *why)
{
    link_break(lane->link, why);
}

struct link *lane_link(const struct lane *lane)
{
    return lane->link;
}
