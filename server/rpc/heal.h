// Watches for the one fault of nng before 1.6 that cannot be cured from outside: a peer that goes
// away with several requests unread can hang nng's reaper thread, and from then on each peer that
// goes leaks a descriptor. A probe of our own connects and goes now and then; when its going is
// never reported, the reaper hangs, and okrd has to drain and begin anew (clients retry, and lose
// nothing).
#ifndef OKR_SERVER_RPC_HEAL_H
#define OKR_SERVER_RPC_HEAL_H

#include <stdbool.h>
#include "server/rpc/listener.h"

struct heal;
// `socket_path`: the unix socket that we listen on ourselves.
struct heal *heal_new(const char *socket_path);
struct heal *heal_free(struct heal *heal);
void heal_peer(struct heal *heal, const struct peer_event *event);
void heal_tick(struct heal *heal);
// True once the reaper was found hanging.
bool heal_needed(const struct heal *heal);

#endif
