// The memory of the run.
#include "client/cli/core/cli.h"

#include <stdarg.h>
#include <stdlib.h>

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
