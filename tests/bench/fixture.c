#include "tests/bench/fixture.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "common/rpc_client.h"
#include "okr/all.h"
#include "tests/bench/bench.h"

enum {
    OBJECTIVES = 10,
    KRS_EACH = 4,
    KRS = OBJECTIVES * KRS_EACH,
    TASKS_EACH = 8,
    MEMBERS = 80,
    FIRST_LEAD = 4,
    FIRST_ENGINEER = FIRST_LEAD + FIXTURE_LEADS,
    TEAM = 5
};

// Who does what; the others are leads and engineers.
enum { PDM, DEV_LEAD, PROGRAM_MANAGER, BI_ENGINEER };

struct making {
    const struct subject *subject;
    struct fixture *fixture;
    struct rpc_client *admin, *client[FIRST_ENGINEER];
    int64_t kr[KRS], project[FIXTURE_PROJECTS];
};

// ---- calls ------------------------------------------------------------------------------------

static struct rpc_client *connect_as(const struct subject *subject, const char *token)
{
    const char *error = NULL;
    struct rpc_options options = {.address = subject->address, .token = token};
    struct rpc_client *client = rpc_client_new(&options, &error);
    if (!client)
        die("%s: %s", subject->address, error);
    return client;
}

// The reply, which stays valid until the next call.
static const void *must(struct rpc_client *client, enum rpc_id id, const ProtobufCMessage *request)
{
    static struct rpc_result result;
    rpc_result_clear(&result);
    rpc_call(client, id, request, &result);
    if (result.status->code != OKR__CODE__CODE_OK)
        die("%s: %s", rpc_methods[id].name, result.status->message ? result.status->message : "?");
    return result.reply;
}

#define PUT(message, field, value) ((message).has_##field = 1, (message).field = (value))

static ProtobufCBinaryData hash_of(const char *secret, uint8_t space[crypto_hash_sha256_BYTES])
{
    crypto_hash_sha256(space, (const uint8_t *)secret, strlen(secret));
    return (ProtobufCBinaryData){crypto_hash_sha256_BYTES, space};
}

