// Closing a week: from options, or from the document that a person wrote.
#ifndef OKR_CLIENT_CLI_ACT_WEEK_CLOSE_H
#define OKR_CLIENT_CLI_ACT_WEEK_CLOSE_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"
#include "okr/v1/week.pb-c.h"

int week_close_run(struct cli *cli, const struct args *args); // `okr week close`
int week_edit_run(struct cli *cli, const struct args *args);  // `okr week edit`

// The text of the document for a week, in the run's language and memory.
char *week_close_prefill(struct cli *cli, const Okr__ProjectWeek *week);

#endif
