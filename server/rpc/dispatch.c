#include "server/rpc/dispatch_private.h"
#include <stdio.h>
#include <stdlib.h>
#include "common/log.h"
#include "server/call/past.h"
#include "server/call/record.h"
#include "server/people/directory.h"
#include "server/rpc/look_back.h"
#include "server/bug.h"

// A lane of which nothing is heard for so long is given up; a statement ends before that
// (statement_timeout), but for quick ones.
enum { QUICK_MS = 20000, BULK_MS = 75000 };

static bool fail(struct call_route *r, Okr__Code code, Okr__Reason reason)
{
    call_fail(&r->call, code, reason, NULL);
    return false;
}

// What is read needs the directory that goes with it; what is written needs the head row besides.
static bool database_is_up(struct dispatch *d, struct call_route *r)
{
    bool read = rpc_methods[r->call.id].effect == OKR__EFFECT__EFFECT_READ;
    if (d->disk_full && !read)
        return fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_DISK_FULL);
    return (read ? writer_knows(d->writer) : writer_is_up(d->writer)) ||
           fail(r, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN);
}

// What is answered from memory needs no database.
static void start(struct dispatch *d, struct call_route *r)
{
    (r->past ? look_back : r->handler->start)(&r->call);
    if (r->call.done || database_is_up(d, r))
        route_asked(r);
}

static void submit(struct dispatch *d, struct call_route *r)
{
    Okr__Effect effect = rpc_methods[r->call.id].effect;
    r->job.shares = r->handler->grouped;
    r->job.reloads = r->handler->directory;
    if (BUG(rights_outlive_their_end) && r->call.id == RPC_MEMBER_REVOKE_ROLE)
        r->job.reloads = false;
    if (effect == OKR__EFFECT__EFFECT_CHANGE)
        writer_submit(d->writer, &r->job);
    else if (effect == OKR__EFFECT__EFFECT_STAGE)
        writer_submit(d->stager, &r->job);
    else
        lane_submit(r->past ? d->past : r->handler->bulk ? d->bulk : d->quick, &r->job);
}

// `ok`: the gate let it pass. A change that is to be refused may be one that was carried out.
static void run(struct dispatch *d, struct call_route *r, bool ok)
{
    bool change = r->handler && rpc_methods[r->call.id].effect == OKR__EFFECT__EFFECT_CHANGE;
    if (!change)
        r->seen_revision = r->call.revision = writer_revision(d->writer);
    if (change && (ok || r->call.actor.member_id) && retry_joins(d, r))
        return;
    if (ok && !change && !r->past && reply_from_kept(d, r))
        return;
    if (ok)
        start(d, r);
    if (change && retry_asks(d, r))
        return;
    if (r->call.done)
        reply_finish(d, r);
    else
        submit(d, r);
}

void dispatch_enter(struct dispatch *d, struct message *message, const struct parked *waited)
{
    struct call_route *r = call_begin(d, message);
    if (!r)
        return;
    bool ok = gate_enter(&d->gate, r);
    if (waited) {
        r->deadline_ms = waited->deadline_ms + PARK_MARGIN_MS;
        r->call.since = waited->history == r->history ? waited->up_to : -1;
    }
    run(d, r, ok);
}

void dispatch_message(struct dispatch *d, struct message *message)
{
    dispatch_enter(d, message, NULL);
}

void dispatch_peer(struct dispatch *d, const struct peer_event *event)
{
    peers_event(d->gate.peers, event);
    if (event->gone)
        park_peer_gone(d->park, event->peer.id);
}

void dispatch_turn(struct dispatch *d)
{
    writer_kick(d->writer);
    writer_kick(d->stager);
    lane_flush(d->quick);
    lane_flush(d->bulk);
    lane_flush(d->past);
}

// A server that has lost what was committed took another's place: no lane goes on with the other.
static void follow_history(struct dispatch *d)
{
    if (writer_history(d->writer) == d->history)
        return;
    d->history = writer_history(d->writer);
    struct lane *const lanes[] = {d->quick, d->bulk, d->past};
    for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
        lane_break(lanes[i], "the database's history is another one");
}

