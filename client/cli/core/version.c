// One function for each kind of thing: how its version is read. Must not change anything.
#include "client/cli/core/version.h"

#include <stdlib.h>
#include <string.h>
#include "client/cli/core/call.h"
#include "client/cli/core/intl.h"
#include "client/cli/core/request.h"
#include "common/calendar.h"
#include "okr/v1/evaluation.pb-c.h"
#include "okr/v1/insight.pb-c.h"
#include "okr/v1/member.pb-c.h"
#include "okr/v1/monday.pb-c.h"
#include "okr/v1/plan.pb-c.h"
#include "okr/v1/project.pb-c.h"
#include "okr/v1/quarter.pb-c.h"
#include "okr/v1/review.pb-c.h"
#include "okr/v1/roadmap.pb-c.h"
#include "okr/v1/server.pb-c.h"
#include "okr/v1/week.pb-c.h"

// Finds the version; 0: there is none such, and that is said by the caller; negative: it was said.
typedef int64_t (*finder)(struct cli *cli, const ProtobufCMessage *request);

static int64_t of_quarter(struct cli *cli, const ProtobufCMessage *request)
{
    Okr__GetQuarterRequest get = OKR__GET_QUARTER_REQUEST__INIT;
    get.name = ((const Okr__SetQuarterStateRequest *)request)->name;
    const Okr__Quarter *quarter =
        (const Okr__Quarter *)cli_call(cli, RPC_QUARTER_GET_QUARTER, &get.base);
    return quarter ? quarter->version : -1;
}

// Objectives are only listed by quarter: those of the newest quarters are looked through first.
static int64_t find_objective(struct cli *cli, int64_t id)
{
    Okr__ListQuartersRequest list = OKR__LIST_QUARTERS_REQUEST__INIT;
    const Okr__QuarterList *quarters =
        (const Okr__QuarterList *)cli_call(cli, RPC_QUARTER_LIST_QUARTERS, &list.base);
    if (!quarters)
        return -1;
    for (size_t i = quarters->n_quarters; i-- > 0;) {
        Okr__ListOkrRequest get = OKR__LIST_OKR_REQUEST__INIT;
        get.quarter = quarters->quarters[i]->name;
        get.has_with_dropped = get.with_dropped = 1;
        const Okr__Okr *okr = (const Okr__Okr *)cli_call(cli, RPC_QUARTER_LIST_OKR, &get.base);
        if (!okr)
            return -1;
        for (size_t j = 0; j < okr->n_objectives; j++) {
            if (okr->objectives[j]->id == id)
                return okr->objectives[j]->version;
        }
    }
    return 0;
}

static int64_t of_updated_objective(struct cli *cli, const ProtobufCMessage *request)
{
    return find_objective(cli, ((const Okr__UpdateObjectiveRequest *)request)->id);
}

static int64_t of_dropped_objective(struct cli *cli, const ProtobufCMessage *request)
{
    return find_objective(cli, ((const Okr__DropObjectiveRequest *)request)->id);
}

static int64_t find_kr(struct cli *cli, int64_t id)
{
    Okr__GetKeyResultRequest get = OKR__GET_KEY_RESULT_REQUEST__INIT;
    get.has_id = 1;
    get.id = id;
    const Okr__KeyResult *kr =
        (const Okr__KeyResult *)cli_call(cli, RPC_QUARTER_GET_KEY_RESULT, &get.base);
    return kr ? kr->version : -1;
}

static int64_t of_updated_kr(struct cli *cli, const ProtobufCMessage *request)
{
    return find_kr(cli, ((const Okr__UpdateKeyResultRequest *)request)->kr->id);
}

static int64_t of_dropped_kr(struct cli *cli, const ProtobufCMessage *request)
{
    return find_kr(cli, ((const Okr__DropKeyResultRequest *)request)->id);
}

static int64_t find_project(struct cli *cli, int64_t id)
{
    Okr__GetProjectRequest get = OKR__GET_PROJECT_REQUEST__INIT;
    get.has_id = 1;
    get.id = id;
    const Okr__Project *project =
        (const Okr__Project *)cli_call(cli, RPC_PROJECT_GET_PROJECT, &get.base);
    return project ? project->version : -1;
}

static int64_t of_decided(struct cli *cli, const ProtobufCMessage *request)
{
    return find_project(cli, ((const Okr__DecideRequest *)request)->project_id);
}

static int64_t of_rescoped(struct cli *cli, const ProtobufCMessage *request)
{
    return find_project(cli, ((const Okr__RescopeRequest *)request)->project_id);
}

