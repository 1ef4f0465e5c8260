// Must not print.
#include "client/cli/core/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST_BYTES (1024 * 1024)

const char *state_folder(struct cli *cli)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state && state[0] == '/')
        return cli_text(cli, "%s/okr", state);
    return cli_text(cli, "%s/.local/state/okr", home ? home : "");
}

bool state_make_folder(struct cli *cli)
{
    char *path = cli_text(cli, "%s", state_folder(cli));
    for (char *at = path + 1;; at++) {
        char was = *at;
        if (was != '/' && was != '\0')
            continue;
        *at = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return false;
        *at = was;
        if (was == '\0')
            return true;
    }
}

int state_lock(struct cli *cli)
{
    if (!state_make_folder(cli))
        return -1;
    const char *path = cli_text(cli, "%s/lock", state_folder(cli));
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        flock(fd, LOCK_EX);
    return fd;
}

char *state_read(struct cli *cli, const char *path)
{
    char *text = cli_text(cli, "%s", "");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return text;
    struct stat stat;
    if (fstat(fd, &stat) == 0 && stat.st_size > 0 && stat.st_size < FILE_MOST_BYTES) {
        text = cli_keep(cli, (size_t)stat.st_size + 1);
        ssize_t got = read(fd, text, (size_t)stat.st_size);
        text[got > 0 ? got : 0] = '\0';
    }
    close(fd);
    return text;
}

static bool write_all(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t wrote = write(fd, text, left);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return false;
        text += wrote;
        left -= (size_t)wrote;
    }
    return true;
}

bool state_replace(struct cli *cli, const char *path, const char *text, bool synced)
{
    const char *fresh = cli_text(cli, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool good = fchmod(fd, 0600) == 0 && write_all(fd, text) && (!synced || fsync(fd) == 0);
    close(fd);
    if (good && rename(fresh, path) == 0)
        return true;
    int error = errno;
    unlink(fresh);
    errno = error;
    return false;
}
