// What tests of the OKR and its projects begin with. It calls okrd like anyone else.
#include "tests/support/okr_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

struct okrd *okr_server;

int okr_start(void **state)
{
    (void)state;
    okr_server = okrd_start("2021-02-08T10:00:00+09:00");
    okrd_member(okr_server, "pdm", "pdm", NULL);
    okrd_member(okr_server, "lead", "dev-lead", NULL);
    okrd_member(okr_server, "pm", "program-manager", NULL);
    okrd_member(okr_server, "bi", "bi-engineer", NULL);
    okrd_member(okr_server, "eng", "engineer", NULL);
    return 0;
}

int okr_stop(void **state)
{
    (void)state;
    okr_server = okrd_stop(okr_server);
    return 0;
}

// The call fails and names this field for this reason.
void okr_violated(const char *handle, enum rpc_id method, const void *request, Okr__Code code,
                  const char *field, Okr__Reason reason)
{
    struct rpc_result result;
    assert_int_equal(okrd_call(okr_server, handle, method, request, &result), code);
    bool found = false;
    for (size_t i = 0; i < result.status->n_violations; i++)
        found |= strcmp(result.status->violations[i]->field, field) == 0 &&
                 result.status->violations[i]->reason == reason;
    if (!found)
        fail_msg("no violation of %s, but: %s", field, result.status->message);
    rpc_result_clear(&result);
}

// The call fails for this reason, and says `arg`.
void okr_refused_with(const char *handle, enum rpc_id method, const void *request, Okr__Code code,
                      Okr__Reason reason, const char *arg)
{
    struct rpc_result result;
    assert_int_equal(okrd_call(okr_server, handle, method, request, &result), code);
    assert_int_equal(result.status->reason, reason);
    assert_int_equal(result.status->n_args, 1);
    assert_string_equal(result.status->args[0], arg);
    rpc_result_clear(&result);
}

Okr__Quarter *okr_quarter_create(const char *name)
{
    Okr__CreateQuarterRequest request = OKR__CREATE_QUARTER_REQUEST__INIT;
    request.name = (char *)name;
    return okrd_must(okr_server, "pdm", RPC_QUARTER_CREATE_QUARTER, &request);
}

Okr__SetQuarterStateRequest okr_quarter_at(const char *name, int64_t version)
{
    Okr__SetQuarterStateRequest request = OKR__SET_QUARTER_STATE_REQUEST__INIT;
    request.name = (char *)name;
    request.has_version = true;
    request.version = version;
    return request;
}

void okr_quarter_turn(enum rpc_id method, const char *name, int64_t version)
{
    Okr__SetQuarterStateRequest request = okr_quarter_at(name, version);
    Okr__Quarter *quarter = okrd_must(okr_server, "pdm", method, &request);
    assert_int_equal(quarter->version, version + 1);
    FREE(quarter);
}

int64_t okr_objective_add(const char *quarter, const char *text, int32_t rank)
{
    Okr__AddObjectiveRequest request = OKR__ADD_OBJECTIVE_REQUEST__INIT;
    request.quarter = (char *)quarter;
    request.product = "search";
    request.text = (char *)text;
    request.has_rank = rank != 0;
    request.rank = rank;
    Okr__Objective *objective = okrd_must(okr_server, "pdm", RPC_QUARTER_ADD_OBJECTIVE, &request);
    int64_t id = objective->id;
    FREE(objective);
    return id;
}

Okr__KeyResult okr_kr_of(int64_t objective_id, Okr__KrKind kind, double start, double target)
{
    Okr__KeyResult kr = OKR__KEY_RESULT__INIT;
    kr.has_objective_id = kr.has_kind = kr.has_start = kr.has_target = true;
    kr.objective_id = objective_id;
    kr.text = "searches a day";
    kr.unit = "k";
    kr.kind = kind;
    kr.start = start;
    kr.target = target;
    return kr;
}

int64_t okr_kr_add(Okr__KeyResult kr)
{
    Okr__AddKeyResultRequest request = OKR__ADD_KEY_RESULT_REQUEST__INIT;
    request.kr = &kr;
    Okr__KeyResult *added = okrd_must(okr_server, "pdm", RPC_QUARTER_ADD_KEY_RESULT, &request);
    int64_t id = added->id;
    FREE(added);
    return id;
}

// A draft quarter with one objective and one key result, 100 to 200.
int64_t okr_quarter_with_kr(const char *name)
{
    Okr__Quarter *quarter = okr_quarter_create(name);
    FREE(quarter);
    int64_t objective = okr_objective_add(name, "people find what they look for", 0);
    return okr_kr_add(okr_kr_of(objective, OKR__KR_KIND__KR_KIND_INCREASE_TO, 100, 200));
}

Okr__KeyResult *okr_kr_get(int64_t id)
{
    Okr__GetKeyResultRequest request = OKR__GET_KEY_RESULT_REQUEST__INIT;
    request.has_id = true;
    request.id = id;
    return okrd_must(okr_server, "eng", RPC_QUARTER_GET_KEY_RESULT, &request);
}

Okr__Project *okr_propose(const char *quarter, const char *name, int64_t *kr_ids, size_t n)
{
    Okr__ProposeRequest propose = OKR__PROPOSE_REQUEST__INIT;
    propose.quarter = (char *)quarter;
    propose.name = (char *)name;
    propose.kr_ids = kr_ids;
    propose.n_kr_ids = n;
    propose.reason = "it is worth it";
    if (n > 0)
        return okrd_must(okr_server, "lead", RPC_PROJECT_PROPOSE_LINKED, &propose);
    propose.requester = "sales";
    return okrd_must(okr_server, "lead", RPC_PROJECT_PROPOSE_SIDE, &propose);
}

Okr__DecideRequest okr_decision(const Okr__Project *project, Okr__Decision decision,
                                const char *reason)
{
    Okr__DecideRequest decide = OKR__DECIDE_REQUEST__INIT;
    decide.has_project_id = decide.has_version = decide.has_decision = true;
    decide.project_id = project->id;
    decide.version = project->version;
    decide.decision = decision;
    decide.reason = (char *)reason;
    return decide;
}

Okr__Project *okr_decided(Okr__Project *project, Okr__Decision decision, const char *reason)
{
    Okr__DecideRequest decide = okr_decision(project, decision, reason);
    FREE(project);
    return okrd_must(okr_server, "lead", RPC_PROJECT_DECIDE, &decide);
}

Okr__Project *okr_linked_accepted(const char *quarter, int64_t *kr_ids, size_t n)
{
    return okr_decided(okr_propose(quarter, "faster index", kr_ids, n),
                       OKR__DECISION__DECISION_ACCEPT, "it is worth it");
}
