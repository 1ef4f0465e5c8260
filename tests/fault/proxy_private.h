// The inside of a go-between: fault_proxy.c has its sockets and its thread, fault_proxy_flow.c what
// happens to the bytes of a connection.
#ifndef OKR_TESTS_FAULT_PROXY_PRIVATE_H
#define OKR_TESTS_FAULT_PROXY_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include "tests/fault/proxy.h"

enum { PAIRS = 512, PIECE = 128 << 10, MARKER = 64 };

struct flow { // from one side to the other
    uint8_t data[PIECE];
    size_t len;
    int64_t due;          // when the next of it may go on
    uint8_t tail[MARKER]; // what was read last
    size_t tail_len;
    size_t seen;        // bytes behind the marker
    bool marked, met;   // the rule's marker has come; all of the rule has
    bool ended, passed; // its source has ended; and that was passed on
};

struct pair {
    int fd[2]; // PROXY_CLIENT, PROXY_SERVER; -1: free
    struct flow flow[2];
    struct proxy_rule fault; // that it is treated by
};

struct proxy {
    int listener; // -1: refuses
    char listen[128], target[128];
    pthread_t thread;
    pthread_mutex_t lock;
    struct proxy_rule rule; // armed
    char marker[MARKER];
    bool armed, met, drop, over;
    atomic_long connections;
    struct pair *pairs[PAIRS];
    int n;
};

// A rule that waits for nothing.
bool proxy_at_once(const struct proxy_rule *rule);
// The pair has come to the rule that is armed: it is treated so from now on.
void pair_meet(struct proxy *x, struct pair *p);
void pair_close(struct pair *p, bool abruptly);
// What a side has sent is read; false when the pair has to be closed. Then what may pass is sent
// on.
bool pair_read(struct proxy *x, struct pair *p, int side);
void pair_pass(struct pair *p, int side);
void pair_forget_rule(struct pair *p);

#endif
