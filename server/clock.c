#include "server/clock.h"
#include <stdlib.h>
#include <time.h>

static int64_t offset_us;
static bool simulated;

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME) + offset_us;
}

void clock_simulate(int64_t us)
{
    offset_us = us - read_clock(CLOCK_REALTIME);
    simulated = true;
}

bool clock_is_simulated(void)
{
    return simulated;
}

int64_t clock_monotonic_ms(void)
{
    return read_clock(CLOCK_MONOTONIC) / 1000;
}

void clock_set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}
