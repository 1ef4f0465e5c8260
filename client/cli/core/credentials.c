// Must not print, and never passes a token to anything but the file and the caller.
#include "client/cli/core/credentials.h"

#include <string.h>
#include <unistd.h>
#include <sodium.h>
#include "client/cli/core/state.h"

const char *credentials_path(struct cli *cli)
{
    return cli_text(cli, "%s/credentials", state_folder(cli));
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
    char *old = state_read(cli, credentials_path(cli));
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

bool credentials_store(struct cli *cli, const char *server, const char *handle, const char *token)
{
    int locked = state_lock(cli);
    if (locked < 0)
        return false;
    char *rest = without(cli, server, handle);
    bool good = state_replace(cli, credentials_path(cli),
                              cli_text(cli, "%s%s\t%s\t%s\n", rest, server, handle, token), true);
    close(locked);
    return good;
}

bool credentials_remove(struct cli *cli, const char *server, const char *handle)
{
    int locked = state_lock(cli);
    if (locked < 0)
        return false;
    bool good = state_replace(cli, credentials_path(cli), without(cli, server, handle), true);
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
