// okr from its command line to the request that it sends, against a server that is played: versions
// read first, credentials, conflicts, exit codes, JSON, the week in an editor.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>
#include <sys/stat.h>
#include "client/cli/okr.h"
#include "common/exit_code.h"
#include "client/cli/core/credentials.h"
#include "common/text.h"
#include "okr/methods.h"
#include "okr/v1/insight.pb-c.h"
#include "okr/v1/board.pb-c.h"
#include "okr/v1/member.pb-c.h"
#include "okr/v1/project.pb-c.h"
#include "okr/v1/server.pb-c.h"
#include "okr/v1/week.pb-c.h"
#include "tests/unit/cli_fake_server.h"

#define CALLS_MOST 16

// What the server answers and what it was sent.
static struct {
    Okr__Code code; // of changes
    Okr__Reason reason;
    Okr__Reason violation; // of the field "reason"; 0: a KR that is not there
    bool conflict;
    const char *lead; // of the project whose week it is; NULL: who is logged in
    int calls;
    char methods[CALLS_MOST][64];
    uint8_t bodies[CALLS_MOST][4096];
    size_t sizes[CALLS_MOST];
    char token[64];
} seen;

static char home[64];
static char out_text[65536], err_text[65536];

static char *text(const char *literal)
{
    return (char *)(uintptr_t)literal;
}

// ---- the server's part --------------------------------------------------------------------------

static void play_project(struct fake_reply *reply)
{
    Okr__Project project = OKR__PROJECT__INIT;
    project.has_id = project.has_version = project.has_kind = project.has_state = 1;
    project.id = 3;
    project.version = 7;
    project.kind = OKR__PROJECT_KIND__PROJECT_KIND_SIDE;
    project.state = OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED;
    project.name = text("検索\x1b[31mの高速化");
    fake_body(reply, &project.base);
}

static void play_info(struct fake_reply *reply)
{
    Okr__ServerInfo info = OKR__SERVER_INFO__INIT;
    info.week = text("2021-W07");
    info.quarter = text("2021Q1");
    info.version = text("0.1.0");
    fake_body(reply, &info.base);
}

static void play_week(struct fake_reply *reply)
{
    Okr__Goal goals[2] = {OKR__GOAL__INIT, OKR__GOAL__INIT};
    Okr__Goal *list[2] = {&goals[0], &goals[1]};
    for (int i = 0; i < 2; i++) {
        goals[i].has_id = goals[i].has_version = 1;
        goals[i].id = i + 1;
        goals[i].version = i + 4;
        goals[i].text = text(i ? "負荷試験" : "本番に出す");
    }
    Okr__PlanTask task = OKR__PLAN_TASK__INIT;
    Okr__PlanTask *tasks[1] = {&task};
    task.has_uid = 1;
    task.uid = 15;
    task.name = text("Load test");
    task.source = text("program");
    task.start = text("2021-02-15T09:00:00");
    task.finish = text("2021-02-19T18:00:00");
    Okr__ProjectWeek week = OKR__PROJECT_WEEK__INIT;
    week.has_project_id = week.has_state = 1;
    week.project_id = 3;
    week.project_name = text("検索の高速化");
    week.week = text("2021-W07");
    week.lead = text(seen.lead ? seen.lead : "mika");
    week.state = OKR__WEEK_STATE__WEEK_STATE_OPEN;
    week.n_goals = 2;
    week.goals = list;
    week.n_next_tasks = 1;
    week.next_tasks = tasks;
    fake_body(reply, &week.base);
}

static void play_thing(struct fake_reply *reply)
{
    Okr__Thing thing = OKR__THING__INIT;
    thing.has_version = 1;
    thing.version = 7;
    thing.text = text("検索の高速化");
    fake_body(reply, &thing.base);
}

static void play_session(struct fake_reply *reply)
{
    Okr__Session session = OKR__SESSION__INIT;
    Okr__Role rights[1] = {OKR__ROLE__ROLE_PL};
    session.handle = text("mika");
    session.n_rights = 1;
    session.rights = rights;
    fake_body(reply, &session.base);
}

