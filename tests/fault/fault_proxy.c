// The go-between of proxy.h: one thread, a poll loop, two buffers a connection.
#include "tests/fault/proxy_private.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>
#include "tests/fault/fault.h"

enum { TURN_MS = 5 };

// ---- Sockets ------------------------------------------------------------------------------------

union address {
    struct sockaddr any;
    struct sockaddr_un local;
    struct sockaddr_in loopback;
};

static socklen_t parse(const char *text, union address *ret)
{
    memset(ret, 0, sizeof *ret);
    if (strncmp(text, "unix:", 5) == 0) {
        ret->local.sun_family = AF_UNIX;
        snprintf(ret->local.sun_path, sizeof ret->local.sun_path, "%s", text + 5);
        return sizeof ret->local;
    }
    ret->loopback.sin_family = AF_INET;
    ret->loopback.sin_port = htons((uint16_t)atoi(text + 4));
    ret->loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof ret->loopback;
}

static int listen_on(const char *text)
{
    union address address;
    socklen_t len = parse(text, &address);
    int one = 1, fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (address.any.sa_family == AF_UNIX)
        unlink(address.local.sun_path);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, &address.any, len) != 0 || listen(fd, 128) != 0)
        fail_msg("%s: %s", text, strerror(errno));
    if (address.any.sa_family == AF_UNIX)
        chmod(address.local.sun_path, 0777);
    return fd;
}

static int connect_to(const char *text)
{
    union address address;
    socklen_t len = parse(text, &address);
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (connect(fd, &address.any, len) == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static void accept_one(struct proxy *x)
{
    int client = accept4(x->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int server = client >= 0 && x->n < PAIRS ? connect_to(x->target) : -1;
    struct pair *p = server >= 0 ? calloc(1, sizeof *p) : NULL;
    if (!p) {
        if (client >= 0)
            close(client);
        return;
    }
    p->fd[PROXY_CLIENT] = client;
    p->fd[PROXY_SERVER] = server;
    x->pairs[x->n++] = p;
    x->connections++;
    if (x->armed && proxy_at_once(&x->rule)) {
        pair_meet(x, p);
    }
}

static bool is_over(const struct pair *p)
{
    return p->fd[0] < 0 || (p->flow[0].passed && p->flow[1].passed);
}

static void forget_closed(struct proxy *x)
{
    for (int i = 0; i < x->n; i++) {
        struct pair *p = x->pairs[i];
        if (!is_over(p))
            continue;
        if (p->fd[0] >= 0)
            pair_close(p, false);
        free(p);
        x->pairs[i--] = x->pairs[--x->n];
    }
}

// ---- The thread ---------------------------------------------------------------------------------

static void serve(struct proxy *x, const struct pollfd *ready, int pairs)
{
    for (int i = 0; i < pairs; i++)
        for (int side = 0; side < 2; side++) {
            struct pair *p = x->pairs[i];
            bool there = ready[1 + 2 * i + side].revents != 0;
            if (there && p->fd[side] >= 0 && !pair_read(x, p, side))
                pair_close(p, false);
            if (p->fd[side] >= 0)
                pair_pass(p, side);
        }
    if (x->drop)
        for (int i = 0; i < x->n; i++)
            if (x->pairs[i]->fd[0] >= 0)
                pair_close(x->pairs[i], true);
    x->drop = false;
    forget_closed(x);
    if (ready[0].revents)
        accept_one(x);
}

static void *run(void *ctx)
{
    struct proxy *x = ctx;
    static _Thread_local struct pollfd ready[1 + 2 * PAIRS];
    pthread_mutex_lock(&x->lock);
    while (!x->over) {
        int pairs = x->n;
        ready[0] = (struct pollfd){.fd = x->listener, .events = POLLIN};
        for (int i = 0; i < pairs; i++)
            for (int side = 0; side < 2; side++) {
                const struct flow *f = &x->pairs[i]->flow[side];
                bool open = !f->ended && f->len < PIECE;
                ready[1 + 2 * i + side] =
                    (struct pollfd){.fd = open ? x->pairs[i]->fd[side] : -1, .events = POLLIN};
            }
        pthread_mutex_unlock(&x->lock);
        poll(ready, (nfds_t)(1 + 2 * pairs), TURN_MS);
        pthread_mutex_lock(&x->lock);
        serve(x, ready, pairs);
    }
    pthread_mutex_unlock(&x->lock);
    return NULL;
}

struct proxy *proxy_new(const char *listen, const char *target)
{
    struct proxy *x = calloc(1, sizeof *x);
    if (!x)
        abort();
    snprintf(x->listen, sizeof x->listen, "%s", listen);
    snprintf(x->target, sizeof x->target, "%s", target);
    x->listener = listen_on(listen);
    pthread_mutex_init(&x->lock, NULL);
    if (pthread_create(&x->thread, NULL, run, x) != 0)
        fail_msg("no thread for a proxy");
    return x;
}

struct proxy *proxy_free(struct proxy *x)
{
    if (!x)
        return NULL;
    pthread_mutex_lock(&x->lock);
    x->over = true;
    pthread_mutex_unlock(&x->lock);
    pthread_join(x->thread, NULL);
    for (int i = 0; i < x->n; i++) {
        pair_close(x->pairs[i], false);
        free(x->pairs[i]);
    }
    if (x->listener >= 0)
        close(x->listener);
    pthread_mutex_destroy(&x->lock);
    free(x);
    return NULL;
}

static void set_listening(struct proxy *x, bool listens)
{
    if (!listens && x->listener >= 0) {
        close(x->listener);
        x->listener = -1;
    }
    if (listens && x->listener < 0)
        x->listener = listen_on(x->listen);
}

void proxy_rule(struct proxy *x, const struct proxy_rule *rule)
{
    pthread_mutex_lock(&x->lock);
    x->rule = *rule;
    if (rule->marker_len > MARKER)
        fail_msg("too long a marker");
    if (rule->marker_len)
        memcpy(x->marker, rule->marker, rule->marker_len);
    x->met = false;
    x->armed = rule->fault != PROXY_PASS;
    set_listening(x, rule->fault != PROXY_REFUSE);
    for (int i = 0; i < x->n; i++) {
        struct pair *p = x->pairs[i];
        pair_forget_rule(p);
        if (x->armed && proxy_at_once(rule) && p->fd[0] >= 0) {
            pair_meet(x, p);
        }
    }
    pthread_mutex_unlock(&x->lock);
}

void proxy_heal(struct proxy *x)
{
    proxy_rule(x, &(struct proxy_rule){.fault = PROXY_PASS});
}

bool proxy_met(struct proxy *x)
{
    pthread_mutex_lock(&x->lock);
    bool met = x->met;
    pthread_mutex_unlock(&x->lock);
    return met;
}

bool proxy_await(struct proxy *x, int ms)
{
    for (int64_t until = now_ms() + ms; now_ms() < until; pause_ms(2))
        if (proxy_met(x))
            return true;
    return proxy_met(x);
}

void proxy_drop(struct proxy *x)
{
    pthread_mutex_lock(&x->lock);
    x->drop = true;
    pthread_mutex_unlock(&x->lock);
}

long proxy_connections(const struct proxy *x)
{
    return x->connections;
}
