// The monthly evaluation on paper.
#ifndef OKR_CLIENT_CLI_REPORT_MONTH_REPORT_H
#define OKR_CLIENT_CLI_REPORT_MONTH_REPORT_H

#include "client/cli/core/paper.h"
#include "okr/v1/evaluation.pb-c.h"

void month_report(const struct paper *paper, const ProtobufCMessage *evaluation);

#endif
