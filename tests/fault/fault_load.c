// The load's clients as threads: started, turned to another server, ended, asked once more.
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fault/load_private.h"

static struct client *add_client(struct load *load, void (*work)(struct client *))
{
    struct client *c = &load->clients[load->n];
    *c = (struct client){.load = load, .number = load->n++, .work = work};
    c->random = load->options.seed * 1000 + (unsigned)c->number;
    return c;
}

static void add_clients(struct load *load)
{
    const struct load_options *o = &load->options;
    if (o->writers + o->readers + o->watchers + 2 > CLIENTS_MOST)
        fail_msg("too many clients");
    for (int i = 0; i < o->writers; i++)
        add_client(load, work_write);
    for (int i = 0; i < o->readers; i++)
        add_client(load, work_read);
    for (int i = 0; i < o->watchers; i++)
        add_client(load, work_watch);
    if (o->plans)
        add_client(load, work_publish);
    if (o->probes)
        add_client(load, work_probe);
}

static void *run(void *ctx)
{
    struct client *c = ctx;
    while (!c->load->enough) {
        c->work(c);
        if (c->work != work_watch)
            pause_ms(c->load->options.pace_ms);
    }
    return NULL;
}

struct load *load_start(const struct load_options *options)
{
    static int loads;
    struct load *load = calloc(1, sizeof *load);
    if (!load)
        abort();
    load->number = ++loads;
    load->options = *options;
    load->daemon = options->daemon;
    load->fresh_since = INT64_MAX;
    add_clients(load);
    work_prepare(load);
    for (int i = 0; i < load->n; i++)
        if (pthread_create(&load->clients[i].thread, NULL, run, &load->clients[i]) != 0)
            fail_msg("no thread for a client");
    return load;
}

void load_turn(struct load *load, const struct daemon *daemon)
{
    load->daemon = daemon;
}

long load_acknowledged(const struct load *load)
{
    return load->acknowledged;
}

int load_serves(struct load *load, int ms)
{
    int64_t start = now_ms();
    load->fresh = 0;
    load->fresh_since = start;
    while (!load->fresh && now_ms() < start + ms)
        pause_ms(2);
    load->fresh_since = INT64_MAX;
    return load->fresh ? (int)(load->fresh - start) : -1;
}

// A watch that is under way ends with its deadline at the latest.
static void finish_watches(struct load *load, int64_t until)
{
    int64_t last = 0;
    for (int i = 0; i < load->n; i++)
        if (load->clients[i].last > last)
            last = load->clients[i].last;
    for (int i = 0; i < load->n; i++)
        while (load->clients[i].work == work_watch && load->clients[i].after < last &&
               now_ms() < until)
            work_watch(&load->clients[i]);
}

void load_stop(struct load *load, int ms)
{
    int64_t until = now_ms() + ms;
    load->enough = load->ended = true;
    for (int i = 0; i < load->n; i++) {
        struct timespec at;
        clock_gettime(CLOCK_REALTIME, &at);
        int64_t left = until - now_ms();
        at.tv_sec += left > 0 ? left / 1000 + 1 : 0;
        if (pthread_timedjoin_np(load->clients[i].thread, NULL, &at) == 0)
            continue;
        load->over = true;
        pthread_join(load->clients[i].thread, NULL);
    }
    finish_watches(load, until);
}

void load_replay(struct load *load)
{
    load->over = false;
    for (int i = 0; i < load->n; i++)
        for (size_t k = 0; k < load->clients[i].n; k++) {
            struct answer a = client_try(&load->clients[i], &load->clients[i].done[k]);
            answer_clear(&a);
        }
}

struct load *load_free(struct load *load)
{
    if (!load)
        return NULL;
    if (!load->ended)
        load_stop(load, 0);
    for (int i = 0; i < load->n; i++) {
        struct client *c = &load->clients[i];
        client_close(c);
        for (size_t k = 0; k < c->n; k++)
            op_clear(&c->done[k]);
        free(c->done);
    }
    free(load);
    return NULL;
}
