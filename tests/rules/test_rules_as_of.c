// What was known then. A quarter is written change by change; after each one everything that can be
// read is read. Afterwards each of these moments is asked for again, and nothing may differ.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "common/json.h"
#include "common/rpc_method.h"
#include "server/call/handler.h"
#include "tests/support/plan_fixture.h"
#include "tests/support/week_fixture.h"

static struct okrd *server;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
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

static enum rpc_id method_of(const char *name)
{
    for (enum rpc_id id = 0; id < RPC_COUNT; id++)
        if (strcmp(rpc_methods[id].name + strlen("okr.v1."), name) == 0)
            return id;
    fail_msg("no method %s", name);
    return RPC_COUNT;
}

static ProtobufCMessage *request_of(enum rpc_id id, const char *json)
{
    char error[200] = "";
    ProtobufCMessage *request =
        json_to_message(rpc_methods[id].request, json, NULL, error, sizeof error);
    if (!request)
        fail_msg("%s: %s: %s", rpc_methods[id].name, json, error);
    return request;
}

// ---- reading ----------------------------------------------------------------------------------

static const struct {
    const char *method, *json;
    const char *who; // NULL: the dev lead
} reads[] = {
    {"AuditService/ListAudit", "{}"},
    {"AuditService/ListChanges", "{\"since\":\"2021-W06\",\"limit\":1000}"},
    {"BoardService/GetBoard", "{\"quarter\":\"2021Q1\"}"},
    {"BoardService/GetMyWork", "{\"all\":true}"},
    {"EvaluationService/GetEvaluation", "{\"month\":\"2021-01\"}"},
    {"EvaluationService/VerifyEvaluation", "{\"month\":\"2021-01\"}"},
    {"InsightService/Trace", "{\"kind\":\"TRACE_KIND_PROJECT\",\"id\":1,\"up\":true}"},
    {"InsightService/Trace", "{\"kind\":\"TRACE_KIND_KR\",\"id\":1}"},
    {"InsightService/GetCoverage", "{\"quarter\":\"2021Q1\"}"},
    {"InsightService/GetAdherence", "{\"quarter\":\"2021Q1\"}"},
    {"InsightService/GetTrial", "{\"quarter\":\"2021Q1\"}"},
    {"InsightService/GetTodo", "{}"},
    {"InsightService/GetThing", "{\"resource\":\"project/1\"}"},
    {"InsightService/GetThing", "{\"resource\":\"quarter/2021Q1\"}"},
    {"InsightService/GetThing", "{\"resource\":\"evaluation/2021-01\"}"},
    {"MemberService/ListMembers", "{}", "admin"},
    {"MemberService/ListHandles", "{}"},
    {"MemberService/ListRoles", "{}", "admin"},
    {"MemberService/GetSettings", "{}", "admin"},
    {"MondayService/GetDocket", "{}"},
    {"MondayService/ListHolidays", "{\"year\":2021}"},
    {"PlanService/ListBindings", "{}"},
    {"PlanService/ListPeople", "{\"source\":\"program\"}"},
    {"PlanService/ListPlanQuestions", "{}"},
    {"PlanService/GetVersion", "{\"source\":\"program\"}"},
    {"PlanService/ListVersions", "{}"},
    {"PlanService/ListPlanTasks", "{\"source\":\"program\"}"},
    {"PlanService/ListPlanTasks", "{\"source\":\"program\",\"unbound\":true}"},
    {"PlanService/ListPlanTasks", "{\"source\":\"program\",\"project_id\":1}"},
    {"PlanService/ListPlanResources", "{\"source\":\"program\"}"},
    {"PlanService/ListPlanLosses", "{\"source\":\"program\"}"},
    {"PlanService/ListPlanAssignments", "{\"source\":\"program\"}"},
    {"PlanService/ListPlanCalendars", "{\"source\":\"program\"}"},
    {"PlanAnalysisService/DiffVersions", "{\"source\":\"program\"}"},
    {"PlanAnalysisService/GetEarnedValue", "{\"quarter\":\"2021Q1\"}"},
    {"PlanAnalysisService/GetEarnedValueHistory", "{\"projectId\":\"1\"}"},
    {"PlanAnalysisService/GetLoad", "{}"},
    {"ProjectService/GetProject", "{\"id\":1}"},
    {"ProjectService/GetProjectDetail", "{\"id\":1}"},
    {"ProjectService/GetProjectDetail", "{\"id\":2}"},
    {"ProjectService/ListProjects", "{\"quarter\":\"2021Q1\"}"},
    {"QuarterService/GetQuarter", "{\"name\":\"2021Q1\"}"},
    {"QuarterService/ListQuarters", "{}"},
    {"QuarterService/GetKeyResult", "{\"id\":1}"},
    {"QuarterService/ListOkr", "{\"quarter\":\"2021Q1\",\"with_dropped\":true}"},
    {"QuarterService/ListMeasurements", "{\"kr_id\":1}"},
    {"QuarterService/ListSufficiency", "{\"kr_id\":1}"},
    {"ReviewService/GetSideReview", "{}"},
    {"ReviewService/GetQuarterResult", "{\"quarter\":\"2021Q1\"}"},
    {"RoadmapService/GetItem", "{\"id\":1}"},
    {"RoadmapService/ListRoadmap", "{\"year\":2021,\"with_dropped\":true}"},
    {"WeekService/GetWeek", "{\"project_id\":1,\"week\":\"2021-W06\",\"next_tasks\":true}"},
    {"WeekService/ListWeeks", "{\"week\":\"2021-W06\"}"},
    {"BoardService/GetBoard", "{}"},
    {"EvaluationService/GetEvaluation", "{\"month\":\"2021-02\"}"},
    {"InsightService/Trace", "{\"kind\":\"TRACE_KIND_ROADMAP\",\"id\":1}"},
    {"MondayService/GetDocket", "{\"week\":\"2021-W07\"}"},
    {"PlanService/ListPeople", "{\"source\":\"team\"}"},
    {"ProjectService/ListProjects", "{\"quarter\":\"2021Q2\"}"},
    {"QuarterService/ListOkr", "{\"quarter\":\"2021Q1\"}"},
    {"ReviewService/GetSideReview", "{\"month\":\"2021-02\"}"},
    {"WeekService/GetWeek", "{\"project_id\":2,\"week\":\"2021-W06\"}"},
    {"WeekService/GetWeek", "{\"project_id\":2,\"week\":\"2021-W07\"}"},
};
enum { READS = sizeof reads / sizeof *reads, MOMENTS = 80, ANSWER = 96 * 1024 };

