#include "server/rpc/dispatch.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/calendar.h"
#include "common/log.h"
#include "server/people/directory.h"
#include "server/clock.h"
#include "server/call/as_of.h"
#include "server/rpc/gate.h"
#include "server/call/kept.h"
#include "server/rpc/park.h"
#include "server/pg/lane.h"
#include "server/pg/writer.h"

enum {
    ARENA_CAP = 48 << 20,
    SPARE_ARENAS = 256,
    PARKED_PER_PEER = 64,
    PARKED_SIZE_MAX = 16 << 10,
    PARK_MARGIN_MS = 300, // a parked call is answered this long before its caller gives up
    WAKE_PER_TICK = 128,
    REPLY_MAX = LISTENER_MESSAGE_MAX * 4, // what our clients take
};

struct dispatch {
    struct listener *listener;
    struct gate gate;
    struct lane *quick, *bulk, *past;
    struct writer *writer, *stager;
    struct kept *kept;
    struct park *park;
    struct call_route *calls; // all that are under way, newest first
    bool disk_full;
    struct arena *spare[SPARE_ARENAS];
    size_t n_spare;
};

static void finished(void *ctx, struct call_route *r);

// A call begins and ends.

static struct call_route *route_new(struct dispatch *d, struct message *message)
{
    struct arena *arena = d->n_spare ? d->spare[--d->n_spare] : arena_new(ARENA_CAP);
    struct call_route *r = arena ? arena_calloc(arena, 1, sizeof *r) : NULL;
    if (!r) {
        arena_free(arena);
        message_discard(message);
        return NULL;
    }
    r->call.arena = arena;
    r->call.route = r;
    r->call.status = (Okr__Status)OKR__STATUS__INIT;
    r->call.now = clock_now();
    r->call.id = RPC_COUNT;
    r->call.since = r->call.as_of = -1;
    r->message = message;
    r->peer = message_peer(message);
    r->deadline_ms = clock_monotonic_ms() + DEADLINE_DEFAULT_MS;
    if ((r->older = d->calls))
        d->calls->newer = r;
    d->calls = r;
    d->gate.in_flight++;
    struct connected *peer = peers_find(d->gate.peers, r->peer);
    if (peer)
        peer->in_flight++;
    return r;
}

static void unhear(struct dispatch *d, struct call_route *r)
{
    struct connected *peer = peers_find(d->gate.peers, r->peer);
    if (peer && r->message)
        peer->in_flight--;
    r->message = NULL;
}

static void route_free(struct dispatch *d, struct call_route *r)
{
    if (r->message)
        message_discard(r->message);
    unhear(d, r);
    if (r->newer)
        r->newer->older = r->older;
    else
        d->calls = r->older;
    if (r->older)
        r->older->newer = r->newer;
    d->gate.in_flight--;
    route_clear_results(r);
    call_spill_free(&r->call);
    struct arena *arena = r->call.arena;
    arena_reset(arena); // r lies in it
    if (d->n_spare < SPARE_ARENAS)
        d->spare[d->n_spare++] = arena;
    else
        arena_free(arena);
}

// Replies.

static void send_reply(struct dispatch *d, struct call_route *r, const Okr__Reply *reply)
{
    size_t size = okr__reply__get_packed_size(reply);
    uint8_t *space = r->message ? message_reply_space(r->message, size) : NULL;
    if (!space)
        return;
    okr__reply__pack(reply, space);
    struct message *message = r->message;
    unhear(d, r);
    listener_reply(d->listener, message);
}

static void reply_now(struct dispatch *d, struct call_route *r, struct bytes body)
{
    Okr__Reply reply = OKR__REPLY__INIT;
    bool ok = r->repeated || r->call.status.code == OKR__CODE__CODE_OK;
    Okr__Status good = OKR__STATUS__INIT;
    SET(&good, code, OKR__CODE__CODE_OK);
    reply.status = ok ? &good : &r->call.status;
    bool shows = r->seen_revision || (ok && r->past);
    SET(&reply, revision, shows ? r->seen_revision : server_revision());
    if (ok) {
        reply.has_body = true;
        reply.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    }
    if (r->has_request_id) {
        reply.has_request_id = true;
        reply.request_id = (ProtobufCBinaryData){REQUEST_ID_BYTES, r->request_id};
    }
    char until[TIMESTAMP_SIZE];
    timestamp_format(r->call.now, until);
    reply.as_of = ok && r->past ? until : NULL;
    reply.time_zone = directory_settings(server_directory())->time_zone;
    char today[DATE_SIZE];
    date_format(local_days(r->call.now), today);
    reply.today = today;
    send_reply(d, r, &reply);
}

static struct kept_key key_of(const struct call_route *r)
{
    return (struct kept_key){(int)r->call.id, local_days(r->call.now), r->body};
}

static struct bytes pack_body(struct call_route *r)
{
    size_t size = protobuf_c_message_get_packed_size(r->call.reply);
    if (size > REPLY_MAX) {
        r->call.done = false;
        call_fail(&r->call, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE,
                  call_printf(&r->call, "%d", REPLY_MAX));
        return (struct bytes){NULL, 0};
    }
    uint8_t *data = NEW_ARRAY(&r->call, uint8_t, size + 1);
    protobuf_c_message_pack(r->call.reply, data);
    return (struct bytes){data, size};
}

