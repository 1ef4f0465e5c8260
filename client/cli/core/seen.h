// Which version of each thing was shown last to the login of this run (R53): a change sends that
// one, and not one that was fetched behind the person's back. Kept in a file a login, the newest
// lines last. What was looked back to (--as-of) was not seen as it is.
#ifndef OKR_CLIENT_CLI_CORE_SEEN_H
#define OKR_CLIENT_CLI_CORE_SEEN_H

#include "client/cli/core/cli.h"

// All things that the reply shows; `request` (may be NULL) names what the reply leaves out.
void seen_take(struct cli *cli, const ProtobufCMessage *request, const ProtobufCMessage *reply);
// One thing that was shown in another way.
void seen_at(struct cli *cli, const char *resource, int64_t version);
// -1: it was never shown.
int64_t seen_version(struct cli *cli, const char *resource);
// At the end of the run. Where nothing can be written, nothing was seen: the next change asks.
void seen_keep(struct cli *cli);

#endif
