// For programs: okrd's methods over HTTP as the Connect protocol has them, unary
// (https://connectrpc.com/docs/protocol). Every method of the contract but those that okrd grants
// to its own machine: their caller would be this process. It judges no request.
#ifndef OKR_CLIENT_WEB_CONNECT_H
#define OKR_CLIENT_WEB_CONNECT_H

#include "client/web/http/http.h"
#include "client/web/link/link.h"

// Whether the path names a service of the contract: "/okr.v1.…".
bool connect_is_path(const char *path);

// Answers the exchange, now or when okrd has. `token`: of the visitor's session, which reads (GET)
// may use; NULL: there is none.
void connect_serve(struct link *link, struct exchange *x, const char *token);

#endif
