// From main() to a command, and the memory of the run.
#include "client/cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sodium.h>
#include "client/cli/call.h"
#include "client/cli/command.h"
#include "client/cli/export.h"
#include "client/cli/help.h"
#include "client/cli/intl.h"
#include "client/cli/options.h"
#include "client/cli/parse.h"

#define MEMORY_MOST ((size_t)1 << 30)

static void *checked(void *memory)
{
    if (!memory) {
        fputs("okr: out of memory\n", stderr);
        exit(EXIT_OTHER);
    }
    return memory;
}

void *cli_keep(struct cli *cli, size_t size)
{
    return checked(arena_calloc(cli->arena, 1, size));
}

char *cli_copy(struct cli *cli, const char *text, size_t length)
{
    return checked(arena_strndup(cli->arena, text, length));
}

char *cli_text(struct cli *cli, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    char *text = checked(arena_alloc(cli->arena, (size_t)length + 1));
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(list);
    return text;
}

static int run_words(struct cli *cli, const struct options_words *words)
{
    struct args args;
    int error = parse_command(cli, words->words, words->count, words->options_end, &args);
    if (!error)
        error = export_check(cli, args.command);
    if (error)
        return error;
    return args.command->run ? args.command->run(cli, &args) : cli_run_command(cli, &args);
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

int cli_run(int argc, char **argv, FILE *out, FILE *err)
{
    struct cli cli = {.out = out, .err = err, .argc = argc, .argv = argv};
    cli.arena = checked(arena_new(MEMORY_MOST));
    if (sodium_init() < 0)
        return EXIT_OTHER;
    int code = run(&cli);
    if (fflush(out) != 0 && code == EXIT_DONE)
        code = EXIT_OTHER;
    cli_hang_up(&cli, code);
    arena_free(cli.arena);
    return code;
}

int cli_main(int argc, char **argv)
{
    return cli_run(argc, argv, stdout, stderr);
}