static int64_t of_ranked(struct cli *cli, const ProtobufCMessage *request)
{
    return find_project(cli, ((const Okr__RankRequest *)request)->project_id);
}

static int64_t of_staffed(struct cli *cli, const ProtobufCMessage *request)
{
    return find_project(cli, ((const Okr__SetTeamRequest *)request)->project_id);
}

static int64_t of_goals_practice(struct cli *cli, const ProtobufCMessage *request)
{
    return find_project(cli, ((const Okr__SetGoalsPracticeRequest *)request)->project_id);
}

static int64_t find_roadmap_item(struct cli *cli, int64_t id)
{
    Okr__GetRoadmapItemRequest get = OKR__GET_ROADMAP_ITEM_REQUEST__INIT;
    get.has_id = 1;
    get.id = id;
    const Okr__RoadmapItemDetail *detail =
        (const Okr__RoadmapItemDetail *)cli_call(cli, RPC_ROADMAP_GET_ITEM, &get.base);
    return detail && detail->item ? detail->item->version : -1;
}

static int64_t of_updated_item(struct cli *cli, const ProtobufCMessage *request)
{
    return find_roadmap_item(cli, ((const Okr__UpdateRoadmapItemRequest *)request)->item->id);
}

static int64_t of_dropped_item(struct cli *cli, const ProtobufCMessage *request)
{
    return find_roadmap_item(cli, ((const Okr__DropRoadmapItemRequest *)request)->id);
}

static int64_t of_linked_item(struct cli *cli, const ProtobufCMessage *request)
{
    return find_roadmap_item(cli, ((const Okr__LinkRoadmapItemRequest *)request)->id);
}

static int64_t of_side_line(struct cli *cli, const ProtobufCMessage *request)
{
    const Okr__DecideSideRequest *decide = (const Okr__DecideSideRequest *)request;
    Okr__GetSideReviewRequest get = OKR__GET_SIDE_REVIEW_REQUEST__INIT;
    get.month = decide->month;
    const Okr__SideReview *review =
        (const Okr__SideReview *)cli_call(cli, RPC_REVIEW_GET_SIDE_REVIEW, &get.base);
    for (size_t i = 0; review && i < review->n_lines; i++) {
        if (review->lines[i]->project->id == decide->project_id)
            return review->lines[i]->version;
    }
    return review ? 0 : -1;
}

static int64_t of_member(struct cli *cli, const ProtobufCMessage *request)
{
    const char *handle = ((const Okr__UpdateMemberRequest *)request)->handle;
    Okr__ListMembersRequest list = OKR__LIST_MEMBERS_REQUEST__INIT;
    const Okr__MemberList *members =
        (const Okr__MemberList *)cli_call(cli, RPC_MEMBER_LIST_MEMBERS, &list.base);
    for (size_t i = 0; members && i < members->n_members; i++) {
        if (members->members[i]->handle && strcmp(members->members[i]->handle, handle) == 0)
            return members->members[i]->version;
    }
    return members ? 0 : -1;
}

static int64_t of_settings(struct cli *cli, const ProtobufCMessage *request)
{
    (void)request;
    Okr__GetSettingsRequest get = OKR__GET_SETTINGS_REQUEST__INIT;
    const Okr__Settings *settings =
        (const Okr__Settings *)cli_call(cli, RPC_MEMBER_GET_SETTINGS, &get.base);
    return settings ? settings->version : -1;
}

static int64_t find_binding(struct cli *cli, char *source, int64_t task_uid)
{
    Okr__ListBindingsRequest list = OKR__LIST_BINDINGS_REQUEST__INIT;
    list.source = source;
    const Okr__BindingList *bindings =
        (const Okr__BindingList *)cli_call(cli, RPC_PLAN_LIST_BINDINGS, &list.base);
    for (size_t i = 0; bindings && i < bindings->n_bindings; i++) {
        if (bindings->bindings[i]->task_uid == task_uid)
            return bindings->bindings[i]->version;
    }
    return bindings ? 0 : -1;
}

static int64_t of_bound(struct cli *cli, const ProtobufCMessage *request)
{
    const Okr__BindTaskRequest *bind = (const Okr__BindTaskRequest *)request;
    return find_binding(cli, bind->source, bind->task_uid);
}

static int64_t of_unbound(struct cli *cli, const ProtobufCMessage *request)
{
    const Okr__UnbindTaskRequest *unbind = (const Okr__UnbindTaskRequest *)request;
    return find_binding(cli, unbind->source, unbind->task_uid);
}

// ---- goals and entries: listed by week ---------------------------------------------------------

