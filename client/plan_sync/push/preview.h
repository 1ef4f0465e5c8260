// `okr-plan-sync diff`: what publishing an upload would change, for people.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_PREVIEW_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_PREVIEW_H

#include <stdint.h>
#include "client/plan_sync/push/push.h"

// Asks and prints; the upload stays. Returns an exit code.
int preview_show(const struct push_job *job, int64_t upload_id);

#endif
