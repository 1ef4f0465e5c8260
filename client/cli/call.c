// The one way from a command to the server. Must not know what a command means.
#include "client/cli/call.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "client/cli/export.h"
#include "client/cli/fail.h"
#include "client/cli/intl.h"
#include "client/cli/request.h"
#include "client/cli/show.h"
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
        .as_of = cli->as_of,
        .deadline_ms = cli->deadline_ms,
    };
    const char *error = NULL;
    cli->client = rpc_client_new(&options, &error);
    cli->client_is_anonymous = anonymous;
    if (!cli->client)
        cli_usage_error(cli, _("\"%s\" is no address of a server (%s)."), cli->server, error);
    return cli->client != NULL;
}

// ---- the last resort ---------------------------------------------------------------------------

// nng 1.5.2 can hang for ever while it closes a connection, and nothing but the end of the process
// ends that.
#define GRACE_S 10
#define DEADLINE_UNSAID_S 60

static volatile sig_atomic_t code_when_stuck;

static void end_stuck(int signal)
{
    static const char text[] = "okr: no answer came in time\n";
    (void)signal;
    if (code_when_stuck != EXIT_DONE && write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
        code_when_stuck = EXIT_OTHER;
    _exit(code_when_stuck);
}

// Ends the process with this code unless watch_end() comes within `seconds`.
static void watch(unsigned seconds, int code)
{
    struct sigaction action = {.sa_handler = end_stuck};
    code_when_stuck = code;
    sigaction(SIGALRM, &action, NULL);
    alarm(seconds);
}

static void watch_end(void)
{
    alarm(0);
    signal(SIGALRM, SIG_DFL);
}

static void watched_call(struct cli *cli, enum rpc_id method, const ProtobufCMessage *request,
                         struct rpc_result *ret)
{
    bool change = rpc_methods[method].effect == OKR__EFFECT__EFFECT_CHANGE;
    unsigned deadline = cli->deadline_ms ? cli->deadline_ms / 1000 : DEADLINE_UNSAID_S;
    watch(deadline + GRACE_S, change ? EXIT_OUTCOME_UNKNOWN : EXIT_UNAVAILABLE);
    rpc_call(cli->client, method, request, ret);
    watch_end();
}

// ---- a call ------------------------------------------------------------------------------------

bool cli_try(struct cli *cli, enum rpc_id method, const ProtobufCMessage *request,
             struct rpc_result *ret)
{
    if (!connect_as(cli, rpc_methods[method].anonymous))
        return false;
    watched_call(cli, method, request, ret);
    memcpy(cli->shown_as_of, ret->as_of, sizeof cli->shown_as_of);
    cli->shown_revision = ret->revision;
    if (ret->time_zone[0]) { // instants are shown as the organisation's clocks show them
        setenv("TZ", ret->time_zone, 1);
        tzset();
    }
    bool raw = cli->json || (cli->format == CLI_MSPDI && ret->reply);
    if (!raw)
        sanitize(ret->reply ? ret->reply : &ret->status->base);
    return true;
}

const ProtobufCMessage *cli_call(struct cli *cli, enum rpc_id method,
                                 const ProtobufCMessage *request)
{
    struct kept_reply *kept = cli_keep(cli, sizeof(*kept));
    if (!cli_try(cli, method, request, &kept->result))
        return NULL;
    kept->next = cli->replies;
    cli->replies = kept;
    if (kept->result.reply)
        return kept->result.reply;
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
    } else if (cli->format != CLI_TEXT) {
        export_print(cli, reply);
    } else if (show) {
        if (cli->shown_as_of[0])
            show_line(cli, "%s", show_as_of(cli));
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

int cli_run_command(struct cli *cli, const struct args *args)
{
    const struct command *command = args->command;
    if (command->edits && !says_what_to_change(cli, args))
        return cli->exit_code;
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

void cli_hang_up(struct cli *cli, int code)
{
    for (struct kept_reply *kept = cli->replies; kept; kept = kept->next)
        rpc_result_clear(&kept->result);
    cli->replies = NULL;
    watch(GRACE_S, code);
    cli->client = rpc_client_free(cli->client);
    watch_end();
}
