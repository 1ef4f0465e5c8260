// From what the user said about server and login to a client: an agent's token file, else
// OKR_TOKEN, else a login of okr.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_CONNECT_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_CONNECT_H

#include <stdio.h>
#include "common/rpc_client.h"

// Each may be NULL or "".
struct account {
    const char *server;
    const char *token_file;
    const char *as;
};

// The files are read anew at each call. Returns an exit code, and has said on `err` what went
// wrong; the caller frees *ret_client with rpc_client_free().
int connect_account(const struct account *account, FILE *err, struct rpc_client **ret_client);

// The address that would be asked, for a log. False: no memory, or too long.
bool connect_address(const struct account *account, char *ret, size_t size);

#endif
