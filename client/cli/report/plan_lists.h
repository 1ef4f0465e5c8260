// Lists of a plan version that are not its tasks: assignments, calendars, and what its file held
// and okrd does not keep.
#ifndef OKR_CLIENT_CLI_REPORT_PLAN_LISTS_H
#define OKR_CLIENT_CLI_REPORT_PLAN_LISTS_H

#include "client/cli/core/cli.h"

// For the command table: replies of ListPlanAssignments, ListPlanCalendars and ListPlanLosses.
void show_plan_assignments(struct cli *cli, const ProtobufCMessage *reply);
void show_plan_calendars(struct cli *cli, const ProtobufCMessage *reply);
void show_plan_losses(struct cli *cli, const ProtobufCMessage *reply);

#endif
