// The settings of `run`: lines, words, and the checks over both.
#include "client/plan_sync/run/config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "common/field_format.h"

#define N_(s) (s)

enum {
    FILE_MOST = 256 * 1024,
    QUIET_MS = 5000,
    POLL_MS = 30 * 1000,
    GONE_MS = 60 * 1000,
    CONVERT_MS = 10 * 60 * 1000,
    SECONDS_MOST = 7 * 24 * 3600,
};

static bool wrong(struct run_config_error *error, const char *message, const char *about)
{
    error->message = message;
    snprintf(error->about, sizeof(error->about), "%.*s", RUN_VALUE_SIZE - 1, about);
    return false;
}

bool run_source_valid(const char *name, size_t length)
{
    char text[PUSH_SOURCE_SIZE];
    if (length >= sizeof(text))
        return false;
    memcpy(text, name, length);
    text[length] = '\0';
    return format_fits(OKR__FORMAT__FORMAT_SOURCE, text);
}

// ---- one value --------------------------------------------------------------------------------

// Without a trailing slash, so that one path is written in one way.
static bool set_path(char ret[PATH_MAX], const char *path, const char *folder)
{
    bool absolute = path[0] == '/';
    while (!absolute && path[0] == '.' && path[1] == '/')
        path += 2;
    int n = snprintf(ret, PATH_MAX, "%s%s%s", absolute ? "" : folder, absolute ? "" : "/", path);
    if (n < 0 || n >= PATH_MAX)
        return false;
    while (n > 1 && ret[n - 1] == '/')
        ret[--n] = '\0';
    return true;
}

static bool add_entry(struct run_config *config, enum run_entry_kind kind, const char *source,
                      size_t source_length, const char *path, const char *folder,
                      struct run_config_error *error)
{
    if (config->n_entries == RUN_WATCHED_MOST)
        return wrong(error, N_("too many plans are named; name a folder"), path);
    if (source_length > 0 && !run_source_valid(source, source_length))
        return wrong(error, N_("this is no name for a plan (a-z, 0-9, - _ and dots)"), source);
    struct run_entry *entry = &config->entries[config->n_entries];
    *entry = (struct run_entry){.kind = kind};
    memcpy(entry->source, source, source_length);
    if (!path[0] || !set_path(entry->path, path, folder))
        return wrong(error, N_("this is no path"), path);
    config->n_entries++;
    return true;
}

bool run_config_seconds(const char *text, int64_t *ret_ms)
{
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end || !isfinite(seconds) || seconds <= 0 || seconds > (double)SECONDS_MOST)
        return false;
    int64_t ms = (int64_t)(seconds * 1000);
    *ret_ms = ms > 0 ? ms : 1;
    return true;
}

static bool set_seconds(int64_t *ret_ms, const char *value, struct run_config_error *error)
{
    return run_config_seconds(value, ret_ms) ||
           wrong(error, N_("this is no number of seconds"), value);
}

static bool set_text(char ret[RUN_VALUE_SIZE], const char *value, struct run_config_error *error)
{
    if (strlen(value) >= RUN_VALUE_SIZE)
        return wrong(error, N_("this is too long"), value);
    strcpy(ret, value);
    return true;
}

static char *text_of(struct run_config *config, const char *key)
{
    if (strcmp(key, "server") == 0)
        return config->server;
    if (strcmp(key, "as") == 0)
        return config->as;
    return strcmp(key, "convert") == 0 ? config->convert : NULL;
}

static int64_t *seconds_of(struct run_config *config, const char *key)
{
    if (strcmp(key, "quiet-seconds") == 0)
        return &config->quiet_ms;
    if (strcmp(key, "poll-seconds") == 0)
        return &config->poll_ms;
    if (strcmp(key, "gone-seconds") == 0)
        return &config->gone_ms;
    return strcmp(key, "convert-seconds") == 0 ? &config->convert_ms : NULL;
}

