#include "server/pg/endpoint.h"
#include <libpq-fe.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "server/clock.h"

enum { MAX_HOSTS = 16, MAX_ADDRESSES = 32, ADDRESS_SIZE = 64, RESOLVE_AGAIN_MS = 5000 };

struct host {
    char *name, *address, *port; // NULL: the conninfo's default
    struct addrinfo hints;
    struct gaicb request;
};

struct endpoint {
    char *conninfo;
    char *names, *addresses, *ports; // what the hosts point into
    struct host hosts[MAX_HOSTS];
    size_t n_hosts;
    struct {
        const struct host *host;
        char address[ADDRESS_SIZE]; // "": libpq need not be told
    } found[MAX_ADDRESSES];
    size_t n_found, preferred;
    struct gaicb *requests[MAX_HOSTS];
    int n_requests; // under way
    int64_t resolve_at_ms;
};

// The conninfo's value, or what the environment says; owned by the caller.
static char *option(const PQconninfoOption *given, const PQconninfoOption *defaults,
                    const char *keyword)
{
    for (; given->keyword; given++)
        if (strcmp(given->keyword, keyword) == 0 && given->val && *given->val)
            return strdup(given->val);
    for (; defaults && defaults->keyword; defaults++)
        if (strcmp(defaults->keyword, keyword) == 0 && defaults->val && *defaults->val)
            return strdup(defaults->val);
    return NULL;
}

// The next of a list parted by commas, cut out of it; NULL at its end.
static char *next_part(char **list)
{
    char *part = *list;
    if (!part)
        return NULL;
    char *comma = strchr(part, ',');
    *list = comma ? comma + 1 : NULL;
    if (comma)
        *comma = '\0';
    return part;
}

// As libpq pairs them: lists of one length, or one port for all.
static void split(struct endpoint *e)
{
    char *names = e->names, *addresses = e->addresses, *ports = e->ports, *port = NULL;
    do {
        struct host *host = &e->hosts[e->n_hosts++];
        host->name = next_part(&names);
        host->address = next_part(&addresses);
        char *own = next_part(&ports);
        port = own ? own : port;
        host->port = port && *port ? port : NULL;
    } while ((names || addresses) && e->n_hosts < MAX_HOSTS);
}

struct endpoint *endpoint_new(const char *conninfo, char *error, size_t error_size)
{
    char *message = NULL;
    struct endpoint *e = calloc(1, sizeof *e);
    PQconninfoOption *given = PQconninfoParse(conninfo, &message);
    if (!e || !given) {
        snprintf(error, error_size, "%s", message ? message : "out of memory");
        PQfreemem(message);
        PQconninfoFree(given);
        return endpoint_free(e);
    }
    PQconninfoOption *defaults = PQconndefaults();
    e->conninfo = strdup(conninfo);
    e->names = option(given, defaults, "host");
    e->addresses = option(given, defaults, "hostaddr");
    e->ports = option(given, defaults, "port");
    PQconninfoFree(given);
    PQconninfoFree(defaults);
    split(e);
    return e->conninfo ? e : endpoint_free(e);
}

struct endpoint *endpoint_free(struct endpoint *e)
{
    if (!e)
        return NULL;
    for (int i = 0; i < e->n_requests; i++)
        if (gai_cancel(e->requests[i]) == EAI_NOTCANCELED)
            return NULL; // a name server is still being asked: the answer needs its place
    free(e->conninfo);
    free(e->names);
    free(e->addresses);
    free(e->ports);
    free(e);
    return NULL;
}

const char *endpoint_conninfo(const struct endpoint *e)
{
    return e->conninfo;
}

// A path of a unix socket, or an address: nothing to look up.
static bool is_name(const struct host *host)
{
    if (!host->name || !*host->name || (host->address && *host->address))
        return false;
    return *host->name != '/' && *host->name != '@' &&
           strspn(host->name, "0123456789.") != strlen(host->name) && !strchr(host->name, ':');
}

static void add(struct endpoint *e, const struct host *host, const char *address)
{
    if (e->n_found == MAX_ADDRESSES)
        return;
    e->found[e->n_found].host = host;
    snprintf(e->found[e->n_found++].address, ADDRESS_SIZE, "%s", address);
}

static void add_resolved(struct endpoint *e, struct host *host)
{
    for (struct addrinfo *at = host->request.ar_result; at; at = at->ai_next) {
        char text[ADDRESS_SIZE];
        if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) ==
            0)
            add(e, host, text);
    }
    if (host->request.ar_result)
        freeaddrinfo(host->request.ar_result);
    host->request.ar_result = NULL;
}

static void collect(struct endpoint *e)
{
    e->n_found = 0;
    e->n_requests = 0;
    for (size_t i = 0; i < e->n_hosts; i++) {
        if (is_name(&e->hosts[i]))
            add_resolved(e, &e->hosts[i]);
        else
            add(e, &e->hosts[i], e->hosts[i].address ? e->hosts[i].address : "");
    }
    if (e->preferred >= e->n_found)
        e->preferred = 0;
}

static void ask(struct endpoint *e)
{
    for (size_t i = 0; i < e->n_hosts; i++) {
        struct host *host = &e->hosts[i];
        if (!is_name(host))
            continue;
        host->hints = (struct addrinfo){.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
        host->request = (struct gaicb){.ar_name = host->name, .ar_request = &host->hints};
        e->requests[e->n_requests++] = &host->request;
    }
    if (e->n_requests && getaddrinfo_a(GAI_NOWAIT, e->requests, e->n_requests, NULL) != 0)
        e->n_requests = 0; // out of memory: another time
}

bool endpoint_resolve(struct endpoint *e)
{
    int64_t now = clock_monotonic_ms();
    if (!e->n_requests && now < e->resolve_at_ms)
        return true;
    if (!e->n_requests)
        ask(e);
    for (int i = 0; i < e->n_requests; i++)
        if (gai_error(e->requests[i]) == EAI_INPROGRESS)
            return e->n_found > 0; // what was known goes on meanwhile
    collect(e);
    e->resolve_at_ms = now + RESOLVE_AGAIN_MS;
    return true;
}

size_t endpoint_count(const struct endpoint *e)
{
    return e->n_found;
}

static size_t place(const struct endpoint *e, size_t at)
{
    if (at == 0)
        return e->preferred;
    return at <= e->preferred ? at - 1 : at;
}

struct candidate endpoint_candidate(const struct endpoint *e, size_t at)
{
    size_t i = place(e, at);
    const struct host *host = e->found[i].host;
    const char *address = e->found[i].address;
    return (struct candidate){host->name, *address ? address : NULL, host->port};
}

void endpoint_answered(struct endpoint *e, size_t at)
{
    if (place(e, at) < e->n_found)
        e->preferred = place(e, at);
}
