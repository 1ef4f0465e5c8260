// The inside of a link, shared by what connects it (link_connect.c) and what uses it (link.c).
// Nobody else includes it.
#ifndef OKR_SERVER_PG_LINK_PRIVATE_H
#define OKR_SERVER_PG_LINK_PRIVATE_H

#include "server/pg/link.h"

struct expected {
    void *owner;
    int index;
    bool sync;
    bool answered;
    int64_t limit_ms; // of a sync: how long nothing may be heard
};

enum link_state {
    LINK_DOWN,       // until next_try_ms
    LINK_RESOLVING,  // its server's name is being looked up
    LINK_CONNECTING, // to candidate `at`, until limit_ms
    LINK_PREPARING,  // session and statements are being set up, until limit_ms without an answer
    LINK_UP,
};

struct link {
    struct link_options options;
    PGconn *conn;
    enum link_state state;
    size_t at;
    unsigned generation; // grows with each socket that was dropped
    int64_t next_try_ms, limit_ms, heard_ms;
    bool wants_write, warned;
    bool quiet;       // why it is down was said
    bool bad, misfit; // something could not be prepared; as the schema is not the statements'
    char error[256], session[64];
    struct expected *ring; // what was sent and not answered, in order
    size_t ring_size, first, count;
};

// PostgreSQL's type for a letter of a statement; 0: to be inferred.
Oid link_type(char letter);
bool link_expect(struct link *link, void *owner, int index, int64_t limit_ms); // 0: no sync
void link_on_socket(void *ctx, uint32_t events);

// Connecting.
void link_connect_tick(struct link *link);
void link_connect_step(struct link *link);                          // its socket is ready
void link_prepared(struct link *link, int index, PGresult *result); // takes the result; NULL: sync
void link_attempt_failed(struct link *link, const char *why);
void link_drop(struct link *link); // the socket, and all that was expected of it

#endif
