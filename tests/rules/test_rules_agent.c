// The rules of who may publish a plan, over a real okrd (R29): a program manager, or an agent to
// which one delegated it, for the plans that were named, while the delegation lasts; an agent may
// do nothing else.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/rpc_method.h"
#include "tests/support/plan_fixture.h"

static struct okrd *server;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    okrd_member(server, "pm2", "program-manager", NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server = okrd_stop(server);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    fixture_clear();
    return 0;
}

static const struct plan_row rows[] = {
    {1, PLAN_NO_PARENT, "Build", 480, 50, false, false},
};

// A delegation by `who` of up to two plans, whose token is remembered under `name`.
static const Okr__Agent *delegate(const char *who, const char *name, const char *source,
                                  const char *other, int32_t days)
{
    char token[44];
    uint8_t hash[32];
    okrd_make_token(token);
    char *sources[] = {(char *)(uintptr_t)source, (char *)(uintptr_t)other};
    Okr__DelegateAgentRequest request = OKR__DELEGATE_AGENT_REQUEST__INIT;
    request.label = (char *)(uintptr_t)name;
    request.n_sources = other ? 2 : 1;
    request.sources = sources;
    request.has_token_hash = true;
    request.token_hash = okrd_hash(token, hash);
    request.has_valid_days = days != 0;
    request.valid_days = days;
    const Okr__Agent *agent = must(server, who, RPC_PLAN_DELEGATE_AGENT, &request);
    okrd_remember(server, name, token);
    return agent;
}

static void may_not_begin(const char *who, const char *source, Okr__Code code, Okr__Reason reason)
{
    refused(server, who, RPC_PLAN_BEGIN_PUSH, plan_announce(source, 1, 0), code, reason);
}

// Broken when somebody publishes who is not accountable for the plan.
static void r29_only_a_program_manager_publishes(void **state)
{
    (void)state;
    int64_t upload = plan_upload(server, "pm", "mine", rows, 1);
    Okr__PublishRequest publish = plan_publication(upload);
    static const char *const others[] = {"pdm", "dev", "bi", "ann", "eve", "kim", "admin"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        Okr__Code denied = OKR__CODE__CODE_PERMISSION_DENIED;
        Okr__Reason why = OKR__REASON__REASON_ROLE_REQUIRED;
        may_not_begin(others[i], "mine", denied, why);
        refused(server, others[i], RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 2, rows, 1), denied,
                why);
        refused(server, others[i], RPC_PLAN_PUBLISH, &publish, denied, why);
    }
    assert_int_equal(((Okr__PlanVersion *)must(server, "pm", RPC_PLAN_PUBLISH, &publish))->number,
                     1);
}

// Broken when an agent cannot publish what was delegated, or its version does not say who did it.
static void r29_an_agent_publishes_for_its_program_manager(void **state)
{
    (void)state;
    delegate("pm", "robot", "robot-plan", "robot-plan.2", 0);
    Okr__PublishRequest publish =
        plan_publication(plan_upload(server, "robot", "robot-plan", rows, 1));
    const Okr__PlanVersion *version = must(server, "robot", RPC_PLAN_PUBLISH, &publish);
    assert_string_equal(version->published_by, "pm");
    assert_string_equal(version->agent, "robot");
    publish = plan_publication(plan_upload(server, "robot", "robot-plan.2", rows, 1));
    must(server, "robot", RPC_PLAN_PUBLISH, &publish);
}

// Broken when an agent reaches a plan that was not delegated to it: by name, or through an upload
// that its program manager or another agent of the same began.
static void r29_an_agent_keeps_to_its_plans(void **state)
{
    (void)state;
    delegate("pm", "narrow", "narrow", NULL, 0);
    delegate("pm", "wide", "wide", "narrow", 0);
    Okr__Code denied = OKR__CODE__CODE_PERMISSION_DENIED;
    Okr__Reason why = OKR__REASON__REASON_SOURCE_NOT_DELEGATED;
    may_not_begin("narrow", "wide", denied, why);
    may_not_begin("narrow", "brand-new", denied, why);
    int64_t upload = plan_begin(server, "wide", "wide", 1, 0);
    Okr__PublishRequest publish = plan_publication(upload);
    Okr__AbortPushRequest abort = OKR__ABORT_PUSH_REQUEST__INIT;
    abort.has_upload_id = true;
    abort.upload_id = upload;
    refused(server, "narrow", RPC_PLAN_PUSH_CHUNK, plan_chunk(upload, 1, rows, 1), denied, why);
    refused(server, "narrow", RPC_PLAN_PUBLISH, &publish, denied, why);
    Okr__PreviewPushRequest preview = OKR__PREVIEW_PUSH_REQUEST__INIT;
    preview.has_upload_id = true;
    preview.upload_id = upload;
    refused(server, "wide", RPC_PLAN_ANALYSIS_PREVIEW_PUSH, &preview, denied,
            OKR__REASON__REASON_ROLE_REQUIRED); // it tells what is published
    Okr__ListBaseRowsRequest base = OKR__LIST_BASE_ROWS_REQUEST__INIT;
    base.has_upload_id = base.has_table = true;
    base.upload_id = preview.upload_id;
    base.table = OKR__PLAN_TABLE__PLAN_TABLE_TASKS;
    refused(server, "narrow", RPC_PLAN_LIST_BASE_ROWS, &base, denied, why);
    refused(server, "narrow", RPC_PLAN_ABORT_PUSH, &abort, denied, why);
    must(server, "wide", RPC_PLAN_ABORT_PUSH, &abort);
}

