// How long to wait after so many failures: twice as long at most each time, the rest is chance, so
// that agents that failed together do not come back together.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_BACKOFF_H
#define OKR_CLIENT_PLAN_SYNC_RUN_BACKOFF_H

#include <stdint.h>

// A number of 0 to bound - 1, bound being at least 1. libsodium's randombytes_uniform, but for
// tests.
typedef uint32_t run_random(uint32_t bound);

struct run_backoff {
    int64_t first_ms;
    int64_t most_ms;
};

extern const struct run_backoff run_backoff_server; // 1 s to 5 min
extern const struct run_backoff run_backoff_file;   // 2 s to 15 min
extern const struct run_backoff run_backoff_denied; // 30 s to 15 min

// `failures` is 1 after the first. At least first_ms, at most first_ms doubled with each failure,
// never more than most_ms.
int64_t run_backoff_ms(const struct run_backoff *backoff, unsigned failures, run_random *random);

#endif
