// --format: the table of writers. Each prints the same replies, for people or for other programs:
// text, JSON, lists as CSV, reports as HTML or Markdown, a plan for MS Project.
#ifndef OKR_CLIENT_CLI_CORE_WRITER_H
#define OKR_CLIENT_CLI_CORE_WRITER_H

#include "client/cli/core/cli.h"
#include "client/cli/core/command.h"

struct writer {
    const char *word; // of --format
    bool raw;         // texts go out as they came: no terminal reads them
    bool (*serves)(const struct command *command); // NULL: every command
    const char *lacks; // N_(): what is said of a command that it does not serve
    void (*print)(struct cli *cli, const ProtobufCMessage *reply, shower show);
};

extern const struct writer writers[]; // ends with a NULL word; the first is the text for people
// NULL: there is none of that name.
const struct writer *writer_named(const char *word);
// The words of all of them, for a message: "text, json, …".
const char *writer_words(struct cli *cli);
bool writer_is_text(const struct cli *cli);
bool writer_is_json(const struct cli *cli);

// Before anything is asked: whether the run's writer serves the command. EXIT_DONE, or it has said
// that it does not, and returns EXIT_USAGE.
int writer_check(struct cli *cli, const struct command *command);

#endif
