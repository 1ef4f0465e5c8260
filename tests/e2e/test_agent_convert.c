// Files of other programs: what push, check and run say about them, and the command that makes them
// MS Project XML.
#include <dirent.h>
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

#define OLE2 "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"

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
    agent_write("plan.mpp", OLE2);
    char *text = agent_plan("Converted", 7, 1);
    agent_write("xml", text);
    free(text);
    return 0;
}

static int end(void **state)
{
    (void)state;
    agent_folder_remove();
    fixture_clear();
    return 0;
}

static void push(const char *file, const char *command, int code, const char *says)
{
    const struct agent_ran *ran =
        agent_run(server, "push", file, "--source", "plan", "--token-file", "token", "--convert",
                  command, "--convert-seconds", "1", NULL);
    if (ran->code != code || (!strstr(ran->out, says) && !strstr(ran->err, says)))
        fail_msg("%s: exit %d, not %d with \"%s\"\n%s%s", command, ran->code, code, says, ran->out,
                 ran->err);
}

static size_t files_there(void)
{
    DIR *folder = opendir(agent_path("."));
    size_t n = 0;
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

// Broken when somebody with another program's file is not told what it is and how to get XML.
static void files_of_other_programs_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *name, *content, *says;
    } files[] = {
        {"a.mpp", OLE2, "In MS Project choose File > Save As > XML Format (*.xml)"},
        {"renamed.xml", OLE2, "in MS Project choose File > Save As > XML Format (*.xml)"},
        {"a.mpx", "MPX,Microsoft Project,4.0", "open it in MS Project or ProjectLibre"},
        {"a.pod", "\xAC\xED\x00\x05sr", "type Microsoft Project XML"},
        {"a.gan", "<?xml version=\"1.0\"?><project name=\"x\">", "in GanttProject choose"},
        {"a.tjp", "project x \"X\" 2021-01-01 +1y {}", "formats mspxml"},
        {"a.zip", "PK\x03\x04 and more", "unpack it"},
        {"a.xml", "PK\x03\x04 and more", "unpack it"},
        {"a.xer", "ERMHDR\t19.12", "Primavera"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        for (int check = 0; check < 2; check++) {
            agent_write(files[i].name, files[i].content);
            const struct agent_ran *ran =
                agent_run(server, check ? "check" : "push", files[i].name, NULL);
            if (ran->code != 2 || !strcasestr(ran->err, files[i].says))
                fail_msg("%s: exit %d, no \"%s\" in: %s", files[i].name, ran->code, files[i].says,
                         ran->err);
        }
    }
    const struct agent_ran *ran = agent_run(server, "check", "a.mpp", "--lang", "ja", NULL);
    assert_non_null(strstr(ran->err, "--convert"));
    assert_null(strstr(ran->err, "choose"));
}

// A plan in XML that was given another program's extension is a plan.
static void xml_is_xml_whatever_its_name(void **state)
{
    (void)state;
    agent_delegate(server, "a", "plan", NULL);
    agent_move("xml", "plan.mpp");
    assert_int_equal(agent_run(server, "check", "plan.mpp", NULL)->code, 0);
    push("plan.mpp", "exit 1", 0, "version ");
}

// Broken when the output is not what is published, the file's name gets lost or into a shell's
// hands, or something is left behind.
static void a_converter_makes_it_xml(void **state)
{
    (void)state;
    agent_delegate(server, "a", "plan", NULL);
    char *text = agent_plan("Quoted", 8, 1);
    agent_write("xml", text);
    free(text);
    agent_write("it's $(touch bad) \"1\".mpp", OLE2);
    push("it's $(touch bad) \"1\".mpp", "test -f \"$1\" && cat xml && echo fine >&2", 0,
         "is published");
    const Okr__PlanVersion *version = plan_version(server, "plan", 0);
    assert_int_equal(version->totals->tasks, 8);
    assert_string_equal(version->file_name, "it's $(touch bad) \"1\".mpp");
    assert_int_equal(access(agent_path("bad"), F_OK), -1);
    size_t before = files_there();
    push("plan.mpp", "cat xml", 0, "nothing has changed");
    assert_int_equal(files_there(), before);
}

