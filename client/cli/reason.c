#include "client/cli/reason.h"

#include <string.h>
#include "client/cli/intl.h"
#include "client/cli/label.h"

static const struct {
    Okr__Reason reason;
    const char *text;
    const char *plain; // without its arguments; NULL: the text has none
} texts[] = {
    {OKR__REASON__REASON_MALFORMED, N_("the server could not read the message")},
    {OKR__REASON__REASON_METHOD_UNKNOWN,
     N_("the server does not know {0}: it is older than this okr"),
     N_("the server does not know this call: it is older than this okr")},
    {OKR__REASON__REASON_REQUEST_ID_MISSING, N_("the change had no request id")},
    {OKR__REASON__REASON_REQUEST_ID_REUSED, N_("the request id belongs to another change")},
    {OKR__REASON__REASON_TOO_LARGE, N_("the message is too large: {0} bytes at most"),
     N_("the message is too large")},
    {OKR__REASON__REASON_TOO_MANY_CALLS, N_("too many calls at once: {0} at most"),
     N_("too many calls at once")},
    {OKR__REASON__REASON_DRAINING,
     N_("the server is stopping or restarting; try again in a moment")},
    {OKR__REASON__REASON_DATABASE_DOWN,
     N_("the server cannot reach its database; try again in a moment")},
    {OKR__REASON__REASON_OUTCOME_UNKNOWN,
     N_("the change was sent, but no answer came: it may or may not have been made")},
    {OKR__REASON__REASON_DEADLINE, N_("no answer came in time")},
    {OKR__REASON__REASON_INTERNAL, N_("the server made an error; its log says more")},
    {OKR__REASON__REASON_DISK_FULL, N_("the server's disk is full")},

    {OKR__REASON__REASON_NOT_LOGGED_IN, N_("you are not logged in")},
    {OKR__REASON__REASON_TOKEN_UNKNOWN, N_("this login is not valid any more; log in again")},
    {OKR__REASON__REASON_TOKEN_EXPIRED, N_("this login has expired; log in again")},
    {OKR__REASON__REASON_MEMBER_INACTIVE, N_("this member is not active")},
    {OKR__REASON__REASON_ROLE_REQUIRED, N_("this needs one of these roles: {*}"),
     N_("your roles do not allow this")},
    {OKR__REASON__REASON_LOCAL_ONLY,
     N_("this works only on the server's own machine, as the service's user or root")},
    {OKR__REASON__REASON_NOT_OWN, N_("your role allows this only for your own: {0}"),
     N_("your role allows this only for what is your own")},
    {OKR__REASON__REASON_SELF_GRANT, N_("nobody gives a role to themselves")},
    {OKR__REASON__REASON_LAST_ADMIN, N_("this is the last admin; there has to be one")},
    {OKR__REASON__REASON_ADMIN_EXISTS, N_("there is an admin already; this code is void")},
    {OKR__REASON__REASON_NOT_AN_ADMIN, N_("this member is no admin; an admin invites them")},
    {OKR__REASON__REASON_NOTHING_TO_CHANGE, N_("this changes nothing")},
    {OKR__REASON__REASON_CODE_INVALID, N_("the code is wrong, used or expired")},
    {OKR__REASON__REASON_DELEGATION_ENDED,
     N_("whoever delegated to this agent is no program manager any more")},
    {OKR__REASON__REASON_SOURCE_NOT_DELEGATED,
     N_("the plan \"{0}\" is not delegated to this agent"),
     N_("this plan is not delegated to this agent")},

    {OKR__REASON__REASON_REQUIRED, N_("is missing")},
    {OKR__REASON__REASON_TOO_LONG, N_("is too long: {0} characters at most"), N_("is too long")},
    {OKR__REASON__REASON_TOO_MANY, N_("are too many: {0} at most"), N_("are too many")},
    {OKR__REASON__REASON_BAD_TEXT, N_("is no plain text (a control character, or not UTF-8)")},
    {OKR__REASON__REASON_BAD_ENUM, N_("is none of the possible values")},
    {OKR__REASON__REASON_UNKNOWN_FIELD,
     N_("is not known to this server: it is older than this okr")},
    {OKR__REASON__REASON_BAD_DATE, N_("is no date; write it like 2021-02-08")},
    {OKR__REASON__REASON_BAD_WEEK, N_("is no week; write it like 2021-W07")},
    {OKR__REASON__REASON_BAD_QUARTER, N_("is no quarter; write it like 2021Q1")},
    {OKR__REASON__REASON_BAD_VALUE, N_("does not fit; allowed: {0}"), N_("does not fit")},
    {OKR__REASON__REASON_DUPLICATE, N_("is there twice")},
    {OKR__REASON__REASON_NOT_EXISTING, N_("does not exist: {0}"), N_("does not exist")},

    {OKR__REASON__REASON_NOT_FOUND, N_("there is no such {0}"), N_("there is no such thing")},
    {OKR__REASON__REASON_EXISTS, N_("this is there already: {0}"), N_("this is there already")},
    {OKR__REASON__REASON_VERSION_CONFLICT, N_("somebody else has changed it meanwhile")},
    {OKR__REASON__REASON_QUARTER_NOT_DRAFT, N_("the quarter is no draft any more")},
    {OKR__REASON__REASON_QUARTER_NOT_OPEN, N_("the quarter is not open")},
    {OKR__REASON__REASON_QUARTER_CLOSED, N_("the quarter is closed")},
    {OKR__REASON__REASON_QUARTER_NOT_CLOSED, N_("the quarter is not closed yet: {0}"),
     N_("the quarter is not closed yet")},
    {OKR__REASON__REASON_QUARTER_EMPTY, N_("a quarter opens with at least one KR")},
    {OKR__REASON__REASON_REASON_REQUIRED, N_("a reason is needed")},
    {OKR__REASON__REASON_LINKED_NEEDS_KR, N_("a linked project has at least one KR (--kr)")},
    {OKR__REASON__REASON_SIDE_HAS_NO_KR, N_("a side project has no KR")},
    {OKR__REASON__REASON_SIDE_NEEDS_ORIGIN,
     N_("a side project names its category or who requests it (--category, --requester)")},
    {OKR__REASON__REASON_WRONG_STATE, N_("its state does not allow this: {0}"),
     N_("its state does not allow this")},
    {OKR__REASON__REASON_DISPLACEMENT_REQUIRED,
     N_("urgent side work says which project it displaces (--displaces)")},
    {OKR__REASON__REASON_WEEK_OPEN, N_("the week before is still open: {0}; close it first"),
     N_("the week before is still open; close it first")},
    {OKR__REASON__REASON_WEEK_CLOSED, N_("the week is closed: {0}"), N_("the week is closed")},
    {OKR__REASON__REASON_RESULT_MISSING, N_("a goal has no result yet: {0}"),
     N_("a goal has no result yet")},
    {OKR__REASON__REASON_MISS_NEEDS_REASON, N_("a missed goal takes a reason")},
    {OKR__REASON__REASON_WRONG_KIND, N_("is of another kind: {0}"), N_("is of another kind")},
    {OKR__REASON__REASON_UPLOAD_GONE, N_("the upload was published, aborted, or has expired")},
    {OKR__REASON__REASON_UPLOAD_OUT_OF_ORDER, N_("a part of the upload is missing: number {0}"),
     N_("a part of the upload is missing")},
    {OKR__REASON__REASON_UPLOAD_INCOMPLETE, N_("the upload is not what was announced: {0}"),
     N_("the upload is not what was announced")},
    {OKR__REASON__REASON_OTHER_PLAN,
     N_("most of the {0} tasks that are published are not in this file: it looks like another "
        "plan"),
     N_("most of the published tasks are not in this file: it looks like another plan")},
    {OKR__REASON__REASON_AS_OF_WRITES, N_("the past is only read: this command changes something")},
    {OKR__REASON__REASON_AS_OF_PRESENT, N_("of this the present is known only")},
    {OKR__REASON__REASON_AS_OF_AHEAD, N_("this has not been yet: the last revision is {0}"),
     N_("this day has not come yet")},
    {OKR__REASON__REASON_AS_OF_UNKNOWN, N_("nothing is kept of what was before revision {0}"),
     N_("nothing is kept of that time")},
    {OKR__REASON__REASON_PLAN_SAVED_EARLIER,
     N_("the file was saved before the plan that is published: {0}"),
     N_("the file was saved before the plan that is published")},
    {OKR__REASON__REASON_PLAN_CAME_BACK,
     N_("the file holds what version {0} held; later versions have replaced that"),
     N_("the file holds what an earlier version held; later versions have replaced that")},
    {OKR__REASON__REASON_FORCE_IS_PERSONAL,
     N_("an agent cannot force a plan; a program manager does, with a login of their own")},
    {OKR__REASON__REASON_TASK_ALIVE,
     N_("both tasks stand in one version of the plan, so they are two: {0}"),
     N_("both tasks stand in one version of the plan, so they are two")},
    {OKR__REASON__REASON_STALE_BASE, N_("another version was published meanwhile: {0}"),
     N_("another version was published meanwhile")},
    {OKR__REASON__REASON_STILL_USED, N_("is still used by: {0}"), N_("is still used")},
    {OKR__REASON__REASON_PLAN_HAS_BASELINE,
     N_("the plan \"{0}\" has a baseline of its own; nothing stands in for it"),
     N_("the plan has a baseline of its own; nothing stands in for it")},
    {OKR__REASON__REASON_BAD_MONTH, N_("is no month; write it like 2021-02")},
    {OKR__REASON__REASON_MONTH_NOT_OVER,
     N_("{0} is evaluated from its last day on; until then \"okr month show\" is a preview"),
     N_("a month is evaluated from its last day on; until then \"okr month show\" is a preview")},
    {OKR__REASON__REASON_EVALUATION_NOT_PREPARED,
     N_("the evaluation of {0} is not prepared yet (okr month prepare)"),
     N_("the evaluation is not prepared yet (okr month prepare)")},
    {OKR__REASON__REASON_EVALUATION_SIGNED,
     N_("the evaluation of {0} is signed; it does not change any more"),
     N_("the evaluation is signed; it does not change any more")},
    {OKR__REASON__REASON_DOCKET_NOT_EMPTY,
     N_("the docket is not empty: each of its {0} lines takes a decision"),
     N_("the docket is not empty: each of its lines takes a decision")},
};

