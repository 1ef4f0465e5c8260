// How the result of a quarter is shown.
#ifndef OKR_CLIENT_CLI_REPORT_QUARTER_RESULT_H
#define OKR_CLIENT_CLI_REPORT_QUARTER_RESULT_H

#include <protobuf-c/protobuf-c.h>
#include "client/cli/core/cli.h"

// The reply is an Okr__QuarterResult.
void show_quarter_result(struct cli *cli, const ProtobufCMessage *reply);

#endif
