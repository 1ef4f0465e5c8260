// Plans are saved again and again while the agent, okrd and PostgreSQL are killed at random. All
// the while somebody reads: never a part of a version, nor rows of two. In the end what was saved
// last is what is published. PUSH_ROUNDS: how many saves.
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/agent_fixture.h"
#include "tests/support/plan_fixture.h"

enum { TASKS = 150, ROUNDS = 60 };

static struct okrd *server;

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    agent_folder_new();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    agent_folder_remove();
    server = okrd_stop(server);
    return 0;
}

// ---- the plan ---------------------------------------------------------------------------------

// Which save it is can be told from each row: the hours of work. How many rows there are, too.
static int tasks_of(int save)
{
    return TASKS + save % 7;
}

static void save(int number)
{
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    fprintf(file,
            "<Project xmlns=\"http://schemas.microsoft.com/project\"><LastSaved>"
            "2021-02-08T%02d:%02d:%02d</LastSaved><Tasks>\n",
            10 + number / 3600, number / 60 % 60, number % 60);
    for (int i = 1; i <= tasks_of(number); i++)
        fprintf(file,
                "<Task><UID>%d</UID><ID>%d</ID><Name>Task %d</Name><OutlineLevel>1</OutlineLevel>"
                "<Work>PT%dH0M0S</Work></Task>\n",
                i, i, i, number);
    fputs("</Tasks></Project>\n", file);
    fclose(file);
    agent_write("new.tmp", text);
    agent_move("new.tmp", "killed.xml");
    free(text);
}

// The save that all rows are of; 0: they are not whole.
static int save_of(const Okr__PlanTaskList *list)
{
    int number = list->n_tasks > 0 ? (int)(list->tasks[0]->work / 60) : 0;
    for (size_t i = 0; i < list->n_tasks; i++)
        if ((int)(list->tasks[i]->work / 60) != number)
            return 0;
    return (int)list->n_tasks == tasks_of(number) ? number : 0;
}

// ---- somebody who reads -----------------------------------------------------------------------

static struct reader {
    pthread_t thread;
    struct rpc_client *client;
    atomic_bool enough;
    atomic_int reads, torn, back; // answers; not whole; older than the one before
} reader;

static void *read_on(void *context)
{
    Okr__ListPlanTasksRequest request = OKR__LIST_PLAN_TASKS_REQUEST__INIT;
    int seen = 0;
    request.source = (char *)(uintptr_t) "killed";
    while (!atomic_load(&reader.enough)) {
        struct rpc_result result;
        rpc_call(reader.client, RPC_PLAN_LIST_PLAN_TASKS, &request.base, &result);
        if (result.reply) {
            int number = save_of((const Okr__PlanTaskList *)result.reply);
            atomic_fetch_add(&reader.reads, 1);
            atomic_fetch_add(&reader.torn, number == 0);
            atomic_fetch_add(&reader.back, number < seen);
            seen = number;
        }
        rpc_result_clear(&result);
        agent_nap(5);
    }
    return context;
}

static void start_reading(void)
{
    const char *error = NULL;
    struct rpc_options options = {
        .address = okrd_address(server), .token = okrd_token(server, "eve"), .deadline_ms = 2000};
    reader.client = rpc_client_new(&options, &error);
    assert_non_null(reader.client);
    assert_int_equal(pthread_create(&reader.thread, NULL, read_on, NULL), 0);
}

static void stop_reading(void)
{
    atomic_store(&reader.enough, true);
    pthread_join(reader.thread, NULL);
    reader.client = rpc_client_free(reader.client);
}

// ---- who is killed ----------------------------------------------------------------------------

static void kill_agent(void)
{
    assert_int_equal(agent_end(SIGKILL), 128 + SIGKILL);
    agent_forget_log();
    agent_start(server, "killed.xml", "--quiet-seconds", "0.05", NULL);
}

// okrd starts it again by itself.
static void kill_postgresql(void)
{
    char path[512];
    int pid = 0;
    snprintf(path, sizeof path, "%s/cluster/data/postmaster.pid", okrd_dir(server));
    FILE *file = fopen(path, "r");
    if (!file)
        return; // it is on its way back from the last time
    if (fscanf(file, "%d", &pid) == 1 && pid > 1)
        kill(pid, SIGKILL);
    fclose(file);
}

static void kill_somebody(void)
{
    int one = rand() % 24;
    if (one < 5)
        kill_agent();
    else if (one < 7)
        okrd_restart(server, true);
    else if (one < 9)
        kill_postgresql();
}

// The last one, once everything runs again.
static void expect_published(int number)
{
    Okr__ListPlanTasksRequest request = OKR__LIST_PLAN_TASKS_REQUEST__INIT;
    int last = 0;
    request.source = (char *)(uintptr_t) "killed";
    for (int i = 0; i < 1200 && last != number; i++) {
        struct rpc_result result;
        agent_nap(50);
        if (okrd_call(server, "eve", RPC_PLAN_LIST_PLAN_TASKS, &request, &result) ==
            OKR__CODE__CODE_OK)
            last = save_of((const Okr__PlanTaskList *)result.reply);
        rpc_result_clear(&result);
    }
    if (last != number)
        fail_msg("save %d is published, the last one is %d; the agent:\n%s", last, number,
                 agent_log());
}

static void readers_see_whole_versions_whoever_is_killed(void **state)
{
    (void)state;
    const char *given = getenv("PUSH_ROUNDS");
    int rounds = given ? atoi(given) : ROUNDS;
    srand(20210208);
    agent_delegate(server, "a", "killed", NULL);
    save(1);
    agent_start(server, "killed.xml", "--quiet-seconds", "0.05", NULL);
    agent_expect("version 1 is published");
    start_reading();
    for (int i = 2; i <= rounds; i++) {
        save(i);
        agent_nap(rand() % 250);
        kill_somebody();
    }
    save(rounds + 1);
    expect_published(rounds + 1);
    stop_reading();
    const Okr__PlanVersion *version = plan_version(server, "killed", 0);
    print_message("          %d saves, %lld versions, %d reads\n", rounds + 1,
                  (long long)version->number, atomic_load(&reader.reads));
    assert_true(atomic_load(&reader.reads) > rounds);
    assert_int_equal(atomic_load(&reader.torn), 0);
    assert_int_equal(atomic_load(&reader.back), 0);
    assert_true(version->number > rounds / 10);
    assert_true(version->number <= rounds + 1);
    assert_int_equal(agent_end(SIGTERM), 0);
    fixture_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_see_whole_versions_whoever_is_killed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
