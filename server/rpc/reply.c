// What goes back: the status, which revision it shows, the body. Nothing else sends a reply.
#include "server/rpc/dispatch_private.h"
#include "common/calendar.h"
#include "server/clock.h"
#include "server/people/directory.h"
#include "server/bug.h"

enum { REPLY_MAX = LISTENER_MESSAGE_MAX * 4 }; // what our clients take

static void send(struct dispatch *d, struct call_route *r, Okr__Reply *reply)
{
    if (r->has_request_id) {
        reply->has_request_id = true;
        reply->request_id = (ProtobufCBinaryData){REQUEST_ID_BYTES, r->job.key};
    }
    size_t size = okr__reply__get_packed_size(reply);
    uint8_t *space = r->message ? message_reply_space(r->message, size) : NULL;
    if (!space)
        return;
    okr__reply__pack(reply, space);
    listener_reply(d->listener, call_unhear(d, r));
}

static void reply_now(struct dispatch *d, struct call_route *r, struct bytes body)
{
    Okr__Reply reply = OKR__REPLY__INIT;
    bool ok = r->call.status.code == OKR__CODE__CODE_OK;
    Okr__Status good = OKR__STATUS__INIT;
    SET(&good, code, OKR__CODE__CODE_OK);
    reply.status = ok ? &good : &r->call.status;
    bool shows = r->seen_revision || (ok && r->past);
    if (BUG(read_claims_a_later_revision) &&
        rpc_methods[r->call.id].effect == OKR__EFFECT__EFFECT_READ)
        shows = false;
    SET(&reply, revision, shows ? r->seen_revision : writer_revision(d->writer));
    if (ok) {
        reply.has_body = true;
        reply.body = (ProtobufCBinaryData){body.len, (uint8_t *)(uintptr_t)body.data};
    }
    char until[TIMESTAMP_SIZE], today[DATE_SIZE];
    timestamp_format(r->call.now, until);
    date_format(local_days(r->call.now), today);
    reply.today = today;
    reply.as_of = ok && r->past ? until : NULL;
    const struct directory *directory = server_directory();
    reply.time_zone = directory ? directory_settings(directory)->time_zone : NULL;
    send(d, r, &reply);
}

void reply_body(struct dispatch *d, struct call_route *r, struct bytes body)
{
    SET(&r->call.status, code, OKR__CODE__CODE_OK);
    reply_now(d, r, body);
    call_end(d, r);
}

void reply_late(struct dispatch *d, struct call_route *r, bool unknown)
{
    Okr__Status status = OKR__STATUS__INIT;
    SET(&status, code, OKR__CODE__CODE_DEADLINE_EXCEEDED);
    SET(&status, reason,
        unknown ? OKR__REASON__REASON_OUTCOME_UNKNOWN : OKR__REASON__REASON_DEADLINE);
    Okr__Reply reply = OKR__REPLY__INIT;
    reply.status = &status;
    send(d, r, &reply);
}

// Kept ones.

static struct kept_key key_of(const struct call_route *r)
{
    return (struct kept_key){r->history, (int)r->call.id, local_days(r->call.now), r->body};
}

bool reply_from_kept(struct dispatch *d, struct call_route *r)
{
    if (!r->handler->shared ||
        !writer_knows(d->writer)) // without it nobody knows the last revision
        return false;
    struct kept_key key = key_of(r);
    struct bytes reply = kept_get(d->kept, &key, r->seen_revision);
    if (reply.data)
        reply_body(d, r, reply);
    return reply.data != NULL;
}

// Outcomes.

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

void reply_finish(struct dispatch *d, struct call_route *r)
{
    struct bytes body = r->stored;
    if (BUG(role_checked_too_late) && r->call.actor.role && *r->call.actor.role == '!') {
        r->call.done = false;
        call_fail(&r->call, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_ROLE_REQUIRED,
                  NULL);
    }
    bool ok = r->call.done && r->call.status.code == OKR__CODE__CODE_OK;
    if (!body.data && ok)
        body = pack_body(r);
    if (ok && waiting_begins(d, r, body))
        return;
    if (ok && r->handler && r->handler->shared && !r->past && body.data) {
        struct kept_key key = key_of(r);
        kept_put(d->kept, &key, r->seen_revision, body);
    }
    reply_now(d, r, body);
    call_end(d, r);
}

static void finished(struct job *job)
{
    struct call_route *r = route_of(job);
    reply_finish(r->dispatch, r);
}

const struct job_kind dispatch_job = {
    .answered = route_answered, .failed = route_failed, .finished = finished};