void dispatch_tick(struct dispatch *d)
{
    expiry_tick(d);
    lane_tick(d->quick);
    lane_tick(d->bulk);
    lane_tick(d->past);
    writer_tick(d->writer);
    writer_tick(d->stager);
    witness_tick(d->witness);
    follow_history(d);
    waiting_wake(d);
    listener_flush(d->listener);
}

void dispatch_disk_full(struct dispatch *d, bool full)
{
    if (full != d->disk_full)
        log_warn("the disk is %s", full ? "nearly full: nothing is written" : "no longer full");
    d->disk_full = full;
}

void dispatch_drain(struct dispatch *d)
{
    d->gate.draining = true;
}

bool dispatch_idle(const struct dispatch *d)
{
    return d->gate.in_flight == 0 && park_count(d->park) == 0 && writer_idle(d->writer) &&
           writer_idle(d->stager);
}

bool dispatch_ready(const struct dispatch *d)
{
    return writer_knows(d->writer) && lane_is_up(d->quick) && lane_is_up(d->bulk) &&
           lane_is_up(d->past);
}

const char *dispatch_trouble(const struct dispatch *d)
{
    return *d->trouble ? d->trouble : NULL;
}

static struct lane *open_lane(struct dispatch *d, struct loop *loop, const char *name,
                              int64_t limit_ms)
{
    struct lane_options options = {.name = name,
                                   .endpoint = d->endpoint,
                                   .loop = loop,
                                   .limit_ms = limit_ms,
                                   .refused = dispatch_refused,
                                   .ctx = d};
    return lane_open(&options);
}

static struct lane *open_past(struct dispatch *d, struct loop *loop)
{
    struct lane_options options = {.name = "past",
                                   .endpoint = d->endpoint,
                                   .loop = loop,
                                   .session = past_session,
                                   .unprepared = true,
                                   .limit_ms = BULK_MS,
                                   .ctx = d};
    return lane_open(&options);
}

static struct writer *open_writer(struct dispatch *d, struct loop *loop, const char *name,
                                  bool audited)
{
    struct writer_options options = {.name = name,
                                     .endpoint = d->endpoint,
                                     .loop = loop,
                                     .log = audited ? &record_log : NULL,
                                     .memory = audited ? dispatch_memory() : NULL,
                                     .refused = dispatch_refused,
                                     .ctx = d};
    return writer_open(&options);
}

static bool open_connections(struct dispatch *d, struct loop *loop)
{
    bool ok = (d->writer = open_writer(d, loop, "writer", true)) &&
              (d->stager = open_writer(d, loop, "stager", false)) &&
              (d->quick = open_lane(d, loop, "quick", QUICK_MS)) &&
              (d->bulk = open_lane(d, loop, "bulk", BULK_MS)) && (d->past = open_past(d, loop)) &&
              (d->witness = witness_new(d->endpoint, loop));
    if (!ok)
        return false;
    struct link *const links[] = {writer_link(d->writer), writer_link(d->stager),
                                  lane_link(d->quick), lane_link(d->bulk), lane_link(d->past)};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        witness_add(d->witness, links[i]);
    return true;
}

struct dispatch *dispatch_open(const struct dispatch_options *options, char *error,
                               size_t error_size)
{
    struct dispatch *d = calloc(1, sizeof *d);
    snprintf(error, error_size, "out of memory");
    if (!d)
        return NULL;
    d->listener = options->listener;
    d->gate.peers = peers_new();
    d->kept = kept_new();
    d->park = park_new();
    gate_init(&d->gate);
    if (!d->gate.peers || !d->kept || !d->park)
        return dispatch_close(d);
    d->endpoint = endpoint_new(options->conninfo, error, error_size);
    return d->endpoint && open_connections(d, options->loop) ? d : dispatch_close(d);
}

struct dispatch *dispatch_close(struct dispatch *d)
{
    if (!d)
        return NULL;
    witness_free(d->witness);
    lane_close(d->quick);
    lane_close(d->bulk);
    lane_close(d->past);
    writer_close(d->writer);
    writer_close(d->stager);
    endpoint_free(d->endpoint);
    while (d->calls)
        call_end(d, d->calls);
    for (size_t i = 0; i < d->n_spare; i++)
        arena_free(d->spare[i]);
    peers_free(d->gate.peers);
    kept_free(d->kept);
    park_free(d->park);
    free(d);
    return NULL;
}
