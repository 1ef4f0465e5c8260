#include "client/cli/core/fail.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "client/cli/core/advice.h"
#include "client/cli/core/command.h"
#include "client/cli/core/intl.h"
#include "client/words/label.h"
#include "client/cli/core/reason.h"
#include "client/cli/core/seen.h"
#include "client/cli/core/show.h"
#include "client/cli/core/writer.h"
#include "common/json.h"
#include "common/text.h"

// A request that names what does not exist is told from one that is badly written.
static bool names_nothing(const Okr__Status *status)
{
    for (size_t i = 0; i < status->n_violations; i++) {
        if (status->violations[i]->reason != OKR__REASON__REASON_NOT_EXISTING)
            return false;
    }
    return status->n_violations > 0;
}

int fail_exit_code(Okr__Code code, bool outcome_unknown)
{
    if (outcome_unknown)
        return EXIT_OUTCOME_UNKNOWN;
    switch (code) {
    case OKR__CODE__CODE_OK:
        return EXIT_DONE;
    case OKR__CODE__CODE_INVALID_ARGUMENT:
    case OKR__CODE__CODE_OUT_OF_RANGE:
        return EXIT_USAGE;
    case OKR__CODE__CODE_UNAUTHENTICATED:
        return EXIT_NOT_LOGGED_IN;
    case OKR__CODE__CODE_PERMISSION_DENIED:
        return EXIT_DENIED;
    case OKR__CODE__CODE_ABORTED:
    case OKR__CODE__CODE_ALREADY_EXISTS:
        return EXIT_CONFLICT;
    case OKR__CODE__CODE_NOT_FOUND:
        return EXIT_NOT_FOUND;
    case OKR__CODE__CODE_UNAVAILABLE:
    case OKR__CODE__CODE_DEADLINE_EXCEEDED:
        return EXIT_UNAVAILABLE;
    case OKR__CODE__CODE_FAILED_PRECONDITION:
        return EXIT_WRONG_STATE;
    default:
        return EXIT_OTHER;
    }
}

static void print_json(struct cli *cli, const Okr__Status *status)
{
    char *json = json_from_message(&status->base, true);
    fprintf(cli->err, "%s\n", json ? json : "{}");
    free(json);
}

// Fields that no option or argument of the table fills by itself.
static const struct {
    const char *field;
    const char *text;
} field_names[] = {
    {"next_goals", N_("goals for next week")},
    {"results", N_("results of the goals")},
};

// "kr_ids[1]" → "--kr": the option or argument that fills the field.
static const char *name_of_field(struct cli *cli, const char *field)
{
    const struct param *param = cli->command ? cli->command->params : NULL;
    size_t length = strcspn(field, "[");
    for (; param && param->name; param++) {
        if (param->field && strlen(param->field) == length &&
            strncmp(param->field, field, length) == 0)
            return param->name;
    }
    for (size_t i = 0; i < sizeof(field_names) / sizeof(field_names[0]); i++) {
        if (strlen(field_names[i].field) == length &&
            strncmp(field_names[i].field, field, length) == 0)
            return _(field_names[i].text);
    }
    return field;
}

// What was typed for it; NULL: nothing, or a secret.
static const char *typed_for(const struct cli *cli, const char *name)
{
    const struct arg *arg = cli->args ? args_find(cli->args, name) : NULL;
    bool shown = arg && arg->text && arg->text[0] && arg->param->type != PARAM_SECRET;
    return shown ? arg->text : NULL;
}

// "--unit: is missing", "ROLE \"foo\": does not exist: role"; without the name or the value where
// the text has it already.
static const char *violation_text(struct cli *cli, Okr__FieldViolation *violation)
{
    char *args[1] = {violation->arg};
    const char *name = violation->field ? name_of_field(cli, violation->field) : "";
    const char *typed = typed_for(cli, name);
    const char *text =
        reason_text(cli, violation->reason, args, violation->arg && violation->arg[0] ? 1 : 0);
    if (!text)
        text = _("does not fit");
    if (!name[0] || strstr(text, name))
        return text;
    if (!typed || strstr(text, typed) || strlen(typed) > 60 || strchr(violation->field, '['))
        return cli_text(cli, "%s: %s", name, text);
    return cli_text(cli, "%s \"%s\": %s", name, typed, text);
}

// One violation is said in the headline.
static void print_violations(struct cli *cli, const Okr__Status *status)
{
    for (size_t i = 0; i < status->n_violations && status->n_violations > 1; i++)
        fprintf(cli->err, "  %s\n", violation_text(cli, status->violations[i]));
}

// ---- a conflict: both are shown ----------------------------------------------------------------

static const ProtobufCMessageDescriptor *find_type(const char *name)
{
    for (size_t i = 0; i < RPC_COUNT; i++) {
        if (strcmp(rpc_methods[i].reply->name, name) == 0)
            return rpc_methods[i].reply;
        if (strcmp(rpc_methods[i].request->name, name) == 0)
            return rpc_methods[i].request;
    }
    return NULL;
}

static const char *quoted(struct cli *cli, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./:=,@%+";
    if (word[0] && strspn(word, plain) == strlen(word))
        return word;
    const char *text = "'";
    for (; *word; word++)
        text = *word == '\'' ? cli_text(cli, "%s'\\''", text) : cli_text(cli, "%s%c", text, *word);
    return cli_text(cli, "%s'", text);
}

