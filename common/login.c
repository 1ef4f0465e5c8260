#include "common/login.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_MOST = 1024 * 1024,
    TOKEN_MOST = 512,
};

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

// A folder that XDG names, or its default below the home folder. Relative ones do not count:
// https://specifications.freedesktop.org/basedir-spec/latest/
static const char *folder(struct arena *arena, const char *xdg, const char *below_home)
{
    const char *path = environment(xdg);
    if (path && path[0] == '/')
        return path;
    const char *home = environment("HOME");
    return arena_printf(arena, "%s/%s", home ? home : "", below_home);
}

// ---- the server -------------------------------------------------------------------------------

static const char *as_address(struct arena *arena, const char *text)
{
    if (text[0] == '/')
        return arena_printf(arena, "ipc://%s", text);
    if (!strstr(text, "://") && strchr(text, ':'))
        return arena_printf(arena, "tcp://%s", text);
    return arena_strdup(arena, text);
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

static const char *configured_server(struct arena *arena)
{
    const char *path =
        arena_printf(arena, "%s/okr/config", folder(arena, "XDG_CONFIG_HOME", ".config"));
    FILE *file = path ? fopen(path, "re") : NULL;
    const char *server = NULL;
    char line[1024];
    while (file && fgets(line, sizeof(line), file)) {
        char *equals = strchr(line, '=');
        if (!equals)
            continue;
        *equals = '\0';
        if (strcmp(trim(line), "server") == 0)
            server = arena_strdup(arena, trim(equals + 1));
    }
    if (file)
        fclose(file);
    return server && server[0] ? server : NULL;
}

static const char *default_socket(struct arena *arena)
{
    const char *system = "/run/okrd/okrd.sock";
    if (access(system, F_OK) == 0)
        return system;
    const char *runtime = environment("XDG_RUNTIME_DIR");
    const char *session = runtime ? arena_printf(arena, "%s/okrd/okrd.sock", runtime) : NULL;
    if (session && access(session, F_OK) == 0)
        return session;
    const char *home = environment("HOME");
    return arena_printf(arena, "%s/.local/state/okrd/okrd.sock", home ? home : "");
}

const char *login_server(struct arena *arena, const char *given)
{
    const char *server = given && given[0] ? given : environment("OKR_SERVER");
    if (!server)
        server = configured_server(arena);
    if (!server)
        server = default_socket(arena);
    return server ? as_address(arena, server) : NULL;
}

// ---- the token --------------------------------------------------------------------------------

// The whole file with a NUL behind it; NULL with errno set.
static char *read_file(struct arena *arena, const char *path, size_t most, mode_t *ret_mode)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct stat stat;
    char *text = NULL;
    errno = EFBIG;
    if (fstat(fd, &stat) == 0 && stat.st_size >= 0 && (size_t)stat.st_size <= most)
        text = arena_calloc(arena, (size_t)stat.st_size + 1, 1);
    ssize_t got = text ? read(fd, text, (size_t)stat.st_size) : -1;
    int error = errno;
    close(fd);
    errno = error;
    if (got < 0)
        return NULL;
    *ret_mode = stat.st_mode;
    return text;
}

bool login_find(struct arena *arena, const char *server, const char *handle,
                struct login *ret_login)
{
    const char *path =
        arena_printf(arena, "%s/okr/credentials", folder(arena, "XDG_STATE_HOME", ".local/state"));
    mode_t mode;
    char *text = path ? read_file(arena, path, FILE_MOST, &mode) : NULL;
    bool found = false;
    char *rest = NULL;
    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *save = NULL;
        const char *at = strtok_r(line, "\t", &save);
        const char *who = strtok_r(NULL, "\t", &save);
        const char *token = strtok_r(NULL, "\t", &save);
        if (!token || strcmp(at, server) != 0 || (handle && strcmp(who, handle) != 0))
            continue;
        *ret_login = (struct login){.handle = who, .token = token};
        found = true;
    }
    return found;
}

enum login_token_file login_read_token(struct arena *arena, const char *path,
                                       const char **ret_token)
{
    mode_t mode = 0;
    char *text = read_file(arena, path, TOKEN_MOST, &mode);
    if (!text)
        return LOGIN_TOKEN_UNREADABLE;
    char *token = trim(text);
    if (!token[0] || strpbrk(token, " \t\r\n"))
        return LOGIN_TOKEN_MALFORMED;
    *ret_token = token;
    return mode & (S_IRWXG | S_IRWXO) ? LOGIN_TOKEN_EXPOSED : LOGIN_TOKEN_READ;
}
