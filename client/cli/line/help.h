// `okr help`: everything it says is read off the command table.
#ifndef OKR_CLIENT_CLI_LINE_HELP_H
#define OKR_CLIENT_CLI_LINE_HELP_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// `okr help [NOUN [VERB] | exit-codes]`; returns an exit code.
int help_run(struct cli *cli, char *const *words, int count);
void help_command(struct cli *cli, const struct noun *noun, const struct command *command);
// "okr project rank PROJECT RANK [--version N]"
const char *help_usage(struct cli *cli, const struct noun *noun, const struct command *command);

#endif
