// A path that may be either is a folder when it is one; while it is not there, it is a file.
#include "client/plan_sync/run/list.h"

#include <errno.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "client/plan_sync/file/foreign.h"
#include "client/plan_sync/run/folder.h"
#include "common/log.h"

#define _(s) gettext(s)

enum { SAID_MOST = 1000 };

bool run_said_first(struct run_said *said, const char *text)
{
    for (size_t i = 0; i < said->n; i++) {
        if (strcmp(said->texts[i], text) == 0)
            return false;
    }
    char *copy = said->n < SAID_MOST ? strdup(text) : NULL;
    char **more = copy ? realloc(said->texts, (said->n + 1) * sizeof(char *)) : NULL;
    if (!more) {
        free(copy);
        return false; // rather silent than a line at every poll
    }
    said->texts = more;
    more[said->n++] = copy;
    return true;
}

void run_said_clear(struct run_said *said)
{
    for (size_t i = 0; i < said->n; i++)
        free(said->texts[i]);
    free(said->texts);
    *said = (struct run_said){0};
}

static bool is_folder(const struct run_entry *entry)
{
    struct stat stat_;
    if (entry->kind != RUN_ENTRY_ANY)
        return entry->kind == RUN_ENTRY_FOLDER;
    return stat(entry->path, &stat_) == 0 && S_ISDIR(stat_.st_mode);
}

// ---- one plan ---------------------------------------------------------------------------------

static bool take(struct run_plans *plans, const char *path, const char *source, bool from_folder)
{
    struct run_plan *plan = run_plans_find(plans, path);
    bool changed = !plan || strcmp(plan->source, source) != 0;
    if (!plan)
        plan = run_plans_add(plans, path, source);
    if (!plan)
        return false;
    if (changed) { // under another name it is another plan
        struct run_plan fresh = {
            .seen = plan->seen, .present = plan->present, .quiet_since = plan->quiet_since};
        snprintf(fresh.path, sizeof(fresh.path), "%s", path);
        snprintf(fresh.source, sizeof(fresh.source), "%s", source);
        *plan = fresh;
    }
    plan->from_folder = from_folder;
    plan->listed = true;
    return changed;
}

static void say_once(struct run_said *said, const char *path, const char *why)
{
    char text[PATH_MAX + 1100];
    snprintf(text, sizeof(text), "%s: %s", path, why);
    if (run_said_first(said, text))
        log_warn("%s", text);
}

static bool take_file(struct run_plans *plans, const struct run_entry *entry, struct run_said *said)
{
    char source[PUSH_SOURCE_SIZE];
    if (entry->source[0])
        return take(plans, entry->path, entry->source, false);
    if (push_source_of(entry->path, source))
        return take(plans, entry->path, source, false);
    say_once(said, entry->path, _("the file's name makes no name for the plan; write NAME=FILE"));
    return false;
}

// ---- a folder ---------------------------------------------------------------------------------

static const char *why_not(enum run_file kind)
{
    switch (kind) {
    case RUN_FILE_COPY:
        return _("looks like a copy of another file here and is not taken for a plan; name it if "
                 "it is one");
    case RUN_FILE_NAMELESS:
        return _("the file's name makes no name for the plan; write NAME=FILE");
    case RUN_FILE_SAME_NAME:
        return _("another plan has this name already; this file is left alone");
    case RUN_FILE_PLAN:
    case RUN_FILE_FOREIGN:
    case RUN_FILE_OTHER:
        break;
    }
    return "";
}

static bool is_named(const struct run_config *config, const char *path)
{
    for (size_t i = 0; i < config->n_entries; i++) {
        if (strcmp(config->entries[i].path, path) == 0)
            return true;
    }
    return false;
}

static bool source_taken(const struct run_plans *plans, const char *path, const char *source)
{
    for (size_t i = 0; i < plans->n; i++) {
        const struct run_plan *plan = plans->items[i];
        if (plan->listed && strcmp(plan->source, source) == 0 && strcmp(plan->path, path) != 0 &&
            !(plan->from_folder && plan->absent))
            return true;
    }
    return false;
}

