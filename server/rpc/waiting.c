// Calls that wait for the next change: their messages wait alone, and go through the gate again
// when they are woken.
#include "server/rpc/dispatch_private.h"
#include "server/clock.h"

enum {
    PARKED_PER_PEER = 64,
    PARKED_SIZE_MAX = 16 << 10,
    WAKE_PER_TICK = 128, // so that a thousand of them do not hold up everybody else
};

bool waiting_begins(struct dispatch *d, struct call_route *r, struct bytes body)
{
    struct parked entry = {.message = r->message,
                           .peer = r->peer,
                           .deadline_ms = r->deadline_ms - PARK_MARGIN_MS,
                           .up_to = r->call.since,
                           .history = r->history,
                           .otherwise = body};
    struct connected *peer = peers_find(d->gate.peers, r->peer);
    size_t size = 0;
    if (r->message)
        message_data(r->message, &size);
    if (!r->message || !peer || !r->call.parked || d->gate.draining || size > PARKED_SIZE_MAX ||
        peer->parked >= PARKED_PER_PEER || !park_add(d->park, &entry))
        return false; // answered at once: its caller asks again
    peer->parked++;
    call_unhear(d, r);
    call_end(d, r);
    return true;
}

// One whose time is up is answered with what it left for that.
static void answer_otherwise(struct dispatch *d, struct parked *entry)
{
    struct call_route *r = call_begin(d, entry->message);
    if (r)
        reply_body(d, r, entry->otherwise);
}

void waiting_wake(struct dispatch *d)
{
    int64_t now = clock_monotonic_ms(), revision = writer_revision(d->writer);
    for (int i = 0; i < WAKE_PER_TICK; i++) {
        struct parked *entry =
            park_take(d->park, revision, writer_history(d->writer), now, d->gate.draining);
        if (!entry)
            return;
        struct connected *peer = peers_find(d->gate.peers, entry->peer);
        if (peer)
            peer->parked--;
        bool same = entry->history == writer_history(d->writer);
        bool late =
            entry->deadline_ms <= now && same && !d->gate.draining && entry->up_to >= revision;
        if (late)
            answer_otherwise(d, entry);
        else
            dispatch_enter(d, entry->message, entry);
        parked_free(entry);
    }
}
