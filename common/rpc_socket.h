// An nng REQ socket that asks one okrd, as our clients need it: how it dials and how it is given
// up. It must not know what is sent.
#ifndef OKR_COMMON_RPC_SOCKET_H
#define OKR_COMMON_RPC_SOCKET_H

#include <nng/nng.h>

enum { RPC_REPLY_MOST_BYTES = 16 * 1024 * 1024 };

// Dials without waiting: an unreachable server shows at the first send. Returns nng's error, 0 for
// none.
int rpc_socket_open(const char *address, nng_socket *ret);

// Closes a socket with a request under way: nng 1.5.2 can hang in that, so a thread of its own
// does.
void rpc_socket_abandon(nng_socket socket);

#endif
