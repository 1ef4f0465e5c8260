#include "server/rpc/dispatch.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/calendar.h"
#include "common/check.h"
#include "common/log.h"
#include "server/auth/directory.h"
#include "server/clock.h"
#include "server/rpc/kept.h"
#include "server/rpc/park.h"
#include "server/rpc/peers.h"
#include "server/rpc/route.h"
#include "server/store/lane.h"
#include "server/store/writer.h"

enum {
    ARENA_CAP = 48 << 20,
    SPARE_ARENAS = 256,
    IN_FLIGHT_PER_PEER = 64,
    IN_FLIGHT_MAX = 10000,
    DEADLINE_DEFAULT_MS = 30000,
    DEADLINE_MAX_MS = 300000,
    METADATA_MAX = 16,
    METADATA_KEY_BYTES = 64,
    PARK_MARGIN_MS = 300, // a parked call is answered this long before its caller gives up
    WAKE_PER_TICK = 128,
    REPLY_MAX = LISTENER_MESSAGE_MAX * 4, // what our clients take
};

struct dispatch {
    struct listener *listener;
    struct peers *peers;
    struct lane *quick, *bulk;
    struct writer *writer, *stager;
    struct kept *kept;
    struct park *park;
    struct call_route *calls; // all that are under way, newest first
    size_t in_flight;
    bool draining, disk_full;
    struct arena *spare[SPARE_ARENAS];
    size_t n_spare;
    uint16_t order[RPC_COUNT]; // rpc_methods by name
};

static void finished(void *ctx, struct call_route *r);

// Methods by name.

static int by_name(const void *a, const void *b)
{
    return strcmp(rpc_methods[*(const uint16_t *)a].name, rpc_methods[*(const uint16_t *)b].name);
}

static int find_method(const struct dispatch *d, const char *name)
{
    size_t low = 0, high = RPC_COUNT;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(name, rpc_methods[d->order[mid]].name);
        if (order == 0)
            return d->order[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return -1;
}

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
    r->call.since = -1;
    r->message = message;
    r->peer = message_peer(message);
    r->deadline_ms = clock_monotonic_ms() + DEADLINE_DEFAULT_MS;
    if ((r->older = d->calls))
        d->calls->newer = r;
    d->calls = r;
    d->in_flight++;
    struct connected *peer = peers_find(d->peers, r->peer);
    if (peer)
        peer->in_flight++;
    return r;
}

static void unhear(struct dispatch *d, struct call_route *r)
{
    struct connected *peer = peers_find(d->peers, r->peer);
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
    d->in_flight--;
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
    SET(&reply, revision, r->seen_revision ? r->seen_revision : server_revision());
    if (ok) {
        reply.has_body = true;
        reply.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    }
    if (r->has_request_id) {
        reply.has_request_id = true;
        reply.request_id = (ProtobufCBinaryData){REQUEST_ID_BYTES, r->request_id};
    }
    reply.time_zone = directory_settings(server_directory())->time_zone;
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
    struct parked entry = {.message = r->message, .peer = r->peer, .deadline_ms = r->deadline_ms - PARK_MARGIN_MS,
                           .up_to = r->call.since, .otherwise = body};
    if (!r->message || !r->call.parked || d->draining || !park_add(d->park, &entry))
        return false;
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
    if (ok && r->handler && r->handler->shared && body.data) {
        struct kept_key key = key_of(r);
        kept_put(d->kept, &key, r->seen_revision, body);
    }
    reply_now(d, r, body);
    route_free(d, r);
}

// The ladder: each step returns false after it has failed the call.

static void report(void *ctx, const char *path, Okr__Reason reason, const char *arg)
{
    struct call *call = ctx;
    call_violation(call, path && *path ? path : "request", reason, arg);
}

static bool fail(struct call_route *r, Okr__Code code, Okr__Reason reason, const char *arg)
{
    call_fail(&r->call, code, reason, arg);
    return false;
}

