// Builds a request by its descriptor: fields are named by their path in the contract.
#ifndef OKR_CLIENT_CLI_CORE_REQUEST_H
#define OKR_CLIENT_CLI_CORE_REQUEST_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

// An empty message of the type, memory of the run.
ProtobufCMessage *request_new(struct cli *cli, const ProtobufCMessageDescriptor *type);
// Every argument that names a field. False: it has said what is wrong (a number beyond the field).
bool request_fill(struct cli *cli, ProtobufCMessage *request, const struct args *args);
// One field by its path; nested messages are made on the way, a repeated field grows. The value is
// taken from `text`, `number` or `real`, as the field's type wants. False: out of the field's
// range.
bool request_set(struct cli *cli, ProtobufCMessage *request, const char *path,
                 const struct arg *value);
// The text copied out of a const char * for a message's field.
char *request_text(struct cli *cli, const char *text);

// "this", "next", "last" as a week; any other text as it is. NULL: the server did not answer, and
// that has been said.
const char *request_week(struct cli *cli, const char *week);

#endif
