#include "client/web/http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static bool fail(int fd, const char **ret_error, const char *error)
{
    *ret_error = error ? error : strerror(errno);
    if (fd >= 0)
        close(fd);
    return false;
}

// A socket that nobody listens at any more makes room.
static bool remove_dead(const char *path, const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool alive = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    bool dead = !alive && errno == ECONNREFUSED;
    close(fd);
    return dead && unlink(path) == 0;
}

static bool open_unix(const char *path, struct listening *ret, const char **ret_error)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return fail(-1, ret_error, "the path of the socket is too long");
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail(fd, ret_error, NULL);
    const struct sockaddr *where = (const struct sockaddr *)&address;
    int bound = bind(fd, where, sizeof address);
    if (bound < 0 && errno == EADDRINUSE && remove_dead(path, &address))
        bound = bind(fd, where, sizeof address);
    if (bound < 0 || chmod(path, 0660) < 0 || listen(fd, BACKLOG) < 0)
        return fail(fd, ret_error, NULL);
    *ret = (struct listening){.fd = fd, .local = true, .unix_socket = true};
    return true;
}

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;
        return ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
    }
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;
    return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        return 0;
    if (address.ss_family == AF_INET)
        return ntohs(((struct sockaddr_in *)&address)->sin_port);
    return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
}

static bool open_address(const struct addrinfo *found, struct listening *ret,
                         const char **ret_error)
{
    int on = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail(fd, ret_error, NULL);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, found->ai_addr, found->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0)
        return fail(fd, ret_error, NULL);
    *ret = (struct listening){.fd = fd, .local = is_loopback(found->ai_addr), .port = port_of(fd)};
    return true;
}

// "127.0.0.1:8080", "[::1]:8080": numbers only, so that what is opened is what is written.
static bool open_tcp(const char *text, struct listening *ret, const char **ret_error)
{
    char host[64];
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    bool brackets = length > 2 && text[0] == '[' && text[length - 1] == ']';
    if (brackets) {
        text++;
        length -= 2;
    }
    if (!length || length >= sizeof host)
        return fail(-1, ret_error, "write it like 127.0.0.1:8080 or unix:/path/to.sock");
    memcpy(host, text, length);
    host[length] = '\0';
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_PASSIVE};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(host, colon + 1, &hints, &found);
    if (error)
        return fail(-1, ret_error, gai_strerror(error));
    bool opened = open_address(found, ret, ret_error);
    freeaddrinfo(found);
    return opened;
}

bool listen_open(const char *address, struct listening *ret, const char **ret_error)
{
    if (strncmp(address, "unix:", 5) == 0)
        return open_unix(address + 5, ret, ret_error);
    return open_tcp(address, ret, ret_error);
}
