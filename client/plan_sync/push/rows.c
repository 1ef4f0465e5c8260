// Copies are made by packing and unpacking into the chunk's arena, which is emptied after each
// chunk: memory does not grow with the plan.
#include "client/plan_sync/push/rows.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_CAP = 64 * 1024 * 1024 };

// ---- chunks -----------------------------------------------------------------------------------

bool push_rows_begin(struct push_rows *rows, struct rpc_client *client, struct push_base *base,
                     int64_t upload_id)
{
    *rows = (struct push_rows){
        .client = client,
        .base = base,
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
    if (rows->failed || (count_rows(chunk) == 0 && chunk->n_kept == 0))
        return !rows->failed;
    chunk->has_upload_id = chunk->has_sequence = 1;
    chunk->upload_id = rows->upload_id;
    chunk->sequence = rows->sequence;
    chunk->tasks = rows->tasks;
    chunk->resources = rows->resources;
    chunk->assignments = rows->assignments;
    chunk->calendars = rows->calendars;
    chunk->kept = rows->kept;
    rpc_result_clear(&rows->result);
    rpc_call(rows->client, RPC_PLAN_PUSH_CHUNK, &chunk->base, &rows->result);
    rows->failed = rows->result.status->code != OKR__CODE__CODE_OK;
    rows->sequence++;
    rows->bytes = 0;
    rows->n_sent += count_rows(chunk);
    rows->n_copied += (uint64_t)rows->n_kept;
    rows->n_kept = 0;
    *chunk = (Okr__PushChunkRequest)OKR__PUSH_CHUNK_REQUEST__INIT;
    arena_reset(rows->arena);
    return !rows->failed;
}

// ---- rows that stay as they were --------------------------------------------------------------

static size_t count_of(const Okr__PushChunkRequest *chunk, Okr__PlanTable table)
{
    const size_t counts[PUSH_TABLES] = {chunk->n_tasks, chunk->n_resources, chunk->n_assignments,
                                        chunk->n_calendars};
    return counts[table - 1];
}

static int64_t id_of(const ProtobufCMessage *row)
{
    if (row->descriptor == &okr__plan_task__descriptor)
        return ((const Okr__PlanTask *)row)->id;
    if (row->descriptor == &okr__plan_resource__descriptor)
        return ((const Okr__PlanResource *)row)->id;
    return 0;
}

static bool goes_on(const Okr__PlanKeptRun *run, const Okr__PlanKeptRun *next)
{
    return run->table == next->table && run->before == next->before &&
           run->base_position + run->count == next->base_position &&
           run->id_shift == next->id_shift;
}

static void keep_run(struct push_rows *rows, const Okr__PlanKeptRun *next)
{
    size_t n = rows->chunk.n_kept;
    if (n > 0 && goes_on(&rows->runs[n - 1], next)) {
        rows->runs[n - 1].count++;
    } else {
        rows->runs[n] = *next;
        rows->kept[n] = &rows->runs[n];
        rows->chunk.n_kept++;
    }
    rows->n_kept++;
}

// Whether the base has the row, so that it is named and need not be sent. False as well when a
// chunk was refused.
static bool is_kept(struct push_rows *rows, Okr__PlanTable table, const ProtobufCMessage *row)
{
    uint8_t hash[PLAN_ROW_HASH_BYTES];
    if (!rows->base)
        return false;
    plan_row_hash(row, hash);
    int64_t position = push_base_find(rows->base, table, hash);
    if (position < 0)
        return false;
    Okr__PlanKeptRun run = OKR__PLAN_KEPT_RUN__INIT;
    run.id_shift = id_of(row) - push_base_id(rows->base, table, position);
    run.has_id_shift = run.id_shift != 0;
    bool full = rows->n_kept >= PUSH_CHUNK_KEPT || rows->chunk.n_kept >= PUSH_CHUNK_RUNS;
    if (full && !push_rows_flush(rows))
        return false;
    run.has_table = run.has_before = run.has_base_position = run.has_count = 1;
    run.table = table;
    run.before = (int64_t)count_of(&rows->chunk, table);
    run.base_position = position;
    run.count = 1;
    keep_run(rows, &run);
    return true;
}

// ---- rows that are sent -----------------------------------------------------------------------

static void *copy_row(struct push_rows *rows, const ProtobufCMessage *row, size_t size)
{
    uint8_t *bytes = malloc(size ? size : 1);
    if (!bytes)
        return NULL;
    protobuf_c_message_pack(row, bytes);
    ProtobufCMessage *copy =
        protobuf_c_message_unpack(row->descriptor, arena_allocator(rows->arena), size, bytes);
    free(bytes);
    return copy;
}

// A copy of the row in the chunk that has room for it. NULL: it is not sent, because it is kept, or
// because rows->failed.
static void *take(struct push_rows *rows, Okr__PlanTable table, const ProtobufCMessage *row)
{
    if (is_kept(rows, table, row) || rows->failed)
        return NULL;
    size_t size = protobuf_c_message_get_packed_size(row);
    bool full = count_rows(&rows->chunk) >= PUSH_CHUNK_ROWS ||
                (rows->bytes > 0 && rows->bytes + size > PUSH_CHUNK_BYTES);
    if (full && !push_rows_flush(rows))
        return NULL;
    ProtobufCMessage *copy = copy_row(rows, row, size);
    rows->failed = !copy;
    rows->bytes += size;
    return copy;
}

static bool on_task(void *ctx, const Okr__PlanTask *task)
{
    struct push_rows *rows = ctx;
    Okr__PlanTask *copy = take(rows, OKR__PLAN_TABLE__PLAN_TABLE_TASKS, &task->base);
    if (copy)
        rows->tasks[rows->chunk.n_tasks++] = copy;
    return !rows->failed;
}

static bool on_resource(void *ctx, const Okr__PlanResource *resource)
{
    struct push_rows *rows = ctx;
    Okr__PlanResource *copy = take(rows, OKR__PLAN_TABLE__PLAN_TABLE_RESOURCES, &resource->base);
    if (copy)
        rows->resources[rows->chunk.n_resources++] = copy;
    return !rows->failed;
}

static bool on_assignment(void *ctx, const Okr__PlanAssignment *assignment)
{
    struct push_rows *rows = ctx;
    Okr__PlanAssignment *copy =
        take(rows, OKR__PLAN_TABLE__PLAN_TABLE_ASSIGNMENTS, &assignment->base);
    if (copy)
        rows->assignments[rows->chunk.n_assignments++] = copy;
    return !rows->failed;
}

static bool on_calendar(void *ctx, const Okr__PlanCalendar *calendar)
{
    struct push_rows *rows = ctx;
    Okr__PlanCalendar *copy = take(rows, OKR__PLAN_TABLE__PLAN_TABLE_CALENDARS, &calendar->base);
    if (copy)
        rows->calendars[rows->chunk.n_calendars++] = copy;
    return !rows->failed;
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
