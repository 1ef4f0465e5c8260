// The settings of `run`, and which files of a folder are plans.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/plan_sync/run/config.h"
#include "client/plan_sync/run/folder.h"

static struct run_config config;
static struct run_config_error error;

static bool parse(const char *text)
{
    memset(&config, 0, sizeof config);
    memset(&error, 0, sizeof error);
    return run_config_parse(&config, text, "/etc/okr", &error) &&
           run_config_finish(&config, &error);
}

static void expect(size_t i, enum run_entry_kind kind, const char *source, const char *path)
{
    assert_true(i < config.n_entries);
    assert_int_equal(config.entries[i].kind, kind);
    assert_string_equal(config.entries[i].source, source);
    assert_string_equal(config.entries[i].path, path);
}

// ---- settings ---------------------------------------------------------------------------------

static void settings_are_read(void **state)
{
    (void)state;
    assert_true(parse("# comment = no\n\n"
                      "server=/run/okrd/okrd.sock\r\n"
                      "  token-file =  token  \n"
                      "convert = tool --xml \"$1\" = x\n"
                      "quiet-seconds = 0.25\n"
                      "plan program = /srv/a b.xml\n"
                      "plan = ./b.xml\n"
                      "folder = teams/\n"
                      "plan\tlast = c.xml"));
    assert_string_equal(config.server, "/run/okrd/okrd.sock");
    assert_string_equal(config.token_file, "/etc/okr/token");
    assert_string_equal(config.convert, "tool --xml \"$1\" = x");
    assert_int_equal(config.quiet_ms, 250);
    assert_int_equal(config.poll_ms, 30000);
    assert_int_equal(config.gone_ms, 60000);
    assert_int_equal(config.n_entries, 4);
    expect(0, RUN_ENTRY_PLAN, "program", "/srv/a b.xml");
    expect(1, RUN_ENTRY_PLAN, "", "/etc/okr/b.xml");
    expect(2, RUN_ENTRY_FOLDER, "", "/etc/okr/teams");
    expect(3, RUN_ENTRY_PLAN, "last", "/etc/okr/c.xml");
}

// Broken when a mistake is swallowed, or not found by its line.
static void mistakes_are_told_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
        int line;
    } cases[] = {
        {"", "no plan is named: a file, a folder, or a configuration", 0},
        {"plan = a.xml\nnonsense\n", "a line is KEY = VALUE, this one is not", 2},
        {"plan = a.xml\nspeed = 7\n", "this setting is not known", 2},
        {"planx = a.xml\n", "this setting is not known", 1},
        {"plan =\n", "a value is missing", 1},
        {"plan A B = a.xml", "this is no name for a plan (a-z, 0-9, - _ and dots)", 1},
        {"plan -a = a.xml", "this is no name for a plan (a-z, 0-9, - _ and dots)", 1},
        {"plan = a\npoll-seconds = 0", "this is no number of seconds", 2},
        {"plan = a\npoll-seconds = nan", "this is no number of seconds", 2},
        {"plan = a\npoll-seconds = 5s", "this is no number of seconds", 2},
        {"plan = a\nplan = ./a", "this path is named twice", 0},
        {"plan x = a\nplan x = b", "two plans have this name", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(parse(cases[i].text));
        assert_string_equal(error.message, cases[i].message);
        assert_int_equal(error.line, cases[i].line);
    }
}

static void words_name_files_folders_and_plans(void **state)
{
    (void)state;
    memset(&config, 0, sizeof config);
    static const char *const words[] = {"a.xml", "team=b.xml", "./c=d.xml", "Team=e.xml", "/abs/"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(run_config_add_word(&config, words[i], "/home/u", &error));
    expect(0, RUN_ENTRY_ANY, "", "/home/u/a.xml");
    expect(1, RUN_ENTRY_PLAN, "team", "/home/u/b.xml");
    expect(2, RUN_ENTRY_ANY, "", "/home/u/c=d.xml");
    expect(3, RUN_ENTRY_ANY, "", "/home/u/Team=e.xml");
    expect(4, RUN_ENTRY_ANY, "", "/abs");
    assert_false(run_config_add_word(&config, "", "/home/u", &error));
    assert_false(run_config_add_word(&config, "x=", "/home/u", &error));
}

// ---- folders ----------------------------------------------------------------------------------

static const char *kind_name(enum run_file kind)
{
    static const char *const names[] = {"plan", "other", "copy", "nameless", "same", "foreign"};
    return names[kind];
}

// Judges the names and writes "name:kind " of those that are not left out.
static void judge(const char *const *names, bool converts, const char *expected)
{
    char *copies[32], said[2048] = "";
    size_t n = 0;
    for (; names[n]; n++)
        copies[n] = strdup(names[n]);
    struct run_files files;
    assert_true(run_folder_judge(copies, n, converts, &files));
    for (size_t i = 0; i < files.n; i++) {
        strcat(said, files.items[i].name);
        strcat(said, ":");
        strcat(said, kind_name(files.items[i].kind));
        strcat(said, " ");
    }
    assert_string_equal(said, expected);
    run_files_clear(&files);
}

// Broken when what a program leaves beside a plan, or a sync service makes of it, is published; or
// a plan is not because its name looks odd.
static void names_are_judged(void **state)
{
    (void)state;
    judge((const char *[]){"b.xml", "a.XML", "~$a.xml", ".a.xml", "a.xml~", "a.xml.tmp", "a.mpp",
                           "b.pod", "c.mpp", "xml", "readme.txt", NULL},
          false, "a.XML:plan a.mpp:other b.pod:other b.xml:plan c.mpp:foreign ");
    judge((const char *[]){"a.xml", "a-DESKTOP-7K2.xml", "a-desktop.xml", "a-2.xml", "a (2).xml",
                           "a - Copy.xml", "a - Copy (2).xml", "a (Ann's conflicted copy).xml",
                           "a.sync-conflict-2021.xml", "a - コピー.xml", NULL},
          false,
          "a (2).xml:copy a (Ann's conflicted copy).xml:copy a - Copy (2).xml:copy a - "
          "Copy.xml:copy a - コピー.xml:copy a-2.xml:plan a-DESKTOP-7K2.xml:copy "
          "a-desktop.xml:plan a.sync-conflict-2021.xml:copy a.xml:plan ");
    judge((const char *[]){"a (2).xml", "b-PC7.xml", NULL}, false,
          "a (2).xml:plan b-PC7.xml:plan "); // copies of what is not there
    judge((const char *[]){"計画.xml", "Plan A.xml", "plan-a.xml", NULL}, false,
          "Plan A.xml:plan plan-a.xml:same 計画.xml:nameless ");
    judge((const char *[]){"a.mpp", "b.xml", "c.tjp", "d.doc", NULL}, true,
          "a.mpp:plan b.xml:plan c.tjp:plan ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(words_name_files_folders_and_plans),
        cmocka_unit_test(names_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
