// The outcome of a call in words; a reason that has none is shown as the server's English message.
#include "client/plan_sync/push/refusal.h"

#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include "client/words/reason_words.h"
#include "common/text.h"

#define _(s) gettext(s)

int refusal_exit_code(const struct rpc_result *result)
{
    if (result->outcome_unknown)
        return EXIT_OUTCOME_UNKNOWN;
    switch (result->status->code) {
    case OKR__CODE__CODE_OK:
        return EXIT_DONE;
    case OKR__CODE__CODE_INVALID_ARGUMENT:
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

// What came from the server goes to a terminal.
static void print_safe(FILE *to, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return;
    text_sanitize(copy);
    fputs(copy, to);
    free(copy);
}

static void print_all(FILE *to, char *const *args, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ", " : "", to);
        print_safe(to, args[i]);
    }
}

// {0} and {1} are one argument each, {*} is all of them.
static void print_filled(FILE *to, const char *text, char *const *args, size_t count)
{
    for (const char *open; (open = strchr(text, '{')) && open[1] && open[2] == '}';
         text = open + 3) {
        fwrite(text, 1, (size_t)(open - text), to);
        size_t index = (size_t)(open[1] - '0');
        if (open[1] == '*')
            print_all(to, args, count);
        else if (index < count)
            print_safe(to, args[index]);
    }
    fputs(text, to);
}

// False for a reason that has no words.
static bool print_reason(FILE *to, Okr__Reason reason, char *const *args, size_t count)
{
    const struct reason_words *words = reason_words_of(reason);
    if (!words)
        return false;
    bool plain = count == 0 && words->plain;
    print_filled(to, _(plain ? words->plain : words->text), args, count);
    return true;
}

static void print_violation(FILE *to, const Okr__FieldViolation *violation)
{
    char *args[1] = {violation->arg};
    fputs("okr-plan-sync: ", to);
    print_safe(to, violation->field ? violation->field : "?");
    fputs(": ", to);
    if (!print_reason(to, violation->reason, args, violation->arg ? 1 : 0))
        fputs(_("does not fit"), to);
    fputc('\n', to);
}

void refusal_print(FILE *to, const struct rpc_result *result)
{
    const Okr__Status *status = result->status;
    for (size_t i = 0; i < status->n_violations; i++)
        print_violation(to, status->violations[i]);
    if (status->n_violations > 0)
        return;
    fputs("okr-plan-sync: ", to);
    bool unreachable = status->code == OKR__CODE__CODE_UNAVAILABLE &&
                       status->reason == OKR__REASON__REASON_UNSPECIFIED;
    if (unreachable) {
        fputs(_("no server answers at this address"), to);
        fputs(status->n_args > 0 ? ": " : "", to);
        print_safe(to, status->n_args > 0 ? status->args[0] : "");
    } else if (!print_reason(to, status->reason, status->args, status->n_args)) {
        print_safe(to, status->message ? status->message
                                       : _("the server made an error; its log says more"));
    }
    fputc('\n', to);
}