static bool admit(struct dispatch *d, struct call_route *r)
{
    struct connected *peer = peers_find(d->peers, r->peer);
    if (d->draining)
        return fail(r, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DRAINING, NULL);
    if (peer && peer->in_flight > IN_FLIGHT_PER_PEER)
        return fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_MANY_CALLS, "64");
    if (d->in_flight > IN_FLIGHT_MAX)
        return fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_MANY_CALLS, "10000");
    return true;
}

static Okr__Request *open_envelope(struct call_route *r)
{
    size_t len;
    const uint8_t *data = message_data(r->message, &len);
    const struct check_options limits = {.text_bytes = 512, .bytes_bytes = LISTENER_MESSAGE_MAX,
                                         .elements = METADATA_MAX};
    bool sound = check_wire(data, len, &okr__request__descriptor, &limits, report, &r->call);
    if (!sound)
        fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED, NULL);
    if (r->call.done)
        return NULL;
    Okr__Request *request = okr__request__unpack(arena_allocator(r->call.arena), len, data);
    if (!request)
        fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED, NULL);
    return request;
}

static bool check_envelope(struct call_route *r, const Okr__Request *request)
{
    for (size_t i = 0; i < request->n_metadata; i++) {
        const char *key = request->metadata[i]->key;
        if (!key || strlen(key) > METADATA_KEY_BYTES)
            call_violation(&r->call, call_printf(&r->call, "metadata[%zu].key", i),
                           OKR__REASON__REASON_BAD_VALUE, "1 to 64 bytes");
    }
    if (request->has_request_id && request->request_id.len != REQUEST_ID_BYTES)
        call_violation(&r->call, "request_id", OKR__REASON__REASON_BAD_VALUE, "16 bytes");
    if (request->has_request_id && request->request_id.len == REQUEST_ID_BYTES) {
        r->has_request_id = true;
        memcpy(r->request_id, request->request_id.data, REQUEST_ID_BYTES);
    }
    uint32_t wait = request->has_deadline_ms ? request->deadline_ms : DEADLINE_DEFAULT_MS;
    r->deadline_ms = clock_monotonic_ms() + (wait < DEADLINE_MAX_MS ? wait : DEADLINE_MAX_MS);
    if (wait == 0)
        return fail(r, OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_DEADLINE, NULL);
    return !r->call.done;
}

static bool choose_method(struct dispatch *d, struct call_route *r, const Okr__Request *request)
{
    int id = find_method(d, request->method ? request->method : "");
    if (id < 0)
        return fail(r, OKR__CODE__CODE_UNIMPLEMENTED, OKR__REASON__REASON_METHOD_UNKNOWN,
                    request->method ? request->method : "");
    r->call.id = (enum rpc_id)id;
    r->handler = rpc_handlers[id];
    if (rpc_methods[id].effect != OKR__EFFECT__EFFECT_READ && !r->has_request_id)
        return fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_REQUEST_ID_MISSING, NULL);
    return true;
}

static bool authenticate(struct call_route *r, const Okr__Request *request)
{
    struct actor *actor = &r->call.actor;
    if (!request->token || !*request->token)
        return rpc_methods[r->call.id].anonymous ||
               fail(r, OKR__CODE__CODE_UNAUTHENTICATED, OKR__REASON__REASON_NOT_LOGGED_IN, NULL);
    struct directory_hit hit;
    Okr__Reason why = OKR__REASON__REASON_TOKEN_UNKNOWN;
    const struct directory_member *member =
        directory_by_token(server_directory(), request->token, r->call.now, &hit, &why);
    if (!member)
        return rpc_methods[r->call.id].anonymous ||
               fail(r, OKR__CODE__CODE_UNAUTHENTICATED, why, NULL);
    struct arena *a = r->call.arena;
    actor->member_id = member->id;
    actor->handle = arena_strdup(a, member->handle);
    actor->name = arena_strdup(a, member->name);
    actor->token_id = hit.token_id;
    actor->rights = hit.rights;
    actor->agent = arena_strdup(a, hit.agent);
    actor->n_sources = hit.n_sources;
    actor->sources = NEW_ARRAY(&r->call, char *, hit.n_sources);
    for (size_t i = 0; i < hit.n_sources; i++)
        actor->sources[i] = arena_strdup(a, hit.sources[i]);
    return true;
}