// A quarter with one KR and two projects; the texts are of both widths.
static void play_board(struct fake_reply *reply)
{
    Okr__Quarter quarter = OKR__QUARTER__INIT;
    quarter.name = text("2021Q1");
    quarter.last_day = text("2021-03-31");
    quarter.has_state = 1;
    quarter.state = OKR__QUARTER_STATE__QUARTER_STATE_OPEN;
    Okr__Measurement latest = OKR__MEASUREMENT__INIT;
    latest.has_value = 1;
    latest.value = 780;
    Okr__KeyResult kr = OKR__KEY_RESULT__INIT;
    kr.has_id = kr.has_kind = kr.has_target = 1;
    kr.id = 1;
    kr.kind = OKR__KR_KIND__KR_KIND_DECREASE_TO;
    kr.target = 300;
    kr.unit = text("ms");
    kr.text = text("検索の応答");
    kr.latest = &latest;
    Okr__Goal goal = OKR__GOAL__INIT;
    Okr__Goal *goals[1] = {&goal};
    goal.text = text("とても長い週次目標を折り返さずに短くして表示することを確かめるための文です");
    Okr__Progress progress = OKR__PROGRESS__INIT;
    progress.has_percent = 1;
    progress.percent = 40;
    progress.finish = text("2021-04-02T18:00:00");
    Okr__Project projects[2] = {OKR__PROJECT__INIT, OKR__PROJECT__INIT};
    Okr__BoardProject rows[2] = {OKR__BOARD_PROJECT__INIT, OKR__BOARD_PROJECT__INIT};
    Okr__BoardProject *linked[2] = {&rows[0], &rows[1]};
    int64_t ids[2] = {4, 5};
    for (int i = 0; i < 2; i++) {
        projects[i].has_id = projects[i].has_state = 1;
        projects[i].id = ids[i];
        projects[i].state = OKR__PROJECT_STATE__PROJECT_STATE_ACCEPTED;
        projects[i].name = text(i ? "検索基盤の刷新" : "Search renewal");
        projects[i].lead = text("mika");
        projects[i].lead_name = text(i ? "三田 見本" : "Mika Example");
        projects[i].progress = &progress;
        rows[i].project = &projects[i];
    }
    Okr__Progress early = OKR__PROGRESS__INIT;
    early.has_percent = 1;
    early.finish = text("2021-03-31T18:00:00");
    projects[0].progress = &early;
    rows[1].n_goals = 1;
    rows[1].goals = goals;
    Okr__BoardKeyResult kr_row = OKR__BOARD_KEY_RESULT__INIT;
    Okr__BoardKeyResult *krs[1] = {&kr_row};
    kr_row.kr = &kr;
    kr_row.n_project_ids = 2;
    kr_row.project_ids = ids;
    Okr__Objective objective = OKR__OBJECTIVE__INIT;
    objective.text = text("Customers find their next deal");
    Okr__BoardObjective objective_row = OKR__BOARD_OBJECTIVE__INIT;
    Okr__BoardObjective *objectives[1] = {&objective_row};
    objective_row.objective = &objective;
    objective_row.n_krs = 1;
    objective_row.krs = krs;
    Okr__Board board = OKR__BOARD__INIT;
    board.quarter = &quarter;
    board.week = text("2021-W07");
    board.n_objectives = 1;
    board.objectives = objectives;
    board.n_linked = 2;
    board.linked = linked;
    fake_body(reply, &board.base);
}

static void play_conflict(struct fake_reply *reply)
{
    static uint8_t current[512];
    static Okr__Conflict conflict;
    Okr__Project project = OKR__PROJECT__INIT;
    project.has_version = project.has_rank = 1;
    project.version = 9;
    project.rank = 4;
    project.name = text("their name");
    okr__conflict__init(&conflict);
    conflict.has_current_version = conflict.has_current = 1;
    conflict.current_version = 9;
    conflict.type = text("okr.v1.Project");
    conflict.current.len = okr__project__pack(&project, current);
    conflict.current.data = current;
    reply->status.conflict = &conflict;
}

static void play_violation(struct fake_reply *reply)
{
    static Okr__FieldViolation violation;
    static Okr__FieldViolation *list[1] = {&violation};
    okr__field_violation__init(&violation);
    violation.field = text(seen.violation ? "reason" : "kr_ids[1]");
    violation.has_reason = 1;
    violation.reason = seen.violation ? seen.violation : OKR__REASON__REASON_NOT_EXISTING;
    violation.arg = seen.violation ? NULL : text("KR-99");
    reply->status.n_violations = 1;
    reply->status.violations = list;
}

static const struct {
    const char *method;
    void (*play)(struct fake_reply *);
} plays[] = {
    {"GetProject", play_project},    {"Decide", play_project}, {"Rank", play_project},
    {"GetWeek", play_week},          {"CloseWeek", play_week}, {"GetServerInfo", play_info},
    {"GetThing", play_thing},        {"Login", play_session},  {"WhoAmI", play_session},
    {"ProposeLinked", play_project}, {"GetBoard", play_board},
};

