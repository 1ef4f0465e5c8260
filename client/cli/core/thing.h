// A thing of any kind as it is written on the command line: R-1, O-1, KR-1, P-1, G-1, a plan's task
// as program#5, an assignment as program#5@2.
#ifndef OKR_CLIENT_CLI_CORE_THING_H
#define OKR_CLIENT_CLI_CORE_THING_H

#include "client/cli/core/cli.h"
#include "okr/v1/insight.pb-c.h"

// Reads the word into kind, id, source and resource_uid of a request. False: it is none of these.
bool thing_read(struct cli *cli, const char *word, Okr__TraceRequest *request);
// "P-3", "program#5", as thing_read() takes it.
const char *thing_id(struct cli *cli, const Okr__TraceNode *node);

#endif