// Its message waits alone; the rest of the call is let go.
static bool parked(struct dispatch *d, struct call_route *r, struct bytes body)
{
    struct parked entry = {.message = r->message,
                           .peer = r->peer,
                           .deadline_ms = r->deadline_ms - PARK_MARGIN_MS,
                           .up_to = r->call.since,
                           .otherwise = body};
    struct connected *peer = peers_find(d->gate.peers, r->peer);
    size_t size = 0;
    if (r->message)
        message_data(r->message, &size);
    if (!r->message || !peer || !r->call.parked || d->gate.draining || size > PARKED_SIZE_MAX ||
        peer->parked >= PARKED_PER_PEER || !park_add(d->park, &entry))
        return false; // answered at once: its caller asks again
    peer->parked++;
    unhear(d, r);
    route_free(d, r);
    return true;
}

// The call has its outcome: answers it and lets it go.
static void finished(void *ctx, struct call_route *r)
{
    struct dispatch *d = ctx;
    struct bytes body = r->stored;
    bool ok = r->call.done && r->call.status.code == OKR__CODE__CODE_OK;
    if (!body.data && ok)
        body = pack_body(r);
    if (ok && parked(d, r, body))
        return;
    if (ok && r->handler && r->handler->shared && !r->past && body.data) {
        struct kept_key key = key_of(r);
        kept_put(d->kept, &key, r->seen_revision, body);
    }
    reply_now(d, r, body);
    route_free(d, r);
}

static bool fail(struct call_route *r, Okr__Code code, Okr__Reason reason, const char *arg)
{
    call_fail(&r->call, code, reason, arg);
    return false;
}

static void hash_request(struct call_route *r)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    const char *name = rpc_methods[r->call.id].name;
    crypto_hash_sha256_update(&state, (const uint8_t *)name, strlen(name) + 1);
    crypto_hash_sha256_update(&state, (const uint8_t *)&r->call.actor.member_id, sizeof(int64_t));
    if (r->body.len)
        crypto_hash_sha256_update(&state, r->body.data, r->body.len);
    crypto_hash_sha256_final(&state, r->request_hash);
}

// A retry whose first try is still under way: the reply goes to whoever asked last.
static bool join_first_try(struct dispatch *d, struct call_route *r)
{
    struct call_route *first = writer_find(d->writer, r->request_id);
    if (!first)
        return false;
    if (memcmp(first->request_hash, r->request_hash, REQUEST_HASH_BYTES) != 0)
        return fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_REQUEST_ID_REUSED,
                    NULL);
    struct message *stale = first->message;
    struct message *fresh = r->message;
    unhear(d, r);
    unhear(d, first);
    if (stale)
        message_discard(stale);
    first->message = fresh;
    first->peer = r->peer;
    first->deadline_ms = r->deadline_ms;
    struct connected *peer = peers_find(d->gate.peers, r->peer);
    if (peer)
        peer->in_flight++;
    route_free(d, r);
    return true;
}

static bool answer_from_kept(struct dispatch *d, struct call_route *r)
{
    r->seen_revision = r->call.revision = server_revision();
    if (!r->handler->shared ||
        !writer_is_up(d->writer)) // without it nobody knows the last revision
        return false;
    struct kept_key key = key_of(r);
    struct bytes reply = kept_get(d->kept, &key, r->seen_revision);
    if (!reply.data)
        return false;
    SET(&r->call.status, code, OKR__CODE__CODE_OK);
    reply_now(d, r, reply);
    route_free(d, r);
    return true;
}

static bool database_is_up(struct dispatch *d, struct call_route *r)
{
    if (d->disk_full && rpc_methods[r->call.id].effect != OKR__EFFECT__EFFECT_READ)
        return fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_DISK_FULL, NULL);
    return writer_is_up(d->writer) ||
           fail(r, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN, NULL);
}

static void run(struct dispatch *d, struct call_route *r)
{
    Okr__Effect effect = rpc_methods[r->call.id].effect;
    if (effect == OKR__EFFECT__EFFECT_READ && !r->past && answer_from_kept(d, r))
        return;
    if (effect == OKR__EFFECT__EFFECT_CHANGE) {
        r->seen_revision = 0;
        hash_request(r);
        if (join_first_try(d, r)) {
            return;
        }
    }
    if (!r->call.done && database_is_up(d, r))
        (r->past ? as_of_start : r->handler->start)(&r->call);
    if (r->call.done)
        finished(d, r);
    else if (!r->call.n_queries || !r->call.then) {
        log_error("%s: the handler neither answered nor asked", rpc_methods[r->call.id].name);
        fail(r, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_INTERNAL, NULL);
        finished(d, r);
    } else if (effect == OKR__EFFECT__EFFECT_CHANGE)
        writer_submit(d->writer, r);
    else if (effect == OKR__EFFECT__EFFECT_STAGE)
        writer_submit(d->stager, r);
    else
        lane_submit(r->past ? d->past : r->handler->bulk ? d->bulk : d->quick, r);
}