static bool is_change(const char *method)
{
    for (size_t i = 0; i < RPC_COUNT; i++) {
        if (strcmp(rpc_methods[i].name, method) == 0)
            return rpc_methods[i].effect == OKR__EFFECT__EFFECT_CHANGE;
    }
    return false;
}

static enum fake_action play(const Okr__Request *request, struct fake_reply *reply, void *context)
{
    (void)context;
    const char *name = strrchr(request->method, '/') + 1;
    int call = seen.calls++ % CALLS_MOST;
    snprintf(seen.methods[call], sizeof(seen.methods[call]), "%s", name);
    snprintf(seen.token, sizeof(seen.token), "%s", request->token ? request->token : "");
    seen.sizes[call] = request->body.len;
    if (request->body.len > 0 && request->body.len <= sizeof(seen.bodies[call]))
        memcpy(seen.bodies[call], request->body.data, request->body.len);
    for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
        if (strcmp(plays[i].method, name) == 0)
            plays[i].play(reply);
    }
    if (is_change(request->method) && seen.code) {
        reply->status.code = seen.code;
        reply->status.has_reason = 1;
        reply->status.reason = seen.reason;
        if (seen.conflict)
            play_conflict(reply);
        else if (seen.code == OKR__CODE__CODE_INVALID_ARGUMENT)
            play_violation(reply);
    }
    return FAKE_ANSWER;
}

// ---- running it ---------------------------------------------------------------------------------

static void read_back(FILE *file, char *buffer, size_t size)
{
    rewind(file);
    buffer[fread(buffer, 1, size - 1, file)] = '\0';
    fclose(file);
}

static int run_words(const char *address, const char *const *words)
{
    char *argv[32] = {text("okr")};
    int argc = 1;
    if (address) {
        argv[argc++] = text("--server");
        argv[argc++] = text(address);
    }
    for (; *words; words++)
        argv[argc++] = text(*words);
    FILE *out = tmpfile(), *err = tmpfile();
    assert_non_null(out);
    assert_non_null(err);
    int code = okr_run(argc, argv, out, err);
    read_back(out, out_text, sizeof(out_text));
    read_back(err, err_text, sizeof(err_text));
    return code;
}

#define OKR(address, ...) run_words(address, (const char *const[]){__VA_ARGS__, NULL})

static struct fake_server server;

static int set_up(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    snprintf(home, sizeof(home), "/tmp/okr-home-XXXXXX");
    assert_non_null(mkdtemp(home));
    setenv("HOME", home, 1);
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("OKR_SERVER");
    unsetenv("OKR_AS");
    unsetenv("VISUAL");
    setenv("OKR_LANG", "en", 1);
    fake_start(&server, play, NULL);
    assert_int_equal(OKR(server.address, "login", "mika", "--code", "abcd-efgh-jkmn-pqrs"),
                     EXIT_DONE);
    memset(&seen, 0, sizeof(seen));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    fake_stop(&server);
    snprintf(command, sizeof(command), "rm -rf '%s'", home);
    return system(command);
}

static void assert_says(const char *where, const char *what)
{
    if (!strstr(where, what))
        fail_msg("\"%s\" is not in: %s", what, where);
}

// ---- tests --------------------------------------------------------------------------------------

static void test_login_sends_the_hash_of_the_token_that_it_keeps(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "login", "mika", "--code", "ABCDEFGHJKMNPQRO"), EXIT_DONE);
    Okr__LoginRequest *login = okr__login_request__unpack(NULL, seen.sizes[0], seen.bodies[0]);
    assert_non_null(login);
    assert_string_equal(login->code, "ABCD-EFGH-JKMN-PQR0");
    assert_string_equal(seen.token, "");
    assert_int_equal(OKR(server.address, "whoami"), EXIT_DONE);
    uint8_t hash[TOKEN_HASH_BYTES];
    assert_int_equal(strlen(seen.token), TOKEN_TEXT_SIZE - 1);
    crypto_hash_sha256(hash, (const unsigned char *)seen.token, strlen(seen.token));
    assert_int_equal(login->token_hash.len, TOKEN_HASH_BYTES);
    assert_memory_equal(login->token_hash.data, hash, TOKEN_HASH_BYTES);
    okr__login_request__free_unpacked(login, NULL);
    char path[128];
    struct stat status;
    snprintf(path, sizeof(path), "%s/.local/state/okr/credentials", home);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_null(strstr(out_text, seen.token));
}

