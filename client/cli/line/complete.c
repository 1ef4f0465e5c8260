#include "client/cli/line/complete.h"

#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/command.h"
#include "client/cli/core/request.h"
#include "client/cli/core/value.h"
#include "client/cli/line/options.h"
#include "okr/v1/member.pb-c.h"
#include "okr/v1/project.pb-c.h"
#include "okr/v1/quarter.pb-c.h"
#include "okr/v1/roadmap.pb-c.h"
#include "okr/v1/week.pb-c.h"

#define WAIT_MS 1000

struct typing {
    struct cli *cli;
    const char *prefix; // of the word that is being typed
};

static void offer(const struct typing *typing, const char *word)
{
    if (strncmp(word, typing->prefix, strlen(typing->prefix)) == 0)
        fprintf(typing->cli->out, "%s\n", word);
}

// ---- ids and handles: what a list of the server has --------------------------------------------

static const struct source {
    enum param_type type;
    enum rpc_id method;
    const ProtobufCMessageDescriptor *thing;
} sources[] = {
    {PARAM_PROJECT, RPC_PROJECT_LIST_PROJECTS, &okr__project__descriptor},
    {PARAM_KR, RPC_QUARTER_LIST_OKR, &okr__key_result__descriptor},
    {PARAM_OBJECTIVE, RPC_QUARTER_LIST_OKR, &okr__objective__descriptor},
    {PARAM_GOAL, RPC_WEEK_LIST_WEEKS, &okr__goal__descriptor},
    {PARAM_ROADMAP, RPC_ROADMAP_LIST_ROADMAP, &okr__roadmap_item__descriptor},
    {PARAM_QUARTER, RPC_QUARTER_LIST_QUARTERS, &okr__quarter__descriptor},
};

static void offer_thing(const struct typing *typing, const ProtobufCMessage *message,
                        const struct source *source)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(message->descriptor, "id");
    const char *prefix = param_id_prefix(source->type);
    if (!prefix || !field) { // a quarter
        offer(typing, ((const Okr__Quarter *)message)->name);
        return;
    }
    int64_t id;
    memcpy(&id, (const char *)message + field->offset, sizeof(id));
    offer(typing, cli_text(typing->cli, "%s-%lld", prefix, (long long)id));
}

static void walk(const struct typing *typing, const ProtobufCMessage *message,
                 const struct source *source)
{
    if (message && message->descriptor == source->thing) {
        offer_thing(typing, message, source);
        return;
    }
    for (unsigned i = 0; message && i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *at = (const char *)message + field->offset;
        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            walk(typing, *(ProtobufCMessage *const *)(const void *)at, source);
            continue;
        }
        size_t count;
        memcpy(&count, (const char *)message + field->quantifier_offset, sizeof(count));
        for (size_t k = 0; k < count; k++)
            walk(typing, (*(ProtobufCMessage *const *const *)(const void *)at)[k], source);
    }
}

static void offer_listed(const struct typing *typing, const struct source *source)
{
    struct cli *cli = typing->cli;
    struct rpc_result result = {0};
    ProtobufCMessage *request = request_new(cli, rpc_methods[source->method].request);
    cli->deadline_ms = WAIT_MS;
    if (cli_try(cli, source->method, request, &result) && result.reply)
        walk(typing, result.reply, source);
    rpc_result_clear(&result);
}

static void offer_handles(const struct typing *typing)
{
    Okr__ListHandlesRequest request = OKR__LIST_HANDLES_REQUEST__INIT;
    struct rpc_result result = {0};
    typing->cli->deadline_ms = WAIT_MS;
    if (cli_try(typing->cli, RPC_MEMBER_LIST_HANDLES, &request.base, &result) && result.reply) {
        const Okr__HandleList *list = (const Okr__HandleList *)result.reply;
        for (size_t i = 0; i < list->n_members; i++)
            offer(typing, list->members[i]->handle);
    }
    rpc_result_clear(&result);
}

// ---- values, options, arguments ----------------------------------------------------------------

static bool is_handle(const struct param *param)
{
    static const char *const names[] = {"HANDLE", "MEMBER", "--lead", "--member", "--as"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(param->name, names[i]) == 0)
            return true;
    }
    return false;
}