static const char *reader(int read)
{
    return reads[read].who ? reads[read].who : "dev";
}

// The code and the reply as JSON. The caller frees it.
static char *answer_of(struct rpc_client *client, int read)
{
    enum rpc_id id = method_of(reads[read].method);
    ProtobufCMessage *request = request_of(id, reads[read].json);
    struct rpc_result result;
    rpc_call(client, id, request, &result);
    char *json = result.reply ? json_from_message(result.reply, true) : NULL;
    char *text = NULL;
    if (asprintf(&text, "%d/%d %s", (int)result.status->code, (int)result.status->reason,
                 json ? json : "") < 0)
        fail_msg("out of memory");
    free(json);
    rpc_result_clear(&result);
    protobuf_c_message_free_unpacked(request, NULL);
    return text;
}

static struct moment {
    int64_t revision;
    const char *as_of;  // its day or week; NULL: it is asked for by its revision
    const char *change; // that led to it
    char *answers[READS];
} moments[MOMENTS];
static int n_moments;

static void remember(const char *as_of, const char *change)
{
    struct moment *moment = &moments[n_moments++];
    Okr__GetServerInfoRequest request = OKR__GET_SERVER_INFO_REQUEST__INIT;
    struct rpc_result result;
    assert_true(n_moments <= MOMENTS);
    rpc_call(okrd_client(server, "dev"), RPC_SERVER_GET_SERVER_INFO, &request.base, &result);
    moment->revision = result.revision;
    moment->as_of = as_of;
    moment->change = change;
    rpc_result_clear(&result);
    for (int i = 0; i < READS; i++)
        moment->answers[i] = answer_of(okrd_client(server, reader(i)), i);
}

static struct rpc_client *client_as_of(const char *who, const char *as_of)
{
    const char *error = NULL;
    struct rpc_options options = {
        .address = okrd_address(server), .token = okrd_token(server, who), .as_of = as_of};
    struct rpc_client *client = rpc_client_new(&options, &error);
    assert_non_null(client);
    return client;
}

// Where they part, to be looked at.
static void differ(const struct moment *moment, int read, const char *then, const char *now)
{
    size_t at = 0;
    while (then[at] && then[at] == now[at])
        at++;
    size_t from = at > 200 ? at - 200 : 0;
    char command[600];
    snprintf(command, sizeof command, "grep -a error '%s' | tail -3 >&2", okrd_log(server));
    if (system(command) != 0)
        fprintf(stderr, "no log\n");
    fail_msg("revision %lld (%s), %s:\nthen: ...%.400s\nas of: ...%.400s",
             (long long)moment->revision, moment->change, reads[read].method, then + from,
             now + from);
}

