// Questions about figures that do not look right.
#ifndef OKR_CLIENT_CLI_ACT_DOUBT_H
#define OKR_CLIENT_CLI_ACT_DOUBT_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// Whether a value lies more than ten times as far from the start as the target of the command's KR
// does: a slip of the finger. NULL: it does not.
const char *doubt_far(struct cli *cli, const struct args *args, double value);

#endif
