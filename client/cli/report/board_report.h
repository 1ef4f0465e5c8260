// The board on paper: the same facts in the same order as on the terminal.
#ifndef OKR_CLIENT_CLI_REPORT_BOARD_REPORT_H
#define OKR_CLIENT_CLI_REPORT_BOARD_REPORT_H

#include "client/cli/core/paper.h"
#include "okr/v1/board.pb-c.h"

void board_report(const struct paper *paper, const ProtobufCMessage *board);

#endif
