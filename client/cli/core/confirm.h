// Asking before something happens. Where there is no terminal, nobody can be asked: --yes answers,
// else nothing happens.
#ifndef OKR_CLIENT_CLI_CORE_CONFIRM_H
#define OKR_CLIENT_CLI_CORE_CONFIRM_H

#include "client/cli/core/cli.h"

// Says `text` (whole lines, translated) and asks whether to go on; `word`: which word has to be
// typed for it, NULL: yes will do. False: no, and that has been said; cli->exit_code is set.
bool confirm(struct cli *cli, const char *text, const char *word);

#endif
