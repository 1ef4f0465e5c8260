// ProjectService: re-scoping (R17, R25), ranking (R1) and the team of a project.
#include <string.h>
#include "server/people/directory.h"
#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/project/project.h"
#include "server/quarter/key_result_rows.h"

// --- Rescope: content, by the dev lead. In an open quarter it is a change, marked and with a
// reason.

// The project as it would be: absent fields stay, empty ones go.
static Okr__Project project_rescoped(const struct project_change *change,
                                     const Okr__RescopeRequest *request)
{
    Okr__Project project = *change->context.project;
    if (request->name)
        project.name = request->name;
    if (request->description)
        project.description = request->description[0] ? request->description : NULL;
    if (request->replace_krs) {
        project.kr_ids = request->kr_ids;
        project.n_kr_ids = request->n_kr_ids;
    }
    if (request->has_category) {
        project.category = request->category;
        project.has_category = request->category != OKR__SIDE_CATEGORY__SIDE_CATEGORY_UNSPECIFIED;
    }
    if (request->requester)
        project.requester = guard_has_text(request->requester) ? request->requester : NULL;
    if (change->context.quarter_state == OKR__QUARTER_STATE__QUARTER_STATE_OPEN)
        project.changed_after_open = true;
    return project;
}

// New key results are live ones of the quarter; dropped ones that it served before may stay beside
// them.
static bool rescope_krs_exist(struct call *call, const Okr__RescopeRequest *request,
                              const Okr__Project *before)
{
    int64_t *live, *known;
    size_t n_live = asked_i64s(call, asked_only(call), &live);
    size_t n_known = n_live;
    bool any_live = false;
    known = NEW_ARRAY(call, int64_t, n_live + before->n_kr_ids);
    for (size_t i = 0; i < n_live; i++)
        known[i] = live[i];
    for (size_t i = 0; i < before->n_kr_ids; i++)
        known[n_known++] = before->kr_ids[i];
    for (size_t i = 0; i < request->n_kr_ids; i++)
        any_live |= guard_has_id(live, n_live, request->kr_ids[i]);
    if (!guard_found(call, "kr_ids", "KR", request->kr_ids, request->n_kr_ids, known, n_known))
        return false;
    if (!any_live)
        call_violation(call, "kr_ids", OKR__REASON__REASON_LINKED_NEEDS_KR, NULL);
    return any_live;
}

static void write_rescope(struct call *call)
{
    const Okr__RescopeRequest *request = rescope_request(call);
    const struct project_change *change = call->state;
    Okr__Project project = project_rescoped(change, request);
    Okr__ProjectDecision decision = OKR__PROJECT_DECISION__INIT;
    decision.project_id = change->id;
    decision.decision = OKR__DECISION__DECISION_RESCOPE;
    decision.reason = guard_has_text(request->reason) ? request->reason : NULL;
    decision.after_open = change->context.quarter_state == OKR__QUARTER_STATE__QUARTER_STATE_OPEN;
    project_update(call, &project);
    project_decision_insert(call, &decision);
    if (request->replace_krs)
        project_krs_write(call, change->id, request->kr_ids, request->n_kr_ids);
    project_read_back(call);
}

static void rescope_with_krs(struct call *call)
{
    const Okr__RescopeRequest *request = rescope_request(call);
    const struct project_change *change = call->state;
    if (rescope_krs_exist(call, request, change->context.project))
        write_rescope(call);
}

static void project_apply_rescope(struct call *call)
{
    const Okr__RescopeRequest *request = rescope_request(call);
    const struct project_change *change = call->state;
    if (!project_changeable(call, request->version))
        return;
    Okr__Project project = project_rescoped(change, request);
    if (project.state != OKR__PROJECT_STATE__PROJECT_STATE_PROPOSED &&
        project.state != OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED) {
        project_refuse_state(call, project.state);
        return;
    }
    if (!project_check_kind(call, &project) ||
        !project_reason_given(call, change->context.quarter_state, request->reason))
        return;
    if (!request->replace_krs || project.kind == OKR__PROJECT_KIND__PROJECT_KIND_SIDE) {
        write_rescope(call);
        return;
    }
    key_result_live_ask(call, project.quarter, request->kr_ids, request->n_kr_ids);
    call->then = rescope_with_krs;
}

