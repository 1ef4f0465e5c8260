#include "client/web/link/envelope.h"

#include <string.h>

nng_msg *envelope_pack(const struct link_ask *ask, uint32_t deadline_ms)
{
    Okr__Request envelope = OKR__REQUEST__INIT;
    envelope.method = (char *)(uintptr_t)ask->method;
    envelope.token = (char *)(uintptr_t)ask->token;
    envelope.language = (char *)(uintptr_t)ask->language;
    envelope.as_of = (char *)(uintptr_t)ask->as_of;
    envelope.has_deadline_ms = 1;
    envelope.deadline_ms = deadline_ms;
    envelope.has_body = 1;
    envelope.body.len = ask->body_size;
    envelope.body.data = (uint8_t *)(uintptr_t)ask->body;
    if (ask->request_id) {
        envelope.has_request_id = 1;
        envelope.request_id.len = ENVELOPE_ID_BYTES;
        envelope.request_id.data = (uint8_t *)(uintptr_t)ask->request_id;
    }
    nng_msg *message = NULL;
    if (nng_msg_alloc(&message, okr__request__get_packed_size(&envelope)) != 0)
        return NULL;
    okr__request__pack(&envelope, nng_msg_body(message));
    return message;
}

// A request that the server could not read has no id that it could send back.
static bool is_ours(const Okr__Reply *reply, const struct link_ask *ask)
{
    if (!ask->request_id || reply->status->code != OKR__CODE__CODE_OK)
        return true;
    return reply->has_request_id && reply->request_id.len == ENVELOPE_ID_BYTES &&
           memcmp(reply->request_id.data, ask->request_id, ENVELOPE_ID_BYTES) == 0;
}

bool envelope_unpack(nng_msg *message, const struct link_ask *ask, struct envelope_reply *ret)
{
    Okr__Reply *reply = okr__reply__unpack(NULL, nng_msg_len(message), nng_msg_body(message));
    if (reply && reply->status && reply->status->has_code && is_ours(reply, ask)) {
        ret->reply = reply;
        return true;
    }
    if (reply)
        okr__reply__free_unpacked(reply, NULL);
    return false;
}

void envelope_reply_clear(struct envelope_reply *reply)
{
    if (reply->reply)
        okr__reply__free_unpacked(reply->reply, NULL);
    reply->reply = NULL;
}

bool envelope_is_lost(const struct envelope_reply *reply)
{
    return reply->reply->status->reason == OKR__REASON__REASON_OUTCOME_UNKNOWN;
}

bool envelope_is_final(const struct envelope_reply *reply)
{
    return reply->reply->status->code != OKR__CODE__CODE_UNAVAILABLE && !envelope_is_lost(reply);
}

static void say(Okr__Code code, Okr__Reason reason, bool unknown, link_done *done, void *ctx)
{
    Okr__Status status = OKR__STATUS__INIT;
    status.has_code = status.has_reason = 1;
    status.code = code;
    status.reason = reason;
    status.message = "okrd did not answer";
    Okr__Reply reply = OKR__REPLY__INIT;
    reply.status = &status;
    done(ctx, &reply, unknown);
}

void envelope_say(Okr__Code code, Okr__Reason reason, link_done *done, void *ctx)
{
    say(code, reason, false, done, ctx);
}

void envelope_say_unknown(link_done *done, void *ctx)
{
    say(OKR__CODE__CODE_UNKNOWN, OKR__REASON__REASON_OUTCOME_UNKNOWN, true, done, ctx);
}
