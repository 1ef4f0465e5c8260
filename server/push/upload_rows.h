// What an upload holds: rows are added chunk by chunk, and counted before it is published.
#ifndef OKR_SERVER_PUSH_UPLOAD_ROWS_H
#define OKR_SERVER_PUSH_UPLOAD_ROWS_H

#include "server/plan/plan_table_rows.h"

struct plan_upload {
    int64_t id;
    int64_t source_id;
    char *source;
    bool published;
    int64_t begun_by;
    int64_t base_number; // what was published when it began; 0: nothing
    int64_t base_id;
    bool forced;              // somebody has looked at what speaks against it
    int64_t published_number; // what is published now
    int64_t next_sequence;
    int64_t have[PLAN_TABLES]; // rows so far: also the position of the next row
    Okr__PlanTotals *announced;
};

// The upload, locked until the transaction ends.
struct asked plan_upload_ask(struct call *call, int64_t id);
// False when there is none.
bool plan_upload_row(struct call *call, struct asked asked, struct plan_upload *ret);

// What a chunk brings of one table.
struct plan_chunk_part {
    size_t n_rows; // its own
    int64_t *positions;
    struct bytes *hashes;
    size_t n_runs; // that it keeps: `counts` rows of the base from `from` on, to `to` and after
    int64_t *from, *counts, *to, *shifts;
    int64_t kept; // rows in them
};

// Adds a chunk's own rows, without what only the server may set, and moves the upload to the next
// sequence number; of a source that has nothing published yet the tasks get their UIDs as keys at
// once. `chunk` is JSON of an Okr__PushChunkRequest. asked_i64(): the next sequence number.
struct asked plan_upload_ask_chunk(struct call *call, const struct plan_upload *upload,
                                   const char *chunk,
                                   const struct plan_chunk_part parts[PLAN_TABLES]);

// Tells the planner of an upload that is big, before it is worked on as a whole. No rows.
void plan_upload_ask_statistics(struct call *call, const struct plan_upload *upload);

struct plan_sums {
    Okr__PlanTotals totals; // as the rows of the upload come to
    bool clear_tree;        // each row has a UID of its own: only then leaf_task_work is exact
};
struct asked plan_upload_ask_sums(struct call *call, int64_t id);
struct plan_sums plan_upload_sums_row(struct call *call, struct asked asked);

#endif
