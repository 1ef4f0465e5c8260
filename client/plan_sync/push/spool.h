// The rows of a file that was read, kept on disk until it is known where they go: so that a file is
// read once, whatever the server has of it, and memory does not grow with the plan.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_SPOOL_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_SPOOL_H

#include <stdio.h>
#include "client/plan_sync/mspdi/mspdi.h"

struct push_spool {
    FILE *file; // without a name
    uint8_t *packed;
    size_t packed_size;
    bool failed; // memory or disk; errno says which
};

// False: errno. push_spool_end() frees, also after false.
bool push_spool_begin(struct push_spool *spool);
void push_spool_end(struct push_spool *spool);

// Callbacks with `spool` as context: they write. They cancel the reading when spool->failed.
struct mspdi_sink push_spool_sink(struct push_spool *spool);

// Hands the rows to `sink` in the order in which they came, as the reader would have. `on_row` is
// told now and then how many bytes of how many are done; NULL: nobody wants to know. False: the
// sink said so, or spool->failed.
bool push_spool_read(struct push_spool *spool, const struct mspdi_sink *sink,
                     void (*on_row)(void *ctx, uint64_t done, uint64_t of), void *ctx);

#endif