static void offer_values(const struct typing *typing, const struct param *param)
{
    static const char *const weeks[] = {"this", "next", "last"};
    char word[64];
    for (size_t i = 0; param->type == PARAM_ENUM && i < param->choices->n_values; i++) {
        value_enum_word(param->choices, i, word, sizeof(word));
        if (param->choices->values[i].value != 0)
            offer(typing, word);
    }
    for (size_t i = 0; param->type == PARAM_WEEK && i < 3; i++)
        offer(typing, weeks[i]);
    if (param->type == PARAM_YES_NO) {
        offer(typing, "yes");
        offer(typing, "no");
    }
    if (is_handle(param))
        offer_handles(typing);
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (sources[i].type == param->type)
            offer_listed(typing, &sources[i]);
    }
}

static const struct param *find(const struct param *params, const char *word)
{
    for (; params && params->name; params++) {
        if (strcmp(params->name, word) == 0)
            return params;
    }
    return NULL;
}

static void offer_names(const struct typing *typing, const struct param *params)
{
    for (; params && params->name; params++) {
        if (param_is_option(params))
            offer(typing, params->name);
    }
}

// What the `place`-th word, from 0, may be: behind an argument of which there may be several, one
// more of them or what follows them.
static void offer_argument(const struct typing *typing, const struct command *command, int place)
{
    for (const struct param *param = command->params; param && param->name && place >= 0; param++) {
        bool several = (param->flags & (PARAM_MANY | PARAM_EACH)) != 0;
        if (param_is_option(param))
            continue;
        if (place == 0 || several)
            offer_values(typing, param);
        place -= place > 0 || !several;
    }
}

static void offer_of_command(const struct typing *typing, const struct command *command,
                             char *const *words, int count)
{
    int place = 0;
    for (int i = 0; i < count; i++) {
        const struct param *option = find(command->params, words[i]);
        if (option && param_takes_value(option) && ++i == count) {
            offer_values(typing, option);
            return;
        }
        place += option == NULL;
    }
    if (typing->prefix[0] == '-') {
        offer_names(typing, command->params);
        if (command->versioned)
            offer(typing, "--version");
        offer_names(typing, options_table);
    } else {
        offer_argument(typing, command, place);
    }
}

// ---- the line
// ------------------------------------------------------------------------------------

static void offer_first(const struct typing *typing)
{
    for (size_t i = 0; typing->cli->nouns[i]; i++)
        offer(typing, typing->cli->nouns[i]->name);
    offer(typing, "help");
    if (typing->prefix[0] == '-')
        offer_names(typing, options_table);
}

static void offer_next(const struct typing *typing, char *const *words, int count)
{
    const struct noun *noun = count ? command_noun(typing->cli->nouns, words[0]) : NULL;
    bool help = count == 1 && strcmp(words[0], "help") == 0;
    if (count == 0 || help) {
        offer_first(typing);
        return;
    }
    const struct command *command = noun && count > 1 ? command_find(noun, words[1]) : NULL;
    for (const struct command *c = noun ? noun->commands : NULL; c && count == 1 && c->verb; c++) {
        if (c->verb[0])
            offer(typing, c->verb);
    }
    if (command)
        offer_of_command(typing, command, words + 2, count - 2);
    else if (noun && command_find(noun, NULL))
        offer_of_command(typing, command_find(noun, NULL), words + 1, count - 1);
}

int complete_run(struct cli *cli, char *const *words, int count)
{
    struct typing typing = {.cli = cli, .prefix = count ? words[count - 1] : ""};
    char **rest = cli_keep(cli, ((size_t)count + 1) * sizeof(*rest));
    FILE *err = cli->err, *nowhere = fopen("/dev/null", "we");
    int n = 0;
    cli->err = nowhere ? nowhere : err;
    for (int i = 0; i + 1 < count; i++) {
        const struct param *option = find(options_table, words[i]);
        if (!option)
            rest[n++] = words[i];
        else if (param_takes_value(option) && ++i + 1 == count)
            offer_values(&typing, option);
        else if (strcmp(option->name, "--as") == 0)
            cli->as = words[i];
    }
    offer_next(&typing, rest, n);
    cli->err = err;
    if (nowhere)
        fclose(nowhere);
    return EXIT_DONE;
}
