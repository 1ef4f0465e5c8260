// okr-plan-sync run over months, in seconds: okrd goes and comes, delegations end, the agent is
// killed, started twice, told to read its settings again; and what `status` says of it all.
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/support/agent_fixture.h"
#include "tests/support/plan_fixture.h"

static struct okrd *server;

static int start(void **state)
{
    (void)state;
    server = okrd_start(NULL);
    fixture_people(server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server = okrd_stop(server);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    agent_folder_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    agent_folder_remove();
    fixture_clear();
    return 0;
}

static void save(const char *name, const char *word, int tasks, int minute)
{
    char *text = agent_plan(word, tasks, minute);
    agent_write("new.tmp", text);
    agent_move("new.tmp", name);
    free(text);
}

static const struct agent_ran *status(const char *more)
{
    return agent_run(NULL, "status", "--state", agent_path("state"), more, NULL);
}

static void status_says(const char *text)
{
    const struct agent_ran *ran = status(NULL);
    if (ran->code != 0 || !strstr(ran->out, text))
        fail_msg("no \"%s\" in\n%s%s", text, ran->out, ran->err);
}

// ---- okrd -------------------------------------------------------------------------------------

// Broken when an okrd that is away costs more than two lines, or what was saved meanwhile is not
// published when it is back.
static void okrd_goes_and_comes(void **state)
{
    (void)state;
    agent_delegate(server, "a", "one", "two", NULL);
    save("one.xml", "One", 2, 1);
    save("two.xml", "Two", 2, 1);
    agent_start(server, "one.xml", "two.xml", NULL);
    agent_expect("one: version 1 is published");
    agent_expect("two: version 1 is published");
    okrd_restart(server, true); // the agent's connections are not kept
    save("one.xml", "One more", 3, 2);
    agent_expect("one: version 2 is published");

    assert_int_equal(agent_end(SIGTERM), 0);
    char other[256];
    snprintf(other, sizeof other, "%s", agent_path("nowhere.sock"));
    agent_start(server, "one.xml", "two.xml", "--server", other, NULL);
    save("one.xml", "One again", 4, 3);
    save("two.xml", "Two again", 4, 3);
    agent_expect("okrd does not answer, will be tried again: no server answers");
    agent_nap(8000);
    assert_int_equal(agent_count("does not answer"), 1);
    status_says("okrd does not answer since");
    status_says("waiting");
    assert_int_equal(symlink(okrd_address(server) + strlen("ipc://"), other), 0);
    agent_expect("okrd answers again, after ");
    agent_expect("version 3 is published");
    agent_expect("version 2 is published");
    assert_int_equal(agent_count("answers again"), 1);
    assert_int_equal(agent_end(SIGTERM), 0);
}

// Broken when a delegation that ended ends the agent, floods the log, or a new token is not taken.
static void a_delegation_ends_and_is_renewed(void **state)
{
    (void)state;
    int64_t id = agent_delegate(server, "a", "renewed", NULL);
    save("renewed.xml", "One", 2, 1);
    agent_start(server, "renewed.xml", NULL);
    agent_expect("renewed: version 1 is published");
    Okr__RevokeAgentRequest request = OKR__REVOKE_AGENT_REQUEST__INIT;
    request.has_id = true;
    request.id = id;
    must(server, "pm", RPC_PLAN_REVOKE_AGENT, &request);
    save("renewed.xml", "Two", 2, 2);
    agent_expect("renewed: not allowed, will be tried again now and then: ");
    agent_nap(3000);
    assert_int_equal(agent_count("renewed: not allowed"), 1);
    status_says("not allowed");
    assert_int_equal(plan_version(server, "renewed", 0)->number, 1);
    agent_delegate(server, "a2", "renewed", NULL);
    agent_expect("renewed: version 2 is published");
    assert_string_equal(plan_version(server, "renewed", 0)->agent, "a2");
    unlink(agent_path("token"));
    save("renewed.xml", "Three", 2, 3);
    agent_expect("renewed: not allowed");
    agent_delegate(server, "a3", "renewed", NULL);
    agent_expect("renewed: version 3 is published");
}

// Broken when a plan that was not delegated is published, or keeps the others from it.
static void a_plan_that_was_not_delegated_is_not_published(void **state)
{
    (void)state;
    agent_delegate(server, "a", "mine", NULL);
    save("mine.xml", "One", 2, 1);
    save("alien.xml", "One", 2, 1);
    assert_int_equal(chmod(agent_path("token"), 0644), 0);
    agent_start(server, "alien.xml", "mine.xml", NULL);
    agent_expect("alien: not allowed, will be tried again now and then: the plan \"alien\" is not "
                 "delegated to this agent");
    agent_expect("others can read this token");
    agent_expect("mine: version 1 is published");
}

// ---- the agent itself -------------------------------------------------------------------------

// Broken when a kill at any moment makes a plan be published twice, or not at all, or spoils the
// state.
static void it_is_killed_at_any_moment(void **state)
{
    (void)state;
    const char *given = getenv("KILL_ROUNDS");
    int rounds = given ? atoi(given) : 25;
    srand(20210208);
    agent_delegate(server, "a", "killed", NULL);
    for (int i = 1; i <= rounds; i++) {
        save("killed.xml", "Round", i + 1, i);
        agent_forget_log();
        agent_start(server, "killed.xml", NULL);
        agent_nap(rand() % 500);
        assert_int_equal(agent_end(SIGKILL), 128 + SIGKILL);
        const struct agent_ran *ran = status(NULL);
        if (ran->code != 0)
            fail_msg("round %d: the state is damaged: %s", i, ran->err);
    }
    save("killed.xml", "Round", rounds + 2, rounds + 1);
    agent_forget_log();
    agent_start(server, "killed.xml", NULL);
    agent_expect("killed: version ");
    const Okr__PlanVersion *version = plan_version(server, "killed", 0);
    assert_true(version->number <= rounds + 1);
    assert_string_equal(plan_task(plan_tasks(server, "killed", 0, 0, false), 1)->name, "Round 1");
    // and nothing of it again
    assert_int_equal(agent_end(SIGTERM), 0);
    agent_forget_log();
    agent_start(server, "killed.xml", NULL);
    agent_nap(1500);
    assert_int_equal(agent_count("killed: "), 0);
    assert_int_equal(plan_version(server, "killed", 0)->number, version->number);
    assert_int_equal(agent_end(SIGTERM), 0);
}

// Broken when what was saved while nobody ran is not seen, or what was not is pushed again.
static void what_was_saved_meanwhile_is_published(void **state)
{
    (void)state;
    agent_delegate(server, "a", "kept", "other", NULL);
    save("kept.xml", "One", 2, 1);
    save("other.xml", "One", 2, 1);
    agent_start(server, "kept.xml", "other.xml", NULL);
    agent_expect("version 1 is published");
    agent_expect("version 1 is published");
    assert_int_equal(agent_end(SIGINT), 0);
    save("kept.xml", "Two", 2, 2);
    agent_forget_log();
    agent_start(server, "kept.xml", "other.xml", NULL);
    agent_expect("kept: version 2 is published");
    agent_nap(1000);
    assert_int_equal(agent_count("other: "), 0);
}

// Broken when two agents work on one state, or the second is not told who is in its way.
static void a_second_one_is_refused(void **state)
{
    (void)state;
    char pid[64];
    agent_delegate(server, "a", "two", NULL);
    agent_start(server, "two.xml", NULL);
    const struct agent_ran *ran =
        agent_run(server, "run", "two.xml", "--state", agent_path("state"), NULL);
    snprintf(pid, sizeof pid, "another one runs with this state: process %ld", (long)agent_pid());
    assert_int_equal(ran->code, 9);
    assert_non_null(strstr(ran->err, pid));
    assert_int_equal(agent_end(SIGKILL), 128 + SIGKILL);
    agent_start(server, "two.xml", NULL); // the lock went with the process
}

// Broken when a state that cannot be read keeps the agent from its work.
static void a_damaged_state_is_set_aside(void **state)
{
    (void)state;
    agent_delegate(server, "a", "state", NULL);
    save("state.xml", "One", 2, 1);
    assert_int_equal(mkdir(agent_path("state"), 0700), 0);
    agent_write("state/run.json", "{\"format\": 1, \"plans\": [{\"pa");
    assert_int_equal(status(NULL)->code, 1);
    agent_start(server, "state.xml", NULL);
    agent_expect("state: version 1 is published");
    assert_int_equal(agent_count("was damaged and is set aside"), 1);
    assert_int_equal(access(agent_path("state/run.json.damaged"), F_OK), 0);
    status_says("in step");
}

// ---- settings ---------------------------------------------------------------------------------

// Broken when a changed configuration waits for a restart, or a wrong one ends the agent.
static void the_configuration_is_read_again(void **state)
{
    (void)state;
    agent_delegate(server, "a", "first", "second", "third", NULL);
    save("1.xml", "One", 2, 1);
    save("2.xml", "Two", 2, 1);
    save("3.xml", "Three", 2, 1);
    agent_write("conf", "# plans\nplan first = 1.xml\n");
    agent_start(server, "--config", "conf", NULL);
    agent_expect("first: version 1 is published");
    agent_write("conf", "plan first = 1.xml\nplan second = 2.xml\n"); // seen at a poll
    agent_expect("second: version 1 is published");
    agent_write("conf", "plan first = 1.xml\nplant second = 2.xml\n");
    agent_expect("conf:2: this setting is not known: plant second");
    agent_expect("the settings stay as they were");
    agent_write("conf", "plan first = 1.xml\nplan third = 3.xml\n");
    kill(agent_pid(), SIGHUP);
    agent_expect("third: version 1 is published");
    assert_int_equal(agent_count("first: "), 1);
    assert_null(strstr(status(NULL)->out, "second"));
}

static void wrong_settings_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *words[4], *says;
    } cases[] = {
        {{"run"}, "no plan is named"},
        {{"run", "a.xml", "--quiet-seconds", "soon"}, "this is no number of seconds: soon"},
        {{"run", "x=a.xml", "x=b.xml"}, "two plans have this name: x"},
        {{"run", "a.xml", "./a.xml"}, "this path is named twice"},
        {{"run", "--config", "missing"}, "the configuration cannot be read"},
        {{"status", "a.xml"}, "not understood: a.xml"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const *w = cases[i].words;
        const struct agent_ran *ran = agent_run(NULL, w[0], w[1], w[2], w[3], NULL);
        if (ran->code != 2 || !strstr(ran->err, cases[i].says))
            fail_msg("exit %d, no \"%s\" in: %s", ran->code, cases[i].says, ran->err);
    }
}

