// The inside of the load: clients, their tries, and what they keep of them. fault_load.c runs the
// clients, fault_client.c makes one call, fault_work.c chooses what each client does.
#ifndef OKR_TESTS_FAULT_LOAD_PRIVATE_H
#define OKR_TESTS_FAULT_LOAD_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include "tests/fault/load.h"

enum { CLIENTS_MOST = 64, GOALS_MOST = 64, NOTE = 200 };

struct thing { // that is changed by compare-and-set
    int64_t id, version;
};

// One call: what is sent again in each try of it.
struct op {
    enum rpc_id method;
    const char *token;
    uint8_t id[16];     // request_id
    struct packed body; // owned
    char note[NOTE];    // what the history keeps of the request
};

struct answer {
    bool came;
    Okr__Code code;
    Okr__Reason reason;
    int64_t conflict_version; // what the thing has, where the change came too late; else 0
    ProtobufCMessage *reply;  // owned; NULL unless OK
};

struct client {
    struct load *load;
    int number;
    pthread_t thread;
    void (*work)(struct client *client); // one step, again and again
    struct wire wire;
    const struct daemon *peer; // whom the wire leads to
    int connection;            // its number
    int64_t sent_ms;           // its last try
    uint32_t tries;            // the wire's numbers of requests
    unsigned random;           // rand_r
    long made;                 // marks are made from it
    struct op *done;           // acknowledged changes, to be asked again
    size_t n, room;
    struct thing goal, shared, project; // as it knows them
    int64_t after;                      // of a watch
    int64_t last;                       // revision that an answer spoke of
};

struct load {
    int number; // of all loads of this program: marks are made from it
    struct load_options options;
    _Atomic(const struct daemon *) daemon;
    struct client clients[CLIENTS_MOST];
    int n;
    bool ended;
    atomic_bool enough, over; // begin nothing new; give up what is under way
    atomic_long acknowledged;
    _Atomic int64_t fresh_since,
        fresh; // load_serves: a change sent after this was acknowledged then
    atomic_int connections;
};

// An op with a new request_id and the packed message as its body.
struct op op_new(enum rpc_id method, const char *token, const void *message, const char *format,
                 ...) __attribute__((format(printf, 4, 5)));
void op_clear(struct op *op);
void answer_clear(struct answer *answer);
// One try, written down. Whatever is not answered costs the connection.
struct answer client_try(struct client *client, const struct op *op);
// Tries until the answer is definite, or the load is over.
struct answer client_call(struct client *client, const struct op *op);
// The same for a change; one that is acknowledged is kept for being asked again (and owned then).
struct answer client_change(struct client *client, struct op *op);
unsigned client_chance(struct client *client, unsigned below);
void client_close(struct client *client);

void work_write(struct client *client);
void work_read(struct client *client);
void work_watch(struct client *client);
void work_publish(struct client *client);
void work_probe(struct client *client);
void work_prepare(struct load *load); // goals for those who write

#endif
