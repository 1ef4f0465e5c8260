// Every method for every kind of caller. Who may what is written here by hand, from the table
// "Roles and rights" of the operating model, and not taken from the contract's policy: the two have
// to agree. Requests are empty, so whoever has the right is told something else than that it is
// missing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/support/okrd.h"

// One letter a role.
static const struct {
    char letter;
    const char *role;
} roles[] = {
    {'P', "pdm"}, {'G', "planning"},         {'D', "dev-lead"},    {'M', "program-manager"},
    {'L', "pl"},  {'E', "engineer"},         {'I', "intern"},      {'A', "architect"},
    {'B', "dba"}, {'S', "service-engineer"}, {'Q', "bi-engineer"}, {'X', "admin"},
};
enum { N_ROLES = sizeof roles / sizeof *roles };

#define ANYBODY "anybody" // without a token too
#define LOCAL "local"     // the service's own user or root, on the machine
#define MEMBERS "members" // every active member, whatever the role
#define AGENT "a"         // a delegated agent, as a letter among the roles

// The rows of the operating model's table, one method each.
static const struct {
    const char *method;
    const char *who;
} rights[] = {
    {"ServerService/GetServerInfo", ANYBODY},
    {"ServerService/ClaimFirstAdmin", LOCAL},
    {"ServerService/Login", ANYBODY},
    {"ServerService/LoginByAddress", LOCAL}, // for okr-web behind an auth proxy
    {"ServerService/Logout", MEMBERS},
    {"ServerService/WhoAmI", MEMBERS},
    // members, roles, tokens, settings: the admin
    {"MemberService/AddMember", "X"},
    {"MemberService/UpdateMember", "X"},
    {"MemberService/ListMembers", "X"},
    {"MemberService/ListHandles", "DMX"}, // whom they can name as lead or member of a project
    {"MemberService/GrantRole", "X"},
    {"MemberService/RevokeRole", "X"},
    {"MemberService/AddRole", "X"},
    {"MemberService/RetireRole", "X"},
    {"MemberService/ListRoles", "X"},
    {"MemberService/IssueLoginCode", "X"},
    {"MemberService/IssueRecoveryCode", LOCAL},
    {"MemberService/ListTokens", "X"},
    {"MemberService/RevokeToken", "X"},
    {"MemberService/GetSettings", "X"},
    {"MemberService/UpdateSettings", "X"},
    // objective, KR text and target: the PdM writes
    {"QuarterService/CreateQuarter", "P"},
    {"QuarterService/OpenQuarter", "P"},
    {"QuarterService/CloseQuarter", "P"},
    {"QuarterService/GetQuarter", MEMBERS},
    {"QuarterService/ListQuarters", MEMBERS},
    {"QuarterService/AddObjective", "P"},
    {"QuarterService/UpdateObjective", "P"},
    {"QuarterService/DropObjective", "P"},
    {"QuarterService/AddKeyResult", "P"},
    {"QuarterService/UpdateKeyResult", "P"},
    {"QuarterService/DropKeyResult", "P"},
    {"QuarterService/GetKeyResult", MEMBERS},
    {"QuarterService/ListOkr", MEMBERS},
    // KR measurement: the BI engineer only (R42)
    {"QuarterService/RecordMeasurement", "Q"},
    {"QuarterService/CorrectMeasurement", "Q"},
    {"QuarterService/ListMeasurements", MEMBERS},
    // sufficiency declaration: the dev lead
    {"QuarterService/DeclareSufficiency", "D"},
    {"QuarterService/ListSufficiency", MEMBERS},
    // linked project: the dev lead decides; program manager and service engineer discuss
    {"ProjectService/ProposeLinked", "DMS"},
    {"ProjectService/CommentOnLinked", "DMS"},
    // side project: the dev lead decides; program manager, architect, DBA discuss; PL, engineer and
    // intern request, and comment on what they requested
    {"ProjectService/ProposeSide", "DMLEIAB"},
    {"ProjectService/CommentOnSide", "DMLEIAB"},
    {"ProjectService/Decide", "D"},
    {"ProjectService/Rescope", "D"},
    {"ProjectService/Rank", "D"},
    // project lead and members of a project
    {"ProjectService/SetTeam", "DM"},
    {"ProjectService/GetProject", MEMBERS},
    {"ProjectService/GetProjectDetail", MEMBERS},
    {"ProjectService/ListProjects", MEMBERS},
    // plan version: the program manager, or an agent to which one delegated it (R29)
    {"PlanService/BeginPush", "M" AGENT},
    {"PlanService/PushChunk", "M" AGENT},
    {"PlanService/ListBaseRows", "M" AGENT},
    {"PlanService/Publish", "M" AGENT},
    {"PlanService/AbortPush", "M" AGENT},
    {"PlanAnalysisService/PreviewPush", "M"},
    {"PlanService/DelegateAgent", "M"},
    {"PlanService/RevokeAgent", "MX"}, // an agent's token is a token
    {"PlanService/ListAgents", "MX"},
    // plan task ↔ project binding
    {"PlanService/BindTask", "M"},
    {"PlanService/UnbindTask", "M"},
    {"PlanService/MapPerson", "M"},
    {"PlanService/ListBindings", MEMBERS},
    // who a task is: as its binding
    {"PlanService/ResolvePlanQuestion", "M"},
    {"PlanService/ListPlanQuestions", MEMBERS},
    {"PlanService/ListPeople", MEMBERS},
    {"PlanService/GetVersion", MEMBERS},
    {"PlanService/ListVersions", MEMBERS},
    {"PlanService/ListPlanTasks", MEMBERS},
    {"PlanService/ListPlanResources", MEMBERS},
    {"PlanService/ListPlanLosses", MEMBERS},
    {"PlanService/ListPlanAssignments", MEMBERS},
    {"PlanService/ListPlanCalendars", MEMBERS},
    // what people say about plan versions: the program manager, who answers for them
    {"PlanAnalysisService/ExplainChange", "M"},
    {"PlanAnalysisService/UseBaseline", "M"},
    {"PlanAnalysisService/DiffVersions", MEMBERS},
    {"PlanAnalysisService/GetEarnedValue", MEMBERS},
    {"PlanAnalysisService/GetEarnedValueHistory", MEMBERS},
    {"PlanAnalysisService/GetLoad", MEMBERS},
    // weekly goals and results: the PL of the project; entries: its engineers and interns too
    {"WeekService/GetWeek", MEMBERS},
    {"WeekService/ListWeeks", MEMBERS},
    {"WeekService/AddGoal", "L"},
    {"WeekService/EditGoal", "L"},
    {"WeekService/DropGoal", "L"},
    {"WeekService/SetResult", "L"},
    {"WeekService/CloseWeek", "L"},
    {"WeekService/CheckClosing", "L"},
    {"WeekService/WriteEntry", "LEI"},
    {"WeekService/EditEntry", "LEI"},
    // roadmap: the PdM and planning write; the dev lead and the program manager discuss
    {"RoadmapService/AddItem", "PG"},
    {"RoadmapService/UpdateItem", "PG"},
    {"RoadmapService/DropItem", "PG"},
    {"RoadmapService/LinkItem", "PG"},
    {"RoadmapService/CommentItem", "PGDM"},
    {"RoadmapService/GetItem", MEMBERS},
    {"RoadmapService/ListRoadmap", MEMBERS},
    // seeing through (R4, R6, R8)
    {"InsightService/Trace", MEMBERS},
    {"InsightService/GetCoverage", MEMBERS},
    {"InsightService/GetAdherence", MEMBERS},
    // the trial of weekly goals: the dev lead turns them on and off for a project (R41)
    {"InsightService/GetTrial", MEMBERS},
    {"InsightService/SetGoalsPractice", "D"},
    {"InsightService/GetTodo", MEMBERS},
    {"InsightService/GetThing", MEMBERS},
    // monthly evaluation: program manager and BI engineer write, the dev lead signs (R49); the
    // others but engineers, interns and the admin discuss
    {"EvaluationService/GetEvaluation", MEMBERS},
    {"EvaluationService/PrepareEvaluation", "MQ"},
    {"EvaluationService/OverrideVerdict", "DMQ"},
    {"EvaluationService/AddFactor", "MQ"},
    {"EvaluationService/AddAction", "DMQ"},
    {"EvaluationService/CloseAction", "DMQ"},
    {"EvaluationService/CommentEvaluation", "PGDMLABSQ"},
    {"EvaluationService/SignEvaluation", "D"},
    {"EvaluationService/VerifyEvaluation", MEMBERS},
    // side review: the dev lead decides; program manager, architect, DBA, service engineer discuss
    {"ReviewService/GetSideReview", MEMBERS},
    {"ReviewService/DecideSide", "D"},
    {"ReviewService/CommentSideReview", "DMABS"},
    {"ReviewService/GetQuarterResult", MEMBERS},
    {"ReviewService/CarryOver", "D"},
    // reading the whole OKR (R4), one's own work (R5), the audit log
    // Monday review: the program manager decides, the project leads discuss
    {"MondayService/GetDocket", MEMBERS},
    {"MondayService/DecideLine", "M"},
    {"MondayService/CloseFollowUp", "M"},
    {"MondayService/CommentDocket", "ML"},
    {"MondayService/ListHolidays", MEMBERS},
    {"MondayService/ReplaceHolidays", "X"},
    {"BoardService/GetBoard", MEMBERS},
    {"BoardService/GetMyWork", MEMBERS},
    {"AuditService/ListAudit", MEMBERS},
    {"AuditService/ListChanges", MEMBERS},
    {"AuditService/VerifyAudit", MEMBERS},
    {"WatchService/Watch", MEMBERS},
    {"WatchService/WaitForChange", ANYBODY},
};
enum { N_RIGHTS = sizeof rights / sizeof *rights };

