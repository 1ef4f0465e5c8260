// Requests as nng messages and replies back, and the replies that this end makes itself where no
// server answered. It must not know sockets.
#ifndef OKR_CLIENT_WEB_ENVELOPE_H
#define OKR_CLIENT_WEB_ENVELOPE_H

#include <nng/nng.h>
#include "client/web/link/link.h"

enum { ENVELOPE_ID_BYTES = 16 };

struct envelope_reply {
    Okr__Reply *reply; // NULL: there is none
};

nng_msg *envelope_pack(const struct link_ask *ask, uint32_t deadline_ms); // NULL: out of memory
// False: it is no reply, or that to another request.
bool envelope_unpack(nng_msg *message, const struct link_ask *ask, struct envelope_reply *ret);
void envelope_reply_clear(struct envelope_reply *reply);

// Whether asking again could do no better; whether the change may have been made all the same.
bool envelope_is_final(const struct envelope_reply *reply);
bool envelope_is_lost(const struct envelope_reply *reply);

void envelope_say(Okr__Code code, Okr__Reason reason, link_done *done, void *ctx);
void envelope_say_unknown(link_done *done, void *ctx);

#endif
