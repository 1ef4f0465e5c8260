// Where a test of recorded clients plays: an okrd on its private cluster, or on one or two servers
// behind go-betweens; a world in it; clients and their history; and the check at the end.
#ifndef OKR_TESTS_FAULT_STAGE_H
#define OKR_TESTS_FAULT_STAGE_H

#include "tests/fault/load.h"
#include "tests/fault/postgres.h"

struct stage {
    struct daemon *okrd;
    struct postgres *primary, *standby; // NULL: a private cluster; none
    struct world world;
    struct history *history;
    struct load *load;
    int histories;
    uint32_t seed;      // of the clients that play
    char conninfo[400]; // of okrd, through the go-betweens
};

enum { STAGE_PATIENCE_MS = 60000 };

// Everything runs, without clients. `servers`: 0 (a private cluster), 1 or 2. `program`: NULL:
// okrd.
struct stage *stage_new(int servers, const char *program);
struct stage *stage_free(struct stage *stage); // takes NULL
// Clients begin: those that the options name; daemon, world, history and, where it is 0, the seed
// (SEED of the environment, else chance) are filled in. Prints the seed.
void stage_begin(struct stage *stage, const struct load_options *clients);
// They end, ask everything again, and what they saw is checked. How many faults there are, and
// their kinds; `found` NULL: what the checker says is printed.
int stage_end(struct stage *stage, char *found, size_t size);
// The milliseconds until a change is acknowledged; fails the test when none is.
int stage_serves(struct stage *stage);
void stage_promote(struct stage *stage); // the standby, which is the primary now
void stage_mend(struct stage *stage);    // the other one begins anew as its standby

#endif
