// The generic way of a command: request from its arguments, version, call, show. Must not know what
// a command means.
#ifndef OKR_CLIENT_CLI_CORE_PERFORM_H
#define OKR_CLIENT_CLI_CORE_PERFORM_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// Returns the exit code; what went wrong has been said.
int perform(struct cli *cli, const struct args *args);

// Prints the reply in the run's format, and remembers what was seen; `request` may be NULL; `show`
// is how the text for people is made (NULL: nothing).
int cli_show(struct cli *cli, const ProtobufCMessage *request, const ProtobufCMessage *reply,
             shower show);

// As JSON, with a secret of this end as one more member.
void cli_show_json_with(struct cli *cli, const ProtobufCMessage *reply, const char *name,
                        const char *secret);

#endif
