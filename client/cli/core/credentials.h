// Tokens of logins, in $XDG_STATE_HOME/okr/credentials (default ~/.local/state): one line each,
// server TAB handle TAB token; the last line of a server is its default. Readable by its owner
// only.
#ifndef OKR_CLIENT_CLI_CORE_CREDENTIALS_H
#define OKR_CLIENT_CLI_CORE_CREDENTIALS_H

#include "client/cli/core/cli.h"

#define TOKEN_TEXT_SIZE 44 // base64url of 32 bytes without padding, and the NUL
#define TOKEN_HASH_BYTES 32

// Adds or replaces, and makes it the server's default. Written to a file beside it, synced, and
// renamed; runs at the same time take turns. False: errno says why.
bool credentials_store(struct cli *cli, const char *server, const char *handle, const char *token);
bool credentials_remove(struct cli *cli, const char *server, const char *handle);
const char *credentials_path(struct cli *cli);

// A token of 32 random bytes, as text. The server is told its hash only: SHA-256 of the text.
void token_make(char ret[TOKEN_TEXT_SIZE]);
void token_hash(const char *text, uint8_t ret[TOKEN_HASH_BYTES]);

#endif
