// How a failure is told: the wording, the names of options for fields, both sides of a conflict,
// the exit code.
#ifndef OKR_CLIENT_CLI_CORE_FAIL_H
#define OKR_CLIENT_CLI_CORE_FAIL_H

#include "client/cli/core/cli.h"

// Prints why the call failed (JSON with --json) and sets cli->exit_code.
void fail_result(struct cli *cli, const ProtobufCMessage *request, const struct rpc_result *result);
void fail_not_logged_in(struct cli *cli);
int fail_exit_code(Okr__Code code, bool outcome_unknown);

// The command line again, with this version; quoted for a shell.
const char *fail_command_again(struct cli *cli, int64_t version);

#endif
