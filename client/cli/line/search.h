// `okr help --search WORD`: commands that have the word in their name or in a text of their help.
#ifndef OKR_CLIENT_CLI_LINE_SEARCH_H
#define OKR_CLIENT_CLI_LINE_SEARCH_H

#include "client/cli/core/cli.h"

// Returns the exit code: EXIT_NOT_FOUND where nothing has it.
int search_run(struct cli *cli, const char *word);

#endif
