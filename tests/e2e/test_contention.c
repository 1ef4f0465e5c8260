// Many clients change the same thing at once (R53): one wins each version, each loser is told and
// shown both versions, nothing is lost, and the audit log holds each change once. One week is
// closed by exactly one of ten who try, with goals being added all the while.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/support/week_fixture.h"

enum { CLIENTS = 10, ROUNDS = 30 };

static struct okrd *okrd;
static struct rpc_client *clients[CLIENTS];

// Each client has a connection of its own: okrd_client's is one a member, for one thread.
static struct rpc_client *connect_as(const char *handle)
{
    const char *error = NULL;
    struct rpc_options options = {.address = okrd_address(okrd), .token = okrd_token(okrd, handle)};
    struct rpc_client *client = rpc_client_new(&options, &error);
    if (!client)
        fail_msg("%s", error);
    return client;
}

static int setup(void **state)
{
    (void)state;
    okrd = okrd_start("2021-02-10T10:00:00+09:00");
    fixture_people(okrd);
    fixture_quarter(okrd, "2021Q1");
    fixture_kr(okrd, fixture_objective(okrd, "2021Q1", "Grow"), "100 users");
    fixture_open(okrd, "2021Q1");
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = connect_as("ann");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (int i = 0; i < CLIENTS; i++)
        clients[i] = rpc_client_free(clients[i]);
    okrd = okrd_stop(okrd);
    fixture_clear();
    return 0;
}

// --- One round: everybody asks at the same moment. Asserting is left to the main thread.

struct attempt {
    pthread_t thread;
    pthread_barrier_t *start;
    struct rpc_client *client;
    enum rpc_id method;
    const ProtobufCMessage *request;
    struct rpc_result result;
};

static void *ask(void *arg)
{
    struct attempt *attempt = arg;
    pthread_barrier_wait(attempt->start);
    rpc_call(attempt->client, attempt->method, attempt->request, &attempt->result);
    return NULL;
}