static struct okrd *okrd;

// ---- the callers ------------------------------------------------------------------------------

static void set_token_days(int32_t days)
{
    Okr__GetSettingsRequest get = OKR__GET_SETTINGS_REQUEST__INIT;
    Okr__Settings *now = okrd_must(okrd, "admin", RPC_MEMBER_GET_SETTINGS, &get);
    Okr__Settings change = OKR__SETTINGS__INIT;
    Okr__UpdateSettingsRequest request = OKR__UPDATE_SETTINGS_REQUEST__INIT;
    request.settings = &change;
    change.has_version = change.has_token_days = 1;
    change.version = now->version;
    change.token_days = days;
    okr__settings__free_unpacked(now, NULL);
    now = okrd_must(okrd, "admin", RPC_MEMBER_UPDATE_SETTINGS, &request);
    okr__settings__free_unpacked(now, NULL);
}

// One more login of a member, to be used under another name.
static void add_login_as(const char *name, const char *handle)
{
    char *token = okrd_login(okrd, handle);
    okrd_remember(okrd, name, token);
    free(token);
}

static void add_expired(void)
{
    set_token_days(1);
    add_login_as("(expired)", "by-pdm");
    set_token_days(90);
}

static void add_revoked(void)
{
    add_login_as("(revoked)", "by-pdm");
    Okr__GetSessionRequest who = OKR__GET_SESSION_REQUEST__INIT;
    Okr__Session *session = okrd_must(okrd, "(revoked)", RPC_SERVER_WHO_AM_I, &who);
    Okr__RevokeTokenRequest request = OKR__REVOKE_TOKEN_REQUEST__INIT;
    request.has_id = 1;
    request.id = session->token_id;
    okr__session__free_unpacked(session, NULL);
    okr__token__free_unpacked(okrd_must(okrd, "admin", RPC_MEMBER_REVOKE_TOKEN, &request), NULL);
}

