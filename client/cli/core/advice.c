#include "client/cli/core/advice.h"

#include <string.h>
#include "client/cli/core/intl.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"

// What lists the things of a kind: by the word that the server says, or by the prefix of an id.
static const char *list_of(const char *what)
{
    static const struct {
        const char *kind, *list;
    } lists[] = {
        {"role", "okr role list"},           {"member", "okr member list"},
        {"quarter", "okr quarter list"},     {"project", "okr project list"},
        {"P-", "okr project list"},          {"kr", "okr kr list"},
        {"key result", "okr kr list"},       {"KR-", "okr kr list"},
        {"objective", "okr objective list"}, {"O-", "okr objective list"},
        {"R-", "okr roadmap list"},          {"plan source", "okr plan versions"},
        {"plan", "okr plan versions"},       {"G-", "okr week list"},
    };
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        size_t length = strlen(lists[i].kind);
        bool prefix = lists[i].kind[length - 1] == '-';
        if (strncmp(what, lists[i].kind, length) == 0 && (prefix || !what[length]))
            return lists[i].list;
    }
    return NULL;
}

// The first word that a reason comes with, of the status or of its only violation.
static const char *said_of(const Okr__Status *status, Okr__Reason *ret_reason)
{
    if (status->n_violations == 1) {
        *ret_reason = status->violations[0]->reason;
        return show_text(status->violations[0]->arg);
    }
    *ret_reason = status->reason;
    return status->n_args ? status->args[0] : "";
}

static const struct {
    Okr__Reason reason;
    const char *text;
} advice[] = {
    {OKR__REASON__REASON_QUARTER_NOT_OPEN,
     N_("The quarters and their states: okr quarter list. A PdM opens one: okr quarter open "
        "QUARTER")},
    {OKR__REASON__REASON_STILL_USED, N_("Drop these first, or let them go to another one.")},
    {OKR__REASON__REASON_WEEK_OPEN, N_("To close it: okr week edit PROJECT --week WEEK")},
    {OKR__REASON__REASON_ROLE_REQUIRED,
     N_("What you may: okr can. Roles are granted by an admin: okr role grant HANDLE ROLE")},
    {OKR__REASON__REASON_WEEK_CLOSED, N_("What stands in it: okr week show PROJECT --week WEEK")},
    {OKR__REASON__REASON_NOT_LOGGED_IN,
     N_("To log in, ask an admin for a code, then: okr login HANDLE --code CODE")},
    {OKR__REASON__REASON_TOKEN_UNKNOWN,
     N_("To log in, ask an admin for a code, then: okr login HANDLE --code CODE")},
    {OKR__REASON__REASON_TOKEN_EXPIRED,
     N_("To log in, ask an admin for a code, then: okr login HANDLE --code CODE")},
};

void advise(struct cli *cli, const Okr__Status *status, bool outcome_unknown)
{
    char quarter[8];
    Okr__Reason reason;
    const char *what = said_of(status, &reason);
    bool missing = reason == OKR__REASON__REASON_NOT_FOUND ||
                   reason == OKR__REASON__REASON_NOT_EXISTING ||
                   reason == OKR__REASON__REASON_EXISTS;
    if (outcome_unknown)
        show_aside(cli, 0, _("Look at the thing before you try again."));
    if (missing && value_quarter(what, quarter))
        show_aside(cli, 0,
                   cli_text(cli,
                            _("Those that there are: okr quarter list. A PdM begins one: okr "
                              "quarter create %s"),
                            quarter));
    else if (missing && list_of(what))
        show_aside(cli, 0, cli_text(cli, _("Those that there are: %s"), list_of(what)));
    for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++) {
        if (advice[i].reason == reason)
            show_aside(cli, 0, _(advice[i].text));
    }
}
