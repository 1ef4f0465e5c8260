// `okr-plan-sync check FILE [--json]`: what a plan holds, without a server.
#ifndef OKR_CLIENT_PLAN_SYNC_FILE_CHECK_H
#define OKR_CLIENT_PLAN_SYNC_FILE_CHECK_H

#include <stdbool.h>
#include <stdio.h>

enum {
    CHECK_PRINT_DONE = 0,
    CHECK_PRINT_FAILED = 1,  // not opened, not read, or `out` not written
    CHECK_PRINT_NO_PLAN = 2, // not MSPDI, not well-formed, or beyond a limit
    CHECK_PRINT_REFUSED = 3, // a DOCTYPE
};

// Reads `path` ("-": standard input) and prints it to `out`: a summary in the user's language, or
// with `json` one JSON document with everything that is kept (UTF-8, numbers with at most four
// decimals, null for what is missing; warnings without those of calendars and of baselines other
// than the first with number 0, which the summary has). Errors go to stderr as "path:line:column:
// what". Returns an exit code, one of the above. With `json` it holds the rows in memory, since
// nothing is printed of a file that turns out to be cut short; without, their UIDs.
int check_print(const char *path, bool json, FILE *out);

#endif
