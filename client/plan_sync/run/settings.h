// The settings of `run` from both places where they are said, the command line over the file.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_SETTINGS_H
#define OKR_CLIENT_PLAN_SYNC_RUN_SETTINGS_H

#include "client/plan_sync/push/connect.h"
#include "client/plan_sync/run/run.h"
#include "client/plan_sync/run/config.h"

// NULL: something is wrong, and was said on stderr. Freed with free().
struct run_config *run_settings_load(const struct run_options *options);

// Points into the settings.
struct account run_settings_account(const struct run_config *config);

#endif
