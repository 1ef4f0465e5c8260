// A project's week, for people.
#ifndef OKR_CLIENT_CLI_REPORT_WEEK_SHOW_H
#define OKR_CLIENT_CLI_REPORT_WEEK_SHOW_H

#include "client/cli/core/cli.h"

// The reply is an Okr__ProjectWeek.
void week_show(struct cli *cli, const ProtobufCMessage *reply);

#endif
