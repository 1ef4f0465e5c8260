#include "client/cli/line/help.h"

#include <ctype.h>
#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/line/limit.h"
#include "client/cli/line/options.h"
#include "client/cli/line/parse.h"
#include "client/cli/line/search.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "common/rpc_method.h"

static const struct {
    int code;
    const char *text;
} exit_codes[] = {
    {EXIT_DONE, N_("done")},
    {EXIT_OTHER, N_("another failure")},
    {EXIT_USAGE, N_("the command line is wrong, or a value is not accepted")},
    {EXIT_NOT_LOGGED_IN, N_("not logged in")},
    {EXIT_DENIED, N_("your roles do not allow it")},
    {EXIT_CONFLICT, N_("a conflict: somebody else changed it, or it is there already")},
    {EXIT_NOT_FOUND, N_("there is no such thing")},
    {EXIT_UNAVAILABLE, N_("the server is not there, or did not answer in time")},
    {EXIT_OUTCOME_UNKNOWN, N_("the change was sent, and whether it was made is not known")},
    {EXIT_WRONG_STATE, N_("the state of things does not allow it")},
};

// What stands for the value of an option.
static const char *value_word(struct cli *cli, const struct param *param)
{
    const char *prefix = param_id_prefix(param->type);
    const char *list = "";
    if (prefix)
        return cli_text(cli, "%s-N", prefix);
    switch (param->type) {
    case PARAM_INTEGER:
    case PARAM_NUMBER:
        return "N";
    case PARAM_YES_NO:
        return "yes|no";
    case PARAM_DAY:
        return "YYYY-MM-DD";
    case PARAM_WEEK:
        return "YYYY-Www";
    case PARAM_QUARTER:
        return "YYYYQn";
    case PARAM_MONTH:
        return "YYYY-MM";
    case PARAM_FILE:
        return "FILE";
    case PARAM_ENUM:
        for (size_t i = 0; i < param->choices->n_values; i++) {
            char word[64];
            if (param->choices->values[i].value == 0)
                continue;
            value_enum_word(param->choices, i, word, sizeof(word));
            list = cli_text(cli, "%s%s%s", list, list[0] ? "|" : "", word);
        }
        return list;
    default:
        return "TEXT";
    }
}

static const char *left_side(struct cli *cli, const struct param *param)
{
    if (param_is_option(param) && param_takes_value(param))
        return cli_text(cli, "%s %s", param->name, value_word(cli, param));
    return param->name;
}

// What it is for, and what the contract limits of it.
static const char *right_side(struct cli *cli, const struct command *command,
                              const struct param *param)
{
    const char *help = param->help ? _(param->help) : "";
    const char *limit = limit_words(cli, command, param);
    return limit[0] ? cli_text(cli, help[0] ? "%s (%s)" : "%s%s", help, limit) : help;
}

// The left side for the usage line, where a list of words would take too much room.
static const char *short_side(struct cli *cli, const struct param *param)
{
    if (!param_is_option(param) || param->type != PARAM_ENUM)
        return left_side(cli, param);
    char *name = cli_text(cli, "%s", param->name + 2);
    for (char *at = name; *at; at++)
        *at = *at == '-' ? '_' : (char)toupper((unsigned char)*at);
    return cli_text(cli, "%s %s", param->name, name);
}

const char *help_usage(struct cli *cli, const struct noun *noun, const struct command *command)
{
    const char *text =
        cli_text(cli, "okr %s%s%s", noun->name, command->verb[0] ? " " : "", command->verb);
    bool options = command->versioned;
    for (const struct param *param = command->params; param && param->name; param++) {
        bool option = param_is_option(param);
        bool needed =
            option ? (param->flags & PARAM_REQUIRED) != 0 : !(param->flags & PARAM_OPTIONAL);
        const char *more = param->flags & (PARAM_MANY | PARAM_EACH) ? "..." : "";
        if (option && !needed) {
            options = true;
            continue;
        }
        text = cli_text(cli, needed ? "%s %s%s" : "%s [%s]%s", text, short_side(cli, param), more);
    }
    return options ? cli_text(cli, "%s %s", text, _("[OPTIONS]")) : text;
}

static void print_pair(struct cli *cli, const char *left, const char *right)
{
    show_beside(cli, 2, 24, left, right);
}

// Who may call it, from the contract's own table.
static const char *who_may(struct cli *cli, const struct rpc_method *method)
{
    const char *list = "";
    if (method->anonymous)
        return _("anybody");
    if (method->members)
        return _("every member");
    for (int role = 1; role <= OKR__ROLE__ROLE_AGENT; role++) {
        uint32_t bit = ROLE_BIT(role);
        if (!((method->allow | method->own) & bit))
            continue;
        const char *label = label_of(&okr__role__descriptor, role);
        const char *own = method->allow & bit ? "" : _(" (own ones only)");
        list = cli_text(cli, "%s%s%s%s", list, list[0] ? ", " : "", label, own);
    }
    return list;
}

