#include "client/cli/act/week_close.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "client/cli/core/call.h"
#include "client/cli/core/perform.h"
#include "client/cli/term/editor.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/value.h"
#include "client/cli/act/week_document.h"
#include "client/cli/report/week_show.h"
#include "client/cli/core/writer.h"
#include "common/text.h"

static const Okr__ProjectWeek *read_week(struct cli *cli, const struct args *args, bool next_tasks)
{
    const char *name = args_text(args, "--week");
    Okr__GetWeekRequest request = OKR__GET_WEEK_REQUEST__INIT;
    request.has_project_id = 1;
    request.project_id = args_find(args, "PROJECT")->number;
    request.has_next_tasks = request.next_tasks = next_tasks;
    if (name && !(name = request_week(cli, name)))
        return NULL;
    request.week = name ? request_text(cli, name) : NULL;
    return (const Okr__ProjectWeek *)cli_call(cli, RPC_WEEK_GET_WEEK, &request.base);
}

// ---- the request -------------------------------------------------------------------------------

static Okr__CloseWeekRequest *new_request(struct cli *cli, const Okr__ProjectWeek *week,
                                          size_t results, size_t nexts)
{
    Okr__CloseWeekRequest *request =
        (Okr__CloseWeekRequest *)request_new(cli, &okr__close_week_request__descriptor);
    request->has_project_id = 1;
    request->project_id = week->project_id;
    request->week = week->week;
    request->results = cli_keep(cli, (results + 1) * sizeof(*request->results));
    request->next_goals = cli_keep(cli, (nexts + 1) * sizeof(*request->next_goals));
    return request;
}

static const Okr__Goal *find_goal(const Okr__ProjectWeek *week, int64_t id)
{
    for (size_t i = 0; i < week->n_goals; i++) {
        if (week->goals[i]->id == id)
            return week->goals[i];
    }
    return NULL;
}

static void add_result(struct cli *cli, Okr__CloseWeekRequest *request, const Okr__Goal *goal,
                       Okr__GoalResult result, const char *reason)
{
    Okr__SetResultRequest *set =
        (Okr__SetResultRequest *)request_new(cli, &okr__set_result_request__descriptor);
    set->has_id = set->has_version = set->has_result = 1;
    set->id = goal->id;
    set->version = goal->version;
    set->result = result;
    set->reason = reason ? request_text(cli, reason) : NULL;
    request->results[request->n_results++] = set;
}

static void add_next(struct cli *cli, Okr__CloseWeekRequest *request, const char *text,
                     const char *source, int64_t task_uid)
{
    Okr__NewGoal *goal = (Okr__NewGoal *)request_new(cli, &okr__new_goal__descriptor);
    goal->text = request_text(cli, text);
    if (source) {
        goal->source = request_text(cli, source);
        goal->has_task_uid = 1;
        goal->task_uid = task_uid;
    }
    request->next_goals[request->n_next_goals++] = goal;
}

static int submit(struct cli *cli, const Okr__CloseWeekRequest *request)
{
    const ProtobufCMessage *reply = cli_call(cli, RPC_WEEK_CLOSE_WEEK, &request->base);
    return reply ? cli_show(cli, &request->base, reply, week_show) : cli->exit_code;
}

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
    const Okr__Goal *goal = find_goal(week, id);
    if (!goal) {
        cli_usage_error(cli, _("%s is no goal of this project and week."), show_id(cli, "G", id));
        return false;
    }
    add_result(cli, request, goal, OKR__GOAL_RESULT__GOAL_RESULT_MISSED, text + length + 1);
    return true;
}

static bool take_option(struct cli *cli, const Okr__ProjectWeek *week, const struct arg *arg,
                        Okr__CloseWeekRequest *request)
{
    const char *name = arg->param->name;
    if (strcmp(name, "--missed") == 0)
        return take_missed(cli, week, arg->text, request);
    if (strcmp(name, "--next") == 0)
        add_next(cli, request, arg->text, NULL, 0);
    else if (strcmp(name, "--look-back") == 0)
        request->look_back = request_text(cli, arg->text);
    else if (strcmp(name, "--achieved") == 0) {
        const Okr__Goal *goal = find_goal(week, arg->number);
        if (!goal) {
            cli_usage_error(cli, _("%s is no goal of this project and week."),
                            show_id(cli, "G", arg->number));
            return false;
        }
        add_result(cli, request, goal, OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED, NULL);
    }
    return true;
}

