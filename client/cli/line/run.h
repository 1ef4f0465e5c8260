// One run: from the words of a command line to a command of the table that is given.
#ifndef OKR_CLIENT_CLI_LINE_RUN_H
#define OKR_CLIENT_CLI_LINE_RUN_H

#include <stdio.h>
#include "client/cli/core/command.h"

// Returns the exit code of the program. `out` and `err` stay open.
int line_run(const struct noun *const *nouns, int argc, char **argv, FILE *out, FILE *err);

#endif
