// A plan as one JSON document.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_CHECK_JSON_H
#define OKR_CLIENT_PLAN_SYNC_FILE_CHECK_JSON_H

#include <stdio.h>
#include "client/plan_sync/file/check_rows.h"
#include "client/plan_sync/mspdi/mspdi.h"

// Writes project, tasks, resources, assignments, duplicate_uids, dangling, warnings and file; field
// names are those of the contract's messages. Independent of the locale. False when out of memory
// or a row did not come back; whether `out` took it all is the caller's to ask.
bool check_json_print(const struct mspdi_plan *plan, const struct check_rows *rows, FILE *out);

#endif
