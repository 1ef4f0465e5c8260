// What may stand next on a command line, for the shells: `okr complete -- WORD…`, the last of which
// is being typed. From the table; ids and handles are asked of the server, for a second at most.
#ifndef OKR_CLIENT_CLI_LINE_COMPLETE_H
#define OKR_CLIENT_CLI_LINE_COMPLETE_H

#include "client/cli/core/cli.h"

// One a line. Never says that something went wrong: then there is nothing to offer.
int complete_run(struct cli *cli, char *const *words, int count);

#endif
