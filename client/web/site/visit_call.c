// What a page asks okrd, and the change that its form is for: sent, and kept until the page is
// shown.
#include <string.h>
#include <sodium.h>
#include "client/web/site/visit_private.h"

static Okr__Status *keep_status(struct visit *v, const Okr__Status *status)
{
    size_t size = okr__status__get_packed_size(status);
    uint8_t *bytes = cli_keep(&v->cli, size + 1);
    okr__status__pack(status, bytes);
    return okr__status__unpack(arena_allocator(v->x->arena), size, bytes);
}

static void keep_reply(struct visit_call *call, const Okr__Reply *reply)
{
    struct visit *v = call->visit;
    call->status = keep_status(v, reply->status);
    if (reply->status->code != OKR__CODE__CODE_OK)
        return;
    call->reply =
        protobuf_c_message_unpack(rpc_methods[call->method].reply, arena_allocator(v->x->arena),
                                  reply->body.len, reply->body.data);
    if (reply->revision > v->revision)
        v->revision = reply->revision;
    if (reply->time_zone)
        v->time_zone = arena_strdup(v->x->arena, reply->time_zone);
    if (reply->as_of && reply->as_of[0]) {
        snprintf(v->cli.shown_as_of, sizeof v->cli.shown_as_of, "%s", reply->as_of);
        v->cli.shown_revision = reply->revision;
    }
}

static void on_read(void *ctx, const Okr__Reply *reply, bool outcome_unknown)
{
    struct visit_call *call = ctx;
    struct visit *v = call->visit;
    (void)outcome_unknown;
    keep_reply(call, reply);
    if (--v->open == 0)
        visit_after_reading(v);
}

static void on_change(void *ctx, const Okr__Reply *reply, bool outcome_unknown)
{
    struct visit_call *call = ctx;
    keep_reply(call, reply);
    call->visit->outcome_unknown = outcome_unknown;
    visit_after_change(call->visit);
}

static bool knows_the_past(enum rpc_id method)
{
    return method != RPC_SERVER_WHO_AM_I && method != RPC_SERVER_GET_SERVER_INFO;
}

static void send_call(struct visit_call *call, const ProtobufCMessage *request,
                      const uint8_t *request_id, link_done *done)
{
    struct visit *v = call->visit;
    size_t size = protobuf_c_message_get_packed_size(request);
    uint8_t *body = cli_keep(&v->cli, size + 1);
    protobuf_c_message_pack(request, body);
    struct link_ask ask = {
        .method = rpc_methods[call->method].name,
        .body = body,
        .body_size = size,
        .token = v->token,
        .language = v->japanese ? "ja" : "en",
        .as_of = request_id || !knows_the_past(call->method) ? NULL : v->as_of,
        .request_id = request_id,
    };
    link_call(v->site->link, &ask, done, call);
}

static size_t ask(struct visit *v, enum rpc_id method, const void *request, bool optional)
{
    size_t place = v->n_calls;
    if (place == VISIT_CALLS_MOST)
        return place - 1;
    v->n_calls++;
    v->open++;
    v->calls[place] = (struct visit_call){.visit = v, .method = method, .optional = optional};
    send_call(&v->calls[place], request, NULL, on_read);
    return place;
}

size_t visit_ask(struct visit *v, enum rpc_id method, const void *request)
{
    return ask(v, method, request, false);
}

size_t visit_ask_maybe(struct visit *v, enum rpc_id method, const void *request)
{
    return ask(v, method, request, true);
}

const void *visit_reply(const struct visit *v, size_t call)
{
    return call < v->n_calls ? v->calls[call].reply : NULL;
}

void visit_change(struct visit *v, enum rpc_id method, const void *request, const char *then)
{
    uint8_t id[16];
    randombytes_buf(id, sizeof id);
    v->then = then;
    v->change = (struct visit_call){.visit = v, .method = method};
    send_call(&v->change, request, id, on_change);
}

void visit_mistake(struct visit *v, const char *field, Okr__Reason reason)
{
    Okr__FieldViolation violation = OKR__FIELD_VIOLATION__INIT;
    Okr__FieldViolation *violations[1] = {&violation};
    Okr__Status status = OKR__STATUS__INIT;
    violation.has_reason = status.has_code = 1;
    violation.field = (char *)(uintptr_t)field;
    violation.reason = reason;
    status.code = OKR__CODE__CODE_INVALID_ARGUMENT;
    status.violations = violations;
    status.n_violations = 1;
    v->problem = keep_status(v, &status);
    visit_show_again(v);
}
