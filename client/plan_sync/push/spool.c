// One row behind the other: a byte that says which kind, four for the length, the packed message.
#include "client/plan_sync/push/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "client/plan_sync/file/private_file.h"
#include "common/arena.h"

enum {
    ROW_CAP = 128 * 1024 * 1024, // a row of 16 MiB as a file has it, unpacked
    BUFFER = 256 * 1024,
    TELL_EVERY = 1024, // rows
};

enum kind { TASK, RESOURCE, ASSIGNMENT, CALENDAR, KINDS };

static const ProtobufCMessageDescriptor *descriptor_of(enum kind kind)
{
    static const ProtobufCMessageDescriptor *const descriptors[KINDS] = {
        [TASK] = &okr__plan_task__descriptor,
        [RESOURCE] = &okr__plan_resource__descriptor,
        [ASSIGNMENT] = &okr__plan_assignment__descriptor,
        [CALENDAR] = &okr__plan_calendar__descriptor,
    };
    return descriptors[kind];
}

bool push_spool_begin(struct push_spool *spool)
{
    *spool = (struct push_spool){0};
    int fd = private_file();
    spool->file = fd >= 0 ? fdopen(fd, "w+") : NULL;
    if (!spool->file && fd >= 0)
        close(fd);
    if (spool->file)
        setvbuf(spool->file, NULL, _IOFBF, BUFFER);
    return spool->file != NULL;
}

void push_spool_end(struct push_spool *spool)
{
    if (spool->file)
        fclose(spool->file);
    free(spool->packed);
    *spool = (struct push_spool){0};
}

// Room for a message of this size.
static bool make_room(struct push_spool *spool, size_t size)
{
    if (size <= spool->packed_size)
        return true;
    uint8_t *grown = realloc(spool->packed, size);
    if (!grown)
        return false;
    spool->packed = grown;
    spool->packed_size = size;
    return true;
}

// ---- writing ----------------------------------------------------------------------------------

static bool put(struct push_spool *spool, enum kind kind, const ProtobufCMessage *row)
{
    uint32_t size = (uint32_t)protobuf_c_message_get_packed_size(row);
    if (!make_room(spool, size)) {
        spool->failed = true;
        return false;
    }
    protobuf_c_message_pack(row, spool->packed);
    spool->failed = putc((int)kind, spool->file) == EOF ||
                    fwrite(&size, sizeof size, 1, spool->file) != 1 ||
                    fwrite(spool->packed, 1, size, spool->file) != size;
    return !spool->failed;
}

static bool on_task(void *ctx, const Okr__PlanTask *row)
{
    return put(ctx, TASK, &row->base);
}

static bool on_resource(void *ctx, const Okr__PlanResource *row)
{
    return put(ctx, RESOURCE, &row->base);
}

static bool on_assignment(void *ctx, const Okr__PlanAssignment *row)
{
    return put(ctx, ASSIGNMENT, &row->base);
}

static bool on_calendar(void *ctx, const Okr__PlanCalendar *row)
{
    return put(ctx, CALENDAR, &row->base);
}

static void on_restart(void *ctx)
{
    struct push_spool *spool = ctx;
    rewind(spool->file);
    if (ftruncate(fileno(spool->file), 0) != 0)
        spool->failed = true;
}

struct mspdi_sink push_spool_sink(struct push_spool *spool)
{
    return (struct mspdi_sink){
        .ctx = spool,
        .task = on_task,
        .resource = on_resource,
        .assignment = on_assignment,
        .calendar = on_calendar,
        .restart = on_restart,
    };
}

// ---- reading ----------------------------------------------------------------------------------

static bool give(const struct mspdi_sink *sink, enum kind kind, const void *row)
{
    switch (kind) {
    case TASK:
        return sink->task(sink->ctx, row);
    case RESOURCE:
        return sink->resource(sink->ctx, row);
    case ASSIGNMENT:
        return sink->assignment(sink->ctx, row);
    default:
        return sink->calendar(sink->ctx, row);
    }
}

// 1: there was a row; 0: the end; -1: spool->failed, or the sink wants no more.
static int read_row(struct push_spool *spool, struct arena *arena, const struct mspdi_sink *sink)
{
    int kind = getc(spool->file);
    uint32_t size = 0;
    if (kind == EOF && !ferror(spool->file))
        return 0;
    spool->failed = kind < 0 || kind >= KINDS || fread(&size, sizeof size, 1, spool->file) != 1 ||
                    !make_room(spool, size) || fread(spool->packed, 1, size, spool->file) != size;
    if (spool->failed)
        return -1;
    arena_reset(arena);
    const void *row = protobuf_c_message_unpack(descriptor_of((enum kind)kind),
                                                arena_allocator(arena), size, spool->packed);
    spool->failed = !row;
    return row && give(sink, (enum kind)kind, row) ? 1 : -1;
}

bool push_spool_read(struct push_spool *spool, const struct mspdi_sink *sink,
                     void (*on_row)(void *ctx, uint64_t done, uint64_t of), void *ctx)
{
    struct arena *arena = arena_new(ROW_CAP);
    off_t all = ftello(spool->file);
    int more = arena ? 1 : -1;
    spool->failed = !arena || fflush(spool->file) != 0;
    rewind(spool->file);
    for (uint64_t n = 1; more > 0 && !spool->failed; n++) {
        if (on_row && n % TELL_EVERY == 0)
            on_row(ctx, (uint64_t)ftello(spool->file), (uint64_t)all);
        more = read_row(spool, arena, sink);
    }
    arena_free(arena);
    return more == 0 && !spool->failed;
}
