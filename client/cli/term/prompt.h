// A question on the terminal.
#ifndef OKR_CLIENT_CLI_TERM_PROMPT_H
#define OKR_CLIENT_CLI_TERM_PROMPT_H

#include "client/cli/core/cli.h"

// Whether there is somebody to ask: standard input and the run's error stream are a terminal.
bool prompt_possible(const struct cli *cli);
// Asks on the error stream and reads one line. False: the input ended. For cli->ask.
bool prompt(struct cli *cli, const char *question, char *ret, size_t size);

#endif
