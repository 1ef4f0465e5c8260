// From the words of a command line to the command and its checked arguments.
#ifndef OKR_CLIENT_CLI_LINE_PARSE_H
#define OKR_CLIENT_CLI_LINE_PARSE_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// `words` are the command line without the program and the global options; `words_end_options` of
// them stand before a "--". Returns EXIT_DONE with *ret filled (memory of the run), or has said
// what is wrong and where, and returns EXIT_USAGE.
int parse_command(struct cli *cli, char **words, int count, int words_end_options,
                  struct args *ret);

#endif
