// A request as it comes in, and its answer as it goes out.
#include "client/web/http/private.h"

#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

// Every answer says so: nothing from elsewhere, no frame, no guessing of types, no trace.
static const struct field guards[] = {
    {"Content-Security-Policy",
     "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

struct exchange_whole *exchange_whole_of(const struct exchange *x)
{
    return (struct exchange_whole *)(uintptr_t)x;
}

struct exchange_whole *exchange_new(struct http *http, struct MHD_Connection *connection,
                                    const char *method, const char *path)
{
    struct exchange_whole *e = calloc(1, sizeof *e);
    struct arena *arena = e ? arena_new(HTTP_ARENA) : NULL;
    if (!arena) {
        free(e);
        return NULL;
    }
    e->http = http;
    e->connection = connection;
    e->begun_ms = http_now_ms();
    e->is_head = strcmp(method, "HEAD") == 0;
    e->x.arena = arena;
    e->x.method = e->is_head ? "GET" : arena_strdup(arena, method);
    e->x.path = arena_strdup(arena, path);
    e->x.body = "";
    e->next = http->first;
    e->at = &http->first;
    if (e->next)
        e->next->at = &e->next;
    http->first = e;
    return e;
}

static void unlist(struct exchange_whole *e)
{
    if (!e->at)
        return;
    *e->at = e->next;
    if (e->next)
        e->next->at = e->at;
    e->at = NULL;
}

struct exchange_whole *exchange_free(struct exchange_whole *e)
{
    if (!e)
        return NULL;
    unlist(e);
    if (e->response)
        MHD_destroy_response(e->response);
    arena_free(e->x.arena);
    free(e);
    return NULL;
}

// Grows by doubling in the arena, which bounds what that costs.
bool exchange_take(struct exchange_whole *e, const char *data, size_t size)
{
    if (e->x.body_size + size > HTTP_BODY_MOST)
        return false;
    if (e->x.body_size + size + 1 > e->capacity) {
        size_t capacity = 2 * (e->x.body_size + size) + 1024;
        char *larger = arena_alloc(e->x.arena, capacity);
        if (!larger)
            return false;
        memcpy(larger, e->x.body, e->x.body_size);
        e->x.body = larger;
        e->capacity = capacity;
    }
    char *body = (char *)(uintptr_t)e->x.body;
    memcpy(body + e->x.body_size, data, size);
    e->x.body_size += size;
    body[e->x.body_size] = '\0';
    return true;
}

// ---- what came --------------------------------------------------------------------------------

const char *exchange_header(const struct exchange *x, const char *name)
{
    return MHD_lookup_connection_value(exchange_whole_of(x)->connection, MHD_HEADER_KIND, name);
}

const char *exchange_query(const struct exchange *x, const char *name)
{
    return MHD_lookup_connection_value(exchange_whole_of(x)->connection, MHD_GET_ARGUMENT_KIND,
                                       name);
}

const char *exchange_cookie(const struct exchange *x, const char *name)
{
    return MHD_lookup_connection_value(exchange_whole_of(x)->connection, MHD_COOKIE_KIND, name);
}

static int hex(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : (tolower((unsigned char)c) - 'a' + 10);
}

// application/x-www-form-urlencoded, https://url.spec.whatwg.org/#urlencoded-parsing
static const char *decoded(struct arena *arena, const char *text, size_t size)
{
    char *value = arena_alloc(arena, size + 1), *to = value;
    if (!value)
        return "";
    for (size_t i = 0; i < size; i++) {
        bool pair = text[i] == '%' && i + 2 < size && isxdigit((unsigned char)text[i + 1]) &&
                    isxdigit((unsigned char)text[i + 2]);
        char c = text[i] == '+' ? ' ' : text[i];
        if (pair) {
            c = (char)(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        }
        if (c != '\0' && c != '\r') // browsers send CRLF at the end of a line
            *to++ = c;
    }
    *to = '\0';
    return value;
}

static void read_fields(struct exchange_whole *e)
{
    const char *at = e->x.body;
    size_t most = 1;
    for (const char *c = at; *c; c++)
        most += *c == '&';
    e->fields_read = true;
    e->fields = arena_calloc(e->x.arena, most, sizeof *e->fields);
    while (e->fields && *at) {
        size_t size = strcspn(at, "&"), name = strcspn(at, "=&");
        size_t value = name < size ? name + 1 : size;
        e->fields[e->n_fields++] = (struct field){
            .name = decoded(e->x.arena, at, name),
            .value = decoded(e->x.arena, at + value, size - value),
        };
        at += size + (at[size] == '&');
    }
}

bool exchange_field_at(struct exchange *x, size_t i, const char **ret_name, const char **ret_value)
{
    struct exchange_whole *e = exchange_whole_of(x);
    if (!e->fields_read)
        read_fields(e);
    if (i >= e->n_fields)
        return false;
    *ret_name = e->fields[i].name;
    *ret_value = e->fields[i].value;
    return true;
}

const char *exchange_field(struct exchange *x, const char *name)
{
    const char *found, *value;
    for (size_t i = 0; exchange_field_at(x, i, &found, &value); i++) {
        if (strcmp(found, name) == 0)
            return value;
    }
    return NULL;
}

// ---- what goes --------------------------------------------------------------------------------

void exchange_add(struct exchange *x, const char *name, const char *value)
{
    struct exchange_whole *e = exchange_whole_of(x);
    if (value && e->n_headers < sizeof e->headers / sizeof e->headers[0])
        e->headers[e->n_headers++] = (struct field){
            .name = arena_strdup(x->arena, name),
            .value = arena_strdup(x->arena, value),
        };
}

void exchange_finish(struct exchange_whole *e, unsigned status, const char *type,
                     struct MHD_Response *response)
{
    bool cache = false;
    if (type && response)
        MHD_add_response_header(response, "Content-Type", type);
    for (size_t i = 0; i < e->n_headers && response; i++) {
        cache |= strcmp(e->headers[i].name, "Cache-Control") == 0;
        MHD_add_response_header(response, e->headers[i].name, e->headers[i].value);
    }
    if (!cache && response)
        MHD_add_response_header(response, "Cache-Control", "no-store");
    for (size_t i = 0; i < sizeof guards / sizeof guards[0] && response; i++)
        MHD_add_response_header(response, guards[i].name, guards[i].value);
    e->response = response;
    e->status = status;
    unlist(e);
    if (e->suspended) {
        e->suspended = false;
        MHD_resume_connection(e->connection);
    }
}

void exchange_answer(struct exchange *x, unsigned status, const char *type, const void *body,
                     size_t size)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
    exchange_finish(exchange_whole_of(x), status, type, response);
}
