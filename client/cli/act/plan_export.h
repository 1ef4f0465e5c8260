// `okr plan export`: a version of a plan as a file.
#ifndef OKR_CLIENT_CLI_ACT_PLAN_EXPORT_H
#define OKR_CLIENT_CLI_ACT_PLAN_EXPORT_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// For the command table.
int plan_export_run(struct cli *cli, const struct args *args);

#endif
