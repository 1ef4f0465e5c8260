#include "server/rpc/listener.h"
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "common/log.h"
#include "server/rpc/sendmsg_guard.h"

enum { QUEUE_LENGTH = 1024, RESERVED = 128, CLOSE_SECONDS = 3 };

struct event_node {
    struct peer_event event;
    struct event_node *next;
};

struct waiting {
    nng_msg *msg;
    struct waiting *next;
};

struct listener {
    nng_socket socket;
    int receive_fd, event_fd;
    atomic_int peers;
    int most_peers;
    pthread_mutex_t lock; // over the event list: nng's threads append, the loop takes
    struct event_node *first, **last;
    atomic_size_t events; // in the list
    struct waiting *waiting, **waiting_last;
};

static void push_event(struct listener *l, const struct peer_event *event)
{
    struct event_node *node = malloc(sizeof *node);
    if (!node)
        return;
    *node = (struct event_node){.event = *event};
    uint64_t one = 1;
    pthread_mutex_lock(&l->lock);
    *l->last = node;
    l->last = &node->next;
    atomic_fetch_add(&l->events, 1);
    ssize_t ignored = write(l->event_fd, &one, sizeof one);
    (void)ignored;
    pthread_mutex_unlock(&l->lock);
}

// Peer identity can be asked for only here, before the pipe begins to work. Our own probe (heal.c)
// comes in however many there are: a full house is no fault.
static void peer_came(nng_pipe pipe, nng_pipe_ev what, void *ctx)
{
    (void)what;
    struct listener *l = ctx;
    struct peer_event e = {.peer.id = (uint32_t)nng_pipe_id(pipe)};
    nng_pipe_get_uint64(pipe, NNG_OPT_IPC_PEER_PID, &e.peer.pid);
    if (atomic_fetch_add(&l->peers, 1) >= l->most_peers && e.peer.pid != (uint64_t)getpid()) {
        nng_pipe_close(pipe);
        return;
    }
    e.peer.has_uid = nng_pipe_get_uint64(pipe, NNG_OPT_IPC_PEER_UID, &e.peer.uid) == 0;
    nng_sockaddr address;
    if (nng_pipe_get_addr(pipe, NNG_OPT_LOCADDR, &address) == 0)
        e.peer.local = address.s_family == NNG_AF_IPC;
    e.peer.local |= e.peer.has_uid;
    push_event(l, &e);
}

static void peer_went(nng_pipe pipe, nng_pipe_ev what, void *ctx)
{
    (void)what;
    struct listener *l = ctx;
    atomic_fetch_sub(&l->peers, 1);
    struct peer_event e = {.gone = true, .peer.id = (uint32_t)nng_pipe_id(pipe)};
    push_event(l, &e);
}

static int set_options(struct listener *l)
{
    int rv = nng_socket_set_size(l->socket, NNG_OPT_RECVMAXSZ, LISTENER_MESSAGE_MAX);
    if (!rv)
        rv = nng_socket_set_int(l->socket, NNG_OPT_RECVBUF, QUEUE_LENGTH);
    if (!rv)
        rv = nng_socket_set_int(l->socket, NNG_OPT_SENDBUF, QUEUE_LENGTH);
    if (!rv)
        rv = nng_pipe_notify(l->socket, NNG_PIPE_EV_ADD_PRE, peer_came, l);
    if (!rv)
        rv = nng_pipe_notify(l->socket, NNG_PIPE_EV_REM_POST, peer_went, l);
    if (!rv)
        rv = nng_socket_get_int(l->socket, NNG_OPT_RECVFD, &l->receive_fd);
    return rv;
}

static bool is_loopback(const char *address)
{
    return strncmp(address, "ipc://", 6) == 0 || strncmp(address, "tcp://127.", 10) == 0 ||
           strncmp(address, "tcp://[::1]:", 12) == 0;
}

static int listen_at(struct listener *l, const char *address)
{
    nng_listener nl;
    int rv = nng_listener_create(&nl, l->socket, address);
    if (!rv && strncmp(address, "ipc://", 6) == 0)
        rv = nng_listener_set_int(nl, NNG_OPT_IPC_PERMISSIONS,
                                  0666); // the token decides who may do what
    return rv ? rv : nng_listener_start(nl, 0);
}

// What is left of the descriptors when everything else has its own.
static int room_for_peers(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur >= LISTENER_MAX_PEERS + 2 * RESERVED)
        return LISTENER_MAX_PEERS;
    return limit.rlim_cur > 2 * RESERVED ? (int)(limit.rlim_cur - RESERVED)
                                         : (int)(limit.rlim_cur / 2);
}

