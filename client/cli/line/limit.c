#include "client/cli/line/limit.h"

#include "client/cli/core/intl.h"
#include "common/field_check.h"
#include "common/field_format.h"

// Of the first method that has such a field.
static const struct field_check *check_of(const struct command *command, const char *path)
{
    for (size_t i = 0; path && command->methods && command->methods[i] != RPC_COUNT; i++) {
        const struct rpc_method *method = &rpc_methods[command->methods[i]];
        const struct field_check *check = field_check_find(method->check, method->request, path);
        if (check)
            return check;
    }
    return NULL;
}

static const char *range(struct cli *cli, const struct field_check *check)
{
    long long least = check->least, most = check->most;
    if (check->has_least && check->has_most)
        return cli_text(cli, _("%lld to %lld"), least, most);
    if (check->has_most)
        return cli_text(cli, _("at most %lld"), most);
    return check->has_least ? cli_text(cli, _("at least %lld"), least) : "";
}

// Days, weeks and the like have their length in their form.
static const char *length(struct cli *cli, const struct field_check *check)
{
    size_t most = check->characters ? check->characters : format_characters(check->format);
    return most ? cli_text(cli, _("at most %zu characters"), most) : "";
}

const char *limit_words(struct cli *cli, const struct command *command, const struct param *param)
{
    const struct field_check *check = check_of(command, param->field);
    if (!check)
        return "";
    const char *one = param->type == PARAM_INTEGER || param->type == PARAM_NUMBER
                          ? range(cli, check)
                          : length(cli, check);
    if (!check->items)
        return one;
    const char *many = cli_text(cli, _("at most %u of them"), check->items);
    return one[0] ? cli_text(cli, "%s, %s", many, one) : many;
}
