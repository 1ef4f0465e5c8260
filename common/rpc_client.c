// The blocking client: one REQ socket, a time-out per attempt, retries that repeat the request_id.
// It must not know what a method means beyond its row in the table, and it words nothing: the
// statuses that it makes itself carry a code and a reason like any other.
#include "common/rpc_client.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <nng/nng.h>
#include <sodium.h>
#include "common/rpc_method.h"
#include "common/rpc_socket.h"

#define DEADLINE_DEFAULT_MS 30000
#define SEND_MS 2000     // how long one socket may try to get a request out
#define CONNECT_MS 5000  // how long to look for a server that has never answered
#define ATTEMPT_MS 15000 // at least this long for one attempt, where the deadline allows
#define BACKOFF_FIRST_MS 50
#define BACKOFF_MOST_MS 1000
#define REQUEST_ID_BYTES 16

struct rpc_client {
    char *address;
    char *token;
    char *language;
    char *as_of;
    uint32_t deadline_ms;
    nng_socket socket;
    bool open;
    bool connected; // has been, at least once
};

// What is kept over the attempts of one call.
struct call {
    const struct rpc_method *method;
    const uint8_t *request_id; // NULL: a read
    const ProtobufCMessage *request;
    int64_t start;
    int64_t deadline; // both in milliseconds of the monotonic clock
    bool maybe_done;  // an attempt got lost on the way, so the change may have taken place
    struct rpc_result *result;
};

enum attempt {
    ATTEMPT_ANSWERED, // the result is filled in, and final
    ATTEMPT_REFUSED,  // the server said UNAVAILABLE; the result holds its status
    ATTEMPT_NOT_SENT,
    ATTEMPT_LOST,
    ATTEMPT_FAILED, // no other attempt would do better
};

// ---- statuses of our own ----------------------------------------------------------------------

static Okr__Status out_of_memory = {
    .base = PROTOBUF_C_MESSAGE_INIT(&okr__status__descriptor),
    .has_code = 1,
    .code = OKR__CODE__CODE_RESOURCE_EXHAUSTED,
    .has_reason = 1,
    .reason = OKR__REASON__REASON_INTERNAL,
};

static void status_free(Okr__Status *status)
{
    if (status && status != &out_of_memory)
        okr__status__free_unpacked(status, NULL);
}

// Packs and unpacks, so that every status is freed in one way.
static void status_set(struct rpc_result *result, Okr__Code code, Okr__Reason reason,
                       const char *message, const char *arg)
{
    char *args[1] = {(char *)(uintptr_t)arg};
    Okr__Status made = OKR__STATUS__INIT;
    made.has_code = made.has_reason = 1;
    made.code = code;
    made.reason = reason;
    made.message = (char *)(uintptr_t)message;
    made.n_args = arg ? 1 : 0;
    made.args = args;
    size_t size = okr__status__get_packed_size(&made);
    uint8_t *bytes = malloc(size ? size : 1);
    Okr__Status *status = NULL;
    if (bytes) {
        okr__status__pack(&made, bytes);
        status = okr__status__unpack(NULL, size, bytes);
        free(bytes);
    }
    status_free(result->status);
    result->status = status ? status : &out_of_memory;
}

// ---- time -------------------------------------------------------------------------------------

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t at_most(int64_t value, int64_t limit)
{
    return value < limit ? value : limit;
}

// Doubles from try to try; half of it is chance, so that clients that were refused together do not
// come back together.
static void back_off(unsigned tries, int64_t deadline)
{
    int64_t most = at_most(BACKOFF_FIRST_MS << at_most(tries, 5), BACKOFF_MOST_MS);
    int64_t wait = most / 2 + (int64_t)randombytes_uniform((uint32_t)most / 2 + 1);
    wait = at_most(wait, deadline - now_ms());
    if (wait <= 0)
        return;
    struct timespec pause = {.tv_sec = wait / 1000, .tv_nsec = wait % 1000 * 1000000};
    nanosleep(&pause, NULL);
}

// ---- the socket -------------------------------------------------------------------------------

static int socket_open(struct rpc_client *client)
{
    if (client->open)
        return 0;
    int error = rpc_socket_open(client->address, &client->socket);
    client->open = !error;
    return error;
}

static void socket_close(struct rpc_client *client)
{
    if (client->open)
        nng_close(client->socket);
    client->open = false;
}

static void socket_abandon(struct rpc_client *client)
{
    if (client->open)
        rpc_socket_abandon(client->socket);
    client->open = false;
}

struct rpc_client *rpc_client_new(const struct rpc_options *options, const char **ret_error)
{
    struct rpc_client *client = calloc(1, sizeof(*client));
    if (!client || sodium_init() < 0) {
        *ret_error = "out of memory";
        return rpc_client_free(client);
    }
    client->address = strdup(options->address);
    client->token = options->token ? strdup(options->token) : NULL;
    client->language = options->language ? strdup(options->language) : NULL;
    client->as_of = options->as_of ? strdup(options->as_of) : NULL;
    client->deadline_ms = options->deadline_ms ? options->deadline_ms : DEADLINE_DEFAULT_MS;
    bool short_of = !client->address || (options->token && !client->token) ||
                    (options->language && !client->language) || (options->as_of && !client->as_of);
    int error = short_of ? NNG_ENOMEM : socket_open(client);
    if (error) {
        *ret_error = nng_strerror(error);
        return rpc_client_free(client);
    }
    return client;
}