// The roles that would do, for a caller who holds none of them: one argument each.
static bool fail_by_role(struct call_route *r, uint32_t bits)
{
    Okr__Status *status = &r->call.status;
    fail(r, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED, NULL);
    status->args = NEW_ARRAY(&r->call, char *, 32);
    for (int role = 1; role < 32; role++) {
        const ProtobufCEnumValue *v =
            bits & ROLE_BIT(role) ? protobuf_c_enum_descriptor_get_value(&okr__role__descriptor, role)
                                  : NULL;
        if (v)
            status->args[status->n_args++] = call_printf(&r->call, "%s", v->name + strlen("ROLE_"));
    }
    return false;
}

static bool authorise_local(struct dispatch *d, struct call_route *r)
{
    const struct connected *peer = peers_find(d->peers, r->peer);
    bool ok = peer && peer->peer.local && peer->peer.has_uid &&
              (peer->peer.uid == 0 || peer->peer.uid == geteuid());
    return ok || fail(r, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_LOCAL_ONLY, NULL);
}

static bool authorise(struct dispatch *d, struct call_route *r)
{
    const struct rpc_method *m = &rpc_methods[r->call.id];
    struct actor *actor = &r->call.actor;
    if (m->local)
        return authorise_local(d, r);
    if (m->anonymous || (m->members && actor->member_id && !actor->agent))
        return true;
    uint32_t any = actor->rights & m->allow, own = actor->rights & m->own;
    if (!any && !own)
        return fail_by_role(r, m->allow | m->own);
    actor->own_only = !any;
    const struct directory *dir = server_directory();
    const struct directory_member *member = directory_by_id(dir, actor->member_id);
    actor->role = arena_strdup(r->call.arena, actor->agent ? "agent"
                                                           : directory_role_name(dir, member, any ? any : own));
    return true;
}

static bool open_body(struct call_route *r, const Okr__Request *request)
{
    const struct rpc_method *m = &rpc_methods[r->call.id];
    struct bytes body = {request->body.data, request->has_body ? request->body.len : 0};
    const struct check_options limits = {
        .text_bytes = CHECK_TEXT_BYTES * 4, .bytes_bytes = CHECK_BYTES_BYTES, .elements = CHECK_ELEMENTS,
        .strict = m->effect != OKR__EFFECT__EFFECT_READ};
    if (!check_wire(body.data, body.len, m->request, &limits, report, &r->call))
        return fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED, NULL);
    if (r->call.done)
        return false;
    r->body = body;
    r->call.request =
        protobuf_c_message_unpack(m->request, arena_allocator(r->call.arena), body.len, body.data);
    if (!r->call.request)
        return arena_exhausted(r->call.arena)
                   ? fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL)
                   : fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED, NULL);
    return true;
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
        return fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_REQUEST_ID_REUSED, NULL);
    struct message *stale = first->message;
    struct message *fresh = r->message;
    unhear(d, r);
    unhear(d, first);
    if (stale)
        message_discard(stale);
    first->message = fresh;
    first->peer = r->peer;
    first->deadline_ms = r->deadline_ms;
    struct connected *peer = peers_find(d->peers, r->peer);
    if (peer)
        peer->in_flight++;
    route_free(d, r);
    return true;
}

