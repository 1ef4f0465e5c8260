// A database that has lost its last changes and counts on from before, as one that takes another's
// place without having waited for it: nothing that was seen of what is lost is shown as what came
// after it. The loss is made by hand.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tests/fault/fault.h"

enum { SOON_MS = 20000 };

static struct daemon *okrd;
static struct world world;

static int64_t create(const char *quarter)
{
    Okr__CreateQuarterRequest request = OKR__CREATE_QUARTER_REQUEST__INIT;
    struct rpc_result result;
    request.name = (char *)(uintptr_t)quarter;
    assert_int_equal(
        call_once(okrd->ipc, world.token, SOON_MS, RPC_QUARTER_CREATE_QUARTER, &request, &result),
        OKR__CODE__CODE_OK);
    int64_t revision = result.revision;
    rpc_result_clear(&result);
    return revision;
}

static bool is_listed(const char *quarter)
{
    Okr__ListQuartersRequest request = OKR__LIST_QUARTERS_REQUEST__INIT;
    struct rpc_result result;
    assert_int_equal(
        call_once(okrd->ipc, world.token, SOON_MS, RPC_QUARTER_LIST_QUARTERS, &request, &result),
        OKR__CODE__CODE_OK);
    const Okr__QuarterList *list = (const Okr__QuarterList *)result.reply;
    bool found = false;
    for (size_t i = 0; i < list->n_quarters; i++)
        found |= strcmp(list->quarters[i]->name, quarter) == 0;
    rpc_result_clear(&result);
    return found;
}

// What comes after a revision; the history that the reply is of is the caller's to free.
static Okr__Status *watch(int64_t after, const char *history, char **ret_history)
{
    static Okr__Status status;
    Okr__WatchRequest request = OKR__WATCH_REQUEST__INIT;
    struct rpc_result result;
    request.has_after_revision = 1;
    request.after_revision = after;
    request.history = (char *)(uintptr_t)history;
    call_once(okrd->ipc, world.token, 1000, RPC_WATCH_WATCH, &request, &result);
    status = (Okr__Status){.code = result.status->code, .reason = result.status->reason};
    if (ret_history) {
        const Okr__WatchReply *reply = (const Okr__WatchReply *)result.reply;
        *ret_history = strdup(reply->history);
    }
    rpc_result_clear(&result);
    return &status;
}

static void lose_last(const char *quarter)
{
    char sql[1024];
    snprintf(sql, sizeof sql,
             "SET session_replication_role = replica; DELETE FROM quarter WHERE name = '%s';"
             "DELETE FROM audit WHERE revision = (SELECT revision FROM head);"
             "UPDATE head h SET revision = a.revision, hash = a.hash FROM audit a"
             " WHERE a.revision = h.revision - 1;"
             "SELECT count(pg_terminate_backend(pid))::integer FROM pg_stat_activity"
             " WHERE application_name LIKE 'okrd %%'",
             quarter);
    assert_true(daemon_ask(okrd, sql) > 0);
    assert_true(daemon_wait(okrd, SOON_MS));
}

static void what_is_lost_is_not_shown_again(void **state)
{
    (void)state;
    char *history;
    int64_t revision = create("2032Q1");
    assert_true(is_listed("2032Q1")); // kept now, as of that revision
    assert_int_equal(watch(revision - 1, NULL, &history)->code, OKR__CODE__CODE_OK);
    assert_int_equal(watch(revision, history, NULL)->code, OKR__CODE__CODE_OK);
    lose_last("2032Q1");
    assert_int_equal(create("2032Q2"), revision);
    assert_false(is_listed("2032Q1"));
    assert_true(is_listed("2032Q2"));
    const Okr__Status *status = watch(revision, history, NULL);
    assert_int_equal(status->code, OKR__CODE__CODE_FAILED_PRECONDITION);
    assert_int_equal(status->reason, OKR__REASON__REASON_HISTORY_LOST);
    assert_int_equal(watch(revision, NULL, NULL)->code, OKR__CODE__CODE_OK);
    free(history);
    assert_int_equal(daemon_log_count(okrd, "the database has lost it"), 1);
}

static int start(void **state)
{
    (void)state;
    okrd = daemon_new();
    daemon_start(okrd);
    world_make(okrd, &world);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    okrd = daemon_free(okrd);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_lost_is_not_shown_again),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
