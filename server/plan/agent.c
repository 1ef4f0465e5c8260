// PlanService, delegation (R29): a program manager lets an agent publish named plans, for a time.
// The server learns the token's hash only. Must not know SQL, nor how a token is looked up.
#include <string.h>
#include "server/call/handler.h"
#include "server/plan/plan_agent_rows.h"

enum { DAYS_DEFAULT = 365 };
static const int64_t DAY_US = INT64_C(86400) * 1000000;

static char *agent_resource(struct call *call, const Okr__Agent *agent)
{
    return call_printf(call, "agent/%lld", (long long)agent->id);
}

// ---- DelegateAgent ----------------------------------------------------------------------------

static void delegate_done(struct call *call)
{
    Okr__Agent *agent = plan_agent_row(call, asked_only(call));
    call_record(call, agent_resource(call, agent), NULL, &agent->base);
    call_reply(call, &agent->base);
}

static void delegate_write(struct call *call)
{
    const Okr__DelegateAgentRequest *request = delegate_agent_request(call);
    if (asked_bool(call, asked_only(call))) {
        call_violation(call, "token_hash", OKR__REASON__REASON_DUPLICATE, NULL);
        return;
    }
    int32_t days = request->has_valid_days ? request->valid_days : DAYS_DEFAULT;
    struct plan_delegation delegation = {
        .label = request->label,
        .sources = request->sources,
        .n_sources = request->n_sources,
        .hash = &request->token_hash,
        .expires_at = call->now + days * DAY_US,
    };
    plan_agent_ask_add(call, &delegation);
    call->then = delegate_done;
}

static void delegate_start(struct call *call, const Okr__DelegateAgentRequest *request)
{
    plan_agent_ask_hash(call, &request->token_hash);
    call->then = delegate_write;
}

HANDLER(plan_delegate_agent, delegate_start, .directory = true);

// ---- RevokeAgent ------------------------------------------------------------------------------

struct revoke_state {
    Okr__Agent *before;
    struct asked after; // the agent, revoked
};

static void revoke_done(struct call *call)
{
    struct revoke_state *state = call->state;
    Okr__Agent *agent = plan_agent_row(call, state->after);
    call_record(call, agent_resource(call, agent), &state->before->base, &agent->base);
    call_reply(call, &agent->base);
}

static void revoke_write(struct call *call)
{
    const Okr__RevokeAgentRequest *request = revoke_agent_request(call);
    struct revoke_state *state = NEW_ARRAY(call, struct revoke_state, 1);
    state->before = plan_agent_row(call, asked_only(call));
    if (!state->before) {
        call_fail(call, OKR__CODE__CODE_NOT_FOUND, OKR__REASON__REASON_NOT_FOUND, "agent");
        return;
    }
    call->state = state;
    if (state->before->revoked_at) {
        call_fail(call, OKR__CODE__CODE_FAILED_PRECONDITION, OKR__REASON__REASON_WRONG_STATE,
                  "revoked");
        return;
    }
    plan_agent_ask_revoke(call, request->id);
    state->after = plan_agent_ask(call, request->id);
    call->then = revoke_done;
}

static void revoke_start(struct call *call, const Okr__RevokeAgentRequest *request)
{
    plan_agent_ask(call, request->id);
    call->then = revoke_write;
}

HANDLER(plan_revoke_agent, revoke_start, .directory = true);

// ---- ListAgents -------------------------------------------------------------------------------

static void list_answer(struct call *call)
{
    Okr__AgentList *list = NEW(call, Okr__AgentList, OKR__AGENT_LIST__INIT);
    list->n_agents = plan_agent_rows(call, asked_only(call), &list->agents);
    call_reply(call, &list->base);
}

static void list_start(struct call *call, const Okr__ListAgentsRequest *request)
{
    (void)request;
    plan_agents_ask(call);
    call->then = list_answer;
}

HANDLER(plan_list_agents, list_start, .present = true, .bulk = true);
