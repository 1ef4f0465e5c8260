// The way to okrd: calls that end on the loop of whoever asks. A small pool of REQ sockets, at most
// two calls in flight on each (a client with more that dies hangs the server's nng before 1.6), the
// others wait in line. Attempts that got lost are made again with the same request_id, until the
// deadline. It knows envelopes and no method, and nothing of HTTP.
#ifndef OKR_CLIENT_WEB_LINK_H
#define OKR_CLIENT_WEB_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "okr/v1/envelope.pb-c.h"

struct link;

// Sockets for ordinary calls, and for calls that wait at the server until something happens.
enum link_lane { LINK_ORDINARY, LINK_WAITING };

struct link_ask {
    const char *method; // "okr.v1.BoardService/GetBoard"
    const uint8_t *body;
    size_t body_size;
    const char *token;         // NULL: anonymous
    const char *language;      // NULL: none
    const char *as_of;         // NULL: the present
    const uint8_t *request_id; // 16 bytes; NULL: a read
    uint32_t deadline_ms;      // for the whole, retries included; 0: 30,000
    enum link_lane lane;
};

// `reply` is gone after the call; its status is never NULL. `outcome_unknown`: a change was sent,
// and whether it took place could not be learnt.
typedef void link_done(void *ctx, const Okr__Reply *reply, bool outcome_unknown);

// `address` as login_server() gives it. NULL with *ret_error (static text) when nng cannot parse
// it, or out of memory. An unreachable server shows in the calls.
struct link *link_new(const char *address, const char **ret_error);
struct link *link_free(struct link *link);

// Copies what it is given. `done` is called from link_run() once, also when there is no memory or
// no answer. Never NULL's.
void link_call(struct link *link, const struct link_ask *ask, link_done *done, void *ctx);

int link_fd(const struct link *link);      // readable when link_run() has something to do
void link_run(struct link *link);          // ends calls, begins those that wait
int link_wait_ms(const struct link *link); // until link_run() is due anyway; -1: never

#endif