static void ask_again(const struct moment *moment)
{
    char revision[32];
    snprintf(revision, sizeof revision, "%lld", (long long)moment->revision);
    const char *as_of = moment->as_of ? moment->as_of : revision;
    struct rpc_client *dev = client_as_of("dev", as_of), *admin = client_as_of("admin", as_of);
    for (int i = 0; i < READS; i++) {
        char *answer = answer_of(reads[i].who ? admin : dev, i);
        if (strcmp(answer, moment->answers[i]) != 0)
            differ(moment, i, moment->answers[i], answer);
        free(answer);
    }
    rpc_client_free(dev);
    rpc_client_free(admin);
}

// ---- writing ----------------------------------------------------------------------------------

static void write_as(const char *who, const char *method, const char *json)
{
    enum rpc_id id = method_of(method);
    ProtobufCMessage *request = request_of(id, json);
    must(server, who, id, request);
    protobuf_c_message_free_unpacked(request, NULL);
    remember(NULL, method);
}

// Nobody: the clock is set to `method`, and, if `json` is given, that moment is named so.
struct step {
    const char *who, *method, *json;
};

static void take_steps(const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (steps[i].who)
            write_as(steps[i].who, steps[i].method, steps[i].json);
        else
            okrd_restart_at(server, steps[i].method);
        if (!steps[i].who && steps[i].json)
            remember(steps[i].json, steps[i].method);
    }
}

static const struct step first_day[] = {
    {"pdm", "QuarterService/CreateQuarter", "{\"name\":\"2021Q1\"}"},
    {"pdm", "QuarterService/AddObjective",
     "{\"quarter\":\"2021Q1\",\"product\":\"P\",\"text\":\"Objective\"}"},
    {"pdm", "QuarterService/AddKeyResult",
     "{\"kr\":{\"objective_id\":1,\"text\":\"Faster\",\"kind\":\"KR_KIND_INCREASE_TO\","
     "\"start\":0,\"target\":100,\"unit\":\"%\"}}"},
    {"dev", "ProjectService/ProposeLinked",
     "{\"quarter\":\"2021Q1\",\"name\":\"Linked\",\"kr_ids\":[1],\"reason\":\"for it\"}"},
    {"dev", "ProjectService/Decide",
     "{\"project_id\":1,\"version\":1,\"decision\":\"DECISION_ACCEPT\",\"reason\":\"yes\"}"},
    {"dev", "ProjectService/SetTeam",
     "{\"project_id\":1,\"version\":2,\"lead\":\"ann\",\"members\":[\"eve\"],"
     "\"replace_members\":true}"},
    {"dev", "QuarterService/DeclareSufficiency", "{\"kr_id\":1,\"note\":\"enough\"}"},
    {"pdm", "QuarterService/OpenQuarter", "{\"name\":\"2021Q1\",\"version\":1}"},
    {"bi", "QuarterService/RecordMeasurement", "{\"kr_id\":1,\"day\":\"2021-01-29\",\"value\":20}"},
    {"bi", "QuarterService/RecordMeasurement", "{\"kr_id\":1,\"day\":\"2021-02-05\",\"value\":30}"},
    {"bi", "QuarterService/CorrectMeasurement", "{\"id\":2,\"value\":35,\"reason\":\"typo\"}"},
    {"pdm", "RoadmapService/AddItem",
     "{\"item\":{\"year\":2021,\"product\":\"P\",\"text\":\"Item\",\"starts\":\"2021-01-01\","
     "\"ends\":\"2021-12-31\"}}"},
    {"pdm", "RoadmapService/LinkItem", "{\"id\":1,\"version\":1,\"add_objectives\":[1]}"},
    {"pdm", "RoadmapService/CommentItem", "{\"id\":1,\"text\":\"a comment\"}"},
    {"ann", "WeekService/AddGoal",
     "{\"project_id\":1,\"week\":\"2021-W06\",\"goal\":{\"text\":\"Reach it\"}}"},
    {"ann", "WeekService/AddGoal",
     "{\"project_id\":1,\"week\":\"2021-W06\",\"goal\":{\"text\":\"Another\"}}"},
    {"ann", "WeekService/EditGoal", "{\"id\":2,\"version\":1,\"text\":\"Another one\"}"},
    {"eve", "WeekService/WriteEntry",
     "{\"project_id\":1,\"week\":\"2021-W06\",\"goal_id\":1,\"text\":\"did this\"}"},
    {"ann", "WeekService/SetResult",
     "{\"id\":1,\"version\":1,\"result\":\"GOAL_RESULT_ACHIEVED\"}"},
    {"ann", "WeekService/DropGoal", "{\"id\":2,\"version\":2,\"reason\":\"no\"}"},
    {"admin", "MemberService/AddMember", "{\"handle\":\"new\",\"name\":\"New\"}"},
    {"admin", "MemberService/GrantRole", "{\"handle\":\"new\",\"role\":\"engineer\"}"},
    {"admin", "MemberService/RevokeRole", "{\"handle\":\"new\",\"role\":\"engineer\"}"},
    {"admin", "MemberService/UpdateMember",
     "{\"handle\":\"new\",\"version\":1,\"name\":\"Newer\",\"active\":false}"},
    {"admin", "MemberService/AddRole",
     "{\"name\":\"tester\",\"label_ja\":\"t\",\"label_en\":\"t\",\"rights_of\":\"ROLE_ENGINEER\"}"},
    {"admin", "MondayService/ReplaceHolidays",
     "{\"year\":2021,\"holidays\":[{\"day\":\"2021-02-11\",\"name\":\"Holiday\"}]}"},
    {"dev", "ProjectService/Rescope",
     "{\"project_id\":1,\"version\":3,\"name\":\"Linked better\",\"reason\":\"clearer\"}"},
    {"bi", "EvaluationService/AddFactor",
     "{\"kr_id\":1,\"day\":\"2021-01-20\",\"text\":\"a strike\"}"},
    {"pm", "EvaluationService/PrepareEvaluation", "{\"month\":\"2021-01\"}"},
    {"pm", "EvaluationService/AddAction",
     "{\"month\":\"2021-01\",\"text\":\"act\",\"due\":\"2021-02-28\","
     "\"owner_role\":\"program-manager\"}"},
    {"dev", "EvaluationService/SignEvaluation", "{\"month\":\"2021-01\",\"version\":1}"},
    {"dev", "InsightService/SetGoalsPractice",
     "{\"project_id\":1,\"version\":4,\"on\":false,\"reason\":\"try\"}"},
};

