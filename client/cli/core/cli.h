// One run of `okr`: where it prints, which server it asks and as whom, and what the commands share.
#ifndef OKR_CLIENT_CLI_CORE_CLI_H
#define OKR_CLIENT_CLI_CORE_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <protobuf-c/protobuf-c.h>
#include "common/arena.h"
#include "common/exit_code.h"
#include "common/rpc_client.h"

struct args;
struct command;
struct noun;
struct writer;
struct cli;

// How a reply is told to people.
typedef void (*shower)(struct cli *cli, const ProtobufCMessage *reply);

struct cli {
    FILE *out;
    FILE *err;
    int argc;
    char **argv;
    // The global options, as they were decided (client/cli/line/options.h).
    const char *server;
    const char *as;
    const char *as_of; // a day, a week or a revision that is looked back to; NULL: the present
    const struct writer *writer; // how replies are printed (client/cli/core/writer.h)
    const char *fields;          // of --json=FIELD,FIELD; NULL: all
    bool several;                // the command is run for several things, one after the other
    bool yes;                    // whatever is asked is answered with yes
    // Asks somebody and reads a line; false: no answer. NULL: there is nobody to ask.
    bool (*ask)(struct cli *cli, const char *question, char *ret, size_t size);
    bool colour;
    bool ambiguous_wide;
    int width;       // columns to wrap text at
    int table_width; // columns of the terminal; 0: there is none, and nothing is cut
    uint32_t deadline_ms;
    // What belongs to the run.
    const struct noun *const *nouns; // the command table
    const struct command *command;
    const struct args *args;
    struct arena *arena;
    struct rpc_client *client;
    bool client_is_anonymous;
    char shown_as_of[32]; // the instant that the last reply shows; "": the present
    int64_t shown_revision;
    char today[16];     // the organisation's day, as the last reply told it; "": none did
    const char *handle; // whose token the client sends; NULL: anonymous
    struct kept_reply *replies;
    struct sight *sights; // what was shown in this run (client/cli/core/seen.h)
    int exit_code;
};

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
