// The state of `run` on disk: written and read back, damaged in every place, locked.
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "client/plan_sync/run/state.h"

enum { WALL = 1600000000 }; // seconds

static char folder[64];

static int begin(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/okr-state-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static int64_t wall(void)
{
    return (int64_t)WALL * 1000000;
}

static void fill(struct run_plans *plans, struct run_facts *facts)
{
    *plans = (struct run_plans){0};
    *facts = (struct run_facts){.started = wall(), .away_since = wall() + 1, .next_try = wall()};
    strcpy(facts->server, "ipc:///run/okrd/okrd.sock");
    strcpy(facts->away, "no answer");
    struct run_plan *plan = run_plans_add(plans, "/srv/100% \"計画\"\n.xml", "plan-a");
    plan->handled = (struct run_stamp){1, UINT64_MAX, 3, 1600000000123456789, -5};
    plan->outcome = RUN_UNREADABLE;
    plan->version = 12;
    strcpy(plan->published_at, "2021-02-08T01:02:03.456789Z");
    memset(plan->content_hash, 'a', 64);
    strcpy(plan->error, "行 3: <\"?\">");
    plan->since = wall() - 1;
    plan->attempts = 4;
    plan->told = true;
    plan->next_try = 100000 + 7000; // in seven seconds
    run_plans_add(plans, "/srv/\xff\xfe.xml", "plan-b")->gone = true;
}

static void check_first(const struct run_plan *plan, int64_t next_try)
{
    assert_string_equal(plan->path, "/srv/100% \"計画\"\n.xml");
    assert_string_equal(plan->source, "plan-a");
    const struct run_stamp stamp = {1, UINT64_MAX, 3, 1600000000123456789, -5};
    assert_true(run_stamp_equal(&plan->handled, &stamp));
    assert_int_equal(plan->outcome, RUN_UNREADABLE);
    assert_int_equal(plan->version, 12);
    assert_string_equal(plan->published_at, "2021-02-08T01:02:03.456789Z");
    assert_int_equal(strlen(plan->content_hash), 64);
    assert_string_equal(plan->error, "行 3: <\"?\">");
    assert_int_equal(plan->since, wall() - 1);
    assert_int_equal(plan->attempts, 4);
    assert_int_equal(plan->next_try, next_try);
    assert_true(plan->told);
    assert_false(plan->gone);
}

// Broken when anything that is kept comes back as something else: after a restart (the clocks stand
// elsewhere), with any path.
static void what_is_written_is_read(void **state)
{
    (void)state;
    struct run_plans plans, read;
    struct run_facts facts, read_facts;
    fill(&plans, &facts);
    assert_true(run_state_save(folder, 100000, wall(), &plans, &facts));
    int64_t later = wall() + 2 * 1000000;
    assert_int_equal(run_state_load(folder, 50, later, &read, &read_facts), RUN_STATE_LOADED);
    assert_int_equal(read.n, 2);
    check_first(read.items[0], 50 + 5000);
    assert_string_equal(read.items[1]->path, "/srv/\xff\xfe.xml");
    assert_true(read.items[1]->gone);
    assert_int_equal(read.items[1]->outcome, RUN_UNTRIED);
    assert_string_equal(read_facts.server, facts.server);
    assert_string_equal(read_facts.away, "no answer");
    assert_int_equal(read_facts.away_since, wall() + 1);
    run_plans_clear(&read);
    // a clock that was set back does not make it wait for years
    assert_int_equal(run_state_load(folder, 50, 1, &read, &read_facts), RUN_STATE_LOADED);
    assert_int_equal(read.items[0]->next_try, 0);
    run_plans_clear(&read);
    run_plans_clear(&plans);
}

// Broken when a damaged file is half taken, or crashes it: cut everywhere, and a byte changed
// everywhere.
static void damage_is_seen(void **state)
{
    (void)state;
    struct run_plans plans, read;
    struct run_facts facts;
    fill(&plans, &facts);
    char *text = run_state_text(100000, wall(), &plans, &facts);
    size_t length = strlen(text);
    for (size_t cut = 0; cut < length - 1; cut++) {
        if (run_state_parse(text, cut, 0, wall(), &read, &facts))
            fail_msg("cut at %zu of %zu", cut, length);
        assert_int_equal(read.n, 0);
    }
    static const char bytes[] = {'\0', '"', '}', 'x', '9', '\xff', '\\'};
    for (size_t at = 0; at < length; at++) {
        char kept = text[at];
        for (size_t i = 0; i < sizeof bytes; i++) {
            text[at] = bytes[i];
            run_state_parse(text, length, 0, wall(), &read, &facts); // in whatever way, it ends
            run_plans_clear(&read);
        }
        text[at] = kept;
    }
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        "null",
        "{\"format\": 2}",
        "{\"format\":1,\"server\":\"\",\"started\":null,\"awaySince\":null,\"nextTry\":null,"
        "\"away\":\"\",\"plans\":[7]}",
        "{\"format\":1,\"server\":\"\",\"started\":\"soon\",\"awaySince\":null,\"nextTry\":null,"
        "\"away\":\"\",\"plans\":[]}",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(run_state_parse(wrong[i], strlen(wrong[i]), 0, wall(), &read, &facts));
    free(text);
    run_plans_clear(&plans);
}

static void a_damaged_file_is_set_aside(void **state)
{
    (void)state;
    struct run_plans plans;
    struct run_facts facts;
    char path[128];
    assert_int_equal(run_state_load(folder, 0, wall(), &plans, &facts), RUN_STATE_NONE);
    snprintf(path, sizeof path, "%s/run.json", folder);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "\0\0\0", 3), 3);
    close(fd);
    assert_int_equal(run_state_load(folder, 0, wall(), &plans, &facts), RUN_STATE_DAMAGED);
    assert_true(run_state_set_aside(folder));
    assert_int_equal(run_state_load(folder, 0, wall(), &plans, &facts), RUN_STATE_NONE);
}