static void test_logout_forgets_the_token(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "logout"), EXIT_DONE);
    assert_int_equal(OKR(server.address, "whoami"), EXIT_NOT_LOGGED_IN);
    assert_int_equal(seen.calls, 1);
    assert_int_equal(OKR(server.address, "--json", "whoami"), EXIT_NOT_LOGGED_IN);
    assert_says(err_text, "\"CODE_UNAUTHENTICATED\"");
}

static void test_the_version_is_read_first(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "project", "accept", "p3", "--reason", "now", "--yes",
                         "--displaces", "P-5", "--displaces=6"),
                     EXIT_DONE);
    assert_string_equal(seen.methods[0], "GetThing");
    assert_string_equal(seen.methods[1], "Decide");
    Okr__DecideRequest *sent = okr__decide_request__unpack(NULL, seen.sizes[1], seen.bodies[1]);
    assert_non_null(sent);
    assert_int_equal(sent->project_id, 3);
    assert_int_equal(sent->version, 7);
    assert_int_equal(sent->decision, OKR__DECISION__DECISION_ACCEPT);
    assert_string_equal(sent->reason, "now");
    assert_false(sent->has_urgent);
    assert_int_equal(sent->n_displaces, 2);
    assert_int_equal(sent->displaces[1], 6);
    okr__decide_request__free_unpacked(sent, NULL);
    assert_says(out_text, "P-3 検索?[31mの高速化");
}

// R53: what is changed is what was shown. Where nothing was, and nobody can be asked, nothing is
// sent.
static void test_what_was_seen_is_changed(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "project", "accept", "P-3"), EXIT_USAGE);
    assert_says(err_text, "was not shown to you");
    assert_says(err_text, "--yes");
    assert_int_equal(seen.calls, 1);
    assert_string_equal(seen.methods[0], "GetThing");
    assert_int_equal(OKR(server.address, "project", "rank", "P-3", "1", "--version", "4"),
                     EXIT_DONE); // and shows the project, at version 7
    memset(&seen, 0, sizeof(seen));
    assert_int_equal(OKR(server.address, "project", "accept", "P-3"), EXIT_DONE);
    assert_int_equal(seen.calls, 1);
    Okr__DecideRequest *sent = okr__decide_request__unpack(NULL, seen.sizes[0], seen.bodies[0]);
    assert_non_null(sent);
    assert_int_equal(sent->version, 7);
    okr__decide_request__free_unpacked(sent, NULL);
}

// What ends something says so and asks; without a terminal and --yes it does not happen.
static void test_what_ends_is_asked_first(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "project", "complete", "P-3", "--version", "7"),
                     EXIT_USAGE);
    assert_says(err_text, "counts as completed");
    assert_says(err_text, "--yes");
    for (int i = 0; i < seen.calls; i++)
        assert_string_not_equal(seen.methods[i], "Decide");
    assert_int_equal(OKR(server.address, "--json", "project", "complete", "P-3"), EXIT_USAGE);
    assert_int_equal(err_text[0], '{');
    assert_int_equal(OKR(server.address, "project", "complete", "P-3", "--version", "7", "--yes"),
                     EXIT_DONE);
    assert_string_equal(seen.methods[seen.calls - 1], "Decide");
}

static void test_a_given_version_is_sent_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "project", "rank", "P-3", "1", "--version", "5"),
                     EXIT_DONE);
    assert_int_equal(seen.calls, 1);
    Okr__RankRequest *sent = okr__rank_request__unpack(NULL, seen.sizes[0], seen.bodies[0]);
    assert_non_null(sent);
    assert_int_equal(sent->version, 5);
    okr__rank_request__free_unpacked(sent, NULL);
}

static void test_a_conflict_shows_both_and_how_to_go_on(void **state)
{
    (void)state;
    seen.code = OKR__CODE__CODE_ABORTED;
    seen.reason = OKR__REASON__REASON_VERSION_CONFLICT;
    seen.conflict = true;
    assert_int_equal(
        OKR(NULL, "project", "rank", "P-3", "1", "--version", "5", "--server", server.address),
        EXIT_CONFLICT);
    assert_says(err_text, "somebody else has changed it");
    assert_says(err_text, "rank: 1");
    assert_says(err_text, "name: their name");
    assert_says(err_text, "okr project rank P-3 1 --server");
    assert_says(err_text, "--version 9");
    assert_null(strstr(err_text, "--version 5"));
}

