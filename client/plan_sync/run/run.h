// `okr-plan-sync run`: keeps plans in step with their files until it is told to end.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_RUN_H
#define OKR_CLIENT_PLAN_SYNC_RUN_RUN_H

#include <stddef.h>

// What the command line said; NULL: nothing.
struct run_options {
    char *const *words; // files, folders, NAME=FILE
    size_t n_words;
    const char *source; // the name, when there is one word
    const char *config; // a file
    const char *state;  // a folder
    const char *server;
    const char *token_file;
    const char *as;
    const char *convert;
    const char *convert_seconds;
    const char *quiet_seconds;
    const char *poll_seconds;
    const char *gone_seconds;
};

// Returns an exit code when it is ended (SIGTERM, SIGINT: 0), or cannot begin. SIGHUP and a
// changed configuration are read anew.
int run_plans_until_told(const struct run_options *options);

// A unit of systemd that starts it like this, to stdout.
int run_print_unit(const struct run_options *options);

#endif
