#include "server/pg/lane.h"
#include <stdlib.h>
#include "server/call/past.h"

// What stands between two syncs is one transaction, without BEGIN and COMMIT: all of a batch sees
// one state of the database, no older than when it was sent. A statement that fails takes those
// behind it in its batch with it; their calls are asked again.
static const char session[] = "SET default_transaction_isolation = 'repeatable read';"
                              " SET default_transaction_read_only = on";

// Two batches: one that PostgreSQL works on, one that it finds when it is done. More would only
// take calls away from batches that can still grow.
enum { INDEX_SYNC = -1, INDEX_AS_OF = -2, BATCHES = 2, BATCH_CALLS = 32 };

struct queue {
    struct call_route *first, **last;
};

struct lane {
    struct link *link;
    route_finished *finished;
    void *ctx;
    struct queue waiting, sent; // in the order they came, in the order they were sent
    int batches;                // sent, their sync not answered
    bool past;
};

static void fail_down(struct call_route *r)
{
    call_fail(&r->call, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN, NULL);
}

static void queue_clear(struct queue *queue)
{
    queue->first = NULL;
    queue->last = &queue->first;
}

static void queue_push(struct queue *queue, struct call_route *r)
{
    r->next = NULL;
    *queue->last = r;
    queue->last = &r->next;
}

static struct call_route *queue_take(struct queue *queue)
{
    struct call_route *r = queue->first;
    if (r && !(queue->first = r->next))
        queue->last = &queue->first;
    return r;
}

static void queue_wait(struct lane *lane, struct call_route *r)
{
    r->outcome = OUTCOME_OPEN;
    r->skipped = false;
    queue_push(&lane->waiting, r);
}

// The last result of its round is there: the call need not wait for its batch.
static void round_answered(struct lane *lane, struct call_route *r)
{
    queue_take(&lane->sent);
    if (r->skipped && !r->error) {
        route_clear_results(r);
        queue_wait(lane, r);
        return;
    }
    route_continue(r);
    if (r->call.done)
        lane->finished(lane->ctx, r);
    else
        queue_wait(lane, r);
}

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    struct lane *lane = ctx;
    struct call_route *r = owner;
    if (index == INDEX_SYNC) {
        lane->batches--;
        lane_flush(lane);
        return;
    }
    ExecStatusType status = PQresultStatus(result);
    r->skipped |= status == PGRES_PIPELINE_ABORTED;
    if (status == PGRES_FATAL_ERROR && !r->error)
        r->error = result;
    else if (index == INDEX_AS_OF)
        PQclear(result);
    else if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        r->results[index] = result;
    else
        PQclear(result);
    if (index == r->call.n_queries - 1)
        round_answered(lane, r);
}

static void fail_queue(struct lane *lane, struct queue *queue)
{
    struct call_route *r = queue->first;
    queue_clear(queue);
    while (r) {
        struct call_route *next = r->next;
        route_clear_results(r);
        fail_down(r);
        lane->finished(lane->ctx, r);
        r = next;
    }
}

static void on_lost(void *ctx)
{
    struct lane *lane = ctx;
    lane->batches = 0;
    fail_queue(lane, &lane->sent);
    fail_queue(lane, &lane->waiting);
}

static void on_ready(void *ctx)
{
    (void)ctx;
}

struct lane *lane_open(const struct lane_options *options, char *error, size_t error_size)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->finished = options->finished;
    lane->ctx = options->ctx;
    lane->past = options->past;
    queue_clear(&lane->waiting);
    queue_clear(&lane->sent);
    struct link_options link = {
        .name = options->name,
        .conninfo = options->conninfo,
        .session = options->past ? past_session : session,
        .unprepared = options->past,
        .loop = options->loop,
        .result = on_result,
        .lost = on_lost,
        .ready = on_ready,
        .ctx = lane,
    };
    lane->link = link_open(&link, error, error_size);
    return lane->link ? lane : lane_close(lane);
}

struct lane *lane_close(struct lane *lane)
{
    if (lane)
        link_close(lane->link);
    free(lane);
    return NULL;
}

static bool send_call(struct lane *lane, struct call_route *r)
{
    bool ok = true;
    queue_push(&lane->sent, r);
    r->outcome = OUTCOME_RUNNING;
    if (lane->past) {
        const struct query *q = past_query(&r->call);
        ok = q && link_query(lane->link, q, r, INDEX_AS_OF);
    }
    for (int i = 0; ok && i < r->call.n_queries; i++)
        ok = link_query(lane->link, r->call.queries[i], r, i);
    return ok;
}

static bool send_batch(struct lane *lane)
{
    bool ok = true;
    for (int i = 0; ok && lane->waiting.first && i < BATCH_CALLS; i++)
        ok = send_call(lane, queue_take(&lane->waiting));
    lane->batches++;
    return ok && link_sync(lane->link, NULL, INDEX_SYNC);
}

void lane_submit(struct lane *lane, struct call_route *r)
{
    if (!link_is_up(lane->link) || !route_queries_sound(r)) {
        fail_down(r);
        lane->finished(lane->ctx, r);
        return;
    }
    queue_wait(lane, r);
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
