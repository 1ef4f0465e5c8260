// What a transaction leaves behind: the audit rows of its changes, column by column, and the head
// row. It only makes the queries; the writer sends them.
#ifndef OKR_SERVER_PG_RECORD_H
#define OKR_SERVER_PG_RECORD_H

#include "server/call/route.h"
#include "server/audit/audit_rows.h"

enum { RECORD_MAX = 128 }; // changes of one transaction

// The head row: the last revision, and the hash of the audit log up to it.
struct head {
    int64_t revision;
    uint8_t hash[AUDIT_HASH_BYTES];
};

struct record;
struct record *record_new(struct arena *arena); // in the arena; NULL when that is used up
// The next revision is this change's: moves `head` on, packs the reply into route->stored.
void record_call(struct record *record, struct call_route *route, struct head *head);
// The statements, bound; NULL when the arena is used up.
struct query *record_rows(const struct record *record);
struct query *record_head(const struct record *record, const struct head *from,
                          const struct head *to);

#endif
