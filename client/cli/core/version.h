// Versions of things that are changed: taken from --version, or read from the server first, so that
// nobody has to type one.
#ifndef OKR_CLIENT_CLI_CORE_VERSION_H
#define OKR_CLIENT_CLI_CORE_VERSION_H

#include "client/cli/core/cli.h"

// Sets the request's version. `given` 0: asks the server for the thing that the request names.
// False: it has said why not.
bool version_fill(struct cli *cli, ProtobufCMessage *request, int64_t given);

// Whether there is a way to read the version that a request of this type needs.
bool version_known(const ProtobufCMessageDescriptor *request);

#endif
