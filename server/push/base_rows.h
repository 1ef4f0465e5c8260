// The version that an upload began on: what it holds, and rows that are taken over from it.
#ifndef OKR_SERVER_PUSH_BASE_ROWS_H
#define OKR_SERVER_PUSH_BASE_ROWS_H

#include "server/push/upload_rows.h"

// Copies the runs of a part. The rows affected are fewer than part->kept when the base has them
// not.
struct asked plan_base_ask_keep(struct call *call, const struct plan_upload *upload, int table,
                                const struct plan_chunk_part *part);

// What the base of the actor's upload holds of a table, `limit` rows from `position` on.
struct asked plan_base_ask(struct call *call, int64_t upload_id, int table, int64_t position,
                           int64_t limit);
struct plan_base_page {
    char *source;
    int64_t n_rows;
    struct bytes hashes; // PLAN_ROW_HASH_BYTES each
    size_t n_id_offsets; // of tasks and resources: one a row
    int64_t *id_offsets;
};
// False: there is no such upload.
bool plan_base_row(struct call *call, struct asked asked, struct plan_base_page *ret);

#endif
