#include "client/web/connect/connect.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "client/web/connect/code.h"
#include "client/web/terms/terms.h"
#include "common/json.h"
#include "common/rpc_method.h"
#include "okr/methods.h"

enum { WAITING_MOST = 8, TIMEOUT_DIGITS = 10 };

enum encoding { ENCODING_JSON, ENCODING_PROTO, ENCODING_CSV };

struct connected {
    struct link *link;
    struct exchange *x;
    const struct rpc_method *method;
    enum encoding encoding; // of the answer
    struct link_ask ask;
    uint8_t request_id[16];
    bool is_get;
};

static unsigned waiting; // calls that are parked at okrd

// ---- refusals of this end ---------------------------------------------------------------------

static void answer_error(struct exchange *x, const Okr__Status *status)
{
    const char *json = code_error_json(x->arena, status);
    if (!json)
        json = "{\"code\":\"resource_exhausted\"}";
    exchange_answer(x, code_http_status(status->code), "application/json", json, strlen(json));
}

static bool refuse(struct exchange *x, Okr__Code code, Okr__Reason reason, const char *message)
{
    Okr__Status status = OKR__STATUS__INIT;
    status.has_code = status.has_reason = 1;
    status.code = code;
    status.reason = reason;
    status.message = (char *)(uintptr_t)message;
    answer_error(x, &status);
    return false;
}

static bool malformed(struct exchange *x, const char *message)
{
    return refuse(x, OKR__CODE__CODE_INVALID_ARGUMENT, OKR__REASON__REASON_MALFORMED, message);
}

static bool answer_plain(struct exchange *x, unsigned status)
{
    exchange_answer(x, status, NULL, "", 0);
    return false;
}

// ---- the ladder: each step returns false after it has answered --------------------------------

static const struct rpc_method *find_method(const char *name)
{
    for (size_t i = 0; i < RPC_COUNT; i++) {
        if (strcmp(rpc_methods[i].name, name) == 0)
            return &rpc_methods[i];
    }
    return NULL;
}

static bool take_method(struct connected *c)
{
    c->method = find_method(c->x->path + 1);
    if (!c->method) {
        Okr__Status status = OKR__STATUS__INIT;
        status.has_code = 1;
        status.code = OKR__CODE__CODE_UNIMPLEMENTED;
        status.message = "no such method";
        const char *json = code_error_json(c->x->arena, &status);
        exchange_answer(c->x, 404, "application/json", json, json ? strlen(json) : 0);
        return false;
    }
    if (c->method->local)
        return refuse(c->x, OKR__CODE__CODE_PERMISSION_DENIED, OKR__REASON__REASON_LOCAL_ONLY,
                      "only on the server's own machine, with okr");
    c->ask.method = c->method->name;
    c->is_get = strcmp(c->x->method, "GET") == 0;
    bool read = c->method->effect == OKR__EFFECT__EFFECT_READ;
    if (strcmp(c->x->method, "POST") == 0 || (c->is_get && read))
        return true;
    exchange_add(c->x, "Allow", read ? "GET, POST" : "POST");
    return answer_plain(c->x, 405);
}

static bool starts_with(const char *text, const char *start)
{
    size_t length = strlen(start);
    return text && strncasecmp(text, start, length) == 0 && !isalnum((unsigned char)text[length]);
}

static bool take_encoding(struct connected *c)
{
    const char *type =
        c->is_get ? exchange_query(c->x, "encoding") : exchange_header(c->x, "Content-Type");
    bool proto = starts_with(type, c->is_get ? "proto" : "application/proto");
    bool json = starts_with(type, c->is_get ? "json" : "application/json") || (c->is_get && !type);
    if (!proto && !json) {
        exchange_add(c->x, "Accept-Post", "application/json, application/proto");
        return answer_plain(c->x, 415);
    }
    const char *accept = exchange_header(c->x, "Accept");
    c->encoding = proto ? ENCODING_PROTO : ENCODING_JSON;
    if (c->is_get && accept && strstr(accept, "text/csv"))
        c->encoding = ENCODING_CSV;
    return true;
}

static bool is_identity(const char *encoding)
{
    return !encoding || !encoding[0] || strcasecmp(encoding, "identity") == 0;
}

