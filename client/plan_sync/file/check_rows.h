// The rows of one plan, kept packed for printing, and what can only be said over all of them.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_CHECK_ROWS_H
#define OKR_CLIENT_PLAN_SYNC_FILE_CHECK_ROWS_H

#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/mspdi/outline.h"
#include "client/plan_sync/mspdi/uids.h"

enum check_kind {
    CHECK_TASKS,
    CHECK_RESOURCES,
    CHECK_ASSIGNMENTS,
    CHECK_KINDS,
};

// Packed messages, one behind the other, each after its length (a size_t).
struct check_list {
    uint8_t *bytes;
    size_t len;
    size_t size;
    size_t n_rows;
    struct mspdi_uids uids; // times seen
    bool has_row_without_uid;
    int64_t *duplicates; // UIDs seen more than once, as they came up
    size_t n_duplicates;
    size_t duplicates_size;
};

struct check_rows {
    struct check_list lists[CHECK_KINDS];
    struct mspdi_outline outline;
    uint8_t *has_children; // by task, 0 or 1
    size_t has_children_size;
    uint64_t n_blank, n_summaries, n_milestones;
    bool counts_only; // rows are not kept: memory grows by UIDs alone
    bool failed;      // out of memory
};

void check_rows_clear(struct check_rows *rows);

// Callbacks for `rows` as context. Without `keep_rows` there are counts, but no rows for
// check_rows_next().
struct mspdi_sink check_rows_sink(struct check_rows *rows, bool keep_rows);

// The row at *offset, which moves behind it; start with 0. The caller frees it with
// protobuf_c_message_free_unpacked(). NULL at the end or when out of memory.
ProtobufCMessage *check_rows_next(const struct check_list *list,
                                  const ProtobufCMessageDescriptor *type, size_t *offset);

#endif