static int64_t goal_in(struct cli *cli, const Okr__WeekList *list, int64_t id)
{
    (void)cli;
    for (size_t i = 0; i < list->n_weeks; i++) {
        for (size_t j = 0; j < list->weeks[i]->n_goals; j++) {
            if (list->weeks[i]->goals[j]->id == id)
                return list->weeks[i]->goals[j]->version;
        }
    }
    return 0;
}

// Entries are not listed with the weeks of all projects: each project's week is read.
static int64_t entry_in(struct cli *cli, const Okr__WeekList *list, int64_t id)
{
    for (size_t i = 0; i < list->n_weeks; i++) {
        Okr__GetWeekRequest request = OKR__GET_WEEK_REQUEST__INIT;
        request.has_project_id = 1;
        request.project_id = list->weeks[i]->project_id;
        request.week = list->weeks[i]->week;
        const Okr__ProjectWeek *week =
            (const Okr__ProjectWeek *)cli_call(cli, RPC_WEEK_GET_WEEK, &request.base);
        if (!week)
            return -1;
        for (size_t j = 0; j < week->n_entries; j++) {
            if (week->entries[j]->id == id)
                return week->entries[j]->version;
        }
    }
    return 0;
}

// This week, the next, the last: what is edited is nearly always there. Beyond, --version helps.
static int64_t find_in_weeks(struct cli *cli, int64_t id, bool mine,
                             int64_t (*look)(struct cli *, const Okr__WeekList *, int64_t))
{
    static const char *const weeks[] = {"this", "next", "last"};
    for (size_t i = 0; i < 3; i++) {
        const char *week = request_week(cli, weeks[i]);
        if (!week)
            return -1;
        Okr__ListWeeksRequest request = OKR__LIST_WEEKS_REQUEST__INIT;
        request.week = request_text(cli, week);
        request.has_mine = request.mine = mine;
        const Okr__WeekList *list =
            (const Okr__WeekList *)cli_call(cli, RPC_WEEK_LIST_WEEKS, &request.base);
        int64_t version = list ? look(cli, list, id) : -1;
        if (version != 0)
            return version;
    }
    return 0;
}

static int64_t of_edited_goal(struct cli *cli, const ProtobufCMessage *request)
{
    return find_in_weeks(cli, ((const Okr__EditGoalRequest *)request)->id, false, goal_in);
}

static int64_t of_dropped_goal(struct cli *cli, const ProtobufCMessage *request)
{
    return find_in_weeks(cli, ((const Okr__DropGoalRequest *)request)->id, false, goal_in);
}

static int64_t of_result(struct cli *cli, const ProtobufCMessage *request)
{
    return find_in_weeks(cli, ((const Okr__SetResultRequest *)request)->id, false, goal_in);
}

static int64_t of_entry(struct cli *cli, const ProtobufCMessage *request)
{
    return find_in_weeks(cli, ((const Okr__EditEntryRequest *)request)->id, true, entry_in);
}

static const Okr__Docket *docket_get(struct cli *cli, const char *week)
{
    Okr__GetDocketRequest request = OKR__GET_DOCKET_REQUEST__INIT;
    week = week ? request_week(cli, week) : NULL;
    request.week = week ? request_text(cli, week) : NULL;
    return (const Okr__Docket *)cli_call(cli, RPC_MONDAY_GET_DOCKET, &request.base);
}

// 0: the line has no decision yet.
static int64_t of_docket(struct cli *cli, const char *week, const char *key)
{
    const Okr__Docket *docket = docket_get(cli, week);
    for (size_t i = 0; docket && i < docket->n_lines; i++) {
        if (strcmp(docket->lines[i]->key, key) == 0)
            return docket->lines[i]->version;
    }
    return !docket ? -1 : !key[0] && docket->has_confirmed_version ? docket->confirmed_version : 0;
}

static int64_t of_docket_line(struct cli *cli, const ProtobufCMessage *request)
{
    const Okr__DecideLineRequest *decide = (const Okr__DecideLineRequest *)request;
    return of_docket(cli, decide->week, decide->key);
}

static int64_t of_follow_up(struct cli *cli, const ProtobufCMessage *request)
{
    const Okr__CloseFollowUpRequest *close = (const Okr__CloseFollowUpRequest *)request;
    return of_docket(cli, close->week, close->key);
}

// ---- the monthly evaluation --------------------------------------------------------------------

static const Okr__Evaluation *find_month(struct cli *cli, char *month)
{
    Okr__GetEvaluationRequest get = OKR__GET_EVALUATION_REQUEST__INIT;
    get.month = month;
    return (const Okr__Evaluation *)cli_call(cli, RPC_EVALUATION_GET_EVALUATION, &get.base);
}

