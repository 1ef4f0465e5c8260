// The command line of okr-plan-sync: what is asked for, and who does it.
#include <libintl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "client/plan_sync/file/check.h"
#include "client/plan_sync/push/connect.h"
#include "client/plan_sync/file/convert.h"
#include "client/plan_sync/file/foreign.h"
#include "client/plan_sync/file/shown.h"
#include "client/plan_sync/help.h"
#include "client/plan_sync/language.h"
#include "client/plan_sync/push/push.h"
#include "client/plan_sync/push/refusal.h"
#include "client/plan_sync/run/run.h"
#include "client/plan_sync/run/config.h"
#include "client/plan_sync/run/status.h"

#define _(s) gettext(s)

enum {
    WORDS_MOST = 256,
    CONVERT_MS = 10 * 60 * 1000,
};

struct options {
    const char *command;
    const char *file;
    char *words[WORDS_MOST]; // all behind the command, `file` is the first
    size_t n_words;
    const char *source;
    const char *server;
    const char *token_file;
    const char *as;
    const char *lang;
    const char *config;
    const char *state;
    const char *convert;
    const char *convert_seconds;
    const char *quiet_seconds;
    const char *poll_seconds;
    const char *gone_seconds;
    const char *force;
    bool print_unit;
    bool json;
    bool help;
    bool version;
};

static bool is_preview(const struct options *o)
{
    return strcmp(o->command, "diff") == 0;
}

static int usage(const char *text, const char *word)
{
    fprintf(stderr, "okr-plan-sync: %s", text);
    fputs(word ? ": " : "", stderr);
    shown_print(stderr, word ? word : "");
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
    if (strcmp(word, "--print-unit") == 0)
        return &o->print_unit;
    return strcmp(word, "--version") == 0 ? &o->version : NULL;
}

static const char **value_of(struct options *o, const char *word, size_t length)
{
    const struct {
        const char *name;
        const char **slot;
    } slots[] = {
        {"--source", &o->source},
        {"--server", &o->server},
        {"--as", &o->as},
        {"--token-file", &o->token_file},
        {"--lang", &o->lang},
        {"--config", &o->config},
        {"--state", &o->state},
        {"--convert", &o->convert},
        {"--convert-seconds", &o->convert_seconds},
        {"--quiet-seconds", &o->quiet_seconds},
        {"--poll-seconds", &o->poll_seconds},
        {"--gone-seconds", &o->gone_seconds},
        {"--force", &o->force},
    };
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        if (strlen(slots[i].name) == length && strncmp(slots[i].name, word, length) == 0)
            return slots[i].slot;
    }
    return NULL;
}

static bool take_word(struct options *o, char *word)
{
    if (!o->command) {
        o->command = word;
        return true;
    }
    if (o->n_words == WORDS_MOST || (o->n_words == 1 && strcmp(o->command, "run") != 0))
        return false;
    o->words[o->n_words++] = word;
    o->file = o->words[0];
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

// ---- push and check ---------------------------------------------------------------------------

static int refuse_foreign(const char *path, const struct foreign *foreign)
{
    foreign_print(stderr, path, foreign);
    return EXIT_USAGE;
}

// `path` is where the XML is; o->file what people know it by.
static int connect_and_push(const struct options *o, const char *source, const char *path)
{
    struct account account = {.server = o->server, .token_file = o->token_file, .as = o->as};
    struct rpc_client *client = NULL;
    int code = connect_account(&account, stderr, &client);
    if (code != EXIT_DONE)
        return code;
    struct push_job job = {
        .path = path,
        .name = o->file,
        .source = source,
        .force_reason = o->force,
        .json = o->json,
        .preview = is_preview(o),
        .out = stdout,
        .err = stderr,
        .client = client,
    };
    code = push_file(&job);
    rpc_client_free(client);
    return code;
}

static int convert_and_push(const struct options *o, const char *source)
{
    struct convert_job job = {
        .command = o->convert,
        .path = o->file,
        .time_ms = CONVERT_MS,
        .bytes = CONVERT_BYTES_MOST,
        .err = stderr,
    };
    if (o->convert_seconds && !run_config_seconds(o->convert_seconds, &job.time_ms))
        return usage(_("this is no number of seconds"), o->convert_seconds);
    char path[CONVERT_PATH_SIZE];
    int fd;
    int code = convert_run(&job, &fd, path);
    if (code != EXIT_DONE)
        return code;
    code = connect_and_push(o, source, path);
    close(fd);
    return code;
}

static int push(const struct options *o)
{
    char name[PUSH_SOURCE_SIZE];
    const char *source = o->source;
    const struct foreign *foreign = foreign_find(o->file);
    if (foreign && !o->convert)
        return refuse_foreign(o->file, foreign);
    if (!source && !push_source_of(o->file, name))
        return usage(_("the file's name makes no name for the plan; give one with --source"),
                     o->file);
    source = source ? source : name;
    return foreign ? convert_and_push(o, source) : connect_and_push(o, source, o->file);
}

static int check(const struct options *o)
{
    const struct foreign *foreign = foreign_find(o->file);
    if (foreign)
        return refuse_foreign(o->file, foreign);
    int code = check_print(o->file, o->json, stdout);
    return code == CHECK_PRINT_REFUSED ? EXIT_USAGE : code;
}

// ---- run and status ---------------------------------------------------------------------------

static int run(const struct options *o)
{
    if (o->force)
        return usage(
            _("each --force is somebody's decision: okr-plan-sync push FILE --force REASON"), NULL);
    struct run_options options = {
        .words = o->words,
        .n_words = o->n_words,
        .source = o->source,
        .config = o->config,
        .state = o->state,
        .server = o->server,
        .token_file = o->token_file,
        .as = o->as,
        .convert = o->convert,
        .convert_seconds = o->convert_seconds,
        .quiet_seconds = o->quiet_seconds,
        .poll_seconds = o->poll_seconds,
        .gone_seconds = o->gone_seconds,
    };
    return o->print_unit ? run_print_unit(&options) : run_plans_until_told(&options);
}

static int start_command(const struct options *o)
{
    if (strcmp(o->command, "run") == 0)
        return run(o);
    if (strcmp(o->command, "status") == 0)
        return o->file ? usage(_("not understood"), o->file)
                       : run_status(o->state, o->json, stdout);
    bool is_check = strcmp(o->command, "check") == 0;
    if (!is_check && !is_preview(o) && strcmp(o->command, "push") != 0)
        return usage(_("not understood"), o->command);
    if (!o->file)
        return usage(_("which file?"), NULL);
    if (o->force && is_check)
        return usage(_("not understood"), "--force");
    return is_check ? check(o) : push(o);
}

int main(int argc, char **argv)
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
    bool asked = o.help || (o.command && strcmp(o.command, "help") == 0);
    if (asked || !o.command) {
        help_print(asked ? stdout : stderr, o.help ? o.command : o.file);
        return asked ? EXIT_DONE : EXIT_USAGE;
    }
    return start_command(&o);
}
