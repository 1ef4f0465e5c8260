// What a call's outcome means to whoever started this program: a sentence and an exit code.
#ifndef OKR_CLIENT_PLAN_SYNC_REFUSAL_H
#define OKR_CLIENT_PLAN_SYNC_REFUSAL_H

#include <stdio.h>
#include "common/rpc_client.h"

// The exit codes of `okr`, too. Scripts rely on them: never renumber.
enum {
    SYNC_DONE = 0,
    SYNC_OTHER = 1,
    SYNC_USAGE = 2, // the command line, or the file
    SYNC_NOT_LOGGED_IN = 3,
    SYNC_DENIED = 4,
    SYNC_CONFLICT = 5,
    SYNC_NOT_FOUND = 6,
    SYNC_UNAVAILABLE = 7,
    SYNC_OUTCOME_UNKNOWN = 8,
    SYNC_WRONG_STATE = 9,
};

int refusal_exit_code(const struct rpc_result *result);

// One line or more in the user's language, each beginning with the program's name.
void refusal_print(FILE *to, const struct rpc_result *result);

#endif