static const struct step weeks_later[] = {
    {"dev", "ProjectService/ProposeSide",
     "{\"quarter\":\"2021Q1\",\"name\":\"Side\",\"category\":\"SIDE_CATEGORY_STABILITY\","
     "\"reason\":\"to be safe\"}"},
    {"dev", "ProjectService/Decide",
     "{\"project_id\":2,\"version\":1,\"decision\":\"DECISION_ACCEPT\",\"reason\":\"now\","
     "\"urgent\":true,\"displaces\":[1]}"},
    {"pm", "ProjectService/SetTeam",
     "{\"project_id\":2,\"version\":2,\"lead\":\"bob\",\"members\":[\"kim\"],"
     "\"replace_members\":true}"},
    {"pm", "ProjectService/CommentOnSide", "{\"project_id\":2,\"text\":\"why?\"}"},
    {"bob", "WeekService/AddGoal",
     "{\"project_id\":2,\"week\":\"2021-W06\",\"goal\":{\"text\":\"Begin\"}}"},
    {"pm", "MondayService/CommentDocket", "{\"text\":\"a full week\"}"},
    {"dev", "ReviewService/CommentSideReview", "{\"text\":\"it goes well\"}"},
    {"pm", "PlanAnalysisService/UseBaseline", "{\"source\":\"program\",\"number\":1}"},
    {"pm", "PlanService/MapPerson", "{\"source\":\"team\",\"resource_uid\":1,\"member\":\"eve\"}"},
    {"pdm", "RoadmapService/LinkItem",
     "{\"id\":1,\"version\":2,\"add_krs\":[1],\"add_projects\":[1]}"},
    {"pdm", "RoadmapService/LinkItem",
     "{\"id\":1,\"version\":3,\"remove_krs\":[1],\"remove_objectives\":[1]}"},
    {"dev", "EvaluationService/CommentEvaluation",
     "{\"month\":\"2021-01\",\"text\":\"as thought\"}"},
    {NULL, "2021-02-12T17:00:00+09:00", NULL},
    {"bob", "WeekService/CloseWeek",
     "{\"project_id\":2,\"week\":\"2021-W06\",\"results\":[{\"id\":3,\"version\":1,"
     "\"result\":\"GOAL_RESULT_MISSED\",\"reason\":\"ill\"}],\"look_back\":\"hard\","
     "\"next_goals\":[{\"text\":\"Begin at last\"}]}"},
    {NULL, "2021-02-12T23:59:40+09:00", "2021-02-12"},
    {NULL, "2021-02-14T23:59:40+09:00", "2021-W06"},
    {NULL, "2021-02-15T10:00:00+09:00", NULL},
    {"pm", "MondayService/DecideLine",
     "{\"week\":\"2021-W07\",\"key\":\"urgent-side/2\",\"decision\":\"DOCKET_DECISION_OTHER\","
     "\"reason\":\"wait\",\"follow_up\":\"look again\"}"},
    {"pm", "MondayService/CloseFollowUp",
     "{\"week\":\"2021-W07\",\"key\":\"urgent-side/2\",\"version\":1,\"outcome\":\"fine\"}"},
    {"admin", "MemberService/UpdateSettings",
     "{\"settings\":{\"version\":1,\"side_target_percent\":80,\"weekly_due_day\":4}}"},
    {"dev", "ReviewService/DecideSide",
     "{\"month\":\"2021-02\",\"project_id\":2,\"decision\":\"SIDE_DECISION_KEEP\",\"reason\":"
     "\"good\"}"},
    {"dev", "ReviewService/DecideSide",
     "{\"month\":\"2021-02\",\"project_id\":2,\"version\":1,\"decision\":\"SIDE_DECISION_KEEP\","
     "\"reason\":\"still good\"}"},
    {NULL, "2021-03-01T10:00:00+09:00", NULL},
    {"pm", "EvaluationService/PrepareEvaluation", "{\"month\":\"2021-02\"}"},
    {"pm", "EvaluationService/OverrideVerdict",
     "{\"month\":\"2021-02\",\"version\":1,\"kr_id\":1,\"verdict\":\"VERDICT_CONTINUE\","
     "\"reason\":\"we know better\"}"},
    {"dev", "EvaluationService/CloseAction",
     "{\"id\":1,\"version\":1,\"outcome\":\"acted\",\"done\":true}"},
    {"pdm", "QuarterService/UpdateObjective", "{\"id\":1,\"version\":1,\"text\":\"Sharper\"}"},
    {"pdm", "RoadmapService/DropItem", "{\"id\":1,\"version\":4,\"reason\":\"served\"}"},
    {NULL, "2021-04-01T10:00:00+09:00", NULL},
    {"pdm", "QuarterService/CloseQuarter", "{\"name\":\"2021Q1\",\"version\":2}"},
    {"pdm", "QuarterService/CreateQuarter", "{\"name\":\"2021Q2\"}"},
    {"dev", "ReviewService/CarryOver", "{\"project_id\":2,\"to_quarter\":\"2021Q2\"}"},
};

