#include "client/cli/term/prompt.h"

#include <string.h>
#include <unistd.h>

bool prompt_possible(const struct cli *cli)
{
    return isatty(STDIN_FILENO) && isatty(fileno(cli->err));
}

bool prompt(struct cli *cli, const char *question, char *ret, size_t size)
{
    fputs(question, cli->err);
    fflush(cli->err);
    if (!fgets(ret, (int)size, stdin)) {
        fputc('\n', cli->err);
        return false;
    }
    ret[strcspn(ret, "\n")] = '\0';
    return true;
}
