// Deadlines. A call whose time is up is answered now: one that was not begun is given up; of one
// that is under way the outcome is not known here, and a retry with its request_id will learn it.
#include "server/rpc/dispatch_private.h"
#include "server/clock.h"
#include "server/bug.h"

static bool withdrawn(struct dispatch *d, struct call_route *r)
{
    struct job *job = &r->job;
    return writer_withdraw(d->writer, job) || writer_withdraw(d->stager, job) ||
           lane_withdraw(d->quick, job) || lane_withdraw(d->bulk, job) ||
           lane_withdraw(d->past, job);
}

static void expire(struct dispatch *d, struct call_route *r)
{
    bool change = rpc_methods[r->call.id].effect != OKR__EFFECT__EFFECT_READ;
    bool gone = withdrawn(d, r);
    reply_late(d, r, change && !gone && !BUG(late_said_to_be_refused));
    if (gone)
        call_end(d, r);
}

void expiry_tick(struct dispatch *d)
{
    int64_t now = clock_monotonic_ms();
    for (struct call_route *r = d->calls, *older; r; r = older) {
        older = r->older;
        if (r->message && r->deadline_ms <= now)
            expire(d, r);
    }
}
