// What `okr-plan-sync run` watches, and how: the words of the command line over a small file of
// `key = value` lines. It opens the configuration only, none of the plans.
#ifndef OKR_CLIENT_PLAN_SYNC_RUN_CONFIG_H
#define OKR_CLIENT_PLAN_SYNC_RUN_CONFIG_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "client/plan_sync/push/push.h"

enum {
    RUN_WATCHED_MOST = 256, // entries; a folder counts once
    RUN_VALUE_SIZE = 1024,
};

enum run_entry_kind {
    RUN_ENTRY_ANY, // as on the command line: a folder if it is one
    RUN_ENTRY_PLAN,
    RUN_ENTRY_FOLDER,
};

struct run_entry {
    enum run_entry_kind kind;
    char source[PUSH_SOURCE_SIZE]; // "": from the file's name
    char path[PATH_MAX];           // absolute
};

// Every value is "" or 0 where nothing was said.
struct run_config {
    struct run_entry entries[RUN_WATCHED_MOST];
    size_t n_entries;
    char server[RUN_VALUE_SIZE];
    char token_file[RUN_VALUE_SIZE];
    char as[RUN_VALUE_SIZE];
    char convert[RUN_VALUE_SIZE];
    int64_t convert_ms; // a converter may take so long
    int64_t quiet_ms;
    int64_t poll_ms;
    int64_t gone_ms;
};

// What is wrong, for people: an English sentence that is a key for gettext, what it is about, and
// in which line (0: the command line).
struct run_config_error {
    const char *message;
    char about[RUN_VALUE_SIZE];
    int line;
};

// Reads the text of a configuration into *config, which holds what was said before. Keys: server,
// token-file, as, convert, convert-seconds, quiet-seconds, poll-seconds, gone-seconds, plan,
// `plan NAME`, folder. A relative path counts from `folder`. A line that begins with # is none.
bool run_config_parse(struct run_config *config, const char *text, const char *folder,
                      struct run_config_error *ret_error);
bool run_config_read(struct run_config *config, const char *path,
                     struct run_config_error *ret_error);

// One setting, as in a line of the file.
bool run_config_set(struct run_config *config, const char *key, const char *value,
                    const char *folder, struct run_config_error *ret_error);

// One word of the command line: FILE, FOLDER or NAME=FILE.
bool run_config_add_word(struct run_config *config, const char *word, const char *folder,
                         struct run_config_error *ret_error);

// Fills in what was not said, and looks for two entries with one name or path.
bool run_config_finish(struct run_config *config, struct run_config_error *ret_error);

// "0.5" as 500. False: no number, not above 0, or more than a week.
bool run_config_seconds(const char *text, int64_t *ret_ms);

// A name that okrd takes for a plan, by the contract.
bool run_source_valid(const char *name, size_t length);

#endif