static void push_plan(const char *word, const struct plan_row *rows, size_t n)
{
    plan_push(server, "program", rows, n);
    remember(NULL, word);
}

static void push_forced(const struct plan_row *rows, size_t n)
{
    Okr__BeginPushRequest *begin = plan_announce("program", n, 0);
    begin->force_reason = (char *)(uintptr_t) "it is ours";
    const Okr__BeginPushReply *begun = must(server, "pm", RPC_PLAN_BEGIN_PUSH, begin);
    must(server, "pm", RPC_PLAN_PUSH_CHUNK, plan_chunk(begun->upload_id, 1, rows, n));
    Okr__PublishRequest publish = plan_publication(begun->upload_id);
    must(server, "pm", RPC_PLAN_PUBLISH, &publish);
    remember(NULL, "a plan with a reason");
}

static void write_plans(void)
{
    struct plan_row rows[] = {
        {.uid = 1, .parent = PLAN_NO_PARENT, .name = "Group", .work = 0},
        {.uid = 2, .parent = 1, .name = "First", .work = 480, .percent = 50},
        {.uid = 3, .parent = PLAN_NO_PARENT, .name = "Alone", .work = 960},
    };
    push_plan("a plan", rows, 3);
    write_as("pm", "PlanService/BindTask",
             "{\"source\":\"program\",\"task_uid\":1,\"project_id\":1}");
    rows[1].percent = 80;
    rows[2].name = "Renamed";
    push_plan("a plan that changed", rows, 3);
    write_as("pm", "PlanAnalysisService/ExplainChange",
             "{\"source\":\"program\",\"number\":2,\"task_uid\":3,"
             "\"kind\":\"PLAN_CHANGE_KIND_RENAMED\",\"reason\":\"a better name\"}");
    push_plan("a task went", rows, 2);
    write_as("pm", "PlanService/UnbindTask",
             "{\"source\":\"program\",\"task_uid\":1,\"version\":1}");
    rows[1] = (struct plan_row){.uid = 7, .parent = PLAN_NO_PARENT, .name = "First", .work = 77};
    push_plan("one that may be another", rows, 2);
    write_as("pm", "PlanService/ResolvePlanQuestion",
             "{\"source\":\"program\",\"task_uid\":7,\"same_as_key\":2}");
    push_forced(rows, 2);
    static const struct plan_person people[] = {{.uid = 1, .name = "Eve"}};
    plan_push_people(server, "team", people, 1);
    remember(NULL, "another plan");
}

