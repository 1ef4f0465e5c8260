// `okr member invite` and `okr admin recover`: a code for one login of HANDLE.
#ifndef OKR_CLIENT_CLI_ACT_LOGIN_CODE_H
#define OKR_CLIENT_CLI_ACT_LOGIN_CODE_H

#include "client/cli/core/command.h"

int login_code_invite(struct cli *cli, const struct args *args);
int login_code_recover(struct cli *cli, const struct args *args);

#endif
