// The only file pair of the server that knows nng: receive a message with its peer, send a reply, a
// peer came, a peer went. A raw REP socket that the loop drains; nng's own threads do the socket
// work.
//
// nng before 1.6 has faults that a peer can trigger without a token. What answers them:
//   an accept loop that ends with EPIPE     sendmsg_guard.c
//   a reaper thread that hangs              heal.c, which uses the peer events given here
//   one peer's unread replies               its own are dropped (raw mode); calls in flight are
//   capped a declared length of gigabytes          RECVMAXSZ, set before listening
#ifndef OKR_SERVER_RPC_LISTENER_H
#define OKR_SERVER_RPC_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LISTENER_MESSAGE_MAX = 4 << 20, LISTENER_MAX_PEERS = 4096 };

struct listener;
struct message; // one received message; carries the way back to its peer

struct peer {
    uint32_t id; // nng's pipe id; not reused soon
    bool local;  // through a unix socket
    bool has_uid;
    uint64_t uid, pid; // of the process that connected, from the kernel
};

struct peer_event {
    bool gone;
    struct peer peer;
};

// Addresses as nng writes them; only ipc://, tcp:// to loopback. NULL with a message in `error`.
struct listener *listener_open(char *const *addresses, size_t n, char *error, size_t error_size);
struct listener *listener_close(struct listener *listener);

int listener_receive_fd(const struct listener *listener); // readable while messages wait
int listener_event_fd(const struct listener *listener);   // readable while peer events wait

// The next peer event, in the order they happened; false when there is none.
bool listener_event(struct listener *listener, struct peer_event *ret);
// The next message; false when none waits, or while replies do: whoever asks faster than nng's
// thread sends is slowed down, and the replies of others do not queue up behind. The caller owns it
// until listener_reply or _discard.
bool listener_receive(struct listener *listener, struct message **ret);
const uint8_t *message_data(const struct message *message, size_t *ret_len);
uint32_t message_peer(const struct message *message);

// Room for a reply of `size` bytes in the message itself, its old contents gone; NULL: out of
// memory.
uint8_t *message_reply_space(struct message *message, size_t size);
// Sends what was written there. To a peer that has gone, or does not read, it is dropped.
void listener_reply(struct listener *listener, struct message *message);
void message_discard(struct message *message);
// Sends what had to wait; called by the loop's tick.
void listener_flush(struct listener *listener);

#endif