static int64_t of_month(struct cli *cli, char *month)
{
    const Okr__Evaluation *evaluation = find_month(cli, month);
    return evaluation ? evaluation->version : -1;
}

static int64_t of_prepared(struct cli *cli, const ProtobufCMessage *request)
{
    return of_month(cli, ((const Okr__PrepareEvaluationRequest *)request)->month);
}

static int64_t of_overridden(struct cli *cli, const ProtobufCMessage *request)
{
    return of_month(cli, ((const Okr__OverrideVerdictRequest *)request)->month);
}

static int64_t of_signed(struct cli *cli, const ProtobufCMessage *request)
{
    return of_month(cli, ((const Okr__SignEvaluationRequest *)request)->month);
}

static int64_t action_in(Okr__EvaluationAction *const *actions, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++) {
        if (actions[i]->id == id)
            return actions[i]->version;
    }
    return 0;
}

// Last month's evaluation shows its own actions and what is open from earlier ones.
static int64_t of_action(struct cli *cli, const ProtobufCMessage *request)
{
    int64_t id = ((const Okr__CloseActionRequest *)request)->id;
    const Okr__Evaluation *shown = find_month(cli, NULL);
    if (!shown)
        return -1;
    int64_t version = action_in(shown->actions, shown->n_actions, id);
    return version ? version : action_in(shown->earlier_actions, shown->n_earlier_actions, id);
}

static const struct source {
    const ProtobufCMessageDescriptor *request;
    const char *field;
    finder find;
    bool may_be_none; // version 0 says that there is none yet
} sources[] = {
    {&okr__set_quarter_state_request__descriptor, "version", of_quarter},
    {&okr__update_objective_request__descriptor, "version", of_updated_objective},
    {&okr__drop_objective_request__descriptor, "version", of_dropped_objective},
    {&okr__update_key_result_request__descriptor, "kr.version", of_updated_kr},
    {&okr__drop_key_result_request__descriptor, "version", of_dropped_kr},
    {&okr__decide_request__descriptor, "version", of_decided},
    {&okr__rescope_request__descriptor, "version", of_rescoped},
    {&okr__rank_request__descriptor, "version", of_ranked},
    {&okr__set_team_request__descriptor, "version", of_staffed},
    {&okr__set_goals_practice_request__descriptor, "version", of_goals_practice},
    {&okr__update_roadmap_item_request__descriptor, "item.version", of_updated_item},
    {&okr__drop_roadmap_item_request__descriptor, "version", of_dropped_item},
    {&okr__link_roadmap_item_request__descriptor, "version", of_linked_item},
    {&okr__decide_side_request__descriptor, "version", of_side_line, true},
    {&okr__update_member_request__descriptor, "version", of_member},
    {&okr__update_settings_request__descriptor, "settings.version", of_settings},
    {&okr__bind_task_request__descriptor, "version", of_bound, true},
    {&okr__unbind_task_request__descriptor, "version", of_unbound},
    {&okr__edit_goal_request__descriptor, "version", of_edited_goal},
    {&okr__drop_goal_request__descriptor, "version", of_dropped_goal},
    {&okr__set_result_request__descriptor, "version", of_result},
    {&okr__edit_entry_request__descriptor, "version", of_entry},
    {&okr__decide_line_request__descriptor, "version", of_docket_line, true},
    {&okr__close_follow_up_request__descriptor, "version", of_follow_up},
    {&okr__prepare_evaluation_request__descriptor, "version", of_prepared, true},
    {&okr__override_verdict_request__descriptor, "version", of_overridden, true},
    {&okr__sign_evaluation_request__descriptor, "version", of_signed, true},
    {&okr__close_action_request__descriptor, "version", of_action},
};

static const struct source *source_of(const ProtobufCMessageDescriptor *request)
{
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (sources[i].request == request)
            return &sources[i];
    }
    return NULL;
}

bool version_known(const ProtobufCMessageDescriptor *request)
{
    return source_of(request) != NULL;
}

bool version_fill(struct cli *cli, ProtobufCMessage *request, int64_t given)
{
    const struct source *source = source_of(request->descriptor);
    if (!source)
        abort(); // a versioned command without a row; test_cli_table finds it
    struct arg version = {.number = given};
    if (given == 0)
        version.number = source->find(cli, request);
    if (version.number < 0)
        return false;
    if (version.number == 0 && !source->may_be_none) {
        cli_local_error(cli,
                        _("It is not there, or could not be found by its id alone. If you know "
                          "its version, give it: --version N"));
        cli->exit_code = EXIT_NOT_FOUND;
        return false;
    }
    return request_set(cli, request, source->field, &version);
}
