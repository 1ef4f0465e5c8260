// Copies are made by packing and unpacking into the chunk's arena, which is emptied after each
// chunk: memory does not grow with the plan.
#include "client/plan_sync/push_rows.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_CAP = 64 * 1024 * 1024 };

// ---- texts ------------------------------------------------------------------------------------

// C1 control characters (U+0080 to U+009F) are two bytes in UTF-8; they become two spaces.
static void clean_text(char *text)
{
    for (unsigned char *at = (unsigned char *)text; *at; at++) {
        if ((*at < 0x20 && *at != '\n' && *at != '\t') || *at == 0x7F)
            *at = ' ';
        if (at[0] == 0xC2 && at[1] >= 0x80 && at[1] <= 0x9F)
            at[0] = at[1] = ' ';
    }
    size_t length = strlen(text);
    if (length <= PUSH_TEXT_BYTES)
        return;
    length = PUSH_TEXT_BYTES;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    text[length] = '\0';
}

static void clean_one(const ProtobufCFieldDescriptor *field, void *pointer)
{
    if (!pointer)
        return;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        clean_text(pointer);
    else
        push_clean(pointer);
}

void push_clean(ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        void *pointer;
        memcpy(&pointer, (char *)message + field->offset, sizeof(pointer));
        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            clean_one(field, pointer);
            continue;
        }
        size_t n;
        memcpy(&n, (char *)message + field->quantifier_offset, sizeof(n));
        void **items = pointer;
        for (size_t k = 0; k < n; k++)
            clean_one(field, items[k]);
    }
}

// ---- chunks -----------------------------------------------------------------------------------

bool push_rows_begin(struct push_rows *rows, struct rpc_client *client, int64_t upload_id)
{
    *rows = (struct push_rows){
        .client = client,
        .upload_id = upload_id,
        .sequence = 1,
        .arena = arena_new(ARENA_CAP),
        .chunk = OKR__PUSH_CHUNK_REQUEST__INIT,
    };
    return rows->arena != NULL;
}

void push_rows_end(struct push_rows *rows)
{
    rpc_result_clear(&rows->result);
    rows->arena = arena_free(rows->arena);
}

static size_t count_rows(const Okr__PushChunkRequest *chunk)
{
    return chunk->n_tasks + chunk->n_resources + chunk->n_assignments + chunk->n_calendars;
}

bool push_rows_flush(struct push_rows *rows)
{
    Okr__PushChunkRequest *chunk = &rows->chunk;
    if (rows->failed || count_rows(chunk) == 0)
        return !rows->failed;
    chunk->has_upload_id = chunk->has_sequence = 1;
    chunk->upload_id = rows->upload_id;
    chunk->sequence = rows->sequence;
    chunk->tasks = rows->tasks;
    chunk->resources = rows->resources;
    chunk->assignments = rows->assignments;
    chunk->calendars = rows->calendars;
    rpc_result_clear(&rows->result);
    rpc_call(rows->client, RPC_PLAN_PUSH_CHUNK, &chunk->base, &rows->result);
    rows->failed = rows->result.status->code != OKR__CODE__CODE_OK;
    rows->sequence++;
    rows->bytes = 0;
    *chunk = (Okr__PushChunkRequest)OKR__PUSH_CHUNK_REQUEST__INIT;
    arena_reset(rows->arena);
    return !rows->failed;
}

// A copy of the row in the chunk that has room for it; NULL when there is no memory.
static void *keep(struct push_rows *rows, const ProtobufCMessage *row)
{
    size_t size = protobuf_c_message_get_packed_size(row);
    bool full = count_rows(&rows->chunk) >= PUSH_CHUNK_ROWS ||
                (rows->bytes > 0 && rows->bytes + size > PUSH_CHUNK_BYTES);
    if (full && !push_rows_flush(rows))
        return NULL;
    uint8_t *bytes = malloc(size ? size : 1);
    ProtobufCMessage *copy = NULL;
    if (bytes) {
        protobuf_c_message_pack(row, bytes);
        copy =
            protobuf_c_message_unpack(row->descriptor, arena_allocator(rows->arena), size, bytes);
        free(bytes);
    }
    rows->failed = !copy;
    rows->bytes += size;
    if (copy)
        push_clean(copy);
    return copy;
}

static bool on_task(void *ctx, const Okr__PlanTask *task)
{
    struct push_rows *rows = ctx;
    Okr__PlanTask *copy = keep(rows, &task->base);
    if (copy)
        rows->tasks[rows->chunk.n_tasks++] = copy;
    return copy != NULL;
}

static bool on_resource(void *ctx, const Okr__PlanResource *resource)
{
    struct push_rows *rows = ctx;
    Okr__PlanResource *copy = keep(rows, &resource->base);
    if (copy)
        rows->resources[rows->chunk.n_resources++] = copy;
    return copy != NULL;
}

static bool on_assignment(void *ctx, const Okr__PlanAssignment *assignment)
{
    struct push_rows *rows = ctx;
    Okr__PlanAssignment *copy = keep(rows, &assignment->base);
    if (copy)
        rows->assignments[rows->chunk.n_assignments++] = copy;
    return copy != NULL;
}

static bool on_calendar(void *ctx, const Okr__PlanCalendar *calendar)
{
    struct push_rows *rows = ctx;
    Okr__PlanCalendar *copy = keep(rows, &calendar->base);
    if (copy)
        rows->calendars[rows->chunk.n_calendars++] = copy;
    return copy != NULL;
}

struct mspdi_sink push_rows_sink(struct push_rows *rows)
{
    return (struct mspdi_sink){
        .ctx = rows,
        .task = on_task,
        .resource = on_resource,
        .assignment = on_assignment,
        .calendar = on_calendar,
    };
}
