// How words are looked up in the table. Must not print, and knows no noun by name.
#include "client/cli/core/command.h"

#include <string.h>

const struct noun *command_noun(const struct noun *const *nouns, const char *name)
{
    for (size_t i = 0; nouns[i]; i++) {
        if (strcmp(nouns[i]->name, name) == 0)
            return nouns[i];
    }
    return NULL;
}

const struct command *command_find(const struct noun *noun, const char *verb)
{
    for (const struct command *command = noun->commands; command->verb; command++) {
        if (strcmp(command->verb, verb ? verb : "") == 0)
            return command;
    }
    return NULL;
}

bool param_is_option(const struct param *param)
{
    return param->name[0] == '-';
}

bool param_takes_value(const struct param *param)
{
    return param->type != PARAM_FLAG;
}

const char *param_id_prefix(enum param_type type)
{
    switch (type) {
    case PARAM_ROADMAP:
        return "R";
    case PARAM_OBJECTIVE:
        return "O";
    case PARAM_KR:
        return "KR";
    case PARAM_PROJECT:
        return "P";
    case PARAM_GOAL:
        return "G";
    case PARAM_ENTRY:
        return "E";
    case PARAM_MEASUREMENT:
        return "M";
    case PARAM_TOKEN:
        return "T";
    case PARAM_AGENT:
        return "A";
    case PARAM_ACTION:
        return "V";
    default:
        return NULL;
    }
}

// Edit distance (Wagner and Fischer) in one row, of words of at most 31 letters.
static unsigned distance(const char *a, const char *b)
{
    unsigned row[32];
    size_t width = strlen(b);
    if (width > 31 || strlen(a) > 31)
        return 99;
    for (unsigned j = 0; j <= width; j++)
        row[j] = j;
    for (unsigned i = 1; a[i - 1]; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= width; j++) {
            unsigned best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[width];
}

const char *command_nearest(const char *word, const char *const *words)
{
    const char *nearest = NULL;
    unsigned least = (unsigned)strlen(word) / 2 + 1;
    for (; *words; words++) {
        unsigned far = distance(word, *words);
        if (strncmp(*words, word, strlen(word)) == 0)
            far = 1;
        if (far < least) {
            least = far;
            nearest = *words;
        }
    }
    return nearest;
}

const struct arg *args_find(const struct args *args, const char *name)
{
    for (size_t i = 0; i < args->count; i++) {
        if (strcmp(args->items[i].param->name, name) == 0)
            return &args->items[i];
    }
    return NULL;
}

const char *args_text(const struct args *args, const char *name)
{
    const struct arg *arg = args_find(args, name);
    return arg ? arg->text : NULL;
}

bool args_has(const struct args *args, const char *name)
{
    return args_find(args, name) != NULL;
}
