// The wording of what the server only names: one text for each reason of the contract, for people.
#ifndef OKR_CLIENT_CLI_CORE_REASON_H
#define OKR_CLIENT_CLI_CORE_REASON_H

#include "client/cli/core/cli.h"

// The translated text with its places filled: {0}, {1} an argument, {*} all of them with commas. A
// text whose arguments are missing is shown without them. NULL for REASON_UNSPECIFIED and unknown
// ones.
const char *reason_text(struct cli *cli, Okr__Reason reason, char *const *args, size_t count);

#endif
