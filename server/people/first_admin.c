// The first-admin code: made, written, compared, forgotten. It is kept as a hash only; the file is
// the one place where it can be read.
#include "server/people/first_admin.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "common/log.h"
#include "server/people/directory.h"

enum { CODE_LETTERS = 16, CODE_SIZE = CODE_LETTERS + 3 + 1 };

static char file[PATH_MAX];
static uint8_t code_hash[crypto_hash_sha256_BYTES];
static bool armed;

static bool fail(struct first_admin_error *error, const char *what)
{
    snprintf(error->message, sizeof error->message, "%.400s: %s: %s", file, what, strerror(errno));
    return false;
}

// Crockford's base 32: no I, L, O or U. https://www.crockford.com/base32.html
static void make_code(char ret[CODE_SIZE])
{
    static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    size_t n = 0;
    for (size_t i = 0; i < CODE_LETTERS; i++) {
        if (i > 0 && i % 4 == 0)
            ret[n++] = '-';
        ret[n++] = letters[randombytes_uniform(32)];
    }
    ret[n] = '\0';
}

static char normal_letter(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    return c == 'I' || c == 'L' ? '1' : c;
}

// Of the letters alone; a code of another length has no hash.
static bool hash_code(const char *code, uint8_t ret[crypto_hash_sha256_BYTES])
{
    char letters[CODE_LETTERS];
    size_t n = 0;
    for (; *code; code++) {
        if (*code == '-' || *code == ' ' || *code == '\n')
            continue;
        if (n == CODE_LETTERS)
            return false;
        letters[n++] = normal_letter(*code);
    }
    if (n != CODE_LETTERS)
        return false;
    crypto_hash_sha256(ret, (const uint8_t *)letters, CODE_LETTERS);
    sodium_memzero(letters, sizeof letters);
    return true;
}

static bool write_all(int fd, const char *text)
{
    size_t len = strlen(text), done = 0;
    while (done < len) {
        ssize_t n = write(fd, text + done, len - done);
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return fsync(fd) == 0;
}

// A reader sees the old code or the new one whole. O_EXCL: nobody else's file or link is written
// to.
static bool write_file(const char *text, struct first_admin_error *error)
{
    char fresh[PATH_MAX + 8];
    snprintf(fresh, sizeof fresh, "%s.new", file);
    unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(error, "cannot be written");
    bool ok = fchmod(fd, 0600) == 0 && write_all(fd, text);
    ok = close(fd) == 0 && ok;
    if (ok && rename(fresh, file) == 0)
        return true;
    fail(error, "cannot be written");
    unlink(fresh);
    return false;
}

bool first_admin_prepare(const char *dir, struct first_admin_error *error)
{
    if ((size_t)snprintf(file, sizeof file, "%s/first-admin-code", dir) >= sizeof file) {
        file[0] = '\0';
        snprintf(error->message, sizeof error->message, "the directory's path is too long");
        return false;
    }
    if (directory_has_admin(server_directory())) {
        first_admin_done();
        return true;
    }
    char code[CODE_SIZE], line[CODE_SIZE + 1];
    make_code(code);
    snprintf(line, sizeof line, "%s\n", code);
    armed = hash_code(code, code_hash) && write_file(line, error);
    sodium_memzero(code, sizeof code);
    sodium_memzero(line, sizeof line);
    if (armed)
        log_info("there is no admin yet: the code to claim it is in %s", file);
    return armed;
}

bool first_admin_check(const char *code)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    return hash_code(code, hash) && armed && sodium_memcmp(hash, code_hash, sizeof hash) == 0;
}

void first_admin_done(void)
{
    armed = false;
    sodium_memzero(code_hash, sizeof code_hash);
    if (file[0] && unlink(file) != 0 && errno != ENOENT)
        log_warn("%s cannot be removed: %m", file);
}
