// What the contract limits of an argument, worded for people: the very table that the server
// refuses by. It must not know a message by name.
#ifndef OKR_CLIENT_CLI_LINE_LIMIT_H
#define OKR_CLIENT_CLI_LINE_LIMIT_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// "at most 2000 characters"; "" where there is nothing that its kind does not say already.
const char *limit_words(struct cli *cli, const struct command *command, const struct param *param);

#endif