// Broken when a table that readers read is not kept, a change is kept at another revision, or a
// reply is taken from the present: each moment is asked for again and compared letter by letter.
static void each_revision_can_be_read_again(void **state)
{
    (void)state;
    take_steps(first_day, sizeof first_day / sizeof *first_day);
    write_plans();
    for (int i = 0; i < n_moments; i++)
        ask_again(&moments[i]);
    assert_string_not_equal(moments[0].answers[1], moments[n_moments - 1].answers[1]);
}

// The same when its clock goes on: of a day or a week the last moment is known, whatever came
// later, and is judged by the settings and the calendar of then.
static void weeks_later_each_is_still_there(void **state)
{
    (void)state;
    int from = n_moments;
    take_steps(weeks_later, sizeof weeks_later / sizeof *weeks_later);
    for (int i = 0; i < n_moments; i += i < from ? 8 : 1)
        ask_again(&moments[i]);
}

// Broken when a method that reads is not asked above.
static void all_that_reads_is_asked(void **state)
{
    (void)state;
    for (enum rpc_id id = 0; id < RPC_COUNT; id++) {
        bool asked =
            rpc_methods[id].effect != OKR__EFFECT__EFFECT_READ || rpc_handlers[id]->present;
        for (int i = 0; !asked && i < READS; i++)
            asked = method_of(reads[i].method) == id;
        if (!asked && id != RPC_SERVER_GET_SERVER_INFO)
            fail_msg("%s is not asked as of then", rpc_methods[id].name);
    }
}

// Broken when what somebody is about to change cannot be found by the name that the log gives it,
// or at another version than the last change left it at.
static void r53_each_thing_is_found_at_its_version(void **state)
{
    (void)state;
    PGconn *database = okrd_database(server, OKRD_OWNER);
    PGresult *log =
        PQexec(database, "SELECT resource, version FROM (SELECT DISTINCT ON (resource) resource,"
                         "  (after->>'version')::bigint AS version FROM audit"
                         "  WHERE resource !~ '^(role|goals-practice)/'"
                         "  ORDER BY resource, revision DESC) l WHERE version IS NOT NULL");
    assert_true(PQntuples(log) > 15);
    for (int i = 0; i < PQntuples(log); i++) {
        Okr__GetThingRequest request = OKR__GET_THING_REQUEST__INIT;
        request.resource = PQgetvalue(log, i, 0);
        struct rpc_result result;
        if (okrd_call(server, "eve", RPC_INSIGHT_GET_THING, &request, &result) !=
            OKR__CODE__CODE_OK)
            fail_msg("%s is not found", request.resource);
        const Okr__Thing *thing = (const Okr__Thing *)result.reply;
        // A rank, a carry-over or a review may have moved it on since.
        if (thing->version < atoll(PQgetvalue(log, i, 1)))
            fail_msg("%s is at %lld", request.resource, (long long)thing->version);
        rpc_result_clear(&result);
    }
    PQclear(log);
    PQfinish(database);
}

// ---- what changed since -----------------------------------------------------------------------

static const Okr__ChangeList *changes(const char *json)
{
    ProtobufCMessage *request = request_of(RPC_AUDIT_LIST_CHANGES, json);
    const Okr__ChangeList *list = must(server, "eve", RPC_AUDIT_LIST_CHANGES, request);
    protobuf_c_message_free_unpacked(request, NULL);
    return list;
}

static const Okr__Change *change_of(const Okr__ChangeList *list, const char *method)
{
    for (size_t i = 0; i < list->n_changes; i++)
        if (strstr(list->changes[i]->method, method))
            return list->changes[i];
    fail_msg("%s is not among the changes", method);
    return NULL;
}

static const Okr__FieldChange *field_of(const Okr__Change *change, const char *name)
{
    for (size_t i = 0; i < change->n_fields; i++)
        if (strcmp(change->fields[i]->field, name) == 0)
            return change->fields[i];
    fail_msg("%s is not among the fields", name);
    return NULL;
}

// Broken when a change is not told, or without what it changed, who made it, and why.
static void r52_changes_say_what_who_and_why(void **state)
{
    (void)state;
    const Okr__ChangeList *all = changes("{\"since\":\"2021-02-08\",\"limit\":1000}");
    assert_int_equal(all->n_changes, moments[n_moments - 1].revision);
    const Okr__Change *rescope = change_of(all, "/Rescope");
    assert_string_equal(rescope->actor, "dev");
    assert_string_equal(rescope->reason, "clearer");
    assert_string_equal(rescope->resource, "project/1");
    assert_string_equal(rescope->subject, "Linked better");
    assert_string_equal(field_of(rescope, "name")->before, "Linked");
    assert_string_equal(field_of(rescope, "name")->after, "Linked better");
    assert_true(change_of(all, "/ProposeLinked")->created);
    assert_string_equal(change_of(all, "/DropGoal")->reason, "no");
    assert_null(change_of(all, "/AddGoal")->reason);
    int forced = 0;
    for (size_t i = 0; i < all->n_changes; i++)
        if (strstr(all->changes[i]->method, "/Publish") && all->changes[i]->reason) {
            assert_string_equal(all->changes[i]->reason, "it is ours");
            forced++;
        }
    assert_int_equal(forced, 1);
}