// A disk that is full, or a folder that is gone: the old state is what it was.
static void a_state_that_cannot_be_written_is_told(void **state)
{
    (void)state;
    struct run_plans plans;
    struct run_facts facts;
    fill(&plans, &facts);
    assert_false(run_state_save("/dev/null/none", 0, wall(), &plans, &facts));
    assert_int_equal(errno, ENOTDIR);
    run_plans_clear(&plans);
}

// Broken when two hold it, when asking for it takes it, or when it outlives its holder.
static void one_holds_the_lock(void **state)
{
    (void)state;
    pid_t holder;
    char deep[128];
    snprintf(deep, sizeof deep, "%s/a/b", folder);
    assert_int_equal(run_state_holder(deep), 0);
    int lock = run_state_lock(deep, &holder);
    assert_true(lock >= 0);
    struct stat s;
    assert_int_equal(stat(deep, &s), 0);
    assert_int_equal(s.st_mode & 0777, 0700);
    assert_int_equal(run_state_holder(deep), getpid());
    assert_int_equal(run_state_lock(deep, &holder), -1);
    assert_int_equal(errno, EWOULDBLOCK);
    assert_int_equal(holder, getpid());
    close(lock);
    assert_int_equal(run_state_holder(deep), 0);
    lock = run_state_lock(deep, &holder);
    assert_true(lock >= 0);
    close(lock);
}

// Broken when the state lies where nobody looks for it.
static void the_folder_is_found(void **state)
{
    (void)state;
    char path[PATH_MAX];
    setenv("STATE_DIRECTORY", "/var/lib/private/x:/var/lib/y", 1);
    assert_true(run_state_folder("/given", path));
    assert_string_equal(path, "/given");
    assert_true(run_state_folder(NULL, path));
    assert_string_equal(path, "/var/lib/private/x");
    unsetenv("STATE_DIRECTORY");
    setenv("HOME", "/home/u", 1);
    setenv("XDG_STATE_HOME", "relative", 1);
    assert_true(run_state_folder(NULL, path));
    assert_string_equal(path, geteuid() == 0 ? "/var/lib/okr-plan-sync"
                                             : "/home/u/.local/state/okr-plan-sync");
    setenv("XDG_STATE_HOME", "/told", 1); // whoever is told
    assert_true(run_state_folder(NULL, path));
    assert_string_equal(path, "/told/okr-plan-sync");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, begin, end),
        cmocka_unit_test(damage_is_seen),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_set_aside, begin, end),
        cmocka_unit_test(a_state_that_cannot_be_written_is_told),
        cmocka_unit_test_setup_teardown(one_holds_the_lock, begin, end),
        cmocka_unit_test(the_folder_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
