// A client that speaks nng's wire format by itself.
#include <arpa/inet.h>
#include <endian.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "tests/fault/fault.h"

enum { REPLY_MOST = 32 << 20 };

struct packed pack_message(const void *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *data = malloc(size + 1);
    if (!data)
        abort();
    protobuf_c_message_pack(message, data);
    return (struct packed){data, size};
}

struct packed pack_envelope(const struct envelope *e)
{
    Okr__Request request = OKR__REQUEST__INIT;
    request.method = (char *)(uintptr_t)(e->method ? e->method : rpc_methods[e->id].name);
    request.token = (char *)(uintptr_t)e->token;
    request.has_request_id = e->request_id != NULL;
    request.request_id = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)e->request_id};
    request.has_deadline_ms = e->deadline_ms != 0;
    request.deadline_ms = e->deadline_ms;
    request.has_body = e->body.data != NULL;
    request.body = (ProtobufCBinaryData){e->body.len, e->body.data};
    return pack_message(&request);
}

int wire_connect(const struct daemon *d, bool ipc)
{
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct sockaddr_in loopback = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)d->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    strcpy(local.sun_path, d->socket);
    int fd = socket(ipc ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval wait = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    int rv = ipc ? connect(fd, (struct sockaddr *)&local, sizeof local)
                 : connect(fd, (struct sockaddr *)&loopback, sizeof loopback);
    if (rv == 0)
        return fd;
    close(fd);
    return -1;
}

static bool put(int fd, const void *data, size_t len)
{
    const uint8_t *p = data;
    while (len > 0) {
        ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

static bool take(int fd, void *data, size_t len, int64_t until)
{
    uint8_t *p = data;
    while (len > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int64_t left = until - now_ms();
        if (poll(&ready, 1, left > 0 ? (int)left : 0) != 1)
            return false;
        ssize_t n = recv(fd, p, len, 0);
        if (n <= 0)
            return false;
        p += n;
        len -= (size_t)n;
    }
    return true;
}

bool wire_open(const struct daemon *d, bool ipc, struct wire *ret)
{
    static const uint8_t hello[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    uint8_t answer[8];
    *ret = (struct wire){wire_connect(d, ipc), ipc};
    if (ret->fd < 0)
        return false;
    if (put(ret->fd, hello, sizeof hello) && take(ret->fd, answer, sizeof answer, now_ms() + 10000))
        return true;
    wire_close(ret);
    return false;
}

void wire_close(struct wire *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

bool wire_send(const struct wire *w, uint32_t number, const void *data, size_t len)
{
    uint8_t *frame = malloc(13 + len), *p = frame;
    if (!frame)
        abort();
    uint64_t size = htobe64(len + 4);
    uint32_t tag = htobe32(number | 0x80000000);
    if (w->ipc)
        *p++ = 1;
    memcpy(p, &size, 8);
    memcpy(p + 8, &tag, 4);
    if (len)
        memcpy(p + 12, data, len);
    bool ok = put(w->fd, frame, (size_t)(p - frame) + 12 + len);
    free(frame);
    return ok;
}

uint8_t *wire_receive(const struct wire *w, int ms, uint32_t *ret_number, size_t *ret_len)
{
    int64_t until = now_ms() + ms;
    uint8_t kind = 1;
    uint64_t size;
    uint32_t tag;
    if ((w->ipc && !take(w->fd, &kind, 1, until)) || !take(w->fd, &size, 8, until))
        return NULL;
    size = be64toh(size);
    if (kind != 1 || size < 4 || size > REPLY_MOST || !take(w->fd, &tag, 4, until))
        return NULL;
    uint8_t *data = malloc(size);
    if (!data)
        abort();
    if (!take(w->fd, data, size - 4, until)) {
        free(data);
        return NULL;
    }
    *ret_number = be32toh(tag) & 0x7fffffff;
    *ret_len = size - 4;
    return data;
}

Okr__Reply *wire_call(const struct daemon *d, bool ipc, const struct envelope *e, int ms)
{
    struct wire w;
    struct packed request = pack_envelope(e);
    Okr__Reply *reply = NULL;
    if (wire_open(d, ipc, &w)) {
        uint32_t number;
        size_t len;
        uint8_t *data = wire_send(&w, 1, request.data, request.len)
                            ? wire_receive(&w, ms, &number, &len)
                            : NULL;
        if (data)
            reply = okr__reply__unpack(NULL, len, data);
        free(data);
        wire_close(&w);
    }
    free(request.data);
    return reply;
}

bool is_served(const struct daemon *d, bool ipc, int ms)
{
    struct envelope e = {.id = RPC_SERVER_GET_SERVER_INFO};
    Okr__Reply *reply = wire_call(d, ipc, &e, ms);
    bool ok = reply && reply->status && reply->status->code == OKR__CODE__CODE_OK;
    if (reply)
        okr__reply__free_unpacked(reply, NULL);
    return ok;
}
