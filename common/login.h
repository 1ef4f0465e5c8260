// Which server a client asks by default, and as whom: what `okr login` left on this machine, read
// only. Knows files and the environment; it must not print, nor talk to a server.
#ifndef OKR_COMMON_LOGIN_H
#define OKR_COMMON_LOGIN_H

#include <stdbool.h>
#include "common/arena.h"

// The address: `given`, else OKR_SERVER, else `server = …` in $XDG_CONFIG_HOME/okr/config, else the
// first socket that there is of /run/okrd/okrd.sock, $XDG_RUNTIME_DIR/okrd/okrd.sock and
// ~/.local/state/okrd/okrd.sock (the last one in any case). A path becomes "ipc://…", host:port
// "tcp://…". `given` may be NULL. In the arena; NULL when it is exhausted.
const char *login_server(struct arena *arena, const char *given);

struct login {
    const char *handle;
    const char *token;
};

// The login of `handle` at `server` in $XDG_STATE_HOME/okr/credentials (default ~/.local/state):
// lines of server TAB handle TAB token; handle NULL: the last line of that server. False: none.
bool login_find(struct arena *arena, const char *server, const char *handle,
                struct login *ret_login);

enum login_token_file {
    LOGIN_TOKEN_READ,
    LOGIN_TOKEN_EXPOSED,    // read, but others than its owner can read the file, too
    LOGIN_TOKEN_MALFORMED,  // empty, too long, or more than one word
    LOGIN_TOKEN_UNREADABLE, // errno says why
};
// A file that holds a token and nothing else.
enum login_token_file login_read_token(struct arena *arena, const char *path,
                                       const char **ret_token);

#endif
