#include "client/web/link/asked.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sodium.h>

enum { DEADLINE_DEFAULT_MS = 30000 };

int64_t asked_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct asked *asked_free(struct asked *asked)
{
    if (asked) {
        envelope_reply_clear(&asked->last);
        if (asked->ask.token)
            sodium_memzero((char *)(uintptr_t)asked->ask.token, strlen(asked->ask.token));
        free(asked->memory);
    }
    free(asked);
    return NULL;
}

static const void *keep(char **at, const void *data, size_t size)
{
    if (!data)
        return NULL;
    char *copy = memcpy(*at, data, size);
    *at += size;
    return copy;
}

static size_t size_of(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

struct asked *asked_new(const struct link_ask *ask)
{
    struct asked *asked = calloc(1, sizeof *asked);
    size_t size = size_of(ask->method) + size_of(ask->token) + size_of(ask->language) +
                  size_of(ask->as_of) + ENVELOPE_ID_BYTES + ask->body_size;
    char *at = asked ? malloc(size) : NULL;
    if (!at)
        return asked_free(asked);
    asked->memory = at;
    asked->ask = *ask;
    asked->ask.token = keep(&at, ask->token, size_of(ask->token));
    asked->ask.method = keep(&at, ask->method, size_of(ask->method));
    asked->ask.language = keep(&at, ask->language, size_of(ask->language));
    asked->ask.as_of = keep(&at, ask->as_of, size_of(ask->as_of));
    asked->ask.request_id = keep(&at, ask->request_id, ENVELOPE_ID_BYTES);
    asked->ask.body = keep(&at, ask->body ? ask->body : (const uint8_t *)"", ask->body_size);
    asked->start = asked_now_ms();
    asked->deadline = asked->start + (ask->deadline_ms ? ask->deadline_ms : DEADLINE_DEFAULT_MS);
    return asked;
}
