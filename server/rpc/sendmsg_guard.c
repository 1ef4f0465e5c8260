// Our own sendmsg, exported by the executable, so that libnng.so binds to it: the real one with
// MSG_NOSIGNAL, and EPIPE reported as ECONNRESET, which nng takes for what it is: this peer has
// gone.
#include "server/rpc/sendmsg_guard.h"
#include <dlfcn.h>
#include <errno.h>
#include <nng/nng.h>
#include <string.h>
#include <sys/socket.h>

#if NNG_MAJOR_VERSION == 1 && NNG_MINOR_VERSION < 6

typedef ssize_t sendmsg_fn(int, const struct msghdr *, int);

static sendmsg_fn *real_sendmsg(void)
{
    static sendmsg_fn *real;
    sendmsg_fn *known = __atomic_load_n(&real, __ATOMIC_RELAXED);
    if (!known) {
        void *found = dlsym(RTLD_NEXT, "sendmsg");
        memcpy(&known, &found, sizeof known);
        __atomic_store_n(&real, known, __ATOMIC_RELAXED);
    }
    return known;
}

__attribute__((visibility("default"))) ssize_t sendmsg(int fd, const struct msghdr *message,
                                                       int flags)
{
    ssize_t sent = real_sendmsg()(fd, message, flags | MSG_NOSIGNAL);
    if (sent < 0 && errno == EPIPE)
        errno = ECONNRESET;
    return sent;
}

bool sendmsg_guard(void)
{
    return real_sendmsg() != NULL;
}

#else

bool sendmsg_guard(void)
{
    return false;
}

#endif
