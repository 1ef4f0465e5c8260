// glibc translates in every locale but "C", in the languages that LANGUAGE names; so a locale of
// the wanted language need not be installed.
#include "client/plan_sync/language.h"

#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *from_environment(void)
{
    static const char *const names[] = {"OKR_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return value;
    }
    return "en";
}

static void bind_catalogue(void)
{
    char program[PATH_MAX];
    char catalogue[PATH_MAX + sizeof("/../share/locale")];
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    if (length <= 0)
        return;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash)
        return;
    *slash = '\0';
    snprintf(catalogue, sizeof(catalogue), "%s/../share/locale", program);
    bindtextdomain("okr", catalogue);
    bind_textdomain_codeset("okr", "UTF-8");
    textdomain("okr");
}

void language_start(const char *wanted)
{
    const char *language = wanted ? wanted : from_environment();
    setenv("LANGUAGE", strncmp(language, "ja", 2) == 0 ? "ja" : "en", 1);
    const char *messages = setlocale(LC_ALL, "") ? setlocale(LC_MESSAGES, NULL) : "C";
    bool plain = strcmp(messages, "C") == 0 || strcmp(messages, "POSIX") == 0;
    if (plain || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
    bind_catalogue();
}
