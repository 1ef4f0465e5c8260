// login, logout, whoami, admin claim, server info: who one is, and to which server.
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/credentials.h"
#include "client/cli/core/intl.h"
#include "client/cli/act/login_code.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "client/cli/core/writer.h"
#include "okr/v1/server.pb-c.h"

#define CODE_LETTERS 16 // of a code that `okr member invite` made, without its dashes

static void show_session(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__Session *session = (const Okr__Session *)reply;
    const char *roles = "";
    for (size_t i = 0; i < session->n_roles; i++)
        roles = cli_text(cli, "%s%s%s", roles, i ? ", " : "", label_of_word(session->roles[i]));
    show_line(cli, "%s (%s)", show_text(session->handle), show_text(session->name));
    show_line(cli, "%s: %s", _("Server"), cli->server);
    show_line(cli, "%s: %s", _("Roles"), roles[0] ? roles : _("none"));
    if (session->expires_at)
        show_line(cli, "%s: %s", _("Login valid until"), show_time(cli, session->expires_at));
}

static ProtobufCBinaryData hash_of(struct cli *cli, const char *token)
{
    ProtobufCBinaryData hash = {.len = TOKEN_HASH_BYTES, .data = cli_keep(cli, TOKEN_HASH_BYTES)};
    token_hash(token, hash.data);
    return hash;
}

// Also where the outcome is not known: if the login took place, its token is not lost.
static int finish_login(struct cli *cli, const char *handle, const char *token,
                        const ProtobufCMessage *reply)
{
    if (!reply && cli->exit_code != EXIT_OUTCOME_UNKNOWN)
        return cli->exit_code;
    if (!credentials_store(cli, cli->server, handle, token))
        return cli_local_error(cli, _("The login could not be stored in %s: %s"),
                               credentials_path(cli), strerror(errno));
    return reply ? cli_show(cli, NULL, reply, show_session) : cli->exit_code;
}

// Codes are read aloud and retyped: small letters, full-width ones, missing dashes, O for 0 pass.
static const char *normal_code(struct cli *cli, const char *text)
{
    char folded[128], letters[CODE_LETTERS + 1];
    size_t count = 0;
    if (!value_fold(text, folded, sizeof(folded)))
        return text;
    for (const char *at = folded; *at; at++) {
        char letter = (char)toupper((unsigned char)*at);
        if (letter == '-' || letter == ' ')
            continue;
        if (!isalnum((unsigned char)letter) || count == CODE_LETTERS)
            return text;
        letters[count++] = letter == 'O' ? '0' : letter == 'I' || letter == 'L' ? '1' : letter;
    }
    if (count != CODE_LETTERS)
        return text;
    return cli_text(cli, "%.4s-%.4s-%.4s-%.4s", letters, letters + 4, letters + 8, letters + 12);
}

static const char *host_name(struct cli *cli)
{
    char name[256] = "";
    gethostname(name, sizeof(name) - 1);
    return cli_text(cli, "%.60s", name[0] ? name : "okr");
}

static int run_login(struct cli *cli, const struct args *args)
{
    const char *handle = args_text(args, "HANDLE");
    const char *label = args_text(args, "--label");
    char token[TOKEN_TEXT_SIZE];
    token_make(token);
    Okr__LoginRequest request = OKR__LOGIN_REQUEST__INIT;
    request.handle = request_text(cli, handle);
    request.code = request_text(cli, normal_code(cli, args_text(args, "--code")));
    request.label = request_text(cli, label ? label : host_name(cli));
    request.has_token_hash = 1;
    request.token_hash = hash_of(cli, token);
    return finish_login(cli, handle, token, cli_call(cli, RPC_SERVER_LOGIN, &request.base));
}

static int run_claim(struct cli *cli, const struct args *args)
{
    const char *handle = args_text(args, "HANDLE");
    char token[TOKEN_TEXT_SIZE];
    token_make(token);
    Okr__ClaimFirstAdminRequest request = OKR__CLAIM_FIRST_ADMIN_REQUEST__INIT;
    request.handle = request_text(cli, handle);
    request.name = request_text(cli, args_text(args, "NAME"));
    request.code = request_text(cli, args_text(args, "--code"));
    request.has_token_hash = 1;
    request.token_hash = hash_of(cli, token);
    return finish_login(cli, handle, token,
                        cli_call(cli, RPC_SERVER_CLAIM_FIRST_ADMIN, &request.base));
}

