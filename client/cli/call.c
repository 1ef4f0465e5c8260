// The one way from a command to the server. Must not know what a command means.
#include "client/cli/call.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "client/cli/fail.h"
#include "client/cli/intl.h"
#include "client/cli/request.h"
#include "client/cli/version.h"
#include "common/json.h"
#include "common/login.h"
#include "common/text.h"

struct kept_reply {
    struct rpc_result result;
    struct kept_reply *next;
};

static void sanitize_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

// Nothing that a member wrote may steer a terminal.
static void sanitize(ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++)
        sanitize_field(message, &message->descriptor->fields[i]);
}

static void sanitize_value(void *value, const ProtobufCFieldDescriptor *field)
{
    if (!value)
        return;
    if (field->type == PROTOBUF_C_TYPE_STRING)
        text_sanitize(value);
    else
        sanitize(value);
}

static void sanitize_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
        return;
    void *at = (char *)message + field->offset;
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        sanitize_value(*(void **)at, field);
        return;
    }
    size_t count = *(size_t *)(void *)((char *)message + field->quantifier_offset);
    for (size_t i = 0; i < count; i++)
        sanitize_value((*(void ***)at)[i], field);
}

static bool connect_as(struct cli *cli, bool anonymous)
{
    if (cli->client && cli->client_is_anonymous == anonymous)
        return true;
    cli->client = rpc_client_free(cli->client);
    struct login login = {0};
    if (!anonymous && !login_find(cli->arena, cli->server, cli->as, &login)) {
        fail_not_logged_in(cli);
        return false;
    }
    cli->handle = login.handle;
    struct rpc_options options = {
        .address = cli->server,
        .token = login.token,
        .language = intl_japanese() ? "ja" : "en",
        .deadline_ms = cli->deadline_ms,
    };
    const char *error = NULL;
    cli->client = rpc_client_new(&options, &error);
    cli->client_is_anonymous = anonymous;
    if (!cli->client)
        cli_usage_error(cli, _("\"%s\" is no address of a server (%s)."), cli->server, error);
    return cli->client != NULL;
}

const ProtobufCMessage *cli_call(struct cli *cli, enum rpc_id method,
                                 const ProtobufCMessage *request)
{
    if (!connect_as(cli, rpc_methods[method].anonymous))
        return NULL;
    struct kept_reply *kept = cli_keep(cli, sizeof(*kept));
    rpc_call(cli->client, method, request, &kept->result);
    if (kept->result.time_zone[0]) { // instants are shown as the organisation's clocks show them
        setenv("TZ", kept->result.time_zone, 1);
        tzset();
    }
    kept->next = cli->replies;
    cli->replies = kept;
    if (kept->result.reply) {
        if (!cli->json)
            sanitize(kept->result.reply);
        return kept->result.reply;
    }
    if (!cli->json)
        sanitize(&kept->result.status->base);
    fail_result(cli, request, &kept->result);
    return NULL;
}

int cli_show(struct cli *cli, const ProtobufCMessage *reply,
             void (*show)(struct cli *, const ProtobufCMessage *))
{
    if (cli->json) {
        char *json = json_from_message(reply, true);
        fprintf(cli->out, "%s\n", json ? json : "{}");
        free(json);
    } else if (show) {
        show(cli, reply);
    }
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

int cli_run_command(struct cli *cli, const struct args *args)
{
    const struct command *command = args->command;
    enum rpc_id method = command->choose ? command->choose(cli, args) : command->methods[0];
    if (method == RPC_COUNT)
        return cli->exit_code;
    ProtobufCMessage *request = request_new(cli, rpc_methods[method].request);
    if (!request_fill(cli, request, args))
        return cli->exit_code;
    if (command->preset) {
        struct arg preset = {.number = command->preset_value};
        request_set(cli, request, command->preset, &preset);
    }
    if (command->prepare && !command->prepare(cli, args, request))
        return cli->exit_code;
    if (command->versioned && !version_fill(cli, request, args->version))
        return cli->exit_code;
    const ProtobufCMessage *reply = cli_call(cli, method, request);
    return reply ? cli_show(cli, reply, command->show) : cli->exit_code;
}

void cli_hang_up(struct cli *cli)
{
    for (struct kept_reply *kept = cli->replies; kept; kept = kept->next)
        rpc_result_clear(&kept->result);
    cli->replies = NULL;
    cli->client = rpc_client_free(cli->client);
}