static void make_token(char ret[TOKEN_SIZE])
{
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(ret, TOKEN_SIZE, bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

// ---- people -----------------------------------------------------------------------------------

static void claim(struct making *m)
{
    char token[TOKEN_SIZE], *code = subject_claim_code(m->subject);
    uint8_t space[crypto_hash_sha256_BYTES];
    make_token(token);
    struct rpc_client *nobody = connect_as(m->subject, NULL);
    Okr__ClaimFirstAdminRequest request = OKR__CLAIM_FIRST_ADMIN_REQUEST__INIT;
    request.code = code;
    request.handle = request.name = (char *)(uintptr_t) "admin";
    PUT(request, token_hash, hash_of(token, space));
    must(nobody, RPC_SERVER_CLAIM_FIRST_ADMIN, &request.base);
    rpc_client_free(nobody);
    m->admin = connect_as(m->subject, token);
    free(code);
}

static const char *role_of(int member)
{
    static const char *const roles[] = {"pdm", "dev-lead", "program-manager", "bi-engineer"};
    if (member < FIRST_LEAD)
        return roles[member];
    return member < FIRST_ENGINEER ? "pl" : "engineer";
}

static char *handle_of(int member)
{
    static char text[4][16]; // as many as one message names beside each other
    static int next;
    char *handle = text[next++ % 4];
    snprintf(handle, sizeof text[0], "member%02d", member);
    return handle;
}

static void add_member(const struct making *m, int i)
{
    Okr__AddMemberRequest member = OKR__ADD_MEMBER_REQUEST__INIT;
    char name[64];
    snprintf(name, sizeof name, "社員 %02d 号", i);
    member.handle = handle_of(i);
    member.name = name;
    must(m->admin, RPC_MEMBER_ADD_MEMBER, &member.base);
    Okr__GrantRoleRequest grant = OKR__GRANT_ROLE_REQUEST__INIT;
    grant.handle = handle_of(i);
    grant.role = (char *)(uintptr_t)role_of(i);
    must(m->admin, RPC_MEMBER_GRANT_ROLE, &grant.base);
}

static void log_in(struct making *m, int i)
{
    char token[TOKEN_SIZE], code[TOKEN_SIZE];
    uint8_t space[crypto_hash_sha256_BYTES];
    make_token(token);
    make_token(code);
    Okr__IssueLoginCodeRequest issue = OKR__ISSUE_LOGIN_CODE_REQUEST__INIT;
    issue.handle = handle_of(i);
    PUT(issue, code_hash, hash_of(code, space));
    must(m->admin, RPC_MEMBER_ISSUE_LOGIN_CODE, &issue.base);
    Okr__LoginRequest login = OKR__LOGIN_REQUEST__INIT;
    login.handle = handle_of(i);
    login.code = code;
    PUT(login, token_hash, hash_of(token, space));
    must(m->admin, RPC_SERVER_LOGIN, &login.base);
    m->client[i] = connect_as(m->subject, token);
    if (i >= FIRST_LEAD)
        memcpy(m->fixture->lead_token[i - FIRST_LEAD], token, TOKEN_SIZE);
}

static void make_people(struct making *m)
{
    claim(m);
    for (int i = 0; i < MEMBERS - 1; i++)
        add_member(m, i);
    for (int i = 0; i < FIRST_ENGINEER; i++)
        log_in(m, i);
}

// ---- OKR and projects -------------------------------------------------------------------------

static void add_kr(struct making *m, int64_t objective, int k)
{
    Okr__KeyResult kr = OKR__KEY_RESULT__INIT;
    Okr__AddKeyResultRequest request = OKR__ADD_KEY_RESULT_REQUEST__INIT;
    char text[120];
    snprintf(text, sizeof text, "主要な成果 %d: 週次利用者を増やす", k);
    PUT(kr, objective_id, objective);
    kr.text = text;
    kr.unit = (char *)(uintptr_t) "人";
    PUT(kr, kind, OKR__KR_KIND__KR_KIND_INCREASE_TO);
    PUT(kr, start, 1000);
    PUT(kr, target, 2000 + k);
    request.kr = &kr;
    m->kr[k] =
        ((const Okr__KeyResult *)must(m->client[PDM], RPC_QUARTER_ADD_KEY_RESULT, &request.base))
            ->id;
}

static void make_okr(struct making *m)
{
    Okr__CreateQuarterRequest quarter = OKR__CREATE_QUARTER_REQUEST__INIT;
    quarter.name = (char *)(uintptr_t)FIXTURE_QUARTER;
    must(m->client[PDM], RPC_QUARTER_CREATE_QUARTER, &quarter.base);
    for (int i = 0; i < OBJECTIVES; i++) {
        Okr__AddObjectiveRequest objective = OKR__ADD_OBJECTIVE_REQUEST__INIT;
        char text[120];
        snprintf(text, sizeof text, "目標 %d: お客様に毎日使われる製品にする", i + 1);
        objective.quarter = quarter.name;
        objective.product = (char *)(uintptr_t) "Mobile";
        objective.text = text;
        const Okr__Objective *added =
            must(m->client[PDM], RPC_QUARTER_ADD_OBJECTIVE, &objective.base);
        int64_t id = added->id;
        for (int k = 0; k < KRS_EACH; k++)
            add_kr(m, id, i * KRS_EACH + k);
    }
}

static void staff(const struct making *m, int p, int64_t version)
{
    Okr__SetTeamRequest team = OKR__SET_TEAM_REQUEST__INIT;
    char names[TEAM][16], *members[TEAM];
    for (int i = 0; i < TEAM; i++) {
        int engineer = FIRST_ENGINEER + (p * TEAM + i) % (MEMBERS - 1 - FIRST_ENGINEER);
        snprintf(names[i], sizeof names[i], "member%02d", engineer);
        members[i] = names[i];
    }
    PUT(team, project_id, m->project[p]);
    PUT(team, version, version);
    team.lead = handle_of(FIRST_LEAD + p % FIXTURE_LEADS);
    team.members = members;
    team.n_members = TEAM;
    PUT(team, replace_members, 1);
    must(m->client[DEV_LEAD], RPC_PROJECT_SET_TEAM, &team.base);
}

static int64_t propose(struct making *m, int p)
{
    Okr__ProposeRequest request = OKR__PROPOSE_REQUEST__INIT;
    bool linked = p < FIXTURE_LINKED;
    int64_t krs[2] = {m->kr[p % KRS], m->kr[(p * 7 + 3) % KRS]};
    char name[80];
    snprintf(name, sizeof name, "プロジェクト %02d 決済画面の刷新", p + 1);
    request.quarter = (char *)(uintptr_t)FIXTURE_QUARTER;
    request.name = name;
    request.description = (char *)(uintptr_t) "支払いの手順を三画面から一画面にし、離脱を減らす。";
    if (linked) {
        request.kr_ids = krs;
        request.n_kr_ids = krs[0] == krs[1] ? 1 : 2;
    } else {
        PUT(request, category, OKR__SIDE_CATEGORY__SIDE_CATEGORY_STABILITY);
    }
    const Okr__Project *project =
        must(m->client[DEV_LEAD], linked ? RPC_PROJECT_PROPOSE_LINKED : RPC_PROJECT_PROPOSE_SIDE,
             &request.base);
    m->project[p] = project->id;
    return project->version;
}

static void make_project(struct making *m, int p)
{
    Okr__DecideRequest decide = OKR__DECIDE_REQUEST__INIT;
    PUT(decide, version, propose(m, p));
    PUT(decide, project_id, m->project[p]);
    PUT(decide, decision, OKR__DECISION__DECISION_ACCEPT);
    const Okr__Project *project = must(m->client[DEV_LEAD], RPC_PROJECT_DECIDE, &decide.base);
    staff(m, p, project->version);
    if (m->project[p] != m->project[0] + p)
        die("the ids of the projects do not follow each other");
}

static void open_quarter(const struct making *m)
{
    Okr__SetQuarterStateRequest request = OKR__SET_QUARTER_STATE_REQUEST__INIT;
    request.name = (char *)(uintptr_t)FIXTURE_QUARTER;
    PUT(request, version, 1);
    must(m->client[PDM], RPC_QUARTER_OPEN_QUARTER, &request.base);
    for (int k = 0; k < KRS; k++) {
        Okr__RecordMeasurementRequest measured = OKR__RECORD_MEASUREMENT_REQUEST__INIT;
        PUT(measured, kr_id, m->kr[k]);
        PUT(measured, value, 1100 + 10 * k);
        must(m->client[BI_ENGINEER], RPC_QUARTER_RECORD_MEASUREMENT, &measured.base);
    }
}

// ---- plan -------------------------------------------------------------------------------------

static Okr__PlanTask task_of(int64_t uid, int64_t parent, char name[32])
{
    Okr__PlanTask task = OKR__PLAN_TASK__INIT;
    snprintf(name, 32, "作業 %lld", (long long)uid);
    PUT(task, uid, uid);
    PUT(task, id, uid);
    task.name = name;
    PUT(task, outline_level, parent ? 2 : 1);
    task.start = (char *)(uintptr_t) "2021-02-01T09:00:00";
    task.finish = (char *)(uintptr_t) "2021-03-12T18:00:00";
    if (parent) {
        PUT(task, parent_uid, parent);
        PUT(task, work, 4800);
        PUT(task, percent_complete, uid % 101);
    } else {
        PUT(task, summary, 1);
    }
    return task;
}

static int64_t begin_push(const struct making *m, int64_t tasks)
{
    Okr__BeginPushRequest begin = OKR__BEGIN_PUSH_REQUEST__INIT;
    Okr__PlanTotals totals = OKR__PLAN_TOTALS__INIT;
    char hash[65];
    memset(hash, 'a', 64);
    hash[64] = '\0';
    begin.source = (char *)(uintptr_t) "program";
    begin.file_name = (char *)(uintptr_t) "program.xml";
    begin.content_hash = hash;
    PUT(totals, tasks, tasks);
    PUT(totals, resources, 0);
    PUT(totals, assignments, 0);
    PUT(totals, calendars, 0);
    begin.totals = &totals;
    return ((const Okr__BeginPushReply *)must(m->client[PROGRAM_MANAGER], RPC_PLAN_BEGIN_PUSH,
                                              &begin.base))
        ->upload_id;
}

// A summary row a project, with its tasks below: the project is bound to the summary row.
static void push_plan(const struct making *m)
{
    enum { ROWS = FIXTURE_PROJECTS * (1 + TASKS_EACH) };
    static Okr__PlanTask tasks[ROWS];
    static char names[ROWS][32];
    Okr__PlanTask *pointers[ROWS];
    Okr__PushChunkRequest chunk = OKR__PUSH_CHUNK_REQUEST__INIT;
    for (int i = 0; i < ROWS; i++) {
        int first = i / (1 + TASKS_EACH) * (1 + TASKS_EACH);
        tasks[i] = task_of(i + 1, i == first ? 0 : first + 1, names[i]);
        pointers[i] = &tasks[i];
    }
    PUT(chunk, upload_id, begin_push(m, ROWS));
    PUT(chunk, sequence, 1);
    chunk.tasks = pointers;
    chunk.n_tasks = ROWS;
    must(m->client[PROGRAM_MANAGER], RPC_PLAN_PUSH_CHUNK, &chunk.base);
    Okr__PublishRequest publish = OKR__PUBLISH_REQUEST__INIT;
    PUT(publish, upload_id, chunk.upload_id);
    must(m->client[PROGRAM_MANAGER], RPC_PLAN_PUBLISH, &publish.base);
}

static void make_plan(const struct making *m)
{
    push_plan(m);
    for (int p = 0; p < FIXTURE_PROJECTS; p++) {
        Okr__BindTaskRequest bind = OKR__BIND_TASK_REQUEST__INIT;
        bind.source = (char *)(uintptr_t) "program";
        PUT(bind, task_uid, p * (1 + TASKS_EACH) + 1);
        PUT(bind, project_id, m->project[p]);
        must(m->client[PROGRAM_MANAGER], RPC_PLAN_BIND_TASK, &bind.base);
    }
}

// ---- weekly goals -----------------------------------------------------------------------------

static void make_goals(struct making *m)
{
    for (int i = 0; i < FIXTURE_GOALS; i++) {
        int p = i / 3;
        Okr__AddGoalRequest add = OKR__ADD_GOAL_REQUEST__INIT;
        Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
        char text[80];
        snprintf(text, sizeof text, "週次の目標 %d: 試作を三人に見せる", i + 1);
        goal.text = text;
        PUT(add, project_id, m->project[p]);
        add.goal = &goal;
        const Okr__Goal *added =
            must(m->client[FIRST_LEAD + p % FIXTURE_LEADS], RPC_WEEK_ADD_GOAL, &add.base);
        if (i == 0)
            m->fixture->first_goal = added->id;
        if (added->id != m->fixture->first_goal + i)
            die("the ids of the goals do not follow each other");
    }
}

// One result, so that the audit log shows what a row of that kind holds.
static void set_one_result(const struct making *m)
{
    Okr__SetResultRequest set = OKR__SET_RESULT_REQUEST__INIT;
    PUT(set, id, m->fixture->first_goal + FIXTURE_GOALS - 1);
    PUT(set, version, 1);
    PUT(set, result, OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED);
    int lead = (FIXTURE_PROJECTS - 1) % FIXTURE_LEADS;
    must(m->client[FIRST_LEAD + lead], RPC_WEEK_SET_RESULT, &set.base);
}

void fixture_make(struct fixture *ret, const struct subject *subject)
{
    *ret = (struct fixture){0};
    struct making m = {.subject = subject, .fixture = ret};
    make_people(&m);
    make_okr(&m);
    for (int p = 0; p < FIXTURE_PROJECTS; p++)
        make_project(&m, p);
    ret->first_project = m.project[0];
    open_quarter(&m);
    make_plan(&m);
    make_goals(&m);
    set_one_result(&m);
    rpc_client_free(m.admin);
    for (int i = 0; i < FIRST_ENGINEER; i++)
        rpc_client_free(m.client[i]);
}

const char *fixture_goal_token(const struct fixture *fixture, int goal)
{
    return fixture->lead_token[goal / 3 % FIXTURE_LEADS];
}
