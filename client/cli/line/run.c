#include "client/cli/line/run.h"

#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/core/seen.h"
#include "client/cli/core/writer.h"
#include "client/cli/line/help.h"
#include "client/cli/line/options.h"
#include "client/cli/line/parse.h"
#include "client/cli/term/prompt.h"

#define MEMORY_MOST ((size_t)1 << 30)

static int run_words(struct cli *cli, const struct options_words *words)
{
    struct args args;
    int error = parse_command(cli, words->words, words->count, words->options_end, &args);
    if (!error)
        error = writer_check(cli, args.command);
    if (error)
        return error;
    cli->args = &args;
    return args.command->run ? args.command->run(cli, &args) : perform(cli, &args);
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
    bool asked = words.count > 0 && strcmp(words.words[0], "help") == 0;
    if (words.help || asked || words.count == 0)
        return help_run(cli, words.words + asked, words.count - asked);
    return run_words(cli, &words);
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
    if (fflush(out) != 0 && code == EXIT_DONE)
        code = EXIT_OTHER;
    cli_hang_up(&cli, code);
    arena_free(cli.arena);
    return code;
}
