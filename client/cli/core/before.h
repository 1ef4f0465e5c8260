// What is said, asked and settled before a change is sent: which version it changes (R53), what it
// will do and what is unfinished. Must not know what a command means.
#ifndef OKR_CLIENT_CLI_CORE_BEFORE_H
#define OKR_CLIENT_CLI_CORE_BEFORE_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// Sets the request's version: --version, else the one that was last shown to this login, else the
// present one, once somebody has agreed. False: it has been said why not.
bool before_change(struct cli *cli, const struct args *args, ProtobufCMessage *request);

#endif
