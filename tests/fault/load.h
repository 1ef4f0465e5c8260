// Clients that work against an okrd while it is treated badly, and write down each try (history.h):
// compare-and-set changes of goals and projects, plans that are published, reads, watches, retries
// and calls that have to be refused. Each client is a thread with one connection of its own and one
// call at a time; it repeats a change with its request_id until the answer is definite.
#ifndef OKR_TESTS_FAULT_LOAD_H
#define OKR_TESTS_FAULT_LOAD_H

#include "tests/fault/fault.h"
#include "tests/fault/history.h"

struct load;

struct load_options {
    const struct daemon *daemon; // whom the clients call; load_turn changes it
    const struct world *world;
    struct history *history;
    uint32_t seed; // of what each client chooses
    int writers, readers, watchers;
    bool plans, probes;   // one client that publishes plans; one that must be refused
    uint32_t deadline_ms; // of one try
    int pace_ms;          // between two calls of a client
};

// Makes what the clients need (goals, a second member and project) through calls, then starts them.
// Fails the test when that cannot be made.
struct load *load_start(const struct load_options *options);
// From now on the clients call this one, from their next connection on.
void load_turn(struct load *load, const struct daemon *daemon);
long load_acknowledged(const struct load *load); // changes, so far
// Waits until a change that was sent after now is acknowledged; the milliseconds, or -1 after `ms`.
int load_serves(struct load *load, int ms);
// The clients bring what they have begun to a definite answer, for so long at most, and end.
// Watches follow up to the last revision.
void load_stop(struct load *load, int ms);
// Sends every acknowledged change again, with its request_id: the answers go into the history.
void load_replay(struct load *load);
struct load *load_free(struct load *load);

#endif