// Each argument may itself be a list with commas.
static const char *all_args(struct cli *cli, char *const *args, size_t count)
{
    const char *list = "";
    for (size_t i = 0; i < count; i++) {
        char *save = NULL;
        char *word = strtok_r(cli_text(cli, "%s", args[i]), ", ", &save);
        for (; word; word = strtok_r(NULL, ", ", &save))
            list = cli_text(cli, "%s%s%s", list, list[0] ? ", " : "", label_of_word(word));
    }
    return list;
}

// The value for a place, NULL where it was not sent.
static const char *place(struct cli *cli, char what, char *const *args, size_t count)
{
    if (what == '*')
        return count ? all_args(cli, args, count) : NULL;
    size_t index = (size_t)(what - '0');
    return index < count && args[index][0] ? label_of_word(args[index]) : NULL;
}

static const char *fill(struct cli *cli, const char *text, char *const *args, size_t count)
{
    const char *done = "";
    for (;;) {
        const char *open = strchr(text, '{');
        if (!open || !open[1] || open[2] != '}')
            return cli_text(cli, "%s%s", done, text);
        const char *value = place(cli, open[1], args, count);
        if (!value)
            return NULL;
        done = cli_text(cli, "%s%.*s%s", done, (int)(open - text), text, value);
        text = open + 3;
    }
}

// Which thing is not there: an id, or only of what kind.
static bool names_an_id(char *const *args, size_t count)
{
    return count > 0 && strpbrk(args[0], "0123456789") != NULL;
}

const char *reason_text(struct cli *cli, Okr__Reason reason, char *const *args, size_t count)
{
    if (reason == OKR__REASON__REASON_NOT_FOUND && names_an_id(args, count))
        return fill(cli, _("there is no {0}"), args, count);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].reason != reason)
            continue;
        const char *text = fill(cli, _(texts[i].text), args, count);
        if (!text)
            text = texts[i].plain ? _(texts[i].plain) : _(texts[i].text);
        return text;
    }
    return NULL;
}