// ---- status -----------------------------------------------------------------------------------

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "(none)";
}

// Broken when the states are not told apart, in the table or as JSON.
static void status_tells_plan_by_plan(void **state)
{
    (void)state;
    agent_delegate(server, "a", "good", "bad", "none", NULL);
    status_says("not running");
    save("good.xml", "One", 2, 1);
    agent_write("bad.xml", "<Project><Tasks>");
    agent_start(server, "good.xml", "bad.xml", "none.xml", NULL);
    agent_expect("bad: cannot be read");
    if (agent_count("good: ") == 0)
        agent_expect("good: version 1 is published");
    agent_nap(200);
    status_says("running as process");
    status_says("in step");
    status_says("unreadable");
    status_says("no file yet");
    status_says("bad, since ");
    json_t *root = json_loads(status("--json")->out, 0, NULL);
    assert_true(json_is_true(json_object_get(root, "running")));
    assert_int_equal(json_integer_value(json_object_get(root, "pid")), agent_pid());
    const json_t *plans = json_object_get(root, "plans");
    assert_int_equal(json_array_size(plans), 3);
    const json_t *good = json_array_get(plans, 0), *bad = json_array_get(plans, 1);
    assert_string_equal(text_of(good, "source"), "good");
    assert_string_equal(text_of(good, "path"), agent_path("good.xml"));
    assert_string_equal(text_of(good, "state"), "in-step");
    assert_int_equal(json_integer_value(json_object_get(good, "version")), 1);
    assert_string_equal(text_of(good, "contentHash"),
                        plan_version(server, "good", 0)->content_hash);
    assert_string_equal(text_of(bad, "state"), "unreadable");
    assert_non_null(strstr(text_of(bad, "error"), "bad.xml:1:17"));
    assert_string_equal(text_of(json_array_get(plans, 2), "state"), "gone");
    json_decref(root);
    assert_int_equal(agent_end(SIGTERM), 0);
    status_says("not running");
    save("good.xml", "Two", 2, 2);
    status_says("waiting: the file has changed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(okrd_goes_and_comes, begin, end),
        cmocka_unit_test_setup_teardown(a_delegation_ends_and_is_renewed, begin, end),
        cmocka_unit_test_setup_teardown(a_plan_that_was_not_delegated_is_not_published, begin, end),
        cmocka_unit_test_setup_teardown(it_is_killed_at_any_moment, begin, end),
        cmocka_unit_test_setup_teardown(what_was_saved_meanwhile_is_published, begin, end),
        cmocka_unit_test_setup_teardown(a_second_one_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(a_damaged_state_is_set_aside, begin, end),
        cmocka_unit_test_setup_teardown(the_configuration_is_read_again, begin, end),
        cmocka_unit_test_setup_teardown(wrong_settings_are_refused, begin, end),
        cmocka_unit_test_setup_teardown(status_tells_plan_by_plan, begin, end),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