static void test_a_violation_names_the_option(void **state)
{
    (void)state;
    seen.code = OKR__CODE__CODE_INVALID_ARGUMENT;
    assert_int_equal(OKR(server.address, "project", "propose", "Search", "--kr", "1", "--kr", "99"),
                     EXIT_NOT_FOUND);
    assert_string_equal(err_text, "okr: --kr: does not exist: KR-99\n"
                                  "Those that there are: okr kr list\n");
    assert_int_equal(OKR(server.address, "--json", "project", "propose", "Search", "--kr", "99"),
                     EXIT_NOT_FOUND);
    assert_says(err_text, "\"violations\"");
    assert_string_equal(out_text, "");
}

static void test_a_reason_names_its_option_once(void **state)
{
    (void)state;
    seen.code = OKR__CODE__CODE_INVALID_ARGUMENT;
    seen.violation = OKR__REASON__REASON_REASON_REQUIRED;
    assert_int_equal(OKR(server.address, "project", "drop", "P-3", "--version", "1", "--yes"),
                     EXIT_USAGE);
    assert_says(err_text, "--reason: a reason is needed");
    assert_null(strstr(strstr(err_text, "--reason") + 1, "--reason: "));
    assert_null(strchr(strchr(err_text, '\n') + 1, '\n'));
}

static void test_an_edit_says_what_it_changes(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "project", "team", "P-3"), EXIT_USAGE);
    assert_says(err_text, "--lead, --member");
    assert_int_equal(OKR(server.address, "project", "rescope", "P-3", "--reason", "why"),
                     EXIT_USAGE);
    assert_int_equal(seen.calls, 0);
}

// What was typed stands in the error, and what would do.
static void test_an_error_says_the_value(void **state)
{
    (void)state;
    seen.code = OKR__CODE__CODE_ALREADY_EXISTS;
    seen.reason = OKR__REASON__REASON_EXISTS;
    assert_int_equal(OKR(server.address, "role", "grant", "nobody", "foo"), EXIT_CONFLICT);
    assert_says(err_text, "HANDLE \"nobody\": this is there already");
    seen.reason = OKR__REASON__REASON_ROLE_REQUIRED;
    OKR(server.address, "role", "grant", "nobody", "foo");
    assert_says(err_text, "okr role grant HANDLE ROLE");
}

// Each verb of a noun is listed, and each argument of a fixed set says its words; the contract's
// own names do not stand there.
static void test_help_is_whole(void **state)
{
    (void)state;
    assert_int_equal(OKR(NULL, "help", "monday"), EXIT_DONE);
    assert_says(out_text, "okr monday decide LINE... DECISION REASON");
    assert_says(out_text, "okr monday confirm");
    assert_int_equal(OKR(NULL, "help", "side"), EXIT_DONE);
    assert_says(out_text, "okr side decide");
    assert_int_equal(OKR(NULL, "monday", "decide", "--help"), EXIT_DONE);
    assert_says(out_text, "no-change|change-plan|add-people|other");
    assert_null(strstr(out_text, "DecideLine"));
    assert_int_equal(OKR(NULL, "can", "--matrix"), EXIT_DONE);
    assert_says(out_text, "week close");
    if (strstr(out_text, "Service/"))
        fail_msg("a method without a name for people: %s", strstr(out_text, "Service/") - 30);
}

// Several things, one after the other; what takes an act back is said.
static void test_several_at_once(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "project", "complete", "P-3", "P-4", "--yes"), EXIT_DONE);
    int decided = 0;
    for (int i = 0; i < seen.calls; i++)
        decided += strcmp(seen.methods[i], "Decide") == 0;
    assert_int_equal(decided, 2);
    assert_says(err_text, "To take it back: okr project reopen P-3 --reason WHY");
    assert_says(err_text, "okr project reopen P-4");
    memset(&seen, 0, sizeof(seen));
    seen.code = OKR__CODE__CODE_FAILED_PRECONDITION;
    assert_int_equal(OKR(server.address, "project", "complete", "P-3", "P-4", "--yes"),
                     EXIT_WRONG_STATE);
    assert_says(err_text, "P-3");
    assert_null(strstr(err_text, "take it back"));
    assert_string_equal(seen.methods[seen.calls - 1], "Decide");
    assert_int_equal(OKR(server.address, "project", "accept", "P-3", "P-4", "--version", "7"),
                     EXIT_USAGE);
}

// A word of the help finds its commands.
static void test_help_is_searched(void **state)
{
    (void)state;
    assert_int_equal(OKR(NULL, "help", "--search", "look back"), EXIT_DONE);
    assert_says(out_text, "okr week close");
    assert_int_equal(OKR(NULL, "--lang", "ja", "help", "--search", "振り返り"), EXIT_DONE);
    assert_says(out_text, "okr week close");
    assert_int_equal(OKR(NULL, "help", "--search", "no such word"), EXIT_NOT_FOUND);
}

