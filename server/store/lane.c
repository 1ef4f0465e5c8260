#include "server/store/lane.h"
#include <stdlib.h>

// What stands between two syncs is one transaction, without BEGIN and COMMIT: all of a round sees one
// state of the database, and a statement that fails leaves nothing open for those behind it.
static const char session[] = "SET default_transaction_isolation = 'repeatable read';"
                              " SET default_transaction_read_only = on";

enum { INDEX_SYNC = -1 };

struct lane {
    struct link *link;
    route_finished *finished;
    void *ctx;
    struct call_route *first, **last; // under way, in the order they were sent
};

static void fail_down(struct call_route *r)
{
    call_fail(&r->call, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN, NULL);
}

static void remove_first(struct lane *lane)
{
    if (!(lane->first = lane->first->next))
        lane->last = &lane->first;
}

static void on_result(void *ctx, void *owner, int index, PGresult *result)
{
    struct lane *lane = ctx;
    struct call_route *r = owner;
    if (index == INDEX_SYNC) {
        remove_first(lane);
        route_continue(r);
        if (r->call.done)
            lane->finished(lane->ctx, r);
        else
            lane_submit(lane, r);
        return;
    }
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR && !r->error)
        r->error = result;
    else if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
        r->results[index] = result;
    else
        PQclear(result);
}

static void on_lost(void *ctx)
{
    struct lane *lane = ctx;
    struct call_route *r = lane->first;
    lane->first = NULL;
    lane->last = &lane->first;
    while (r) {
        struct call_route *next = r->next;
        route_clear_results(r);
        fail_down(r);
        lane->finished(lane->ctx, r);
        r = next;
    }
}

static void on_ready(void *ctx)
{
    (void)ctx;
}

struct lane *lane_open(const char *name, const char *conninfo, struct loop *loop,
                       route_finished *finished, void *ctx, char *error, size_t error_size)
{
    struct lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->finished = finished;
    lane->ctx = ctx;
    lane->last = &lane->first;
    struct link_options options = {name, conninfo, session, loop, on_result, on_lost, on_ready, lane};
    lane->link = link_open(&options, error, error_size);
    return lane->link ? lane : lane_close(lane);
}

struct lane *lane_close(struct lane *lane)
{
    if (lane)
        link_close(lane->link);
    free(lane);
    return NULL;
}

static bool send_round(struct lane *lane, struct call_route *r)
{
    bool ok = true;
    for (int i = 0; ok && i < r->call.n_queries; i++)
        ok = link_query(lane->link, r->call.queries[i], r, i);
    return ok && link_sync(lane->link, r, INDEX_SYNC);
}

void lane_submit(struct lane *lane, struct call_route *r)
{
    if (!link_is_up(lane->link) || !route_queries_sound(r)) {
        fail_down(r);
        lane->finished(lane->ctx, r);
        return;
    }
    r->next = NULL;
    *lane->last = r;
    lane->last = &r->next;
    r->outcome = OUTCOME_RUNNING;
    if (!send_round(lane, r))
        link_break(lane->link, "a statement cannot be sent");
}

void lane_tick(struct lane *lane)
{
    link_tick(lane->link);
}

void lane_flush(struct lane *lane)
{
    link_flush(lane->link);
}

bool lane_is_up(const struct lane *lane)
{
    return link_is_up(lane->link);
}
