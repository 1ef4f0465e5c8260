// A week as one text: new goals of this week, results and next week's goals, sent by okr to a real
// okrd.
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
static int64_t id;
static char project[24];

static int start(void **state)
{
    (void)state;
    server = okrd_start("2021-02-08T10:00:00+09:00");
    fixture_people(server);
    program_begin(&program, server);
    program_log_in(&program, "ann");
    fixture_quarter(server, "2021Q1");
    int64_t kr = fixture_kr(server, fixture_objective(server, "2021Q1", "Objective"), "Key result");
    id = fixture_project(server, "2021Q1", "First", kr, "ann", NULL);
    snprintf(project, sizeof project, "P-%lld", (long long)id);
    fixture_open(server, "2021Q1");
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

static void send(const char *text)
{
    char *path = program_path(&program, "week.md");
    program_write(path, text);
    program_okr(&program, "--as", "ann", "week", "close", project, "--file", path, NULL);
}

// Broken when the first goals of a project take a command of their own, or writing them down closes
// the week.
static void r38_this_weeks_goals_are_written_in_the_text(void **state)
{
    (void)state;
    send("## This week\n- Draw it\n## Look back\n## Next week\n");
    program_expect(&program, 0, "Draw it", "");
    const Okr__ProjectWeek *week = fixture_week(server, id, NULL);
    assert_int_equal(week->state, OKR__WEEK_STATE__WEEK_STATE_OPEN);
    assert_int_equal(week->n_goals, 1);
    assert_false(week->goals[0]->has_result);
}

// Broken when a goal that came up in the week cannot get its result with the others, or is set
// though the text as a whole is refused.
static void r38_new_goals_close_with_the_week(void **state)
{
    (void)state;
    send("## This week\n[o] G-1 Draw it\n- Came up\n## Look back\nfine\n## Next week\n- Go on\n");
    program_expect(&program, 2, "", "\"Came up\" has no result");
    assert_int_equal(fixture_week(server, id, NULL)->n_goals, 1);
    send("## This week\n[o] G-1 Draw it\n[x] Came up\n  nobody was there\n"
         "## Look back\nfine\n## Next week\n- Go on\n");
    program_expect(&program, 0, "Go on", "");
    const Okr__ProjectWeek *week = fixture_week(server, id, NULL);
    assert_int_equal(week->state, OKR__WEEK_STATE__WEEK_STATE_CLOSED);
    assert_int_equal(week->n_goals, 2);
    assert_string_equal(week->goals[1]->reason, "nobody was there");
    assert_int_equal(week->n_next_goals, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r38_this_weeks_goals_are_written_in_the_text),
        cmocka_unit_test(r38_new_goals_close_with_the_week),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
