// What changed between two versions of a plan, as the program manager reads it: delays apart from
// changes of plan (R9).
#ifndef OKR_CLIENT_CLI_REPORT_PLAN_CHANGE_H
#define OKR_CLIENT_CLI_REPORT_PLAN_CHANGE_H

#include "client/cli/core/cli.h"

// For the command table: replies of DiffVersions, ExplainChange and UseBaseline.
void show_plan_diff(struct cli *cli, const ProtobufCMessage *reply);
void show_plan_change(struct cli *cli, const ProtobufCMessage *reply);
void show_baseline_choice(struct cli *cli, const ProtobufCMessage *reply);

#endif
