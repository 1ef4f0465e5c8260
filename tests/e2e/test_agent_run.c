// okr-plan-sync run with a real okrd: files that are saved in every way that programs save files,
// and what is published then.
#include <fcntl.h>
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

#define PLANS SOURCE_DIR "/tests/data/plans/"

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
    agent_write(name, text);
    free(text);
}

// The way of office programs: a temporary file beside it, then a rename over it.
static void save_by_rename(const char *name, const char *word, int tasks, int minute)
{
    save("~$save.tmp", word, tasks, minute);
    agent_move("~$save.tmp", name);
}

static int64_t published(const char *source)
{
    return plan_version(server, source, 0)->number;
}

static const char *first_task(const char *source)
{
    return plan_task(plan_tasks(server, source, 0, 0, false), 1)->name;
}

// ---- saving -----------------------------------------------------------------------------------

// Broken when a plan that appears, or is saved again, is not published; or twice.
static void what_is_saved_is_published(void **state)
{
    (void)state;
    agent_delegate(server, "a", "saved", NULL);
    agent_start(server, "saved.xml", NULL);
    save("saved.xml", "One", 3, 1);
    agent_expect("saved: version 1 is published: tasks: 3, resources: 0, assignments: 0 (");
    save("saved.xml", "Two", 4, 2);
    agent_expect("saved: version 2 is published: tasks: 4");
    save_by_rename("saved.xml", "Three", 5, 3);
    agent_expect("saved: version 3 is published: tasks: 5");
    assert_string_equal(first_task("saved"), "Three 1");
    save_by_rename("saved.xml", "Three", 5, 4); // as it was, but for when it was saved
    agent_expect("saved: nothing has changed since version 3");
    agent_nap(1500); // a poll and more: it rests
    assert_int_equal(agent_count("saved: "), 4);
    assert_int_equal(agent_end(SIGTERM), 0);
    agent_expect("ended");
    assert_int_equal(published("saved"), 3);
}