static bool take_found(struct run_plans *plans, const struct run_config *config, const char *folder,
                       const struct run_found *found, struct run_said *said)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof(path), "%s/%s", folder, found->name) >= (int)sizeof(path) ||
        is_named(config, path))
        return false;
    enum run_file kind = found->kind;
    if (kind == RUN_FILE_PLAN && source_taken(plans, path, found->source))
        kind = RUN_FILE_SAME_NAME;
    if (kind == RUN_FILE_PLAN)
        return take(plans, path, found->source, true);
    if (kind == RUN_FILE_FOREIGN) {
        const struct foreign *foreign = foreign_by_name(path);
        char text[1024];
        snprintf(text, sizeof(text), "%s; %s", _(foreign->what), _(foreign->help));
        say_once(said, path, text);
    } else if (kind != RUN_FILE_OTHER) {
        say_once(said, path, why_not(kind));
    }
    return false;
}

static bool lies_there(const struct run_files *files, const char *name)
{
    for (size_t i = 0; i < files->n; i++) {
        if (strcmp(files->items[i].name, name) == 0)
            return true;
    }
    return false;
}

// Plans of the folder whose files are gone; with an empty list, all of them.
static void keep_absent(struct run_plans *plans, const char *folder, const struct run_files *files)
{
    size_t length = strlen(folder);
    for (size_t i = 0; i < plans->n; i++) {
        struct run_plan *plan = plans->items[i];
        const char *rest = plan->path + length;
        bool inside = strncmp(plan->path, folder, length) == 0 && rest[0] == '/';
        if (inside && !plan->listed && !strchr(rest + 1, '/') && !lies_there(files, rest + 1))
            plan->listed = plan->from_folder = true;
    }
}

static bool take_folder(struct run_plans *plans, const struct run_config *config,
                        const char *folder, struct run_said *said)
{
    struct run_files files = {0};
    bool changed = false;
    if (!run_folder_read(folder, config->convert[0], &files))
        say_once(said, folder, strerror(errno));
    for (size_t i = 0; i < files.n; i++)
        changed = take_found(plans, config, folder, &files.items[i], said) || changed;
    keep_absent(plans, folder, &files);
    run_files_clear(&files);
    return changed;
}

bool run_list_update(struct run_plans *plans, const struct run_config *config,
                     struct run_said *said)
{
    bool changed = false;
    for (size_t i = 0; i < plans->n; i++)
        plans->items[i]->listed = false;
    for (size_t i = 0; i < config->n_entries; i++) {
        if (!is_folder(&config->entries[i]))
            changed = take_file(plans, &config->entries[i], said) || changed;
    }
    for (size_t i = 0; i < config->n_entries; i++) {
        if (is_folder(&config->entries[i]))
            changed = take_folder(plans, config, config->entries[i].path, said) || changed;
    }
    return changed;
}

void run_list_prune(struct run_plans *plans)
{
    size_t kept = 0;
    for (size_t i = 0; i < plans->n; i++) {
        const struct run_plan *plan = plans->items[i];
        bool passed = plan->from_folder && plan->gone && plan->version == 0;
        if (plan->listed && !passed)
            plans->items[kept++] = plans->items[i];
        else
            free(plans->items[i]);
    }
    plans->n = kept;
}

// ---- what to watch ----------------------------------------------------------------------------

static bool add_folder(char **folders, size_t *n, const char *path, size_t length)
{
    for (size_t i = 0; i < *n; i++) {
        if (strlen(folders[i]) == length && strncmp(folders[i], path, length) == 0)
            return true;
    }
    folders[*n] = strndup(length ? path : "/", length ? length : 1);
    return folders[*n] && ++*n;
}

char **run_list_folders(const struct run_plans *plans, const struct run_config *config,
                        size_t *ret_n)
{
    char **folders = calloc(plans->n + config->n_entries + 1, sizeof(char *));
    size_t n = 0;
    for (size_t i = 0; folders && i < plans->n; i++) {
        const char *path = plans->items[i]->path;
        add_folder(folders, &n, path, (size_t)(strrchr(path, '/') - path));
    }
    for (size_t i = 0; folders && i < config->n_entries; i++) {
        const char *path = config->entries[i].path;
        if (is_folder(&config->entries[i]))
            add_folder(folders, &n, path, strlen(path));
    }
    *ret_n = n;
    return folders;
}
