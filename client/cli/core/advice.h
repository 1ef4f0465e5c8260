// What would do after a refusal: which command lists what there is, closes what is open, asks for
// what is missing.
#ifndef OKR_CLIENT_CLI_CORE_ADVICE_H
#define OKR_CLIENT_CLI_CORE_ADVICE_H

#include "client/cli/core/cli.h"
#include "okr/v1/envelope.pb-c.h"

// On the error stream; nothing where there is nothing to say.
void advise(struct cli *cli, const Okr__Status *status, bool outcome_unknown);

#endif
