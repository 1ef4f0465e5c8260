// One run of `okr`: where it prints, which server it asks and as whom, and what the commands share.
#ifndef OKR_CLIENT_CLI_CLI_H
#define OKR_CLIENT_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "common/arena.h"
#include "common/exit_code.h"
#include "common/rpc_client.h"

// How replies are printed (client/cli/export.h); JSON is `json` below.
enum cli_format { CLI_TEXT, CLI_CSV, CLI_HTML, CLI_MARKDOWN, CLI_MSPDI };

struct command;
struct args;

struct cli {
    FILE *out;
    FILE *err;
    int argc;
    char **argv;
    // The global options, as they were decided (client/cli/options.h).
    const char *server;
    const char *as;
    const char *as_of; // a day, a week or a revision that is looked back to; NULL: the present
    bool json;
    enum cli_format format;
    bool colour;
    bool ambiguous_wide;
    int width;       // columns to wrap text at
    int table_width; // columns of the terminal; 0: there is none, and nothing is cut
    uint32_t deadline_ms;
    // What belongs to the run.
    const struct command *command;
    struct arena *arena;
    struct rpc_client *client;
    bool client_is_anonymous;
    char shown_as_of[32]; // the instant that the last reply shows; "": the present
    int64_t shown_revision;
    const char *handle; // whose token the client sends; NULL: anonymous
    struct kept_reply *replies;
    int exit_code;
};

// The whole program. Returns the exit code.
int cli_main(int argc, char **argv);
// The same with other streams, for tests.
int cli_run(int argc, char **argv, FILE *out, FILE *err);

// Memory and texts for the life of the run. They never return NULL: a CLI that is out of memory
// says so and ends.
void *cli_keep(struct cli *cli, size_t size);
char *cli_text(struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3), nonnull(2)));
char *cli_copy(struct cli *cli, const char *text, size_t length);

// Says what is wrong with the command line or its values (translated text), and returns EXIT_USAGE.
int cli_usage_error(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The same for what went wrong on this machine (a file, an editor); returns EXIT_OTHER.
int cli_local_error(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
