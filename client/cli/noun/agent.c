// agent: who publishes the plan for a program manager, and with which token.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/credentials.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/writer.h"
#include "okr/v1/plan.pb-c.h"

static struct table *agent_table(void)
{
    struct table *table = table_new();
    table_column(table, _("Id"), TABLE_LEFT, 12);
    table_column(table, _("Label"), TABLE_LEFT, 0);
    table_column(table, _("Sources"), TABLE_LEFT, 0);
    table_column(table, _("Delegated by"), TABLE_LEFT, 24);
    table_column(table, _("Valid until"), TABLE_LEFT, 24);
    table_column(table, _("Revoked"), TABLE_LEFT, 24);
    return table;
}

static void agent_row(struct cli *cli, struct table *table, const Okr__Agent *agent)
{
    table_cell(table, show_id(cli, "A", agent->id));
    table_cell(table, show_text(agent->label));
    table_cell(table, show_words(cli, agent->sources, agent->n_sources));
    table_cell(table, show_text(agent->delegated_by));
    table_cell(table, show_time(cli, agent->expires_at));
    table_cell(table, show_time(cli, agent->revoked_at));
    table_row_end(table);
}

static void show_agent(struct cli *cli, const ProtobufCMessage *reply)
{
    struct table *table = agent_table();
    agent_row(cli, table, (const Okr__Agent *)reply);
    show_table(cli, table);
}

static void show_agents(struct cli *cli, const ProtobufCMessage *reply)
{
    const Okr__AgentList *list = (const Okr__AgentList *)reply;
    struct table *table = agent_table();
    for (size_t i = 0; i < list->n_agents; i++)
        agent_row(cli, table, list->agents[i]);
    show_table(cli, table);
}

// The file is made before the call, so that no token is made that cannot be kept. -1: errno says
// why.
static int open_token_file(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static bool write_token(int fd, const char *token)
{
    char line[TOKEN_TEXT_SIZE + 1];
    int length = snprintf(line, sizeof(line), "%s\n", token);
    return write(fd, line, (size_t)length) == length && fsync(fd) == 0;
}

static int tell_token(struct cli *cli, const ProtobufCMessage *reply, const char *token,
                      const char *path)
{
    if (writer_is_json(cli) && !path)
        cli_show_json_with(cli, reply, "token", token);
    else
        cli_show(cli, NULL, reply, show_agent);
    if (writer_is_json(cli))
        return EXIT_DONE;
    if (path) {
        show_line(cli, _("Its token is in %s."), path);
        return EXIT_DONE;
    }
    show_line(cli, "%s", _("Its token, which is shown only now:"));
    show_line(cli, "  %s", token);
    return EXIT_DONE;
}

static const ProtobufCMessage *delegate(struct cli *cli, const struct args *args, const char *token)
{
    Okr__DelegateAgentRequest request = OKR__DELEGATE_AGENT_REQUEST__INIT;
    if (!request_fill(cli, &request.base, args))
        return NULL;
    request.has_token_hash = 1;
    request.token_hash.len = TOKEN_HASH_BYTES;
    request.token_hash.data = cli_keep(cli, TOKEN_HASH_BYTES);
    token_hash(token, request.token_hash.data);
    return cli_call(cli, RPC_PLAN_DELEGATE_AGENT, &request.base);
}

static int run_delegate(struct cli *cli, const struct args *args)
{
    const char *path = args_text(args, "--out");
    char token[TOKEN_TEXT_SIZE];
    token_make(token);
    int fd = path ? open_token_file(path) : -1;
    if (path && (fd < 0 || !write_token(fd, token))) {
        int error = errno;
        if (fd >= 0) {
            close(fd);
            unlink(path);
        }
        return cli_local_error(cli, _("%s cannot be written: %s"), path, strerror(error));
    }
    if (fd >= 0)
        close(fd);
    const ProtobufCMessage *reply = delegate(cli, args, token);
    if (reply)
        return tell_token(cli, reply, token, path);
    if (path && cli->exit_code != EXIT_OUTCOME_UNKNOWN)
        unlink(path);
    return cli->exit_code;
}

static const struct command agent_commands[] = {
    {.verb = "delegate",
     .example = "okr agent delegate 'plan PC' --source program --out agent.token",

     .help = N_("let an agent publish plans for you; makes its token"),
     CALLS(RPC_PLAN_DELEGATE_AGENT),
     PARAMS({.name = "LABEL", .field = "label", .help = N_("how the log names it")},
            {.name = "--source",
             .field = "sources",
             .flags = PARAM_REQUIRED | PARAM_MANY,
             .help = N_("a plan that it may publish; can be repeated")},
            {.name = "--days",
             .field = "valid_days",
             .type = PARAM_INTEGER,
             .help = N_("how many days it lasts; absent: 365")},
            {.name = "--out",
             .type = PARAM_FILE,
             .help = N_("write the token into this new file, readable by you only")}),
     .run = run_delegate},
    {.verb = "list",
     .example = "okr agent list",
     .help = N_("all agents"),
     CALLS(RPC_PLAN_LIST_AGENTS),
     .show = show_agents},
    {.verb = "revoke",
     .example = "okr agent revoke A-1",

     .help = N_("end an agent's right"),
     CALLS(RPC_PLAN_REVOKE_AGENT),
     PARAMS({.name = "AGENT", .field = "id", .type = PARAM_AGENT, .help = N_("its id: A-12")}),
     .show = show_agent},
    {.verb = NULL},
};
const struct noun noun_agent = {"agent", N_("agents that publish the plan for a program manager"),
                                agent_commands};