// Broken when a converter that fails, hangs, floods or writes rubbish publishes something, keeps
// the user in the dark, or goes on.
static void a_bad_converter_is_reported(void **state)
{
    (void)state;
    agent_delegate(server, "a", "plan", NULL);
    push("plan.mpp", "echo one >&2; echo 'no Java here' >&2; exit 3", 2,
         "plan.mpp: the converter failed with exit code 3: no Java here");
    push("plan.mpp", "cat xml; exit 1", 2, "failed with exit code 1");
    push("plan.mpp", "true", 2, "the converter wrote nothing");
    push("plan.mpp", "echo rubbish", 2, "plan.mpp:1:1: ");
    push("plan.mpp", "head -c 500 xml", 2, "plan.mpp:");
    push("plan.mpp", "no-such-converter", 2, "exit code 127");
    push("plan.mpp", "kill -9 $$", 2, "was ended by signal 9");
    push("plan.mpp", "sh -c 'echo $$ > pid; exec sleep 100' & cat xml; sleep 100", 2,
         "did not end in time and was killed");
    FILE *file = fopen(agent_path("pid"), "r");
    int pid = 0;
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    for (int i = 0; i < 100 && kill(pid, 0) == 0; i++) // it may be a zombie for a moment
        agent_nap(20);
    char name[64], stat[64] = "";
    snprintf(name, sizeof name, "/proc/%d/stat", pid);
    file = fopen(name, "r");
    bool alive = file && fgets(stat, sizeof stat, file) && !strstr(stat, ") Z");
    if (file)
        fclose(file);
    assert_false(alive);
}

// Broken when `run` does not convert, or does it again and again.
static void run_converts(void **state)
{
    (void)state;
    agent_delegate(server, "a", "converted", "other", NULL);
    assert_int_equal(mkdir(agent_path("plans"), 0700), 0);
    agent_move("plan.mpp", "plans/converted.mpp");
    agent_start(server, "plans", "--convert", "cd ..; cd -; echo x >> runs; cat xml", NULL);
    agent_expect("converted: cannot be read as a plan"); // cd - says where it is
    assert_int_equal(agent_end(SIGTERM), 0);
    agent_start(server, "plans", "--convert", "echo x >> runs; cat xml", NULL);
    agent_expect("converted: version 1");
    unlink(agent_path("runs"));
    agent_nap(1500);
    assert_int_equal(access(agent_path("runs"), F_OK), -1);
    agent_write("plans/other.mpp", OLE2 " other");
    agent_expect("other: version 1 is published: tasks: 7");
}

// A converter that hangs goes with the agent.
static void run_ends_a_converter(void **state)
{
    (void)state;
    agent_delegate(server, "a", "plan", NULL);
    agent_start(server, "plan.mpp", "--convert", "echo $$ > pid; exec sleep 100", NULL);
    while (access(agent_path("pid"), F_OK) != 0)
        agent_nap(20);
    kill(agent_pid(), SIGTERM);
    agent_expect("ending; plan is still being uploaded");
    assert_int_equal(agent_end(SIGTERM), 0); // the second one does not wait
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_of_other_programs_are_explained, begin, end),
        cmocka_unit_test_setup_teardown(xml_is_xml_whatever_its_name, begin, end),
        cmocka_unit_test_setup_teardown(a_converter_makes_it_xml, begin, end),
        cmocka_unit_test_setup_teardown(a_bad_converter_is_reported, begin, end),
        cmocka_unit_test_setup_teardown(run_converts, begin, end),
        cmocka_unit_test_setup_teardown(run_ends_a_converter, begin, end),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
