// Closing a week by options.
#include "client/cli/act/week_close.h"

#include <errno.h>
#include <string.h>
#include "client/cli/act/week_request.h"
#include "client/cli/act/week_submit.h"
#include "client/cli/core/confirm.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/seen.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "client/cli/term/editor.h"

// ---- from options ------------------------------------------------------------------------------

// "G-2=reason" of --missed.
static bool take_missed(struct cli *cli, const Okr__ProjectWeek *week, const char *text,
                        Okr__CloseWeekRequest *request)
{
    size_t length = strcspn(text, "=");
    int64_t id;
    if (!text[length] || !text[length + 1] || !value_id(cli_copy(cli, text, length), "G", &id)) {
        cli_usage_error(cli, _("%s: \"%s\" is not like G-12=reason."), "--missed", text);
        return false;
    }
    const Okr__Goal *goal = week_goal_of(week, id);
    if (!goal) {
        cli_usage_error(cli, _("%s is no goal of this project and week."), show_id(cli, "G", id));
        return false;
    }
    week_add_result(cli, request, goal, OKR__GOAL_RESULT__GOAL_RESULT_MISSED, text + length + 1);
    return true;
}

static bool take_option(struct cli *cli, const Okr__ProjectWeek *week, const struct arg *arg,
                        Okr__CloseWeekRequest *request)
{
    const char *name = arg->param->name;
    if (strcmp(name, "--missed") == 0)
        return take_missed(cli, week, arg->text, request);
    if (strcmp(name, "--next") == 0)
        week_add_next(cli, request, arg->text, NULL, 0);
    else if (strcmp(name, "--look-back") == 0)
        request->look_back = request_text(cli, arg->text);
    else if (strcmp(name, "--achieved") == 0) {
        const Okr__Goal *goal = week_goal_of(week, arg->number);
        if (!goal) {
            cli_usage_error(cli, _("%s is no goal of this project and week."),
                            show_id(cli, "G", arg->number));
            return false;
        }
        week_add_result(cli, request, goal, OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED, NULL);
    }
    return true;
}

// R53: the goals are judged as they were shown; one that never was is shown now. False: it is not
// to be.
static bool as_seen(struct cli *cli, const Okr__ProjectWeek *week, Okr__CloseWeekRequest *request)
{
    const char *unseen = "";
    for (size_t i = 0; i < request->n_results; i++) {
        Okr__SetResultRequest *result = request->results[i];
        int64_t seen = seen_version(cli, cli_text(cli, "goal/%lld", (long long)result->id));
        if (seen >= 0)
            result->version = seen;
        else
            unseen = cli_text(cli, "%s%s %s\n", unseen, show_id(cli, "G", result->id),
                              show_text(week_goal_of(week, result->id)->text));
    }
    return !unseen[0] ||
           confirm(
               cli,
               cli_text(cli, "%s%s\n", unseen,
                        _("This was not shown to you before; what you change is as it is now.")),
               NULL);
}

static int close_by_options(struct cli *cli, const struct args *args)
{
    const Okr__ProjectWeek *week = week_read(cli, args, false);
    if (!week)
        return cli->exit_code;
    Okr__CloseWeekRequest *request = week_request(cli, week, args->count, args->count);
    for (size_t i = 0; i < args->count; i++) {
        if (!take_option(cli, week, &args->items[i], request))
            return cli->exit_code;
    }
    return as_seen(cli, week, request) ? week_send(cli, request) : cli->exit_code;
}

int week_close_run(struct cli *cli, const struct args *args)
{
    const char *path = args_text(args, "--file");
    if (!path)
        return close_by_options(cli, args);
    char *text = editor_read(cli, path);
    if (!text)
        return cli_local_error(cli, _("%s cannot be read: %s"), path, strerror(errno));
    const Okr__ProjectWeek *week = week_read(cli, args, false);
    return week ? week_submit_text(cli, path, &text, week) : cli->exit_code;
}
