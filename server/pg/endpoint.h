// Where a database is: the servers that a conninfo names, one after the other, and their addresses.
// Names are looked up by the C library's own threads, so that nobody waits for a name server. All
// connections to one database share an endpoint, and with it what was learnt: who answered last.
#ifndef OKR_SERVER_PG_ENDPOINT_H
#define OKR_SERVER_PG_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

struct endpoint;

// NULL with a message: the conninfo is malformed.
struct endpoint *endpoint_new(const char *conninfo, char *error, size_t error_size);
struct endpoint *endpoint_free(struct endpoint *endpoint);
const char *endpoint_conninfo(const struct endpoint *endpoint);

// Looks the names up if that is due. False while it is under way; never waits.
bool endpoint_resolve(struct endpoint *endpoint);

// One address to try; what is NULL is the conninfo's to say. Valid until endpoint_resolve.
struct candidate {
    const char *host, *address, *port;
};
size_t endpoint_count(const struct endpoint *endpoint);
// The one that answered last comes first (at = 0), then the others in the conninfo's order.
struct candidate endpoint_candidate(const struct endpoint *endpoint, size_t at);
void endpoint_answered(struct endpoint *endpoint, size_t at);

#endif
