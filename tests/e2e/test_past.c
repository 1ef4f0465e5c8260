// The past and what changed since, as somebody at a terminal asks for them: okr on a real okrd.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/program.h"
#include "tests/support/week_fixture.h"

static struct okrd *server;
static struct program program;

// A project that is called something else a week later.
static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    program_begin(&program, server);
    fixture_quarter(server, "2021Q1");
    int64_t kr = fixture_kr(server, fixture_objective(server, "2021Q1", "Objective"), "Key result");
    int64_t id = fixture_project(server, "2021Q1", "First name", kr, "ann", NULL);
    okrd_restart_at(server, "2021-02-15T10:00:00+09:00");
    Okr__RescopeRequest request = OKR__RESCOPE_REQUEST__INIT;
    request.has_project_id = request.has_version = true;
    request.project_id = id;
    request.version = 3;
    request.name = (char *)(uintptr_t) "Second name";
    request.reason = (char *)(uintptr_t) "clearer";
    must(server, "dev", RPC_PROJECT_RESCOPE, &request);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    fixture_clear();
    program_end(&program);
    server = okrd_stop(server);
    return 0;
}

static void lacks(const char *text)
{
    if (strstr(program.out, text))
        fail_msg("\"%s\" is in\n%s", text, program.out);
}

// Broken when --as-of is not sent, the heading does not say which time is shown, or the present is.
static void each_form_shows_the_past_and_says_so(void **state)
{
    (void)state;
    static const char *const forms[] = {"2021-02-08", "2021-W06", "2021-02-14"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        program_okr(&program, "--as-of", forms[i], "project", "list", NULL);
        program_expect(&program, 0, "First name", "");
        program_expect(&program, 0, "As it was known on 2021-02-", "");
        program_expect(&program, 0, "(revision ", "");
        lacks("Second name");
    }
    program_okr(&program, "project", "list", "--as-of", "2021-02-15", NULL);
    program_expect(&program, 0, "Second name", "");
    program_okr(&program, "project", "list", NULL);
    program_expect(&program, 0, "Second name", "");
    lacks("As it was known");
    program_okr(&program, "--lang", "ja", "--as-of", "2021-W06", "board", NULL);
    program_expect(&program, 0, "2021-02-14", "");
    program_expect(&program, 0, "時点", "");
    lacks("As it was known");
}

// Broken when the heading gets into what machines read, or is missing on a page to be printed.
static void data_has_no_heading_and_pages_do(void **state)
{
    (void)state;
    program_okr(&program, "--as-of", "2021-W06", "--json", "project", "list", NULL);
    program_expect(&program, 0, "\"name\": \"First name\"", "");
    lacks("As it was known");
    program_okr(&program, "--as-of", "2021-W06", "--format", "csv", "project", "list", NULL);
    program_expect(&program, 0, "First name", "");
    lacks("As it was known");
    program_okr(&program, "--as-of", "2021-W06", "--format", "html", "board", NULL);
    program_expect(&program, 0, "As it was known on 2021-02-14", "");
    program_expect(&program, 0, "First name", "");
}

// Broken when a time that cannot be shown is answered with something, or without saying why.
static void what_cannot_be_shown_is_said(void **state)
{
    (void)state;
    program_okr(&program, "--as-of", "2021-02-16", "board", NULL);
    program_expect(&program, 2, "", "this day has not come yet");
    program_okr(&program, "--as-of", "9999", "board", NULL);
    program_expect(&program, 2, "", "the last revision is ");
    program_okr(&program, "--as-of", "soon", "board", NULL);
    program_expect(&program, 2, "", "2021-02-08, 2021-W06, 123");
    program_okr(&program, "--as-of", "2021-02-08", "project", "comment", "P-1", "late", NULL);
    program_expect(&program, 2, "", "the past is only read");
    program_okr(&program, "--as-of", "2021-02-08", "watch", NULL);
    program_expect(&program, 2, "", "of this the present is known only");
}

// Broken when a change is told without what was there before, who made it, or why.
static void changes_say_what_who_and_why(void **state)
{
    (void)state;
    program_okr(&program, "changes", "--since", "2021-02-15", NULL);
    program_expect(&program, 0, "First name → Second name", "");
    program_expect(&program, 0, "clearer", "");
    program_expect(&program, 0, "dev", "");
    lacks("CreateQuarter");
    program_okr(&program, "changes", "--since", "2021-W06", "--until", "2021-W06", "--project",
                "P-1", "--format", "csv", NULL);
    program_expect(&program, 0, "ProposeLinked", "");
    program_expect(&program, 0, "for the test", "");
    lacks("Second name");
    lacks("CreateQuarter");
    program_okr(&program, "changes", "--by", "ann", NULL);
    program_expect(&program, 0, "Nothing has changed.", "");
    program_okr(&program, "changes", "--limit", "1", "--json", NULL);
    program_expect(&program, 0, "\"more\": true", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_shows_the_past_and_says_so),
        cmocka_unit_test(data_has_no_heading_and_pages_do),
        cmocka_unit_test(what_cannot_be_shown_is_said),
        cmocka_unit_test(changes_say_what_who_and_why),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
