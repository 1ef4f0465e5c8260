// Keeping rows, one callback a kind.
#include "client/plan_sync/file/check_rows.h"

#include <stdlib.h>
#include <string.h>

static bool reserve(struct check_list *list, size_t more)
{
    if (list->size - list->len >= more)
        return true;
    size_t size = 2 * list->size + more + 4096;
    uint8_t *grown = realloc(list->bytes, size);
    if (!grown)
        return false;
    list->bytes = grown;
    list->size = size;
    return true;
}

static bool keep(const struct check_rows *rows, struct check_list *list,
                 const ProtobufCMessage *row)
{
    if (rows->counts_only) {
        list->n_rows++;
        return true;
    }
    size_t len = protobuf_c_message_get_packed_size(row);
    if (!reserve(list, len + sizeof len))
        return false;
    memcpy(list->bytes + list->len, &len, sizeof len);
    protobuf_c_message_pack(row, list->bytes + list->len + sizeof len);
    list->len += sizeof len + len;
    list->n_rows++;
    return true;
}

static bool add_duplicate(struct check_list *list, int64_t uid)
{
    if (list->n_duplicates == list->duplicates_size) {
        size_t size = 2 * list->duplicates_size + 16;
        int64_t *grown = realloc(list->duplicates, size * sizeof *grown);
        if (!grown)
            return false;
        list->duplicates = grown;
        list->duplicates_size = size;
    }
    list->duplicates[list->n_duplicates++] = uid;
    return true;
}

static bool note_uid(struct check_list *list, bool has_uid, int64_t uid)
{
    if (!has_uid) {
        list->has_row_without_uid = true;
        return true;
    }
    int64_t *seen = mspdi_uids_put(&list->uids, uid, 0, NULL);
    return seen && (++*seen != 2 || add_duplicate(list, uid));
}

static bool note_children(struct check_rows *rows, const Okr__PlanTask *task)
{
    size_t at = rows->lists[CHECK_TASKS].n_rows;
    if (at >= rows->has_children_size) {
        size_t size = 2 * rows->has_children_size + 256;
        uint8_t *grown = realloc(rows->has_children, size);
        if (!grown)
            return false;
        rows->has_children = grown;
        rows->has_children_size = size;
    }
    rows->has_children[at] = 0;
    struct mspdi_place place;
    if (!mspdi_outline_add(&rows->outline, task, at, &place))
        return false;
    if (place.has_parent) {
        rows->n_summaries += !rows->has_children[place.parent_position];
        rows->has_children[place.parent_position] = 1;
    }
    return true;
}

static bool on_task(void *ctx, const Okr__PlanTask *task)
{
    struct check_rows *rows = ctx;
    struct check_list *list = &rows->lists[CHECK_TASKS];
    rows->n_blank += task->null != 0;
    rows->n_milestones += !task->null && task->has_milestone && task->milestone;
    rows->failed = !note_children(rows, task) || !note_uid(list, task->has_uid, task->uid) ||
                   !keep(rows, list, &task->base);
    return !rows->failed;
}

static bool on_resource(void *ctx, const Okr__PlanResource *resource)
{
    struct check_rows *rows = ctx;
    struct check_list *list = &rows->lists[CHECK_RESOURCES];
    rows->failed =
        !note_uid(list, resource->has_uid, resource->uid) || !keep(rows, list, &resource->base);
    return !rows->failed;
}

static bool on_assignment(void *ctx, const Okr__PlanAssignment *assignment)
{
    struct check_rows *rows = ctx;
    struct check_list *list = &rows->lists[CHECK_ASSIGNMENTS];
    rows->failed = !note_uid(list, assignment->has_uid, assignment->uid) ||
                   !keep(rows, list, &assignment->base);
    return !rows->failed;
}

void check_rows_clear(struct check_rows *rows)
{
    for (size_t i = 0; i < CHECK_KINDS; i++) {
        free(rows->lists[i].bytes);
        free(rows->lists[i].duplicates);
        mspdi_uids_clear(&rows->lists[i].uids);
    }
    mspdi_outline_clear(&rows->outline);
    free(rows->has_children);
    *rows = (struct check_rows){0};
}

static void on_restart(void *ctx)
{
    struct check_rows *rows = ctx;
    bool counts_only = rows->counts_only;
    check_rows_clear(rows);
    rows->counts_only = counts_only;
    rows->outline.max_depth = SIZE_MAX;
}

struct mspdi_sink check_rows_sink(struct check_rows *rows, bool keep_rows)
{
    rows->counts_only = !keep_rows;
    rows->outline.max_depth = SIZE_MAX; // the reader has its own limit
    return (struct mspdi_sink){.ctx = rows,
                               .task = on_task,
                               .resource = on_resource,
                               .assignment = on_assignment,
                               .restart = on_restart};
}

ProtobufCMessage *check_rows_next(const struct check_list *list,
                                  const ProtobufCMessageDescriptor *type, size_t *offset)
{
    size_t len;
    if (*offset >= list->len)
        return NULL;
    memcpy(&len, list->bytes + *offset, sizeof len);
    const uint8_t *packed = list->bytes + *offset + sizeof len;
    *offset += sizeof len + len;
    return protobuf_c_message_unpack(type, NULL, len, packed);
}