const char *fail_command_again(struct cli *cli, int64_t version)
{
    const char *text = "okr";
    for (int i = 1; i < cli->argc; i++) {
        if (strcmp(cli->argv[i], "--version") == 0) {
            i++;
            continue;
        }
        if (strncmp(cli->argv[i], "--version=", 10) == 0)
            continue;
        text = cli_text(cli, "%s %s", text, quoted(cli, cli->argv[i]));
    }
    return cli_text(cli, "%s --version %lld", text, (long long)version);
}

static void print_conflict(struct cli *cli, const ProtobufCMessage *request,
                           const Okr__Conflict *conflict)
{
    fprintf(cli->err, "%s\n", _("What you sent:"));
    show_fields(cli, cli->err, request);
    const ProtobufCMessageDescriptor *type = conflict->type ? find_type(conflict->type) : NULL;
    ProtobufCMessage *current =
        type ? protobuf_c_message_unpack(type, NULL, conflict->current.len, conflict->current.data)
             : NULL;
    fprintf(cli->err, _("As it is now (version %lld):"), (long long)conflict->current_version);
    fputc('\n', cli->err);
    if (current) {
        if (conflict->resource)
            seen_at(cli, cli_text(cli, "%s", conflict->resource), conflict->current_version);
        show_fields(cli, cli->err, current);
        protobuf_c_message_free_unpacked(current, NULL);
    }
    if (cli->several)
        fprintf(cli->err, "%s\n", _("To make your change all the same, give the command again."));
    else if (cli->command && cli->command->versioned)
        fprintf(cli->err, "%s\n  %s\n", _("To make your change all the same:"),
                fail_command_again(cli, conflict->current_version));
}

// ---- the whole ---------------------------------------------------------------------------------

static const char *headline(struct cli *cli, const Okr__Status *status)
{
    if (status->n_violations == 1)
        return violation_text(cli, status->violations[0]);
    if (status->n_violations)
        return _("this was not accepted:");
    const char *text = reason_text(cli, status->reason, status->args, status->n_args);
    const struct arg *first = cli->args && cli->args->count ? &cli->args->items[0] : NULL;
    bool bare = status->reason == OKR__REASON__REASON_EXISTS ||
                status->reason == OKR__REASON__REASON_NOT_FOUND;
    if (text && bare && first && !param_is_option(first->param) && !strstr(text, first->text) &&
        !strpbrk(text, "0123456789"))
        return cli_text(cli, "%s \"%s\": %s", first->param->name, first->text, text);
    if (text)
        return text;
    if (status->code == OKR__CODE__CODE_UNAVAILABLE && status->n_args)
        return cli_text(cli, _("no server answers at %s (--server or OKR_SERVER names another)"),
                        status->args[0]);
    const ProtobufCEnumValue *code =
        protobuf_c_enum_descriptor_get_value(&okr__code__descriptor, (int)status->code);
    return cli_text(cli, _("the server refused this (%s: %s)"), code ? code->name : "?",
                    status->message ? status->message : "");
}

void fail_result(struct cli *cli, const ProtobufCMessage *request, const struct rpc_result *result)
{
    const Okr__Status *status = result->status;
    cli->exit_code = names_nothing(status) ? EXIT_NOT_FOUND
                                           : fail_exit_code(status->code, result->outcome_unknown);
    if (writer_is_json(cli)) {
        print_json(cli, status);
        return;
    }
    fprintf(cli->err, "okr: %s\n", headline(cli, status));
    print_violations(cli, status);
    if (status->conflict)
        print_conflict(cli, request, status->conflict);
    advise(cli, status, result->outcome_unknown);
}

void fail_not_logged_in(struct cli *cli)
{
    Okr__Status status = OKR__STATUS__INIT;
    status.has_code = status.has_reason = 1;
    status.code = OKR__CODE__CODE_UNAUTHENTICATED;
    status.reason = OKR__REASON__REASON_NOT_LOGGED_IN;
    struct rpc_result result = {.status = &status};
    fail_result(cli, NULL, &result);
    if (!writer_is_json(cli) && cli->as)
        fprintf(cli->err, _("No login of %s is stored for %s.\n"), cli->as, cli->server);
}

// ---- errors of this end ------------------------------------------------------------------------

__attribute__((format(printf, 4, 0))) static int
local(struct cli *cli, Okr__Code code, int exit_code, const char *format, va_list list)
{
    char text[4096];
    vsnprintf(text, sizeof(text), format, list);
    cli->exit_code = exit_code;
    if (writer_is_json(cli)) {
        Okr__Status status = OKR__STATUS__INIT;
        status.has_code = 1;
        status.code = code;
        status.message = text;
        print_json(cli, &status);
        return exit_code;
    }
    text_sanitize(text);
    fprintf(cli->err, "okr: %s\n", text);
    return exit_code;
}

int cli_usage_error(struct cli *cli, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int code = local(cli, OKR__CODE__CODE_INVALID_ARGUMENT, EXIT_USAGE, format, list);
    va_end(list);
    return code;
}

int cli_local_error(struct cli *cli, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int code = local(cli, OKR__CODE__CODE_UNKNOWN, EXIT_OTHER, format, list);
    va_end(list);
    return code;
}
