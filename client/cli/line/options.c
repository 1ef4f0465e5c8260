#include "client/cli/line/options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/value.h"
#include "client/cli/core/writer.h"
#include "common/login.h"

#define DEADLINE_MOST_S 600
#define WIDTH_OF_NO_TERMINAL 100

const struct param options_table[] = {
    {.name = "--server",
     .help = N_("address of okrd: a socket's path, tcp://host:port, "
                "tls+tcp://host:port (OKR_SERVER)")},
    {.name = "--as", .help = N_("whose login to use, by handle (OKR_AS)")},
    {.name = "--as-of",
     .help = N_("what was known then: a day (2021-02-08), a week (2021-W06) or a revision (123); "
                "for all that reads")},
    {.name = "--lang", .help = N_("ja or en (OKR_LANG)")},
    {.name = "--json",
     .type = PARAM_FLAG,
     .help = N_("print the answer as JSON; --json=FIELD,FIELD: only these fields of it, or of each "
                "of a list")},
    {.name = "--format",
     .help =
         N_("text; json; csv: a list for a spreadsheet; html, markdown: a report to print or to "
            "paste (board, monday, month show); mspdi: a plan for MS Project (plan export)")},
    {.name = "--yes",
     .type = PARAM_FLAG,
     .help = N_("answer every question with yes, for scripts: what ends something asks first")},
    {.name = "--color", .help = N_("auto, always or never")},
    {.name = "--deadline", .help = N_("how many seconds to wait, retries included")},
    {.name = "--wide-ambiguous",
     .help = N_("yes or no: does the terminal show ○ and × two columns wide "
                "(OKR_WIDE_AMBIGUOUS); absent: no")},
    {.name = "--help", .type = PARAM_FLAG, .help = N_("what a command takes")},
    {.name = NULL},
};

struct given {
    const char *server, *as, *as_of, *lang, *color, *deadline, *wide, *format;
};

static const char **slot_of(struct given *given, const char *name)
{
    const struct {
        const char *name;
        const char **slot;
    } slots[] = {
        {"--server", &given->server},     {"--as", &given->as},
        {"--lang", &given->lang},         {"--color", &given->color},
        {"--deadline", &given->deadline}, {"--wide-ambiguous", &given->wide},
        {"--format", &given->format},     {"--as-of", &given->as_of},
    };
    for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        if (strcmp(slots[i].name, name) == 0)
            return slots[i].slot;
    }
    return NULL;
}

// One word that may be a global option. Returns how many words it took; 0: it is none; -1: refused.
static int take(struct cli *cli, struct given *given, struct options_words *words, int at)
{
    char *word = cli->argv[at];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        words->help = true;
        return 1;
    }
    if (strcmp(word, "--json") == 0) {
        cli->writer = writer_named("json");
        return 1;
    }
    if (strncmp(word, "--json=", 7) == 0 && word[7]) {
        cli->writer = writer_named("json");
        cli->fields = word + 7;
        return 1;
    }
    if (strcmp(word, "--yes") == 0) {
        cli->yes = true;
        return 1;
    }
    if (strcmp(word, "--version") == 0 && words->count == 0) {
        words->program_version = true;
        return 1;
    }
    size_t length = strcspn(word, "=");
    const char **slot = slot_of(given, cli_copy(cli, word, length));
    if (!slot)
        return 0;
    if (word[length]) {
        *slot = word + length + 1;
        return 1;
    }
    *slot = at + 1 < cli->argc ? cli->argv[at + 1] : NULL;
    return *slot ? 2 : -1;
}