// Logged in, `okr` alone is what waits and what is next; else it is the help.
static void test_okr_alone_is_home(void **state)
{
    (void)state;
    assert_int_equal(run_words(server.address, (const char *const[]){NULL}), EXIT_DONE);
    assert_string_equal(seen.methods[0], "GetTodo");
    assert_string_equal(seen.methods[1], "GetMyWork");
    assert_int_equal(run_words("ipc:///tmp/okr-none.sock", (const char *const[]){NULL}), EXIT_DONE);
    assert_says(out_text, "okr NOUN VERB");
}

// What the shells ask for: from the table, and ids of what there is.
static void test_words_are_completed(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "complete", "--", "mon"), EXIT_DONE);
    assert_says(out_text, "monday\n");
    assert_says(out_text, "month\n");
    OKR(server.address, "complete", "--", "project", "acc");
    assert_string_equal(out_text, "accept\n");
    OKR(server.address, "complete", "--", "project", "list", "--state", "acc");
    assert_string_equal(out_text, "accepted\n");
    OKR(server.address, "complete", "--", "monday", "decide", "1", "ch");
    assert_string_equal(out_text, "change-plan\n");
    OKR(server.address, "complete", "--", "project", "accept", "--re");
    assert_string_equal(out_text, "--reason\n");
    assert_int_equal(seen.calls, 0);
    OKR("ipc:///tmp/okr-none.sock", "complete", "--", "project", "accept", "P-");
    assert_string_equal(out_text, "");
    assert_string_equal(err_text, "");
}

static void test_fields_are_picked(void **state)
{
    (void)state;
    assert_int_equal(
        OKR(server.address, "--json=id,name", "project", "rank", "P-3", "1", "--version", "7"),
        EXIT_DONE);
    assert_says(out_text, "\"id\": \"3\"");
    assert_null(strstr(out_text, "version"));
    memset(&seen, 0, sizeof(seen));
    assert_int_equal(
        OKR(server.address, "--json=nothing", "project", "rank", "P-3", "1", "--version", "7"),
        EXIT_USAGE);
    assert_says(err_text, "leadName");
    assert_int_equal(seen.calls, 0);
}

static void test_exit_codes(void **state)
{
    (void)state;
    static const struct {
        Okr__Code code;
        int exit_code;
    } codes[] = {
        {OKR__CODE__CODE_PERMISSION_DENIED, 4}, {OKR__CODE__CODE_ALREADY_EXISTS, 5},
        {OKR__CODE__CODE_NOT_FOUND, 6},         {OKR__CODE__CODE_FAILED_PRECONDITION, 9},
        {OKR__CODE__CODE_INTERNAL, 1},          {OKR__CODE__CODE_UNAUTHENTICATED, 3},
    };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        seen.code = codes[i].code;
        assert_int_equal(OKR(server.address, "project", "drop", "P-3", "--version", "1", "--yes"),
                         codes[i].exit_code);
    }
    assert_int_equal(OKR("ipc:///tmp/okr-none.sock", "--deadline", "0.2", "server", "info"), 7);
    assert_says(err_text, "/tmp/okr-none.sock");
}

static void test_usage_errors_name_the_word(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "projct", "list"), EXIT_USAGE);
    assert_says(err_text, "okr project");
    assert_int_equal(OKR(server.address, "project", "accept", "KR-3"), EXIT_USAGE);
    assert_says(err_text, "P-12");
    assert_int_equal(OKR(server.address, "project", "accept"), EXIT_USAGE);
    assert_says(err_text, "PROJECT");
    assert_int_equal(OKR(server.address, "project", "list", "--knd", "side"), EXIT_USAGE);
    assert_says(err_text, "--kind");
    assert_int_equal(OKR(server.address, "project", "list", "--kind", "sid"), EXIT_USAGE);
    assert_says(err_text, "\"side\"");
    assert_int_equal(OKR(server.address, "measure", "record", "KR-1"), EXIT_USAGE);
    assert_int_equal(seen.calls, 0);
}

static void test_json_is_the_reply(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "server", "info", "--json"), EXIT_DONE);
    assert_says(out_text, "\"week\": \"2021-W07\"");
    assert_int_equal(OKR(server.address, "can", "--matrix", "--json"), EXIT_DONE);
    assert_says(out_text, "\"method\":\"okr.v1.BoardService/GetBoard\"");
}

