// A go-between that treats bytes badly: it stands on a socket of its own before another one (unix
// or loopback tcp), between a client and okrd or between okrd and PostgreSQL, and passes everything
// on until a rule says otherwise. It knows no protocol: a rule may name bytes to wait for.
#ifndef OKR_TESTS_FAULT_PROXY_H
#define OKR_TESTS_FAULT_PROXY_H

#include <stdbool.h>
#include <stddef.h>

struct proxy;

enum proxy_fault {
    PROXY_PASS,
    PROXY_DELAY,   // each piece waits `ms`
    PROXY_TRICKLE, // a byte every `ms`
    PROXY_HOLE,    // nothing passes any more, and nobody is told
    PROXY_CUT,     // both ends are closed
    PROXY_RESET,   // the same, abruptly (RST on tcp)
    PROXY_HALF,   // who sent what the rule waits for is not heard any more: its direction is closed
    PROXY_REFUSE, // PROXY_CUT, and nobody listens: new connections are refused
};
enum proxy_side { PROXY_CLIENT, PROXY_SERVER }; // of who connects, of who is connected to

struct proxy_rule {
    enum proxy_fault fault;
    enum proxy_side from; // whose bytes are looked at
    const char *marker;   // the fault begins when these have come …
    size_t marker_len;    // (at most 64; 0: from the first byte on)
    size_t after;         // … and so many more
    bool withhold;        // what comes from there on is not passed on; else that piece still is
    int ms;
    bool lasting; // meets every connection, also new ones; else the first one that comes to it
};

// Addresses: "unix:/path" or "tcp:PORT". Fails the test when it cannot listen. Runs in a thread.
struct proxy *proxy_new(const char *listen, const char *target);
struct proxy *proxy_free(struct proxy *proxy);
// From now on. A rule without a marker and `after` holds at once, for connections that are there
// too. PROXY_PASS heals: what was held back goes on.
void proxy_rule(struct proxy *proxy, const struct proxy_rule *rule);
void proxy_heal(struct proxy *proxy);
bool proxy_met(struct proxy *proxy);               // a connection has met the rule
bool proxy_await(struct proxy *proxy, int ms);     // until then
void proxy_drop(struct proxy *proxy);              // resets all connections
long proxy_connections(const struct proxy *proxy); // that were ever made

#endif