static void add_agent(void)
{
    char token[44], source[] = "main", label[] = "sync";
    char *sources[] = {source};
    uint8_t hash[32];
    okrd_make_token(token);
    Okr__DelegateAgentRequest request = OKR__DELEGATE_AGENT_REQUEST__INIT;
    request.label = label;
    request.n_sources = 1;
    request.sources = sources;
    request.has_token_hash = 1;
    request.token_hash = okrd_hash(token, hash);
    okr__agent__free_unpacked(
        okrd_must(okrd, "by-program-manager", RPC_PLAN_DELEGATE_AGENT, &request), NULL);
    okrd_remember(okrd, "(agent)", token);
}

static int start(void **state)
{
    (void)state;
    okrd = okrd_start("2021-02-08T10:00:00+09:00");
    for (int i = 0; i < N_ROLES; i++) {
        char handle[64];
        snprintf(handle, sizeof handle, "by-%s", roles[i].role);
        okrd_member(okrd, handle, roles[i].role, NULL);
    }
    okrd_member(okrd, "by-none", NULL);
    add_expired();
    add_revoked();
    add_agent();
    okrd_remember(okrd, "(unknown)", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    okrd_restart_at(okrd, "2021-02-10T10:00:00+09:00");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    okrd = okrd_stop(okrd);
    return 0;
}

// ---- asking -----------------------------------------------------------------------------------

static enum rpc_id method_named(const char *name)
{
    for (int id = 0; id < RPC_COUNT; id++)
        if (strcmp(rpc_methods[id].name + strlen("okr.v1."), name) == 0)
            return (enum rpc_id)id;
    fail_msg("%s is not in the contract any more", name);
    return RPC_COUNT;
}

struct verdict {
    Okr__Code code;
    Okr__Reason reason;
};

static struct verdict ask_with(struct rpc_client *client, enum rpc_id id)
{
    struct rpc_result result;
    const ProtobufCMessageDescriptor *type = rpc_methods[id].request;
    ProtobufCMessage *empty = protobuf_c_message_unpack(type, NULL, 0, NULL);
    if (id == RPC_WATCH_WATCH) // an empty one waits for news
        ((Okr__WatchRequest *)empty)->has_after_revision = 1;
    if (id == RPC_WATCH_WAIT_FOR_CHANGE)
        ((Okr__WaitForChangeRequest *)empty)->has_after_revision = 1;
    rpc_call(client, id, empty, &result);
    struct verdict verdict = {result.status->code, result.status->reason};
    rpc_result_clear(&result);
    protobuf_c_message_free_unpacked(empty, NULL);
    return verdict;
}

// Logging out really does: a login of its own is spent on it.
static struct verdict ask(const char *caller, enum rpc_id id)
{
    bool leaves = id == RPC_SERVER_LOGOUT && caller && caller[0] != '(';
    if (leaves)
        add_login_as("(leaving)", caller);
    return ask_with(okrd_client(okrd, leaves ? "(leaving)" : caller), id);
}

static bool lacks_right(struct verdict v)
{
    return v.code == OKR__CODE__CODE_PERMISSION_DENIED &&
           v.reason == OKR__REASON__REASON_ROLE_REQUIRED;
}

// What stands behind the gate says INVALID_ARGUMENT, NOT_FOUND or OK, but not these. (Logging in
// with nothing is refused for what the request says, before any code is looked at.)
static bool is_let_in(struct verdict v)
{
    return !lacks_right(v) && v.code != OKR__CODE__CODE_UNAUTHENTICATED &&
           v.code != OKR__CODE__CODE_UNIMPLEMENTED && v.code != OKR__CODE__CODE_INTERNAL &&
           v.code != OKR__CODE__CODE_UNAVAILABLE;
}

static int wrong(const char *method, const char *caller, const char *should, struct verdict v)
{
    print_error("%s as %s: should be %s, and was answered with code %d, reason %d\n", method,
                caller ? caller : "anonymous", should, (int)v.code, (int)v.reason);
    return 1;
}

static int check_member(int row, const char *caller, char letter)
{
    const char *who = rights[row].who;
    bool open = !strcmp(who, ANYBODY) || !strcmp(who, LOCAL);
    bool may = open || (!strcmp(who, MEMBERS) ? letter != 'a' : strchr(who, letter) != NULL);
    struct verdict v = ask(caller, method_named(rights[row].method));
    if (may && !is_let_in(v))
        return wrong(rights[row].method, caller, "let in", v);
    if (!may && !lacks_right(v))
        return wrong(rights[row].method, caller, "without the right", v);
    return 0;
}

static int check_stranger(int row, const char *caller, Okr__Reason reason)
{
    const char *who = rights[row].who;
    bool open = !strcmp(who, ANYBODY) || !strcmp(who, LOCAL);
    struct verdict v = ask(caller, method_named(rights[row].method));
    if (open)
        return is_let_in(v) ? 0 : wrong(rights[row].method, caller, "let in", v);
    bool refused = v.code == OKR__CODE__CODE_UNAUTHENTICATED && v.reason == reason;
    return refused ? 0 : wrong(rights[row].method, caller, "refused as unknown", v);
}

// ---- tests ------------------------------------------------------------------------------------

// A method that nobody thought about here would be untested.
static void test_every_method_has_a_row(void **state)
{
    (void)state;
    assert_int_equal(N_RIGHTS, RPC_COUNT);
    bool seen[RPC_COUNT] = {false};
    for (int row = 0; row < N_RIGHTS; row++)
        seen[method_named(rights[row].method)] = true;
    for (int id = 0; id < RPC_COUNT; id++)
        assert_true(seen[id]);
}

static void test_every_role(void **state)
{
    (void)state;
    int bad = 0;
    for (int row = 0; row < N_RIGHTS; row++)
        for (int i = 0; i < N_ROLES; i++) {
            char handle[64];
            snprintf(handle, sizeof handle, "by-%s", roles[i].role);
            bad += check_member(row, handle, roles[i].letter);
        }
    assert_int_equal(bad, 0);
}

// Whatever is not granted is denied: a member without a role reads, and that is all.
static void test_no_role(void **state)
{
    (void)state;
    int bad = 0;
    for (int row = 0; row < N_RIGHTS; row++)
        bad += check_member(row, "by-none", '-');
    assert_int_equal(bad, 0);
}

// R29: an agent has no other right, not even a member's.
static void test_agent(void **state)
{
    (void)state;
    int bad = 0;
    for (int row = 0; row < N_RIGHTS; row++)
        bad += check_member(row, "(agent)", 'a');
    assert_int_equal(bad, 0);
}

static void test_strangers(void **state)
{
    (void)state;
    int bad = 0;
    for (int row = 0; row < N_RIGHTS; row++) {
        bad += check_stranger(row, NULL, OKR__REASON__REASON_NOT_LOGGED_IN);
        bad += check_stranger(row, "(unknown)", OKR__REASON__REASON_TOKEN_UNKNOWN);
        bad += check_stranger(row, "(revoked)", OKR__REASON__REASON_TOKEN_UNKNOWN);
        bad += check_stranger(row, "(expired)", OKR__REASON__REASON_TOKEN_EXPIRED);
    }
    assert_int_equal(bad, 0);
}

// What is for the machine's own users is closed to the network, whoever asks.
static void test_local_only(void **state)
{
    (void)state;
    const char *tokens[] = {NULL, okrd_token(okrd, "admin")};
    for (int i = 0; i < 2; i++) {
        const struct rpc_options options = {.address = okrd_tcp_address(okrd), .token = tokens[i]};
        const char *error;
        struct rpc_client *client = rpc_client_new(&options, &error);
        assert_non_null(client);
        for (int row = 0; row < N_RIGHTS; row++) {
            if (strcmp(rights[row].who, LOCAL) != 0)
                continue;
            struct verdict v = ask_with(client, method_named(rights[row].method));
            assert_int_equal(v.code, OKR__CODE__CODE_PERMISSION_DENIED);
            assert_int_equal(v.reason, OKR__REASON__REASON_LOCAL_ONLY);
        }
        rpc_client_free(client);
    }
}

// Any change of rights shows in a diff of the golden file. To accept one: copy the built file over
// it.
static void test_policy_is_the_golden_one(void **state)
{
    (void)state;
    FILE *golden = fopen(SOURCE_DIR "/tests/e2e/policy.golden", "r");
    FILE *built = fopen(BUILD_DIR "/proto/okr/policy.txt", "r");
    assert_non_null(golden);
    assert_non_null(built);
    char want[512], got[512];
    while (fgets(want, sizeof want, golden)) {
        assert_non_null(fgets(got, sizeof got, built));
        assert_string_equal(got, want);
    }
    assert_null(fgets(got, sizeof got, built));
    fclose(golden);
    fclose(built);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_method_has_a_row),
        cmocka_unit_test(test_every_role),
        cmocka_unit_test(test_no_role),
        cmocka_unit_test(test_agent),
        cmocka_unit_test(test_strangers),
        cmocka_unit_test(test_local_only),
        cmocka_unit_test(test_policy_is_the_golden_one),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
