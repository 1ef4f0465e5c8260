// The command line of okr-plan-sync: what is asked for, which server, as whom.
#include "client/plan_sync/plan_sync.h"

#include <errno.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "client/plan_sync/check.h"
#include "client/plan_sync/language.h"
#include "client/plan_sync/push.h"
#include "client/plan_sync/refusal.h"
#include "common/login.h"

#define _(s) gettext(s)

enum {
    ARENA_CAP = 4 * 1024 * 1024,
    DEADLINE_MS = 300 * 1000, // a big plan takes a while to publish
};

struct options {
    const char *command;
    const char *file;
    const char *source;
    const char *server;
    const char *token_file;
    const char *as;
    const char *lang;
    bool json;
    bool help;
    bool version;
};

static void print_help(FILE *to)
{
    fputs(_("okr-plan-sync carries MS Project plans to okrd.\n"
            "\n"
            "  okr-plan-sync push FILE [--source NAME]   publish a plan (MS Project XML)\n"
            "  okr-plan-sync check FILE                  say what a plan holds; asks no server\n"
            "\n"
            "  --source NAME      the plan's name in okrd (the file's name, if that will do)\n"
            "  --server ADDRESS   a socket's path, host:port, tls+tcp://host:port (OKR_SERVER)\n"
            "  --token-file FILE  a file with an agent's token and nothing else (or OKR_TOKEN)\n"
            "  --as HANDLE        use this login of okr (OKR_AS)\n"
            "  --json             print the result as JSON\n"
            "  --lang ja|en       the language (OKR_LANG)\n"
            "  --version, --help\n"
            "\n"
            "Exit codes: 0 done, 1 other, 2 usage or bad file, 3 not logged in, 4 denied,\n"
            "5 conflict, 6 not found, 7 unavailable, 8 outcome unknown, 9 wrong state.\n"),
          to);
}

static int usage(const char *text, const char *word)
{
    fprintf(stderr, "okr-plan-sync: %s", text);
    if (word)
        fprintf(stderr, ": %s", word);
    fprintf(stderr, "\n%s\n", _("Try okr-plan-sync --help."));
    return EXIT_USAGE;
}

// ---- the command line -------------------------------------------------------------------------

static bool *flag_of(struct options *o, const char *word)
{
    if (strcmp(word, "--json") == 0)
        return &o->json;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return &o->help;
    return strcmp(word, "--version") == 0 ? &o->version : NULL;
}

static const char **value_of(struct options *o, const char *word, size_t length)
{
    const struct {
        const char *name;
        const char **slot;
    } slots[] = {
        {"--source", &o->source},         {"--server", &o->server}, {"--as", &o->as},
        {"--token-file", &o->token_file}, {"--lang", &o->lang},
    };
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        if (strlen(slots[i].name) == length && strncmp(slots[i].name, word, length) == 0)
            return slots[i].slot;
    }
    return NULL;
}

static bool take_word(struct options *o, const char *word)
{
    const char **place = o->command ? &o->file : &o->command;
    if (*place)
        return false;
    *place = word;
    return true;
}

// One word, with its value in the next one if need be. Returns how many it took; 0: it is not
// known; -1: its value is missing.
static int take_option(struct options *o, char **argv, int left)
{
    bool *flag = flag_of(o, argv[0]);
    if (flag) {
        *flag = true;
        return 1;
    }
    size_t length = strcspn(argv[0], "=");
    const char **slot = value_of(o, argv[0], length);
    if (!slot)
        return 0;
    if (argv[0][length]) {
        *slot = argv[0] + length + 1;
        return 1;
    }
    if (left < 2)
        return -1;
    *slot = argv[1];
    return 2;
}

static int read_options(struct options *o, int argc, char **argv)
{
    bool words_only = false;
    for (int i = 1; i < argc;) {
        int taken = 0;
        if (!words_only && strcmp(argv[i], "--") == 0) {
            words_only = true;
            taken = 1;
        } else if (words_only || argv[i][0] != '-' || !argv[i][1]) {
            taken = take_word(o, argv[i]) ? 1 : 0;
        } else {
            taken = take_option(o, argv + i, argc - i);
        }
        if (taken == 0)
            return usage(_("not understood"), argv[i]);
        if (taken < 0)
            return usage(_("a value is missing"), argv[i]);
        i += taken;
    }
    if (o->lang && strcmp(o->lang, "ja") != 0 && strcmp(o->lang, "en") != 0)
        return usage(_("the language is ja or en, not"), o->lang);
    return EXIT_DONE;
}

