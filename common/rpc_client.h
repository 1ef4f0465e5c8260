// A blocking client for one okrd: request and reply envelopes over an nng REQ socket, deadlines,
// and retries that are safe because a change carries the same request_id each time. It words
// nothing.
#ifndef OKR_COMMON_RPC_CLIENT_H
#define OKR_COMMON_RPC_CLIENT_H

#include "okr/methods.h"
#include "okr/v1/envelope.pb-c.h"

struct rpc_client;

struct rpc_options {
    const char
        *address;      // "ipc:///run/okrd/okrd.sock", "tcp://127.0.0.1:7440", "tls+tcp://host:port"
    const char *token; // NULL: anonymous
    const char *language; // "ja", "en"; NULL: none
    const char *as_of;    // reads of the past (see okr.v1.Request); NULL: of the present
    uint32_t deadline_ms; // for a whole call, retries included; 0: 30,000
};

struct rpc_result {
    Okr__Status
        *status; // never NULL; synthesised (UNAVAILABLE, DEADLINE_EXCEEDED) where no reply came
    int64_t revision;
    ProtobufCMessage *reply; // the method's reply type; NULL unless the code is OK
    char as_of[32];          // of a read of the past: the instant it shows, RFC 3339; else ""
    char time_zone[64];   // the organisation's, a name of the tz database; "" where no reply came
    char today[16];       // its day, YYYY-MM-DD; "" where no reply came
    bool outcome_unknown; // a change was sent, and whether it took place could not be learnt
};

// The options' strings are copied. Never fails for an unreachable server (calls do, later); NULL
// with *ret_error (static text) for an address that nng cannot parse, or out of memory.
struct rpc_client *rpc_client_new(const struct rpc_options *options, const char **ret_error);
struct rpc_client *rpc_client_free(struct rpc_client *client);

// One call. Retries while the deadline allows, with one request_id, after a lost connection and
// after UNAVAILABLE. Fills *ret always; free it with rpc_result_clear.
void rpc_call(struct rpc_client *client, enum rpc_id method, const ProtobufCMessage *request,
              struct rpc_result *ret);
// The same with a request_id (16 bytes) of the caller's, for one who keeps it over a restart.
void rpc_call_with_id(struct rpc_client *client, enum rpc_id method,
                      const ProtobufCMessage *request, const uint8_t request_id[16],
                      struct rpc_result *ret);
void rpc_result_clear(struct rpc_result *result);

#endif
