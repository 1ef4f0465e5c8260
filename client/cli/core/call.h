// Asks the server, as the member whose token is stored, and says what went wrong.
#ifndef OKR_CLIENT_CLI_CORE_CALL_H
#define OKR_CLIENT_CLI_CORE_CALL_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// The reply, which lives as long as the run; texts in it are safe to print on a terminal unless
// --json or --format mspdi was given. NULL: the error has been printed and cli->exit_code is set.
const ProtobufCMessage *cli_call(struct cli *cli, enum rpc_id method,
                                 const ProtobufCMessage *request);

// For a command that goes on by itself: one call, whose result the caller judges and clears. False:
// it could not be made, and that has been said.
bool cli_try(struct cli *cli, enum rpc_id method, const ProtobufCMessage *request,
             struct rpc_result *ret);

// Finds out whose login the run uses: cli->handle. False: there is none, and that has been said.
bool cli_log_in(struct cli *cli);

// Forgets connection and replies. A connection that cannot be closed ends the process with `code`.
void cli_hang_up(struct cli *cli, int code);

#endif