static bool take_protocol(struct connected *c)
{
    const char *version = exchange_header(c->x, "Connect-Protocol-Version");
    const char *packed =
        c->is_get ? exchange_query(c->x, "compression") : exchange_header(c->x, "Content-Encoding");
    if (version && strcmp(version, "1") != 0)
        return malformed(c->x, "Connect-Protocol-Version: only 1 is known");
    if (!is_identity(packed))
        return refuse(c->x, OKR__CODE__CODE_UNIMPLEMENTED, OKR__REASON__REASON_UNSPECIFIED,
                      "compressed requests are not read");
    return true;
}

static bool take_deadline(struct connected *c)
{
    const char *text = exchange_header(c->x, "Connect-Timeout-Ms");
    if (!text)
        return true;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > TIMEOUT_DIGITS || text[digits])
        return malformed(c->x, "Connect-Timeout-Ms: a whole number of at most 10 digits");
    unsigned long long ms = strtoull(text, NULL, 10);
    if (ms == 0)
        return refuse(c->x, OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_DEADLINE,
                      "no time was left");
    c->ask.deadline_ms = ms > 300000 ? 300000 : (uint32_t)ms;
    return true;
}

// A change carries the caller's Idempotency-Key as request_id, so that a repetition is one.
static void take_request_id(struct connected *c)
{
    const char *key = exchange_header(c->x, "Idempotency-Key");
    if (c->method->effect == OKR__EFFECT__EFFECT_READ)
        return;
    if (key)
        crypto_generichash(c->request_id, sizeof c->request_id, (const uint8_t *)key, strlen(key),
                           NULL, 0);
    else
        randombytes_buf(c->request_id, sizeof c->request_id);
    c->ask.request_id = c->request_id;
}

static void take_caller(struct connected *c, const char *session)
{
    const char *bearer = exchange_header(c->x, "Authorization");
    if (starts_with(bearer, "Bearer"))
        c->ask.token = bearer + 6 + strspn(bearer + 6, " ");
    else if (c->is_get)
        c->ask.token = session;
    const char *as_of = exchange_query(c->x, "as_of");
    c->ask.as_of = as_of ? as_of : exchange_header(c->x, "Okr-As-Of");
    const char *language = exchange_header(c->x, "Accept-Language");
    c->ask.language = starts_with(language, "ja") ? "ja" : "en";
}

static bool take_json(struct connected *c, const char *text)
{
    char error[256] = "";
    ProtobufCMessage *message = json_to_message(c->method->request, text[0] ? text : "{}",
                                                arena_allocator(c->x->arena), error, sizeof error);
    if (!message)
        return malformed(c->x, arena_strdup(c->x->arena, error));
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *body = arena_alloc(c->x->arena, size ? size : 1);
    if (!body)
        return refuse(c->x, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_LARGE,
                      "the message is too large");
    c->ask.body_size = protobuf_c_message_pack(message, body);
    c->ask.body = body;
    return true;
}

