// `okr` as a function: the command line over the whole table of commands.
#ifndef OKR_CLIENT_CLI_OKR_H
#define OKR_CLIENT_CLI_OKR_H

#include <stdio.h>

// Returns the exit code.
int okr_run(int argc, char **argv, FILE *out, FILE *err);

#endif
