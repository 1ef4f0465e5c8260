// The one way from a command to the server. Must not know what a command means.
#include "client/cli/core/call.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "client/cli/core/fail.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/writer.h"
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

bool cli_log_in(struct cli *cli)
{
    return connect_as(cli, false);
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
    if (ret->today[0])
        memcpy(cli->today, ret->today, sizeof cli->today);
    if (ret->time_zone[0]) { // instants are shown as the organisation's clocks show them
        setenv("TZ", ret->time_zone, 1);
        tzset();
    }
    bool raw = cli->writer->raw && (ret->reply || writer_is_json(cli));
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

void cli_hang_up(struct cli *cli, int code)
{
    for (struct kept_reply *kept = cli->replies; kept; kept = kept->next)
        rpc_result_clear(&kept->result);
    cli->replies = NULL;
    watch(GRACE_S, code);
    cli->client = rpc_client_free(cli->client);
    watch_end();
}
