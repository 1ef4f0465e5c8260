// An index by hash beside the hashes in file order.
#include "client/plan_sync/push/base.h"

#include <stdlib.h>
#include <string.h>

// ---- fetching ---------------------------------------------------------------------------------

static bool add_page(struct push_base_table *table, const Okr__BaseRowList *page)
{
    size_t n = page->hashes.len / PLAN_ROW_HASH_BYTES;
    if (n == 0)
        return true;
    void *hashes = realloc(table->hashes, (table->n + n) * PLAN_ROW_HASH_BYTES);
    if (!hashes)
        return false;
    table->hashes = hashes;
    memcpy(table->hashes + table->n, page->hashes.data, n * PLAN_ROW_HASH_BYTES);
    if (page->n_id_offsets == n) {
        int64_t *offsets = realloc(table->id_offsets, (table->n + n) * sizeof *offsets);
        if (!offsets)
            return false;
        table->id_offsets = offsets;
        memcpy(offsets + table->n, page->id_offsets, n * sizeof *offsets);
    }
    table->n += n;
    return true;
}

static bool fetch_table(struct push_base_table *table, struct rpc_client *client, int64_t upload_id,
                        Okr__PlanTable which, struct rpc_result *result)
{
    for (bool more = true; more;) {
        Okr__ListBaseRowsRequest request = OKR__LIST_BASE_ROWS_REQUEST__INIT;
        request.has_upload_id = request.has_table = request.has_from_position = 1;
        request.upload_id = upload_id;
        request.table = which;
        request.from_position = (int64_t)table->n;
        rpc_result_clear(result);
        rpc_call(client, RPC_PLAN_LIST_BASE_ROWS, &request.base, result);
        if (result->status->code != OKR__CODE__CODE_OK)
            return false;
        const Okr__BaseRowList *page = (const void *)result->reply;
        if (!add_page(table, page)) {
            rpc_result_clear(result);
            return false;
        }
        more = page->more && page->hashes.len > 0;
    }
    return true;
}

// ---- the index --------------------------------------------------------------------------------

static size_t slot_of(const struct push_base_table *table, const uint8_t *hash)
{
    uint64_t start; // a hash is as good as random
    memcpy(&start, hash, sizeof start);
    size_t slot = (size_t)start & (table->n_slots - 1);
    while (table->slots[slot] &&
           memcmp(table->hashes[table->slots[slot] - 1], hash, PLAN_ROW_HASH_BYTES) != 0)
        slot = (slot + 1) & (table->n_slots - 1);
    return slot;
}

static bool index_table(struct push_base_table *table)
{
    static const uint8_t unknown[PLAN_ROW_HASH_BYTES];
    table->n_slots = 16;
    while (table->n_slots < table->n * 2)
        table->n_slots *= 2;
    table->slots = calloc(table->n_slots, sizeof *table->slots);
    if (!table->slots)
        return false;
    for (size_t i = 0; i < table->n; i++) {
        size_t slot = slot_of(table, table->hashes[i]);
        bool known = memcmp(table->hashes[i], unknown, sizeof unknown) != 0;
        if (known && !table->slots[slot]) // of rows that are alike, the first
            table->slots[slot] = (uint32_t)i + 1;
    }
    return true;
}

bool push_base_fetch(struct push_base *base, struct rpc_client *client, int64_t upload_id,
                     struct rpc_result *result)
{
    *base = (struct push_base){0};
    for (int i = 0; i < PUSH_TABLES; i++) {
        struct push_base_table *table = &base->tables[i];
        if (!fetch_table(table, client, upload_id, (Okr__PlanTable)(i + 1), result))
            return false;
        if (!index_table(table)) {
            rpc_result_clear(result);
            return false;
        }
    }
    return true;
}

void push_base_clear(struct push_base *base)
{
    for (int i = 0; i < PUSH_TABLES; i++) {
        free(base->tables[i].hashes);
        free(base->tables[i].id_offsets);
        free(base->tables[i].slots);
    }
    *base = (struct push_base){0};
}

int64_t push_base_find(struct push_base *base, Okr__PlanTable which,
                       const uint8_t hash[PLAN_ROW_HASH_BYTES])
{
    struct push_base_table *table = &base->tables[which - 1];
    if (!table->slots)
        return -1;
    if (table->next >= table->n ||
        memcmp(table->hashes[table->next], hash, PLAN_ROW_HASH_BYTES) != 0) {
        uint32_t found = table->slots[slot_of(table, hash)];
        if (found == 0)
            return -1;
        table->next = found - 1;
    }
    return (int64_t)table->next++;
}

int64_t push_base_id(const struct push_base *base, Okr__PlanTable which, int64_t position)
{
    const int64_t *offsets = base->tables[which - 1].id_offsets;
    return offsets ? position + offsets[position] : 0;
}
