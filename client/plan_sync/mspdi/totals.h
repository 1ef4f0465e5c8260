// What a plan's rows come to: counts, sums and the hash of the kept content, row by row.
//
// It keeps UIDs and sums, no rows; it must not know where the rows come from.
#ifndef OKR_CLIENT_MSPDI_TOTALS_H
#define OKR_CLIENT_MSPDI_TOTALS_H

#include <sodium.h>
#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/mspdi/outline.h"
#include "client/plan_sync/mspdi/uids.h"

// Work is summed in ten-thousandths of a minute, so that the order of rows makes no difference.
// The order in which the kinds' hashes make the whole.
enum mspdi_hashed {
    MSPDI_HASHED_CALENDARS,
    MSPDI_HASHED_TASKS,
    MSPDI_HASHED_RESOURCES,
    MSPDI_HASHED_ASSIGNMENTS,
    MSPDI_HASHED_HEADER,
    MSPDI_HASHED,
};

struct mspdi_totals {
    int64_t tasks, resources, assignments, calendars, predecessors;
    int64_t assignment_work, assignment_actual_work;
    int64_t leaf_work_without_uid;
    // The last row of the tree: a leaf unless the next one stands deeper.
    bool pending;
    bool pending_has_uid;
    int64_t pending_uid;
    int64_t pending_work;
    uint64_t pending_position;
    struct mspdi_uids leaf_work;                 // by UID; INT64_MIN + 1: the UID has an assignment
    crypto_hash_sha256_state hash[MSPDI_HASHED]; // of each kind of row, of the header
    uint8_t *packed;
    size_t packed_size;
};

void mspdi_totals_init(struct mspdi_totals *t);
void mspdi_totals_clear(struct mspdi_totals *t);

// False when out of memory. `place` is the row's place in the outline, with the number of tasks
// before it as position.
bool mspdi_totals_task(struct mspdi_totals *t, const Okr__PlanTask *row,
                       const struct mspdi_place *place);
bool mspdi_totals_resource(struct mspdi_totals *t, const Okr__PlanResource *row);
bool mspdi_totals_assignment(struct mspdi_totals *t, const Okr__PlanAssignment *row);
bool mspdi_totals_calendar(struct mspdi_totals *t, const Okr__PlanCalendar *row);

// After the last row. The rule of the hash stands at struct mspdi_plan.
bool mspdi_totals_end(struct mspdi_totals *t, const Okr__PlanHeader *header,
                      Okr__PlanTotals *ret_totals, char ret_hash[MSPDI_HASH_BYTES]);

#endif
