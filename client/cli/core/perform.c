#include "client/cli/core/perform.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/resource.h"
#include "client/cli/core/show.h"
#include "client/cli/core/before.h"
#include "client/cli/core/seen.h"
#include "client/cli/core/writer.h"
#include "common/json.h"

int cli_show(struct cli *cli, const ProtobufCMessage *request, const ProtobufCMessage *reply,
             shower show)
{
    cli->writer->print(cli, reply, show);
    seen_take(cli, request, reply);
    return cli->exit_code;
}

void cli_show_json_with(struct cli *cli, const ProtobufCMessage *reply, const char *name,
                        const char *secret)
{
    char *json = json_from_message(reply, false);
    size_t length = json ? strlen(json) : 0;
    const char *comma = length > 2 ? "," : "";
    fprintf(cli->out, "%.*s%s\"%s\":\"%s\"}\n", length ? (int)length - 1 : 1, json ? json : "{",
            comma, name, secret);
    free(json);
}

// An edit that changes nothing would still be a change: a new version, a row in the log.
static bool says_what_to_change(struct cli *cli, const struct args *args)
{
    const char *list = "";
    for (size_t i = 0; i < args->count; i++) {
        if (param_is_option(args->items[i].param) &&
            strcmp(args->items[i].param->name, "--reason") != 0)
            return true;
    }
    for (const struct param *param = args->command->params; param->name; param++) {
        if (param_is_option(param) && strcmp(param->name, "--reason") != 0)
            list = cli_text(cli, "%s%s%s", list, list[0] ? ", " : "", param->name);
    }
    cli_usage_error(cli, _("Nothing is to be changed: give one of %s."), list);
    return false;
}

// NULL: it has been said why not.
static ProtobufCMessage *make_request(struct cli *cli, const struct args *args, enum rpc_id method)
{
    const struct command *command = args->command;
    ProtobufCMessage *request = request_new(cli, rpc_methods[method].request);
    if (!request_fill(cli, request, args))
        return NULL;
    if (command->preset) {
        struct arg preset = {.number = command->preset_value};
        request_set(cli, request, command->preset, &preset);
    }
    if (command->prepare && !command->prepare(cli, args, request))
        return NULL;
    return request;
}

// ---- what takes it back
// --------------------------------------------------------------------------

static const char *value_of(struct cli *cli, const struct args *args, const ProtobufCMessage *reply,
                            const char *name)
{
    const struct arg *arg = name[0] == '.' ? NULL : args_find(args, name);
    if (name[0] == '.') {
        struct versioned field = {.version = name + 1};
        return cli_text(cli, "%lld", (long long)resource_version(&field, reply));
    }
    if (!arg)
        return NULL;
    const char *prefix = param_id_prefix(arg->param->type);
    return prefix ? show_id(cli, prefix, arg->number) : arg->text;
}

// NULL: something that the line names was not given.
static const char *undo_line(struct cli *cli, const struct args *args,
                             const ProtobufCMessage *reply)
{
    const char *done = "";
    const char *line = args->command->undo;
    for (const char *open; (open = strchr(line, '{')); line = strchr(open, '}') + 1) {
        const char *name = cli_copy(cli, open + 1, strcspn(open + 1, "}"));
        const char *value = value_of(cli, args, reply, name);
        if (!value)
            return NULL;
        done = cli_text(cli, "%s%.*s%s", done, (int)(open - line), line, value);
    }
    return cli_text(cli, "%s%s", done, line);
}

static void say_undo(struct cli *cli, const struct args *args, const ProtobufCMessage *reply)
{
    bool wanted = args->command->undo && writer_is_text(cli) && cli->exit_code == EXIT_DONE;
    const char *line = wanted ? undo_line(cli, args, reply) : NULL;
    if (line)
        show_aside(cli, 0, cli_text(cli, _("To take it back: %s"), line));
}

// ---- one, or several
// -----------------------------------------------------------------------------

static int perform_one(struct cli *cli, const struct args *args)
{
    const struct command *command = args->command;
    enum rpc_id method = command->choose ? command->choose(cli, args) : command->methods[0];
    if (method == RPC_COUNT)
        return cli->exit_code;
    ProtobufCMessage *request = make_request(cli, args, method);
    if (!request)
        return cli->exit_code;
    if (!before_change(cli, args, request))
        return cli->exit_code;
    const ProtobufCMessage *reply = cli_call(cli, method, request);
    if (!reply)
        return cli->exit_code;
    cli_show(cli, request, reply, command->show);
    say_undo(cli, args, reply);
    return cli->exit_code;
}

// Which argument is given several times; NULL: none.
static const struct param *each_of(const struct args *args)
{
    size_t count = 0;
    const struct param *each = NULL;
    for (size_t i = 0; i < args->count; i++) {
        if (!(args->items[i].param->flags & PARAM_EACH))
            continue;
        each = args->items[i].param;
        count++;
    }
    return count > 1 ? each : NULL;
}

// The arguments with only the one at `index` of those that are given several times.
static struct args only_one(struct cli *cli, const struct args *args, const struct param *each,
                            size_t index)
{
    struct args one = *args;
    one.count = 0;
    one.items = cli_keep(cli, args->count * sizeof(*one.items));
    for (size_t i = 0; i < args->count; i++) {
        if (args->items[i].param != each || i == index)
            one.items[one.count++] = args->items[i];
    }
    return one;
}

static int perform_each(struct cli *cli, const struct args *args, const struct param *each)
{
    if (args->version)
        return cli_usage_error(cli, _("--version goes with one %s, not with several."), each->name);
    cli->several = true;
    for (size_t i = 0; i < args->count && cli->exit_code == EXIT_DONE; i++) {
        if (args->items[i].param != each)
            continue;
        struct args one = only_one(cli, args, each, i);
        cli->args = &one;
        if (perform_one(cli, &one) != EXIT_DONE && writer_is_text(cli))
            show_aside(cli, 0,
                       cli_text(cli, _("This was %s; what follows it was not done."),
                                args->items[i].text));
        cli->args = args;
    }
    return cli->exit_code;
}

int perform(struct cli *cli, const struct args *args)
{
    const struct param *each = each_of(args);
    if (args->command->edits && !says_what_to_change(cli, args))
        return cli->exit_code;
    return each ? perform_each(cli, args, each) : perform_one(cli, args);
}
