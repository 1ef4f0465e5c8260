// The listening socket by its name. Knows addresses only.
#ifndef OKR_CLIENT_WEB_LISTEN_H
#define OKR_CLIENT_WEB_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

struct listening {
    int fd;
    bool local; // a unix socket or a loopback address
    bool unix_socket;
    uint16_t port;
};

// False: *ret_error (static text, or that of errno) says why.
bool listen_open(const char *address, struct listening *ret, const char **ret_error);

#endif