// Broken when an agent's token opens anything but the five calls of a push.
static void r29_an_agent_has_no_other_right(void **state)
{
    (void)state;
    delegate("pm", "only", "only", NULL, 0);
    for (enum rpc_id id = 0; id < RPC_COUNT; id++) {
        const struct rpc_method *method = &rpc_methods[id];
        if (method->anonymous || (method->allow & ROLE_BIT(OKR__ROLE__ROLE_AGENT)))
            continue;
        ProtobufCMessage *empty = protobuf_c_message_unpack(method->request, NULL, 0, NULL);
        struct rpc_result result;
        Okr__Code code = okrd_call(server, "only", id, empty, &result);
        if (code != OKR__CODE__CODE_PERMISSION_DENIED)
            fail_msg("%s: an agent got code %d", method->name, (int)code);
        rpc_result_clear(&result);
        protobuf_c_message_free_unpacked(empty, NULL);
    }
    enum rpc_id push[] = {RPC_PLAN_BEGIN_PUSH, RPC_PLAN_PUSH_CHUNK, RPC_PLAN_PUBLISH,
                          RPC_PLAN_ABORT_PUSH, RPC_PLAN_LIST_BASE_ROWS};
    size_t allowed = 0;
    for (enum rpc_id id = 0; id < RPC_COUNT; id++)
        allowed += (rpc_methods[id].allow & ROLE_BIT(OKR__ROLE__ROLE_AGENT)) != 0;
    assert_int_equal(allowed, sizeof push / sizeof *push);
}

// Broken when an agent goes on after it was revoked, also in the middle of an upload.
static void r29_a_revoked_agent_stops_at_once(void **state)
{
    (void)state;
    const Okr__Agent *agent = delegate("pm", "fired", "fired", NULL, 0);
    int64_t upload = plan_upload(server, "fired", "fired", rows, 1);
    Okr__RevokeAgentRequest revoke = OKR__REVOKE_AGENT_REQUEST__INIT;
    revoke.has_id = true;
    revoke.id = agent->id;
    const Okr__Agent *after = must(server, "admin", RPC_PLAN_REVOKE_AGENT, &revoke);
    assert_non_null(after->revoked_at);
    Okr__PublishRequest publish = plan_publication(upload);
    struct rpc_result result;
    assert_int_equal(okrd_call(server, "fired", RPC_PLAN_PUBLISH, &publish, &result),
                     OKR__CODE__CODE_UNAUTHENTICATED);
    rpc_result_clear(&result);
    refused(server, "pm", RPC_PLAN_REVOKE_AGENT, &revoke, OKR__CODE__CODE_FAILED_PRECONDITION,
            OKR__REASON__REASON_WRONG_STATE);
    revoke.id = 4711;
    refused(server, "pm", RPC_PLAN_REVOKE_AGENT, &revoke, OKR__CODE__CODE_NOT_FOUND,
            OKR__REASON__REASON_NOT_FOUND);
}

// Broken when an agent outlives the role of the program manager who is accountable for it.
static void r29_a_delegation_ends_with_the_delegators_role(void **state)
{
    (void)state;
    delegate("pm2", "orphan", "orphan", NULL, 0);
    plan_begin(server, "orphan", "orphan", 1, 0);
    Okr__RevokeRoleRequest revoke = OKR__REVOKE_ROLE_REQUEST__INIT;
    revoke.handle = (char *)(uintptr_t) "pm2";
    revoke.role = (char *)(uintptr_t) "program-manager";
    must(server, "admin", RPC_MEMBER_REVOKE_ROLE, &revoke);
    struct rpc_result result;
    Okr__Code code =
        okrd_call(server, "orphan", RPC_PLAN_BEGIN_PUSH, plan_announce("orphan", 1, 0), &result);
    assert_true(code == OKR__CODE__CODE_UNAUTHENTICATED ||
                code == OKR__CODE__CODE_PERMISSION_DENIED);
    assert_int_equal(result.status->reason, OKR__REASON__REASON_DELEGATION_ENDED);
    rpc_result_clear(&result);
}