static int close_by_options(struct cli *cli, const struct args *args)
{
    const Okr__ProjectWeek *week = read_week(cli, args, false);
    if (!week)
        return cli->exit_code;
    Okr__CloseWeekRequest *request = new_request(cli, week, args->count, args->count);
    for (size_t i = 0; i < args->count; i++) {
        if (!take_option(cli, week, &args->items[i], request))
            return cli->exit_code;
    }
    return submit(cli, request);
}

// ---- from a document ---------------------------------------------------------------------------

static const char *problem_text(enum week_problem problem)
{
    switch (problem) {
    case WEEK_SECTIONS:
        return _("there have to be three sections, each below a line that begins with ##: this "
                 "week, look back, next week");
    case WEEK_NOT_A_GOAL:
        return _("this is no goal; the goals of this week look like [o] G-12");
    case WEEK_BAD_MARK:
        return _("write [o] for achieved, [x] for missed");
    case WEEK_NO_ID:
        return _("the goal's number is missing, such as G-12 (new goals go to next week)");
    case WEEK_GOAL_TWICE:
        return _("this goal is there twice");
    case WEEK_REASON_OF_NONE:
        return _("a reason stands only below a missed goal [x]; other text goes to the look back");
    case WEEK_BAD_TASK:
        return _("a plan task is written like [program#15]");
    case WEEK_FINE:
        break;
    }
    return "";
}

static int refuse_line(struct cli *cli, const char *path, unsigned line, const char *text)
{
    if (line)
        return cli_usage_error(cli, _("%s, line %u: %s."), path, line, text);
    return cli_usage_error(cli, "%s: %s.", path, text);
}

static bool same_text(const char *written, const char *known)
{
    char *copy = strdup(known ? known : "");
    if (copy)
        text_sanitize(copy);
    size_t length = copy ? strlen(copy) : 0;
    while (length && copy[length - 1] == ' ')
        copy[--length] = '\0';
    const char *start = copy ? copy : "";
    while (*start == ' ')
        start++;
    bool same = strcmp(written, start) == 0;
    free(copy);
    return same;
}

// A goal as it was marked against the goal as it is. NULL: fine; else what is wrong with it.
static const char *check_goal(struct cli *cli, const struct week_goal *written,
                              const Okr__Goal *goal)
{
    if (!goal)
        return cli_text(cli, _("%s is no goal of this project and week"),
                        show_id(cli, "G", written->id));
    if (!same_text(written->text, goal->text))
        return cli_text(cli, _("%s reads \"%s\"; to change that, use: okr goal edit"),
                        show_id(cli, "G", written->id), show_text(goal->text));
    if (written->mark == WEEK_MARK_NONE)
        return cli_text(cli, _("%s has no result: write [o] or [x]"),
                        show_id(cli, "G", written->id));
    if (written->mark == WEEK_MARK_MISSED && !written->reason)
        return cli_text(cli, _("%s is missed: write why on the line below"),
                        show_id(cli, "G", written->id));
    return NULL;
}

static bool is_as_before(const struct week_goal *written, const Okr__Goal *goal,
                         Okr__GoalResult result)
{
    const char *reason = goal->reason ? goal->reason : "";
    return goal->has_result && goal->result == result &&
           same_text(written->reason ? written->reason : "", reason);
}

static int check_title(struct cli *cli, const char *path, const struct week_document *document,
                       const Okr__ProjectWeek *week)
{
    if (document->project_id && document->project_id != week->project_id)
        return refuse_line(cli, path, 0,
                           cli_text(cli, _("this is the week of %s, not of %s"),
                                    show_id(cli, "P", document->project_id),
                                    show_id(cli, "P", week->project_id)));
    if (document->week[0] && strcmp(document->week, show_text(week->week)) != 0)
        return refuse_line(
            cli, path, 0,
            cli_text(cli, _("this is the week %s, not %s"), document->week, show_text(week->week)));
    return EXIT_DONE;
}