struct listener *listener_open(char *const *addresses, size_t n, char *error, size_t error_size)
{
    sendmsg_guard();
    struct listener *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->last = &l->first;
    l->waiting_last = &l->waiting;
    l->most_peers = room_for_peers();
    pthread_mutex_init(&l->lock, NULL);
    l->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int rv = nng_rep0_open_raw(&l->socket);
    if (!rv)
        rv = set_options(l);
    if (rv)
        snprintf(error, error_size, "the socket cannot be set up: %s", nng_strerror(rv));
    for (size_t i = 0; !rv && i < n; i++) {
        rv = is_loopback(addresses[i]) ? listen_at(l, addresses[i]) : NNG_EADDRINVAL;
        if (rv)
            snprintf(error, error_size, "cannot listen on %s: %s%s", addresses[i], nng_strerror(rv),
                     is_loopback(addresses[i]) ? ""
                                               : " (ipc:// and tcp:// on loopback only; beyond it, "
                                                 "put a TLS front before okrd)");
    }
    return rv ? listener_close(l) : l;
}

static void *close_socket(void *ctx)
{
    struct listener *l = ctx;
    nng_close(l->socket);
    return NULL;
}

// False when nng's reaper hangs, for which nng_close would wait without end.
static bool close_in_time(struct listener *l)
{
    struct timespec until;
    pthread_t thread;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CLOSE_SECONDS;
    return pthread_create(&thread, NULL, close_socket, l) == 0 &&
           pthread_timedjoin_np(thread, NULL, &until) == 0;
}

// nng's threads may still use it: never freed, and no leak.
static struct listener *volatile abandoned;

struct listener *listener_close(struct listener *l)
{
    if (!l)
        return NULL;
    if (!close_in_time(l)) {
        abandoned = l;
        log_warn("nng does not close its socket: left to the end of the process");
        return NULL;
    }
    struct peer_event ignored;
    while (listener_event(l, &ignored))
        continue;
    for (struct waiting *w = l->waiting; w;) {
        struct waiting *next = w->next;
        nng_msg_free(w->msg);
        free(w);
        w = next;
    }
    close(l->event_fd);
    pthread_mutex_destroy(&l->lock);
    free(l);
    return NULL;
}

int listener_receive_fd(const struct listener *l)
{
    return l->receive_fd;
}

int listener_event_fd(const struct listener *l)
{
    return l->event_fd;
}

bool listener_event(struct listener *l, struct peer_event *ret)
{
    if (!atomic_load(&l->events))
        return false;
    pthread_mutex_lock(&l->lock);
    struct event_node *node = l->first;
    if (node) {
        l->first = node->next;
        atomic_fetch_sub(&l->events, 1);
    }
    if (!l->first) {
        l->last = &l->first;
        uint64_t count;
        ssize_t ignored = read(l->event_fd, &count, sizeof count);
        (void)ignored;
    }
    pthread_mutex_unlock(&l->lock);
    if (!node)
        return false;
    *ret = node->event;
    free(node);
    return true;
}

bool listener_receive(struct listener *l, struct message **ret)
{
    nng_msg *msg = NULL;
    listener_flush(l);
    if (l->waiting || nng_recvmsg(l->socket, &msg, NNG_FLAG_NONBLOCK) != 0)
        return false;
    *ret = (struct message *)msg;
    return true;
}

const uint8_t *message_data(const struct message *message, size_t *ret_len)
{
    nng_msg *msg = (nng_msg *)(uintptr_t)message;
    *ret_len = nng_msg_len(msg);
    return nng_msg_body(msg);
}

uint32_t message_peer(const struct message *message)
{
    return (uint32_t)nng_pipe_id(nng_msg_get_pipe((nng_msg *)(uintptr_t)message));
}

uint8_t *message_reply_space(struct message *message, size_t size)
{
    nng_msg *msg = (nng_msg *)message;
    nng_msg_clear(msg);
    return nng_msg_realloc(msg, size) == 0 ? nng_msg_body(msg) : NULL;
}

void listener_reply(struct listener *l, struct message *message)
{
    nng_msg *msg = (nng_msg *)message;
    int rv = l->waiting ? NNG_EAGAIN : nng_sendmsg(l->socket, msg, NNG_FLAG_NONBLOCK);
    if (rv == 0)
        return;
    struct waiting *w = rv == NNG_EAGAIN ? malloc(sizeof *w) : NULL;
    if (!w) {
        nng_msg_free(msg);
        return;
    }
    *w = (struct waiting){.msg = msg};
    *l->waiting_last = w;
    l->waiting_last = &w->next;
}

void listener_flush(struct listener *l)
{
    while (l->waiting) {
        struct waiting *w = l->waiting;
        int rv = nng_sendmsg(l->socket, w->msg, NNG_FLAG_NONBLOCK);
        if (rv == NNG_EAGAIN)
            return;
        if (rv)
            nng_msg_free(w->msg);
        if (!(l->waiting = w->next))
            l->waiting_last = &l->waiting;
        free(w);
    }
}

void message_discard(struct message *message)
{
    nng_msg_free((nng_msg *)message);
}
