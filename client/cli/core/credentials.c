// Must not print, and never passes a token to anything but the file and the caller.
#include "client/cli/core/credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sodium.h>

#define FILE_MOST_BYTES (1024 * 1024)

static const char *folder(struct cli *cli)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state && state[0] == '/')
        return cli_text(cli, "%s/okr", state);
    return cli_text(cli, "%s/.local/state/okr", home ? home : "");
}

const char *credentials_path(struct cli *cli)
{
    return cli_text(cli, "%s/credentials", folder(cli));
}

bool credentials_make_folder(struct cli *cli)
{
    char *path = cli_text(cli, "%s", folder(cli));
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

// The whole file; an empty text where there is none.
static char *read_all(struct cli *cli)
{
    char *text = cli_text(cli, "%s", "");
    int fd = open(credentials_path(cli), O_RDONLY | O_CLOEXEC);
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

// Splits one line; false for a line that is none of ours.
static bool split(char *line, char *ret[3])
{
    char *save = NULL;
    ret[0] = strtok_r(line, "\t", &save);
    ret[1] = strtok_r(NULL, "\t", &save);
    ret[2] = strtok_r(NULL, "\t", &save);
    return ret[0] && ret[1] && ret[2];
}

// The file's text without one login.
static char *without(struct cli *cli, const char *server, const char *handle)
{
    char *old = read_all(cli);
    char *kept = cli_keep(cli, strlen(old) + 2);
    size_t length = 0;
    char *save = NULL;
    for (char *line = strtok_r(old, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *copy = cli_text(cli, "%s", line);
        char *part[3];
        if (split(copy, part) && strcmp(part[0], server) == 0 && strcmp(part[1], handle) == 0)
            continue;
        size_t size = strlen(line);
        memcpy(kept + length, line, size);
        kept[length + size] = '\n';
        length += size + 1;
    }
    kept[length] = '\0';
    return kept;
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

static bool replace_file(struct cli *cli, const char *text)
{
    const char *path = credentials_path(cli);
    const char *fresh = cli_text(cli, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    bool good = fchmod(fd, 0600) == 0 && write_all(fd, text) && fsync(fd) == 0;
    close(fd);
    if (good && rename(fresh, path) == 0)
        return true;
    int error = errno;
    unlink(fresh);
    errno = error;
    return false;
}

static int lock(struct cli *cli)
{
    if (!credentials_make_folder(cli))
        return -1;
    int fd = open(cli_text(cli, "%s/lock", folder(cli)), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        flock(fd, LOCK_EX);
    return fd;
}

bool credentials_store(struct cli *cli, const char *server, const char *handle, const char *token)
{
    int locked = lock(cli);
    if (locked < 0)
        return false;
    char *rest = without(cli, server, handle);
    bool good = replace_file(cli, cli_text(cli, "%s%s\t%s\t%s\n", rest, server, handle, token));
    close(locked);
    return good;
}

bool credentials_remove(struct cli *cli, const char *server, const char *handle)
{
    int locked = lock(cli);
    if (locked < 0)
        return false;
    bool good = replace_file(cli, without(cli, server, handle));
    close(locked);
    return good;
}

void token_make(char ret[TOKEN_TEXT_SIZE])
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(ret, TOKEN_TEXT_SIZE, bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof(bytes));
}

void token_hash(const char *text, uint8_t ret[TOKEN_HASH_BYTES])
{
    crypto_hash_sha256(ret, (const unsigned char *)text, strlen(text));
}