// Broken when a file is read while it is written: a part of it would be published, or a warning
// given.
static void a_slow_writer_is_waited_for(void **state)
{
    (void)state;
    agent_delegate(server, "a", "slow", NULL);
    save("slow.xml", "Old", 2, 1);
    agent_start(server, "slow.xml", NULL);
    agent_expect("slow: version 1 is published");
    char *text = agent_plan("New", 20, 2);
    size_t length = strlen(text), part = length / 15 + 1;
    int fd = open(agent_path("slow.xml"), O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    for (size_t at = 0; at < length; at += part) {
        size_t n = length - at < part ? length - at : part;
        assert_int_equal(write(fd, text + at, n), n);
        agent_nap(150);
    }
    close(fd);
    free(text);
    agent_expect("slow: version 2 is published: tasks: 20");
    assert_int_equal(agent_count("cannot be read"), 0);
    assert_int_equal(agent_count("slow: "), 2);
}

// Broken when a file that is deleted takes its plan away, or its absence is told too early or
// again and again; or when the new one is not seen.
static void a_deleted_plan_stays_published(void **state)
{
    (void)state;
    agent_delegate(server, "a", "gone", NULL);
    save("gone.xml", "Old", 2, 1);
    agent_start(server, "gone.xml", "--gone-seconds", "1", NULL);
    agent_expect("gone: version 1 is published");
    unlink(agent_path("gone.xml"));
    agent_nap(500);
    save("gone.xml", "New", 2, 2);
    agent_expect("gone: version 2 is published");
    assert_int_equal(agent_count("is gone"), 0);
    unlink(agent_path("gone.xml"));
    agent_expect("gone: the file is gone; version 2 stays published");
    agent_nap(2500);
    assert_int_equal(agent_count("is gone"), 1);
    assert_int_equal(published("gone"), 2);
    save("gone.xml", "Newer", 2, 3);
    agent_expect("gone: version 3 is published");
}

// ---- files that are no plans, for now ---------------------------------------------------------

// Broken when a bad file changes what is published, is complained about at every try, or is not
// read once it is whole.
static void a_bad_file_is_tried_again(void **state)
{
    (void)state;
    agent_delegate(server, "a", "bad", NULL);
    save("bad.xml", "Good", 2, 1);
    agent_start(server, "bad.xml", NULL);
    agent_expect("bad: version 1 is published");
    char *text = agent_plan("Better", 9, 2);
    text[strlen(text) / 2] = '\0';
    agent_write("bad.xml", text);
    free(text);
    agent_expect("bad: cannot be read as a plan, will be tried again: ");
    agent_nap(5000); // the second and third try
    assert_int_equal(agent_count("cannot be read"), 1);
    agent_write("bad.xml", "");
    agent_expect("bad: cannot be read as a plan");
    int fd = open(agent_path("bad.xml"), O_WRONLY | O_TRUNC);
    assert_int_equal(ftruncate(fd, 5000), 0); // NULs, as a crashed network share leaves them
    close(fd);
    agent_nap(1500); // says the same as the empty one, so nothing new is said
    assert_int_equal(agent_count("cannot be read"), 2);
    assert_int_equal(published("bad"), 1);
    save("bad.xml", "Best", 9, 3);
    agent_expect("bad: version 2 is published: tasks: 9");
    assert_string_equal(first_task("bad"), "Best 1");
}

// Broken when a locked file is given up. (Root reads everything, so the lock is a folder's.)
static void a_locked_file_is_tried_again(void **state)
{
    (void)state;
    agent_delegate(server, "a", "locked", NULL);
    save("plan.xml", "Good", 2, 1);
    assert_int_equal(symlink(agent_path("none/plan.xml"), agent_path("locked.xml")), 0);
    agent_start(server, "locked.xml", "--gone-seconds", "1", NULL);
    agent_expect("locked: there is no such file yet");
    assert_int_equal(mkdir(agent_path("none"), 0700), 0);
    agent_move("plan.xml", "none/plan.xml");
    agent_expect("locked: version 1 is published");
}

// Files of other programs: said once, with what to do; and found to be a plan when they become one.
static void a_file_of_ms_project_is_explained(void **state)
{
    (void)state;
    agent_delegate(server, "a", "own", NULL);
    agent_write("own.xml", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more");
    agent_start(server, "own.xml", NULL);
    agent_expect("own: refused, and left alone until the file changes: ");
    agent_expect("File > Save As > XML Format");
    agent_nap(3000);
    assert_int_equal(agent_count("own: "), 1);
    save("own.xml", "Good", 2, 1);
    agent_expect("own: version 1 is published");
}

// Broken when a refusal of okrd's is asked for again and again, or outlives the file.
static void another_plan_is_refused_once(void **state)
{
    (void)state;
    agent_delegate(server, "a", "other", NULL);
    save("other.xml", "Mine", 30, 1);
    agent_start(server, "other.xml", NULL);
    agent_expect("other: version 1 is published");
    save_by_rename("other.xml", "Alien", 2, 2);
    agent_expect("other: refused, and left alone until the file changes: ");
    agent_expect("it looks like another plan");
    agent_nap(3000);
    assert_int_equal(agent_count("refused"), 1);
    assert_int_equal(published("other"), 1);
    assert_int_equal(agent_end(SIGTERM), 0);
    save_by_rename("other.xml", "Mine", 31, 3);
    agent_start(server, "other.xml", NULL);
    agent_expect("other: version 2 is published: tasks: 31");
}

// ---- folders ----------------------------------------------------------------------------------

// Broken when a plan in a folder is missed, or what is none is taken for one.
static void a_folder_holds_plans(void **state)
{
    (void)state;
    agent_delegate(server, "a", "alpha", "beta", "gamma", "notes", "beta-desktop-7k2", NULL);
    assert_int_equal(mkdir(agent_path("plans"), 0700), 0);
    save("plans/Alpha.xml", "A", 2, 1);
    save("plans/beta.xml", "B", 3, 1);
    save("plans/~$beta.xml", "B", 9, 1);
    save("plans/beta-DESKTOP-7K2.xml", "B", 9, 1);
    save("plans/.beta.xml", "B", 9, 1);
    save("plans/beta.xml.tmp", "B", 9, 1);
    save("plans/\xe8\xa8\x88\xe7\x94\xbb.xml", "N", 9, 1);
    agent_write("plans/notes.xml", "<notes/>");
    agent_write("plans/other.mpp", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    agent_start(server, "plans", NULL);
    agent_expect("looks like a copy of another file here");
    agent_expect("other.mpp: this is a file of MS Project");
    agent_expect("makes no name for the plan");
    agent_expect("alpha: version 1 is published: tasks: 2");
    agent_expect("beta: version 1 is published: tasks: 3");
    agent_expect("notes: cannot be read as a plan");
    save_by_rename("plans/gamma.xml", "C", 4, 1);
    agent_expect("gamma: version 1 is published: tasks: 4");
    agent_nap(1500);
    assert_int_equal(agent_count("is published"), 3);
    assert_int_equal(agent_count("looks like a copy"), 1);
    assert_int_equal(published("beta"), 1);
}

// Two files that are named; their sources have their own versions.
static void several_plans_are_kept_apart(void **state)
{
    (void)state;
    agent_delegate(server, "a", "team-one", "team-two", NULL);
    save("1.xml", "One", 2, 1);
    save("2.xml", "Two", 3, 1);
    agent_start(server, "team-one=1.xml", "team-two=2.xml", NULL);
    agent_expect("team-one: version 1 is published: tasks: 2");
    agent_expect("team-two: version 1 is published: tasks: 3");
    save("2.xml", "Two again", 3, 2);
    agent_expect("team-two: version 2 is published");
    assert_int_equal(published("team-one"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_saved_is_published, begin, end),
        cmocka_unit_test_setup_teardown(a_slow_writer_is_waited_for, begin, end),
        cmocka_unit_test_setup_teardown(a_deleted_plan_stays_published, begin, end),
        cmocka_unit_test_setup_teardown(a_bad_file_is_tried_again, begin, end),
        cmocka_unit_test_setup_teardown(a_locked_file_is_tried_again, begin, end),
        cmocka_unit_test_setup_teardown(a_file_of_ms_project_is_explained, begin, end),
        cmocka_unit_test_setup_teardown(another_plan_is_refused_once, begin, end),
        cmocka_unit_test_setup_teardown(a_folder_holds_plans, begin, end),
        cmocka_unit_test_setup_teardown(several_plans_are_kept_apart, begin, end),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
