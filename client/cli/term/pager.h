// What is read on a terminal goes through $OKR_PAGER, $PAGER or less; what fits on the screen is
// just shown.
#ifndef OKR_CLIENT_CLI_TERM_PAGER_H
#define OKR_CLIENT_CLI_TERM_PAGER_H

#include "client/cli/core/cli.h"

// cli->out is the pager from now on, if standard output is a terminal and there is one. Before the
// first call.
void pager_start(struct cli *cli);
// Waits until it was read.
void pager_end(struct cli *cli);

#endif
