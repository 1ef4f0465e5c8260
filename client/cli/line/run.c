#include "client/cli/line/run.h"

#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/core/seen.h"
#include "client/cli/core/writer.h"
#include "common/rpc_method.h"
#include "client/cli/line/complete.h"
#include "client/cli/line/help.h"
#include "client/cli/line/options.h"
#include "client/cli/line/parse.h"
#include "client/cli/term/pager.h"
#include "client/cli/term/prompt.h"
#include "common/login.h"

#define MEMORY_MOST ((size_t)1 << 30)

// Only what is read is a text to page through: what changes something may ask, what watches goes
// on.
static bool is_read(const struct command *command)
{
    return command->methods && !command->run &&
           rpc_methods[command->methods[0]].effect == OKR__EFFECT__EFFECT_READ;
}

static int run_words(struct cli *cli, const struct options_words *words)
{
    struct args args;
    int error = parse_command(cli, words->words, words->count, words->options_end, &args);
    if (!error)
        error = writer_check(cli, args.command);
    if (error)
        return error;
    cli->args = &args;
    if (is_read(args.command))
        pager_start(cli);
    return args.command->run ? args.command->run(cli, &args) : perform(cli, &args);
}

static bool is_logged_in(struct cli *cli)
{
    struct login login = {0};
    return login_find(cli->arena, cli->server, cli->as, &login);
}

// `okr` alone: what waits, and what to do next.
static int run_home(struct cli *cli)
{
    static char *pages[] = {"todo", "me"};
    pager_start(cli);
    for (size_t i = 0; i < 2 && cli->exit_code == EXIT_DONE; i++) {
        struct options_words words = {.words = &pages[i], .count = 1, .options_end = 1};
        if (i > 0 && writer_is_text(cli))
            fputc('\n', cli->out);
        run_words(cli, &words);
    }
    return cli->exit_code;
}

static int run(struct cli *cli)
{
    struct options_words words;
    int error = options_read(cli, &words);
    if (error)
        return error;
    if (words.program_version) {
        fprintf(cli->out, "okr %s\n", OKR_VERSION);
        return EXIT_DONE;
    }
    if (words.count > 0 && strcmp(words.words[0], "complete") == 0)
        return complete_run(cli, words.words + 1, words.count - 1);
    bool asked = words.count > 0 && strcmp(words.words[0], "help") == 0;
    if (words.count == 0 && !words.help && is_logged_in(cli))
        return run_home(cli);
    if (!words.help && !asked && words.count > 0)
        return run_words(cli, &words);
    pager_start(cli);
    return help_run(cli, words.words + asked, words.count - asked);
}

int line_run(const struct noun *const *nouns, int argc, char **argv, FILE *out, FILE *err)
{
    struct cli cli = {.nouns = nouns,
                      .writer = writers,
                      .out = out,
                      .err = err,
                      .argc = argc,
                      .argv = argv,
                      .arena = arena_new(MEMORY_MOST)};
    if (!cli.arena || sodium_init() < 0)
        return EXIT_OTHER;
    if (prompt_possible(&cli))
        cli.ask = prompt;
    int code = run(&cli);
    seen_keep(&cli);
    pager_end(&cli);
    if (fflush(out) != 0 && code == EXIT_DONE)
        code = EXIT_OTHER;
    cli_hang_up(&cli, code);
    arena_free(cli.arena);
    return code;
}
