#include "server/rpc/heal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <nng/nng.h>
#include "common/log.h"
#include "server/clock.h"

#if NNG_MAJOR_VERSION == 1 && NNG_MINOR_VERSION < 6

enum { PROBE_EVERY_MS = 2000, PROBE_WAIT_MS = 3000, GAP_MS = 500, MOST_FAILURES = 5 };

enum stage { STAGE_RESTING, STAGE_COMING, STAGE_GOING };

struct heal {
    struct sockaddr_un address;
    enum stage stage;
    int fd;
    uint32_t peer;
    int64_t next_ms; // when to probe again, or to give up on this one
    int64_t ticked_ms;
    int failures; // to connect, in a row
    bool needed;
};

struct heal *heal_new(const char *socket_path)
{
    struct heal *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->fd = -1;
    if (strlen(socket_path) >= sizeof h->address.sun_path)
        return heal_free(h);
    h->address.sun_family = AF_UNIX;
    strcpy(h->address.sun_path, socket_path);
    h->next_ms = clock_monotonic_ms() + PROBE_EVERY_MS;
    return h;
}

struct heal *heal_free(struct heal *h)
{
    if (h && h->fd >= 0)
        close(h->fd);
    free(h);
    return NULL;
}

static void rest(struct heal *h)
{
    if (h->fd >= 0)
        close(h->fd);
    h->fd = -1;
    h->stage = STAGE_RESTING;
    h->next_ms = clock_monotonic_ms() + PROBE_EVERY_MS;
}

static void begin_anew(struct heal *h, const char *why)
{
    log_warn("%s: beginning anew", why);
    h->needed = true;
}

// A listener whose queue is full once is busy. One whose queue stays full does not accept any more.
// Descriptors run out only when they leak: the listener takes no more peers than there is room for.
static void not_connected(struct heal *h, bool no_descriptor)
{
    h->failures++;
    rest(h);
    if (no_descriptor)
        begin_anew(h, "there are no descriptors left");
    else if (h->failures >= MOST_FAILURES)
        begin_anew(h, "no connection is accepted");
}

// Connects and says the SP handshake of a REQ peer (https://nanomsg.org/rfcs/sp-tcp-v1.html), so
// that nng takes it for a peer.
static void probe(struct heal *h)
{
    static const char hello[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    h->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool no_descriptor = h->fd < 0 && errno == EMFILE;
    bool ok = h->fd >= 0 &&
              connect(h->fd, (const struct sockaddr *)&h->address, sizeof h->address) == 0 &&
              write(h->fd, hello, sizeof hello) == (ssize_t)sizeof hello;
    if (!ok) {
        not_connected(h, no_descriptor);
        return;
    }
    h->failures = 0;
    h->stage = STAGE_COMING;
    h->next_ms = clock_monotonic_ms() + PROBE_WAIT_MS;
}

void heal_peer(struct heal *h, const struct peer_event *event)
{
    if (h->stage == STAGE_COMING && !event->gone && event->peer.pid == (uint64_t)getpid()) {
        h->peer = event->peer.id;
        close(h->fd);
        h->fd = -1;
        h->stage = STAGE_GOING;
        h->next_ms = clock_monotonic_ms() + PROBE_WAIT_MS;
    } else if (h->stage == STAGE_GOING && event->gone && event->peer.id == h->peer) {
        rest(h);
    }
}

// A loop that stood still (a stopped process, a machine that slept) has not looked: the time that
// it missed is no sign of anything.
static void allow_for_gap(struct heal *h)
{
    int64_t now = clock_monotonic_ms(), gap = h->ticked_ms ? now - h->ticked_ms : 0;
    h->ticked_ms = now;
    if (gap > GAP_MS)
        h->next_ms += gap;
}

void heal_tick(struct heal *h)
{
    allow_for_gap(h);
    if (h->needed || clock_monotonic_ms() < h->next_ms)
        return;
    if (h->stage == STAGE_RESTING) {
        probe(h);
        return;
    }
    begin_anew(h, h->stage == STAGE_COMING ? "a connection came and nng did not report it"
                                           : "a connection went and nng did not report it");
}

bool heal_needed(const struct heal *h)
{
    return h->needed;
}

#else // a sound nng needs no watching

struct heal {
    char nothing;
};

struct heal *heal_new(const char *socket_path)
{
    (void)socket_path;
    return calloc(1, sizeof(struct heal));
}

struct heal *heal_free(struct heal *h)
{
    free(h);
    return NULL;
}

void heal_peer(struct heal *h, const struct peer_event *event)
{
    (void)h, (void)event;
}

void heal_tick(struct heal *h)
{
    (void)h;
}

bool heal_needed(const struct heal *h)
{
    (void)h;
    return false;
}

#endif
