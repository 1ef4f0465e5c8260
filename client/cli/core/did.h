// What the contract and the log name in their own words, in people's: a method by the command that
// calls it, values of a change by their labels.
#ifndef OKR_CLIENT_CLI_CORE_DID_H
#define OKR_CLIENT_CLI_CORE_DID_H

#include "client/cli/core/cli.h"

// "week close" of "okr.v1.WeekService/CloseWeek", with the package or without.
const char *did(struct cli *cli, const char *method);
// "open" of "WEEK_STATE_OPEN"; each of a list with commas; anything else as it is.
const char *did_value(struct cli *cli, const char *value);

#endif
