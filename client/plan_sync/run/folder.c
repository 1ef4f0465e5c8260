// Names are compared without regard to case where programs on Windows make them. A copy is only
// taken for one while what it is a copy of stands beside it.
#include "client/plan_sync/run/folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "client/plan_sync/file/foreign.h"

// ---- one name ---------------------------------------------------------------------------------

static bool is_temporary(const char *name)
{
    size_t length = strlen(name);
    return name[0] == '.' || name[0] == '~' || (length > 0 && name[length - 1] == '~');
}

static size_t stem_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot ? (size_t)(dot - name) : strlen(name);
}

static bool is_xml(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && strcasecmp(dot, ".xml") == 0;
}

bool run_folder_may_be_plan(const char *name)
{
    return !is_temporary(name) && (is_xml(name) || foreign_by_name(name) != NULL);
}

// "-DESKTOP-7K2": what OneDrive puts behind the name, capitals as Windows names its machines.
static bool is_machine(const char *tail, size_t length)
{
    bool letter = false;
    for (size_t i = 1; i < length; i++) {
        unsigned char c = (unsigned char)tail[i];
        if (!isupper(c) && !isdigit(c) && c != '-')
            return false;
        letter = letter || isupper(c);
    }
    return length > 2 && tail[0] == '-' && letter;
}

// " (2)", " - Copy", " (Ann's conflicted copy 2021-02-08)", ".sync-conflict-2021…", and in
// Japanese.
static bool is_copy_tail(const char *tail, size_t length)
{
    static const char *const words[] = {" - Copy", " - コピー", ".sync-conflict-", "_conf("};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t n = strlen(words[i]);
        if (length >= n && strncmp(tail, words[i], n) == 0)
            return true;
    }
    if (length < 4 || strncmp(tail, " (", 2) != 0 || tail[length - 1] != ')')
        return is_machine(tail, length);
    if (memmem(tail, length, "conflict", 8) || memmem(tail, length, "競合", strlen("競合")))
        return true;
    return strspn(tail + 2, "0123456789") == length - 3;
}

static bool is_copy_of(const char *name, const char *other)
{
    size_t length = stem_length(name), stem = stem_length(other);
    if (stem == 0 || length <= stem || strncasecmp(name, other, stem) != 0)
        return false;
    return strcasecmp(name + length, other + stem) == 0 && is_copy_tail(name + stem, length - stem);
}

// ---- all of them ------------------------------------------------------------------------------

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// People keep plan.mpp beside the plan.xml that they saved from it.
static bool has_xml_beside(char *const *names, size_t n, const char *name)
{
    size_t length = stem_length(name);
    for (size_t i = 0; i < n; i++) {
        if (is_xml(names[i]) && stem_length(names[i]) == length &&
            strncasecmp(names[i], name, length) == 0)
            return true;
    }
    return false;
}

static enum run_file judge(const struct run_files *before, char *const *names, size_t n, size_t at,
                           bool converts, char source[PUSH_SOURCE_SIZE])
{
    if (!converts && !is_xml(names[at]))
        return has_xml_beside(names, n, names[at]) ? RUN_FILE_OTHER : RUN_FILE_FOREIGN;
    for (size_t i = 0; i < n; i++) {
        if (i != at && is_copy_of(names[at], names[i]))
            return RUN_FILE_COPY;
    }
    if (!push_source_of(names[at], source))
        return RUN_FILE_NAMELESS;
    for (size_t i = 0; i < before->n; i++) {
        const struct run_found *other = &before->items[i];
        if (other->kind == RUN_FILE_PLAN && strcmp(other->source, source) == 0)
            return RUN_FILE_SAME_NAME;
    }
    return RUN_FILE_PLAN;
}

bool run_folder_judge(char **names, size_t n, bool converts, struct run_files *ret)
{
    struct run_files files = {.items = calloc(n ? n : 1, sizeof(struct run_found))};
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (files.items && run_folder_may_be_plan(names[i]))
            names[kept++] = names[i];
        else
            free(names[i]);
    }
    if (!files.items)
        return false;
    qsort(names, kept, sizeof(*names), compare_names);
    for (size_t i = 0; i < kept; i++) {
        struct run_found found = {.name = names[i]};
        found.kind = judge(&files, names, kept, i, converts, found.source);
        files.items[files.n++] = found;
    }
    *ret = files;
    return true;
}

static bool add_name(char ***names, size_t *n, const char *name)
{
    char *copy = strdup(name);
    char **more = copy ? realloc(*names, (*n + 1) * sizeof(char *)) : NULL;
    if (!more) {
        free(copy);
        return false;
    }
    *names = more;
    more[(*n)++] = copy;
    return true;
}

bool run_folder_read(const char *path, bool converts, struct run_files *ret)
{
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    char **names = NULL;
    size_t n = 0;
    struct dirent *entry;
    bool fine = true;
    errno = 0;
    while (fine && (entry = readdir(folder))) {
        bool file =
            entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK;
        if (file && run_folder_may_be_plan(entry->d_name))
            fine = add_name(&names, &n, entry->d_name);
        if (fine)
            errno = 0;
    }
    int error = errno;
    closedir(folder);
    if (error == 0) {
        fine = run_folder_judge(names, n, converts, ret);
        error = fine ? 0 : ENOMEM;
    } else {
        while (n > 0)
            free(names[--n]);
    }
    free(names);
    errno = error;
    return error == 0;
}

void run_files_clear(struct run_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        free(files->items[i].name);
    free(files->items);
    *files = (struct run_files){0};
}
