#include "client/cli/core/confirm.h"

#include <string.h>
#include <strings.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "client/cli/core/writer.h"

static bool is_yes(const char *answer)
{
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0 ||
           strcmp(answer, "はい") == 0;
}

static bool is_consent(const char *answer, const char *word)
{
    char folded[64];
    if (!value_fold(answer, folded, sizeof(folded)))
        return false;
    return word ? strcasecmp(folded, word) == 0 : is_yes(folded);
}

// Line by line, each wrapped; what is indented stays so.
static void say(struct cli *cli, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        int indent = (int)strspn(text, " ");
        show_aside(cli, indent, cli_copy(cli, text + indent, length - (size_t)indent));
        text += length + (text[length] == '\n');
    }
}

bool confirm(struct cli *cli, const char *text, const char *word)
{
    char answer[64] = "";
    if (writer_is_text(cli))
        say(cli, text);
    if (cli->yes)
        return true;
    if (!cli->ask) {
        cli_usage_error(cli, _("Nothing was changed: this is asked on a terminal. A script says "
                               "--yes."));
        return false;
    }
    const char *question =
        word ? cli_text(cli, _("To go on, type %s: "), word) : _("Go on? [y/N] ");
    if (cli->ask(cli, question, answer, sizeof(answer)) && is_consent(answer, word))
        return true;
    fprintf(cli->err, "%s\n", _("Nothing was changed."));
    cli->exit_code = EXIT_USAGE;
    return false;
}
