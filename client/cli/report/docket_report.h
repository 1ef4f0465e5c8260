// The Monday review on paper.
#ifndef OKR_CLIENT_CLI_REPORT_DOCKET_REPORT_H
#define OKR_CLIENT_CLI_REPORT_DOCKET_REPORT_H

#include "client/cli/core/paper.h"
#include "okr/v1/monday.pb-c.h"

void docket_report(const struct paper *paper, const ProtobufCMessage *docket);

#endif
