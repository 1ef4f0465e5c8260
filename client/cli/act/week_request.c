#include "client/cli/act/week_request.h"

#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "client/cli/core/show.h"
#include "client/cli/core/perform.h"
#include "client/cli/report/week_show.h"

const Okr__ProjectWeek *week_get(struct cli *cli, int64_t project, const char *name,
                                 bool next_tasks)
{
    Okr__GetWeekRequest request = OKR__GET_WEEK_REQUEST__INIT;
    request.has_project_id = 1;
    request.project_id = project;
    request.has_next_tasks = request.next_tasks = next_tasks;
    request.week = name ? request_text(cli, name) : NULL;
    return (const Okr__ProjectWeek *)cli_call(cli, RPC_WEEK_GET_WEEK, &request.base);
}

const Okr__ProjectWeek *week_read(struct cli *cli, const struct args *args, bool next_tasks)
{
    const char *name = args_text(args, "--week");
    if (name && !(name = request_week(cli, name)))
        return NULL;
    return week_get(cli, args_find(args, "PROJECT")->number, name, next_tasks);
}

// ---- the request -------------------------------------------------------------------------------

Okr__CloseWeekRequest *week_request(struct cli *cli, const Okr__ProjectWeek *week, size_t results,
                                    size_t nexts)
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

const Okr__Goal *week_goal_of(const Okr__ProjectWeek *week, int64_t id)
{
    for (size_t i = 0; i < week->n_goals; i++) {
        if (week->goals[i]->id == id)
            return week->goals[i];
    }
    return NULL;
}

void week_add_result(struct cli *cli, Okr__CloseWeekRequest *request, const Okr__Goal *goal,
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

void week_add_next(struct cli *cli, Okr__CloseWeekRequest *request, const char *text,
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

int week_send(struct cli *cli, const Okr__CloseWeekRequest *request)
{
    const ProtobufCMessage *reply = cli_call(cli, RPC_WEEK_CLOSE_WEEK, &request->base);
    return reply ? cli_show(cli, &request->base, reply, week_show) : cli->exit_code;
}
