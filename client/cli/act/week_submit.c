#include "client/cli/act/week_submit.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/act/week_document.h"
#include "client/cli/act/week_request.h"
#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/perform.h"
#include "client/cli/report/week_show.h"
#include "common/text.h"

static const char *problem_text(enum week_problem problem)
{
    switch (problem) {
    case WEEK_SECTIONS:
        return _("there have to be three sections, each below a line that begins with ##: this "
                 "week, look back, next week");
    case WEEK_NOT_A_GOAL:
        return _(
            "this is no goal; the goals of this week look like [o] G-12, a new one like - text");
    case WEEK_BAD_MARK:
        return _("write [o] for achieved, [x] for missed");
    case WEEK_NO_TEXT:
        return _("write the goal behind the brackets");
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

// A goal as it was marked against the goal as it is, NULL: a new one. NULL: fine; else what is
// wrong with it.
static const char *check_goal(struct cli *cli, const struct week_goal *written,
                              const Okr__Goal *goal)
{
    const char *name =
        written->id ? show_id(cli, "G", written->id) : cli_text(cli, "\"%s\"", written->text);
    if (!goal && written->id)
        return cli_text(cli, _("%s is no goal of this project and week"), name);
    if (goal && !same_text(written->text, goal->text))
        return cli_text(cli, _("%s reads \"%s\"; to change that, use: okr goal edit"), name,
                        show_text(goal->text));
    if (written->mark == WEEK_MARK_NONE)
        return cli_text(cli, _("%s has no result: write [o] or [x]"), name);
    if (written->mark == WEEK_MARK_MISSED && !written->reason)
        return cli_text(cli, _("%s is missed: write why on the line below"), name);
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

// ---- new goals of this week --------------------------------------------------------------------

// The week is closed once something is said of how it went; before, the document sets goals.
static bool only_sets_goals(const struct week_document *document, const Okr__ProjectWeek *week)
{
    bool news = false;
    for (size_t i = 0; i < document->n_goals; i++) {
        const struct week_goal *written = &document->goals[i];
        const Okr__Goal *goal = week_goal_of(week, written->id);
        news |= written->id == 0;
        if (written->mark != WEEK_MARK_NONE && !(goal && goal->has_result))
            return false;
    }
    return news && document->n_nexts == 0 &&
           same_text(document->look_back, show_text(week->look_back));
}

static const Okr__Goal *add_goal(struct cli *cli, const Okr__ProjectWeek *week, const char *text)
{
    Okr__AddGoalRequest request = OKR__ADD_GOAL_REQUEST__INIT;
    Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
    request.has_project_id = 1;
    request.project_id = week->project_id;
    request.week = week->week;
    request.goal = &goal;
    goal.text = request_text(cli, text);
    return (const Okr__Goal *)cli_call(cli, RPC_WEEK_ADD_GOAL, &request.base);
}

// Line `number` of the text, from 1, becomes the goal that now has an id.
static char *with_id(struct cli *cli, const char *text, const struct week_goal *written, int64_t id)
{
    static const char signs[] = {' ', 'o', 'x'};
    const char *line = text;
    for (unsigned i = 1; i < written->line && strchr(line, '\n'); i++)
        line = strchr(line, '\n') + 1;
    return cli_text(cli, "%.*s[%c] G-%lld %s%s", (int)(line - text), text, signs[written->mark],
                    (long long)id, written->text, line + strcspn(line, "\n"));
}

// Sets them; *text then names them by their ids, so that none is set twice. False: that was said.
static bool set_new_goals(struct cli *cli, const Okr__ProjectWeek *week,
                          const struct week_document *document, char **text)
{
    for (size_t i = 0; i < document->n_goals; i++) {
        const struct week_goal *written = &document->goals[i];
        const Okr__Goal *goal = written->id ? NULL : add_goal(cli, week, written->text);
        if (!goal && !written->id)
            return false;
        if (goal)
            *text = with_id(cli, *text, written, goal->id);
    }
    return true;
}

// ---- the whole document ------------------------------------------------------------------------

static int check_document(struct cli *cli, const char *path, const struct week_document *document,
                          const Okr__ProjectWeek *week)
{
    int error = check_title(cli, path, document, week);
    for (size_t i = 0; i < document->n_goals && !error; i++) {
        const struct week_goal *written = &document->goals[i];
        const char *wrong = check_goal(cli, written, week_goal_of(week, written->id));
        if (wrong)
            error = refuse_line(cli, path, written->line, wrong);
    }
    return error;
}

static int submit_document(struct cli *cli, const struct week_document *document,
                           const Okr__ProjectWeek *week)
{
    Okr__CloseWeekRequest *request = week_request(cli, week, document->n_goals, document->n_nexts);
    for (size_t i = 0; i < document->n_goals; i++) {
        const struct week_goal *written = &document->goals[i];
        const Okr__Goal *goal = week_goal_of(week, written->id);
        Okr__GoalResult result = written->mark == WEEK_MARK_ACHIEVED
                                     ? OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED
                                     : OKR__GOAL_RESULT__GOAL_RESULT_MISSED;
        if (goal && !is_as_before(written, goal, result))
            week_add_result(cli, request, goal, result, written->reason);
    }
    request->look_back = request_text(cli, document->look_back);
    for (size_t i = 0; i < document->n_nexts; i++)
        week_add_next(cli, request, document->nexts[i].text, document->nexts[i].source,
                      document->nexts[i].task_uid);
    return week_send(cli, request);
}

static bool has_new_goals(const struct week_document *document)
{
    for (size_t i = 0; i < document->n_goals; i++) {
        if (document->goals[i].id == 0)
            return true;
    }
    return false;
}

// With the new goals set, the text is one that names them all.
static int submit_with_new_goals(struct cli *cli, const char *path, char **text,
                                 const struct week_document *document, const Okr__ProjectWeek *week,
                                 bool only)
{
    if (!set_new_goals(cli, week, document, text))
        return cli->exit_code;
    week = week_get(cli, week->project_id, week->week, false);
    if (!week)
        return cli->exit_code;
    return only ? cli_show(cli, NULL, &week->base, week_show)
                : week_submit_text(cli, path, text, week);
}

int week_submit_text(struct cli *cli, const char *path, char **text, const Okr__ProjectWeek *week)
{
    struct week_document document;
    struct week_error error;
    if (!week_document_parse(*text, &document, &error))
        return refuse_line(cli, path, error.line, problem_text(error.problem));
    bool only = only_sets_goals(&document, week);
    int code =
        only ? check_title(cli, path, &document, week) : check_document(cli, path, &document, week);
    if (!code)
        code = has_new_goals(&document)
                   ? submit_with_new_goals(cli, path, text, &document, week, only)
                   : submit_document(cli, &document, week);
    week_document_free(&document);
    return code;
}
