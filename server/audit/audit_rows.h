// The audit log's rows: how they are listed and read back for a check. Rows are written by the
// writer alone, in the transaction of the change (call/record.h); nothing here writes.
#ifndef OKR_SERVER_AUDIT_AUDIT_ROWS_H
#define OKR_SERVER_AUDIT_AUDIT_ROWS_H

#include "server/call/audit_hash.h"
#include "server/call/call.h"

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