// Broken when a filter lets others through, or a page's end is lost.
static void r52_changes_are_filtered_and_paged(void **state)
{
    (void)state;
    const Okr__ChangeList *list = changes("{\"kinds\":[\"goal\"],\"actor\":\"ann\"}");
    assert_int_equal(list->n_changes, 5); // two new, one edited, a result, one dropped
    for (size_t i = 0; i < list->n_changes; i++)
        assert_string_equal(list->changes[i]->actor, "ann");
    const Okr__ChangeList *page = changes("{\"kinds\":[\"goal\"],\"limit\":2}");
    assert_int_equal(page->n_changes, 2);
    assert_true(page->more);
    char json[100];
    snprintf(json, sizeof json, "{\"kinds\":[\"goal\"],\"after_revision\":%lld}",
             (long long)page->changes[1]->revision);
    assert_int_equal(changes(json)->n_changes, 3);
    snprintf(json, sizeof json, "{\"since\":\"%lld\",\"until\":\"%lld\"}",
             (long long)moments[3].revision, (long long)moments[6].revision);
    assert_int_equal(changes(json)->n_changes, 3);
    assert_int_equal(changes("{\"until\":\"2021-02-07\"}")->n_changes, 0);
    Okr__ListChangesRequest wrong = OKR__LIST_CHANGES_REQUEST__INIT;
    wrong.since = (char *)(uintptr_t) "yesterday";
    refused(server, "eve", RPC_AUDIT_LIST_CHANGES, &wrong, OKR__CODE__CODE_INVALID_ARGUMENT,
            OKR__REASON__REASON_BAD_VALUE);
}

// ---- when it was ------------------------------------------------------------------------------

static Okr__Code code_as_of(const char *as_of, Okr__Reason *ret_reason, int64_t *ret_revision)
{
    Okr__ListQuartersRequest request = OKR__LIST_QUARTERS_REQUEST__INIT;
    struct rpc_result result;
    struct rpc_client *client = client_as_of("dev", as_of);
    rpc_call(client, RPC_QUARTER_LIST_QUARTERS, &request.base, &result);
    Okr__Code code = result.status->code;
    *ret_reason =
        result.status->n_violations ? result.status->violations[0]->reason : result.status->reason;
    *ret_revision = result.revision;
    rpc_result_clear(&result);
    rpc_client_free(client);
    return code;
}

// Broken when a day is not taken to its end in the organisation's zone, or when nonsense, the
// future and what was before the history are answered with something.
static void a_day_or_a_week_is_the_last_revision_by_then(void **state)
{
    (void)state;
    Okr__Reason reason;
    int64_t revision, head;
    assert_int_equal(code_as_of("2021-02-08", &reason, &head), OKR__CODE__CODE_OK);
    assert_int_equal(head, moments[n_moments - 1].revision);
    assert_int_equal(code_as_of("2021-W06", &reason, &revision), OKR__CODE__CODE_OK);
    assert_int_equal(revision, head);
    assert_int_equal(code_as_of("2021-02-07", &reason, &revision), OKR__CODE__CODE_OK);
    assert_int_equal(revision, 0);
    static const struct {
        const char *as_of;
        Okr__Reason reason;
    } wrong[] = {{"2021-02-09", OKR__REASON__REASON_AS_OF_AHEAD},
                 {"2021-W07", OKR__REASON__REASON_AS_OF_AHEAD},
                 {"100000", OKR__REASON__REASON_AS_OF_AHEAD},
                 {"yesterday", OKR__REASON__REASON_BAD_VALUE},
                 {"-1", OKR__REASON__REASON_BAD_VALUE},
                 {"", OKR__REASON__REASON_BAD_VALUE}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(code_as_of(wrong[i].as_of, &reason, &revision),
                         OKR__CODE__CODE_INVALID_ARGUMENT);
        assert_int_equal(reason, wrong[i].reason);
    }
}

// Broken when a time that nothing is kept of is answered with what was there when the keeping
// began.
static void a_time_before_the_history_is_refused(void **state)
{
    (void)state;
    Okr__Reason reason;
    int64_t revision;
    PGconn *database = okrd_database(server, OKRD_OWNER);
    PQclear(PQexec(database, "UPDATE history_begin SET revision = 5"));
    Okr__Code before = code_as_of("4", &reason, &revision);
    assert_int_equal(reason, OKR__REASON__REASON_AS_OF_UNKNOWN);
    Okr__Code first = code_as_of("5", &reason, &revision);
    PQclear(PQexec(database, "UPDATE history_begin SET revision = 0"));
    PQfinish(database);
    assert_int_equal(before, OKR__CODE__CODE_INVALID_ARGUMENT);
    assert_int_equal(first, OKR__CODE__CODE_OK);
}