static void test_can_is_answered_by_my_rights(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "can", "project", "accept"), EXIT_DENIED);
    assert_says(out_text, "dev lead");
    assert_int_equal(OKR(server.address, "can", "goal", "add"), EXIT_DONE);
    assert_says(out_text, "own");
    assert_int_equal(OKR(server.address, "can", "BoardService/GetBoard"), EXIT_DONE);
    assert_int_equal(OKR(server.address, "can", "fly"), EXIT_USAGE);
    assert_int_equal(OKR(server.address, "can", "goal"), EXIT_DONE);
    assert_says(out_text, "okr goal add: yes, for what is your own\n");
    assert_int_equal(OKR(server.address, "can", "settings"), EXIT_DENIED);
}

static Okr__CloseWeekRequest *closed_week(void)
{
    int last = seen.calls - 1;
    assert_string_equal(seen.methods[last], "CloseWeek");
    Okr__CloseWeekRequest *sent =
        okr__close_week_request__unpack(NULL, seen.sizes[last], seen.bodies[last]);
    assert_non_null(sent);
    assert_int_equal(sent->project_id, 3);
    assert_int_equal(sent->n_results, 2);
    assert_int_equal(sent->results[0]->id, 1);
    assert_int_equal(sent->results[0]->version, 4);
    assert_int_equal(sent->results[0]->result, OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED);
    assert_int_equal(sent->results[1]->result, OKR__GOAL_RESULT__GOAL_RESULT_MISSED);
    assert_string_equal(sent->results[1]->reason, "環境待ち");
    return sent;
}

static void test_a_week_is_closed_by_options(void **state)
{
    (void)state;
    assert_int_equal(OKR(server.address, "week", "close", "P-3", "--achieved", "G-1"), EXIT_USAGE);
    assert_says(err_text, "was not shown to you");
    assert_int_equal(OKR(server.address, "week", "show", "P-3"), EXIT_DONE);
    assert_int_equal(OKR(server.address, "week", "close", "P-3", "--achieved", "G-1", "--missed",
                         "G-2=環境待ち", "--look-back", "fine", "--next", "one", "--next", "two"),
                     EXIT_DONE);
    Okr__CloseWeekRequest *sent = closed_week();
    assert_string_equal(sent->look_back, "fine");
    assert_int_equal(sent->n_next_goals, 2);
    assert_string_equal(sent->next_goals[1]->text, "two");
    okr__close_week_request__free_unpacked(sent, NULL);
    assert_int_equal(OKR(server.address, "week", "close", "P-3", "--achieved", "G-9"), EXIT_USAGE);
}

static int drafts(void)
{
    char command[256];
    snprintf(command, sizeof(command), "test -n \"$(ls '%s/.local/state/okr/drafts' 2>&-)\"", home);
    return system(command) == 0;
}

static void test_a_week_is_closed_in_the_editor(void **state)
{
    (void)state;
    setenv(
        "EDITOR",
        "sed -i -e 's/^\\[ \\] G-1 /［○］ G-1 /' -e 's/^\\[ \\] \\(G-2 .*\\)/[x] \\1\\n環境待ち/' "
        "-e 's/^> - /- /' -e 's/^## Look back.*/&\\nfine/'",
        1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_DONE);
    Okr__CloseWeekRequest *sent = closed_week();
    assert_string_equal(sent->look_back, "fine");
    assert_int_equal(sent->n_next_goals, 1);
    assert_string_equal(sent->next_goals[0]->text, "Load test");
    assert_string_equal(sent->next_goals[0]->source, "program");
    assert_int_equal(sent->next_goals[0]->task_uid, 15);
    okr__close_week_request__free_unpacked(sent, NULL);
    assert_false(drafts());
}

static void assert_nothing_sent(void)
{
    for (int i = 0; i < seen.calls; i++)
        assert_string_not_equal(seen.methods[i], "CloseWeek");
}

static void test_an_unchanged_or_empty_text_sends_nothing(void **state)
{
    (void)state;
    setenv("EDITOR", "true", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_DONE);
    setenv("EDITOR", "cp /dev/null", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_DONE);
    assert_nothing_sent();
    assert_false(drafts());
}

static void test_only_the_lead_is_given_the_editor(void **state)
{
    (void)state;
    seen.lead = "somebody-else";
    setenv("EDITOR", "touch \"$HOME/was-run\"; true", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_DENIED);
    assert_says(err_text, "somebody-else");
    char path[128];
    snprintf(path, sizeof(path), "%s/was-run", home);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_false(drafts());
}

