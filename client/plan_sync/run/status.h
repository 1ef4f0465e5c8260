// `okr-plan-sync status`: what the state file says, and whether somebody keeps it.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_STATUS_H
#define OKR_CLIENT_PLAN_SYNC_RUN_STATUS_H

#include <stdbool.h>
#include <stdio.h>

// `folder`: of the state, NULL: the usual one. Asks no server. Returns an exit code.
int run_status(const char *folder, bool json, FILE *out);

#endif
