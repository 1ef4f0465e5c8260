// How the rows of the audit log are chained, for those who write them and those who check them. It
// must not know SQL.
#ifndef OKR_SERVER_CALL_AUDIT_HASH_H
#define OKR_SERVER_CALL_AUDIT_HASH_H

#include "server/pg/query.h"

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

#endif
