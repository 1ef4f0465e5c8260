// The audit log's rows: how they are chained, listed and read back for a check. Rows are written by
// the writer alone, in the transaction of the change; nothing here writes.
#ifndef OKR_SERVER_AUDIT_AUDIT_ROWS_H
#define OKR_SERVER_AUDIT_AUDIT_ROWS_H

#include "server/call/call.h"

enum { AUDIT_HASH_BYTES = 32 };

// What one row says, as the hash sees it. Texts may be NULL, `request_id` has 16 bytes and
// `request_hash` 32.
struct audit_entry {
    int64_t revision;
    int64_t at; // microseconds since 1970-01-01 UTC
    const char *actor;
    const char *role;
    const char *agent;
    const char *method;
    const char *resource;
    const char *before;
    const char *after;
    const char *reason;
    const uint8_t *request_id;
    const uint8_t *request_hash;
    struct bytes reply;
    const uint8_t *reply_hash; // SHA-256 of the reply where only that is at hand; NULL: `reply` is
};

// The link of the chain that `entry` makes: SHA-256 over prev (32 bytes), revision and at (8 bytes
// each), actor, role, agent, method, resource, before and after (each 4 bytes of length and its
// bytes; the length 0xffffffff alone for NULL), the reason in the same way if there is one (older
// rows have none), request_id, request_hash, and the SHA-256 of the
// reply. Numbers are big-endian; `out` may be `prev`. The row before the first one has the hash
// SHA-256("okrd").
void audit_hash(const struct audit_entry *entry, const uint8_t prev[AUDIT_HASH_BYTES],
                uint8_t out[AUDIT_HASH_BYTES]);
void audit_genesis(uint8_t out[AUDIT_HASH_BYTES]);

// Which rows a list wants. `after` is a revision that was seen already, in the order of the list;
// with newest_first and 0 the list begins at the newest.
struct audit_filter {
    int64_t after;
    int32_t limit;
    const char *resource; // NULL: any
    const char *actor;    // NULL: anybody
    bool newest_first;
};

// One row more than the limit is asked for; fewer come back than are there when their texts grow
// over some megabytes.
struct asked audit_ask_list(struct call *call, const struct audit_filter *filter);
// Adds up to `limit` rows to the list, and says whether there are more.
void audit_list(struct call *call, struct asked asked, int32_t limit, Okr__AuditList *list);

// For a check: the rows after a revision, in order. One more than the limit is asked for, as above.
struct asked audit_ask_chain(struct call *call, int64_t after, int32_t limit);
struct audit_link {
    struct audit_entry entry; // points into the rows' arena
    struct bytes hash;        // that is stored with it
    int64_t asked;            // rows that there were, the cut ones included
};
void audit_link_row(struct row *row, struct audit_link *ret);

// What the chain hangs between: the row before (`start_hash` has no data if it is not there; for
// revision 0 it is the genesis), and the head row.
struct audit_ends {
    struct bytes start_hash;
    int64_t head_revision;
    struct bytes head_hash;
};
struct asked audit_ask_ends(struct call *call, int64_t after);
struct audit_ends audit_ends(struct call *call, struct asked asked);

#endif