static int split_words(struct cli *cli, struct given *given, struct options_words *ret)
{
    ret->words = cli_keep(cli, ((size_t)cli->argc + 1) * sizeof(*ret->words));
    ret->options_end = -1;
    for (int i = 1; i < cli->argc;) {
        int taken = 0;
        if (ret->options_end < 0 && strcmp(cli->argv[i], "--") == 0) {
            ret->options_end = ret->count;
            i++;
            continue;
        }
        if (ret->options_end < 0)
            taken = take(cli, given, ret, i);
        if (taken < 0)
            return i;
        if (taken == 0)
            ret->words[ret->count++] = cli->argv[i];
        i += taken ? taken : 1;
    }
    if (ret->options_end < 0)
        ret->options_end = ret->count;
    return 0;
}

// ---- the rest ---------------------------------------------------------------------------------

static int terminal_width(void)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    int64_t width;
    if (columns && value_integer(columns, &width) && width > 0 && width < 10000)
        return (int)width;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 0;
}

static int decide_looks(struct cli *cli, const struct given *given)
{
    const char *color = given->color ? given->color : "auto";
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    cli->colour = isatty(fileno(cli->out)) && !(no_color && no_color[0]) &&
                  !(terminal && strcmp(terminal, "dumb") == 0);
    if (strcmp(color, "always") == 0)
        cli->colour = true;
    else if (strcmp(color, "never") == 0)
        cli->colour = false;
    else if (strcmp(color, "auto") != 0)
        return cli_usage_error(cli, _("--color is auto, always or never, not \"%s\"."), color);
    // The C library, editors and most terminals take them as narrow, in Japanese too.
    const char *wide = given->wide ? given->wide : getenv("OKR_WIDE_AMBIGUOUS");
    if (wide && wide[0]) {
        cli->ambiguous_wide = strcmp(wide, "yes") == 0;
        if (!cli->ambiguous_wide && strcmp(wide, "no") != 0)
            return cli_usage_error(cli, _("--wide-ambiguous is yes or no, not \"%s\"."), wide);
    }
    cli->table_width = terminal_width();
    cli->width = cli->table_width ? cli->table_width : WIDTH_OF_NO_TERMINAL;
    return EXIT_DONE;
}

static int decide_format(struct cli *cli, const struct given *given)
{
    const struct writer *writer = given->format ? writer_named(given->format) : cli->writer;
    if (!writer)
        return cli_usage_error(cli, _("--format is one of %s, not \"%s\"."), writer_words(cli),
                               given->format);
    if (writer_is_json(cli) && writer != cli->writer)
        return cli_usage_error(cli, _("--json and --format cannot both be given."));
    cli->writer = writer;
    cli->colour = cli->colour && writer_is_text(cli);
    return EXIT_DONE;
}

static int decide_deadline(struct cli *cli, const struct given *given)
{
    double seconds = 0;
    if (!given->deadline)
        return EXIT_DONE;
    if (!value_number(given->deadline, &seconds) || seconds < 0.001 || seconds > DEADLINE_MOST_S)
        return cli_usage_error(cli, _("--deadline is a number of seconds, at most %d, not \"%s\"."),
                               DEADLINE_MOST_S, given->deadline);
    cli->deadline_ms = (uint32_t)(seconds * 1000);
    return EXIT_DONE;
}

int options_read(struct cli *cli, struct options_words *ret)
{
    struct given given = {0};
    *ret = (struct options_words){0};
    intl_start(NULL);
    int refused = split_words(cli, &given, ret);
    if (refused)
        return cli_usage_error(cli, _("%s needs a value."), cli->argv[refused]);
    if (given.lang && strcmp(given.lang, "ja") != 0 && strcmp(given.lang, "en") != 0)
        return cli_usage_error(cli, _("--lang is ja or en, not \"%s\"."), given.lang);
    intl_start(given.lang);
    const char *as = getenv("OKR_AS");
    cli->as_of = given.as_of;
    cli->as = given.as ? given.as : as && as[0] ? as : NULL;
    cli->server = login_server(cli->arena, given.server);
    if (!cli->server)
        return cli_usage_error(cli, _("out of memory"));
    int error = decide_looks(cli, &given);
    if (!error)
        error = decide_format(cli, &given);
    return error ? error : decide_deadline(cli, &given);
}
