#include "server/rpc/gate.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/check.h"
#include "server/people/directory.h"
#include "server/rpc/listener.h"
#include "server/clock.h"
#include "server/call/as_of.h"
#include "server/bug.h"

enum {
    IN_FLIGHT_PER_PEER = 64,
    IN_FLIGHT_MAX = 10000,
    DEADLINE_MAX_MS = 300000,
    METADATA_MAX = 16,
    METADATA_KEY_BYTES = 64,
};

// Methods by name.

static int by_name(const void *a, const void *b)
{
    return strcmp(rpc_methods[*(const uint16_t *)a].name, rpc_methods[*(const uint16_t *)b].name);
}

static int find_method(const struct gate *g, const char *name)
{
    size_t low = 0, high = RPC_COUNT;
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = strcmp(name, rpc_methods[g->order[mid]].name);
        if (order == 0)
            return g->order[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return -1;
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

static bool admit(struct gate *g, struct call_route *r)
{
    struct connected *peer = peers_find(g->peers, r->peer);
    if (g->draining)
        return fail(r, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DRAINING, NULL);
    if (peer && peer->in_flight > IN_FLIGHT_PER_PEER)
        return fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_MANY_CALLS,
                    "64");
    if (g->in_flight > IN_FLIGHT_MAX)
        return fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_MANY_CALLS,
                    "10000");
    return true;
}

static Okr__Request *open_envelope(struct call_route *r)
{
    size_t len;
    const uint8_t *data = message_data(r->message, &len);
    const struct check_options limits = {
        .text_bytes = 512, .bytes_bytes = LISTENER_MESSAGE_MAX, .elements = METADATA_MAX};
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
        memcpy(r->job.key, request->request_id.data, REQUEST_ID_BYTES);
    }
    uint32_t wait = request->has_deadline_ms ? request->deadline_ms : DEADLINE_DEFAULT_MS;
    r->deadline_ms = clock_monotonic_ms() + (wait < DEADLINE_MAX_MS ? wait : DEADLINE_MAX_MS);
    if (wait == 0)
        return fail(r, OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_DEADLINE, NULL);
    return !r->call.done;
}

static bool choose_method(struct gate *g, struct call_route *r, const Okr__Request *request)
{
    int id = find_method(g, request->method ? request->method : "");
    if (id < 0)
        return fail(r, OKR__CODE__CODE_UNIMPLEMENTED, OKR__REASON__REASON_METHOD_UNKNOWN,
                    request->method ? request->method : "");
    r->call.id = (enum rpc_id)id;
    r->handler = rpc_handlers[id];
    if (rpc_methods[id].effect != OKR__EFFECT__EFFECT_READ && !r->has_request_id)
        return fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_REQUEST_ID_MISSING,
                    NULL);
    return true;
}

// From here on a retry can be told from its body and who sent it.
static bool authenticate(struct call_route *r, const Okr__Request *request)
{
    struct actor *actor = &r->call.actor;
    r->body = (struct bytes){request->body.data, request->has_body ? request->body.len : 0};
    if (!server_directory())
        return fail(r, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN, NULL);
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

// The settings in force; they outlive a change of them.
static bool take_settings(struct call_route *r)
{
    r->call.settings = directory_settings_copy(server_directory(), r->call.arena);
    return r->call.settings ||
           fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE, NULL);
}

// The roles that would do, for a caller who holds none of them: one argument each.
static bool fail_by_role(struct call_route *r, uint32_t bits)
{
    Okr__Status *status = &r->call.status;
    fail(r, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED, NULL);
    status->args = NEW_ARRAY(&r->call, char *, 32);
    for (int role = 1; role < 32; role++) {
        const ProtobufCEnumValue *v =
            bits & ROLE_BIT(role)
                ? protobuf_c_enum_descriptor_get_value(&okr__role__descriptor, role)
                : NULL;
        if (v)
            status->args[status->n_args++] = call_printf(&r->call, "%s", v->name + strlen("ROLE_"));
    }
    return false;
}

static bool authorise_local(struct gate *g, struct call_route *r)
{
    const struct connected *peer = peers_find(g->peers, r->peer);
    bool ok = peer && peer->peer.local && peer->peer.has_uid &&
              (peer->peer.uid == 0 || peer->peer.uid == geteuid());
    return ok || fail(r, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_LOCAL_ONLY, NULL);
}

static bool authorise(struct gate *g, struct call_route *r)
{
    const struct rpc_method *m = &rpc_methods[r->call.id];
    struct actor *actor = &r->call.actor;
    if (m->local)
        return authorise_local(g, r);
    if (m->anonymous || (m->members && actor->member_id && !actor->agent))
        return true;
    uint32_t any = actor->rights & m->allow, own = actor->rights & m->own;
    if (!any && !own && (BUG(role_not_checked) || BUG(role_checked_too_late))) {
        actor->role = arena_strdup(r->call.arena, "!");
        return true;
    }
    if (!any && !own)
        return fail_by_role(r, m->allow | m->own);
    actor->own_only = !any;
    const struct directory *dir = server_directory();
    const struct directory_member *member = directory_by_id(dir, actor->member_id);
    actor->role = arena_strdup(
        r->call.arena, actor->agent ? "agent" : directory_role_name(dir, member, any ? any : own));
    return true;
}

static bool open_body(struct call_route *r)
{
    const struct rpc_method *m = &rpc_methods[r->call.id];
    const struct bytes body = r->body;
    const struct check_options limits = {.text_bytes = CHECK_TEXT_BYTES * 4,
                                         .bytes_bytes = CHECK_BYTES_BYTES,
                                         .elements = CHECK_ELEMENTS,
                                         .strict = m->effect != OKR__EFFECT__EFFECT_READ};
    if (!check_wire(body.data, body.len, m->request, &limits, report, &r->call))
        return fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED, NULL);
    if (r->call.done)
        return false;
    r->call.request =
        protobuf_c_message_unpack(m->request, arena_allocator(r->call.arena), body.len, body.data);
    if (!r->call.request)
        return arena_exhausted(r->call.arena)
                   ? fail(r, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE,
                          NULL)
                   : fail(r, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED, NULL);
    field_check(m->check, r->call.request, report, &r->call);
    return !r->call.done;
}

bool gate_enter(struct gate *g, struct call_route *r)
{
    Okr__Request *request = open_envelope(r);
    return request && check_envelope(r, request) && admit(g, r) && choose_method(g, r, request) &&
           authenticate(r, request) && authorise(g, r) && take_settings(r) &&
           as_of_take(r, request->as_of) && !(r->malformed = !open_body(r));
}

void gate_init(struct gate *g)
{
    for (size_t i = 0; i < RPC_COUNT; i++)
        g->order[i] = (uint16_t)i;
    qsort(g->order, RPC_COUNT, sizeof *g->order, by_name);
}