bool run_config_set(struct run_config *config, const char *key, const char *value,
                    const char *folder, struct run_config_error *error)
{
    char path[PATH_MAX];
    char *text = text_of(config, key);
    if (text)
        return set_text(text, value, error);
    int64_t *seconds = seconds_of(config, key);
    if (seconds)
        return set_seconds(seconds, value, error);
    if (strcmp(key, "token-file") == 0) {
        if (!set_path(path, value, folder))
            return wrong(error, N_("this is no path"), value);
        return set_text(config->token_file, path, error);
    }
    if (strcmp(key, "folder") == 0)
        return add_entry(config, RUN_ENTRY_FOLDER, "", 0, value, folder, error);
    if (strcmp(key, "plan") == 0)
        return add_entry(config, RUN_ENTRY_PLAN, "", 0, value, folder, error);
    if (strncmp(key, "plan", 4) != 0 || !isspace((unsigned char)key[4]))
        return wrong(error, N_("this setting is not known"), key);
    const char *name = key + 4 + strspn(key + 4, " \t");
    return add_entry(config, RUN_ENTRY_PLAN, name, strlen(name), value, folder, error);
}

bool run_config_add_word(struct run_config *config, const char *word, const char *folder,
                         struct run_config_error *error)
{
    size_t length = strcspn(word, "=/");
    if (word[length] == '=' && run_source_valid(word, length))
        return add_entry(config, RUN_ENTRY_PLAN, word, length, word + length + 1, folder, error);
    return add_entry(config, RUN_ENTRY_ANY, "", 0, word, folder, error);
}

// ---- a file -----------------------------------------------------------------------------------

static char *trim(char *text)
{
    text += strspn(text, " \t\r");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool parse_line(struct run_config *config, char *line, const char *folder,
                       struct run_config_error *error)
{
    char *key = trim(line);
    if (!key[0] || key[0] == '#')
        return true;
    char *equals = strchr(key, '=');
    if (!equals)
        return wrong(error, N_("a line is KEY = VALUE, this one is not"), key);
    *equals = '\0';
    key = trim(key);
    char *value = trim(equals + 1);
    if (!value[0])
        return wrong(error, N_("a value is missing"), key);
    return run_config_set(config, key, value, folder, error);
}

bool run_config_parse(struct run_config *config, const char *text, const char *folder,
                      struct run_config_error *error)
{
    char line[PATH_MAX + 128];
    int number = 0;
    while (*text) {
        size_t length = strcspn(text, "\n");
        number++;
        error->line = number;
        if (length >= sizeof(line))
            return wrong(error, N_("this is too long"), "");
        memcpy(line, text, length);
        line[length] = '\0';
        if (!parse_line(config, line, folder, error))
            return false;
        text += length + (text[length] == '\n');
    }
    error->line = 0;
    return true;
}

// The whole file with a NUL behind it; NULL: errno says why.
static char *read_text(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text = fd >= 0 ? malloc(FILE_MOST + 1) : NULL;
    ssize_t got = text ? read(fd, text, FILE_MOST) : -1;
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (got >= 0) {
        text[got] = '\0';
        return text;
    }
    free(text);
    errno = error;
    return NULL;
}

bool run_config_read(struct run_config *config, const char *path, struct run_config_error *error)
{
    char folder[PATH_MAX];
    error->line = 0;
    if (!realpath(path, folder))
        return wrong(error, N_("the configuration cannot be read"), strerror(errno));
    char *text = read_text(path);
    if (!text)
        return wrong(error, N_("the configuration cannot be read"), strerror(errno));
    char *slash = strrchr(folder, '/');
    slash[slash == folder ? 1 : 0] = '\0';
    bool fine = run_config_parse(config, text, folder, error);
    free(text);
    return fine;
}

// ---- the whole --------------------------------------------------------------------------------

static void fill(int64_t *value, int64_t otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

bool run_config_finish(struct run_config *config, struct run_config_error *error)
{
    error->line = 0;
    fill(&config->quiet_ms, QUIET_MS);
    fill(&config->poll_ms, POLL_MS);
    fill(&config->gone_ms, GONE_MS);
    fill(&config->convert_ms, CONVERT_MS);
    if (config->n_entries == 0)
        return wrong(error, N_("no plan is named: a file, a folder, or a configuration"), "");
    for (size_t i = 0; i < config->n_entries; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct run_entry *a = &config->entries[i], *b = &config->entries[k];
            if (strcmp(a->path, b->path) == 0)
                return wrong(error, N_("this path is named twice"), a->path);
            if (a->source[0] && strcmp(a->source, b->source) == 0)
                return wrong(error, N_("two plans have this name"), a->source);
        }
    }
    return true;
}
