// `okr help` says what the server refuses by: the limit of every argument, from the contract's
// table.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "client/cli/line/help.h"
#include "client/cli/line/limit.h"
#include "client/cli/noun/nouns.h"
#include "common/arena.h"
#include "common/field_check.h"

static struct cli cli;

static int set_up(void **state)
{
    (void)state;
    cli = (struct cli){.arena = arena_new(8 << 20), .nouns = nouns, .width = 100};
    return cli.arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(cli.arena);
    return 0;
}

static const struct command *command_of(const char *noun, const char *verb)
{
    const struct noun *found = command_noun(nouns, noun);
    assert_non_null(found);
    const struct command *command = command_find(found, verb);
    assert_non_null(command);
    return command;
}

static const char *limit_of(const char *noun, const char *verb, const char *name)
{
    const struct command *command = command_of(noun, verb);
    for (const struct param *param = command->params; param->name; param++)
        if (strcmp(param->name, name) == 0)
            return limit_words(&cli, command, param);
    fail_msg("okr %s %s has no %s", noun, verb, name);
    return NULL;
}

static void each_kind_of_limit_is_worded(void **state)
{
    (void)state;
    assert_string_equal(limit_of("goal", "add", "TEXT"), "at most 2000 characters");
    assert_string_equal(limit_of("load", NULL, "--weeks"), "1 to 26");
    assert_string_equal(limit_of("kr", "add", "--rank"), "at least 1");
    assert_string_equal(limit_of("project", "propose", "--kr"), "at most 100 of them");
    assert_string_equal(limit_of("member", "add", "HANDLE"), "at most 32 characters");
    assert_string_equal(limit_of("kr", "add", "--department"),
                        "at most 100 of them, at most 200 characters");
    assert_string_equal(limit_of("goal", "add", "--week"), "");
}

// The number that the table has, for every argument that goes into a field with a limit.
static void no_limit_is_left_out(void **state)
{
    (void)state;
    int limits = 0;
    for (size_t i = 0; nouns[i]; i++)
        for (const struct command *c = nouns[i]->commands; c->verb; c++)
            for (const struct param *p = c->params; p && p->name; p++) {
                const struct rpc_method *method =
                    c->methods && p->field ? &rpc_methods[c->methods[0]] : NULL;
                const struct field_check *check =
                    method ? field_check_find(method->check, method->request, p->field) : NULL;
                char number[24];
                if (!check || !(check->characters || check->items || check->has_most))
                    continue;
                snprintf(number, sizeof number, "%lld",
                         check->characters ? (long long)check->characters
                         : check->items    ? (long long)check->items
                                           : (long long)check->most);
                if (!strstr(limit_words(&cli, c, p), number))
                    fail_msg("okr %s %s %s: no %s", nouns[i]->name, c->verb, p->name, number);
                limits++;
            }
    print_message("%d limits\n", limits);
    assert_true(limits > 60);
}

static void help_shows_the_limit(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    cli.out = open_memstream(&text, &size);
    assert_non_null(cli.out);
    help_command(&cli, command_noun(nouns, "goal"), command_of("goal", "add"));
    fclose(cli.out);
    assert_non_null(strstr(text, "(at most 2000 characters)"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_kind_of_limit_is_worded, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_limit_is_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(help_shows_the_limit, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
