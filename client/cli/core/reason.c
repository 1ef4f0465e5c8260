#include "client/cli/core/reason.h"

#include <string.h>
#include "client/cli/core/intl.h"
#include "client/words/label.h"
#include "client/words/reason_words.h"

// Each argument may itself be a list with commas.
static const char *all_args(struct cli *cli, char *const *args, size_t count)
{
    const char *list = "";
    for (size_t i = 0; i < count; i++) {
        char *save = NULL;
        char *word = strtok_r(cli_text(cli, "%s", args[i]), ", ", &save);
        for (; word; word = strtok_r(NULL, ", ", &save))
            list = cli_text(cli, "%s%s%s", list, list[0] ? ", " : "", label_of_word(word));
    }
    return list;
}

// The value for a place, NULL where it was not sent.
static const char *place(struct cli *cli, char what, char *const *args, size_t count)
{
    if (what == '*')
        return count ? all_args(cli, args, count) : NULL;
    size_t index = (size_t)(what - '0');
    return index < count && args[index][0] ? label_of_word(args[index]) : NULL;
}

static const char *fill(struct cli *cli, const char *text, char *const *args, size_t count)
{
    const char *done = "";
    for (;;) {
        const char *open = strchr(text, '{');
        if (!open || !open[1] || open[2] != '}')
            return cli_text(cli, "%s%s", done, text);
        const char *value = place(cli, open[1], args, count);
        if (!value)
            return NULL;
        done = cli_text(cli, "%s%.*s%s", done, (int)(open - text), text, value);
        text = open + 3;
    }
}

// Which thing is not there: an id, or only of what kind.
static bool names_an_id(char *const *args, size_t count)
{
    return count > 0 && strpbrk(args[0], "0123456789") != NULL;
}

const char *reason_text(struct cli *cli, Okr__Reason reason, char *const *args, size_t count)
{
    if (reason == OKR__REASON__REASON_NOT_FOUND && names_an_id(args, count))
        return fill(cli, _("there is no {0}"), args, count);
    const struct reason_words *words = reason_words_of(reason);
    if (!words)
        return NULL;
    const char *text = fill(cli, _(words->text), args, count);
    if (!text)
        text = words->plain ? _(words->plain) : _(words->text);
    return text;
}
