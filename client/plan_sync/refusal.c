// The wording of the refusals that a push can meet. The sentences are those of `okr`, so that both
// share one translation; a reason that is not here is shown as the server's English message.
#include "client/plan_sync/refusal.h"

#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include "common/text.h"

#define _(s) gettext(s)
#define N_(s) (s)

static const struct {
    Okr__Reason reason;
    const char *text;  // with one place for an argument, {0} or {*}, or none
    const char *plain; // without it
} texts[] = {
    {OKR__REASON__REASON_TOO_LARGE, N_("the message is too large: {0} bytes at most"),
     N_("the message is too large")},
    {OKR__REASON__REASON_DRAINING,
     N_("the server is stopping or restarting; try again in a moment"), NULL},
    {OKR__REASON__REASON_DATABASE_DOWN,
     N_("the server cannot reach its database; try again in a moment"), NULL},
    {OKR__REASON__REASON_OUTCOME_UNKNOWN,
     N_("the change was sent, but no answer came: it may or may not have been made"), NULL},
    {OKR__REASON__REASON_DEADLINE, N_("no answer came in time"), NULL},
    {OKR__REASON__REASON_INTERNAL, N_("the server made an error; its log says more"), NULL},
    {OKR__REASON__REASON_DISK_FULL, N_("the server's disk is full"), NULL},
    {OKR__REASON__REASON_NOT_LOGGED_IN, N_("you are not logged in"), NULL},
    {OKR__REASON__REASON_TOKEN_UNKNOWN, N_("this login is not valid any more; log in again"), NULL},
    {OKR__REASON__REASON_TOKEN_EXPIRED, N_("this login has expired; log in again"), NULL},
    {OKR__REASON__REASON_MEMBER_INACTIVE, N_("this member is not active"), NULL},
    {OKR__REASON__REASON_ROLE_REQUIRED, N_("this needs one of these roles: {*}"),
     N_("your roles do not allow this")},
    {OKR__REASON__REASON_DELEGATION_ENDED,
     N_("whoever delegated to this agent is no program manager any more"), NULL},
    {OKR__REASON__REASON_SOURCE_NOT_DELEGATED,
     N_("the plan \"{0}\" is not delegated to this agent"),
     N_("this plan is not delegated to this agent")},
    {OKR__REASON__REASON_REQUIRED, N_("is missing"), NULL},
    {OKR__REASON__REASON_TOO_LONG, N_("is too long: {0} characters at most"), N_("is too long")},
    {OKR__REASON__REASON_TOO_MANY, N_("are too many: {0} at most"), N_("are too many")},
    {OKR__REASON__REASON_BAD_TEXT, N_("is no plain text (a control character, or not UTF-8)"),
     NULL},
    {OKR__REASON__REASON_BAD_VALUE, N_("does not fit: {0}"), N_("does not fit")},
    {OKR__REASON__REASON_UPLOAD_GONE, N_("the upload was published, aborted, or has expired"),
     NULL},
    {OKR__REASON__REASON_UPLOAD_OUT_OF_ORDER, N_("a part of the upload is missing: number {0}"),
     N_("a part of the upload is missing")},
    {OKR__REASON__REASON_UPLOAD_INCOMPLETE, N_("the upload is not what was announced: {0}"),
     N_("the upload is not what was announced")},
    {OKR__REASON__REASON_OTHER_PLAN,
     N_("most of the {0} tasks that are published are not in this file: it looks like another "
        "plan"),
     N_("most of the published tasks are not in this file: it looks like another plan")},
    {OKR__REASON__REASON_PLAN_SAVED_EARLIER,
     N_("the file was saved before the plan that is published: {0}"),
     N_("the file was saved before the plan that is published")},
    {OKR__REASON__REASON_PLAN_CAME_BACK,
     N_("the file holds what version {0} held; later versions have replaced that"),
     N_("the file holds what an earlier version held; later versions have replaced that")},
    {OKR__REASON__REASON_FORCE_IS_PERSONAL,
     N_("an agent cannot force a plan; a program manager does, with a login of their own"), NULL},
    {OKR__REASON__REASON_STALE_BASE, N_("another version was published meanwhile: {0}"),
     N_("another version was published meanwhile")},
};

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

// The text with the arguments in its place, with commas between them.
static void print_filled(FILE *to, const char *text, char *const *args, size_t count)
{
    const char *place = strchr(text, '{');
    const char *end = place ? strchr(place, '}') : NULL;
    if (!end) {
        fputs(text, to);
        return;
    }
    fwrite(text, 1, (size_t)(place - text), to);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ", " : "", to);
        print_safe(to, args[i]);
    }
    fputs(end + 1, to);
}

// False for a reason that is not in the table.
static bool print_reason(FILE *to, Okr__Reason reason, char *const *args, size_t count)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].reason != reason)
            continue;
        bool plain = count == 0 && texts[i].plain;
        print_filled(to, _(plain ? texts[i].plain : texts[i].text), args, count);
        return true;
    }
    return false;
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
