#include "client/cli/core/perform.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
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

int perform(struct cli *cli, const struct args *args)
{
    const struct command *command = args->command;
    if (command->edits && !says_what_to_change(cli, args))
        return cli->exit_code;
    enum rpc_id method = command->choose ? command->choose(cli, args) : command->methods[0];
    if (method == RPC_COUNT)
        return cli->exit_code;
    ProtobufCMessage *request = make_request(cli, args, method);
    if (!request)
        return cli->exit_code;
    if (!before_change(cli, args, request))
        return cli->exit_code;
    const ProtobufCMessage *reply = cli_call(cli, method, request);
    return reply ? cli_show(cli, request, reply, command->show) : cli->exit_code;
}