// Broken when the past can be written, or when logins and agents are shown as they were.
static void the_past_is_read_and_nothing_else(void **state)
{
    (void)state;
    struct rpc_client *client = client_as_of("admin", "1");
    static const struct {
        const char *method, *json;
        Okr__Reason reason;
    } wrong[] = {
        {"MemberService/AddMember", "{\"handle\":\"x\"}", OKR__REASON__REASON_AS_OF_WRITES},
        {"MemberService/ListTokens", "{}", OKR__REASON__REASON_AS_OF_PRESENT},
        {"WatchService/Watch", "{}", OKR__REASON__REASON_AS_OF_PRESENT},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        enum rpc_id id = method_of(wrong[i].method);
        ProtobufCMessage *request = request_of(id, wrong[i].json);
        struct rpc_result result;
        rpc_call(client, id, request, &result);
        assert_int_equal(result.status->code, OKR__CODE__CODE_INVALID_ARGUMENT);
        assert_int_equal(result.status->violations[0]->reason, wrong[i].reason);
        rpc_result_clear(&result);
        protobuf_c_message_free_unpacked(request, NULL);
    }
    rpc_client_free(client);
}

// Broken when a later migration adds a table, or a column, of which the past is not kept.
static void every_table_has_a_past(void **state)
{
    (void)state;
    PGconn *database = okrd_database(server, OKRD_OWNER);
    PGresult *result =
        PQexec(database,
               "SELECT string_agg(c.relname || '.' || a.attname, ' ') FROM pg_class c "
               "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
               "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') "
               // secrets, bookkeeping, and rows of plan versions, which never change
               "AND c.relname NOT IN ('token', 'login_code', 'agent', 'schema_migration', "
               " 'history_begin', 'plan_resource', 'plan_assignment', 'plan_calendar') "
               "AND (c.relname, a.attname) <> ('head', 'epoch') " // who writes now
               "AND NOT EXISTS (SELECT FROM pg_attribute p JOIN pg_class v ON v.oid = p.attrelid "
               " WHERE v.relnamespace = 'as_of'::regnamespace AND v.relname = c.relname "
               " AND p.attname = a.attname AND p.atttypid = a.atttypid)");
    if (PQresultStatus(result) != PGRES_TUPLES_OK)
        fail_msg("%s", PQerrorMessage(database));
    assert_string_equal(PQgetvalue(result, 0, 0), "");
    PQclear(result);
    PQfinish(database);
}

// Broken when the writes above leave a table alone, or a read never finds anything: then nothing
// was seen of them.
static void every_past_was_written_and_read(void **state)
{
    (void)state;
    PGconn *database = okrd_database(server, OKRD_OWNER);
    PGresult *tables =
        PQexec(database, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                         "'history'::regnamespace");
    assert_true(PQntuples(tables) > 40);
    for (int i = 0; i < PQntuples(tables); i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT FROM history.%s LIMIT 1", PQgetvalue(tables, i, 0));
        PGresult *kept = PQexec(database, sql);
        if (PQntuples(kept) == 0)
            fail_msg("%s was not written", PQgetvalue(tables, i, 0));
        PQclear(kept);
    }
    PQclear(tables);
    PQfinish(database);
    for (int i = 0; i < READS; i++) {
        int found = 0;
        for (int k = 0; k < n_moments; k++)
            found += atoi(moments[k].answers[i]) == OKR__CODE__CODE_OK;
        if (found == 0)
            fail_msg("%s %s never found anything", reads[i].method, reads[i].json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(each_revision_can_be_read_again, clear),
        cmocka_unit_test(all_that_reads_is_asked),
        cmocka_unit_test_teardown(r52_changes_say_what_who_and_why, clear),
        cmocka_unit_test_teardown(r52_changes_are_filtered_and_paged, clear),
        cmocka_unit_test_teardown(a_day_or_a_week_is_the_last_revision_by_then, clear),
        cmocka_unit_test_teardown(a_time_before_the_history_is_refused, clear),
        cmocka_unit_test_teardown(the_past_is_read_and_nothing_else, clear),
        cmocka_unit_test_teardown(weeks_later_each_is_still_there, clear),
        cmocka_unit_test(r53_each_thing_is_found_at_its_version),
        cmocka_unit_test(every_table_has_a_past),
        cmocka_unit_test(every_past_was_written_and_read),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
