// What a call's outcome means to whoever started this program: a sentence and an exit code.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_REFUSAL_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_REFUSAL_H

#include <stdio.h>
#include "common/exit_code.h"
#include "common/rpc_client.h"

int refusal_exit_code(const struct rpc_result *result);

// One line or more in the user's language, each beginning with the program's name.
void refusal_print(FILE *to, const struct rpc_result *result);

#endif