// By what it does; what it reads on the way, every member may.
static void print_rights(struct cli *cli, const struct command *command)
{
    if (!command->cases)
        show_wrapped(cli, 2, who_may(cli, &rpc_methods[command->methods[0]]));
    for (size_t i = 0; command->cases && command->methods[i] != RPC_COUNT; i++)
        show_wrapped(cli, 2,
                     cli_text(cli, "%s: %s", _(command->cases[i]),
                              who_may(cli, &rpc_methods[command->methods[i]])));
}

// Its help, and the words that it can be where its left side does not say them.
static void print_param(struct cli *cli, const struct command *command, const struct param *param)
{
    const char *help = right_side(cli, command, param);
    if (param->type == PARAM_ENUM && !param_is_option(param))
        help = cli_text(cli, "%s%s%s", help, help[0] ? "; " : "", value_word(cli, param));
    print_pair(cli, left_side(cli, param), help);
}

static void print_params(struct cli *cli, const struct command *command)
{
    for (const struct param *param = command->params; param && param->name; param++)
        print_param(cli, command, param);
    if (command->versioned)
        print_pair(cli, "--version N",
                   _("the version that you saw; absent: the one that was shown to you last"));
}

void help_command(struct cli *cli, const struct noun *noun, const struct command *command)
{
    show_wrapped(cli, 0, _(command->help));
    show_line(cli, "\n  %s", help_usage(cli, noun, command));
    if (command->versioned || (command->params && command->params->name))
        fputc('\n', cli->out);
    print_params(cli, command);
    if (command->more)
        show_line(cli, "%s", "");
    if (command->more)
        show_wrapped(cli, 0, _(command->more));
    if (command->example)
        show_line(cli, "\n%s\n  %s", _("For example:"), command->example);
    if (command->methods) {
        show_line(cli, "\n%s", _("Who may:"));
        print_rights(cli, command);
    }
}

// Of the first command that changes something; else of the first.
static const char *example_of(const struct noun *noun)
{
    for (const struct command *command = noun->commands; command->verb; command++) {
        if (command->methods &&
            rpc_methods[command->methods[0]].effect == OKR__EFFECT__EFFECT_CHANGE)
            return command->example;
    }
    return noun->commands[0].example;
}

static void help_noun(struct cli *cli, const struct noun *noun)
{
    show_line(cli, "%s\n", _(noun->help));
    for (const struct command *command = noun->commands; command->verb; command++) {
        show_line(cli, "  %s", help_usage(cli, noun, command));
        show_wrapped(cli, 6, _(command->help));
    }
    const struct command *bare = command_find(noun, NULL);
    if (bare && bare->params && bare->params->name) {
        show_line(cli, "\nokr %s:", noun->name);
        print_params(cli, bare);
    }
    const char *example = example_of(noun);
    if (example)
        show_line(cli, "\n%s\n  %s", _("For example:"), example);
    show_line(cli, "\n%s", cli_text(cli, _("More: okr %s VERB --help"), noun->name));
}

static void help_all(struct cli *cli)
{
    show_line(cli, "%s\n", _("okr NOUN VERB [ARGUMENTS] [OPTIONS]"));
    for (size_t i = 0; cli->nouns[i]; i++)
        print_pair(cli, cli->nouns[i]->name, _(cli->nouns[i]->help));
    show_line(cli, "\n%s\n", _("Options of every command:"));
    for (const struct param *param = options_table; param->name; param++)
        print_pair(cli, param->name, _(param->help));
    show_line(cli, "\n%s",
              _("More: okr help NOUN, okr NOUN VERB --help, okr help --search WORD, okr help "
                "exit-codes"));
}

static void help_exit_codes(struct cli *cli)
{
    for (size_t i = 0; i < sizeof(exit_codes) / sizeof(exit_codes[0]); i++)
        show_line(cli, "%3d  %s", exit_codes[i].code, _(exit_codes[i].text));
}

int help_run(struct cli *cli, char *const *words, int count)
{
    if (count == 0) {
        help_all(cli);
        return EXIT_DONE;
    }
    if (strcmp(words[0], "--search") == 0)
        return count > 1 ? search_run(cli, words[1])
                         : cli_usage_error(cli, _("%s needs a value."), words[0]);
    if (strcmp(words[0], "exit-codes") == 0) {
        help_exit_codes(cli);
        return EXIT_DONE;
    }
    const struct noun *noun = command_noun(cli->nouns, words[0]);
    if (!noun)
        return cli_usage_error(cli, _("\"%s\" is no command. \"okr help\" lists them."), words[0]);
    const struct command *command = command_find(noun, count > 1 ? words[1] : NULL);
    if (!command)
        command = command_find(noun, NULL);
    if (count > 1 && !command)
        return cli_usage_error(cli,
                               _("\"okr %s\" has no \"%s\". \"okr help %s\" lists what it has."),
                               noun->name, words[1], noun->name);
    // What a noun does alone is one of the things that it can do.
    bool alone = command && !noun->commands[1].verb;
    if (command && (command->verb[0] || alone))
        help_command(cli, noun, command);
    else
        help_noun(cli, noun);
    return EXIT_DONE;
}