struct rpc_client *rpc_client_free(struct rpc_client *client)
{
    if (!client)
        return NULL;
    socket_close(client);
    if (client->token)
        sodium_memzero(client->token, strlen(client->token));
    free(client->address);
    free(client->token);
    free(client->language);
    free(client->as_of);
    free(client);
    return NULL;
}

// ---- one attempt ------------------------------------------------------------------------------

static nng_msg *pack_request(const struct rpc_client *client, const struct call *call)
{
    size_t size = protobuf_c_message_get_packed_size(call->request);
    uint8_t *body = malloc(size ? size : 1);
    if (!body)
        return NULL;
    protobuf_c_message_pack(call->request, body);

    Okr__Request envelope = OKR__REQUEST__INIT;
    envelope.method = (char *)(uintptr_t)call->method->name;
    envelope.token = client->token;
    envelope.language = client->language;
    envelope.as_of = client->as_of;
    envelope.has_deadline_ms = 1;
    envelope.deadline_ms = (uint32_t)(call->deadline - now_ms());
    envelope.has_body = 1;
    envelope.body = (ProtobufCBinaryData){.len = size, .data = body};
    if (call->request_id) {
        envelope.has_request_id = 1;
        envelope.request_id.len = REQUEST_ID_BYTES;
        envelope.request_id.data = (uint8_t *)(uintptr_t)call->request_id;
    }
    nng_msg *message = NULL;
    if (nng_msg_alloc(&message, okr__request__get_packed_size(&envelope)) == 0)
        okr__request__pack(&envelope, nng_msg_body(message));
    free(body);
    return message;
}

static bool reply_is_ours(const struct call *call, const Okr__Reply *reply)
{
    if (!call->request_id)
        return true;
    return reply->has_request_id && reply->request_id.len == REQUEST_ID_BYTES &&
           memcmp(reply->request_id.data, call->request_id, REQUEST_ID_BYTES) == 0;
}

static enum attempt take_body(struct call *call, const Okr__Reply *reply)
{
    struct rpc_result *result = call->result;
    result->reply = protobuf_c_message_unpack(call->method->reply, NULL, reply->body.len,
                                              reply->has_body ? reply->body.data : NULL);
    if (!result->reply)
        status_set(result, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_MALFORMED,
                   "the reply's body is no such message", NULL);
    return ATTEMPT_ANSWERED;
}

// Moves what the reply says into the result, and judges whether that is the last word.
static enum attempt take_reply(struct call *call, Okr__Reply *reply)
{
    struct rpc_result *result = call->result;
    Okr__Status *status = reply->status;
    if (!status || !status->has_code) {
        status_set(result, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_MALFORMED,
                   "the reply has no status", NULL);
        return ATTEMPT_FAILED;
    }
    // A request that the server could not read has no id that it could send back.
    if (status->code == OKR__CODE__CODE_OK && !reply_is_ours(call, reply))
        return ATTEMPT_LOST;
    status_free(result->status);
    result->status = status;
    reply->status = NULL;
    result->revision = reply->revision;
    if (reply->as_of && strlen(reply->as_of) < sizeof result->as_of)
        strcpy(result->as_of, reply->as_of);
    if (reply->time_zone && strlen(reply->time_zone) < sizeof result->time_zone)
        strcpy(result->time_zone, reply->time_zone);
    if (reply->today && strlen(reply->today) < sizeof result->today)
        strcpy(result->today, reply->today);
    if (status->code == OKR__CODE__CODE_OK)
        return take_body(call, reply);
    if (status->reason == OKR__REASON__REASON_OUTCOME_UNKNOWN)
        return ATTEMPT_LOST;
    return status->code == OKR__CODE__CODE_UNAVAILABLE ? ATTEMPT_REFUSED : ATTEMPT_ANSWERED;
}

// Sending is over before receiving begins: the two never wait on one context at the same time.
static enum attempt send_request(struct rpc_client *client, const struct call *call)
{
    int64_t until = call->deadline;
    if (!client->connected)
        until = at_most(until, call->start + CONNECT_MS);
    int64_t wait = at_most(until - now_ms(), SEND_MS);
    nng_msg *message = wait > 0 ? pack_request(client, call) : NULL;
    if (!message)
        return ATTEMPT_NOT_SENT;
    int error = nng_socket_set_ms(client->socket, NNG_OPT_SENDTIMEO, (nng_duration)wait);
    if (!error)
        error = nng_sendmsg(client->socket, message, 0);
    if (error) {
        // nng's dialer gives up for good when the server goes in the middle of the handshake: a new
        // socket
        nng_msg_free(message);
        socket_abandon(client);
        return ATTEMPT_NOT_SENT;
    }
    client->connected = true;
    return ATTEMPT_ANSWERED;
}

