// The server's clock: the machine's, or for demos, trials and tests one that starts at a given time
// and runs on from there. Business dates come from here; deadlines never do (they use
// CLOCK_MONOTONIC).
#ifndef OKR_SERVER_CLOCK_H
#define OKR_SERVER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

// Microseconds since the epoch, UTC.
int64_t clock_now(void);
// From now on clock_now() starts at `us` and runs on.
void clock_simulate(int64_t us);
bool clock_is_simulated(void);
// The organisation's time zone (a name of the tz database): what local days and minutes mean.
void clock_set_zone(const char *zone);
// Milliseconds that only ever grow.
int64_t clock_monotonic_ms(void);

#endif