// ---- push -------------------------------------------------------------------------------------

// An agent's token file, else OKR_TOKEN, else a login of okr. --as asks for the login.
static int find_token(struct arena *arena, const struct options *o, const char *server,
                      const char **ret_token)
{
    if (o->token_file) {
        switch (login_read_token(arena, o->token_file, ret_token)) {
        case LOGIN_TOKEN_EXPOSED:
            fprintf(stderr, "okr-plan-sync: %s: %s: %s\n", _("Warning"), o->token_file,
                    _("others can read this token; take the right away (chmod 600)"));
            return EXIT_DONE;
        case LOGIN_TOKEN_READ:
            return EXIT_DONE;
        case LOGIN_TOKEN_MALFORMED:
            return usage(_("this file holds no token"), o->token_file);
        case LOGIN_TOKEN_UNREADABLE:
            fprintf(stderr, "okr-plan-sync: %s: %s\n", o->token_file, strerror(errno));
            return EXIT_OTHER;
        }
    }
    const char *from_environment = getenv("OKR_TOKEN");
    if (!o->as && from_environment && from_environment[0]) {
        *ret_token = from_environment;
        return EXIT_DONE;
    }
    const char *as = o->as ? o->as : getenv("OKR_AS");
    struct login login;
    if (login_find(arena, server, as && as[0] ? as : NULL, &login)) {
        *ret_token = login.token;
        return EXIT_DONE;
    }
    fprintf(stderr, "okr-plan-sync: %s: %s\n", _("no token and no login for this server"), server);
    return EXIT_NOT_LOGGED_IN;
}

static int connect_and_push(struct arena *arena, const struct options *o, const char *source)
{
    const char *server = login_server(arena, o->server);
    const char *token = NULL;
    if (!server)
        return usage(_("out of memory"), NULL);
    int code = find_token(arena, o, server, &token);
    if (code != EXIT_DONE)
        return code;
    struct rpc_options options = {.address = server, .token = token, .deadline_ms = DEADLINE_MS};
    const char *error = NULL;
    struct rpc_client *client = rpc_client_new(&options, &error);
    if (!client)
        return usage(error, server);
    struct push_job job = {
        .path = o->file,
        .source = source,
        .json = o->json,
        .out = stdout,
        .err = stderr,
        .client = client,
    };
    code = push_file(&job);
    rpc_client_free(client);
    return code;
}

static int push(const struct options *o)
{
    char name[PUSH_SOURCE_SIZE];
    const char *source = o->source;
    if (!source && !push_source_of(o->file, name))
        return usage(_("the file's name makes no name for the plan; give one with --source"),
                     o->file);
    struct arena *arena = arena_new(ARENA_CAP);
    int code = arena ? connect_and_push(arena, o, source ? source : name) : EXIT_OTHER;
    arena_free(arena);
    return code;
}

static int check(const struct options *o)
{
    int code = check_print(o->file, o->json, stdout);
    return code == CHECK_PRINT_REFUSED ? EXIT_USAGE : code;
}

int plan_sync_main(int argc, char **argv)
{
    struct options o = {0};
    language_start(NULL);
    int code = read_options(&o, argc, argv);
    if (code != EXIT_DONE)
        return code;
    language_start(o.lang);
    if (o.version) {
        printf("okr-plan-sync %s\n", OKR_VERSION);
        return EXIT_DONE;
    }
    if (o.help || !o.command || strcmp(o.command, "help") == 0) {
        print_help(o.command || o.help ? stdout : stderr);
        return o.command || o.help ? EXIT_DONE : EXIT_USAGE;
    }
    bool is_push = strcmp(o.command, "push") == 0;
    if (!is_push && strcmp(o.command, "check") != 0)
        return usage(_("not understood"), o.command);
    if (!o.file)
        return usage(_("which file?"), NULL);
    return is_push ? push(&o) : check(&o);
}
