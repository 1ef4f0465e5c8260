// Relative paths of the command line count from the folder in which the program was started.
#include "client/plan_sync/run/settings.h"

#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/exit_code.h"

#define _(s) gettext(s)
#define N_(s) (s)

static void complain(const char *file, const struct run_config_error *error)
{
    fputs("okr-plan-sync: ", stderr);
    if (file && error->line > 0)
        fprintf(stderr, "%s:%d: ", file, error->line);
    else if (file)
        fprintf(stderr, "%s: ", file);
    fputs(_(error->message), stderr);
    fprintf(stderr, "%s%s\n", error->about[0] ? ": " : "", error->about);
}

static bool set_options(struct run_config *config, const struct run_options *o, const char *folder,
                        struct run_config_error *error)
{
    const struct {
        const char *key, *value;
    } values[] = {
        {"server", o->server},
        {"token-file", o->token_file},
        {"as", o->as},
        {"convert", o->convert},
        {"convert-seconds", o->convert_seconds},
        {"quiet-seconds", o->quiet_seconds},
        {"poll-seconds", o->poll_seconds},
        {"gone-seconds", o->gone_seconds},
    };
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (values[i].value &&
            !run_config_set(config, values[i].key, values[i].value, folder, error))
            return false;
    }
    return true;
}

static bool add_words(struct run_config *config, const struct run_options *o, const char *folder,
                      struct run_config_error *error)
{
    char key[PUSH_SOURCE_SIZE + 8];
    if (o->source && o->n_words == 1) {
        snprintf(key, sizeof(key), "plan %.*s", PUSH_SOURCE_SIZE, o->source);
        return run_config_set(config, key, o->words[0], folder, error);
    }
    if (o->source) {
        error->message = N_("--source names one plan; for several write NAME=FILE");
        return false;
    }
    for (size_t i = 0; i < o->n_words; i++) {
        if (!run_config_add_word(config, o->words[i], folder, error))
            return false;
    }
    return true;
}

struct run_config *run_settings_load(const struct run_options *options)
{
    struct run_config *config = calloc(1, sizeof(*config));
    struct run_config_error *error = calloc(1, sizeof(*error));
    char folder[PATH_MAX];
    bool fine = config && error && getcwd(folder, sizeof(folder));
    const char *file = options->config;
    fine = fine && (!file || run_config_read(config, file, error));
    if (fine) {
        file = NULL;
        fine = set_options(config, options, folder, error) &&
               add_words(config, options, folder, error) && run_config_finish(config, error);
    }
    if (!fine && error && error->message)
        complain(file, error);
    free(error);
    if (fine)
        return config;
    free(config);
    return NULL;
}

struct account run_settings_account(const struct run_config *config)
{
    return (struct account){
        .server = config->server,
        .token_file = config->token_file,
        .as = config->as,
    };
}