// Broken when a delegation is good for ever, or the list does not show it as it is.
static void r29_a_delegation_expires(void **state)
{
    (void)state;
    const Okr__Agent *agent = delegate("pm", "short", "short", NULL, 3);
    assert_int_equal(strncmp(agent->expires_at, "2021-02-11T01:", 14), 0);
    assert_int_equal(strncmp(delegate("pm", "year", "year", NULL, 0)->expires_at, "2022-02-08", 10),
                     0);
    Okr__ListAgentsRequest list = OKR__LIST_AGENTS_REQUEST__INIT;
    const Okr__AgentList *agents = must(server, "admin", RPC_PLAN_LIST_AGENTS, &list);
    const Okr__Agent *last = agents->agents[agents->n_agents - 2];
    assert_string_equal(last->label, "short");
    assert_string_equal(last->sources[0], "short");
    assert_string_equal(last->delegated_by, "pm");
    assert_null(last->revoked_at);

    okrd_restart_at(server, "2021-02-11T10:30:00+09:00");
    struct rpc_result result;
    assert_int_equal(
        okrd_call(server, "short", RPC_PLAN_BEGIN_PUSH, plan_announce("short", 1, 0), &result),
        OKR__CODE__CODE_UNAUTHENTICATED);
    rpc_result_clear(&result);
    plan_begin(server, "year", "year", 1, 0);
}

static void may_not_delegate(Okr__DelegateAgentRequest request, const char *field,
                             Okr__Reason reason)
{
    const Okr__Status *status = refused(server, "pm", RPC_PLAN_DELEGATE_AGENT, &request,
                                        OKR__CODE__CODE_INVALID_ARGUMENT, reason);
    assert_string_equal(first_field(status), field);
}

// Broken when a delegation is taken that names no plan, no time, or no token of its own.
static void r29_a_delegation_is_well_formed(void **state)
{
    (void)state;
    uint8_t hash[32];
    char *sources[] = {(char *)(uintptr_t) "a", (char *)(uintptr_t) "a"};
    Okr__DelegateAgentRequest good = OKR__DELEGATE_AGENT_REQUEST__INIT;
    good.label = (char *)(uintptr_t) "agent";
    good.n_sources = 1;
    good.sources = sources;
    good.has_token_hash = true;
    good.token_hash = okrd_hash("well-formed", hash);
    Okr__DelegateAgentRequest bad = good;
    bad.n_sources = 0;
    may_not_delegate(bad, "sources", OKR__REASON__REASON_REQUIRED);
    bad.n_sources = 2;
    may_not_delegate(bad, "sources[1]", OKR__REASON__REASON_DUPLICATE);
    bad = good;
    bad.token_hash.len = 31;
    may_not_delegate(bad, "token_hash", OKR__REASON__REASON_BAD_VALUE);
    bad = good;
    bad.has_valid_days = true;
    bad.valid_days = 3651;
    may_not_delegate(bad, "valid_days", OKR__REASON__REASON_BAD_VALUE);
    bad.valid_days = 0;
    may_not_delegate(bad, "valid_days", OKR__REASON__REASON_BAD_VALUE);
    sources[0] = (char *)(uintptr_t) "../etc";
    may_not_delegate(good, "sources[0]", OKR__REASON__REASON_BAD_VALUE);
    sources[0] = (char *)(uintptr_t) "a";
    must(server, "pm", RPC_PLAN_DELEGATE_AGENT, &good);
    may_not_delegate(good, "token_hash", OKR__REASON__REASON_DUPLICATE);
    good.token_hash = okrd_hash(okrd_token(server, "eve"), hash);
    may_not_delegate(good, "token_hash", OKR__REASON__REASON_DUPLICATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(r29_only_a_program_manager_publishes, clear),
        cmocka_unit_test_teardown(r29_an_agent_publishes_for_its_program_manager, clear),
        cmocka_unit_test_teardown(r29_an_agent_keeps_to_its_plans, clear),
        cmocka_unit_test_teardown(r29_an_agent_has_no_other_right, clear),
        cmocka_unit_test_teardown(r29_a_revoked_agent_stops_at_once, clear),
        cmocka_unit_test_teardown(r29_a_delegation_ends_with_the_delegators_role, clear),
        cmocka_unit_test_teardown(r29_a_delegation_is_well_formed, clear),
        cmocka_unit_test_teardown(r29_a_delegation_expires, clear),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
