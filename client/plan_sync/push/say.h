// What a push says. The functions with a result return an exit code.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_SAY_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_SAY_H

#include "client/plan_sync/mspdi/mspdi.h"
#include "client/plan_sync/push/push.h"

// What people know the file by.
const char *push_shown(const struct push_job *job);

int push_refused(const struct push_job *job, const struct rpc_result *result);
// Neither memory nor the disk had room for what was read.
int push_no_room(const struct push_job *job, int error);
int push_out_of_memory(const struct push_job *job);

void push_warn_about_values(const struct push_job *job, const struct mspdi_plan *plan);
// Another plan is easily pushed by mistake; it can be meant.
void push_warn_about_current(const struct push_job *job, const Okr__PlanHeader *header,
                             const Okr__PlanVersion *current);

struct push_done {
    bool unchanged;
    uint64_t sent, kept;           // rows
    const struct mspdi_plan *plan; // what the file comes to
};
int push_show(const struct push_job *job, const Okr__PlanVersion *version,
              const struct push_done *done);

#endif
