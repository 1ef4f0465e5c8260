// Reads a command line against the command table. Every refusal names the wrong word and, where one
// is near, the right one. Must not ask the server.
#include "client/cli/line/parse.h"

#include <ctype.h>
#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/value.h"

static const struct param version_param = {.name = "--version", .type = PARAM_INTEGER};

struct reading {
    struct cli *cli;
    struct args *args;
    size_t room;
};

// "okr project accept", for messages.
static const char *called(struct cli *cli, const struct args *args)
{
    const char *verb = args->command->verb;
    return verb[0] ? cli_text(cli, "okr %s %s", args->noun->name, verb)
                   : cli_text(cli, "okr %s", args->noun->name);
}

static int unknown_noun(struct cli *cli, const char *word)
{
    const char *names[64];
    size_t count = 0;
    for (; cli->nouns[count] && count < 60; count++)
        names[count] = cli->nouns[count]->name;
    names[count++] = "help";
    names[count] = NULL;
    const char *nearest = command_nearest(word, names);
    if (nearest)
        return cli_usage_error(cli, _("\"%s\" is no command. Did you mean \"okr %s\"?"), word,
                               nearest);
    return cli_usage_error(cli, _("\"%s\" is no command. \"okr help\" lists them."), word);
}

static int unknown_verb(struct cli *cli, const struct noun *noun, const char *word)
{
    const char *names[64];
    size_t count = 0;
    for (const struct command *command = noun->commands; command->verb && count < 63; command++)
        names[count++] = command->verb;
    names[count] = NULL;
    if (!word)
        return cli_usage_error(cli, _("What about the %s? \"okr help %s\" lists what can be done."),
                               noun->name, noun->name);
    const char *nearest = command_nearest(word, names);
    if (nearest)
        return cli_usage_error(cli, _("\"okr %s\" has no \"%s\". Did you mean \"okr %s %s\"?"),
                               noun->name, word, noun->name, nearest);
    return cli_usage_error(cli, _("\"okr %s\" has no \"%s\". \"okr help %s\" lists what it has."),
                           noun->name, word, noun->name);
}

static int unknown_option(struct reading *reading, const char *word, size_t length)
{
    const struct command *command = reading->args->command;
    const char *names[64];
    size_t count = 0;
    for (const struct param *param = command->params; param && param->name && count < 60; param++) {
        if (param_is_option(param))
            names[count++] = param->name;
    }
    if (command->versioned)
        names[count++] = version_param.name;
    names[count] = NULL;
    const char *option = cli_copy(reading->cli, word, length);
    const char *nearest = command_nearest(option, names);
    const char *what = called(reading->cli, reading->args);
    if (nearest)
        return cli_usage_error(reading->cli, _("\"%s\" has no option %s. Did you mean %s?"), what,
                               option, nearest);
    return cli_usage_error(reading->cli, _("\"%s\" has no option %s. \"%s --help\" lists them."),
                           what, option, what);
}

static int wrong_id(struct reading *reading, const struct param *param, const char *word)
{
    return cli_usage_error(reading->cli, _("%s: \"%s\" is no such id; write it like %s-12."),
                           param->name, word, param_id_prefix(param->type));
}

static int wrong_choice(struct reading *reading, const struct param *param, const char *word)
{
    struct cli *cli = reading->cli;
    const char *names[33];
    const char *list = "";
    size_t count = 0;
    for (size_t i = 0; i < param->choices->n_values && count < 32; i++) {
        char name[64];
        if (param->choices->values[i].value == 0)
            continue;
        value_enum_word(param->choices, i, name, sizeof(name));
        names[count] = cli_text(cli, "%s", name);
        list = cli_text(cli, "%s%s%s", list, count ? ", " : "", name);
        count++;
    }
    names[count] = NULL;
    const char *nearest = command_nearest(word, names);
    if (nearest)
        return cli_usage_error(cli, _("%s: \"%s\" is none of %s. Did you mean \"%s\"?"),
                               param->name, word, list, nearest);
    return cli_usage_error(cli, _("%s: \"%s\" is none of %s."), param->name, word, list);
}

