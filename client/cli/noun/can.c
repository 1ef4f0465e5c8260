// can: who may do what, read off the contract's table; whether I may, by the rights of my roles.
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/noun/nouns.h"
#include "client/cli/core/did.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/core/writer.h"
#include "common/rpc_method.h"
#include "okr/v1/server.pb-c.h"

// Column titles: short, as they stand side by side.
static const char *const short_roles[OKR__ROLE__ROLE_AGENT + 1] = {
    "",        N_("PdM"),  N_("Pln"), N_("DL"), N_("PM"), N_("PL"),  N_("eng"),
    N_("int"), N_("arch"), N_("DBA"), N_("SE"), N_("BI"), N_("adm"), N_("agt"),
};

static const char *without_package(const char *method)
{
    return strncmp(method, "okr.v1.", 7) == 0 ? method + 7 : method;
}

static const char *cell(const struct rpc_method *method, int role)
{
    if (method->anonymous || (method->members && role != OKR__ROLE__ROLE_AGENT) ||
        (method->allow & ROLE_BIT(role)))
        return "x";
    return method->own & ROLE_BIT(role) ? "(x)" : "";
}

static int show_matrix(struct cli *cli)
{
    struct table *table = table_new();
    table_column(table, _("Act"), TABLE_LEFT, 48);
    for (int role = 1; role <= OKR__ROLE__ROLE_AGENT; role++)
        table_column(table, _(short_roles[role]), TABLE_LEFT, 6);
    for (size_t i = 0; i < RPC_COUNT; i++) {
        table_cell(table, did(cli, rpc_methods[i].name));
        for (int role = 1; role <= OKR__ROLE__ROLE_AGENT; role++)
            table_cell(table, cell(&rpc_methods[i], role));
        table_row_end(table);
    }
    show_table(cli, table);
    show_line(cli, "%s", _("x: may; (x): on their own rows only; empty: may not."));
    for (int role = 1; role <= OKR__ROLE__ROLE_AGENT; role++)
        show_line(cli, "  %s: %s", _(short_roles[role]), label_of(&okr__role__descriptor, role));
    return EXIT_DONE;
}

static int matrix_json(struct cli *cli)
{
    fputs("{\"methods\":[", cli->out);
    for (size_t i = 0; i < RPC_COUNT; i++) {
        const struct rpc_method *method = &rpc_methods[i];
        fprintf(cli->out, "%s\n{\"method\":\"%s\",\"anonymous\":%s,\"members\":%s,\"local\":%s",
                i ? "," : "", method->name, method->anonymous ? "true" : "false",
                method->members ? "true" : "false", method->local ? "true" : "false");
        const char *const names[2] = {"allow", "own"};
        const uint32_t bits[2] = {method->allow, method->own};
        for (int set = 0; set < 2; set++) {
            const char *comma = "";
            fprintf(cli->out, ",\"%s\":[", names[set]);
            for (int role = 1; role <= OKR__ROLE__ROLE_AGENT; role++) {
                if (!(bits[set] & ROLE_BIT(role)))
                    continue;
                fprintf(cli->out, "%s\"%s\"", comma,
                        protobuf_c_enum_descriptor_get_value(&okr__role__descriptor, role)->name);
                comma = ",";
            }
            fputc(']', cli->out);
        }
        fputc('}', cli->out);
    }
    fputs("]}\n", cli->out);
    return EXIT_DONE;
}

enum answer { ANSWER_NO, ANSWER_OWN, ANSWER_YES };

static enum answer may(const struct rpc_method *method, const Okr__Session *session)
{
    enum answer answer = method->members || method->anonymous ? ANSWER_YES : ANSWER_NO;
    for (size_t i = 0; i < session->n_rights; i++) {
        uint32_t bit = ROLE_BIT(session->rights[i]);
        if (method->allow & bit)
            answer = ANSWER_YES;
        else if ((method->own & bit) && answer == ANSWER_NO)
            answer = ANSWER_OWN;
    }
    return answer;
}

static const char *roles_of(struct cli *cli, uint32_t bits)
{
    const char *list = "";
    for (int role = 1; role <= OKR__ROLE__ROLE_AGENT; role++) {
        if (bits & ROLE_BIT(role))
            list = cli_text(cli, "%s%s%s", list, list[0] ? ", " : "",
                            label_of(&okr__role__descriptor, role));
    }
    return list;
}

