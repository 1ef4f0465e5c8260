// Rows on their way to the server: copied out of the reader's hands and handed on in chunks; those
// that the published version has already are only named. Must not know files, nor what a call's
// outcome means.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_ROWS_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_ROWS_H

#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/push/base.h"
#include "common/arena.h"
#include "common/rpc_client.h"

enum {
    PUSH_CHUNK_ROWS = 500,
    PUSH_CHUNK_BYTES = 256 * 1024,
    PUSH_CHUNK_KEPT = 20000, // rows that the server copies at once
    PUSH_CHUNK_RUNS = 1000,
};

struct push_rows {
    struct rpc_client *client;
    struct push_base *base; // NULL: nothing is published yet
    int64_t upload_id;
    int64_t sequence; // of the chunk that is being filled
    struct arena *arena;
    size_t bytes;
    Okr__PushChunkRequest chunk;
    Okr__PlanTask *tasks[PUSH_CHUNK_ROWS];
    Okr__PlanResource *resources[PUSH_CHUNK_ROWS];
    Okr__PlanAssignment *assignments[PUSH_CHUNK_ROWS];
    Okr__PlanCalendar *calendars[PUSH_CHUNK_ROWS];
    Okr__PlanKeptRun runs[PUSH_CHUNK_RUNS], *kept[PUSH_CHUNK_RUNS];
    int64_t n_kept;           // rows in the chunk's runs
    uint64_t n_sent;          // rows of all chunks so far
    uint64_t n_copied;        // kept rows
    bool failed;              // memory, or a chunk was refused; result says which
    struct rpc_result result; // of the last chunk
};

// False when out of memory. push_rows_end() frees, also after false.
bool push_rows_begin(struct push_rows *rows, struct rpc_client *client, struct push_base *base,
                     int64_t upload_id);
void push_rows_end(struct push_rows *rows);

// Callbacks with `rows` as context. They cancel the reading when a chunk was refused.
struct mspdi_sink push_rows_sink(struct push_rows *rows);
// Sends what is left. False as for a callback.
bool push_rows_flush(struct push_rows *rows);

#endif