static int wrong_value(struct reading *reading, const struct param *param, const char *word)
{
    struct cli *cli = reading->cli;
    switch (param->type) {
    case PARAM_INTEGER:
        return cli_usage_error(cli, _("%s: \"%s\" is no whole number."), param->name, word);
    case PARAM_NUMBER:
        return cli_usage_error(cli, _("%s: \"%s\" is no number; write it like 12.5."), param->name,
                               word);
    case PARAM_YES_NO:
        return cli_usage_error(cli, _("%s: \"%s\" is neither yes nor no."), param->name, word);
    case PARAM_DAY:
        return cli_usage_error(cli, _("%s: \"%s\" is no day; write it like 2021-02-08."),
                               param->name, word);
    case PARAM_WEEK:
        return cli_usage_error(
            cli, _("%s: \"%s\" is no week; write it like 2021-W07, or this, next, last."),
            param->name, word);
    case PARAM_QUARTER:
        return cli_usage_error(cli, _("%s: \"%s\" is no quarter; write it like 2021Q1."),
                               param->name, word);
    case PARAM_MONTH:
        return cli_usage_error(cli, _("%s: \"%s\" is no month; write it like 2021-02."),
                               param->name, word);
    case PARAM_ENUM:
        return wrong_choice(reading, param, word);
    default:
        return wrong_id(reading, param, word);
    }
}

static bool read_yes_no(const char *word, int64_t *ret)
{
    *ret = strcmp(word, "yes") == 0;
    return *ret || strcmp(word, "no") == 0;
}

// Fills number, real or a normalised text.
static bool read_value(struct reading *reading, struct arg *arg, const char *word)
{
    char normal[16];
    int choice;
    bool good = true;
    arg->text = word;
    switch (arg->param->type) {
    case PARAM_TEXT:
    case PARAM_FILE:
    case PARAM_SECRET:
    case PARAM_FLAG:
        return true;
    case PARAM_INTEGER:
        return value_integer(word, &arg->number);
    case PARAM_NUMBER:
        return value_number(word, &arg->real);
    case PARAM_YES_NO:
        return read_yes_no(word, &arg->number);
    case PARAM_ENUM:
        good = value_enum(arg->param->choices, word, &choice);
        arg->number = good ? choice : 0;
        return good;
    case PARAM_DAY:
        good = value_day(word, normal);
        break;
    case PARAM_WEEK:
        good = value_week(word, normal);
        break;
    case PARAM_QUARTER:
        good = value_quarter(word, normal);
        break;
    case PARAM_MONTH:
        good = value_month(word, normal);
        break;
    default:
        return value_id(word, param_id_prefix(arg->param->type), &arg->number);
    }
    if (good)
        arg->text = cli_text(reading->cli, "%s", normal);
    return good;
}

static int add_arg(struct reading *reading, const struct param *param, const char *word)
{
    struct args *args = reading->args;
    if (!(param->flags & (PARAM_MANY | PARAM_EACH)) && args_has(args, param->name))
        return cli_usage_error(reading->cli, _("%s is given twice."), param->name);
    struct arg *arg = &args->items[args->count];
    *arg = (struct arg){.param = param, .number = 1};
    if (!read_value(reading, arg, word))
        return wrong_value(reading, param, word);
    if (param == &version_param) {
        args->version = arg->number;
        if (args->version <= 0)
            return wrong_value(reading, param, word);
    }
    args->count++;
    return EXIT_DONE;
}

static const struct param *find_option(const struct command *command, const char *word,
                                       size_t length)
{
    for (const struct param *param = command->params; param && param->name; param++) {
        if (param_is_option(param) && strlen(param->name) == length &&
            strncmp(param->name, word, length) == 0)
            return param;
    }
    if (command->versioned && strncmp(version_param.name, word, length) == 0 &&
        strlen(version_param.name) == length)
        return &version_param;
    return NULL;
}

