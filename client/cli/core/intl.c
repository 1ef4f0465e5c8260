// How gettext is made to speak the chosen language where that language's locale is not installed:
// glibc translates in every locale but "C", in the languages that LANGUAGE names.
#include "client/cli/core/intl.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool japanese;

static const char *wish_of_environment(void)
{
    static const char *const names[] = {"OKR_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && value[0])
            return value;
    }
    return "en";
}

static void choose_locale(void)
{
    const char *locale = setlocale(LC_ALL, "");
    const char *messages = setlocale(LC_MESSAGES, NULL);
    bool plain =
        !locale || !messages || strcmp(messages, "C") == 0 || strcmp(messages, "POSIX") == 0;
    if (plain || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_NUMERIC, "C"); // numbers are read and written with a point
}

static void find_catalogue(void)
{
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 64);
    if (length <= 0)
        return;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash)
        return;
    strcpy(slash, "/../share/locale");
    bindtextdomain("okr", path);
    bind_textdomain_codeset("okr", "UTF-8");
}

void intl_start(const char *wanted)
{
    if (!wanted)
        wanted = wish_of_environment();
    japanese = strncmp(wanted, "ja", 2) == 0;
    setenv("LANGUAGE", japanese ? "ja" : "en", 1);
    choose_locale();
    find_catalogue();
}

bool intl_japanese(void)
{
    return japanese;
}
