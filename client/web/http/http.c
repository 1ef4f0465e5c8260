// One daemon of libmicrohttpd without threads of its own: the loop of okr-web runs it. A request
// whose answer is not there yet is suspended, and resumed by the answer.
#include "client/web/http/private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "common/log.h"

enum {
    CONNECTIONS = 4096,
    CONNECTIONS_PER_ADDRESS = 512, // where the other end is seen, and no front's
    HEADER_BYTES = 16 * 1024,
};

int64_t http_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static bool declares_too_much(struct MHD_Connection *connection)
{
    const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
    return length && strtoull(length, NULL, 10) > HTTP_BODY_MOST;
}

static enum MHD_Result begin(struct http *http, struct MHD_Connection *connection,
                             const char *method, const char *url, void **state)
{
    if (declares_too_much(connection))
        return refuse(connection, 413);
    if (http->closing)
        return refuse(connection, 503);
    *state = exchange_new(http, connection, method, url);
    return *state ? MHD_YES : MHD_NO;
}

static enum MHD_Result send_answer(struct exchange_whole *e)
{
    enum MHD_Result result = MHD_queue_response(e->connection, e->status, e->response);
    MHD_destroy_response(e->response);
    e->response = NULL;
    return result;
}

// Called for the headers, for each piece of the body, when it is whole, and after a resume.
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **state)
{
    struct http *http = ctx;
    struct exchange_whole *e = *state;
    (void)version;
    if (!e)
        return begin(http, connection, method, url, state);
    if (*size > 0) {
        bool slow = http_now_ms() - e->begun_ms > HTTP_SECONDS_BODY * 1000;
        if (slow || !exchange_take(e, data, *size))
            return MHD_NO;
        *size = 0;
        return MHD_YES;
    }
    if (!e->started) {
        e->started = true;
        http->options.handler(http->options.ctx, &e->x);
    }
    if (e->response)
        return send_answer(e);
    e->suspended = true;
    MHD_suspend_connection(connection);
    return MHD_YES;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why)
{
    (void)ctx;
    (void)connection;
    (void)why;
    *state = exchange_free(*state);
}

__attribute__((format(printf, 2, 0))) static void on_log(void *ctx, const char *format,
                                                         va_list list)
{
    char line[256];
    (void)ctx;
    vsnprintf(line, sizeof line, format, list);
    line[strcspn(line, "\n")] = '\0';
    log_debug("http: %s", line);
}

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = file ? calloc(1, 256 * 1024) : NULL;
    size_t size = text ? fread(text, 1, 256 * 1024 - 1, file) : 0;
    if (file)
        fclose(file);
    if (size)
        return text;
    free(text);
    return NULL;
}

static struct MHD_Daemon *start(struct http *http)
{
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    unsigned per_address = http->cert ? CONNECTIONS_PER_ADDRESS : 0;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, http->cert},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, http->key},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    return MHD_start_daemon(
        http->cert ? flags | MHD_USE_TLS : flags, 0, NULL, NULL, on_request, http,
        MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL, MHD_OPTION_LISTEN_SOCKET, http->listening.fd,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, http, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_SECONDS_IDLE,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_BYTES, MHD_OPTION_ARRAY,
        http->cert ? tls : none, MHD_OPTION_END);
}

struct http *http_new(const struct http_options *options, const char **ret_error)
{
    struct http *http = calloc(1, sizeof *http);
    *ret_error = "out of memory";
    if (!http)
        return NULL;
    http->listening.fd = -1;
    http->options = *options;
    http->cert = options->cert ? file_text(options->cert) : NULL;
    http->key = options->key ? file_text(options->key) : NULL;
    if ((options->cert && !http->cert) || (options->key && !http->key)) {
        *ret_error = "the certificate or its key cannot be read";
        return http_free(http);
    }
    if (!listen_open(options->listen, &http->listening, ret_error))
        return http_free(http);
    if (!http->cert && !http->listening.local) {
        *ret_error = "in the clear only on loopback or a unix socket: give --cert and --key, or "
                     "put a front with TLS before it";
        return http_free(http);
    }
    *ret_error = "libmicrohttpd could not start (is the key that of the certificate?)";
    http->daemon = start(http);
    return http->daemon ? http : http_free(http);
}

// Those that wait are resumed first: a suspended connection does not end.
struct http *http_free(struct http *http)
{
    if (!http)
        return NULL;
    http->closing = true;
    while (http->first && http->daemon)
        exchange_answer(&http->first->x, 503, NULL, "", 0);
    stream_wake_all(http);
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    else if (http->listening.fd >= 0)
        close(http->listening.fd);
    if (http->listening.unix_socket)
        unlink(http->options.listen + 5);
    free(http->cert);
    free(http->key);
    free(http);
    return NULL;
}

int http_fd(const struct http *http)
{
    return MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

void http_run(struct http *http)
{
    MHD_run(http->daemon);
}

int http_wait_ms(const struct http *http)
{
    MHD_UNSIGNED_LONG_LONG wait;
    if (MHD_get_timeout(http->daemon, &wait) != MHD_YES)
        return -1;
    return wait > 60000 ? 60000 : (int)wait;
}

bool http_is_secure(const struct http *http)
{
    return http->cert != NULL;
}

bool http_is_unix(const struct http *http)
{
    return http->listening.unix_socket;
}

uint16_t http_port(const struct http *http)
{
    return http->listening.port;
}