static void ask_all(struct attempt *attempts)
{
    pthread_barrier_t start;
    assert_int_equal(pthread_barrier_init(&start, NULL, CLIENTS), 0);
    for (int i = 0; i < CLIENTS; i++) {
        attempts[i].start = &start;
        attempts[i].client = clients[i];
        assert_int_equal(pthread_create(&attempts[i].thread, NULL, ask, &attempts[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(attempts[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

static void clear_all(struct attempt *attempts)
{
    for (int i = 0; i < CLIENTS; i++)
        rpc_result_clear(&attempts[i].result);
}

// --- One goal, edited by ten

static void assert_told_both_versions(const Okr__Status *status, int64_t goal, int64_t version,
                                      const char *winning_text)
{
    assert_int_equal(status->code, OKR__CODE__CODE_ABORTED);
    assert_int_equal(status->reason, OKR__REASON__REASON_VERSION_CONFLICT);
    assert_non_null(status->conflict);
    assert_int_equal(status->conflict->your_version, version);
    assert_int_equal(status->conflict->current_version, version + 1);
    assert_string_equal(status->conflict->type, "okr.v1.Goal");
    Okr__Goal *current =
        okr__goal__unpack(NULL, status->conflict->current.len, status->conflict->current.data);
    assert_non_null(current);
    assert_int_equal(current->id, goal);
    assert_int_equal(current->version, version + 1);
    assert_string_equal(current->text, winning_text);
    okr__goal__free_unpacked(current, NULL);
}

// One round at `version`; the winner's text.
static void edit_round(int64_t goal, int64_t version, int round, char winning_text[64])
{
    struct attempt attempts[CLIENTS] = {0};
    Okr__EditGoalRequest requests[CLIENTS];
    char texts[CLIENTS][64];
    for (int i = 0; i < CLIENTS; i++) {
        snprintf(texts[i], sizeof texts[i], "round %d by client %d", round, i);
        requests[i] = (Okr__EditGoalRequest)OKR__EDIT_GOAL_REQUEST__INIT;
        requests[i].has_id = requests[i].has_version = true;
        requests[i].id = goal;
        requests[i].version = version;
        requests[i].text = texts[i];
        attempts[i].method = RPC_WEEK_EDIT_GOAL;
        attempts[i].request = &requests[i].base;
    }
    ask_all(attempts);
    int winner = -1;
    for (int i = 0; i < CLIENTS; i++)
        if (attempts[i].result.status->code == OKR__CODE__CODE_OK) {
            assert_int_equal(winner, -1);
            winner = i;
        }
    assert_int_not_equal(winner, -1);
    const Okr__Goal *won = (const Okr__Goal *)attempts[winner].result.reply;
    assert_int_equal(won->version, version + 1);
    assert_string_equal(won->text, texts[winner]);
    for (int i = 0; i < CLIENTS; i++)
        if (i != winner)
            assert_told_both_versions(attempts[i].result.status, goal, version, texts[winner]);
    memcpy(winning_text, texts[winner], sizeof texts[winner]);
    clear_all(attempts);
}

// The log of a thing, oldest first.
static const Okr__AuditList *audit_of(const char *resource)
{
    Okr__ListAuditRequest request = OKR__LIST_AUDIT_REQUEST__INIT;
    request.resource = (char *)(uintptr_t)resource;
    request.has_limit = true;
    request.limit = 1000;
    return must(okrd, "kim", RPC_AUDIT_LIST_AUDIT, &request);
}

static void one_wins_each_version_and_nothing_is_lost(void **state)
{
    (void)state;
    int64_t project = fixture_project(okrd, "2021Q1", "Contended", 0, "ann", NULL);
    int64_t goal = fixture_goal(okrd, "ann", project, NULL, "Draw")->id;
    static char texts[ROUNDS][64];
    for (int round = 0; round < ROUNDS; round++)
        edit_round(goal, round + 1, round, texts[round]);
    const Okr__Goal *last = fixture_week(okrd, project, NULL)->goals[0];
    assert_int_equal(last->version, 1 + ROUNDS);
    assert_string_equal(last->text, texts[ROUNDS - 1]);

    char resource[32];
    snprintf(resource, sizeof resource, "goal/%lld", (long long)goal);
    const Okr__AuditList *log = audit_of(resource);
    assert_int_equal(log->n_rows, 1 + ROUNDS);
    for (int round = 0; round < ROUNDS; round++) {
        const Okr__AuditRow *row = log->rows[round + 1];
        assert_string_equal(row->method, "okr.v1.WeekService/EditGoal");
        assert_string_equal(row->actor, "ann");
        assert_non_null(strstr(row->after, texts[round]));
        if (round > 0)
            assert_non_null(strstr(row->before, texts[round - 1]));
    }
}

// --- One goal's result, set by ten: the change that shares its transaction with others

static void results_set_at_once_go_one_after_another(void **state)
{
    (void)state;
    int64_t project = fixture_project(okrd, "2021Q1", "Results", 0, "ann", NULL);
    Okr__Goal *goals[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        goals[i] = fixture_goal(okrd, "ann", project, NULL, "Draw");
    struct attempt attempts[CLIENTS] = {0};
    Okr__SetResultRequest requests[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) { // two at each goal, but for the last ones that nobody takes
        requests[i] = (Okr__SetResultRequest)OKR__SET_RESULT_REQUEST__INIT;
        requests[i].has_id = requests[i].has_version = requests[i].has_result = true;
        requests[i].id = goals[i / 2]->id;
        requests[i].version = 1;
        requests[i].result = OKR__GOAL_RESULT__GOAL_RESULT_ACHIEVED;
        attempts[i].method = RPC_WEEK_SET_RESULT;
        attempts[i].request = &requests[i].base;
    }
    ask_all(attempts);
    for (int i = 0; i < CLIENTS; i += 2) {
        Okr__Code one = attempts[i].result.status->code, two = attempts[i + 1].result.status->code;
        assert_true((one == OKR__CODE__CODE_OK) != (two == OKR__CODE__CODE_OK));
        assert_true(one == OKR__CODE__CODE_ABORTED || two == OKR__CODE__CODE_ABORTED);
    }
    clear_all(attempts);
    const Okr__ProjectWeek *week = fixture_week(okrd, project, NULL);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(week->goals[i]->version, i < CLIENTS / 2 ? 2 : 1);
}

// --- One week, closed by five while five add goals to it

static void count_outcomes(const struct attempt *attempts, int *ret_closed, int *ret_added)
{
    *ret_closed = *ret_added = 0;
    for (int i = 0; i < CLIENTS; i++) {
        const Okr__Status *status = attempts[i].result.status;
        bool closes = attempts[i].method == RPC_WEEK_CLOSE_WEEK;
        if (status->code == OKR__CODE__CODE_OK) {
            *(closes ? ret_closed : ret_added) += 1;
            continue;
        }
        // Too late, or a goal came in that the closing knows no result of.
        assert_int_equal(status->code, OKR__CODE__CODE_FAILED_PRECONDITION);
        assert_true(status->reason == OKR__REASON__REASON_WEEK_CLOSED ||
                    (closes && status->reason == OKR__REASON__REASON_RESULT_MISSING));
    }
}

static void close_and_add(int64_t project, bool only_close, int *ret_closed, int *ret_added)
{
    struct attempt attempts[CLIENTS] = {0};
    Okr__NewGoal goal = OKR__NEW_GOAL__INIT;
    goal.text = (char *)(uintptr_t) "One more";
    Okr__NewGoal *next_goals[] = {&goal};
    Okr__AddGoalRequest add = OKR__ADD_GOAL_REQUEST__INIT;
    add.has_project_id = true;
    add.project_id = project;
    add.goal = &goal;
    Okr__CloseWeekRequest closing = OKR__CLOSE_WEEK_REQUEST__INIT;
    closing.has_project_id = true;
    closing.project_id = project;
    closing.n_next_goals = 1;
    closing.next_goals = next_goals;
    for (int i = 0; i < CLIENTS; i++) {
        bool closes = only_close || i % 2 == 0;
        attempts[i].method = closes ? RPC_WEEK_CLOSE_WEEK : RPC_WEEK_ADD_GOAL;
        attempts[i].request = closes ? &closing.base : &add.base;
    }
    ask_all(attempts);
    count_outcomes(attempts, ret_closed, ret_added);
    clear_all(attempts);
}

static void a_week_is_closed_once(void **state)
{
    (void)state;
    for (int round = 0; round < 5; round++) {
        int closed, added;
        int64_t project = fixture_project(okrd, "2021Q1", "Closed", 0, "ann", NULL);
        close_and_add(project, true, &closed, &added);
        assert_int_equal(closed, 1);
        const Okr__ProjectWeek *week = fixture_week(okrd, project, NULL);
        assert_int_equal(week->state, OKR__WEEK_STATE__WEEK_STATE_CLOSED);
        assert_int_equal(week->n_next_goals, 1); // those of the one that won
        char resource[48];
        snprintf(resource, sizeof resource, "week/%lld/2021-W06", (long long)project);
        assert_int_equal(audit_of(resource)->n_rows, 1);
    }
}

// A goal gets into the week or is refused: none is in a closed week without a result.
static void no_goal_slips_into_a_closed_week(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        int closed, added;
        int64_t project = fixture_project(okrd, "2021Q1", "Added to", 0, "ann", NULL);
        close_and_add(project, false, &closed, &added);
        const Okr__ProjectWeek *week = fixture_week(okrd, project, NULL);
        assert_int_equal(week->n_goals, added);
        assert_int_equal(closed, added == 0 ? 1 : 0);
        assert_int_equal(week->state, closed ? OKR__WEEK_STATE__WEEK_STATE_CLOSED
                                             : OKR__WEEK_STATE__WEEK_STATE_OPEN);
        for (size_t i = 0; i < week->n_goals; i++)
            assert_int_equal(week->goals[i]->position, i + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_wins_each_version_and_nothing_is_lost),
        cmocka_unit_test(results_set_at_once_go_one_after_another),
        cmocka_unit_test(a_week_is_closed_once),
        cmocka_unit_test(no_goal_slips_into_a_closed_week),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
