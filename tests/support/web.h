// okr-web as a browser or a program meets it: the program itself, and plain HTTP over a socket.
#ifndef OKR_TESTS_SUPPORT_WEB_H
#define OKR_TESTS_SUPPORT_WEB_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "tests/support/okrd.h"

struct web {
    pid_t pid;
    uint16_t port;
    char socket[64]; // "": it listens on the port
    char log[64];
};

// Starts one before `okrd`, on a free port of loopback.
void web_start(struct web *web, const struct okrd *okrd);
// On a unix socket, as behind an auth proxy: it believes X-Test-Address.
void web_start_behind(struct web *web, const struct okrd *okrd);
void web_stop(struct web *web);
// Every limit on descriptors of this process raised; the program inherits it.
int web_connect(const struct web *web); // a socket to it, blocking, with a time-out of 20 s
void web_send(int fd, const char *text, size_t size);

struct answer {
    int status;  // 0: the connection ended without one
    char *whole; // head and body, with a NUL behind
    char *body;  // within it
    size_t size; // of the body
};
// One request on a connection of its own: `headers` are lines that end in CRLF; body NULL: none.
void web_ask(const struct web *web, const char *method, const char *target, const char *headers,
             const char *body, size_t size, struct answer *ret);
// With the token as the browser's session; and as a program does.
void web_get(const struct web *web, const char *token, const char *target, struct answer *ret);
void web_call(const struct web *web, const char *token, const char *method, const char *json,
              struct answer *ret);
void answer_clear(struct answer *answer);
// The value of a header; "" where there is none. Good until the next call.
const char *answer_header(const struct answer *answer, const char *name);
void answer_expect(const struct answer *answer, int status, const char *in_body);

#endif
