// Sums and the hash.
#include "client/plan_sync/mspdi/totals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int64_t assigned = INT64_MIN + 1; // as a value in leaf_work

static const double UNITS_A_MINUTE = 10000;

void mspdi_totals_init(struct mspdi_totals *t)
{
    memset(t, 0, sizeof *t);
    for (size_t i = 0; i < MSPDI_HASHED; i++)
        crypto_hash_sha256_init(&t->hash[i]);
}

void mspdi_totals_clear(struct mspdi_totals *t)
{
    mspdi_uids_clear(&t->leaf_work);
    free(t->packed);
    t->packed = NULL;
}

// Saturates: what is beyond nine hundred million years of work is no plan, but must not overflow.
static int64_t units(double minutes)
{
    double scaled = round(minutes * UNITS_A_MINUTE);
    if (fabs(scaled) > 0x1p61)
        return scaled < 0 ? -((int64_t)1 << 61) : (int64_t)1 << 61;
    return (int64_t)scaled;
}

static void add(int64_t *sum, int64_t more)
{
    if (__builtin_add_overflow(*sum, more, sum))
        *sum = more > 0 ? INT64_MAX : INT64_MIN + 2;
}

static double minutes(int64_t sum)
{
    return (double)sum / UNITS_A_MINUTE;
}

static bool digest(struct mspdi_totals *t, enum mspdi_hashed kind, const ProtobufCMessage *row)
{
    size_t len = protobuf_c_message_get_packed_size(row);
    if (len > t->packed_size) {
        uint8_t *grown = realloc(t->packed, len);
        if (!grown)
            return false;
        t->packed = grown;
        t->packed_size = len;
    }
    protobuf_c_message_pack(row, t->packed);
    const uint8_t head[] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                            (uint8_t)len};
    crypto_hash_sha256_update(&t->hash[kind], head, sizeof head);
    crypto_hash_sha256_update(&t->hash[kind], t->packed, len);
    return true;
}

// Books a leaf's work under its UID, unless an assignment has it.
static bool add_leaf(struct mspdi_totals *t, bool has_uid, int64_t uid, int64_t work)
{
    if (work == 0)
        return true;
    if (!has_uid) {
        add(&t->leaf_work_without_uid, work);
        return true;
    }
    int64_t *sum = mspdi_uids_put(&t->leaf_work, uid, 0, NULL);
    if (sum && *sum != assigned)
        add(sum, work);
    return sum != NULL;
}

static bool settle_pending(struct mspdi_totals *t)
{
    bool pending = t->pending;
    t->pending = false;
    return !pending || add_leaf(t, t->pending_has_uid, t->pending_uid, t->pending_work);
}

bool mspdi_totals_task(struct mspdi_totals *t, const Okr__PlanTask *row,
                       const struct mspdi_place *place)
{
    uint64_t position = (uint64_t)t->tasks++;
    t->predecessors += (int64_t)row->n_predecessors;
    if (!digest(t, MSPDI_HASHED_TASKS, &row->base))
        return false;
    int64_t work = row->has_work ? units(row->work) : 0;
    if (row->null)
        return true;
    if (!place->in_tree)
        return add_leaf(t, row->has_uid, row->uid, work);
    if (t->pending && place->has_parent && place->parent_position == t->pending_position)
        t->pending = false;
    if (!settle_pending(t))
        return false;
    t->pending = true;
    t->pending_has_uid = row->has_uid;
    t->pending_uid = row->uid;
    t->pending_work = work;
    t->pending_position = position;
    return true;
}

bool mspdi_totals_resource(struct mspdi_totals *t, const Okr__PlanResource *row)
{
    t->resources++;
    return digest(t, MSPDI_HASHED_RESOURCES, &row->base);
}

bool mspdi_totals_assignment(struct mspdi_totals *t, const Okr__PlanAssignment *row)
{
    t->assignments++;
    add(&t->assignment_work, row->has_work ? units(row->work) : 0);
    add(&t->assignment_actual_work, row->has_actual_work ? units(row->actual_work) : 0);
    if (row->has_task_uid) {
        int64_t *sum = mspdi_uids_put(&t->leaf_work, row->task_uid, assigned, NULL);
        if (!sum)
            return false;
        *sum = assigned;
    }
    return digest(t, MSPDI_HASHED_ASSIGNMENTS, &row->base);
}

bool mspdi_totals_calendar(struct mspdi_totals *t, const Okr__PlanCalendar *row)
{
    t->calendars++;
    return digest(t, MSPDI_HASHED_CALENDARS, &row->base);
}

static int64_t leaf_work(const struct mspdi_totals *t)
{
    int64_t sum = t->leaf_work_without_uid;
    for (size_t i = 0; i < t->leaf_work.n_slots; i++) {
        int64_t value = t->leaf_work.slots[i].value;
        if (value != MSPDI_UID_FREE && value != assigned)
            add(&sum, value);
    }
    return sum;
}

static bool digest_header(struct mspdi_totals *t, const Okr__PlanHeader *header)
{
    Okr__PlanHeader kept = *header;
    kept.created = kept.last_saved = kept.current_date = NULL;
    kept.has_revision = false;
    return digest(t, MSPDI_HASHED_HEADER, &kept.base);
}

bool mspdi_totals_end(struct mspdi_totals *t, const Okr__PlanHeader *header,
                      Okr__PlanTotals *ret_totals, char ret_hash[MSPDI_HASH_BYTES])
{
    if (!settle_pending(t) || !digest_header(t, header))
        return false;
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state all;
    crypto_hash_sha256_init(&all);
    for (size_t i = 0; i < MSPDI_HASHED; i++) {
        crypto_hash_sha256_final(&t->hash[i], sum);
        crypto_hash_sha256_update(&all, sum, sizeof sum);
    }
    crypto_hash_sha256_final(&all, sum);
    sodium_bin2hex(ret_hash, MSPDI_HASH_BYTES, sum, sizeof sum);
    okr__plan_totals__init(ret_totals);
    ret_totals->has_tasks = ret_totals->has_resources = ret_totals->has_assignments = true;
    ret_totals->has_predecessors = ret_totals->has_calendars = true;
    ret_totals->has_assignment_work = ret_totals->has_assignment_actual_work = true;
    ret_totals->has_leaf_task_work = true;
    ret_totals->tasks = t->tasks;
    ret_totals->resources = t->resources;
    ret_totals->assignments = t->assignments;
    ret_totals->calendars = t->calendars;
    ret_totals->predecessors = t->predecessors;
    ret_totals->assignment_work = minutes(t->assignment_work);
    ret_totals->assignment_actual_work = minutes(t->assignment_actual_work);
    ret_totals->leaf_task_work = minutes(leaf_work(t));
    return true;
}
