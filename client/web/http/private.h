// What the files of this room share.
#ifndef OKR_CLIENT_WEB_HTTP_PRIVATE_H
#define OKR_CLIENT_WEB_HTTP_PRIVATE_H

#include <microhttpd.h>
#include "client/web/http/http.h"
#include "client/web/http/listen.h"

enum {
    HTTP_BODY_MOST = 4 * 1024 * 1024, // what okrd takes in one message
    HTTP_SECONDS_IDLE = 30,
    HTTP_SECONDS_BODY = 60,
    HTTP_ARENA = 64 * 1024 * 1024,
};

struct http {
    struct MHD_Daemon *daemon;
    struct listening listening;
    struct http_options options;
    char *cert, *key;             // their text
    struct exchange_whole *first; // every one that is not answered yet
    struct stream *streams;
    bool closing;
};

struct field {
    const char *name, *value;
};

struct exchange_whole {
    struct exchange x; // first: the public part
    struct http *http;
    struct MHD_Connection *connection;
    struct exchange_whole *next, **at;
    int64_t begun_ms;
    size_t capacity;
    struct field *fields;
    size_t n_fields;
    bool fields_read;
    struct MHD_Response *response;
    unsigned status;
    struct field headers[8];
    size_t n_headers;
    bool is_head, started, suspended;
};

int64_t http_now_ms(void);
struct exchange_whole *exchange_new(struct http *http, struct MHD_Connection *connection,
                                    const char *method, const char *path);
struct exchange_whole *exchange_free(struct exchange_whole *e);
struct exchange_whole *exchange_whole_of(const struct exchange *x);
void exchange_finish(struct exchange_whole *e, unsigned status, const char *type,
                     struct MHD_Response *response);
void stream_wake_all(struct http *http);
bool exchange_take(struct exchange_whole *e, const char *data, size_t size); // false: too large

#endif