static void test_an_editor_that_fails_leaves_nothing_behind(void **state)
{
    (void)state;
    setenv("EDITOR", "false", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_OTHER);
    assert_nothing_sent();
    assert_false(drafts());
}

// ---- the board ----------------------------------------------------------------------------------

// The column at which `what` begins, counted as a terminal does; a line of `out_text` has it.
static int column_of(const char *what)
{
    const char *at = strstr(out_text, what);
    if (!at)
        fail_msg("\"%s\" is not in: %s", what, out_text);
    const char *line = at;
    while (line > out_text && line[-1] != '\n')
        line--;
    char before[512];
    snprintf(before, sizeof(before), "%.*s", (int)(at - line), line);
    return text_width(before, false);
}

static void test_the_board_is_aligned_in_either_language(void **state)
{
    (void)state;
    setenv("COLUMNS", "100", 1);
    assert_int_equal(OKR(server.address, "board"), EXIT_DONE);
    assert_int_equal(column_of("Mika Example"), column_of("三田 見本"));
    assert_int_equal(column_of("Mika Example"), column_of("780 -> 300 ms"));
    assert_says(out_text, "! planned to end after the quarter: P-5\n");
    assert_says(out_text, "! no weekly goal this week: P-4\n");
    assert_null(strstr(out_text, " \n"));
    assert_null(strchr(out_text, '\033'));
    setenv("COLUMNS", "80", 1);
    assert_int_equal(OKR(server.address, "board"), EXIT_DONE);
    assert_says(out_text, "Planned end\n");
    for (char *line = strtok(out_text, "\n"); line; line = strtok(NULL, "\n"))
        assert_in_range(text_width(line, false), 0, 80);
    setenv("COLUMNS", "60", 1);
    assert_int_equal(OKR(server.address, "board"), EXIT_DONE);
    for (char *line = strtok(out_text, "\n"); line; line = strtok(NULL, "\n"))
        if (strncmp(line, "    ", 4) == 0)
            assert_in_range(text_width(line, false), 1, 60);
    unsetenv("COLUMNS");
}

static void test_what_was_written_is_kept(void **state)
{
    (void)state;
    setenv("EDITOR", "sed -i -e 's/^\\[ \\] G-1 /[?] G-1 /'", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_USAGE);
    assert_says(err_text, "line 7:");
    assert_says(err_text, "okr week edit P-3 --week 2021-W07 --file ");
    assert_nothing_sent();
    assert_true(drafts());
    // The editor's own failure loses nothing either, nor does the server's refusal.
    setenv("EDITOR", "f() { echo more >> \"$1\"; false; }; f", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_OTHER);
    assert_says(err_text, "/drafts/week-P-3-2021-W07-");
    seen.code = OKR__CODE__CODE_ABORTED;
    seen.reason = OKR__REASON__REASON_VERSION_CONFLICT;
    setenv("EDITOR", "sed -i -e 's/^\\[ \\]/[o]/'", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_CONFLICT);
    assert_says(err_text, "kept in");
}

static void test_a_draft_that_was_gone_on_with_is_forgotten(void **state)
{
    (void)state;
    setenv("EDITOR", "sed -i -e 's/^\\[ \\] G-1 /[?] G-1 /'", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3"), EXIT_USAGE);
    const char *path = strstr(err_text, " --file ");
    assert_non_null(path);
    char draft[256];
    assert_int_equal(sscanf(path, " --file %255s", draft), 1);
    setenv("EDITOR", "sed -i -e 's/^\\[.\\]/[o]/'", 1);
    assert_int_equal(OKR(server.address, "week", "edit", "P-3", "--file", draft), EXIT_DONE);
    assert_false(drafts());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_login_sends_the_hash_of_the_token_that_it_keeps,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_logout_forgets_the_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_version_is_read_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_seen_is_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_ends_is_asked_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_given_version_is_sent_as_it_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_conflict_shows_both_and_how_to_go_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_violation_names_the_option, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_exit_codes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_error_says_the_value, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_help_is_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_words_are_completed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fields_are_picked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_several_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_help_is_searched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_okr_alone_is_home, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_usage_errors_name_the_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json_is_the_reply, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_can_is_answered_by_my_rights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_week_is_closed_by_options, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_week_is_closed_in_the_editor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_unchanged_or_empty_text_sends_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_what_was_written_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_draft_that_was_gone_on_with_is_forgotten, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_only_the_lead_is_given_the_editor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_editor_that_fails_leaves_nothing_behind, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_the_board_is_aligned_in_either_language, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_reason_names_its_option_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_edit_says_what_it_changes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
