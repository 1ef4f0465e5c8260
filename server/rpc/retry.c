// A request_id stands for one change. A retry gets the first try's outcome, whatever has come in
// between: what happened is looked up first, and only what did not happen is checked.
#include "server/rpc/dispatch_private.h"
#include <sodium.h>
#include <string.h>
#include "server/bug.h"

// Of what the same request_id must not stand for twice: method, actor and body.
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

bool retry_joins(struct dispatch *d, struct call_route *r)
{
    hash_request(r);
    struct job *job = writer_find(d->writer, r->job.key);
    struct call_route *first = job ? route_of(job) : NULL;
    if (!first)
        return false;
    if (memcmp(first->request_hash, r->request_hash, REQUEST_HASH_BYTES) != 0) {
        if (!r->call.done)
            call_fail(&r->call, OKR__CODE__CODE_INVALID_ARGUMENT,
                      OKR__REASON__REASON_REQUEST_ID_REUSED, NULL);
        reply_finish(d, r);
        return true;
    }
    call_hear(d, first, r);
    call_end(d, r);
    return true;
}

bool retry_asks(struct dispatch *d, struct call_route *r)
{
    bool refused = r->call.done && r->call.status.code != OKR__CODE__CODE_OK;
    if (!refused || r->malformed || !r->call.actor.member_id || BUG(checks_before_the_look_up))
        return false;
    if (!writer_is_up(d->writer)) {
        route_fail(r, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_DATABASE_DOWN);
        return false;
    }
    route_refuse(r);
    r->job.shares = true;
    r->job.reloads = false;
    writer_submit(d->writer, &r->job);
    return true;
}