static void project_rescope(struct call *call, const Okr__RescopeRequest *request)
{
    if (request->n_kr_ids > 0 && !request->replace_krs)
        call_violation(call, "replace_krs", OKR__REASON__REASON_REQUIRED, NULL);
    if (!call_invalid(call) && guard_changes(call, &request->base))
        project_load(call, request->project_id, project_apply_rescope);
}

HANDLER(project_rescope, project_rescope);

// --- Rank: the place within quarter and kind.

static bool project_in_list(struct call *call)
{
    const Okr__Project *project = ((struct project_change *)call->state)->context.project;
    if (project_is_ranked(project))
        return true;
    project_refuse_state(call, project->state);
    return false;
}

void project_rank_write(struct call *call, int32_t rank)
{
    const struct project_change *change = call->state;
    int64_t *order;
    size_t n =
        order_with(call, change->context.order, change->context.n_order, change->id, rank, &order);
    project_update(call, change->context.project);
    project_order_write(call, order, n);
}

static void project_apply_rank(struct call *call)
{
    const Okr__RankRequest *request = rank_request(call);
    if (!project_changeable(call, request->version) || !project_in_list(call))
        return;
    project_rank_write(call, request->rank);
    project_read_back(call);
}

static void project_rank(struct call *call, const Okr__RankRequest *request)
{
    project_load(call, request->project_id, project_apply_rank);
}

HANDLER(project_rank, project_rank);

// --- Team: the lead, who is not listed among the members, and the members.

static bool need_active(struct call *call, const char *field, const char *handle)
{
    const struct directory_member *member = directory_by_handle(server_directory(), handle);
    if (member != NULL && member->active)
        return true;
    call_violation(call, field, OKR__REASON__REASON_NOT_EXISTING, handle);
    return false;
}

static void check_team(struct call *call, const Okr__SetTeamRequest *request)
{
    if (request->lead && request->lead[0])
        need_active(call, "lead", request->lead);
    if (request->n_members > 0 && !request->replace_members)
        call_violation(call, "replace_members", OKR__REASON__REASON_REQUIRED, NULL);
    for (size_t i = 0; i < request->n_members; i++)
        need_active(call, call_printf(call, "members[%zu]", i), request->members[i]);
}

static void write_members(struct call *call, const Okr__Project *after, char *const *members,
                          size_t n)
{
    char **others = NEW_ARRAY(call, char *, n);
    size_t n_others = 0;
    for (size_t i = 0; i < n; i++)
        if (after->lead == NULL || strcmp(after->lead, members[i]) != 0)
            others[n_others++] = members[i];
    project_members_write(call, after->id, others, n_others);
}

static void project_apply_team(struct call *call)
{
    const Okr__SetTeamRequest *request = set_team_request(call);
    const struct project_change *change = call->state;
    if (!project_changeable(call, request->version) || !project_in_list(call))
        return;
    Okr__Project after = *change->context.project;
    if (request->lead)
        after.lead = request->lead[0] ? request->lead : NULL;
    project_update(call, &after);
    if (request->replace_members)
        write_members(call, &after, request->members, request->n_members);
    else
        write_members(call, &after, after.members, after.n_members);
    project_read_back(call);
}

static void project_set_team(struct call *call, const Okr__SetTeamRequest *request)
{
    check_team(call, request);
    if (!call_invalid(call) && guard_changes(call, &request->base))
        project_load(call, request->project_id, project_apply_team);
}

HANDLER(project_set_team, project_set_team);
