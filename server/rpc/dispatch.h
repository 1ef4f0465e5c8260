// The way of a call: through the gate, to its handler, down a lane or the writer, and back with a
// reply. Nothing else sends one.
#ifndef OKR_SERVER_RPC_DISPATCH_H
#define OKR_SERVER_RPC_DISPATCH_H

#include "server/rpc/listener.h"
#include "server/loop.h"

struct dispatch;

struct dispatch_options {
    struct loop *loop;
    struct listener *listener;
    const char *conninfo;
};

// Begins to connect to the database; it may be away, and may come later. NULL with a message.
struct dispatch *dispatch_open(const struct dispatch_options *options, char *error,
                               size_t error_size);
struct dispatch *dispatch_close(struct dispatch *dispatch);

void dispatch_message(struct dispatch *dispatch, struct message *message);
void dispatch_peer(struct dispatch *dispatch, const struct peer_event *event);
// Once per turn of the loop, after its messages.
void dispatch_turn(struct dispatch *dispatch);
void dispatch_tick(struct dispatch *dispatch);

// While the disk is nearly full, nothing is written; reads go on.
void dispatch_disk_full(struct dispatch *dispatch, bool full);
// From now on new calls are told to try again elsewhere or later; those under way are finished.
void dispatch_drain(struct dispatch *dispatch);
bool dispatch_idle(const struct dispatch *dispatch);
// The database was reached and read: calls can be served.
bool dispatch_ready(const struct dispatch *dispatch);
// Why this okrd cannot serve this database, now or later; NULL: nothing speaks against it.
const char *dispatch_trouble(const struct dispatch *dispatch);

#endif