// One option, with its value behind "=" or in the next word. *used says how many words it took.
static int read_option(struct reading *reading, char **words, int left, int *used)
{
    const char *word = words[0];
    size_t length = strcspn(word, "=");
    const struct param *param = find_option(reading->args->command, word, length);
    *used = 1;
    if (!param)
        return unknown_option(reading, word, length);
    const char *value = word[length] ? word + length + 1 : NULL;
    if (!param_takes_value(param)) {
        if (value)
            return cli_usage_error(reading->cli, _("%s takes no value."), param->name);
        return add_arg(reading, param, "");
    }
    if (!value) {
        if (left < 2)
            return cli_usage_error(reading->cli, _("%s needs a value."), param->name);
        value = words[1];
        *used = 2;
    }
    return add_arg(reading, param, value);
}

static bool is_needed(const struct param *param)
{
    return param_is_option(param) ? (param->flags & PARAM_REQUIRED) != 0
                                  : !(param->flags & PARAM_OPTIONAL);
}

// How many of the words go to this argument, so that those behind it get theirs.
static int share_of(const struct param *param, int left)
{
    if (param->flags & PARAM_MANY)
        return left;
    if (!(param->flags & PARAM_EACH))
        return 1;
    for (const struct param *later = param + 1; later->name; later++)
        left -= !param_is_option(later) && is_needed(later);
    return left > 1 ? left : 1;
}

static int read_places(struct reading *reading, char **words, int count)
{
    int used = 0;
    for (const struct param *param = reading->args->command->params; param && param->name;
         param++) {
        int share = param_is_option(param) ? 0 : share_of(param, count - used);
        for (int i = 0; i < share && used < count; i++) {
            int error = add_arg(reading, param, words[used++]);
            if (error)
                return error;
        }
    }
    if (used == count)
        return EXIT_DONE;
    return cli_usage_error(reading->cli, _("\"%s\" is one word too many for \"%s\"."), words[used],
                           called(reading->cli, reading->args));
}

static int check_required(struct reading *reading)
{
    const struct param *param = reading->args->command->params;
    for (; param && param->name; param++) {
        if (is_needed(param) && !args_has(reading->args, param->name))
            return cli_usage_error(reading->cli, _("\"%s\" needs %s."),
                                   called(reading->cli, reading->args), param->name);
    }
    return EXIT_DONE;
}

// A negative number is an argument, not an option.
static bool looks_like_option(const char *word)
{
    return word[0] == '-' && word[1] && !isdigit((unsigned char)word[1]) && word[1] != '.';
}

static int read_words(struct reading *reading, char **words, int count, int options_end)
{
    int used = 1, n = 0;
    char **places = cli_keep(reading->cli, ((size_t)count + 1) * sizeof(*places));
    for (int i = 0; i < count; i += used) {
        used = 1;
        bool option = i < options_end && looks_like_option(words[i]);
        int error = option ? read_option(reading, words + i, count - i, &used) : EXIT_DONE;
        if (error)
            return error;
        if (!option)
            places[n++] = words[i];
    }
    int error = read_places(reading, places, n);
    return error ? error : check_required(reading);
}

int parse_command(struct cli *cli, char **words, int count, int words_end_options, struct args *ret)
{
    *ret = (struct args){.noun = command_noun(cli->nouns, words[0])};
    if (!ret->noun)
        return unknown_noun(cli, words[0]);
    const char *verb = count > 1 ? words[1] : NULL;
    int taken = 2;
    ret->command = verb ? command_find(ret->noun, verb) : NULL;
    if (!ret->command) {
        ret->command = command_find(ret->noun, NULL);
        taken = 1;
    }
    if (!ret->command)
        return unknown_verb(cli, ret->noun, verb);
    cli->command = ret->command;
    ret->items = cli_keep(cli, ((size_t)count + 1) * sizeof(*ret->items));
    struct reading reading = {.cli = cli, .args = ret};
    return read_words(&reading, words + taken, count - taken, words_end_options - taken);
}