static bool answer_from_kept(struct dispatch *d, struct call_route *r)
{
    r->seen_revision = r->call.revision = server_revision();
    if (!r->handler->shared || !writer_is_up(d->writer)) // without it nobody knows the last revision
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
    if (effect == OKR__EFFECT__EFFECT_READ && answer_from_kept(d, r))
        return;
    if (effect == OKR__EFFECT__EFFECT_CHANGE) {
        r->seen_revision = 0;
        hash_request(r);
        if (join_first_try(d, r)) {
            return;
        }
    }
    if (!r->call.done && database_is_up(d, r))
        r->handler->start(&r->call);
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
        lane_submit(r->handler->bulk ? d->bulk : d->quick, r);
}

// Through the gate; `waited`: what the call was while it was parked, or NULL.
static void enter(struct dispatch *d, struct message *message, const struct parked *waited)
{
    struct call_route *r = route_new(d, message);
    if (!r)
        return;
    Okr__Request *request = open_envelope(r);
    bool ok = request && check_envelope(r, request) && admit(d, r) && choose_method(d, r, request) &&
              authenticate(r, request) && authorise(d, r) && open_body(r, request);
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

// Wakes parked calls, a few each tick, so that a thousand of them do not hold up everybody else. One whose
// time is up is answered with what it left for that.
static void wake(struct dispatch *d)
{
    int64_t now = clock_monotonic_ms();
    for (int i = 0; i < WAKE_PER_TICK; i++) {
        struct parked *entry = park_take(d->park, server_revision(), now, d->draining);
        if (!entry)
            return;
        bool late = entry->deadline_ms <= now && !d->draining && entry->up_to >= server_revision();
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
    peers_event(d->peers, event);
    if (event->gone)
        park_peer_gone(d->park, event->peer.id);
}

void dispatch_turn(struct dispatch *d)
{
    writer_kick(d->writer);
    writer_kick(d->stager);
    lane_flush(d->quick);
    lane_flush(d->bulk);
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
    SET(&status, reason, change && !withdrawn ? OKR__REASON__REASON_OUTCOME_UNKNOWN
                                              : OKR__REASON__REASON_DEADLINE);
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
    d->draining = true;
}

bool dispatch_idle(const struct dispatch *d)
{
    return d->in_flight == 0 && park_count(d->park) == 0 && writer_idle(d->writer) && writer_idle(d->stager);
}

static bool open_connections(struct dispatch *d, const struct dispatch_options *o, char *error,
                             size_t error_size)
{
    struct writer_options writer = {"writer", o->conninfo, o->loop, true, finished, d};
    struct writer_options stager = {"stager", o->conninfo, o->loop, false, finished, d};
    return (d->writer = writer_open(&writer, error, error_size)) &&
           (d->stager = writer_open(&stager, error, error_size)) &&
           (d->quick = lane_open("reads", o->conninfo, o->loop, finished, d, error, error_size)) &&
           (d->bulk = lane_open("big reads", o->conninfo, o->loop, finished, d, error, error_size));
}

struct dispatch *dispatch_open(const struct dispatch_options *options, char *error, size_t error_size)
{
    struct dispatch *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->listener = options->listener;
    d->peers = peers_new();
    d->kept = kept_new();
    d->park = park_new();
    for (size_t i = 0; i < RPC_COUNT; i++)
        d->order[i] = (uint16_t)i;
    qsort(d->order, RPC_COUNT, sizeof *d->order, by_name);
    snprintf(error, error_size, "out of memory");
    if (!d->peers || !d->kept || !d->park || !open_connections(d, options, error, error_size))
        return dispatch_close(d);
    return d;
}

struct dispatch *dispatch_close(struct dispatch *d)
{
    if (!d)
        return NULL;
    lane_close(d->quick);
    lane_close(d->bulk);
    writer_close(d->writer);
    writer_close(d->stager);
    while (d->calls)
        route_free(d, d->calls);
    for (size_t i = 0; i < d->n_spare; i++)
        arena_free(d->spare[i]);
    peers_free(d->peers);
    kept_free(d->kept);
    park_free(d->park);
    free(d);
    return NULL;
}