static enum answer tell(struct cli *cli, const char *name, const struct rpc_method *method,
                        const Okr__Session *session)
{
    enum answer answer = may(method, session);
    static const char *const words[] = {"no", "own", "yes"};
    if (writer_is_json(cli))
        show_line(cli, "{\"method\":\"%s\",\"may\":\"%s\"}", method->name, words[answer]);
    else if (answer == ANSWER_YES)
        show_line(cli, "%s: %s", name, _("yes"));
    else if (answer == ANSWER_OWN)
        show_line(cli, "%s: %s", name, _("yes, for what is your own"));
    else
        show_line(cli, _("%s: no; this needs one of these roles: %s"), name,
                  roles_of(cli, method->allow | method->own));
    return answer;
}

static bool names_method(const char *word, const char *method)
{
    const char *name = without_package(method);
    const char *bare = strrchr(method, '/') + 1;
    return strcmp(word, method) == 0 || strcmp(word, name) == 0 || strcmp(word, bare) == 0;
}

// The methods that "NOUN VERB" or METHOD stands for: for a verb that reads first, the change
// counts.
static size_t find_methods(struct cli *cli, const char *first, const char *second, enum rpc_id *ret)
{
    size_t count = 0;
    const struct noun *noun = command_noun(cli->nouns, first);
    const struct command *command = noun ? command_find(noun, second) : NULL;
    if (command && command->methods) {
        for (const enum rpc_id *id = command->methods; *id != RPC_COUNT; id++) {
            if (count == 0 || rpc_methods[*id].effect != OKR__EFFECT__EFFECT_READ)
                ret[count++] = *id;
        }
        return count;
    }
    for (size_t i = 0; !second && i < RPC_COUNT; i++) {
        if (names_method(first, rpc_methods[i].name))
            ret[count++] = (enum rpc_id)i;
    }
    return count;
}

static const Okr__Session *who_am_i(struct cli *cli)
{
    Okr__GetSessionRequest request = OKR__GET_SESSION_REQUEST__INIT;
    return (const Okr__Session *)cli_call(cli, RPC_SERVER_WHO_AM_I, &request.base);
}

// A noun without a verb: each of its commands.
static int tell_noun(struct cli *cli, const struct noun *noun)
{
    const Okr__Session *session = who_am_i(cli);
    bool any = false;
    for (const struct command *command = noun->commands; session && command->verb; command++) {
        const char *name = cli_text(cli, "okr %s %s", noun->name, command->verb);
        any |= tell(cli, name, &rpc_methods[command->methods[0]], session) != ANSWER_NO;
    }
    return !session ? cli->exit_code : any ? EXIT_DONE : EXIT_DENIED;
}

static int run_can(struct cli *cli, const struct args *args)
{
    const char *first = args_text(args, "WHAT");
    const char *second = args_text(args, "VERB");
    enum rpc_id methods[RPC_COUNT];
    if (!first || args_has(args, "--matrix"))
        return writer_is_json(cli) ? matrix_json(cli) : show_matrix(cli);
    const struct noun *noun = command_noun(cli->nouns, first);
    if (noun && !second && !command_find(noun, NULL))
        return tell_noun(cli, noun);
    size_t count = find_methods(cli, first, second, methods);
    if (count == 0)
        return cli_usage_error(cli, _("\"%s%s%s\" is neither a command nor a method."), first,
                               second ? " " : "", second ? second : "");
    const Okr__Session *session = who_am_i(cli);
    if (!session)
        return cli->exit_code;
    bool any = false;
    for (size_t i = 0; i < count; i++)
        any |= tell(cli, did(cli, rpc_methods[methods[i]].name), &rpc_methods[methods[i]],
                    session) != ANSWER_NO;
    return any ? EXIT_DONE : EXIT_DENIED;
}

static const struct command can_commands[] = {
    {.verb = "",
     .example = "okr can project accept",

     .help = N_("whether I may do something; without words, who may do what"),
     CALLS(RPC_SERVER_WHO_AM_I),
     PARAMS({.name = "WHAT",
             .flags = PARAM_OPTIONAL,
             .help = N_("a noun of okr, or a method of the contract")},
            {.name = "VERB", .flags = PARAM_OPTIONAL, .help = N_("the noun's verb")},
            {.name = "--matrix",
             .type = PARAM_FLAG,
             .help = N_("every method and role; asks no server")}),
     .run = run_can},
    {.verb = NULL},
};
const struct noun noun_can = {"can", N_("who may do what"), can_commands};
