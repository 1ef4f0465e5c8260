// The row is copied (it is flat but for its lists) and packed into the hash, piece by piece.
#include "common/plan_row_hash.h"

#include <sodium.h>
#include <string.h>
#include "okr/all.h"

struct hasher {
    ProtobufCBuffer buffer;
    crypto_hash_sha256_state state;
};

static void hash_append(ProtobufCBuffer *buffer, size_t len, const uint8_t *data)
{
    struct hasher *hasher = (struct hasher *)buffer;
    crypto_hash_sha256_update(&hasher->state, data, len);
}

static void hash_message(const ProtobufCMessage *message, uint8_t ret[PLAN_ROW_HASH_BYTES])
{
    struct hasher hasher = {.buffer = {.append = hash_append}};
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&hasher.state);
    protobuf_c_message_pack_to_buffer(message, &hasher.buffer);
    crypto_hash_sha256_final(&hasher.state, hash);
    memcpy(ret, hash, PLAN_ROW_HASH_BYTES);
}

void plan_row_hash(const ProtobufCMessage *row, uint8_t ret[PLAN_ROW_HASH_BYTES])
{
    if (row->descriptor == &okr__plan_task__descriptor) {
        Okr__PlanTask task;
        memcpy(&task, row, sizeof task);
        task.id = 0;
        task.has_has_children = task.has_position = task.has_project_id = task.has_bound_here = 0;
        task.n_resource_uids = 0;
        hash_message(&task.base, ret);
    } else if (row->descriptor == &okr__plan_resource__descriptor) {
        Okr__PlanResource resource;
        memcpy(&resource, row, sizeof resource);
        resource.id = 0;
        resource.member = NULL;
        hash_message(&resource.base, ret);
    } else {
        hash_message(row, ret);
    }
}
