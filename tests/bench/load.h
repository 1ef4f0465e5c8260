// The load on okrd: N clients, each an nng REQ socket of its own in this process, each with one
// call under way. It knows the envelope; what is asked comes from the caller.
#ifndef OKR_TESTS_BENCH_LOAD_H
#define OKR_TESTS_BENCH_LOAD_H

#include "okr/methods.h"
#include "tests/bench/bench.h"
#include "tests/bench/subject.h"

enum { LOAD_BODY_MAX = 128 };

struct load {
    const struct subject *subject;
    enum rpc_id method;
    int clients;
    double warm_s, window_s; // calls that end within the window count
    // What client i sends as its n-th call (0 is the first): writes at most LOAD_BODY_MAX bytes,
    // gives their number. Called from several threads, for one client never at the same time.
    size_t (*body)(void *ctx, int client, uint64_t n, uint8_t *space);
    const char *(*token)(void *ctx, int client);
    void *ctx;
};

// Dies when a call does not succeed. ret_calls (may be NULL): those that each client made, warm-up
// included.
struct figure load_run(const struct load *load, uint64_t *ret_calls);

#endif
