// --format: the same replies for other programs: lists as CSV, reports as HTML or Markdown.
#ifndef OKR_CLIENT_CLI_EXPORT_H
#define OKR_CLIENT_CLI_EXPORT_H

#include "client/cli/cli.h"
#include "client/cli/command.h"

// Takes the word of --format into cli. False: it is none.
bool export_format(struct cli *cli, const char *word);
// Before anything is asked: whether the command has that format. EXIT_DONE, or it has said that it
// has not, and returns EXIT_USAGE.
int export_check(struct cli *cli, const struct command *command);
// Prints the reply in the format of the run.
void export_print(struct cli *cli, const ProtobufCMessage *reply);

#endif
