// HTTP for the rest of okr-web: requests that are whole before anybody sees them, answers that may
// come later, and streams. The only room that knows libmicrohttpd; it must not know okrd.
#ifndef OKR_CLIENT_WEB_HTTP_H
#define OKR_CLIENT_WEB_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "common/arena.h"

struct http;

// One request and its answer. What it holds lives until it is answered.
struct exchange {
    struct arena *arena;
    const char *method; // "GET"; a HEAD is shown as GET
    const char *path;   // decoded, without the query
    const char *body;   // with a NUL behind it
    size_t body_size;
};

typedef void http_handler(void *ctx, struct exchange *x);

struct http_options {
    const char *listen; // "127.0.0.1:8080", "[::1]:8080", "unix:/run/okr-web/web.sock"
    const char *cert;   // files in PEM; NULL: in the clear, on loopback or a unix socket only
    const char *key;
    http_handler *handler;
    void *ctx;
};

// NULL: *ret_error says why, in memory that is good until the next call.
struct http *http_new(const struct http_options *options, const char **ret_error);
struct http *http_free(struct http *http); // ends every connection
int http_fd(const struct http *http);
void http_run(struct http *http);
int http_wait_ms(const struct http *http); // -1: no need to run but by http_fd()
bool http_is_secure(const struct http *http);
bool http_is_unix(const struct http *http);
uint16_t http_port(const struct http *http); // 0: a unix socket

// What came with the request; NULL: it did not. Names of headers in any case.
const char *exchange_header(const struct exchange *x, const char *name);
const char *exchange_query(const struct exchange *x, const char *name);
const char *exchange_cookie(const struct exchange *x, const char *name);
// A field of an urlencoded body: the first of that name, or the `i`th of all.
const char *exchange_field(struct exchange *x, const char *name);
bool exchange_field_at(struct exchange *x, size_t i, const char **ret_name, const char **ret_value);

// A header of the answer to come.
void exchange_add(struct exchange *x, const char *name, const char *value);
// The answer, copied; once for each exchange, now or later, and the exchange is gone then.
void exchange_answer(struct exchange *x, unsigned status, const char *type, const void *body,
                     size_t size);

// An answer without an end. `next` writes what there is to write into at most `most` bytes; 0:
// nothing now, it is asked again after stream_wake(). `closed` comes once, when the other end went.
struct stream;
struct stream_source {
    size_t (*next)(void *ctx, char *to, size_t most);
    void (*closed)(void *ctx);
    void *ctx;
};
struct stream *exchange_stream(struct exchange *x, const char *type, const struct stream_source *s);
void stream_wake(struct stream *stream);

#endif
