// A server for the client's tests: one thread, one REP socket, and a function that plays okrd's
// part. It knows the envelope and nothing of okrd.
#ifndef OKR_TESTS_UNIT_CLI_FAKE_SERVER_H
#define OKR_TESTS_UNIT_CLI_FAKE_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include "okr/v1/envelope.pb-c.h"

enum fake_action { FAKE_ANSWER, FAKE_HANG_UP, FAKE_STAY_SILENT };

#define FAKE_BODY_BYTES 65536

// What a play answers with: a code, and either a body (bytes) or a whole status.
struct fake_reply {
    Okr__Status status;
    uint8_t body[FAKE_BODY_BYTES];
    size_t body_size;
    bool wrong_id;
};

typedef enum fake_action (*fake_play)(const Okr__Request *request, struct fake_reply *reply,
                                      void *context);

struct fake_server {
    char address[128];
    fake_play play;
    void *context;
    pthread_t thread;
    atomic_bool stop;
};

static inline void fake_body(struct fake_reply *reply, const ProtobufCMessage *message)
{
    reply->body_size = protobuf_c_message_get_packed_size(message);
    if (reply->body_size > sizeof(reply->body))
        abort();
    protobuf_c_message_pack(message, reply->body);
}

static inline nng_socket fake_listen(const char *address)
{
    nng_socket socket;
    unlink(address + strlen("ipc://"));
    if (nng_rep0_open(&socket) || nng_socket_set_ms(socket, NNG_OPT_RECVTIMEO, 50) ||
        nng_listen(socket, address, NULL, 0))
        abort();
    return socket;
}

static inline void fake_send(nng_socket socket, const Okr__Request *request,
                             struct fake_reply *answer)
{
    static uint8_t other_id[16];
    Okr__Reply reply = OKR__REPLY__INIT;
    static char today[] = "2021-03-01";
    reply.today = today;
    reply.status = &answer->status;
    reply.has_body = answer->status.code == OKR__CODE__CODE_OK;
    reply.body.data = answer->body;
    reply.body.len = answer->body_size;
    reply.has_request_id = request->has_request_id;
    reply.request_id = request->request_id;
    if (answer->wrong_id)
        reply.request_id.data = other_id;
    nng_msg *message = NULL;
    if (nng_msg_alloc(&message, okr__reply__get_packed_size(&reply)))
        abort();
    okr__reply__pack(&reply, nng_msg_body(message));
    if (nng_sendmsg(socket, message, 0))
        nng_msg_free(message);
}

static inline void fake_serve_one(struct fake_server *fake, nng_socket *socket, nng_msg *message)
{
    Okr__Request *request = okr__request__unpack(NULL, nng_msg_len(message), nng_msg_body(message));
    nng_msg_free(message);
    if (!request)
        abort();
    struct fake_reply *reply = calloc(1, sizeof(*reply));
    if (!reply)
        abort();
    okr__status__init(&reply->status);
    reply->status.has_code = 1;
    enum fake_action action = fake->play(request, reply, fake->context);
    if (action == FAKE_ANSWER) {
        fake_send(*socket, request, reply);
    } else if (action == FAKE_HANG_UP) {
        nng_close(*socket);
        *socket = fake_listen(fake->address);
    }
    free(reply);
    okr__request__free_unpacked(request, NULL);
}

static inline void *fake_run(void *context)
{
    struct fake_server *fake = context;
    nng_socket socket = fake_listen(fake->address);
    while (!fake->stop) {
        nng_msg *message = NULL;
        if (nng_recvmsg(socket, &message, 0) == 0)
            fake_serve_one(fake, &socket, message);
    }
    usleep(50000);
    nng_close(socket);
    return NULL;
}

static inline void fake_start(struct fake_server *fake, fake_play play, void *context)
{
    static int count;
    snprintf(fake->address, sizeof(fake->address), "ipc:///tmp/okr-fake-%ld-%d.sock",
             (long)getpid(), count++);
    fake->play = play;
    fake->context = context;
    fake->stop = false;
    if (pthread_create(&fake->thread, NULL, fake_run, fake))
        abort();
}

static inline void fake_stop(struct fake_server *fake)
{
    fake->stop = true;
    pthread_join(fake->thread, NULL);
    unlink(fake->address + strlen("ipc://"));
}

#endif
