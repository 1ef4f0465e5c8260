#include "client/cli/term/pager.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *pager;

static const char *program(void)
{
    const char *own = getenv("OKR_PAGER");
    const char *common = getenv("PAGER");
    if (own)
        return own;
    return common ? common : "less";
}

void pager_start(struct cli *cli)
{
    const char *name = program();
    if (cli->out != stdout || !isatty(STDOUT_FILENO) || !name[0] || strcmp(name, "cat") == 0)
        return;
    setenv("LESS", "FRX", 0); // ends where all of it fits, shows colours, leaves it on the screen
    pager = popen(name, "we");
    if (!pager)
        return;
    signal(SIGPIPE, SIG_IGN); // whoever has read enough closes it
    cli->out = pager;
}

void pager_end(struct cli *cli)
{
    if (!pager)
        return;
    pclose(pager);
    pager = NULL;
    cli->out = stdout;
}
