// The global options: taken from the command line, the environment, or a default, in this order.
#ifndef OKR_CLIENT_CLI_LINE_OPTIONS_H
#define OKR_CLIENT_CLI_LINE_OPTIONS_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

struct options_words {
    char **words; // the command line without the global options
    int count;
    int options_end; // words before a "--"
    bool help;
    bool program_version;
};

// Takes the global options out of the command line, chooses the language, and fills in cli.
// Returns EXIT_DONE, or has said what is wrong.
int options_read(struct cli *cli, struct options_words *ret);

// For the help; ends with a NULL name.
extern const struct param options_table[];

#endif
