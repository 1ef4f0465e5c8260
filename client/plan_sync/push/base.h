// What the published version holds, as hashes: by it a push finds the rows that it need not send.
// Must not know files, nor how rows are sent.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_BASE_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_BASE_H

#include <stdbool.h>
#include "common/plan_row_hash.h"
#include "common/rpc_client.h"
#include "okr/v1/plan.pb-c.h"

enum { PUSH_TABLES = 4 }; // Okr__PlanTable less one

// 16 bytes a row, 8 to 16 for the index, and 8 more for tasks and resources.
struct push_base {
    struct push_base_table {
        size_t n;
        uint8_t (*hashes)[PLAN_ROW_HASH_BYTES];
        int64_t *id_offsets; // NULL: the rows have no ids
        uint32_t *slots;     // open addressing: one more than a position; 0: free
        size_t n_slots;      // a power of two
        size_t next;         // where the next row is looked for first
    } tables[PUSH_TABLES];
};

// Asks for the base of an upload. False: *result says why, or has no status (out of memory).
bool push_base_fetch(struct push_base *base, struct rpc_client *client, int64_t upload_id,
                     struct rpc_result *result);
void push_base_clear(struct push_base *base);

// The position of a row that says the same; -1: none. Rows that follow each other in the base are
// found in that order.
int64_t push_base_find(struct push_base *base, Okr__PlanTable table,
                       const uint8_t hash[PLAN_ROW_HASH_BYTES]);
// The id that the row at `position` has there, if it has one.
int64_t push_base_id(const struct push_base *base, Okr__PlanTable table, int64_t position);

#endif
