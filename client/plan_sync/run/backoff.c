// Full jitter above a floor: with the floor alone a service that restarts is found again at once,
// and nothing comes back so soon that it hammers.
#include "client/plan_sync/run/backoff.h"

const struct run_backoff run_backoff_server = {.first_ms = 1000, .most_ms = 5 * 60 * 1000};
const struct run_backoff run_backoff_file = {.first_ms = 2000, .most_ms = 15 * 60 * 1000};
const struct run_backoff run_backoff_denied = {.first_ms = 30 * 1000, .most_ms = 15 * 60 * 1000};

int64_t run_backoff_ms(const struct run_backoff *backoff, unsigned failures, run_random *random)
{
    int64_t most = backoff->first_ms;
    for (unsigned i = 1; i < failures && most < backoff->most_ms; i++)
        most *= 2;
    if (most > backoff->most_ms)
        most = backoff->most_ms;
    uint32_t room = (uint32_t)(most - backoff->first_ms);
    return backoff->first_ms + random(room + 1);
}
