// ProjectService: proposing and reading. Discussing roles propose; nothing here decides (R25).
#include "server/project/project.h"

#include "server/call/handler.h"
#include "server/call/guard.h"
#include "server/quarter/key_result_rows.h"
#include "server/quarter/quarter_rows.h"

// --- Propose

struct proposal {
    struct project_change change; // first: what project_read_back() finds
    struct asked quarter, order, krs, inserted;
    Okr__Project *project;
    const char *reason;
};

static void project_proposed(struct call *call)
{
    struct proposal *proposal = call->state;
    proposal->change.id = asked_i64(call, proposal->inserted);
    // Why it was proposed opens the discussion of it.
    if (guard_has_text(proposal->reason))
        project_comment_insert(call, proposal->change.id, proposal->reason);
    project_read_back(call);
}

static bool proposal_krs_exist(struct call *call, const struct proposal *proposal)
{
    const Okr__Project *project = proposal->project;
    int64_t *live;
    size_t n = asked_i64s(call, proposal->krs, &live);
    return guard_found(call, "kr_ids", "KR", project->kr_ids, project->n_kr_ids, live, n);
}

static void project_add_proposal(struct call *call)
{
    struct proposal *proposal = call->state;
    Okr__Project *project = proposal->project;
    const Okr__Quarter *quarter = quarter_read(call, proposal->quarter);
    if (!quarter) {
        call_violation(call, "quarter", OKR__REASON__REASON_NOT_EXISTING, project->quarter);
        return;
    }
    int32_t quarter_state = (int32_t)quarter->state;
    if (!guard_not_closed(call, quarter_state) || !proposal_krs_exist(call, proposal) ||
        !project_reason_given(call, quarter_state, proposal->reason))
        return;
    int64_t *order;
    project->rank = (int32_t)asked_i64s(call, proposal->order, &order) + 1;
    project->changed_after_open = quarter_state == OKR__QUARTER_STATE__QUARTER_STATE_OPEN;
    proposal->inserted = project_insert(call, project);
    call->then = project_proposed;
}

static void project_propose(struct call *call, const Okr__ProposeRequest *request,
                            Okr__ProjectKind kind)
{
    Okr__Project *project = NEW(call, Okr__Project, OKR__PROJECT__INIT);
    project->quarter = field_quarter(call, request->quarter);
    project->kind = kind;
    project->name = request->name;
    project->description = request->description;
    project->kr_ids = request->kr_ids;
    project->n_kr_ids = request->n_kr_ids;
    if (request->has_category && request->category != OKR__SIDE_CATEGORY__SIDE_CATEGORY_UNSPECIFIED)
        SET(project, category, request->category);
    project->requester = guard_has_text(request->requester) ? request->requester : NULL;
    if (!project_check_kind(call, project))
        return;
    struct proposal *proposal = NEW_ARRAY(call, struct proposal, 1);
    proposal->project = project;
    proposal->reason = request->reason;
    call->state = proposal;
    proposal->quarter = quarter_ask(call, project->quarter);
    proposal->order = project_order_ask(call, project->quarter, (int32_t)kind);
    proposal->krs = key_result_live_ask(call, project->quarter, project->kr_ids, project->n_kr_ids);
    call->then = project_add_proposal;
}

static void project_propose_linked(struct call *call, const Okr__ProposeRequest *request)
{
    project_propose(call, request, OKR__PROJECT_KIND__PROJECT_KIND_LINKED);
}

static void project_propose_side(struct call *call, const Okr__ProposeRequest *request)
{
    project_propose(call, request, OKR__PROJECT_KIND__PROJECT_KIND_SIDE);
}

HANDLER(project_propose_linked, project_propose_linked);
HANDLER(project_propose_side, project_propose_side);

// --- Get: the hot read, one statement.

static void project_get_answer(struct call *call)
{
    Okr__Project *project = project_read(call, asked_only(call));
    if (project)
        call_reply(call, &project->base);
    else
        guard_not_found(call,
                        call_printf(call, "P-%lld", (long long)get_project_request(call)->id));
}

static void project_get_start(struct call *call, const Okr__GetProjectRequest *request)
{
    project_ask(call, request->id);
    call->then = project_get_answer;
}

HANDLER(project_get_project, project_get_start, .shared = true);

struct project_detail {
    struct asked project, comments, decisions;
};

static void project_detail_answer(struct call *call)
{
    const struct project_detail *asked = call->state;
    Okr__ProjectDetail *detail = NEW(call, Okr__ProjectDetail, OKR__PROJECT_DETAIL__INIT);
    detail->project = project_read(call, asked->project);
    if (!detail->project) {
        guard_not_found(call,
                        call_printf(call, "P-%lld", (long long)get_project_request(call)->id));
        return;
    }
    detail->n_comments = project_comments(call, asked->comments, &detail->comments);
    detail->n_decisions = project_decisions(call, asked->decisions, &detail->decisions);
    call_reply(call, &detail->base);
}

static void project_detail_start(struct call *call, const Okr__GetProjectRequest *request)
{
    struct project_detail *asked = call->state = NEW_ARRAY(call, struct project_detail, 1);
    asked->project = project_ask(call, request->id);
    asked->comments = project_comments_ask(call, request->id);
    asked->decisions = project_decisions_ask(call, request->id);
    call->then = project_detail_answer;
}

HANDLER(project_get_project_detail, project_detail_start, .shared = true);

// --- List: the one ordered list (R1). `mine` makes it the caller's, so it is not shared.

static void project_list_answer(struct call *call)
{
    Okr__ProjectList *list = NEW(call, Okr__ProjectList, OKR__PROJECT_LIST__INIT);
    list->n_projects = project_list(call, asked_only(call), &list->projects);
    call_reply(call, &list->base);
}

static void project_list_start(struct call *call, const Okr__ListProjectsRequest *request)
{
    project_list_ask(call, field_quarter(call, request->quarter), (int32_t)request->kind,
                     (int32_t)request->state, request->mine ? call->actor.member_id : 0);
    call->then = project_list_answer;
}

HANDLER(project_list_projects, project_list_start);