// base64=1: of the URL-safe alphabet, with or without padding.
static bool take_base64(struct connected *c, const char *text)
{
    size_t length = strcspn(text, "="), size = 0;
    uint8_t *body = arena_alloc(c->x->arena, length + 1);
    if (!body || sodium_base642bin(body, length + 1, text, length, NULL, &size, NULL,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return malformed(c->x, "message: not base64");
    body[size] = '\0';
    c->ask.body = body;
    c->ask.body_size = size;
    return c->encoding == ENCODING_PROTO || take_json(c, (const char *)body);
}

static bool take_message(struct connected *c)
{
    bool proto = c->encoding == ENCODING_PROTO;
    if (c->is_get) {
        const char *text = exchange_query(c->x, "message");
        const char *base64 = exchange_query(c->x, "base64");
        if (base64 && strcmp(base64, "1") == 0)
            return take_base64(c, text ? text : "");
        if (!proto)
            return take_json(c, text ? text : "");
        c->ask.body = (const uint8_t *)(text ? text : "");
        c->ask.body_size = text ? strlen(text) : 0;
        return true;
    }
    if (!proto)
        return take_json(c, c->x->body);
    c->ask.body = (const uint8_t *)c->x->body;
    c->ask.body_size = c->x->body_size;
    return true;
}

// A parked call keeps a place on the way to okrd for as long as it waits.
static bool take_lane(struct connected *c)
{
    if (c->method != &rpc_methods[RPC_WATCH_WATCH])
        return true;
    if (waiting >= WAITING_MOST)
        return refuse(c->x, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_TOO_MANY_CALLS,
                      "too many calls wait for changes");
    waiting++;
    c->ask.lane = LINK_WAITING;
    return true;
}

// ---- the answer -------------------------------------------------------------------------------

// A read's own words: the same bytes need not be sent twice. Private, as they are the caller's.
static bool is_known(struct connected *c, const void *bytes, size_t size)
{
    uint8_t hash[16];
    char tag[2 * sizeof hash + 3] = "\"";
    crypto_generichash(hash, sizeof hash, bytes, size, NULL, 0);
    sodium_bin2hex(tag + 1, sizeof tag - 1, hash, sizeof hash);
    strcat(tag, "\"");
    exchange_add(c->x, "ETag", tag);
    exchange_add(c->x, "Cache-Control", "private, no-cache");
    exchange_add(c->x, "Vary", "Accept, Accept-Language, Authorization, Cookie");
    const char *known = exchange_header(c->x, "If-None-Match");
    return known && strstr(known, tag);
}

static void answer_bytes(struct connected *c, const char *type, const void *bytes, size_t size)
{
    if (c->is_get && is_known(c, bytes, size))
        exchange_answer(c->x, 304, NULL, "", 0);
    else
        exchange_answer(c->x, 200, type, bytes, size);
}

static void answer_csv(struct connected *c, const ProtobufCMessage *message)
{
    struct cli cli;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return (void)refuse(c->x, OKR__CODE__CODE_RESOURCE_EXHAUSTED, OKR__REASON__REASON_INTERNAL,
                            "out of memory");
    terms_begin(&cli, c->x->arena, out, false, NULL);
    bool listed = terms_csv(&cli, message);
    fclose(out);
    if (listed)
        answer_bytes(c, "text/csv; charset=utf-8", text, size);
    else
        answer_plain(c->x, 406);
    free(text);
}

static void answer_message(struct connected *c, const Okr__Reply *reply)
{
    if (c->encoding == ENCODING_PROTO) {
        answer_bytes(c, "application/proto", reply->body.data, reply->body.len);
        return;
    }
    ProtobufCMessage *message =
        protobuf_c_message_unpack(c->method->reply, NULL, reply->body.len, reply->body.data);
    char *json = message && c->encoding == ENCODING_JSON ? json_from_message(message, false) : NULL;
    if (message && c->encoding == ENCODING_CSV)
        answer_csv(c, message);
    else if (json)
        answer_bytes(c, "application/json", json, strlen(json));
    else
        refuse(c->x, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_MALFORMED,
               "the reply's body is no such message");
    free(json);
    if (message)
        protobuf_c_message_free_unpacked(message, NULL);
}

static void answered(void *ctx, const Okr__Reply *reply, bool outcome_unknown)
{
    struct connected *c = ctx;
    (void)outcome_unknown; // the reason in the status says so
    waiting -= c->ask.lane == LINK_WAITING;
    if (reply->has_revision)
        exchange_add(c->x, "Okr-Revision",
                     arena_printf(c->x->arena, "%lld", (long long)reply->revision));
    exchange_add(c->x, "Okr-As-Of", reply->as_of);
    if (reply->status->code == OKR__CODE__CODE_OK)
        answer_message(c, reply);
    else
        answer_error(c->x, reply->status);
}

bool connect_is_path(const char *path)
{
    return strncmp(path, "/okr.v1.", 8) == 0;
}

void connect_serve(struct link *link, struct exchange *x, const char *token)
{
    struct connected *c = arena_calloc(x->arena, 1, sizeof *c);
    if (!c)
        return (void)answer_plain(x, 503);
    c->link = link;
    c->x = x;
    if (!take_method(c) || !take_encoding(c) || !take_protocol(c) || !take_deadline(c))
        return;
    take_request_id(c);
    take_caller(c, token);
    if (!take_message(c) || !take_lane(c))
        return;
    link_call(link, &c->ask, answered, c);
}
