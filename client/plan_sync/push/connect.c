// --as asks for the login even where the environment has a token.
#include "client/plan_sync/push/connect.h"

#include <errno.h>
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include "common/exit_code.h"
#include "common/login.h"

#define _(s) gettext(s)

enum {
    ARENA_CAP = 4 * 1024 * 1024,
    DEADLINE_MS = 300 * 1000, // a big plan takes a while to publish
};

static bool given(const char *text)
{
    return text && text[0];
}

static int say(FILE *err, const char *what, const char *about, int code)
{
    fprintf(err, "okr-plan-sync: %s: %s\n", what, about);
    return code;
}

static int read_token_file(struct arena *arena, const char *path, FILE *err, const char **ret_token)
{
    switch (login_read_token(arena, path, ret_token)) {
    case LOGIN_TOKEN_EXPOSED:
        fprintf(err, "okr-plan-sync: %s: %s: %s\n", _("Warning"), path,
                _("others can read this token; take the right away (chmod 600)"));
        return EXIT_DONE;
    case LOGIN_TOKEN_READ:
        return EXIT_DONE;
    case LOGIN_TOKEN_MALFORMED:
        say(err, _("this file holds no token"), path, 0);
        fprintf(err, "%s\n", _("Try okr-plan-sync --help."));
        return EXIT_USAGE;
    case LOGIN_TOKEN_UNREADABLE:
        break;
    }
    return say(err, path, strerror(errno), EXIT_OTHER);
}

static int find_token(struct arena *arena, const struct account *account, const char *server,
                      FILE *err, const char **ret_token)
{
    if (given(account->token_file))
        return read_token_file(arena, account->token_file, err, ret_token);
    const char *from_environment = getenv("OKR_TOKEN");
    if (!given(account->as) && given(from_environment)) {
        *ret_token = from_environment;
        return EXIT_DONE;
    }
    const char *as = given(account->as) ? account->as : getenv("OKR_AS");
    struct login login;
    if (login_find(arena, server, given(as) ? as : NULL, &login)) {
        *ret_token = login.token;
        return EXIT_DONE;
    }
    return say(err, _("no token and no login for this server"), server, EXIT_NOT_LOGGED_IN);
}

static int open_client(struct arena *arena, const struct account *account, FILE *err,
                       struct rpc_client **ret_client)
{
    const char *server = login_server(arena, account->server);
    const char *token = NULL;
    if (!server)
        return say(err, _("out of memory"), "", EXIT_OTHER);
    int code = find_token(arena, account, server, err, &token);
    if (code != EXIT_DONE)
        return code;
    struct rpc_options options = {.address = server, .token = token, .deadline_ms = DEADLINE_MS};
    const char *error = NULL;
    struct rpc_client *client = rpc_client_new(&options, &error);
    if (!client)
        return say(err, error, server, EXIT_USAGE);
    *ret_client = client;
    return EXIT_DONE;
}

int connect_account(const struct account *account, FILE *err, struct rpc_client **ret_client)
{
    struct arena *arena = arena_new(ARENA_CAP);
    int code = arena ? open_client(arena, account, err, ret_client) : EXIT_OTHER;
    arena_free(arena);
    return code;
}

bool connect_address(const struct account *account, char *ret, size_t size)
{
    struct arena *arena = arena_new(ARENA_CAP);
    const char *server = arena ? login_server(arena, account->server) : NULL;
    bool fits = server && strlen(server) < size;
    if (fits)
        strcpy(ret, server);
    arena_free(arena);
    return fits;
}
