// The small world of the fault tests, made by calls.
#include <setjmp.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fault/fault.h"

Okr__Code call_once(const char *address, const char *token, int ms, enum rpc_id id,
                    const void *request, struct rpc_result *ret)
{
    const char *error = NULL;
    struct rpc_options options = {.address = address, .token = token, .deadline_ms = (uint32_t)ms};
    struct rpc_client *client = rpc_client_new(&options, &error);
    if (!client)
        fail_msg("%s", error);
    rpc_call(client, id, request, ret);
    rpc_client_free(client);
    return ret->status->code;
}

Okr__Code call_code(const char *address, const char *token, int ms, enum rpc_id id,
                    const void *request)
{
    struct rpc_result result;
    Okr__Code code = call_once(address, token, ms, id, request, &result);
    rpc_result_clear(&result);
    return code;
}

// A step that has to work.
static ProtobufCMessage *need(const struct daemon *d, const char *token, enum rpc_id id,
                              const void *request)
{
    struct rpc_result result;
    if (call_once(d->ipc, token, 20000, id, request, &result) != OKR__CODE__CODE_OK) {
        daemon_log_show(d);
        fail_msg("%s: %s", rpc_methods[id].name, result.status->message);
    }
    ProtobufCMessage *reply = result.reply;
    result.reply = NULL;
    rpc_result_clear(&result);
    return reply;
}

static void need_done(const struct daemon *d, const char *token, enum rpc_id id,
                      const void *request)
{
    protobuf_c_message_free_unpacked(need(d, token, id, request), NULL);
}

static ProtobufCBinaryData new_token(char text[64])
{
    static uint8_t hash[32];
    uint8_t bytes[24];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(text, 64, bytes, sizeof bytes);
    crypto_hash_sha256(hash, (const uint8_t *)text, strlen(text));
    return (ProtobufCBinaryData){32, hash};
}

static void claim_admin(const struct daemon *d, struct world *w)
{
    char path[160], code[64] = "", handle[] = "root", name[] = "Root";
    snprintf(path, sizeof path, "%s/first-admin-code", d->dir);
    FILE *file = fopen(path, "re");
    if (!file || !fgets(code, sizeof code, file))
        fail_msg("%s cannot be read", path);
    fclose(file);
    code[strcspn(code, "\n")] = '\0';
    Okr__ClaimFirstAdminRequest claim = OKR__CLAIM_FIRST_ADMIN_REQUEST__INIT;
    claim.code = code;
    claim.handle = handle;
    claim.name = name;
    claim.token_hash = new_token(w->admin);
    claim.has_token_hash = true;
    need_done(d, NULL, RPC_SERVER_CLAIM_FIRST_ADMIN, &claim);
}

// A member with a login, and the roles named up to NULL.
static void add_member(const struct daemon *d, struct world *w, char *handle,
                       const char *const *roles, char token[64])
{
    char *code = handle; // of all of them, no two the same
    uint8_t hash[32];
    Okr__AddMemberRequest add = OKR__ADD_MEMBER_REQUEST__INIT;
    add.handle = add.name = handle;
    need_done(d, w->admin, RPC_MEMBER_ADD_MEMBER, &add);
    for (; *roles; roles++) {
        Okr__GrantRoleRequest grant = OKR__GRANT_ROLE_REQUEST__INIT;
        grant.handle = handle;
        grant.role = (char *)(uintptr_t)*roles;
        need_done(d, w->admin, RPC_MEMBER_GRANT_ROLE, &grant);
    }
    crypto_hash_sha256(hash, (const uint8_t *)code, strlen(code));
    Okr__IssueLoginCodeRequest issue = OKR__ISSUE_LOGIN_CODE_REQUEST__INIT;
    issue.handle = handle;
    issue.code_hash = (ProtobufCBinaryData){sizeof hash, hash};
    issue.has_code_hash = true;
    need_done(d, w->admin, RPC_MEMBER_ISSUE_LOGIN_CODE, &issue);
    Okr__LoginRequest login = OKR__LOGIN_REQUEST__INIT;
    login.handle = handle;
    login.code = code;
    login.token_hash = new_token(token);
    login.has_token_hash = true;
    need_done(d, NULL, RPC_SERVER_LOGIN, &login);
}