static int submit_document(struct cli *cli, const char *path, const struct week_document *document,
                           const Okr__ProjectWeek *week)
{
    Okr__CloseWeekRequest *request = new_request(cli, week, document->n_goals, document->n_nexts);
    int error = check_title(cli, path, document, week);
    for (size_t i = 0; i < document->n_goals && !error; i++) {
        const struct week_goal *written = &document->goals[i];
        const Okr__Goal *goal = find_goal(week, written->id);
        const char *wrong = check_goal(cli, written, goal);
        if (wrong) {
            error = refuse_line(cli, path, written->line, wrong);
            break;
        }
        Okr__GoalResult result = written->mark == WEEK_MARK_ACHIEVED
                                     ? OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED
                                     : OKR__GOAL_RESULT__GOAL_RESULT_MISSED;
        if (!is_as_before(written, goal, result))
            add_result(cli, request, goal, result, written->reason);
    }
    if (error)
        return error;
    request->look_back = request_text(cli, document->look_back);
    for (size_t i = 0; i < document->n_nexts; i++)
        add_next(cli, request, document->nexts[i].text, document->nexts[i].source,
                 document->nexts[i].task_uid);
    return submit(cli, request);
}

static int submit_text(struct cli *cli, const char *path, const char *text,
                       const Okr__ProjectWeek *week)
{
    struct week_document document;
    struct week_error error;
    if (!week_document_parse(text, &document, &error))
        return refuse_line(cli, path, error.line, problem_text(error.problem));
    int code = submit_document(cli, path, &document, week);
    week_document_free(&document);
    return code;
}

int week_close_run(struct cli *cli, const struct args *args)
{
    const char *path = args_text(args, "--file");
    if (!path)
        return close_by_options(cli, args);
    char *text = editor_read(cli, path);
    if (!text)
        return cli_local_error(cli, _("%s cannot be read: %s"), path, strerror(errno));
    const Okr__ProjectWeek *week = read_week(cli, args, false);
    return week ? submit_text(cli, path, text, week) : cli->exit_code;
}

// Told before anything is written, not after: the server refuses it to everybody else.
static bool leads(struct cli *cli, const Okr__ProjectWeek *week)
{
    const char *lead = show_text(week->lead);
    if (!cli->handle || strcmp(lead, cli->handle) == 0)
        return true;
    cli_local_error(cli, _("Only its lead closes the week of P-%lld: %s."),
                    (long long)week->project_id, lead[0] ? lead : _("none"));
    cli->exit_code = EXIT_DENIED;
    return false;
}

// A draft of ours that was gone on with: what came of it is in a newer one, or was sent.
static void forget_draft(struct cli *cli, const char *draft)
{
    const char *folder = editor_drafts(cli);
    if (draft && strncmp(draft, folder, strlen(folder)) == 0)
        unlink(draft);
}

static int edit_and_submit(struct cli *cli, const Okr__ProjectWeek *week, const char *given,
                           const char *draft)
{
    const char *path = NULL;
    const char *fresh = week_close_prefill(cli, week);
    const char *name = cli_text(cli, "week-P-%lld-%s", (long long)week->project_id, week->week);
    char *text = editor_run(cli, name, given ? given : fresh, &path);
    if (!text)
        return cli->exit_code;
    if (strcmp(text, fresh) == 0 || week_document_is_empty(text)) {
        unlink(path);
        show_line(cli, "%s", _("Nothing was changed, and nothing was sent."));
        return EXIT_DONE;
    }
    forget_draft(cli, draft);
    int code = submit_text(cli, path, text, week);
    if (code == EXIT_DONE) {
        unlink(path);
        return code;
    }
    if (!writer_is_json(cli)) {
        fprintf(cli->err, _("What you wrote is kept in %s."), path);
        fprintf(cli->err, "\n%s\n  okr week edit P-%lld --week %s --file %s\n",
                _("To go on with it:"), (long long)week->project_id, week->week, path);
    }
    return code;
}

int week_edit_run(struct cli *cli, const struct args *args)
{
    const char *draft = args_text(args, "--file");
    char *given = draft ? editor_read(cli, draft) : NULL;
    if (draft && !given)
        return cli_local_error(cli, _("%s cannot be read: %s"), draft, strerror(errno));
    const Okr__ProjectWeek *week = read_week(cli, args, true);
    if (!week)
        return cli->exit_code;
    if (week->state == OKR__WEEK_STATE__WEEK_STATE_CLOSED) {
        cli_local_error(cli, _("The week %s is closed already."), show_week(cli, week->week));
        return cli->exit_code = EXIT_WRONG_STATE;
    }
    if (!leads(cli, week))
        return cli->exit_code;
    return edit_and_submit(cli, week, given, draft);
}
