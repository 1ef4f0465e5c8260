// The command table: what `okr` understands. The parser, the help, the usage errors, the request
// that is sent and the names in error messages all come from these rows. The rows themselves stand
// in client/cli/noun, one noun a file; they are reached through struct cli.
#ifndef OKR_CLIENT_CLI_CORE_COMMAND_H
#define OKR_CLIENT_CLI_CORE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <protobuf-c/protobuf-c.h>
#include "okr/methods.h"

struct cli;
struct paper;
struct args;

enum param_type {
    PARAM_TEXT,
    PARAM_FLAG,
    PARAM_INTEGER,
    PARAM_NUMBER,
    PARAM_YES_NO,
    PARAM_DAY,
    PARAM_WEEK,
    PARAM_QUARTER,
    PARAM_MONTH,
    PARAM_ENUM,    // a word of `choices`
    PARAM_ROADMAP, // ids: R-12, r12 or 12
    PARAM_OBJECTIVE,
    PARAM_KR,
    PARAM_PROJECT,
    PARAM_GOAL,
    PARAM_ENTRY,
    PARAM_MEASUREMENT,
    PARAM_TOKEN,
    PARAM_AGENT,
    PARAM_ACTION,
    PARAM_FILE,
    PARAM_SECRET, // never repeated to the user
};

// An argument is required unless it is OPTIONAL; an option is optional unless it is REQUIRED.
// MANY: a list in one request. EACH: an argument of which several may be given; the command is then
// run for one after the other.
enum { PARAM_OPTIONAL = 1, PARAM_REQUIRED = 2, PARAM_MANY = 4, PARAM_EACH = 8 };

struct param {
    const char *name; // "PROJECT": an argument by place; "--reason": an option
    const char
        *field; // path of the request's field that takes it ("kr.unit"); NULL: run() takes it
    enum param_type type;
    unsigned flags;
    const ProtobufCEnumDescriptor *choices;
    const char *help; // N_()
};

struct command {
    const char *verb;           // "": the noun alone
    const char *help;           // N_(), one line
    const enum rpc_id *methods; // what it may call, the first by default; ends with RPC_COUNT
    const struct param *params; // ends with a NULL name; arguments in their order
    bool versioned;             // takes --version; without it, the version that was seen
    const char *ends;           // N_(): what ends or freezes with it; that is said, and asked first
    bool (*ends_if)(const struct args *args); // NULL: always
    // What takes it back: {NAME} stands for an argument, {.field} for one of the reply's.
    const char *undo;
    // A question about what does not look right; NULL: it does.
    const char *(*doubt)(struct cli *cli, const struct args *args);
    const char *preset; // an integer, enum or bool field that the verb itself decides
    int preset_value;
    const char *const *cases; // N_(), with `choose`: what each of the methods is for
    // Which of the methods, by the arguments. RPC_COUNT: it has said why not.
    enum rpc_id (*choose)(struct cli *cli, const struct args *args);
    // What the generic filling cannot do. False: it has said why not.
    bool (*prepare)(struct cli *cli, const struct args *args, ProtobufCMessage *request);
    void (*show)(struct cli *cli, const ProtobufCMessage *reply);
    // Instead of all that; returns an exit code.
    int (*run)(struct cli *cli, const struct args *args);
    const char *more;    // N_(), further help below the options
    const char *example; // a whole command line, for a shell
    // For --format: html and markdown; and csv, where the reply has more than one list: which
    // (csv.h).
    void (*report)(const struct paper *paper, const ProtobufCMessage *reply);
    const char *rows;
    bool mspdi; // writes a plan as MS Project XML
    bool edits; // at least one of its options says what to change
};

struct noun {
    const char *name;
    const char *help;               // N_()
    const struct command *commands; // ends with a NULL verb
};

#define CALLS(...)                                                                                 \
    .methods = (const enum rpc_id[])                                                               \
    {                                                                                              \
        __VA_ARGS__, RPC_COUNT                                                                     \
    }
#define PARAMS(...)                                                                                \
    .params = (const struct param[])                                                               \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }

// Of a list that ends with NULL.
const struct noun *command_noun(const struct noun *const *nouns, const char *name);
// NULL where the noun has no such verb; verb NULL finds the command of the noun alone.
const struct command *command_find(const struct noun *noun, const char *verb);
bool param_is_option(const struct param *param);
bool param_takes_value(const struct param *param);
// "P" for the id of a project; NULL for what is no id.
const char *param_id_prefix(enum param_type type);
// The word of `words` (NULL-terminated) that is least far from `word`; NULL when none is near.
const char *command_nearest(const char *word, const char *const *words);

// What was given for the parameters, in the order of the command line.
struct arg {
    const struct param *param;
    const char *text;
    int64_t number; // ids, integers, enum values, flags (1)
    double real;
};
struct args {
    const struct noun *noun;
    const struct command *command;
    struct arg *items;
    size_t count;
    int64_t version; // of --version; 0: not given
};
const struct arg *args_find(const struct args *args, const char *name);
const char *args_text(const struct args *args, const char *name); // NULL: not given
bool args_has(const struct args *args, const char *name);

#endif
