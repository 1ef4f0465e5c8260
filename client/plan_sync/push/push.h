// `okr-plan-sync push FILE`: reads a plan, uploads what is new in it, and has it published in one
// act. A file that is broken, cut short, hostile or being written changes
// nothing.
#ifndef OKR_CLIENT_PLAN_SYNC_PUSH_PUSH_H
#define OKR_CLIENT_PLAN_SYNC_PUSH_PUSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "common/rpc_client.h"

enum { PUSH_SOURCE_SIZE = 65 }; // 64 characters and the NUL

struct push_job {
    const char *path;
    const char *name; // what people know the file by; NULL: its path
    const char *source;
    const char *force_reason; // why it is published whatever speaks against it; NULL: it is not
    bool unattended;          // nobody is there to be told what a person could do
    bool json;
    bool preview; // say what would change, and publish nothing
    FILE *out;    // the result
    FILE *err;    // what went wrong, warnings
    struct rpc_client *client;
};

// Returns an exit code (client/plan_sync/push/refusal.h), and has said what went wrong.
int push_file(const struct push_job *job);

// The file's name as the name of a source: without folder and extension, lower case, other
// characters as '-'. False when nothing good comes out (a name that is not ASCII, say).
bool push_source_of(const char *path, char ret[PUSH_SOURCE_SIZE]);

// Prints an error of the reader as "path:line:column: what", and returns the exit code.
struct mspdi_error;
int push_file_error(FILE *to, const char *path, const struct mspdi_error *error);

#endif