static int run_logout(struct cli *cli, const struct args *args)
{
    (void)args;
    Okr__LogoutRequest request = OKR__LOGOUT_REQUEST__INIT;
    const ProtobufCMessage *reply = cli_call(cli, RPC_SERVER_LOGOUT, &request.base);
    // A login that the server does not know any more is of no use here either.
    if (!reply && cli->exit_code != EXIT_NOT_LOGGED_IN)
        return cli->exit_code;
    if (cli->handle && !credentials_remove(cli, cli->server, cli->handle))
        return cli_local_error(cli, _("The login could not be taken out of %s: %s"),
                               credentials_path(cli), strerror(errno));
    if (!reply)
        return cli->exit_code;
    if (writer_is_json(cli))
        return cli_show(cli, NULL, reply, NULL);
    show_line(cli, _("%s is logged out."), cli->handle);
    return EXIT_DONE;
}

static void show_server(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__ServerInfo *info = (const Okr__ServerInfo *)reply;
    show_line(cli, "%s: okrd %s, %s", _("Server"), show_text(info->version), cli->server);
    show_line(cli, "%s: %lld", _("Revision"), (long long)info->revision);
    show_line(cli, "%s: %s%s", _("Its clock"), show_time(cli, info->now),
              info->simulated_clock ? _(" (simulated)") : "");
    show_line(cli, "%s: %s (%s)", _("Today"), show_text(info->today), show_text(info->time_zone));
    show_line(cli, "%s: %s", _("Week"), show_week(cli, info->week));
    show_line(cli, "%s: %s", _("Quarter"), show_text(info->quarter));
    if (info->has_has_admin && !info->has_admin)
        show_line(cli, "%s", _("There is no admin yet: okr admin claim HANDLE NAME --code CODE"));
}

static const struct command login_commands[] = {
    {.verb = "",
     .example = "okr login dave --code 8B7R-70K9-HWRM-8H22",

     .help = N_("log in with a code from an admin"),
     CALLS(RPC_SERVER_LOGIN),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("your handle")},
            {.name = "--code",
             .field = "code",
             .type = PARAM_SECRET,
             .flags = PARAM_REQUIRED,
             .help = N_("the code; it works once")},
            {.name = "--label",
             .field = "label",
             .help = N_("how lists name this login; absent: the machine's name")}),
     .run = run_login},
    {.verb = NULL},
};
const struct noun noun_login = {"login", N_("log in"), login_commands};

static const struct command logout_commands[] = {
    {.verb = "",
     .example = "okr logout",

     .help = N_("end this login, here and at the server"),
     CALLS(RPC_SERVER_LOGOUT),
     .run = run_logout},
    {.verb = NULL},
};
const struct noun noun_logout = {"logout", N_("log out"), logout_commands};

static const struct command whoami_commands[] = {
    {.verb = "",
     .example = "okr whoami --as dave",

     .help = N_("who is logged in, with which roles"),
     CALLS(RPC_SERVER_WHO_AM_I),
     .show = show_session},
    {.verb = NULL},
};
const struct noun noun_whoami = {"whoami", N_("who is logged in, with which roles"),
                                 whoami_commands};

static const struct command admin_commands[] = {
    {.verb = "claim",
     .example = "okr admin claim ada 'Ada Example' --code CODE",

     .help = N_("become the first admin of a new server"),
     CALLS(RPC_SERVER_CLAIM_FIRST_ADMIN),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("your handle")},
            {.name = "NAME", .field = "name", .help = N_("your name")},
            {.name = "--code",
             .field = "code",
             .type = PARAM_SECRET,
             .flags = PARAM_REQUIRED,
             .help = N_("the code that okrd wrote into its directory")}),
     .run = run_claim},
    {.verb = "recover",
     .example = "okr admin recover ada",

     .help =
         N_("make a code for an admin who cannot log in any more; root or the service's own user, "
            "on the machine of okrd"),
     CALLS(RPC_MEMBER_ISSUE_RECOVERY_CODE),
     PARAMS({.name = "HANDLE", .field = "handle", .help = N_("the admin")},
            {.name = "--minutes",
             .field = "valid_minutes",
             .type = PARAM_INTEGER,
             .help = N_("how long the code is valid; absent: an hour, which is also the most")}),
     .run = login_code_recover},
    {.verb = NULL},
};
const struct noun noun_admin = {"admin", N_("the first admin, and letting an admin back in"),
                                admin_commands};

static const struct command server_commands[] = {
    {.verb = "info",
     .example = "okr server info",

     .help = N_("version, clock, week and quarter of the server"),
     CALLS(RPC_SERVER_GET_SERVER_INFO),
     .show = show_server},
    {.verb = NULL},
};
const struct noun noun_server = {"server", N_("the server itself"), server_commands};
