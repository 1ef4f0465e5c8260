// One call to okrd from its first attempt to its last: a copy of what is asked, and how long it
// has.
#ifndef OKR_CLIENT_WEB_ASKED_H
#define OKR_CLIENT_WEB_ASKED_H

#include "client/web/link/envelope.h"

struct asked {
    struct asked *next;
    struct link_ask ask; // its pointers are into `memory`
    char *memory;
    link_done *done;
    void *ctx;
    int64_t start, deadline, not_before;
    unsigned tries;
    bool maybe_done;            // an attempt got lost on the way, so a change may have taken place
    struct envelope_reply last; // the server's last word, if it is not final
};

int64_t asked_now_ms(void);                          // of the monotonic clock
struct asked *asked_new(const struct link_ask *ask); // NULL: out of memory
struct asked *asked_free(struct asked *asked);       // takes NULL, returns NULL

#endif