static enum attempt receive_reply(struct rpc_client *client, struct call *call)
{
    int64_t left = call->deadline - now_ms();
    int64_t half = left / 2;
    int64_t wait = at_most(half > ATTEMPT_MS ? half : ATTEMPT_MS, left);
    nng_msg *message = NULL;
    int error = wait > 0 ? 0 : NNG_ETIMEDOUT;
    if (!error)
        error = nng_socket_set_ms(client->socket, NNG_OPT_RECVTIMEO, (nng_duration)wait);
    if (!error)
        error = nng_recvmsg(client->socket, &message, 0);
    if (error) {
        // A server that does not answer may hang on a dead connection: begin with a new one.
        if (error != NNG_ECONNRESET)
            socket_abandon(client);
        return ATTEMPT_LOST;
    }
    Okr__Reply *reply = okr__reply__unpack(NULL, nng_msg_len(message), nng_msg_body(message));
    nng_msg_free(message);
    if (!reply) {
        status_set(call->result, OKR__CODE__CODE_INTERNAL, OKR__REASON__REASON_MALFORMED,
                   "the reply is no Reply", NULL);
        return ATTEMPT_FAILED;
    }
    enum attempt outcome = take_reply(call, reply);
    okr__reply__free_unpacked(reply, NULL);
    return outcome;
}

static enum attempt try_once(struct rpc_client *client, struct call *call)
{
    int error = socket_open(client);
    if (error)
        return ATTEMPT_NOT_SENT;
    enum attempt outcome = send_request(client, call);
    return outcome == ATTEMPT_ANSWERED ? receive_reply(client, call) : outcome;
}

// ---- a whole call -----------------------------------------------------------------------------

// No final answer came in time. What can be said depends on what was sent.
static void give_up(const struct rpc_client *client, struct call *call)
{
    struct rpc_result *result = call->result;
    bool change = call->method->effect == OKR__EFFECT__EFFECT_CHANGE;
    if (call->maybe_done && change) {
        result->outcome_unknown = true;
        status_set(result, OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_OUTCOME_UNKNOWN,
                   "the change was sent and no answer came", NULL);
    } else if (call->maybe_done) {
        status_set(result, OKR__CODE__CODE_DEADLINE_EXCEEDED, OKR__REASON__REASON_DEADLINE,
                   "no answer came in time", NULL);
    } else if (!result->status) {
        status_set(result, OKR__CODE__CODE_UNAVAILABLE, OKR__REASON__REASON_UNSPECIFIED,
                   "no server answers at this address", client->address);
    }
}

static bool time_is_left(const struct rpc_client *client, const struct call *call)
{
    int64_t until = call->deadline;
    if (!client->connected)
        until = at_most(until, call->start + CONNECT_MS);
    return now_ms() < until;
}

// Whether an earlier try of a change may have been carried out, and the answer does not tell: who
// asked too much, or has no login any more, was turned away before anything was looked up.
static bool is_open(const struct call *call)
{
    const Okr__Status *status = call->result->status;
    bool change = call->method->effect == OKR__EFFECT__EFFECT_CHANGE;
    return change && call->maybe_done &&
           (status->code == OKR__CODE__CODE_UNAUTHENTICATED ||
            status->reason == OKR__REASON__REASON_TOO_MANY_CALLS);
}

static void run(struct rpc_client *client, struct call *call)
{
    for (unsigned tries = 0; time_is_left(client, call); tries++) {
        if (tries > 0)
            back_off(tries - 1, call->deadline);
        enum attempt outcome = try_once(client, call);
        if (outcome == ATTEMPT_ANSWERED) {
            call->result->outcome_unknown = is_open(call);
            return;
        }
        if (outcome == ATTEMPT_LOST)
            call->maybe_done = true;
        if (outcome == ATTEMPT_FAILED) {
            bool change = call->method->effect == OKR__EFFECT__EFFECT_CHANGE;
            call->result->outcome_unknown = change;
            return;
        }
    }
    give_up(client, call);
}

void rpc_call_with_id(struct rpc_client *client, enum rpc_id method,
                      const ProtobufCMessage *request, const uint8_t request_id[16],
                      struct rpc_result *ret)
{
    *ret = (struct rpc_result){0};
    struct call call = {
        .method = &rpc_methods[method],
        .request_id = request_id,
        .request = request,
        .start = now_ms(),
        .result = ret,
    };
    call.deadline = call.start + client->deadline_ms;
    run(client, &call);
}

void rpc_call(struct rpc_client *client, enum rpc_id method, const ProtobufCMessage *request,
              struct rpc_result *ret)
{
    uint8_t request_id[REQUEST_ID_BYTES];
    randombytes_buf(request_id, sizeof(request_id));
    bool read = rpc_methods[method].effect == OKR__EFFECT__EFFECT_READ;
    rpc_call_with_id(client, method, request, read ? NULL : request_id, ret);
}

void rpc_result_clear(struct rpc_result *result)
{
    status_free(result->status);
    if (result->reply)
        protobuf_c_message_free_unpacked(result->reply, NULL);
    *result = (struct rpc_result){0};
}
