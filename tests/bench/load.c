#include "tests/bench/load.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <sodium.h>
#include "common/arena.h"
#include "okr/v1/envelope.pb-c.h"

enum { REPLY_MAX = 16 << 20, PATIENCE_S = 20 };

struct run;
struct client {
    struct run *run;
    int number;
    nng_socket socket;
    nng_aio *aio;
    struct arena *arena;
    const char *token;
    bool receiving;
    double sent_at;
    uint64_t calls;
    double *took_ms; // of the calls that ended within the window
    size_t counted, room;
};

struct run {
    const struct load *load;
    double begin, end; // of the window
    struct client *clients;
    pthread_mutex_t lock;
    pthread_cond_t done;
    int under_way;
};

static void check(int error, const char *what)
{
    if (error)
        die("%s: %s", what, nng_strerror(error));
}

// Runs on one of nng's threads.
static void ask(struct client *c)
{
    const struct load *load = c->run->load;
    uint8_t body[LOAD_BODY_MAX], id[16];
    Okr__Request request = OKR__REQUEST__INIT;
    request.method = (char *)(uintptr_t)rpc_methods[load->method].name;
    request.token = (char *)(uintptr_t)c->token;
    request.has_deadline_ms = 1;
    request.deadline_ms = 30000;
    request.has_body = 1;
    request.body.len = load->body(load->ctx, c->number, c->calls++, body);
    request.body.data = body;
    if (rpc_methods[load->method].effect != OKR__EFFECT__EFFECT_READ) {
        randombytes_buf(id, sizeof id);
        request.has_request_id = 1;
        request.request_id = (ProtobufCBinaryData){sizeof id, id};
    }
    nng_msg *msg;
    check(nng_msg_alloc(&msg, okr__request__get_packed_size(&request)), "message");
    okr__request__pack(&request, nng_msg_body(msg));
    nng_aio_set_msg(c->aio, msg);
    c->receiving = false;
    c->sent_at = seconds_now();
    nng_send_aio(c->socket, c->aio);
}

static void finish(struct run *run)
{
    pthread_mutex_lock(&run->lock);
    if (--run->under_way == 0)
        pthread_cond_signal(&run->done);
    pthread_mutex_unlock(&run->lock);
}

static void check_reply(struct client *c, nng_msg *msg)
{
    arena_reset(c->arena);
    Okr__Reply *reply =
        okr__reply__unpack(arena_allocator(c->arena), nng_msg_len(msg), nng_msg_body(msg));
    if (!reply || !reply->status)
        die("a reply without a status");
    if (reply->status->code != OKR__CODE__CODE_OK)
        die("%s: %s", rpc_methods[c->run->load->method].name,
            reply->status->message ? reply->status->message : "?");
}

static void count(struct client *c, double now)
{
    if (now < c->run->begin || now >= c->run->end)
        return;
    if (c->counted == c->room) {
        c->room = c->room ? c->room * 2 : 4096;
        c->took_ms = realloc(c->took_ms, c->room * sizeof *c->took_ms);
        if (!c->took_ms)
            die("out of memory");
    }
    c->took_ms[c->counted++] = (now - c->sent_at) * 1000;
}

static void on_aio(void *arg)
{
    struct client *c = arg;
    check(nng_aio_result(c->aio), c->receiving ? "receiving" : "sending");
    if (!c->receiving) {
        c->receiving = true;
        nng_recv_aio(c->socket, c->aio);
        return;
    }
    double now = seconds_now();
    nng_msg *msg = nng_aio_get_msg(c->aio);
    check_reply(c, msg);
    nng_msg_free(msg);
    count(c, now);
    if (now < c->run->end)
        ask(c);
    else
        finish(c->run);
}

static void open_client(struct run *run, int i)
{
    struct client *c = &run->clients[i];
    *c = (struct client){.run = run, .number = i, .arena = arena_new(REPLY_MAX)};
    c->token = run->load->token(run->load->ctx, i);
    check(nng_req0_open(&c->socket), "socket");
    check(nng_socket_set_ms(c->socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE), "option");
    check(nng_socket_set_size(c->socket, NNG_OPT_RECVMAXSZ, REPLY_MAX), "option");
    check(nng_dial(c->socket, run->load->subject->address, NULL, 0), run->load->subject->address);
    check(nng_aio_alloc(&c->aio, on_aio, c), "aio");
}

static void close_client(struct client *c)
{
    nng_aio_free(c->aio);
    nng_close(c->socket);
    arena_free(c->arena);
    free(c->took_ms);
}

static void wait_for_all(struct run *run)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&run->lock);
    int late = 0;
    while (run->under_way && !late)
        late = pthread_cond_timedwait(&run->done, &run->lock, &until);
    pthread_mutex_unlock(&run->lock);
    if (late)
        die("%d calls got no reply", run->under_way);
}

static struct cpu take_cpu(const struct subject *s)
{
    return (struct cpu){.at = seconds_1970(),
                        .used = {[BUSY_CLIENT] = cpu_of_self(),
                                 [BUSY_OKRD] = cpu_of_process(s->pid),
                                 [BUSY_POSTGRES] = cpu_of_family(s->postmaster)}};
}

// Processor time over the window, while the clients work on nng's threads.
static void watch(const struct run *run, struct figure *figure)
{
    sleep_until(run->begin);
    struct cpu before = take_cpu(run->load->subject);
    sleep_until(run->end);
    struct cpu after = take_cpu(run->load->subject);
    figure_set_cpu(figure, &before, &after);
}

static struct figure add_up(const struct run *run, struct figure figure)
{
    size_t n = 0;
    for (int i = 0; i < run->load->clients; i++)
        n += run->clients[i].counted;
    double *all = malloc((n + 1) * sizeof *all);
    if (!all || n == 0)
        die("no call ended within the window");
    n = 0;
    for (int i = 0; i < run->load->clients; i++) {
        const struct client *c = &run->clients[i];
        if (c->counted)
            memcpy(all + n, c->took_ms, c->counted * sizeof *all);
        n += c->counted;
    }
    figure.rate = (double)n / run->load->window_s;
    figure.p50_ms = percentile(all, n, 50);
    figure.p99_ms = percentile(all, n, 99);
    free(all);
    return figure;
}

struct figure load_run(const struct load *load, uint64_t *ret_calls)
{
    struct run run = {.load = load, .under_way = load->clients};
    struct figure figure = {0};
    pthread_mutex_init(&run.lock, NULL);
    pthread_cond_init(&run.done, NULL);
    run.clients = calloc((size_t)load->clients, sizeof *run.clients);
    if (!run.clients)
        die("out of memory");
    for (int i = 0; i < load->clients; i++)
        open_client(&run, i);
    run.begin = seconds_now() + load->warm_s;
    run.end = run.begin + load->window_s;
    for (int i = 0; i < load->clients; i++)
        ask(&run.clients[i]);
    watch(&run, &figure);
    wait_for_all(&run);
    figure = add_up(&run, figure);
    for (int i = 0; i < load->clients; i++) {
        if (ret_calls)
            ret_calls[i] = run.clients[i].calls;
        close_client(&run.clients[i]);
    }
    free(run.clients);
    pthread_mutex_destroy(&run.lock);
    pthread_cond_destroy(&run.done);
    return figure;
}
