// A call begins with a message and ends with its arena given back; in between it counts among those
// of its peer, as long as somebody waits for it.
#include "server/rpc/dispatch_private.h"
#include "server/clock.h"

enum { ARENA_CAP = 48 << 20 };

static void count(struct dispatch *d, const struct call_route *r, int by)
{
    struct connected *peer = peers_find(d->gate.peers, r->peer);
    if (peer)
        peer->in_flight += by;
}

struct call_route *call_begin(struct dispatch *d, struct message *message)
{
    struct arena *arena = d->n_spare ? d->spare[--d->n_spare] : arena_new(ARENA_CAP);
    struct call_route *r = arena ? arena_calloc(arena, 1, sizeof *r) : NULL;
    if (!r) {
        arena_free(arena);
        message_discard(message);
        return NULL;
    }
    route_init(r, arena, &dispatch_job);
    r->dispatch = d;
    r->call.now = clock_now();
    r->message = message;
    r->peer = message_peer(message);
    r->deadline_ms = clock_monotonic_ms() + DEADLINE_DEFAULT_MS;
    r->history = writer_history(d->writer);
    if ((r->older = d->calls))
        d->calls->newer = r;
    d->calls = r;
    d->gate.in_flight++;
    count(d, r, 1);
    return r;
}

struct message *call_unhear(struct dispatch *d, struct call_route *r)
{
    struct message *message = r->message;
    if (message)
        count(d, r, -1);
    r->message = NULL;
    return message;
}

void call_hear(struct dispatch *d, struct call_route *r, struct call_route *from)
{
    struct message *stale = call_unhear(d, r);
    if (stale)
        message_discard(stale);
    r->message = call_unhear(d, from);
    r->peer = from->peer;
    r->deadline_ms = from->deadline_ms;
    count(d, r, 1);
}

void call_end(struct dispatch *d, struct call_route *r)
{
    struct message *message = call_unhear(d, r);
    if (message)
        message_discard(message);
    if (r->newer)
        r->newer->older = r->older;
    else
        d->calls = r->older;
    if (r->older)
        r->older->newer = r->newer;
    d->gate.in_flight--;
    job_clear_results(&r->job);
    call_spill_free(&r->call);
    struct arena *arena = r->call.arena;
    arena_reset(arena); // r lies in it
    if (d->n_spare < SPARE_ARENAS)
        d->spare[d->n_spare++] = arena;
    else
        arena_free(arena);
}
