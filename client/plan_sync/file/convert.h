// The hook for files that are no XML: a command of the user's that writes them as MSPDI to its
// standard output, into a file without a name that vanishes with its descriptor.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_CONVERT_H
#define OKR_CLIENT_PLAN_SYNC_FILE_CONVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct convert_job {
    const char *command; // for /bin/sh -c, the file's path is its $1
    const char *path;
    int64_t time_ms; // then it is killed, with all that it started
    uint64_t bytes;  // it may write so much
    FILE *err;
};

enum { CONVERT_PATH_SIZE = 64 };

#define CONVERT_BYTES_MOST (4ull << 30) // what the reader takes

// Runs it. An exit code; EXIT_DONE: *ret_fd (for the caller to close) is the output, and ret_path
// a name by which this process can open it. Else what was wrong has been said in one line.
int convert_run(const struct convert_job *job, int *ret_fd, char ret_path[CONVERT_PATH_SIZE]);

// Kills a converter that is running; safe in a signal's handler.
void convert_kill(void);

#endif
