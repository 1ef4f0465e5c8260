// A week's document as a person wrote it, against the week as it is; then what it says is done.
#ifndef OKR_CLIENT_CLI_ACT_WEEK_SUBMIT_H
#define OKR_CLIENT_CLI_ACT_WEEK_SUBMIT_H

#include "client/cli/core/cli.h"
#include "okr/v1/week.pb-c.h"

// `path` is named in errors. *text becomes what is to be gone on with where it was refused: new
// goals that were set bear their ids then. Returns the exit code.
int week_submit_text(struct cli *cli, const char *path, char **text, const Okr__ProjectWeek *week);

#endif
