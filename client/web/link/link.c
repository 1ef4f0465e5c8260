// nng's threads only put a slot on a list and ring; everything else happens in link_run().
#include "client/web/link/link.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <nng/nng.h>
#include <sodium.h>
#include "client/web/link/asked.h"
#include "common/rpc_socket.h"

enum {
    SOCKETS = 16, // the first half for ordinary calls, the others for those that wait
    PER_SOCKET = 2,
    SLOTS = SOCKETS * PER_SOCKET,
    SEND_MS = 2000,
    CONNECT_MS = 5000, // how long a request may fail to get out
    BACKOFF_FIRST_MS = 50,
    BACKOFF_MOST_MS = 1000,
};

enum slot_state { SLOT_FREE, SLOT_SENDING, SLOT_RECEIVING };

struct slot {
    struct link *link;
    struct slot *next; // on the list of those that nng is done with
    nng_aio *aio;
    nng_ctx context;
    enum slot_state state;
    struct asked *asked;
};

struct wire {
    nng_socket socket;
    bool open, stale; // stale: to be opened anew once both slots are free
};

struct link {
    char *address;
    int bell;
    pthread_mutex_t mutex; // guards `ended`
    struct slot *ended;
    struct slot slots[SLOTS];
    struct wire wires[SOCKETS];
    struct asked *first, **last; // waiting, in their order
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// ---- sockets ----------------------------------------------------------------------------------

static void ring(void *ctx)
{
    struct slot *slot = ctx;
    struct link *link = slot->link;
    pthread_mutex_lock(&link->mutex);
    slot->next = link->ended;
    link->ended = slot;
    pthread_mutex_unlock(&link->mutex);
    uint64_t one = 1;
    ssize_t written = write(link->bell, &one, sizeof one);
    (void)written; // a full counter rings as well
}

static size_t wire_of(const struct link *link, const struct slot *slot)
{
    return (size_t)(slot - link->slots) / PER_SOCKET;
}

static bool wire_is_free(const struct link *link, size_t wire)
{
    for (size_t i = 0; i < PER_SOCKET; i++) {
        if (link->slots[wire * PER_SOCKET + i].state != SLOT_FREE)
            return false;
    }
    return true;
}

static int wire_open(struct link *link, size_t wire)
{
    struct wire *w = &link->wires[wire];
    if (w->open)
        return 0;
    int error = rpc_socket_open(link->address, &w->socket);
    w->open = !error;
    for (size_t i = 0; i < PER_SOCKET && !error; i++)
        error = nng_ctx_open(&link->slots[wire * PER_SOCKET + i].context, w->socket);
    return error;
}

// A dialer gives up for good when the server goes in the middle of the handshake.
static void wire_renew(struct link *link, size_t wire)
{
    struct wire *w = &link->wires[wire];
    if (!w->stale || !wire_is_free(link, wire))
        return;
    if (w->open)
        rpc_socket_abandon(w->socket);
    *w = (struct wire){0};
}

// ---- calls ------------------------------------------------------------------------------------

static void line_up(struct link *link, struct asked *asked)
{
    asked->next = NULL;
    *link->last = asked;
    link->last = &asked->next;
}

void link_call(struct link *link, const struct link_ask *ask, link_done *done, void *ctx)
{
    struct asked *asked = asked_new(ask);
    if (!asked) {
        envelope_say(OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_INTERNAL, done, ctx);
        return;
    }
    asked->done = done;
    asked->ctx = ctx;
    line_up(link, asked);
    uint64_t one = 1;
    ssize_t written = write(link->bell, &one, sizeof one);
    (void)written;
}

// Nothing final came in time: the server's last word, or that there was none.
static void give_up(struct asked *asked)
{
    bool change = asked->ask.request_id != NULL;
    bool unknown = change && asked->maybe_done;
    if (unknown)
        envelope_say_unknown(asked->done, asked->ctx);
    else if (asked->last.reply)
        asked->done(asked->ctx, asked->last.reply, false);
    else if (asked->maybe_done)
        envelope_say(OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_DEADLINE, asked->done,
                     asked->ctx);
    else
        envelope_say(OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_UNSPECIFIED, asked->done,
                     asked->ctx);
    asked_free(asked);
}

// Doubles from try to try; half of it is chance.
static void try_again(struct link *link, struct asked *asked)
{
    int64_t most = least(BACKOFF_FIRST_MS << least(asked->tries, 5), BACKOFF_MOST_MS);
    asked->tries++;
    asked->not_before = asked_now_ms() + most / 2 + randombytes_uniform((uint32_t)most / 2 + 1);
    line_up(link, asked);
}

static bool is_over(const struct asked *asked, int64_t now)
{
    bool never_out = asked->tries > 0 && !asked->maybe_done && !asked->last.reply;
    return now >= asked->deadline || (never_out && now >= asked->start + CONNECT_MS);
}

static void begin(struct link *link, struct slot *slot, struct asked *asked)
{
    int64_t left = asked->deadline - asked_now_ms();
    nng_msg *message = envelope_pack(&asked->ask, (uint32_t)left);
    if (!message || wire_open(link, wire_of(link, slot)) != 0) {
        if (message)
            nng_msg_free(message);
        link->wires[wire_of(link, slot)].stale = true;
        try_again(link, asked);
        return;
    }
    slot->asked = asked;
    slot->state = SLOT_SENDING;
    nng_aio_set_msg(slot->aio, message);
    nng_aio_set_timeout(slot->aio, (nng_duration)least(left, SEND_MS));
    nng_ctx_send(slot->context, slot->aio);
}

static struct slot *free_slot(struct link *link, enum link_lane lane)
{
    size_t from = lane == LINK_WAITING ? SLOTS / 2 : 0;
    for (size_t i = 0; i < SLOTS / 2; i++) {
        // one call on each socket before there are two on any
        size_t at = from + i % (SOCKETS / 2) * PER_SOCKET + i / (SOCKETS / 2);
        if (link->slots[at].state == SLOT_FREE && !link->wires[at / PER_SOCKET].stale)
            return &link->slots[at];
    }
    return NULL;
}

// ---- what nng is done with --------------------------------------------------------------------

static struct asked *take(struct slot *slot)
{
    struct asked *asked = slot->asked;
    slot->asked = NULL;
    slot->state = SLOT_FREE;
    return asked;
}

static void sent(struct link *link, struct slot *slot)
{
    int error = nng_aio_result(slot->aio);
    if (!error) {
        int64_t left = slot->asked->deadline - asked_now_ms();
        slot->state = SLOT_RECEIVING;
        nng_aio_set_timeout(slot->aio, (nng_duration)(left > 0 ? left : 1));
        nng_ctx_recv(slot->context, slot->aio);
        return;
    }
    nng_msg_free(nng_aio_get_msg(slot->aio));
    link->wires[wire_of(link, slot)].stale = true;
    try_again(link, take(slot));
}

static void received(struct link *link, struct slot *slot)
{
    struct asked *asked = take(slot);
    int error = nng_aio_result(slot->aio);
    envelope_reply_clear(&asked->last);
    if (!error) {
        nng_msg *message = nng_aio_get_msg(slot->aio);
        error = envelope_unpack(message, &asked->ask, &asked->last) ? 0 : NNG_EPROTO;
        nng_msg_free(message);
    }
    if (!error && envelope_is_final(&asked->last)) {
        asked->done(asked->ctx, asked->last.reply, false);
        asked_free(asked);
        return;
    }
    if (error || envelope_is_lost(&asked->last))
        asked->maybe_done = true;
    try_again(link, asked);
}

static struct slot *take_ended(struct link *link)
{
    uint64_t count;
    ssize_t got = read(link->bell, &count, sizeof count);
    (void)got; // non-blocking: nothing rang
    pthread_mutex_lock(&link->mutex);
    struct slot *slot = link->ended;
    link->ended = NULL;
    pthread_mutex_unlock(&link->mutex);
    return slot;
}

static void begin_waiting(struct link *link)
{
    struct asked *waiting = link->first;
    link->first = NULL;
    link->last = &link->first;
    int64_t now = asked_now_ms();
    while (waiting) {
        struct asked *asked = waiting;
        waiting = asked->next;
        struct slot *slot = asked->not_before <= now ? free_slot(link, asked->ask.lane) : NULL;
        if (is_over(asked, now))
            give_up(asked);
        else if (slot)
            begin(link, slot, asked);
        else
            line_up(link, asked);
    }
}

void link_run(struct link *link)
{
    for (struct slot *slot = take_ended(link), *next; slot; slot = next) {
        next = slot->next;
        if (slot->state == SLOT_SENDING)
            sent(link, slot);
        else
            received(link, slot);
    }
    for (size_t i = 0; i < SOCKETS; i++)
        wire_renew(link, i);
    begin_waiting(link);
}

int link_wait_ms(const struct link *link)
{
    int64_t now = asked_now_ms(), wait = -1;
    for (const struct asked *asked = link->first; asked; asked = asked->next) {
        int64_t until = asked->not_before > now ? asked->not_before : asked->deadline;
        int64_t left = until > now ? until - now : 0;
        wait = wait < 0 ? left : least(wait, left);
    }
    return (int)wait;
}

int link_fd(const struct link *link)
{
    return link->bell;
}

struct link *link_new(const char *address, const char **ret_error)
{
    struct link *link = calloc(1, sizeof *link);
    *ret_error = "out of memory";
    if (!link || sodium_init() < 0)
        return link_free(link);
    link->last = &link->first;
    link->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    link->address = strdup(address);
    pthread_mutex_init(&link->mutex, NULL);
    if (link->bell < 0 || !link->address)
        return link_free(link);
    int error = 0;
    for (size_t i = 0; i < SLOTS && !error; i++) {
        link->slots[i].link = link;
        error = nng_aio_alloc(&link->slots[i].aio, ring, &link->slots[i]);
    }
    if (!error)
        error = wire_open(link, 0);
    if (error) {
        *ret_error = nng_strerror(error);
        return link_free(link);
    }
    return link;
}

// Calls that are under way are forgotten: their `done` is not called.
struct link *link_free(struct link *link)
{
    if (!link)
        return NULL;
    for (size_t i = 0; i < SOCKETS; i++) {
        if (link->wires[i].open && wire_is_free(link, i))
            nng_close(link->wires[i].socket);
        else if (link->wires[i].open) {
            // The process ends, and nng 1.5.2 could hang in closing it: its threads keep using it.
            static struct link *volatile left __attribute__((unused));
            left = link;
            return NULL;
        }
    }
    for (size_t i = 0; i < SLOTS; i++) {
        if (link->slots[i].aio)
            nng_aio_free(link->slots[i].aio);
    }
    while (link->first) {
        struct asked *asked = link->first;
        link->first = asked->next;
        asked_free(asked);
    }
    if (link->bell >= 0)
        close(link->bell);
    free(link->address);
    free(link);
    return NULL;
}