static void add_ada(const struct daemon *d, struct world *w)
{
    static const char *const roles[] = {"pdm", "dev-lead",    "program-manager",
                                        "pl",  "bi-engineer", NULL};
    char ada[] = "ada";
    add_member(d, w, ada, roles, w->token);
}

static void make_quarter(const struct daemon *d, struct world *w)
{
    char text[] = "text";
    Okr__GetServerInfoRequest ask = OKR__GET_SERVER_INFO_REQUEST__INIT;
    Okr__ServerInfo *info = (Okr__ServerInfo *)need(d, NULL, RPC_SERVER_GET_SERVER_INFO, &ask);
    Okr__CreateQuarterRequest create = OKR__CREATE_QUARTER_REQUEST__INIT;
    create.name = info->quarter;
    snprintf(w->quarter, sizeof w->quarter, "%s", info->quarter);
    need_done(d, w->token, RPC_QUARTER_CREATE_QUARTER, &create);
    Okr__AddObjectiveRequest objective = OKR__ADD_OBJECTIVE_REQUEST__INIT;
    objective.quarter = info->quarter;
    objective.product = objective.text = text;
    Okr__Objective *o = (Okr__Objective *)need(d, w->token, RPC_QUARTER_ADD_OBJECTIVE, &objective);
    w->objective_id = o->id;
    okr__objective__free_unpacked(o, NULL);
    Okr__KeyResult kr = OKR__KEY_RESULT__INIT;
    kr.has_objective_id = kr.has_kind = kr.has_start = kr.has_target = true;
    kr.objective_id = w->objective_id;
    kr.kind = OKR__KR_KIND__KR_KIND_INCREASE_TO;
    kr.target = 100;
    kr.text = kr.unit = text;
    Okr__AddKeyResultRequest add = OKR__ADD_KEY_RESULT_REQUEST__INIT;
    add.kr = &kr;
    Okr__KeyResult *k = (Okr__KeyResult *)need(d, w->token, RPC_QUARTER_ADD_KEY_RESULT, &add);
    w->kr_id = k->id;
    okr__key_result__free_unpacked(k, NULL);
    Okr__SetQuarterStateRequest open = OKR__SET_QUARTER_STATE_REQUEST__INIT;
    open.name = info->quarter;
    open.has_version = true;
    open.version = 1;
    need_done(d, w->token, RPC_QUARTER_OPEN_QUARTER, &open);
    okr__server_info__free_unpacked(info, NULL);
}

// A side project, accepted; its version.
static int64_t add_project(const struct daemon *d, const struct world *w, int64_t *ret_id)
{
    char text[] = "text", quarter[8];
    memcpy(quarter, w->quarter, sizeof quarter);
    Okr__ProposeRequest propose = OKR__PROPOSE_REQUEST__INIT;
    propose.quarter = quarter;
    propose.name = propose.requester = propose.reason = text;
    Okr__Project *p = (Okr__Project *)need(d, w->token, RPC_PROJECT_PROPOSE_SIDE, &propose);
    Okr__DecideRequest decide = OKR__DECIDE_REQUEST__INIT;
    decide.has_project_id = decide.has_version = decide.has_decision = true;
    decide.project_id = *ret_id = p->id;
    decide.version = p->version;
    decide.decision = OKR__DECISION__DECISION_ACCEPT;
    decide.reason = text;
    okr__project__free_unpacked(p, NULL);
    p = (Okr__Project *)need(d, w->token, RPC_PROJECT_DECIDE, &decide);
    int64_t version = p->version;
    okr__project__free_unpacked(p, NULL);
    return version;
}

static void make_project(const struct daemon *d, struct world *w)
{
    char ada[] = "ada";
    Okr__SetTeamRequest team = OKR__SET_TEAM_REQUEST__INIT;
    team.has_project_id = team.has_version = true;
    team.version = add_project(d, w, &w->project_id);
    team.project_id = w->project_id;
    team.lead = ada;
    need_done(d, w->token, RPC_PROJECT_SET_TEAM, &team);
}

void world_add_guest(const struct daemon *d, struct world *w)
{
    static const char *const roles[] = {NULL};
    char guest[] = "guest";
    add_member(d, w, guest, roles, w->guest);
    add_project(d, w, &w->guest_project_id);
}

void world_make(const struct daemon *d, struct world *ret)
{
    *ret = (struct world){0};
    claim_admin(d, ret);
    add_ada(d, ret);
    make_quarter(d, ret);
    make_project(d, ret);
}
