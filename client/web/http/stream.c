// Answers without an end: asked for more when woken, suspended when there is nothing.
#include "client/web/http/private.h"

#include <stdlib.h>

struct stream {
    struct stream *next, **at;
    struct http *http;
    struct MHD_Connection *connection;
    struct stream_source source;
    bool suspended;
};

static ssize_t stream_read(void *ctx, uint64_t position, char *to, size_t most)
{
    struct stream *stream = ctx;
    (void)position;
    if (stream->http->closing)
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t size = stream->source.next(stream->source.ctx, to, most);
    if (size == 0) {
        stream->suspended = true;
        MHD_suspend_connection(stream->connection);
    }
    return (ssize_t)size;
}

static void stream_end(void *ctx)
{
    struct stream *stream = ctx;
    *stream->at = stream->next;
    if (stream->next)
        stream->next->at = stream->at;
    stream->source.closed(stream->source.ctx);
    free(stream);
}

struct stream *exchange_stream(struct exchange *x, const char *type, const struct stream_source *s)
{
    enum { BLOCK = 1024 };
    struct exchange_whole *e = exchange_whole_of(x);
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    *stream = (struct stream){.http = e->http, .connection = e->connection, .source = *s};
    stream->next = e->http->streams;
    stream->at = &e->http->streams;
    if (stream->next)
        stream->next->at = &stream->next;
    e->http->streams = stream;
    exchange_finish(e, 200, type,
                    MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, stream_read, stream,
                                                      stream_end));
    return stream;
}

void stream_wake(struct stream *stream)
{
    if (!stream->suspended)
        return;
    stream->suspended = false;
    MHD_resume_connection(stream->connection);
}

void stream_wake_all(struct http *http)
{
    for (struct stream *stream = http->streams; stream; stream = stream->next)
        stream_wake(stream);
}
