// --json=FIELD,FIELD: only these fields of each element of a list, or of the reply itself.
#ifndef OKR_CLIENT_CLI_CORE_PICK_H
#define OKR_CLIENT_CLI_CORE_PICK_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// Whether the command's reply has them. EXIT_DONE, or it has said which it has, and returns
// EXIT_USAGE.
int pick_check(struct cli *cli, const struct command *command);
// A list as an array of objects. The names stand as they were given: as in the contract or in JSON,
// one within a message by a path ("progress.percent").
void pick_print(struct cli *cli, const ProtobufCMessage *reply);

#endif
