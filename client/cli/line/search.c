#include "client/cli/line/search.h"

#include <string.h>
#include "client/cli/core/command.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "client/cli/line/help.h"

// In English or in the run's language.
static bool has(const char *text, const char *word)
{
    return text && (strcasestr(text, word) || strcasestr(_(text), word));
}

static bool param_has(const struct param *param, const char *word)
{
    char value[64];
    if (has(param->help, word) || strcasestr(param->name, word))
        return true;
    for (size_t i = 0; param->type == PARAM_ENUM && i < param->choices->n_values; i++) {
        value_enum_word(param->choices, i, value, sizeof(value));
        const char *label = label_of(param->choices, param->choices->values[i].value);
        if (param->choices->values[i].value != 0 &&
            (strcasestr(value, word) || strcasestr(label, word)))
            return true;
    }
    return false;
}

static bool command_has(const struct noun *noun, const struct command *command, const char *word)
{
    if (has(command->help, word) || has(command->more, word) || has(command->ends, word) ||
        strcasestr(command->verb, word) || strcasestr(noun->name, word) || has(noun->help, word))
        return true;
    for (const struct param *param = command->params; param && param->name; param++) {
        if (param_has(param, word))
            return true;
    }
    return false;
}

int search_run(struct cli *cli, const char *word)
{
    size_t found = 0;
    for (size_t i = 0; cli->nouns[i]; i++) {
        const struct noun *noun = cli->nouns[i];
        for (const struct command *command = noun->commands; command->verb; command++) {
            if (!command_has(noun, command, word))
                continue;
            show_line(cli, "  %s", help_usage(cli, noun, command));
            show_wrapped(cli, 6, _(command->help));
            found++;
        }
    }
    if (found)
        return EXIT_DONE;
    cli_usage_error(cli, _("No help has \"%s\" in it."), word);
    return cli->exit_code = EXIT_NOT_FOUND;
}