// Through the gate; `waited`: what the call was while it was parked, or NULL.
static void enter(struct dispatch *d, struct message *message, const struct parked *waited)
{
    struct call_route *r = route_new(d, message);
    if (!r)
        return;
    bool ok = gate_enter(&d->gate, r);
    if (waited) {
        r->deadline_ms = waited->deadline_ms + PARK_MARGIN_MS;
        r->call.since = waited->up_to;
    }
    if (ok)
        run(d, r);
    else
        finished(d, r);
}

void dispatch_message(struct dispatch *d, struct message *message)
{
    enter(d, message, NULL);
}

// Wakes parked calls, a few each tick, so that a thousand of them do not hold up everybody else.
// One whose time is up is answered with what it left for that.
static void wake(struct dispatch *d)
{
    int64_t now = clock_monotonic_ms();
    for (int i = 0; i < WAKE_PER_TICK; i++) {
        struct parked *entry = park_take(d->park, server_revision(), now, d->gate.draining);
        if (!entry)
            return;
        struct connected *peer = peers_find(d->gate.peers, entry->peer);
        if (peer)
            peer->parked--;
        bool late =
            entry->deadline_ms <= now && !d->gate.draining && entry->up_to >= server_revision();
        struct call_route *r = late ? route_new(d, entry->message) : NULL;
        if (r) {
            SET(&r->call.status, code, OKR__CODE__CODE_OK);
            reply_now(d, r, entry->otherwise);
            route_free(d, r);
        } else if (!late) {
            enter(d, entry->message, entry);
        }
        parked_free(entry);
    }
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

// A call whose time is up is answered now. One that was not begun is given up; of one that is under
// way the outcome is not known here, and a retry with its request_id will learn it.
static void expire(struct dispatch *d, struct call_route *r)
{
    bool withdrawn = r->outcome == OUTCOME_OPEN &&
                     (writer_withdraw(d->writer, r) || writer_withdraw(d->stager, r));
    bool change = rpc_methods[r->call.id].effect != OKR__EFFECT__EFFECT_READ;
    Okr__Status status = OKR__STATUS__INIT;
    SET(&status, code, OKR__CODE__CODE_DEADLINE_EXCEEDED);
    SET(&status, reason,
        change && !withdrawn ? OKR__REASON__REASON_OUTCOME_UNKNOWN : OKR__REASON__REASON_DEADLINE);
    Okr__Reply reply = OKR__REPLY__INIT;
    reply.status = &status;
    if (r->has_request_id) {
        reply.has_request_id = true;
        reply.request_id = (ProtobufCBinaryData){REQUEST_ID_BYTES, r->request_id};
    }
    send_reply(d, r, &reply);
    if (withdrawn)
        route_free(d, r);
}

void dispatch_tick(struct dispatch *d)
{
    int64_t now = clock_monotonic_ms();
    for (struct call_route *r = d->calls, *older; r; r = older) {
        older = r->older;
        if (r->message && r->deadline_ms <= now)
            expire(d, r);
    }
    lane_tick(d->quick);
    lane_tick(d->bulk);
    lane_tick(d->past);
    writer_tick(d->writer);
    writer_tick(d->stager);
    wake(d);
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

static bool open_connections(struct dispatch *d, const struct dispatch_options *o, char *error,
                             size_t error_size)
{
    struct writer_options writer = {"writer", o->conninfo, o->loop, true, finished, d};
    struct writer_options stager = {"stager", o->conninfo, o->loop, false, finished, d};
    struct lane_options quick = {"reads", o->conninfo, o->loop, false, finished, d};
    struct lane_options bulk = {"big reads", o->conninfo, o->loop, false, finished, d};
    struct lane_options past = {"reads of the past", o->conninfo, o->loop, true, finished, d};
    return (d->writer = writer_open(&writer, error, error_size)) &&
           (d->stager = writer_open(&stager, error, error_size)) &&
           (d->quick = lane_open(&quick, error, error_size)) &&
           (d->bulk = lane_open(&bulk, error, error_size)) &&
           (d->past = lane_open(&past, error, error_size));
}

struct dispatch *dispatch_open(const struct dispatch_options *options, char *error,
                               size_t error_size)
{
    struct dispatch *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->listener = options->listener;
    d->gate.peers = peers_new();
    d->kept = kept_new();
    d->park = park_new();
    gate_init(&d->gate);
    snprintf(error, error_size, "out of memory");
    if (!d->gate.peers || !d->kept || !d->park || !open_connections(d, options, error, error_size))
        return dispatch_close(d);
    return d;
}

struct dispatch *dispatch_close(struct dispatch *d)
{
    if (!d)
        return NULL;
    lane_close(d->quick);
    lane_close(d->bulk);
    lane_close(d->past);
    writer_close(d->writer);
    writer_close(d->stager);
    while (d->calls)
        route_free(d, d->calls);
    for (size_t i = 0; i < d->n_spare; i++)
        arena_free(d->spare[i]);
    peers_free(d->gate.peers);
    kept_free(d->kept);
    park_free(d->park);
    free(d);
    return NULL;
}
