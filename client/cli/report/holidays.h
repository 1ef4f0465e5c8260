// A due day that may be a holiday, because none of its year are known.
#ifndef OKR_CLIENT_CLI_REPORT_HOLIDAYS_H
#define OKR_CLIENT_CLI_REPORT_HOLIDAYS_H

#include "client/cli/core/cli.h"

// A sentence; NULL where `has` is false.
const char *holidays_unknown(struct cli *cli, bool has, int year);

#endif
